import threading
from collections.abc import Sequence
from itertools import islice

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import goals, multigraph
from analysis.goals import Goal, Goals
from analysis.multigraph import Multigraph
from analysis.paths import Path, best_paths, ranked_paths
from tests.analysis.random_graphs import Setting, costs_of, every_path, settings_of


def ranked_by_enumeration(setting: Setting, weights: Sequence[int]) -> list[Path]:
    found = [
        Path(nodes, edges, sum(c * w for c, w in zip(costs_of(setting.graph, edges), weights, strict=True)))
        for nodes, edges in every_path(setting)
    ]
    return sorted(found, key=lambda path: (path.cost, len(path.edges), path.edges, path.nodes))


def search(setting: Setting, patience: int, weights: Sequence[int] | None = None) -> list[Path]:
    goal = Goals(setting.graph).goal(setting.targets, weights)
    return list(
        ranked_paths(setting.graph, setting.sources, goal, setting.edges, setting.nodes, setting.max_steps, patience=patience)
    )


@settings(max_examples=1000, deadline=None)
@given(settings_of(), st.sampled_from([0, 1, 2, 5, 2_000]), st.sampled_from([0, 32]))
def test_every_path_comes_in_the_order_that_plain_enumeration_gives(setting: Setting, patience: int, wide: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(goals, "WIDE", wide)
        assert search(setting, patience) == ranked_by_enumeration(setting, [1])


@settings(max_examples=300, deadline=None)
@given(settings_of(criteria=3), st.lists(st.integers(0, 3), min_size=3, max_size=3), st.sampled_from([0, 3, 2_000]))
def test_weights_rank_as_the_weighted_sum_does(setting: Setting, weights: list[int], patience: int) -> None:
    assert search(setting, patience, weights) == ranked_by_enumeration(setting, weights)


@settings(max_examples=300, deadline=None)
@given(settings_of(), st.integers(1, 6))
def test_the_k_best_are_the_first_k_of_all(setting: Setting, k: int) -> None:
    goal = Goals(setting.graph).goal(setting.targets)
    found = best_paths(
        setting.graph,
        setting.sources,
        goal,
        k,
        allowed_edges=setting.edges,
        allowed_nodes=setting.nodes,
        max_steps=setting.max_steps,
    )
    assert found == ranked_by_enumeration(setting, [1])[:k]


def random_pairs(nodes: int, edges: int) -> tuple[Multigraph, nx.DiGraph]:
    rng = np.random.default_rng(7)
    starts, ends = rng.integers(0, nodes, (2, edges))
    pairs = np.unique(np.stack([starts, ends], 1)[starts != ends], axis=0)
    costs = rng.integers(0, 9, len(pairs))
    plain = nx.DiGraph()
    plain.add_nodes_from(range(nodes))
    plain.add_weighted_edges_from(zip(*pairs.T.tolist(), costs.tolist(), strict=True))
    return Multigraph(nodes, pairs[:, 0], pairs[:, 1], costs), plain


@pytest.mark.parametrize("patience", [0, 40, 2_000])
def test_costs_agree_with_networkx_on_larger_graphs(patience: int) -> None:
    graph, plain = random_pairs(60, 240)
    goals = Goals(graph)
    for target in range(1, 9):
        wanted = islice(nx.shortest_simple_paths(plain, 0, target, weight="weight"), 15)
        found = islice(ranked_paths(graph, [0], goals.goal([target]), patience=patience), 15)
        assert [path.cost for path in found] == [nx.path_weight(plain, path, "weight") for path in wanted]


@pytest.mark.parametrize("patience", [0, 40, 2_000])
def test_paths_of_few_steps_agree_with_networkx_on_larger_graphs(patience: int) -> None:
    graph, plain = random_pairs(60, 240)
    goals = Goals(graph)
    for target in range(1, 9):
        wanted = sorted(nx.path_weight(plain, path, "weight") for path in nx.all_simple_paths(plain, 0, target, cutoff=5))
        found = ranked_paths(graph, [0], goals.goal([target]), max_steps=5, patience=patience)
        assert [path.cost for path in found] == wanted


def test_a_path_names_its_nodes_and_edges_without_loops_or_closed_steps() -> None:
    graph = Multigraph(4, [0, 0, 1, 2, 1, 2, 1], [1, 1, 2, 1, 3, 3, 1], [1, 1, 0, 0, 5, 1, 0])
    goal = Goals(graph).goal([3])
    closed = np.array([False, True, True, True, True, True, True])
    assert best_paths(graph, [0], goal, 9, allowed_edges=closed) == [
        Path((0, 1, 2, 3), (1, 2, 5), 2),
        Path((0, 1, 3), (1, 4), 6),
    ]


def test_parallel_relationships_stay_distinct_paths() -> None:
    graph = Multigraph(2, [0, 0, 0], [1, 1, 1], [2, 1, 2])
    assert [path.edges for path in best_paths(graph, [0], Goals(graph).goal([1]), 5)] == [(1,), (0,), (2,)]


def test_a_source_that_is_a_target_is_a_path_of_no_steps() -> None:
    graph = Multigraph(2, [0, 1], [1, 0], [1, 1])
    goal = Goals(graph).goal([0])
    assert best_paths(graph, [0], goal, 3) == [Path((0,), (), 0)]
    assert best_paths(graph, [0, 1], goal, 3, max_steps=0) == [Path((0,), (), 0)]


def test_nothing_leads_nowhere() -> None:
    empty = Multigraph(0, [], [], [])
    assert best_paths(empty, [], Goals(empty).goal([]), 3) == []
    lonely = Multigraph(3, [0], [0], [0])
    goals = Goals(lonely)
    assert best_paths(lonely, [0], goals.goal([2]), 3) == []
    assert best_paths(lonely, [0], goals.goal([]), 3) == []
    assert best_paths(lonely, [], goals.goal([2]), 3, max_steps=2) == []


def test_a_bad_request_says_what_is_wrong() -> None:
    graph = Multigraph(2, [0], [1], [1])
    goal = Goals(graph).goal([1])
    other = Goals(Multigraph(2, [0], [1], [1])).goal([1])
    with pytest.raises(ValueError, match="k must be at least 1"):
        best_paths(graph, [0], goal, 0)
    with pytest.raises(ValueError, match="max_steps must not be negative"):
        best_paths(graph, [0], goal, 1, max_steps=-1)
    with pytest.raises(ValueError, match="sources name nodes outside"):
        best_paths(graph, [2], goal, 1)
    with pytest.raises(ValueError, match="targets name nodes outside"):
        Goals(graph).goal([-1])
    with pytest.raises(ValueError, match="a mask needs 1 booleans"):
        best_paths(graph, [0], goal, 1, allowed_edges=np.ones(2, np.bool_))
    with pytest.raises(ValueError, match="another graph"):
        best_paths(graph, [0], other, 1)
    with pytest.raises(ValueError, match="weights need 1 whole"):
        Goals(graph).goal([1], [1, 2])


@pytest.mark.parametrize(
    ("starts", "ends", "costs", "words"),
    [
        ([0], [5], [1], "ends name nodes outside"),
        ([0], [1], [-1], "must not be negative"),
        ([0], [1], [0.5], "must be whole numbers"),
        ([0, 1], [1], [1], "do not fit"),
        ([0], [1], [[[1]]], "costs need shape"),
    ],
)
def test_a_graph_that_does_not_hold_together_is_refused(
    starts: list[int], ends: list[int], costs: list[int], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Multigraph(2, starts, ends, costs)


def test_costs_too_large_to_sum_exactly_are_refused_rather_than_rounded() -> None:
    with pytest.raises(ValueError, match="coarser unit"):
        Goals(Multigraph(2, [0], [1], [1 << 60])).goal([1])


def test_goals_are_kept_and_the_least_lately_used_goes_first() -> None:
    graph = Multigraph(1000, [0], [1], [1])
    goals = Goals(graph, memory=3 * 8000)

    def reached(target: int, weight: int = 1) -> Goal:
        goal = goals.goal([target], [weight])
        assert goal.remaining[target] == 0
        return goal

    first = reached(1)
    assert goals.goal([1]) is first
    assert reached(1, 2) is not first
    reached(2)
    assert goals.goal([1]) is first
    reached(3)
    reached(4)
    assert len(goals) == 4  # The last one was worked out after it was kept.
    assert goals.goal([1]) is first
    assert best_paths(graph, [0], goals.goal([1], [2]), 1)[0].cost == 2


def test_many_readers_share_the_goals() -> None:
    rng = np.random.default_rng(1)
    starts, ends = rng.integers(0, 300, (2, 2000))
    graph = Multigraph(300, starts, ends, rng.integers(0, 50, 2000))
    alone = [best_paths(graph, [0], Goals(graph).goal([target]), 3) for target in range(1, 40)]
    goals, together = Goals(graph, memory=2_000), {}

    def ask(reader: int) -> None:
        together[reader] = [best_paths(graph, [0], goals.goal([target]), 3) for target in range(1, 40)]

    readers = [threading.Thread(target=ask, args=(reader,)) for reader in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert all(together[reader] == alone for reader in range(4))


def ladder_that_leads_back(rungs: int) -> Multigraph:
    """Cheap ways in plenty that all end at a node the path has passed: the trap for best-first search."""
    starts, ends, costs = [0, 1], [1, 2 * rungs + 2], [1, 100]
    for rung in range(rungs):
        for side in (0, 1):
            here = 2 + 2 * rung + side
            before = [1] if rung == 0 else [2 * rung, 2 * rung + 1]
            starts += [*before, *([here] if rung == rungs - 1 else [])]
            ends += [here] * len(before) + ([0] if rung == rungs - 1 else [])
            costs += [0] * (len(before) + (1 if rung == rungs - 1 else 0))
    return Multigraph(2 * rungs + 3, starts, ends, costs)


@pytest.mark.parametrize("max_steps", [None, 60])
def test_a_maze_of_a_million_billion_dead_ends_does_not_hold_the_search_up(max_steps: int | None) -> None:
    graph = ladder_that_leads_back(50)
    target = 102
    found = best_paths(graph, [0], Goals(graph).goal([target]), 5, max_steps=max_steps)
    assert found == [Path((0, 1, target), (0, 1), 101)]


@pytest.mark.parametrize("share", [0.02, 0.05, 0.3])
def test_a_harsh_mask_changes_the_list_as_removing_the_edges_does(share: float) -> None:
    rng = np.random.default_rng(3)
    starts, ends = rng.integers(0, 400, (2, 6000))
    costs = rng.integers(1, 100, 6000)
    mask = rng.random(6000) < share
    graph, cut = Multigraph(400, starts, ends, costs), Multigraph(400, starts[mask], ends[mask], costs[mask])
    kept = np.flatnonzero(mask)
    for target in range(1, 12):
        found = best_paths(graph, [0], Goals(graph).goal([target]), 6, allowed_edges=mask)
        expected = best_paths(cut, [0], Goals(cut).goal([target]), 6)
        assert [(path.nodes, path.cost) for path in found] == [(path.nodes, path.cost) for path in expected]
        assert [path.edges for path in found] == [tuple(kept[list(path.edges)].tolist()) for path in expected]


@settings(max_examples=60, deadline=None)
@given(settings_of(criteria=2))
def test_the_same_edges_under_other_costs_are_as_good_as_a_new_graph(setting: Setting) -> None:
    graph = setting.graph
    doubled = graph.costs * [2, 1]
    for one, other in (
        (getattr(graph.with_costs(doubled), name), getattr(Multigraph(graph.nodes, graph.starts, graph.ends, doubled), name))
        for name in ("outgoing", "incoming", "pairs", "costs")
    ):
        parts = [vars(each) if hasattr(each, "__dict__") else {"": each} for each in (one, other)]
        assert parts[0].keys() == parts[1].keys()
        assert all(np.array_equal(parts[0][key], parts[1][key]) for key in parts[0])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7))
def test_steps_left_are_the_same_from_few_edges_and_from_all(seed: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    nodes, edges = int(rng.integers(1, 30)), int(rng.integers(0, 90))
    graph = Multigraph(nodes, *rng.integers(0, nodes, (2, edges)), rng.integers(0, 4, edges))
    targets = sorted({int(each) for each in rng.integers(0, nodes, int(rng.integers(0, 4)))})
    allowed = rng.random(edges) < 0.8 if seed % 2 else None
    rows = []
    for part in (1, 10**9):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(multigraph, "FEW_EDGES", part)
            rows.append(multigraph.remaining_within(graph, targets, graph.lengths(), allowed, steps))
    assert len(rows[0]) == len(rows[1])
    assert all(np.array_equal(few, all_) for few, all_ in zip(*rows, strict=True))


@settings(max_examples=200, deadline=None)
@given(settings_of(), st.integers(0, 7))
def test_rows_of_the_nodes_they_reach_hold_what_whole_rows_hold(setting: Setting, steps: int) -> None:
    graph, every = setting.graph, np.arange(setting.graph.nodes)
    whole = multigraph.remaining_within(graph, setting.targets, graph.lengths(), None, steps)
    for _ in range(2):  # a row that was lent before is blank again
        sparse = multigraph.rows_within(graph, setting.targets, graph.lengths(), steps)
        assert [row.at(multigraph.Sought.of(every)).tolist() for row in sparse] == [row.tolist() for row in whole]
        assert [[row[node] for node in every.tolist()] for row in sparse] == [row.tolist() for row in whole]


@settings(max_examples=200, deadline=None)
@given(settings_of(), st.integers(0, 6), st.lists(st.integers(0, 5), max_size=8))
def test_a_row_of_one_step_more_holds_what_the_whole_one_holds_for_any_nodes(
    setting: Setting, steps: int, drawn: list[int]
) -> None:
    graph, nodes = setting.graph, np.array([node for node in drawn if node < setting.graph.nodes], np.int64)
    whole = multigraph.remaining_within(graph, setting.targets, graph.lengths(), None, steps + 1)[-1]
    row = multigraph.rows_within(graph, setting.targets, graph.lengths(), steps)[-1]
    further = multigraph.Further(graph, graph.lengths(), row)
    assert further.at(nodes).tolist() == whole[nodes].tolist()
    assert [further[node] for node in nodes.tolist()] == whole[nodes].tolist()


def test_steps_on_from_a_source_are_gathered_once_for_every_target_and_again_for_other_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gathered, gather = list[list[int]](), multigraph.StepsOn.of

    def counted(graph: Multigraph, lengths: multigraph.IntArray, nodes: multigraph.Sought) -> multigraph.StepsOn:
        gathered.append(nodes.nodes.tolist())
        return gather(graph, lengths, nodes)

    monkeypatch.setattr(multigraph.StepsOn, "of", counted)
    graph = Multigraph(7, [0, 0, 1, 2, 3, 3, 3], [1, 2, 3, 3, 4, 5, 6], [1, 3, 1, 1, 1, 1, 1])
    every = Goals(graph)
    for target in (4, 5, 6):
        assert best_paths(graph, [0], every.goal([target]), 1, max_steps=3)[0].nodes == (0, 1, 3, target)
    assert gathered == [[1, 2]]
    best_paths(graph, [0], every.goal([4], [2]), 1, max_steps=3)
    assert gathered == [[1, 2], [1, 2]]
