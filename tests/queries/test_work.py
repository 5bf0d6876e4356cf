"""What heavy questions read from the engine: counted, and no more where there are ten times the cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.disclosure import PLANNER
from graph.ladybug_store import LadybugReader
from graph.store import Reader
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.catalog import load_catalog
from tests.graph.made import made_dataset

FEW, MANY = 100, 1000
OPEN = [question.name for question in load_catalog() if not any(param.required for param in question.params.values())]
FROM_COLUMNS = {"case_journeys", "partner_combinations", "partner_outcomes", "time_to_hire"}
"""Questions that are answered without the engine."""


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reader]]:
    """Few cases, and ten times as many."""
    found: list[Reader] = []
    for cases in (FEW, MANY):
        home = tmp_path_factory.mktemp(f"cases-{cases}")
        Workspace(home).publish([made_dataset(cases=cases)], open_store("ladybug:", home))
        found.append(open_store("ladybug:", home).reader())
    yield found
    for reader in found:
        reader.close()


@pytest.mark.parametrize("name", OPEN)
def test_a_question_reads_no_more_of_the_engine_where_there_are_more_cases(
    name: str, readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    query = LadybugReader.query

    def noted(self: LadybugReader, cypher: str, params: Any) -> Any:
        found = query(self, cypher, params)
        read.append(len(found.rows))
        return found

    monkeypatch.setattr(LadybugReader, "query", noted)
    monkeypatch.setattr(LadybugReader, "_frame", lambda *_: pytest.fail("whole kinds or types were read back"))
    work = []
    for reader in readers:
        read.clear()
        ask(reader, name, {}, PLANNER)
        work.append((len(read), sum(read)))
    (few, rows), (many, more) = work
    assert many == few and (few == 0) == (name in FROM_COLUMNS)
    assert more < rows + (MANY - FEW) / 10, "names of what is shown differ a little, cases would be nine hundred"


def test_the_columns_are_the_loads_own(readers: list[Reader]) -> None:
    for reader in readers:
        folder = reader.snapshot().folder
        assert (folder / "snapshot.json").stat().st_mtime <= Path(folder.parent / "generation.json").stat().st_mtime
