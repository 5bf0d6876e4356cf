import numpy as np
import pytest

from analysis.power import cases_needed, power_of, power_table


@pytest.mark.parametrize(("base", "rate"), [(0.5, 0.85), (0.5, 0.7), (0.3, 0.5), (0.6, 0.4)])
def test_the_exact_test_reaches_the_power_promised(base, rate):
    n = cases_needed(base, rate).cases_with
    assert power_of(n, n, rate, base) >= 0.79
    assert power_of(n - max(3, n // 8), n - max(3, n // 8), rate, base) < 0.82


def test_large_groups_agree_with_statsmodels():
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    n = cases_needed(0.50, 0.55).cases_with
    oracle = NormalIndPower().solve_power(abs(proportion_effectsize(0.55, 0.50)), alpha=0.05, power=0.8)
    # The formula adds a continuity correction of about 2 / gap to what the normal test asks for.
    assert oracle < n < oracle + 2 / 0.05 + 5


def test_fleiss_published_example_with_unequal_groups():
    # Fleiss, Levin and Paik (2003), table A.4: .25 against .40, two-sided .05, power .80 needs 165 a group.
    assert abs(cases_needed(0.25, 0.40).cases_with - 165) <= 1


def test_exact_power_equals_simulation():
    rng = np.random.default_rng(4)
    from scipy.stats import fisher_exact

    seen = 0
    for _ in range(400):
        a, b = rng.binomial(30, 0.8), rng.binomial(30, 0.4)
        one_sided = min(fisher_exact([[a, 30 - a], [b, 30 - b]], alternative=side).pvalue for side in ("less", "greater"))
        seen += 2 * one_sided <= 0.05
    assert seen / 400 == pytest.approx(power_of(30, 30, 0.8, 0.4), abs=0.06)


def test_smaller_effects_and_more_tests_need_more_cases():
    table = power_table(0.5)
    needed = [row.cases_with for row in table]
    assert needed == sorted(needed, reverse=True)
    assert all(more.cases_with > one.cases_with for one, more in zip(table, power_table(0.5, tests=50), strict=True))


def test_effects_beyond_certainty_are_left_out():
    assert [round(row.rate, 2) for row in power_table(0.85)] == [0.90, 0.95]


def test_how_many_of_them_are_expected_not_to_be_hired():
    row = cases_needed(0.5, 0.8, without_per_with=2.0)
    assert row.cases_without == 2 * row.cases_with
    assert row.not_hired_without == pytest.approx(row.cases_without / 2, abs=1)


@pytest.mark.parametrize("rates", [(0.5, 0.5), (-0.1, 0.5), (0.5, 1.2), (0.5, 0.5001)])
def test_rates_that_cannot_be_told_apart_are_refused(rates):
    with pytest.raises(ValueError):
        cases_needed(*rates)
