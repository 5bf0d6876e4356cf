from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counting import items_of, mask_of
from analysis.folding import fold
from analysis.untried import untried


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.integers(0, 5), max_size=4), max_size=12), st.integers(1, 4))
def test_the_smallest_missing_combinations_equal_a_plain_search(cases, max_size):
    masks = np.array([mask_of(tuple(case)) for case in cases], dtype=np.uint64)
    items = sorted(set().union(*cases))
    missing = []
    for size in range(2, max_size + 1):
        for whole in combinations(items, size):
            holds_another = any(set(part) < set(whole) for part in missing)
            if not holds_another and not any(case >= set(whole) for case in cases):
                missing.append(whole)
    found = untried(fold(masks, np.zeros(len(cases), bool)), max_size)
    assert sorted(map(items_of, found.masks.tolist())) == sorted(missing)
    assert (np.diff(found.expected) <= 0).all()


def test_expected_cases_are_those_of_independent_partners():
    masks = np.array([1] * 6 + [2] * 3 + [0], dtype=np.uint64)
    found = untried(fold(masks, np.zeros(10, bool)), 2)
    assert found.masks.tolist() == [3] and found.expected.tolist() == pytest.approx([0.6 * 0.3 * 10])
    assert (found.possible, found.tried) == (1, 0)
