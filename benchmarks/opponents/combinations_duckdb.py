"""The same counts in DuckDB: joining steps with themselves, and grouping by mask before unnesting."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

Table = dict[int, tuple[int, int]]


def _connected(masks: Any, hired: Any) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("cases", pa.table({"mask": masks, "hired": hired}))
    return connection


def by_mask(masks: Any, hired: Any, items: int) -> Table:
    connection = _connected(masks, hired)
    rows = connection.execute(f"""
        WITH folded AS (SELECT mask, count(*) AS n, count(*) FILTER (hired) AS k FROM cases GROUP BY mask),
        held AS MATERIALIZED (
            SELECT n, k, list_filter(range({items}), lambda x: (mask >> x::UBIGINT) & 1 = 1) AS items FROM folded
        ),
        one AS (SELECT n, k, items, unnest(range(1, len(items) + 1)) AS i FROM held),
        two AS (SELECT n, k, items, items[i] AS a, i, unnest(range(i + 1, len(items) + 1)) AS j FROM one),
        three AS (SELECT n, k, a, items[j] AS b, unnest(items[j + 1 :]) AS c FROM two)
        SELECT a, items[j] AS b, -1 AS c, sum(n), sum(k) FROM two GROUP BY ALL
        UNION ALL SELECT a, b, c, sum(n), sum(k) FROM three GROUP BY ALL
    """).fetchall()
    return _as_table(rows)


def by_self_join(masks: Any, hired: Any, items: int) -> Table:
    connection = _connected(masks, hired)
    connection.execute(f"""
        CREATE TEMP TABLE steps AS
        SELECT id, unnest(list_filter(range({items}), lambda x: (mask >> x::UBIGINT) & 1 = 1))::UTINYINT AS item, hired
        FROM (SELECT row_number() OVER () AS id, mask, hired FROM cases)
    """)
    rows = connection.execute("""
        SELECT a.item, b.item, -1, count(*), count(*) FILTER (a.hired)
        FROM steps a JOIN steps b ON a.id = b.id AND a.item < b.item GROUP BY 1, 2
        UNION ALL
        SELECT a.item, b.item, c.item, count(*), count(*) FILTER (a.hired)
        FROM steps a JOIN steps b ON a.id = b.id AND a.item < b.item JOIN steps c ON b.id = c.id AND b.item < c.item
        GROUP BY 1, 2, 3
    """).fetchall()
    return _as_table(rows)


def _as_table(rows: list[tuple[int, int, int, int, int]]) -> Table:
    return {(1 << a) | (1 << b) | (1 << c if c >= 0 else 0): (int(n), int(k)) for a, b, c, n, k in rows}
