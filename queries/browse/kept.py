"""What is worked out once for a generation and kept while it is asked about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from graph.store import Reader

Made = TypeVar("Made")
GENERATIONS_KEPT = 3


class OncePerGeneration(Generic[Made]):
    """Calls `make` the first time a generation is asked about; a generation's id is its content, so the result stays true."""

    def __init__(self, make: Callable[..., Made]) -> None:
        """Nothing is made yet."""
        self._make = make
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._lock = Lock()

    def __call__(self, reader: Reader, *more: object) -> Made:
        """What was made for the reader's generation; `more` is what `make` needs that does not change what it makes."""
        with self._lock:
            if reader.generation.id not in self._made:
                self._made[reader.generation.id] = self._make(reader, *more)
            self._made.move_to_end(reader.generation.id)
            while len(self._made) > GENERATIONS_KEPT:
                self._made.popitem(last=False)
            return self._made[reader.generation.id]
