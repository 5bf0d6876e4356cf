"""Raw COPY of finished nodes and relationships into a fresh Ladybug file: the floor under every load into it.

Types that our load keeps at their start only, for their number, are kept so here too.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import ladybug

from graph.schema import load_schema
from graph.statements import ladybug_tables


def load(frames: str, database: str) -> dict[str, int]:
    """Tables, COPY, counts."""
    Path(database).mkdir(parents=True)
    opened = ladybug.Database(str(Path(database) / "raw.lbdb"))
    connection = ladybug.Connection(opened)
    one_way = json.loads((Path(frames) / "one_way.json").read_text("utf-8"))
    for statement in ladybug_tables(load_schema(), one_way):
        connection.execute(statement)
    counts: dict[str, int] = {}
    for part in json.loads((Path(frames) / "frames.json").read_text("utf-8")):
        ends = f" (from='{part['ends'][0]}', to='{part['ends'][1]}')" if "ends" in part else ""
        name = part.get("kind") or part["type"]
        connection.execute(f"COPY {name} FROM '{Path(frames) / part['file']}'{ends}")
        counts[name] = -1 if "ends" in part else 0
    for name, relationship in list(counts.items()):
        pattern = f"()-[x:{name}]->()" if relationship else f"(x:{name})"
        found: Any = connection.execute(f"MATCH {pattern} RETURN count(x) AS found")
        counts[name] = found.get_all()[0][0]
    connection.close()
    opened.close()
    return counts


def cleared(_frames: str, database: str) -> None:
    """No file of an earlier round."""
    shutil.rmtree(database, ignore_errors=True)
