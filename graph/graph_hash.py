"""One number for a whole graph, the same on every engine that holds the same nodes and relationships."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from graph.frames import NodeFrame
from graph.read_back import read_frames
from graph.schema import Schema, load_schema

if TYPE_CHECKING:
    import polars as pl

    from graph.store import Reader

# A locator that only counts rows of a file (`centers.csv:17`) says nothing of the network.
COUNTED_ROW = re.compile(r"[^/:]+\.[a-z]+(:[^:]*)?:\d+")


def graph_hash(reader: Reader, schema: Schema | None = None) -> str:
    """A hash of all nodes and relationships with their properties, in whatever order they were loaded.

    Left out is what a load adds for itself, and locators that only count the rows of a file.
    """
    schema = schema or load_schema()
    total = 0
    for part in read_frames(reader, schema):
        name = part.kind if isinstance(part, NodeFrame) else f"{part.start_kind} {part.type} {part.end_kind}"
        total += _sum_of_rows(name, part.frame)
    return f"{total % (1 << 128):032x}"


def _sum_of_rows(name: str, frame: pl.DataFrame) -> int:
    columns = sorted(frame.columns)
    locator = columns.index("locator")
    total = 0
    for row in frame.select(columns).iter_rows():
        told = list(row)
        if told[locator] is not None and COUNTED_ROW.fullmatch(told[locator]):
            told[locator] = None
        text = json.dumps([name, *told], ensure_ascii=False)
        total += int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")
    return total
