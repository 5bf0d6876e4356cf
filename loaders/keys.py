"""Identifiers and keys: each given once, in one table, in one dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graph.frames import NotInRuns, by_runs, rises
from graph.schema import load_schema
from loaders.values import refuse_cells

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import KnownIds
    from loaders.checked import CheckedTable
    from loaders.report import Findings


def check_keys(tables: Mapping[str, CheckedTable], known: KnownIds, card_id: str | None, findings: Findings) -> None:
    """Refuse repeated keys, ids used in two tables, and ids another dataset holds."""
    for table in tables.values():
        _check_repeats(table, findings)
    _check_kinds(tables, known, card_id, findings)


def _check_repeats(table: CheckedTable, findings: Findings) -> None:
    key = [name for name in table.declared.key if name in table.given]
    needed = [name for name in key if table.declared.columns[name].required]
    if not needed or any(name not in key for name in table.declared.key if table.declared.columns[name].required):
        return
    # Large tables mostly stand in the order of their keys.
    if rises((part.select(key) for part in table.parts(*key)), key) or _differ_in_runs(table, key):
        return
    keys = table.select(key)
    filled = ~keys.select(needed).select(_any_null()).to_series()
    repeated = ~keys.is_unique() & filled
    if not repeated.any():
        return
    later = repeated & ~keys.select(_first_of_its_kind(key)).to_series()
    _refuse_repeats(table, key, later, findings)


def _differ_in_runs(table: CheckedTable, key: list[str]) -> bool:
    """Whether no key stands twice in a table whose rows stand by the first column of their key."""
    try:
        parts = (part.select(key) for part in table.parts(*key))
        return not any(rows.is_duplicated().any() for rows in by_runs(parts, key[0]))
    except NotInRuns:
        return False


def _any_null() -> pl.Expr:
    import polars as pl

    return pl.any_horizontal(pl.all().is_null())


def _first_of_its_kind(key: list[str]) -> pl.Expr:
    import polars as pl

    return pl.struct(key).is_first_distinct()


def _refuse_repeats(table: CheckedTable, key: list[str], later: pl.Series, findings: Findings) -> None:
    raw, rows = table.raw, later.arg_true()
    listed = rows.head(max(findings.room(raw.file), 0)).to_list()
    findings.count(raw.file, rows.len() - len(listed))
    keys = table.select(key)
    wanted = {keys.row(row) for row in listed}
    first: dict[tuple[object, ...], int] = {}
    for row, values in enumerate(keys.iter_rows()):
        if values in wanted and values not in first:
            first[values] = raw.lines[row]
    code = "duplicate_id" if key == ["id"] else "duplicate_key"
    for row in listed:
        values = keys.row(row)
        words = {"first": first[values], "key": ", ".join(key)}
        findings.add(code, raw.file, raw.lines[row], key[0], str(values[0]), **words)


def _check_kinds(tables: Mapping[str, CheckedTable], known: KnownIds, card_id: str | None, findings: Findings) -> None:
    """An id is unique over all kinds: the graph keeps them in one space."""
    import polars as pl

    kinds = [kind.table for kind in load_schema().nodes.values()]
    holders = [tables[name] for name in kinds if name in tables and "id" in tables[name].given]
    own = [pl.Series([card_id or ""], dtype=pl.String), *(table.column("id").drop_nulls() for table in holders)]
    seen = dict(zip(["sources", *(table.declared.name for table in holders)], own, strict=True))
    if not pl.concat([series.alias("id") for series in own]).is_unique().all():
        for at, table in enumerate(holders):
            for other in list(seen)[: at + 1]:
                _refuse_shared(table, seen[other], "id_in_two_kinds", other, findings)
    for table in holders:
        for other, held in known.items():
            # Two datasets may both describe a region or an institution, and are held to agree; nobody is in two datasets.
            if other != table.declared.name or table.declared.person:
                _refuse_shared(table, held, "id_held_elsewhere", other, findings)


def _refuse_shared(table: CheckedTable, held: pl.Series, code: str, other: str, findings: Findings) -> None:
    ids = table.column("id")
    shared = ids.is_in(held.implode())
    if shared.any():
        refuse_cells(code, table.raw, ids, shared, "id", findings, lambda _: {"other": other})
