"""Every table taken into a DuckDB file as it is."""

from __future__ import annotations

from pathlib import Path

import duckdb

COUNTS = """
SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM cases WHERE outcome = 'hired'),
       (SELECT count(*) FROM case_steps
        WHERE provider_id IS NOT NULL OR program_id IS NOT NULL OR (result = 'not_served' AND need_id IS NOT NULL))
"""


def take_in(tables: str, place: str) -> dict[str, int]:
    """CREATE TABLE AS for each file, then counts."""
    Path(place).mkdir(parents=True)
    with duckdb.connect(str(Path(place) / "tables.duckdb")) as connection:
        for file in sorted(Path(tables).glob("*.parquet")):
            connection.execute(f"CREATE TABLE {file.stem} AS FROM read_parquet('{file}')")
        found = connection.execute(COUNTS).fetchone()
    assert found is not None
    return dict(zip(("cases", "hired", "steps"), found, strict=True))
