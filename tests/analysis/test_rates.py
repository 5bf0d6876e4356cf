import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.rates import center_rates, fitted_strength, shrunk, wilson


def test_wilson_bounds_equal_those_of_statsmodels():
    cases = np.repeat(np.arange(1, 40), 40)
    hires = np.tile(np.arange(40), 39) % (cases + 1)
    low, high = proportion_confint(hires, cases, method="wilson")
    bounds = wilson(hires, cases)
    np.testing.assert_allclose(bounds.low, low, atol=1e-12)
    np.testing.assert_allclose(bounds.high, high, atol=1e-12)


def test_wilson_bounds_of_a_common_and_a_rare_share():
    # As statsmodels 0.14 computes them: proportion_confint(81, 263) and (1, 29), method "wilson", to four places.
    bounds = wilson([81, 1], [263, 29])
    assert bounds.low.round(4).tolist() == [0.2553, 0.0061]
    assert bounds.high.round(4).tolist() == [0.3662, 0.1718]


def test_no_case_is_anything_between_none_and_all():
    assert [float(x[0]) for x in wilson([0], [0])] == [0.5, 0.0, 1.0]


def test_a_doubted_combination_is_drawn_in_further_than_an_established_one():
    hires, cases = np.append([9, 9], np.full(40, 50)), np.append([10, 10], np.full(40, 100))
    doubt = np.append([1.0, 0.0], np.ones(40))
    doubted, established = shrunk(hires, cases, np.full(42, 0.5), doubt, 1_000).value[:2]
    assert 0.5 < doubted < 0.6 < established < 0.9


def test_many_cases_keep_their_own_rate():
    assert shrunk(np.array([80_000]), np.array([100_000]), np.array([0.5]), np.array([0.0]), 200_000).value[0] == pytest.approx(
        0.8, abs=1e-3
    )


def test_centers_alike_are_pooled_and_centers_apart_are_not():
    center = np.arange(8)
    cases = np.full(8, 200)
    alike = center_rates(center, cases, np.full(8, 100) + np.array([6, -6, 3, -3, 0, 0, 5, -5]))
    assert np.ptp(alike) < 0.02
    apart = center_rates(center, cases, np.array([20, 60, 100, 140, 180, 40, 120, 160]))
    assert np.ptp(apart) > 0.7


def test_the_fitted_strength_finds_the_spread_it_was_drawn_with():
    rng = np.random.default_rng(5)
    rates = rng.beta(8, 8, 3_000)
    assert fitted_strength(rng.binomial(60, rates).astype(float), np.full(3_000, 60.0), np.full(3_000, 0.5)) == 16.0
