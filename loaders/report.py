"""What a check found: refusals with their place, and a report of them for people and programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graph.schema import Label
from graph.wording import in_both
from loaders.refusals import load_reasons

LISTED_PER_FILE = 100
"""Refusals of one file that are listed; the rest are counted."""


@dataclass(frozen=True)
class Refusal:
    """One thing that is wrong. `line` is the file's own (a CSV's physical line, a sheet's row, a Parquet's row from 1).

    `shown` is the refused value masked, None where there is no value.
    """

    file: str
    line: int | None
    column: str | None
    code: str
    message: Label
    action: Label
    shown: str | None = None

    def __str__(self) -> str:
        """The refusal on one line."""
        return f"{self.place}: {in_both(f'{self.message.ko} {self.action.ko}', f'{self.message.en} {self.action.en}')}"

    @property
    def place(self) -> str:
        """`file:line column`, as far as known."""
        line = "" if self.line is None else f":{self.line}"
        return self.file + line + (f" {self.column}" if self.column else "")


@dataclass(frozen=True)
class Report:
    """The outcome of one check. `tables` counts the rows read, `rest` the refusals of a file beyond those listed."""

    dataset_id: str | None
    refusals: tuple[Refusal, ...]
    tables: Mapping[str, int]
    rest: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True when nothing was refused."""
        return not self.refusals

    @property
    def refused(self) -> int:
        """How many refusals there are, listed or not."""
        return len(self.refusals) + sum(self.rest.values())

    @property
    def summary(self) -> Label:
        """One line that says how the check went, and names the first refusal."""
        rows, tables = sum(self.tables.values()), len(self.tables)
        if self.ok:
            return Label(
                f"이상이 없습니다: 표 {tables:,}개, 행 {rows:,}개.", f"Nothing to refuse: {tables:,} tables, {rows:,} rows."
            )
        first = self.refusals[0]
        return Label(
            f"{self.refused:,}건이 맞지 않아 받지 않았습니다. 첫 번째는 {first.place}: {first.message.ko} {first.action.ko}",
            f"Refused for {self.refused:,} reason(s). The first is {first.place}: {first.message.en} {first.action.en}",
        )

    def to_json(self) -> dict[str, Any]:
        """The report for programs; plain values only."""
        return {
            "ok": self.ok,
            "dataset": self.dataset_id,
            "summary": asdict(self.summary),
            "tables": dict(self.tables),
            "refused": self.refused,
            "not_listed": dict(self.rest),
            "refusals": [asdict(refusal) for refusal in self.refusals],
        }


def masked(value: str) -> str:
    """A refused value as it may be shown: its first character at most."""
    start = value.strip()[:1]
    return (start if len(value.strip()) > 1 and start.isprintable() else "") + "•••"


class Findings:
    """Collects refusals while checks run: one for each cell, at most `LISTED_PER_FILE` for each file."""

    def __init__(self) -> None:
        """Start with nothing found."""
        self._found: dict[tuple[str, int | None, str | None, str], Refusal] = {}
        self._listed: Counter[str] = Counter()
        self._rest: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many refusals are listed."""
        return len(self._found)

    def room(self, file: str) -> int:
        """How many more refusals of a file will be listed."""
        return LISTED_PER_FILE - self._listed[file]

    def count(self, file: str, more: int) -> None:
        """Note refusals of a file that are not listed."""
        if more:
            self._rest[file] += more

    def add(
        self,
        code: str,
        file: str,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **words: object,
    ) -> None:
        """Note one refusal. A cell is refused once, for the first thing found; a whole file or row once for each code."""
        cell = (file, line, column, "" if line and column else code)
        if cell in self._found:
            return
        if self.room(file) <= 0:
            self.count(file, 1)
            return
        reason = load_reasons()[code]
        given = {"column": column, "near": "", **words}
        message, action = _filled(reason.message, given), _filled(reason.action, given)
        self._found[cell] = Refusal(file, line, column, code, message, action, None if value is None else masked(value))
        self._listed[file] += 1

    def report(self, dataset_id: str | None, tables: Mapping[str, int]) -> Report:
        """Everything found, sorted by place."""
        refusals = sorted(self._found.values(), key=lambda r: (r.file, r.line or 0, r.column or "", r.code))
        return Report(dataset_id, tuple(refusals), dict(tables), dict(self._rest))


def _filled(template: Label, words: Mapping[str, object]) -> Label:
    ko = {name: word.ko if isinstance(word, Label) else word for name, word in words.items()}
    en = {name: word.en if isinstance(word, Label) else word for name, word in words.items()}
    return Label(template.ko.format(**ko), template.en.format(**en))
