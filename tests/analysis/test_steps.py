from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.multigraph import UNREACHABLE, Multigraph, remaining_within
from analysis.steps import NOWHERE, corridor, fewest, narrow_corridor, nearest_before, steps_from
from tests.analysis.random_graphs import Setting, settings_of


def steps_to(setting: Setting, targets: list[int]) -> list[int]:
    """Fewest steps from each node to a target by relaxing every edge again and again."""
    graph, found = setting.graph, [0 if node in targets else NOWHERE for node in range(setting.graph.nodes)]
    for _ in range(graph.nodes):
        for edge, (start, end) in enumerate(zip(graph.starts.tolist(), graph.ends.tolist(), strict=True)):
            if (setting.edges is None or setting.edges[edge]) and found[end] != NOWHERE:
                found[start] = found[end] + 1 if found[start] == NOWHERE else min(found[start], found[end] + 1)
    return found


@settings(max_examples=200, deadline=None)
@given(settings_of())
def test_the_fewest_steps_to_every_node_are_those_of_relaxing_every_edge(setting: Setting) -> None:
    backward = Setting(setting.graph.reversed, [], [], setting.edges, None, None)
    found = steps_from(setting.graph, setting.sources, setting.edges)
    assert found.tolist() == steps_to(backward, setting.sources)
    assert fewest(found, setting.targets) == min((s for s in found[setting.targets].tolist() if s != NOWHERE), default=None)


@settings(max_examples=200, deadline=None)
@given(settings_of(), st.integers(0, 6))
def test_a_corridor_holds_the_edges_on_a_walk_short_enough_and_no_other(setting: Setting, most: int) -> None:
    graph, whole = setting.graph, Setting(setting.graph, [], [], None, None, None)
    steps, left = steps_from(graph, setting.sources), steps_to(whole, setting.targets)
    ends = zip(graph.starts.tolist(), graph.ends.tolist(), strict=True)
    wanted = [
        edge
        for edge, (start, end) in enumerate(ends)
        if steps[start] != NOWHERE and left[end] != NOWHERE and steps[start] + 1 + left[end] <= most
    ]
    assert corridor(graph, steps, setting.targets, most).tolist() == wanted
    closed = [edge for edge in wanted if setting.edges is not None and not setting.edges[edge]]
    few = narrow_corridor(graph, steps, setting.targets, most, setting.edges, len(wanted))
    assert few is not None
    assert set(wanted) - set(closed) >= set(few.tolist())
    if wanted:
        assert narrow_corridor(graph, steps, setting.targets, most, None, len(wanted) - 1) is None


@settings(max_examples=200, deadline=None)
@given(settings_of(), st.integers(0, 6), st.integers(1, 4), st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_nearest_before_a_target_are_the_first_of_all_in_order(
    setting: Setting, most: int, enough: int, drawn: list[bool]
) -> None:
    assume(setting.targets)
    graph, wanted = setting.graph, np.array(drawn[: setting.graph.nodes])
    left = remaining_within(graph, setting.targets, graph.lengths([0]), setting.edges, most)[-1].tolist()
    order = sorted((left[n], n) for n in range(graph.nodes) if wanted[n] and left[n] < UNREACHABLE)[:enough]
    nodes, steps = nearest_before(graph, setting.targets, wanted, setting.edges, most, enough)
    assert list(zip(steps.tolist(), nodes.tolist(), strict=True)) == order


def test_a_node_farther_than_a_byte_counts_is_told_exactly() -> None:
    chain = Multigraph(300, np.arange(299), np.arange(1, 300), np.zeros(299, np.int64))
    assert steps_from(chain, [0]).tolist() == list(range(300))
    assert steps_from(chain, [173]).dtype == np.int8
