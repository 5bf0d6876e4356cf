"""A table's header: which of its columns are declared, and the cells of those."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graph.schema import Table
from loaders.near import near
from loaders.person_names import is_bare_name, names_a_person

if TYPE_CHECKING:
    import polars as pl

    from loaders.raw import RawTable
    from loaders.report import Findings

COLUMN_LIKE = re.compile(r"[A-Za-z][A-Za-z_ ]{0,38}[A-Za-z0-9_]?")


def declared_columns(raw: RawTable, table: Table, findings: Findings) -> dict[str, pl.Series]:
    """The text cells of each declared column that the file has; refuses unknown, repeated and missing columns."""
    found: dict[str, pl.Series] = {}
    for place, name in enumerate(raw.header):
        if name in found:
            findings.add("duplicate_column", raw.file, raw.header_line, name)
        elif name in table.columns:
            found[name] = raw.frame[str(place)]
        else:
            _refuse_column(raw, table, place, findings)
    for column in table.columns.values():
        if column.required and column.name not in found:
            findings.add("missing_column", raw.file, raw.header_line, column.name)
    return found


def _refuse_column(raw: RawTable, table: Table, place: int, findings: Findings) -> None:
    name = raw.header[place]
    labels = {column.name: column.label for column in table.columns.values()}
    words = {"place": place + 1, "table": table.name, "near": near(name, labels)}
    findings.add("unknown_column", raw.file, raw.header_line, column_place(raw, table, place), name, **words)


def column_place(raw: RawTable, table: Table, place: int) -> str:
    """The name of a column as a refusal may show it, else its number.

    A file without a header has its first person where the names should be.
    """
    name = raw.header[place]
    labels = {column.label.ko for column in table.columns.values()}
    if name in table.columns or name in labels:
        return name
    safe = COLUMN_LIKE.fullmatch(name) and not names_a_person(name) and not is_bare_name(name)
    return name if safe else f"#{place + 1}"
