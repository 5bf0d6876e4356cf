"""From folders to a published generation: check everything first, then publish all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graph.schema import load_schema
from loaders.folder import check_folder

if TYPE_CHECKING:
    from graph.dataset import Dataset, KnownIds
    from graph.store import Generation, Progress, Store
    from graph.workspace import Workspace
    from loaders.checked import Checked
    from loaders.report import Report


@dataclass(frozen=True)
class Loaded:
    """How a load ended: a generation, or the reports of what was refused."""

    reports: tuple[Report, ...]
    generation: Generation | None = None


def load_folders(folders: Sequence[Path], workspace: Workspace, store: Store, progress: Progress) -> Loaded:
    """Check each folder, later ones may refer to earlier ones, and publish them together; StoreError when the store refuses."""
    checked = check_folders(folders, workspace, store, progress)
    reports = tuple(one.report for one in checked)
    datasets = [one.dataset for one in checked if one.dataset is not None]
    if len(datasets) < len(checked):
        return Loaded(tuple(report for report in reports if not report.ok))
    checked.clear()  # the tables are the workspace's now, which lets go of them once they are kept
    return Loaded(reports, workspace.publish(datasets, store, progress))


def check_folders(folders: Sequence[Path], workspace: Workspace, store: Store | None, progress: Progress) -> list[Checked]:
    """The outcome of checking each folder against the workspace and the folders before it."""
    checked: list[Checked] = []
    for folder in folders:
        before = [one.dataset for one in checked if one.dataset is not None]

        def known(dataset_id: str, before: Sequence[Dataset] = tuple(before)) -> KnownIds:
            return _joined(workspace.known_ids(dataset_id, store), before)

        checked.append(check_folder(folder, known, progress))
    return checked


def _joined(known: KnownIds, datasets: Sequence[Dataset]) -> KnownIds:
    """The ids of a workspace and of datasets checked in the same call."""
    import polars as pl

    joined = dict(known)
    for dataset in datasets:
        for name in dataset.tables:
            if "id" in load_schema().tables[name].columns:
                ids = dataset.tables[name]["id"]
                joined[name] = pl.concat([joined[name], ids]) if name in joined else ids
    return joined
