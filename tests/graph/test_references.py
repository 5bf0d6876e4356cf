"""References that point nowhere, held against sets of Python; and when a dataset's own need not be asked about again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from graph import references
from graph.contents import Held, keep
from graph.dataset import Dataset
from graph.references import marked, missing, refuse_dangling
from graph.schema import load_schema
from graph.store import DanglingReference
from loaders.folder import check_folder

from .made import card, dataset_of

LEANING = "id: {id}\ntitle: 지역\nselection: success_stories\n"


@pytest.mark.parametrize("seed", range(200))
def test_what_is_missing_is_what_sets_say(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "MANY", 5)
    chance = random.Random(seed)
    known = [marked(texts(sorted(set(drawn(chance, 20))))) for _ in range(chance.randrange(3))]
    parts = [part_of(chance, known) for _ in range(chance.randrange(4))]
    found = missing(iter(parts), dict.fromkeys("abc", known))
    held = {id_ for ids in known for id_ in ids}
    for column in "abc":
        told = {value for part in parts for value in part[column] if value is not None}
        assert found[column].to_list() == sorted(told - held)


def part_of(chance: random.Random, known: Sequence[pl.Series]) -> pl.DataFrame:
    """Columns of one height: in any order, rising, with gaps, and with each known id in its turn some times over."""
    height = chance.randrange(1, 15)
    every = known[0].head(height).to_list() if known else []
    in_turn = sorted(every + chance.choices(every, k=height - len(every))) if every else drawn(chance, height)
    gaps = [value if chance.random() < 0.7 else None for value in drawn(chance, height)]
    rising = sorted(drawn(chance, height)) if chance.random() < 0.5 else gaps
    return pl.DataFrame({"a": texts(in_turn), "b": texts(rising), "c": texts(drawn(chance, height))})


def drawn(chance: random.Random, how_many: int) -> list[str]:
    return [f"id{chance.randrange(30):02}" for _ in range(how_many)]


def texts(values: Sequence[str | None]) -> pl.Series:
    return pl.Series("ids", values, dtype=pl.String)


def folder_of(root: Path, id_: str, regions: str) -> Path:
    folder = root / id_
    folder.mkdir()
    (folder / "dataset.yaml").write_text(LEANING.format(id=id_), "utf-8")
    (folder / "regions.csv").write_text(regions, "utf-8")
    return folder


def test_a_dataset_is_closed_when_nothing_else_was_there_to_lean_on(tmp_path: Path) -> None:
    base = check_folder(folder_of(tmp_path, "base", "id,name,parent_id\nr1,곳,\nr2,동,r1\n"), {}).dataset
    leaning = folder_of(tmp_path, "leaning", "id,name,parent_id\nr3,읍,r1\n")
    assert base is not None
    assert base.closed
    assert check_folder(leaning, {}).dataset is None
    on_base = check_folder(leaning, {"regions": base.tables["regions"]["id"]}).dataset
    assert on_base is not None
    assert not on_base.closed
    assert kept(base, tmp_path).closed
    with pytest.raises(DanglingReference, match=r"leaning/regions\.parent_id: r1"):
        refuse_dangling([kept(on_base, tmp_path)], load_schema())
    refuse_dangling([kept(base, tmp_path), kept(on_base, tmp_path)], load_schema())


def test_only_a_closed_dataset_is_taken_at_its_word(tmp_path: Path) -> None:
    lost = dataset_of({"regions": [{"id": "r3", "name": "읍", "parent_id": "r1"}]}, card("lost"))
    assert not lost.closed
    with pytest.raises(DanglingReference):
        refuse_dangling([kept(lost, tmp_path)], load_schema())


def kept(dataset: Dataset, root: Path) -> Held:
    return keep(dataset, root / "kept", load_schema())
