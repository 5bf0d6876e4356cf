import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis import alternates as found_around
from analysis.alternates import Detours
from analysis.goals import Goals
from analysis.multigraph import Multigraph
from analysis.paths import Path, best_paths
from analysis.why_not import why_not
from tests.analysis.dense_openers import Opener, openers
from tests.analysis.random_graphs import Setting, every_path, settings_of
from tests.analysis.searched_alternates import alternates


def masks_without(setting: Setting, edge: int | None, node: int | None) -> Setting:
    edges = np.ones(setting.graph.edges, np.bool_) if setting.edges is None else setting.edges.copy()
    nodes = np.ones(setting.graph.nodes, np.bool_) if setting.nodes is None else setting.nodes.copy()
    if edge is not None:
        edges[edge] = False
    if node is not None:
        nodes[node] = False
    return Setting(setting.graph, setting.sources, setting.targets, edges, nodes, setting.max_steps)


def ranked(setting: Setting) -> list[Path]:
    found = [Path(nodes, edges, sum(int(setting.graph.costs[e, 0]) for e in edges)) for nodes, edges in every_path(setting)]
    return sorted(found, key=lambda path: (path.cost, len(path.edges), path.edges))


@settings(max_examples=250, deadline=None)
@given(settings_of())
def test_an_alternate_is_the_best_path_without_the_full_step(setting: Setting) -> None:
    assume(setting.sources)
    one = Setting(setting.graph, setting.sources[:1], setting.targets, setting.edges, setting.nodes, setting.max_steps)
    goal = Goals(one.graph).goal(one.targets)
    for path in ranked(one)[:3]:
        found = alternates(path, Detours(goal, one.edges, one.nodes), one.max_steps)
        assert [each.step for each in found] == list(range(len(path.edges)))
        for step, alternate in enumerate(found):
            last = step == len(path.edges) - 1
            without = ranked(masks_without(one, path.edges[step] if last else None, None if last else path.nodes[step + 1]))
            assert alternate.elsewhere == (without[0] if without else None)
            rest = path.nodes[step + 1 :] if last else path.nodes[step + 2 :]
            kept_edges = path.edges[len(path.nodes) - len(rest) :]
            keeping = [
                other
                for other in without
                if other.nodes[: step + 1] == path.nodes[: step + 1]
                and other.edges[:step] == path.edges[:step]
                and other.nodes[-len(rest) :] == rest
                and other.edges[len(other.edges) - len(kept_edges) :] == kept_edges
                and len(other.nodes) - step - 1 - len(rest) <= 1
            ]
            assert alternate.substitute == (keeping[0] if keeping else None)


@settings(max_examples=250, deadline=None)
@given(settings_of())
def test_ways_of_two_steps_are_the_same_gone_through_one_by_one_and_joined(setting: Setting) -> None:
    goal, ends, found = Goals(setting.graph).goal(setting.targets), range(setting.graph.nodes), []
    for few in (-1, 1, 10**9):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(found_around, "FEW", few)
            detours = Detours(goal, setting.edges, setting.nodes)
            found.append([list(detours.around(start, end)) for start in ends for end in ends])
    assert found[0] == found[1] == found[2]


def test_a_full_program_is_replaced_by_the_one_beside_it() -> None:
    graph = Multigraph(5, [0, 1, 0, 2, 0, 4], [1, 3, 2, 3, 4, 3], [1, 1, 2, 2, 1, 9])
    goal = Goals(graph).goal([3])
    path = best_paths(graph, [0], goal, 1)[0]
    first, last = alternates(path, Detours(goal))
    assert first.substitute == Path((0, 2, 3), (2, 3), 4)
    assert last.substitute is None
    assert last.elsewhere == Path((0, 2, 3), (2, 3), 4)


codes = st.lists(st.sampled_from([0, 0, 1, 2, 3]), min_size=14, max_size=14)


@settings(max_examples=250, deadline=None)
@given(settings_of(), codes)
def test_the_fewest_closed_steps_are_those_of_enumeration(setting: Setting, drawn: list[int]) -> None:
    reasons = np.array(drawn[: setting.graph.edges], np.int8)
    free = Setting(setting.graph, setting.sources, setting.targets, None, None, setting.max_steps)
    found = why_not(setting.graph, setting.sources, setting.targets, reasons, max_steps=setting.max_steps)
    every = [(sum(int(reasons[e] != 0) for e in edges), len(edges), edges, nodes) for nodes, edges in every_path(free)]
    if not every:
        assert (found.path, found.closed) == (None, ())
        return
    fewest, _, edges, nodes = min(every)
    assert found.path == Path(nodes, edges, fewest)
    assert found.closed == tuple(edge for edge in edges if reasons[edge])
    assert found.reasons == tuple(int(reasons[edge]) for edge in found.closed)


def test_a_bound_on_steps_alone_is_told_as_such() -> None:
    graph = Multigraph(4, [0, 1, 2], [1, 2, 3], [1, 1, 1])
    found = why_not(graph, [0], [3], np.zeros(3, np.int8), max_steps=2)
    assert found.path is None
    assert found.fewest_steps == 3


def test_reasons_must_cover_every_edge() -> None:
    with pytest.raises(ValueError, match="one per edge"):
        why_not(Multigraph(2, [0], [1], [1]), [0], [1], np.zeros(2, np.int8))


@settings(max_examples=250, deadline=None)
@given(settings_of(), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4)), max_size=5))
def test_an_opener_is_a_candidate_whose_adding_opens_a_path_ranked_by_that_path(
    setting: Setting, drawn: list[tuple[int, int, int]]
) -> None:
    graph = setting.graph
    table = np.array([row for row in drawn if max(row[:2]) < graph.nodes], np.int64).reshape(-1, 3)
    goal = Goals(graph).goal(setting.targets)
    found = openers(
        goal,
        setting.sources,
        *table.T,
        allowed_edges=setting.edges,
        allowed_nodes=setting.nodes,
        max_steps=setting.max_steps,
    )
    expected = []
    if not ranked(setting):
        for candidate, (start, end, cost) in enumerate(table.tolist()):
            added = Multigraph(
                graph.nodes, [*graph.starts, start], [*graph.ends, end], np.concatenate([graph.costs[:, 0], [cost]])
            )
            edges = None if setting.edges is None else np.append(setting.edges, True)
            paths = ranked(Setting(added, setting.sources, setting.targets, edges, setting.nodes, setting.max_steps))
            expected += [Opener(candidate, paths[0].cost, len(paths[0].edges))] if paths else []
    assert found == sorted(expected, key=lambda each: (each.cost, each.steps, each.candidate))
