"""Everything that is checked of the tables of one dataset, in order: identifiers, cells, keys, references, rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from graph.schema import LOCATOR, Table, load_schema
from loaders.checked import CheckedTable, Packing
from loaders.columns import declared_columns
from loaders.identifiers import refuse_identifiers
from loaders.keys import check_keys
from loaders.references import check_references
from loaders.report import Findings
from loaders.rules import check_rules
from loaders.values import sound_cells, typed

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import DatasetCard, KnownIds
    from loaders.raw import RawTable


def check_table(slices: Iterable[RawTable], findings: Findings) -> CheckedTable:
    """A table, read in one slice or more, with its header and each of its cells checked."""
    import polars as pl

    told: list[RawTable] = []
    with Packing() as packing:
        for raw in slices:
            # The header is the same for all slices and is refused once.
            table = _check_slice(raw, findings, Findings() if told else findings)
            packing.append(table.select(list(table.declared.columns)))
            told.append(table.raw)
        pieces = packing.pieces()
    lines = told[0].lines if len(told) == 1 else pl.concat([raw.lines for raw in told])
    return replace(table, raw=replace(told[0], lines=lines), pieces=pieces)


def _check_slice(raw: RawTable, findings: Findings, header_findings: Findings) -> CheckedTable:
    import polars as pl

    declared = load_schema().tables[raw.name]
    refuse_identifiers(raw, declared, findings)
    texts = pl.DataFrame(declared_columns(raw, declared, header_findings))
    frame = sound_cells(raw, texts, declared, findings)
    checked = _declared_frame(raw, declared, frame)
    return CheckedTable(raw.without_cells(), declared, (checked,), frozenset(texts.columns))


def check_together(
    tables: Mapping[str, CheckedTable], card: DatasetCard | None, known: KnownIds, unread: Set[str], findings: Findings
) -> None:
    """What can only be seen with all tables at hand. `unread` names tables that could not be read at all."""
    check_keys(tables, known, card.id if card else None, findings)
    partly_read = {name for name, table in tables.items() if not table.whole}
    check_references(tables, known, frozenset(unread | partly_read), findings)
    check_rules(tables, findings)


def _declared_frame(raw: RawTable, declared: Table, texts: pl.DataFrame) -> pl.DataFrame:
    """Every declared column in order and type; a row that does not say where it stands is given its place in the file."""
    import polars as pl

    absent = pl.lit(None, dtype=pl.String)
    told = raw.lines.alias("line").to_frame().with_columns(texts.get_columns())
    columns = (
        typed(pl.col(column.name) if column.name in texts.columns else absent, column).alias(column.name)
        for column in declared.columns.values()
    )
    told = told.with_columns(columns)
    if told[LOCATOR.name].null_count():
        place = pl.concat_str(pl.lit(f"{raw.file}:"), pl.col("line"))
        told = told.with_columns(pl.col(LOCATOR.name).fill_null(place))
    return told.select(list(declared.columns))
