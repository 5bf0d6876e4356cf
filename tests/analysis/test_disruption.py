import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disruption import Loss, disruption, lost_without, pairs_lost
from analysis.multigraph import Multigraph
from tests.analysis.random_graphs import Setting, settings_of


def reached(setting: Setting, roots: list[int], gone: int | None) -> set[int]:
    graph = setting.graph
    is_open = [node != gone and (setting.nodes is None or bool(setting.nodes[node])) for node in range(graph.nodes)]
    seen = {root for root in roots if is_open[root]}
    while True:
        more = {
            int(graph.ends[edge])
            for edge in range(graph.edges)
            if graph.starts[edge] in seen and is_open[graph.ends[edge]] and (setting.edges is None or setting.edges[edge])
        } - seen
        if not more:
            return seen
        seen |= more


@settings(max_examples=250, deadline=None)
@given(settings_of(most_nodes=8, most_edges=18))
def test_what_is_lost_is_what_walking_again_without_the_node_no_longer_reaches(setting: Setting) -> None:
    before = reached(setting, setting.sources, None) & set(setting.targets)
    expected = {}
    for gone in range(setting.graph.nodes):
        lost = before - reached(setting, setting.sources, gone) - {gone}
        if lost:
            expected[gone] = tuple(sorted(lost))
    masks = {"allowed_edges": setting.edges, "allowed_nodes": setting.nodes}
    assert lost_without(setting.graph, setting.sources, setting.targets, **masks) == expected


@settings(max_examples=200, deadline=None)
@given(settings_of(most_nodes=7, most_edges=16))
def test_the_pairs_lost_are_those_with_a_path_before_and_none_after(setting: Setting) -> None:
    expected: dict[int, list[tuple[int, int]]] = {}
    for source in sorted(set(setting.sources)):
        for target in sorted(set(setting.targets)):
            for gone in set(range(setting.graph.nodes)) - {source, target}:
                if target in reached(setting, [source], None) and target not in reached(setting, [source], gone):
                    expected.setdefault(gone, []).append((source, target))
    found = pairs_lost(
        setting.graph, setting.sources, setting.targets, allowed_edges=setting.edges, allowed_nodes=setting.nodes
    )
    assert found == {node: tuple(pairs) for node, pairs in sorted(expected.items())}


def test_a_network_names_the_partner_it_cannot_spare() -> None:
    # 0 leads; 1 and 2 are tied to it and to each other; 3 hangs on 2; 4 and 5 are needs: 1, 2 and 3 serve 4, only 3 serves 5.
    found = disruption(6, ([0, 0, 1, 2], [1, 2, 2, 3]), [0], [0, 1, 2, 3], serves=([1, 2, 3, 3], [4, 4, 4, 5]))
    assert found == [Loss(0, (1, 2, 3), (4, 5)), Loss(2, (3,), (5,)), Loss(3, (), (5,))]


def test_a_second_lead_takes_the_load_off_the_first() -> None:
    assert disruption(4, ([0, 0, 1], [2, 3, 3]), [0, 1], [0, 1, 2, 3]) == [Loss(0, (2,))]


def test_referral_paths_that_hang_on_one_partner_are_lost_with_it() -> None:
    referrals = Multigraph(6, [4, 1, 4, 2, 4, 1], [1, 5, 2, 5, 1, 3], np.ones(6, np.int64))
    found = disruption(6, ([0, 0], [1, 2]), [0], [1, 2], referrals=referrals, referred=([4], [5, 3]))
    assert found == [Loss(0, (1, 2)), Loss(1, (), (), ((4, 3),))]


def test_an_empty_network_loses_nothing() -> None:
    assert disruption(0, ((), ()), [], []) == []
    assert lost_without(Multigraph(1, [], [], []), [], [0]) == {}


def test_a_node_outside_the_network_is_refused() -> None:
    with pytest.raises(ValueError, match="roots name nodes outside"):
        lost_without(Multigraph(1, [], [], []), [1], [0])


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 12))
def test_in_a_chain_everyone_loses_all_that_follow(length: int) -> None:
    found = disruption(length, (range(length - 1), range(1, length)), [0], range(length))
    assert [(loss.node, loss.members) for loss in found] == [(n, tuple(range(n + 1, length))) for n in range(length - 1)]
