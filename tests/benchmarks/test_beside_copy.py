"""The load beside raw COPY, and the one into Neo4j, by what they ask of the engine: counts that hold on any machine."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import ladybug
import neo4j
import pytest

from benchmarks.load import made
from benchmarks.opponents import load_copy, load_unwind
from benchmarks.ours import checked_and_published, cleared
from graph.ladybug_store import CHECKPOINT
from graph.neo4j_store import BATCH
from graph.schema import load_schema
from graph.statements import count_all

COPIED = re.compile(r"COPY (\S+) FROM .*?(\(from=.*\))?$", re.DOTALL)


def test_a_checked_load_asks_the_engine_for_what_a_raw_copy_asks_and_one_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = ladybug.Connection.execute

    def noted(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        asked.append(query)
        return execute(self, query, *more, **named)

    monkeypatch.setattr(ladybug.Connection, "execute", noted)
    network = made(tmp_path / "made", 60, "xs")
    raw = load_copy.load(network.frames, str(tmp_path / "raw"))
    theirs = asked.copy()
    asked.clear()
    assert checked_and_published(network.tables, str(tmp_path / "home"), "ladybug:") == raw
    assert copies(asked) == copies(theirs) and len(copies(theirs)) > 20
    more = [statement for statement in asked if not COPIED.match(statement) and statement not in theirs]
    assert more == [count_all(load_schema()), CHECKPOINT], "no row is read back"


def copies(statements: list[str]) -> Counter[tuple[str, str]]:
    """What is copied, by kind or type and the kinds it joins."""
    found = filter(None, map(COPIED.match, statements))
    return Counter((match[1], re.sub(r"\W+", " ", match[2] or "").strip().lower()) for match in found)


@pytest.mark.neo4j
def test_a_server_is_sent_each_row_once_in_full_batches_and_asked_no_more_where_there_are_more_rows(
    tmp_path: Path, neo4j_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int | None] = []
    run = neo4j.ManagedTransaction.run

    def noted(self: Any, query: Any, parameters: Any = None, **more: Any) -> Any:
        sent.append(len(rows) if (rows := (parameters or {}).get("rows")) is not None else None)
        return run(self, query, parameters, **more)

    monkeypatch.setattr(neo4j.ManagedTransaction, "run", noted)
    others = set()
    for cases in (20, 200):
        network = made(tmp_path / f"{cases}", cases, "xs")
        told = network.tables, str(tmp_path / f"home-{cases}"), neo4j_url
        cleared(*told)
        sent.clear()
        counts = checked_and_published(*told)
        batches = [rows for rows in sent if rows is not None]
        assert sum(batches) == sum(counts.values()) == network.rows
        assert len(batches) < len(counts) * 4 + network.rows / BATCH
        others.add(len(sent) - len(batches))
    cleared(*told)
    assert load_unwind.load(network.frames, neo4j_url, BATCH, "CREATE") == counts, "the opponent, written well, holds the same"
    cleared(*told)
    assert len(others) == 1 and others.pop() < 50
