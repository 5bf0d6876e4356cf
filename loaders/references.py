"""References: what a cell refers to is there, of the right kind, and no parent is its own descendant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from graph.references import marked, missing, referring
from graph.schema import Column, load_schema
from loaders.identifiers import is_identifying
from loaders.near import NOTHING, suggestion
from loaders.values import refuse_cells

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import KnownIds
    from graph.schema import Label
    from loaders.checked import CheckedTable
    from loaders.report import Findings

SEARCHED = 20_000
"""Most ids among which a close one is looked for."""
CLOSE = 75.0


def check_references(tables: Mapping[str, CheckedTable], known: KnownIds, unread: frozenset[str], findings: Findings) -> None:
    """Refuse references to nothing, targets of the wrong kind and circles of parents.

    `unread` names tables that are there but could not be read in full: what refers to them is left unjudged.
    """
    ids = _ids(tables, known)
    for table in tables.values():
        given = [table.declared.columns[name] for name in table.given]
        _check_columns(table, [column for column in given if not unread.intersection(column.refers_to)], ids, findings)
        if "target_kind" in table.given and "target_id" in table.given:
            _check_target_kind(table, ids, findings)
        if "parent_id" in table.given and "id" in table.given:
            _check_circles(table, findings)


def _ids(tables: Mapping[str, CheckedTable], known: KnownIds) -> dict[str, pl.Series]:
    import polars as pl

    found: dict[str, pl.Series] = {}
    for kind in load_schema().nodes.values():
        parts = [known[kind.table]] if kind.table in known else []
        if kind.table in tables and "id" in tables[kind.table].given:
            parts.append(tables[kind.table].column("id").drop_nulls())
        parts = [part.cast(pl.String).alias("id") for part in parts]
        found[kind.table] = marked(pl.concat(parts)) if parts else pl.Series("id", [], dtype=pl.String)
    return found


def _check_columns(table: CheckedTable, columns: Sequence[Column], ids: Mapping[str, pl.Series], findings: Findings) -> None:
    held = referring(columns, ids)
    parts = (part.select(list(held)) for part in table.parts(*held))
    for name, dangling in missing(parts, held).items():
        if dangling.len():
            _refuse_dangling(table, table.declared.columns[name], dangling, held[name], findings)


def _refuse_dangling(
    table: CheckedTable, column: Column, dangling: pl.Series, held: Sequence[pl.Series], findings: Findings
) -> None:
    import polars as pl

    cells = table.column(column.name)
    near = _near_ids(pl.concat(held))
    tables = ", ".join(column.refers_to)
    rows = cells.is_in(dangling.implode())
    refuse_cells(
        "dangling_reference", table.raw, cells, rows, column.name, findings, lambda v: {"tables": tables, "near": near(v)}
    )


def _near_ids(held: pl.Series) -> Callable[[str], Label]:
    """Finds the closest id; looks nowhere when there are too many to compare, and offers nothing that may identify."""
    from rapidfuzz import fuzz, process

    choices = held.to_list() if held.len() <= SEARCHED else []

    def near(value: str) -> Label:
        found = process.extractOne(value, choices, scorer=fuzz.ratio, score_cutoff=CLOSE)
        return NOTHING if found is None or is_identifying(found[0]) else suggestion(found[0])

    return near


def _check_target_kind(table: CheckedTable, ids: Mapping[str, pl.Series], findings: Findings) -> None:
    """`target_kind` names the table that `target_id` is in: its codes are node kinds in lower case."""
    tables = {name.lower(): kind.table for name, kind in load_schema().nodes.items()}
    kinds, targets = table.column("target_kind"), table.column("target_id")
    for kind in kinds.drop_nulls().unique().sort().to_list():
        for other in table.declared.columns["target_id"].refers_to:
            wrong = (kinds == kind) & targets.is_in(ids[other].implode())
            if other != tables[kind] and wrong.any():
                _refuse_targets(table, wrong, kind, other, findings)


def _refuse_targets(table: CheckedTable, wrong: pl.Series, kind: str, other: str, findings: Findings) -> None:
    targets = table.column("target_id")
    words = {"kind": kind, "other": other}
    refuse_cells("target_kind_mismatch", table.raw, targets, wrong, "target_id", findings, lambda _: words)


def _check_circles(table: CheckedTable, findings: Findings) -> None:
    pairs = table.select(["id", "parent_id"]).drop_nulls()
    circling = circling_ids(dict(pairs.iter_rows()))
    if circling:
        ids = table.column("id")
        refuse_cells("parent_cycle", table.raw, table.column("parent_id"), ids.is_in(sorted(circling)), "parent_id", findings)


def circling_ids(parents: Mapping[str, str]) -> set[str]:
    """The ids that are their own ancestors, given each id's parent."""
    settled: set[str] = set()
    circling: set[str] = set()
    for start in parents:
        trail: dict[str, int] = {}
        here = start
        while here in parents and here not in settled and here not in trail:
            trail[here] = len(trail)
            here = parents[here]
        if here in trail:
            circling |= {step for step, at in trail.items() if at >= trail[here]}
        settled |= trail.keys()
    return circling
