"""How fast long work goes, and how long its present step may still take."""

from __future__ import annotations

from time import monotonic

from api.steps import unit_of


class Pace:
    """What work tells as it goes on. A step that has told nothing yet is expected to go as fast as what came before it.

    `step`, `done` and `total` are as told last. What is counted goes on from step to step while its total stays the same.
    """

    def __init__(self) -> None:
        """Nothing told yet."""
        self.step = ""
        self.done = self.total = 0
        self._gained = 0
        self._began = self._told = 0.0

    def tell(self, step: str, done: int, total: int) -> None:
        """Progress as a load calls it."""
        self._told = monotonic()
        if not self.step or unit_of(step) != unit_of(self.step):
            self._gained, self._began = 0, self._told
        elif done >= self.done and (step == self.step or total == self.total):
            self._gained += done - self.done
        self.step, self.done, self.total = step, done, total

    @property
    def rate(self) -> int | None:
        """How many of what is counted are done in a second; None until it can be told."""
        elapsed = self._told - self._began
        return round(self._gained / elapsed) or None if self._gained and elapsed > 1 else None

    @property
    def seconds_left(self) -> int | None:
        """How long the present step will take at this rate; None where that cannot be told, or was too little."""
        if self.rate is None:
            return None
        left = -(-(self.total - self.done) // self.rate) - int(monotonic() - self._told)
        return left if left > 0 or self.done >= self.total else None
