from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import counting, kernels
from analysis.counting import count, items_of, mask_of, proper_parts
from analysis.folding import fold


def by_hand(masks, hired, max_size, match):
    out = {}
    sets = [frozenset(items_of(int(mask))) for mask in masks]
    for size in range(1, max_size + 1):
        for wanted in combinations(sorted(frozenset().union(*sets)), size):
            having = [
                won
                for has, won in zip(sets, hired, strict=True)
                if (has == set(wanted) if match == "exactly" else has >= set(wanted))
            ]
            if having:
                out[wanted] = (len(having), sum(having))
    return out


def as_dict(counted):
    columns = (counted.masks.tolist(), counted.cases.tolist(), counted.hires.tolist())
    return {items_of(mask): (n, k) for mask, n, k in zip(*columns, strict=True)}


CASES = st.lists(
    st.tuples(st.sets(st.sampled_from([0, 1, 5, 31, 32, 62, 63]), max_size=6), st.booleans()), min_size=1, max_size=40
)


@settings(max_examples=80, deadline=None)
@given(CASES, st.integers(1, 4), st.sampled_from(["at_least", "exactly"]))
def test_counts_equal_a_plain_count_over_cases(cases, max_size, match):
    masks = np.array([mask_of(tuple(items)) for items, _ in cases], dtype=np.uint64)
    hired = np.array([won for _, won in cases])
    counted = count(fold(masks, hired), max_size, match)
    assert as_dict(counted) == by_hand(masks, hired.tolist(), max_size, match)
    order = [(len(items), items) for items in map(items_of, counted.masks.tolist())]
    assert order == sorted(order)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_compiled_and_plain_counts_agree(size, monkeypatch):
    pytest.importorskip("numba", reason="the compiled path is an extra")
    rng = np.random.default_rng(size)
    masks = (rng.random((3_000, 12)) < 0.4) @ (np.uint64(1) << rng.permutation(64)[:12].astype(np.uint64))
    folded = (
        fold(np.append(masks, np.uint64(2**64 - 1)), np.append(rng.random(3_000) < 0.5, True))
        if size < 4
        else fold(masks, masks % 3 == 0)
    )
    plain = count(folded, size)
    monkeypatch.setattr(kernels, "COUNT_FROM", 0)
    compiled = count(folded, size)
    for name in ("masks", "size", "cases", "hires"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(compiled, name))


def test_supports_equal_those_of_fpgrowth():
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth

    rng = np.random.default_rng(9)
    has = rng.random((500, 9)) < np.linspace(0.9, 0.1, 9)
    counted = count(fold(has @ (np.uint64(1) << np.arange(9, dtype=np.uint64)), rng.random(500) < 0.5), 3)
    oracle = fpgrowth(pd.DataFrame(has), min_support=1 / 500, max_len=3)
    supports = {
        tuple(sorted(items)): round(share * 500) for share, items in zip(oracle["support"], oracle["itemsets"], strict=True)
    }
    assert {items: n for items, (n, _) in as_dict(counted).items()} == supports


def test_parts_are_every_smaller_combination_inside():
    rng = np.random.default_rng(4)
    counted = count(fold(rng.integers(0, 32, 400), rng.random(400) < 0.5), 4)
    parts = proper_parts(counted)
    for row, items in enumerate(map(items_of, counted.masks.tolist())):
        named = {items_of(int(counted.masks[part])) for part in parts[row] if part >= 0}
        assert named == {part for size in range(1, len(items)) for part in combinations(items, size)}


@pytest.mark.parametrize("size", [0, 5, 9, -1])
def test_a_size_nobody_can_count_is_refused(size):
    with pytest.raises(ValueError, match=f"1 to {counting.MOST_TOGETHER} members, not {size}"):
        count(fold(np.array([1]), np.array([True])), size)


def test_no_case_has_no_combination():
    assert count(fold(np.zeros(0, int), np.zeros(0, bool))).masks.size == 0
    assert count(fold(np.zeros(3, int), np.ones(3, bool))).masks.size == 0
