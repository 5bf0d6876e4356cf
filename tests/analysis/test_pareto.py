import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.goals import Goals
from analysis.multigraph import Multigraph
from analysis.pareto import Chosen, choose_diverse, diverse_paths, pareto_paths, shared
from analysis.paths import Path, ranked_paths
from tests.analysis.random_graphs import Setting, costs_of, every_path, settings_of


def undominated(setting: Setting, criteria: list[int]) -> set[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Costs, nodes and edges of the paths that plain pairwise comparison leaves, one for each vector of costs."""
    best: dict[tuple[int, ...], tuple[int, tuple[int, ...], tuple[int, ...]]] = {}
    for nodes, edges in every_path(setting):
        whole = costs_of(setting.graph, edges)
        key, value = tuple(whole[c] for c in criteria), (len(edges), edges, nodes)
        best[key] = min(best.get(key, value), value)
    return {
        (key, value[2], value[1])
        for key, value in best.items()
        if not any(other != key and all(a <= b for a, b in zip(other, key, strict=True)) for other in best)
    }


def search(setting: Setting, criteria: list[int], most_labels: int = 100_000) -> Chosen:
    return pareto_paths(
        Goals(setting.graph),
        setting.sources,
        setting.targets,
        criteria=criteria,
        allowed_edges=setting.edges,
        allowed_nodes=setting.nodes,
        max_steps=setting.max_steps,
        most_labels=most_labels,
    )


@settings(max_examples=700, deadline=None)
@given(settings_of(criteria=3), st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True))
def test_the_undominated_paths_are_those_that_pairwise_comparison_leaves(setting: Setting, criteria: list[int]) -> None:
    found = search(setting, criteria)
    assert found.complete
    assert {(path.costs, path.nodes, path.edges) for path in found.paths} == undominated(setting, criteria)


@settings(max_examples=150, deadline=None)
@given(settings_of(criteria=2, most_edges=18), st.integers(0, 12))
def test_a_bounded_search_lists_only_undominated_paths_and_says_that_it_is_bounded(setting: Setting, most: int) -> None:
    found, whole = search(setting, [0, 1], most), undominated(setting, [0, 1])
    told = {(path.costs, path.nodes, path.edges) for path in found.paths}
    assert told <= whole
    assert told == whole or not found.complete


def test_weights_order_the_list_and_leave_its_members() -> None:
    graph = Multigraph(4, [0, 1, 0, 2, 0], [1, 3, 2, 3, 3], [[1, 9], [1, 9], [5, 2], [5, 2], [30, 30]])
    goals = Goals(graph)
    quick = pareto_paths(goals, [0], [3], weights=[10, 1]).paths
    near = pareto_paths(goals, [0], [3], weights=[1, 10]).paths
    assert [path.costs for path in quick] == [(2, 18), (10, 4)]
    assert [path.costs for path in near] == [(10, 4), (2, 18)]
    assert [path.cost for path in near] == [50, 182]


@settings(max_examples=300, deadline=None)
@given(settings_of(), st.integers(1, 4), st.sampled_from([0.0, 0.34, 0.5, 1.0]))
def test_diverse_paths_are_the_greedy_choice_among_all_paths(setting: Setting, k: int, most_shared: float) -> None:
    goal = Goals(setting.graph).goal(setting.targets)
    masks = {"allowed_edges": setting.edges, "allowed_nodes": setting.nodes, "max_steps": setting.max_steps}
    found = diverse_paths(setting.graph, setting.sources, goal, k, most_shared=most_shared, **masks)
    chosen: list[Path] = []
    for path in ranked_paths(setting.graph, setting.sources, goal, **masks):
        if len(chosen) < k and all(shared(path, other) <= most_shared for other in chosen):
            chosen.append(path)
    assert found.paths == tuple(chosen)
    assert found.complete


def test_a_way_over_the_same_partners_by_another_relationship_is_not_another_way() -> None:
    graph = Multigraph(4, [0, 0, 1, 0, 2], [1, 1, 3, 2, 3], [1, 1, 1, 9, 9])
    found = diverse_paths(graph, [0], Goals(graph).goal([3]), 2)
    assert [path.nodes for path in found.paths] == [(0, 1, 3), (0, 2, 3)]


def test_a_choice_that_stopped_looking_says_so() -> None:
    graph = Multigraph(2, [0] * 9, [1] * 9, [1] * 9)
    assert diverse_paths(graph, [0], Goals(graph).goal([1]), 2, look_at=5).complete is False
    assert diverse_paths(graph, [0], Goals(graph).goal([1]), 2).complete is True


def test_sharing_counts_inner_nodes_of_the_shorter_path() -> None:
    def passing(*nodes: int) -> Path:
        return Path(nodes, tuple(range(len(nodes) - 1)), 0)

    assert shared(passing(0, 1, 2, 3, 9), passing(0, 2, 4, 9)) == 0.5
    assert shared(passing(0, 9), passing(0, 9)) == 1.0
    assert shared(passing(0, 9), passing(0, 1, 9)) == 0.0


def test_a_bad_choice_is_refused() -> None:
    graph = Multigraph(2, [0], [1], [[1, 2]])
    with pytest.raises(ValueError, match="criteria must name"):
        pareto_paths(Goals(graph), [0], [1], criteria=[2])
    with pytest.raises(ValueError, match="weights need 2"):
        pareto_paths(Goals(graph), [0], [1], weights=[1])
    with pytest.raises(ValueError, match="max_steps"):
        pareto_paths(Goals(graph), [0], [1], max_steps=-1)
    with pytest.raises(ValueError, match="k and look_at"):
        choose_diverse([], 0)
    with pytest.raises(ValueError, match="most_shared"):
        choose_diverse([], 1, most_shared=2.0)
