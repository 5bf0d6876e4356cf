"""Different values, beside what `numpy.unique` finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.distinct import first_in_case, numbered, once

WHOLE = [np.int8, np.int32, np.int64, np.uint64]


@st.composite
def whole_numbers(draw: st.DrawFn) -> Any:
    """Close together or anywhere in the type."""
    dtype = np.dtype(draw(st.sampled_from(WHOLE)))
    told = np.iinfo(dtype)
    low = draw(st.sampled_from([told.min, 0, told.max - 5]))
    high = draw(st.sampled_from([low + 5, told.max]))
    return draw(arrays(dtype, st.integers(0, 40), elements=st.integers(int(low), int(high))))


@given(whole_numbers())
@settings(max_examples=200, deadline=None)
def test_values_are_numbered_and_kept_once_as_numpy_does(values: Any) -> None:
    names, numbers = np.unique(values, return_inverse=True)
    found, number = numbered(values)
    assert found.tolist() == names.tolist() and found.dtype == values.dtype
    assert number.tolist() == numbers.tolist()
    assert once(values).tolist() == once(values, nearly_rising=True).tolist() == names.tolist()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_first_entry_of_a_case_is_found_however_far_apart_its_repeats_are(pairs: list[tuple[int, int]]) -> None:
    pairs.sort(key=lambda pair: pair[0])
    seen: set[tuple[int, int]] = set()
    first = [pair not in seen and not seen.add(pair) for pair in pairs]
    case, code = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    assert first_in_case(case, code).tolist() == first


def test_millions_of_values_are_never_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "unique", lambda *_, **__: pytest.fail("numpy.unique was asked"))
    case, item = np.repeat(np.arange(1_000), 3), np.tile([5, 2, 5], 1_000)
    assert once(case * 10 + item).size == 2_000
    assert numbered(item)[0].tolist() == [2, 5]
