"""Growth: measured at sizes ten times apart, and judged only where the cases outweigh the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import growth
from tests.benchmarks.test_runs import check, measured


def test_growth_is_measured_at_sizes_ten_times_apart_and_not_judged_where_the_start_outweighs_the_cases(tmp_path: Path) -> None:
    rows = measured("growth", tmp_path)
    check(rows, 3)
    for row in rows:
        assert [each["cases"] for each in row["sizes"]] == [100, 1_000, 10_000, 100_000]
        assert row["met"] is None
        assert all(each["rounds"][0]["peak_mib"] > 0 for each in row["sizes"])


def test_the_exponent_of_a_power_law_is_its_power() -> None:
    counts = growth.sizes(1.0)
    assert counts == [10_000, 100_000, 1_000_000, 10_000_000]
    assert growth.exponent(counts, [3e-6 * count**1.25 for count in counts]) == pytest.approx(1.25)
