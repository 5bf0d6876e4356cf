"""Small made-up networks: every table has rows, every reference a chance to be empty, and the same seed gives the same rows."""

from __future__ import annotations

import random
from typing import Any

import polars as pl

from graph.dataset import Dataset, DatasetCard
from graph.schema import Column, Schema, load_schema

SIZES = {
    "regions": 6,
    "networks": 4,
    "centers": 8,
    "institutions": 20,
    "programs": 30,
    "industries": 12,
    "occupations": 12,
    "credentials": 8,
    "needs": 8,
    "companies": 25,
    "figures": 5,
    "cases": 120,
}
ROWS = {
    "memberships": 25,
    "partnerships": 40,
    "program_providers": 20,
    "program_targets": 40,
    "openings": 30,
    "demands": 12,
    "case_needs": 200,
    "case_steps": 300,
    "case_credentials": 60,
}
FEW = (
    "regions",
    "centers",
    "institutions",
    "programs",
    "industries",
    "companies",
    "needs",
    "cases",
    "case_needs",
    "occupations",
)
TYPES: dict[str, Any] = {"integer": pl.Int64, "boolean": pl.Boolean}


def card(id_: str = "made", **told: Any) -> DatasetCard:
    return DatasetCard(**({"id": id_, "title": f"만든 {id_}", "selection": "complete"} | told))


def made_dataset(id_: str = "made", seed: int = 0, cases: int = 120, **told: Any) -> Dataset:
    """A whole network of about `cases` cases and 2.5 steps each."""
    schema, chance = load_schema(), random.Random(f"{id_}{seed}")
    sizes = SIZES | {"cases": cases}
    ids = {table: [f"{id_}-{table}-{i:06d}" for i in range(size)] for table, size in sizes.items()}
    factor = cases / SIZES["cases"]
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, held in ids.items():
        rows[table] = [_row(schema, table, i, ids, chance) | {"id": id__} for i, id__ in enumerate(held)]
    for table, size in ROWS.items():
        many = int(size * factor) if table.startswith("case") else size
        rows[table] = [_row(schema, table, i, ids, chance) for i in range(many)]
    rows["absences"] = [_row(schema, "absences", i, ids, chance) | {"id": f"{id_}-absences-{i:06d}"} for i in range(10)]
    return dataset_of(rows, card(id_, **told))


def few_kinds(seed: int, cases: int) -> Dataset:
    """A network of a few kinds, quick on a server: each kind and type more is a statement that it plans anew."""
    made = made_dataset(seed=seed, cases=cases)
    return Dataset(made.card, {name: made.tables[name] for name in FEW})


def dataset_of(rows: dict[str, list[dict[str, Any]]], about: DatasetCard) -> Dataset:
    """A Dataset of plain rows: missing columns are null, a second row of a key is left out."""
    schema = load_schema()
    tables = {}
    for name, told in rows.items():
        columns = schema.tables[name].columns
        typed = {column.name: TYPES.get(column.type, pl.String) for column in columns.values()}
        full = [
            {column: row.get(column) for column in columns} | {"locator": row.get("locator") or f"쪽 {i + 1}"}
            for i, row in enumerate(told)
        ]
        frame = pl.DataFrame(full, schema=typed).unique(list(schema.tables[name].key), keep="first", maintain_order=True)
        if frame.height:
            tables[name] = frame
    return Dataset(about, tables)


def shuffled(dataset: Dataset, seed: int) -> Dataset:
    """The same dataset with its rows in another order."""
    tables = {name: table.sample(fraction=1.0, shuffle=True, seed=seed) for name, table in dataset.tables.items()}
    return Dataset(dataset.card, tables)


def without_cases(dataset: Dataset, gone: set[str]) -> Dataset:
    """The same dataset after some people withdrew."""
    tables = {}
    for name, table in dataset.tables.items():
        column = {"cases": "id"}.get(name, "case_id")
        tables[name] = table.filter(~pl.col(column).is_in(sorted(gone))) if column in table.columns else table
    tables["cases"] = dataset.tables["cases"].filter(~pl.col("id").is_in(sorted(gone)))
    return Dataset(dataset.card, tables)


def _row(schema: Schema, table: str, place: int, ids: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    row = {c.name: _value(schema, c, ids, chance) for c in schema.tables[table].columns.values() if c.name != "locator"}
    if table == "program_targets":
        kind = row["target_kind"]
        row["target_id"] = chance.choice(ids[{"industry": "industries"}.get(kind, f"{kind}s")])
    if table == "case_steps":
        row["order"] = chance.randint(1, 6)
    row["locator"] = f"{table} {place + 1}"
    return row


def _value(schema: Schema, column: Column, ids: dict[str, list[str]], chance: random.Random) -> Any:
    if not column.required and chance.random() < 0.25:
        return None
    if column.refers_to:
        return chance.choice(ids[chance.choice([table for table in column.refers_to if table in ids])])
    if column.code:
        return chance.choice(list(schema.vocabularies[column.code]))
    plain = {
        "integer": lambda: chance.randint(column.min or 0, min(column.max or 9, (column.min or 0) + 9)),
        "boolean": lambda: chance.random() < 0.5,
        "month": lambda: f"20{chance.randint(20, 25)}-{chance.randint(1, 12):02d}",
        "day": lambda: f"20{chance.randint(20, 25)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
    }
    return plain.get(column.type, lambda: chance.choice(["가", "나 다", 'a"b', "c'd\\", "라|마"]))()
