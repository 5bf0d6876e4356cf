"""The columnar snapshot of a generation from the kept tables, against DuckDB taking in the same files as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.harness import Contender, compare, work_folder
from benchmarks.load import cases_at
from benchmarks.rows import SNAPSHOT
from benchmarks.server import Servers

CASES = 10_000_000


def kept(folder: Path, cases: int) -> str:
    """A made-up dataset, checked and kept: the folder of its tables as Parquet."""
    from graph import contents
    from graph.schema import load_schema
    from loaders.cohort.write import write_cohort
    from loaders.folder import check_folder

    made = [card.parent for card in (folder / "kept").glob(f"*/*/{contents.CARD}")]
    if made:
        return str(made[0])
    write_cohort(folder / "tables", cases, seed=1, file_format="parquet")
    dataset = check_folder(folder / "tables", {}).dataset
    assert dataset is not None
    return str(contents.keep(dataset, folder / "kept", load_schema()).folder)


def snapshot(tables: str, place: str) -> dict[str, int]:
    """Ours: what a snapshot holds of nodes and relationships, projected from the tables, and its columns written."""
    from graph.contents import CARD, StoredTables
    from graph.dataset import Dataset, DatasetCard
    from graph.projection import project
    from graph.schema import load_schema
    from graph.snapshot import Snapshot, SnapshotWriter, wanted_columns
    from graph.workspace import SLICE

    told = json.loads((Path(tables) / CARD).read_text("utf-8"))
    card = DatasetCard(**{name: value for name, value in told.items() if name in DatasetCard.__dataclass_fields__})
    dataset = Dataset(card, StoredTables(Path(tables)))
    with SnapshotWriter(Path(place), load_schema()) as writer:
        for part in project([dataset], load_schema(), rows=SLICE, wanted=wanted_columns(load_schema())):
            writer.take(part)
        writer.finish()
    made = Snapshot(Path(place))
    hired = made.codes["outcome"].index("hired")
    return {"cases": made.cases.outcome.size, "hired": int((made.cases.outcome == hired).sum()), "steps": made.steps.order.size}


def cleared(_tables: str, place: str) -> None:
    """No snapshot of an earlier round."""
    shutil.rmtree(place, ignore_errors=True)


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """10 million cases at scale 1."""
    from benchmarks.opponents import snapshot_duckdb

    cases = cases_at(CASES, scale)
    with work_folder(f"snapshot-{cases}") as folder:
        tables = kept(folder, cases)
        return [
            compare(
                SNAPSHOT,
                "DuckDB CREATE TABLE AS of the same files",
                Contender(snapshot, (tables, f"{folder}/snapshot"), before=cleared),
                Contender(snapshot_duckdb.take_in, (tables, f"{folder}/duck"), before=cleared),
                rounds,
                size=f"{cases:,} cases",
                note="DuckDB keeps the tables as they are; ours also resolves ids to places and groups steps by case",
            )
        ]
