import warnings

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from analysis.strata import Tables, compare, e_value


def drawn(seed, strata, most, lift=0.0):
    rng = np.random.default_rng(seed)
    n, others = rng.integers(1, most, (2, strata))
    base = rng.uniform(0.2, 0.6, strata)
    k, k_others = rng.binomial(n, base + lift), rng.binomial(others, base)
    return Tables(*(np.asarray(a, float) for a in (k, n, k + k_others, n + others)))


def as_statsmodels(t):
    a, b = t.k, t.n - t.k
    c = t.all_k - t.k
    return StratifiedTable(np.array([[a, b], [c, t.all_n - t.n - c]]))


@pytest.mark.parametrize("seed", range(5))
def test_odds_ratio_risk_ratio_and_homogeneity_equal_statsmodels(seed):
    tables = drawn(seed, 6, 300, 0.15).telling()
    ours, oracle = compare(tables), as_statsmodels(tables)
    assert ours.odds_ratio == pytest.approx(oracle.oddsratio_pooled)
    assert ours.risk_ratio == pytest.approx(oracle.riskratio_pooled)
    assert ours.homogeneity_p == pytest.approx(oracle.test_equal_odds(adjust=True).pvalue, rel=1e-4)


def test_the_large_sample_p_value_equals_statsmodels():
    tables = drawn(1, 6, 3_000, 0.02).telling()
    assert tables.all_n.sum() > 4_000
    assert compare(tables).p_value == pytest.approx(as_statsmodels(tables).test_null_odds(correction=True).pvalue, rel=1e-6)


def test_the_exact_p_value_equals_a_full_enumeration():
    from itertools import product

    from scipy.stats import hypergeom

    tables = drawn(3, 3, 8, 0.2).telling()
    each = [hypergeom(int(n), int(k), int(m)) for n, k, m in zip(tables.all_n, tables.all_k, tables.n, strict=True)]
    chance = {}
    for hires in product(*(range(int(m) + 1) for m in tables.n)):
        total = sum(hires)
        chance[total] = chance.get(total, 0.0) + float(np.prod([d.pmf(k) for d, k in zip(each, hires, strict=True)]))
    seen = int(tables.k.sum())
    upper, lower = (sum(p for k, p in chance.items() if keep(k)) for keep in (lambda k: k >= seen, lambda k: k <= seen))
    assert compare(tables).p_value == pytest.approx(min(1.0, 2 * min(upper, lower)))


def test_e_values_equal_the_published_examples():
    # VanderWeele and Ding (2017): risk ratio 3.9 (1.8 to 8.7) gives 7.26 and 3.0; 0.80 gives 1.81.
    assert round(e_value(3.9), 2) == 7.26
    assert round(e_value(1.8), 1) == 3.0
    assert round(e_value(0.80), 2) == 1.81
    assert e_value(1.0) == 1.0


def test_simpsons_reversal_is_undone_by_strata():
    # Charig et al. (1986), kidney stones: 273/350 against 289/350 overall, yet better for small and for large stones.
    tables = Tables(*(np.array(a, float) for a in ([81, 192], [87, 263], [81 + 234, 192 + 55], [87 + 270, 263 + 80])))
    assert compare(tables).direction == 1


def test_strata_that_tell_nothing_give_no_number_and_no_claim():
    alone = Tables(*(np.array(a, float) for a in ([3, 0], [5, 0], [3, 2], [5, 4])))
    result = compare(alone)
    assert (result.strata, result.risk_ratio, result.p_value, result.direction) == (0, None, 1.0, 0)


def test_every_number_is_finite_or_missing_in_sparse_strata():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(200):
            result = compare(drawn(seed, 4, 4))
            numbers = [value for value in vars(result).values() if value is not None]
            assert np.isfinite(numbers).all()
