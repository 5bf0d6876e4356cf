"""Wrong cells for a synthetic dataset, each on the record: what a check must find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.cohort.tables import Table


@dataclass(frozen=True)
class Fault:
    """A way to spoil a cell: the column, what is written there, and what is wrong with it."""

    column: str
    value: str | int
    problem: str


@dataclass(frozen=True)
class Spoiled:
    """One wrong cell: `row` counts the table's rows from 1, without the header line."""

    table: str
    row: int
    column: str
    problem: str


FAULTS = {
    "programs": (Fault("seats", -5, "out_of_range"), Fault("status", "운영", "unknown_code")),
    "companies": (Fault("industry_id", "nowhere", "unknown_reference"), Fault("size_band", "큼", "unknown_code")),
    "cases": (
        Fault("age_band", "5O대", "unknown_code"),
        Fault("opened_month", "2025-13", "bad_month"),
        Fault("center_id", "nowhere", "unknown_reference"),
        Fault("prior_industry_id", "010-0000-0000", "identifier"),
    ),
    "case_needs": (Fault("need_id", "nowhere", "unknown_reference"),),
    "case_steps": (
        Fault("order", 0, "out_of_range"),
        Fault("reason", "담당자 부재", "unknown_code"),
        Fault("provider_id", "nowhere", "unknown_reference"),
        Fault("month", "2025/13", "bad_month"),
    ),
}


def spoil(name: str, table: Table, first: int, share: float, rng: np.random.Generator) -> tuple[Table, list[Spoiled]]:
    """The table with one wrong cell in about `share` of its rows; `first` rows came before it."""
    faults = FAULTS.get(name, ())
    rows = np.flatnonzero(rng.random(len(next(iter(table.values())))) < share) if faults else np.empty(0, dtype=np.int64)
    which = np.arange(len(rows)) % max(1, len(faults))
    spoiled = dict(table)
    for number, fault in enumerate(faults):
        spoiled[fault.column] = _overwrite(table[fault.column], rows[which == number], fault.value)
    return spoiled, list(_record(name, faults, rows.tolist(), which.tolist(), first))


def _overwrite(column: pa.Array, rows: np.ndarray[tuple[int], np.dtype[np.int64]], value: str | int) -> pa.Array:
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    if not pa.types.is_dictionary(column.type):
        return pc.if_else(pa.array(mask), pa.scalar(value, column.type), column)
    return pc.if_else(pa.array(mask), pa.scalar(value), column.cast(pa.string())).dictionary_encode()


def _record(name: str, faults: tuple[Fault, ...], rows: list[int], which: list[int], first: int) -> Iterator[Spoiled]:
    for row, number in zip(rows, which, strict=True):
        yield Spoiled(name, first + row + 1, faults[number].column, faults[number].problem)
