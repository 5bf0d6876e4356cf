"""What is done because a nation's directory is large: looked for together, and passed over by the garbage collector."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from graph import snapshot as snapshots
from queries.referral import person
from queries.referral.directory import HIRING, HOLDING, REACHED, TRAINED, Directory
from queries.referral.evidence import Places
from queries.ties.directory import Regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.snapshot import Snapshot
    from graph.store import Reader


class Circle:
    """Something that refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.parametrize("times", [0, 1_000_000])
def test_places_are_those_found_one_by_one(made_reader: Reader, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(snapshots, "FEW_TIMES", times)
    snapshot = made_reader.snapshot()
    directory = _every_node(snapshot)
    found, rng = Places(directory, snapshot), np.random.default_rng(1)
    wanted = np.array([_place(directory, snapshot, number) for number in range(len(directory.nodes))])
    assert len(set(wanted.tolist())) > 10
    for _ in range(20):
        asked = rng.integers(0, len(wanted), rng.integers(0, 30))
        np.testing.assert_array_equal(found.of(asked), wanted[asked])


def _every_node(snapshot: Snapshot) -> Directory:
    """All nodes of some kinds, and one of each that the snapshot does not know, in no order."""
    found = Directory(Regions.of([]))
    kinds = ("Institution", "Company", "Center", "Program", "Need", "Industry", "Network")
    told = [(kind, id_) for kind in kinds for id_ in (*snapshot.ids(kind), f"none-{kind}")]
    for place in np.random.default_rng(0).permutation(len(told)).tolist():
        kind, id_ = told[place]
        for role in {"Company": (HIRING, HOLDING), "Industry": (TRAINED, REACHED)}.get(kind, (TRAINED,)):
            found.add(id_, kind, role, (id_, None, ""))
    return found


def _place(directory: Directory, snapshot: Snapshot, number: int) -> int:
    node = directory.nodes[number]
    ids = snapshot.providers if node.kind in ("Center", "Institution") else list(snapshot.ids(node.kind))
    return ids.index(node.id) if node.id in ids else Places.NOWHERE


@pytest.mark.usefixtures("unfrozen")
def test_what_is_there_is_left_alone_and_its_garbage_freed_at_the_next_call() -> None:
    gone, kept = Circle(), Circle()
    seen = weakref.ref(gone)
    person.leave_alone()
    assert not any(each is kept for each in gc.get_objects())
    del gone
    gc.collect()
    assert seen() is not None
    person.leave_alone()
    assert seen() is None
    assert gc.isenabled()


@pytest.mark.usefixtures("unfrozen")
@pytest.mark.parametrize(("many", "left_alone"), [(1, True), (2, False)])
def test_only_a_large_directory_is_left_alone(monkeypatch: pytest.MonkeyPatch, many: int, left_alone: bool) -> None:
    gc.unfreeze()
    directory = SimpleNamespace(edges=[object(), object()])
    monkeypatch.setattr(person, "MANY_STEPS", many)
    monkeypatch.setattr(person, "read_directory", lambda _: directory)
    monkeypatch.setattr(person, "count_cases", lambda *_: None)
    asking = SimpleNamespace(reader=SimpleNamespace(snapshot=lambda: None))
    person._read(cast(Any, asking))
    assert (gc.get_freeze_count() > 0) == left_alone
