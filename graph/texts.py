"""Texts end to end: millions of them are two arrays, which a file maps or holds as they are."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FEW_TIMES = 16
"""How many ids are gone over in the time that one takes to be searched for."""


class Texts(Sequence[str]):
    """UTF-8 text end to end, and where each begins, with the end of the last."""

    def __init__(self, text: npt.NDArray[np.uint8], begins: npt.NDArray[np.int64]) -> None:
        # A memory map answers for one number in microseconds, a view of its bytes in nanoseconds.
        self._text, self._begins = text.data, begins.data
        self._many = len(begins) - 1

    def __len__(self) -> int:
        """How many there are."""
        return self._many

    def __getitem__(self, place: Any) -> Any:
        """The text at a place, or the texts of a slice."""
        if type(place) is int and 0 <= place < self._many:
            return str(self._text[self._begins[place] : self._begins[place + 1]], "utf-8")
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(self._many))]
        if not -self._many <= place < self._many:
            raise IndexError(place)
        return self[int(place) % self._many]

    def at(self, places: Sequence[int]) -> list[str]:
        """The texts at many places, each of them quicker than one alone."""
        text, begins = bytes(self._text), self._begins.tolist()
        return [text[begins[place] : begins[place + 1]].decode() for place in places]

    def _bytes(self, place: int) -> bytes:
        return bytes(self._text[self._begins[place] : self._begins[place + 1]])

    def first(self, text: str, order: Sequence[int] | None = None) -> int:
        """The first place whose text is not before this one; among places in rising order of their texts, where given."""
        wanted, low, high = text.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            there = self._bytes(middle if order is None else order[middle])
            low, high = (middle + 1, high) if there < wanted else (low, middle)
        return low


class Ids(Texts):
    """The sorted ids of one kind."""

    def place(self, id_: str) -> int:
        """Where an id stands, -1 when it is none of these."""
        place = self.first(id_)
        return place if place < len(self) and self[place] == id_ else -1

    def places(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """Where each of some ids stands, -1 for one that is none of these; for many, all there are is gone over once."""
        import numpy as np

        if len(ids) * FEW_TIMES < len(self):
            return np.array([self.place(id_) for id_ in ids], np.int64)
        text, begins = bytes(self._text), self._begins.tolist()
        known = {text[first:last]: place for place, (first, last) in enumerate(pairwise(begins))}
        return np.array([known.get(id_.encode(), -1) for id_ in ids], np.int64)


class GrowingTexts:
    """Texts that are added to one by one, after those there are already."""

    def __init__(self, text: npt.NDArray[np.uint8] | None = None, begins: npt.NDArray[np.int64] | None = None) -> None:
        """Begin with some arrays of `Texts`, which stay as they are, or with none."""
        self._text = bytearray() if text is None else bytearray(text.data)
        self._begins = array("q", (0,) if begins is None else begins.tobytes())

    def append(self, text: str) -> None:
        """One more text."""
        self._text += text.encode()
        self._begins.append(len(self._text))

    def arrays(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """All there are as `Texts` takes them."""
        import numpy as np

        return np.frombuffer(bytes(self._text), np.uint8), np.array(self._begins, np.int64)
