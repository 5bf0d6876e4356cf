"""One reader per generation, shared by all requests; a new generation is noticed by the next request, without a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from graph.generations import Generations
from graph.store import NoGeneration

if TYPE_CHECKING:
    from graph.store import Reader, Store


@dataclass
class _Lent:
    """A reader, and how many requests are answering from it."""

    reader: Reader
    requests: int = 0
    retired: bool = False


class Readers:
    """Lends the current generation's reader; an older one is closed when its last request has been answered."""

    def __init__(self, store: Store) -> None:
        """Of one store; nothing is opened yet."""
        self._store, self._current_id = store, current_id(store)
        self._lent: _Lent | None = None
        self._lock = Lock()

    @contextmanager
    def lend(self) -> Iterator[Reader]:
        """A reader for the length of one request; NoGeneration when nothing is loaded."""
        with self._lock:
            lent = self._current()
            lent.requests += 1
        try:
            yield lent.reader
        finally:
            with self._lock:
                lent.requests -= 1
                self._close_if_done(lent)

    def close(self) -> None:
        """Close the reader as soon as nobody answers from it."""
        with self._lock:
            self._retire()

    def _current(self) -> _Lent:
        now = self._current_id()
        if now is None:
            self._retire()
            raise NoGeneration("아직 적재된 데이터가 없습니다. | Nothing is loaded yet.")
        if self._lent is None or self._lent.reader.generation.id != now:
            opened = _Lent(self._store.reader())
            self._retire()
            self._lent = opened
        return self._lent

    def _retire(self) -> None:
        if self._lent is not None:
            self._lent.retired = True
            self._close_if_done(self._lent)
            self._lent = None

    @staticmethod
    def _close_if_done(lent: _Lent) -> None:
        if lent.retired and lent.requests == 0:
            lent.reader.close()


def current_id(store: Store) -> Callable[[], str | None]:
    """What tells the id of the current generation, the pointer's text alone on the embedded engine."""
    generations = getattr(store, "generations", None)
    if isinstance(generations, Generations):
        return generations.current_id
    return lambda: now.id if (now := store.current()) is not None else None
