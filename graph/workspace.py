"""A workspace: the checked datasets of one home, and the loads that make generations of them.

HOME/datasets/<id>/<hash>/   the checked tables as Parquet, and card.json: the system of record
HOME/generations/<id>/       what is rebuilt from them
HOME/current                 the generation that answers
HOME/lock                    held while a load runs
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph import contents
from graph.contents import Held
from graph.dataset import Dataset, DatasetCard, KnownIds
from graph.generations import Generations
from graph.lock import only_one
from graph.projection import project
from graph.references import ids_by_table, refuse_dangling
from graph.schema import Schema, load_schema
from graph.store import Generation, Progress, StoreError

if TYPE_CHECKING:
    from graph.frames import NodeFrame, RelationshipFrame
    from graph.store import Store

KEPT = 5
SLICE = 500_000
"""Rows of a stored table that are in memory at once while a load projects it."""


def quiet(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Workspace:
    """One home. `keep` is how many generations stay readable."""

    def __init__(self, home: Path, keep: int = KEPT, schema: Schema | None = None) -> None:
        self.home = home
        self.keep = keep
        self._schema = schema or load_schema()
        self._datasets = home / "datasets"
        self._generations = Generations(home)

    def known_ids(self, except_dataset: str, store: Store | None = None) -> KnownIds:
        """The ids held by all datasets but one, by table: what a new version of that one may refer to."""
        others = self._held(self._base(store), except_datasets={except_dataset})
        return ids_by_table(list(others.values()), self._schema)

    def datasets(self, store: Store | None = None) -> list[DatasetCard]:
        """The cards of the datasets that the current generation is made of, by id."""
        return [held.card for _, held in sorted(self._held(self._base(store)).items())]

    def generations(self) -> list[Generation]:
        """Every kept generation, newest first, the current one marked."""
        return self._generations.kept()

    def frames(self, generation: Generation) -> Iterator[NodeFrame | RelationshipFrame]:
        """The whole network of a kept generation, nodes before relationships; StoreError when its tables are not here."""
        return project([held.dataset() for held in self._held(generation).values()], self._schema)

    def publish(self, datasets: Sequence[Dataset], store: Store, progress: Progress = quiet) -> Generation:
        """Load datasets, each in place of the one of the same id, and switch to the new generation; all of it or nothing.

        A list of datasets is emptied as they are kept, so that the load has their memory.

        Raises StoreError for real beside synthetic data, ConflictingFact, DanglingReference, and LoadInProgress.
        """
        with self._loading():
            now = self._held(store.current(to_change=True), except_datasets=_ids(datasets))
            _refuse_mixture([*(held.card for held in now.values()), *(dataset.card for dataset in datasets)])
            try:
                now |= {held.card.id: held for held in self._kept(datasets, progress)}
                return self._switch_to(list(now.values()), store, progress)
            except BaseException:
                if store.engine == "ladybug":  # a server may hold what is not known to be published here
                    self._drop_unnamed()
                raise

    def withdraw(self, dataset_id: str, store: Store, progress: Progress = quiet) -> Generation:
        """Take a dataset out. Its tables, and the kept generations that hold it, are removed: withdrawn means gone."""
        with self._loading():
            now = self._held(store.current(to_change=True))
            if dataset_id not in now:
                names = ", ".join(sorted(now)) or "-"
                raise StoreError(
                    f"데이터세트 {dataset_id}은(는) 없습니다. 있는 것: {names}",
                    f"There is no dataset {dataset_id}; there are: {names}",
                )
            generation = self._switch_to([held for id_, held in now.items() if id_ != dataset_id], store, progress)
            self._forget(dataset_id)
            return generation

    def switch_to(self, generation_id: str, store: Store, progress: Progress = quiet) -> Generation:
        """Answer from a kept generation again; NoGeneration when it is not kept."""
        with self._loading():
            kept = self._held(self._generations.read(generation_id))
            return self._switch_to(list(kept.values()), store, progress)

    def prune(self, keep: int | None = None) -> list[str]:
        """Remove all but the newest generations and the tables only they were made of; gives the generations removed."""
        with only_one(self.home / "lock"):
            return self._prune(self.keep if keep is None else keep)

    @contextmanager
    def _loading(self) -> Iterator[None]:
        """Alone in this home; what a load left half built is removed, be it an earlier one that was killed or this one."""
        with only_one(self.home / "lock"):
            self._clear_leftovers()
            try:
                yield
            except BaseException:
                self._clear_leftovers()
                raise

    def _base(self, store: Store | None) -> Generation | None:
        if store is not None:
            return store.current()
        kept = self._generations.kept()
        return next((generation for generation in kept if generation.current), kept[0] if kept else None)

    def _held(self, generation: Generation | None, except_datasets: Collection[str] = ()) -> dict[str, Held]:
        told = () if generation is None else generation.datasets
        wanted = [dataset for dataset in told if dataset["id"] not in except_datasets]
        return {dataset["id"]: contents.held(dataset, self._datasets) for dataset in wanted}

    def _switch_to(self, datasets: Sequence[Held], store: Store, progress: Progress) -> Generation:
        wanted = _generation(datasets)
        now = store.current(to_change=True)
        if now is not None and now.id == wanted.id:
            return replace(now, current=True, unchanged=True)
        refuse_dangling(datasets, self._schema)
        with closing(self._frames(datasets, wanted)) as frames:
            store.publish(wanted, frames, progress)
        published = store.current(to_change=True)
        if published is None or published.id != wanted.id:
            raise StoreError(
                "적재 중에 다른 세대로 바뀌었습니다. 다시 실행해 주세요.",
                "Another load switched generations meanwhile; run this again.",
            )
        self._keep_record(published)
        self._prune(self.keep)
        return replace(published, current=True)

    def _kept(self, datasets: Sequence[Dataset], progress: Progress) -> Iterator[Held]:
        for done, dataset in enumerate(datasets):
            progress("keep", done, len(datasets))
            yield contents.keep(dataset, self._datasets, self._schema)
        progress("keep", len(datasets), len(datasets))
        if isinstance(datasets, list):
            datasets.clear()

    def _frames(self, datasets: Sequence[Held], generation: Generation) -> Generator[NodeFrame | RelationshipFrame, None, None]:
        from graph.snapshot import SnapshotWriter

        with SnapshotWriter(self._generations.stage(generation.id) / "snapshot", self._schema) as snapshot:
            for part in project([held.dataset() for held in datasets], self._schema, rows=SLICE):
                snapshot.take(part)
                yield part
            snapshot.finish()

    def _keep_record(self, published: Generation) -> None:
        """The embedded engine keeps the record with its file; for a server it is kept here, with the snapshot."""
        if self._generations.staged(published.id).exists():
            self._generations.adopt(published)
        self._generations.clear_leftovers()

    def _clear_leftovers(self) -> None:
        self._generations.clear_leftovers()
        for leftover in self._datasets.glob("*/.building-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _prune(self, keep: int) -> list[str]:
        removed = self._generations.prune(keep)
        self._drop_unnamed()
        return removed

    def _drop_unnamed(self) -> None:
        """Remove the tables that no kept generation is made of."""
        named = {(d["id"], d["hash"]) for generation in self._generations.kept() for d in generation.datasets}
        for path in self._datasets.glob("*/*"):
            if (path.parent.name, path.name) not in named:
                shutil.rmtree(path, ignore_errors=True)

    def _forget(self, dataset_id: str) -> None:
        for generation in self._generations.kept():
            if not generation.current and dataset_id in _told_ids(generation.datasets):
                self._generations.remove(generation.id)
        shutil.rmtree(self._datasets / dataset_id, ignore_errors=True)


def _generation(datasets: Sequence[Held]) -> Generation:
    ordered = sorted(datasets, key=lambda held: held.card.id)
    id_ = contents.generation_id({held.card.id: held.hash for held in ordered})
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Generation(id_, created, tuple(held.told() for held in ordered))


def _ids(datasets: Sequence[Dataset]) -> set[str]:
    return {dataset.card.id for dataset in datasets}


def _told_ids(datasets: Sequence[Mapping[str, Any]]) -> set[str]:
    return {dataset["id"] for dataset in datasets}


def _refuse_mixture(cards: Sequence[DatasetCard]) -> None:
    made_up = sorted(card.id for card in cards if card.synthetic)
    real = sorted(card.id for card in cards if not card.synthetic)
    if made_up and real:
        raise StoreError(
            f"합성 데이터({', '.join(made_up)})와 실제 데이터({', '.join(real)})는 섞을 수 없습니다. "
            "PUMASI_HOME을 다른 폴더로 정해 주세요.",
            f"Synthetic ({', '.join(made_up)}) and real data ({', '.join(real)}) never share a generation; "
            "use another PUMASI_HOME.",
        )
