from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sequences import ordered_pairs


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.lists(st.integers(0, 5), max_size=6), st.booleans()), max_size=20))
def test_pairs_in_order_equal_a_plain_count(cases):
    expected = {}
    for steps, won in cases:
        firsts = list(dict.fromkeys(steps))
        for pair in combinations(firsts, 2):
            n, k = expected.get(pair, (0, 0))
            expected[pair] = (n + 1, k + won)
    offsets = np.cumsum([0, *(len(steps) for steps, _ in cases)])
    found = ordered_pairs(
        offsets, np.array([s for steps, _ in cases for s in steps], int), np.array([won for _, won in cases], bool)
    )
    columns = (found.first.tolist(), found.second.tolist(), found.cases.tolist(), found.hires.tolist())
    assert {(a, b): (n, k) for a, b, n, k in zip(*columns, strict=True)} == expected
