from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.assignment import Assignment, Option, assign, assign_greedily, regret

options = st.builds(Option, st.integers(0, 9), st.lists(st.integers(0, 3), max_size=2).map(tuple))
batches = st.lists(st.lists(options, max_size=3), max_size=5)
seats = st.dictionaries(st.integers(0, 3), st.integers(0, 3))


def every_assignment(requests: list[list[Option]], limits: dict[int, int]) -> list[tuple[int, int]]:
    found = []
    for chosen in product(*[[None, *each] for each in requests]):
        taken = [program for option in chosen if option for program in option.programs]
        if all(taken.count(program) <= limit for program, limit in limits.items()):
            served = [option for option in chosen if option]
            found.append((-len(served), sum(option.cost for option in served)))
    return found


@settings(max_examples=120, deadline=None)
@given(batches, seats)
def test_the_assignment_is_the_best_of_all(requests: list[list[Option]], limits: dict[int, int]) -> None:
    found = assign(requests, limits)
    assert (-found.served, found.cost) == min(every_assignment(requests, limits))
    assert_it_keeps_the_seats(found, requests, limits)


@settings(max_examples=120, deadline=None)
@given(batches, seats)
def test_greed_keeps_the_seats_and_never_serves_more_or_cheaper(requests: list[list[Option]], limits: dict[int, int]) -> None:
    found = regret(requests, limits)
    assert_it_keeps_the_seats(found.greedy, requests, limits)
    assert found.served >= 0
    assert found.cost is None if found.served else found.cost is not None and found.cost >= 0


def assert_it_keeps_the_seats(found: Assignment, requests: list[list[Option]], limits: dict[int, int]) -> None:
    taken = [
        option
        for options, number in zip(requests, found.chosen, strict=True)
        if number is not None
        for option in [options[number]]
    ]
    programs = [program for option in taken for program in option.programs]
    assert (found.served, found.cost) == (len(taken), sum(option.cost for option in taken))
    assert all(programs.count(program) <= limit for program, limit in limits.items())


def test_a_batch_costs_what_networkx_finds_as_a_flow() -> None:
    rng = np.random.default_rng(5)
    requests = [
        [Option(int(c), (int(p),)) for c, p in zip(rng.integers(1, 99, 4), rng.choice(12, 4, False), strict=True)]
        for _ in range(60)
    ]
    limits = {program: int(rng.integers(1, 8)) for program in range(12)}
    flow = nx.DiGraph()
    for who, each in enumerate(requests):
        flow.add_edge("start", ("request", who), capacity=1, weight=0)
        for option in each:
            flow.add_edge(("request", who), option.programs[0], capacity=1, weight=option.cost)
    for program, limit in limits.items():
        flow.add_edge(program, "end", capacity=limit, weight=0)
    best = nx.max_flow_min_cost(flow, "start", "end")
    found = assign(requests, limits)
    assert (found.served, found.cost) == (sum(best["start"].values()), nx.cost_of_flow(flow, best))


def test_the_first_to_come_takes_the_only_seat_that_another_needs() -> None:
    requests = [[Option(1, (7,)), Option(2, (8,))], [Option(1, (7,))]]
    found = regret(requests, {7: 1, 8: 1})
    assert found.greedy == Assignment((0, None), 1, 1)
    assert found.best == Assignment((1, 0), 2, 3)
    assert (found.served, found.cost) == (1, None)


def test_greed_can_serve_all_and_still_cost_more() -> None:
    requests = [[Option(1, (7,)), Option(2, (8,))], [Option(1, (7,)), Option(50, (8,))]]
    found = regret(requests, {7: 1, 8: 1})
    assert (found.best.cost, found.greedy.cost, found.served, found.cost) == (3, 51, 0, 48)


def test_nothing_to_assign_is_no_error_and_bad_numbers_are() -> None:
    assert assign([], {}) == Assignment((), 0, 0)
    assert assign([[], []], {1: 1}) == Assignment((None, None), 0, 0)
    assert assign([[Option(3, ())]], {}) == Assignment((0,), 1, 3)
    with pytest.raises(ValueError, match="costs must not"):
        assign([[Option(-1, ())]], {})
    with pytest.raises(ValueError, match="seats must not"):
        assign_greedily([[Option(1, (1,))]], {1: -1})
