"""One piece of work at a time beside this thread, which makes the next ready meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep
from types import TracebackType
from typing import Any

OFTEN = 0.1
"""Seconds after which work that was told to stop is told again: it may have begun just then."""


class Beside:
    """A context: at its end the last piece has ended. What ends it early, Ctrl-C too, stops the piece by `interrupt` first."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        """Nothing runs yet."""
        self._interrupt = interrupt
        self._pool = ThreadPoolExecutor(1)
        self._busy = False
        self._running: tuple[Future[Any], Callable[[Any], None]] | None = None

    def start(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Start a piece when the one before it has ended; `then` is called here with what it gives."""
        self.wait()
        self._running = self._pool.submit(self._work, work), then

    def _work(self, work: Callable[[], Any]) -> Any:
        self._busy = True
        try:
            return work()
        finally:
            self._busy = False

    def wait(self) -> None:
        """Wait for the piece under way; what it raised is raised here."""
        if self._running is not None:
            found, then = self._running[0].result(), self._running[1]
            self._running = None
            then(found)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way; a piece that has ended is finished with."""
        if self._running is not None and self._running[0].done():
            self.wait()
        return self._running is None

    def __enter__(self) -> Beside:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait for the last piece, or stop it."""
        try:
            if error is None:
                self.wait()
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
            while self._busy:
                self._interrupt()
                sleep(OFTEN)
            self._pool.shutdown()
