from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.disclosure import PLANNER, PUBLIC
from queries.browse import NetworkFilter, network, search
from queries.browse.index import name_index
from queries.browse.observed import observed
from queries.browse.picture import whole_network
from queries.ties.counting import NO_SUPPORT

if TYPE_CHECKING:
    import pytest

    from graph.dataset import Dataset
    from graph.store import Reader


def told_by_hand(dataset: Dataset) -> Counter[tuple[str, str]]:
    """For each two that worked on one case, how many cases, counted case by case."""
    found: Counter[tuple[str, str]] = Counter()
    steps = dataset.tables["case_steps"].sort("case_id", "order").to_dicts()
    for case in dataset.tables["cases"].to_dicts():
        given = [each for each in steps if each["case_id"] == case["id"] and each["result"] not in NO_SUPPORT]
        who = [each["provider_id"] for each in given if each["provider_id"]]
        pairs = {(case["center_id"], each) for each in who} | set(pairwise(who))
        found.update({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    return found


def test_who_worked_on_a_case_together_is_what_counting_by_hand_gives(ladybug_reader: Reader, moel: Dataset) -> None:
    found = observed(ladybug_reader)
    assert {(tie.start_id, tie.end_id): tie.cases for tie in found.ties} == told_by_hand(moel)
    handled = Counter(moel.tables["cases"]["center_id"].to_list())
    assert all(found.cases[center] >= cases for center, cases in handled.items())


def test_few_cases_are_shown_neither_as_a_tie_nor_as_a_size(made_reader: Reader) -> None:
    true = observed(made_reader)
    for policy in (PLANNER, PUBLIC):
        picture = network(made_reader, NetworkFilter(), policy)
        assert {tie.cases for tie in true.ties if tie.cases < policy.threshold}
        assert all(tie.cases >= policy.threshold for tie in picture.ties)
        told = {node.id: node.cases for node in picture.nodes if node.cases is not None}
        assert all(cases % policy.rounding == 0 for cases in told.values())
        assert all(true.cases.get(node, 0) >= policy.threshold or cases == 0 for node, cases in told.items())
    assert network(made_reader, NetworkFilter(layer="declared")).ties == ()


def test_layers_part_what_is_told_from_what_is_observed(ladybug_reader: Reader) -> None:
    both, told, seen = (network(ladybug_reader, NetworkFilter(layer=layer)) for layer in ("both", "declared", "observed"))  # type: ignore[arg-type]
    assert set(told.relationships) | set(seen.relationships) == set(both.relationships)
    assert not set(told.relationships) & set(seen.relationships)
    assert not {"SUPPORTED_BY", "HANDLED", "USED"} & {each.type for each in told.relationships}


def test_a_day_keeps_what_holds_on_it(ladybug_reader: Reader) -> None:
    whole = network(ladybug_reader)
    dated = [each for each in whole.relationships if each.first_day]
    day = min(each.first_day for each in dated if each.first_day)
    before = network(ladybug_reader, NetworkFilter(as_of="1990-01-01"))
    assert not [each for each in before.relationships if each.first_day]
    then = network(ladybug_reader, NetworkFilter(as_of=day))
    assert all((each.first_day or day) <= day <= (each.last_day or day) for each in then.relationships)
    assert len(before.relationships) < len(then.relationships) <= len(whole.relationships)


def test_places_and_names_are_kept_beside_the_snapshot_and_made_again_where_spoilt(
    made_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made_reader.snapshot().folder.with_name("kept")
    found = []
    for spoil in (None, b"spoilt"):
        for file in folder.glob("*.npz") if spoil else ():
            file.write_bytes(spoil)
        whole_network.forget()
        name_index.forget()
        found.append((network(made_reader), search(made_reader, "센터"), search(made_reader, "cnet1")))
    monkeypatch.setattr("queries.browse.picture.positions", None)
    monkeypatch.setattr("queries.browse.index._named", None)
    whole_network.forget()
    name_index.forget()
    found.append((network(made_reader), search(made_reader, "센터"), search(made_reader, "cnet1")))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0].nodes) > 1
