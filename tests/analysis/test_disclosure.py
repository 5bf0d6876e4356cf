from __future__ import annotations

import itertools
import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import PLANNER, PUBLIC, PUBLISHED, hidden, shown, shown_part, shown_table

COUNTS = st.lists(st.integers(0, 60), max_size=12)


@pytest.mark.parametrize(("count", "planner", "public"), [(0, 0, None), (1, None, None), (4, None, None), (5, 5, None)])
def test_small_counts_are_hidden(count, planner, public):
    assert (shown(count, PLANNER), shown(count, PUBLIC), shown(count, PUBLISHED)) == (planner, public, count)


def test_the_public_sees_counts_rounded_to_five():
    assert [shown(count, PUBLIC) for count in (9, 10, 12, 13, 17, 18)] == [None, 10, 10, 15, 15, 20]


@pytest.mark.parametrize(("policy", "top", "cells"), [(PLANNER, 13, 3), (PLANNER, 9, 4), (PUBLIC, 22, 3)])
def test_nobody_can_tell_a_small_count_from_a_table_and_its_total(policy, top, cells):
    """The strongest reader there is: one who knows the policy and every table that would look the same."""
    alike = defaultdict(list)
    for counts in itertools.product(range(top), repeat=cells):
        seen, total = shown_table(counts, sum(counts), policy)
        alike[tuple(seen), total].append(counts)
    told = [
        counts
        for tables in alike.values()
        for counts in tables
        for place, count in enumerate(counts)
        if count and hidden(count, policy) and len({table[place] for table in tables}) == 1
    ]
    assert told == []


def test_hiding_small_cells_alone_would_not_do():
    alike = defaultdict(set)
    for counts in itertools.product(range(13), repeat=3):
        alike[tuple(shown(count, PLANNER) for count in counts), sum(counts)].add(counts)
    told = [
        counts for tables in alike.values() for counts in tables if len(tables) == 1 and any(0 < count < 5 for count in counts)
    ]
    assert len(told) > 300


@given(COUNTS, st.integers(0, 500))
def test_what_is_shown_is_true_but_for_rounding(counts, total):
    for policy in (PLANNER, PUBLIC, PUBLISHED):
        seen, whole = shown_table(counts, total, policy)
        assert all(cell is None or abs(cell - count) <= policy.rounding // 2 for cell, count in zip(seen, counts, strict=True))
        assert whole is None or abs(whole - total) <= policy.rounding // 2


@given(COUNTS)
def test_no_table_hides_exactly_one_cell_beside_its_total(counts):
    for policy in (PLANNER, PUBLIC):
        seen, total = shown_table(counts, sum(counts), policy)
        assert total is None or sum(cell is None for cell in seen) != 1


def test_hires_are_hidden_where_those_not_hired_are_few():
    assert shown_part(18, 20, PLANNER) is None
    assert shown_part(3, 20, PLANNER) is None
    assert shown_part(10, 20, PLANNER) == 10
    assert shown_part(20, 20, PLANNER) == 20
    assert shown_part(20, 20, PUBLIC) is None


def _recovered(cells, policy, careful=True):
    """For each small cell, whether it follows by bounds from the tables of all overlapping filters."""
    places, slack = range(len(cells)), policy.rounding // 2
    low, high, tables = [0] * len(cells), [10**6] * len(cells), []
    for chosen in itertools.chain.from_iterable(itertools.combinations(places, size) for size in range(1, len(cells) + 1)):
        counts = [cells[place] for place in chosen]
        seen, total = shown_table(counts, sum(counts), policy, filtered=careful and len(chosen) < len(cells))
        for place, cell in zip(chosen, seen, strict=True):
            low[place] = max(low[place], 0 if cell is None else cell - slack)
            high[place] = min(high[place], policy.threshold - 1 if cell is None else cell + slack)
        tables += [] if total is None else [(chosen, total - slack, total + slack)]
    for (chosen, least, most), place in [(table, place) for table in tables for place in table[0]] * 20:
        low[place] = max(low[place], least - sum(high[other] for other in chosen if other != place))
        high[place] = min(high[place], most - sum(low[other] for other in chosen if other != place))
    return [low[place] == high[place] for place in places if 0 < cells[place] < policy.threshold]


def _share(policy, careful=True):
    chance = random.Random(7)
    tables = [[chance.choice([1, 2, 3, 4, 0, 6, 8, 12, 15, 23, 40]) for _ in range(5)] for _ in range(200)]
    found = [told for cells in tables for told in _recovered(cells, policy, careful)]
    return sum(found) / len(found)


@pytest.mark.parametrize("policy", [PLANNER, PUBLIC])
def test_subtracting_the_totals_of_overlapping_filters_gives_nothing(policy):
    assert _share(policy) == 0


def test_showing_the_totals_of_filters_would_give_small_cells_away():
    assert _share(PLANNER, careful=False) > 0.1


@settings(max_examples=50)
@given(COUNTS, st.integers(0, 100))
def test_published_data_is_shown_as_it_is(counts, total):
    assert shown_table(counts, total, PUBLISHED) == (counts, total)
