import numpy as np
import pytest
from scipy.stats import fisher_exact, hypergeom

from analysis import exact


def drawn_tables(seed, rows, most):
    rng = np.random.default_rng(seed)
    total = rng.integers(1, most, rows)
    all_hires, cases = (rng.random((2, rows)) * (total + 1)).astype(int)
    least, last = np.maximum(0, cases + all_hires - total), np.minimum(cases, all_hires)
    return least + (rng.random(rows) * (last - least + 1)).astype(int), cases, all_hires, total


def test_both_tails_equal_the_hypergeometric_distribution():
    hires, cases, all_hires, total = drawn_tables(1, 400, 300)
    tails, oracle = exact.tails(hires, cases, all_hires, total), hypergeom(total, all_hires, cases)
    np.testing.assert_allclose(tails.upper, oracle.sf(hires - 1), rtol=1e-9)
    np.testing.assert_allclose(tails.lower, oracle.cdf(hires), rtol=1e-9)
    np.testing.assert_allclose(tails.at, oracle.pmf(hires), rtol=1e-9)


def test_each_side_equals_fishers_exact_test():
    for hires, cases, all_hires, total in np.array(drawn_tables(2, 40, 60)).T:
        table = [[hires, cases - hires], [all_hires - hires, total - cases - all_hires + hires]]
        tails = exact.tails(hires, cases, all_hires, total)
        assert tails.upper == pytest.approx(fisher_exact(table, alternative="greater").pvalue)
        assert tails.lower == pytest.approx(fisher_exact(table, alternative="less").pvalue)


def test_the_normal_limit_is_close_where_it_takes_over():
    cases, all_hires, total = 12_000, 11_000, 24_000
    middle = int(exact.expected(cases, all_hires, total))
    hires = middle + np.array([-200, -100, -40, 0, 40, 100, 200])
    assert exact.variance(0, cases, all_hires, total) > 1_000
    oracle = hypergeom(total * 10, all_hires * 10, cases * 10)
    large = exact.tails(hires * 10, cases * 10, all_hires * 10, total * 10)
    near = np.abs(hires - middle) <= 100
    np.testing.assert_allclose(large.upper[near], oracle.sf(hires * 10 - 1)[near], rtol=0.02, atol=1e-12)


def test_a_table_without_freedom_has_a_p_value_of_one():
    assert exact.tails([0, 5, 3], [0, 5, 3], [4, 5, 9], [9, 5, 9]).two_sided().tolist() == [1.0, 1.0, 1.0]
