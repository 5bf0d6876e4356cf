"""A table after its cells were checked, and the outcome of checking a whole folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import Dataset
    from graph.schema import Table
    from loaders.raw import RawTable
    from loaders.report import Report


@dataclass(frozen=True)
class CheckedTable:
    """One table with typed cells: a column for each declared one, null where empty, refused or not given."""

    raw: RawTable
    declared: Table
    frame: pl.DataFrame
    given: frozenset[str]

    @property
    def whole(self) -> bool:
        """False when ids may be missing, so that nothing can be said of what refers to them."""
        return self.raw.whole and "id" in self.given


@dataclass(frozen=True)
class Checked:
    """What came of a check: the dataset when nothing was refused, and the report in any case."""

    dataset: Dataset | None
    report: Report
