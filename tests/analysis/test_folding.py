from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import folding, kernels
from analysis.folding import code_items, fold


def rows_of(folded):
    columns = [folded.masks.tolist(), *(folded.strata[name].tolist() for name in folded.strata)]
    whole = zip(*columns, folded.cases.tolist(), folded.hires.tolist(), strict=True)
    return {tuple(key): (n, k) for *key, n, k in whole}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 2), st.integers(5, 7)), max_size=60))
def test_folding_keeps_every_case_and_hire_in_its_row(cases):
    masks, hired, center, need = (np.array(column) for column in zip(*cases, strict=True)) if cases else (np.zeros(0, int),) * 4
    folded = fold(masks, hired, {"center": center, "need": need})
    count, won = Counter(), Counter()
    for mask, hire, *strata in cases:
        count[mask, *strata] += 1
        won[mask, *strata] += hire
    assert rows_of(folded) == {key: (count[key], won[key]) for key in count}
    assert folded.by_mask().cases.sum() == len(cases)


def test_compiled_and_plain_folding_agree(monkeypatch):
    pytest.importorskip("numba", reason="the compiled path is an extra")
    rng = np.random.default_rng(3)
    masks, hired = rng.integers(0, 2**63, 4_000, dtype=np.uint64)[rng.integers(0, 4_000, 20_000)], rng.random(20_000) < 0.4
    plain = fold(masks, hired)
    monkeypatch.setattr(kernels, "COMPILE_FROM", 0)
    compiled = fold(masks, hired)
    for name in ("masks", "cases", "hires"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(compiled, name))


def test_numba_is_not_touched_for_small_data():
    assert folding.compiled_fold(1_000) is None
    assert kernels.compiled_count(1_000, 10_000) is None


def test_columns_of_another_length_are_refused_by_name():
    with pytest.raises(ValueError, match="center has 1 values for 2 cases"):
        fold(np.array([1, 2]), np.array([True, False]), {"center": np.array([0])})


def test_the_most_frequent_items_get_a_bit_and_the_rest_are_named():
    case, item = np.array([0, 0, 1, 1, 2, 2, 2, 0]), np.array([7, 9, 7, 3, 7, 3, 5, 7])
    coded = code_items(case, item, cases=4, limit=2)
    assert coded.items.tolist() == [7, 3]
    assert coded.masks.tolist() == [1, 3, 3, 0]
    assert (coded.left_out.tolist(), coded.left_out_cases.tolist()) == ([5, 9], [1, 1])


def test_seventy_items_fill_all_64_bits():
    item = np.concatenate([np.arange(70), np.arange(64)])
    case = np.concatenate([np.zeros(70, int), np.ones(64, int)])
    coded = code_items(case, item, cases=2)
    assert coded.masks.tolist() == [2**64 - 1, 2**64 - 1]
    assert coded.left_out.tolist() == list(range(64, 70))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 12)), max_size=40), st.integers(1, 5), st.lists(st.integers(-3, 12))
)
@settings(max_examples=200, deadline=None)
def test_items_asked_for_get_a_bit_before_all_others_whatever_the_order_of_pairs(pairs, limit, first):
    cases_of = Counter(item for _, item in set(pairs))
    order = sorted(cases_of, key=lambda item: (item not in first, -cases_of[item], item))
    kept = sorted(order[:limit], key=lambda item: (-cases_of[item], item))
    case, item = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    coded = code_items(case, item, cases=6, limit=limit, first=first)
    assert coded.items.tolist() == kept
    assert coded.masks.tolist() == [
        sum(1 << bit for bit, item in enumerate(kept) if (case, item) in pairs) for case in range(6)
    ]
    left_out = [(item, cases_of[item]) for item in order[limit:]]
    assert list(zip(coded.left_out.tolist(), coded.left_out_cases.tolist(), strict=True)) == left_out
