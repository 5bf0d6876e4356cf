import warnings

import numpy as np
import pytest

from analysis.time_to_hire import ENDED, HIRED, OPEN, time_to_hire


def cohort(seed, n):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 18, n), rng.choice([OPEN, HIRED, ENDED], n, p=[0.3, 0.45, 0.25])


def test_a_hand_worked_example():
    # Five cases: hired in months 1 and 3, dropped out in 2, open since 2 and 4.
    months, status = np.array([1, 2, 2, 3, 4]), np.array([HIRED, ENDED, OPEN, HIRED, OPEN])
    curve = time_to_hire(months, status, min_at_risk=1)
    assert curve.at_risk.tolist() == [5, 5, 4, 2, 1]
    np.testing.assert_allclose(curve.share_hired, [0, 1 / 5, 1 / 5, 1 / 5 + 4 / 5 * 3 / 4 * 1 / 2, 0.5])
    np.testing.assert_allclose(curve.share_ended, [0, 0, 1 / 5, 1 / 5, 1 / 5])
    assert curve.month_reaching(0.5) == 3
    assert curve.month_reaching(0.6) is None


@pytest.mark.parametrize("seed", range(3))
def test_incidence_equals_statsmodels(seed):
    from statsmodels.duration.survfunc import CumIncidenceRight

    months, status = cohort(seed, 400)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = CumIncidenceRight(months + 1, status)
    curve = time_to_hire(months, status, min_at_risk=1)
    at = np.asarray(oracle.times, int) - 1
    np.testing.assert_allclose(curve.share_hired[at], oracle.cinc[0])
    np.testing.assert_allclose(curve.share_ended[at], oracle.cinc[1])


def test_without_a_competing_end_it_is_one_minus_kaplan_meier():
    from statsmodels.duration.survfunc import SurvfuncRight

    months, status = cohort(7, 300)
    status = np.where(status == ENDED, OPEN, status)
    oracle = SurvfuncRight(months + 1, status)
    curve = time_to_hire(months, status, min_at_risk=1)
    at = np.asarray(oracle.surv_times, int) - 1
    np.testing.assert_allclose(1 - curve.share_hired[at], oracle.surv_prob)
    # Greenwood's variance, seen through the log-log bounds; both are estimates of the same spread.
    assert (curve.low <= curve.share_hired).all() and (curve.share_hired <= curve.high).all()


def test_the_bounds_cover_the_truth_as_often_as_they_say():
    # Hired at 10 % and ended at 5 % a month: by month 5 the share hired is (1 - .85 ** 6) * 2 / 3.
    truth, rng, inside = (1 - 0.85**6) * 2 / 3, np.random.default_rng(11), 0
    for _ in range(400):
        months = rng.geometric(0.15, 150) - 1
        status = np.where(rng.random(150) < 2 / 3, HIRED, ENDED)
        late = rng.integers(3, 12, 150)
        curve = time_to_hire(np.minimum(months, late), np.where(months <= late, status, OPEN), min_at_risk=5)
        inside += bool(curve.low[5] <= truth <= curve.high[5])
    assert 0.92 <= inside / 400 <= 0.98


def test_months_with_too_few_at_risk_are_left_out():
    months, status = np.array([0] * 6 + [1, 2, 3, 4]), np.full(10, HIRED)
    curve = time_to_hire(months, status, min_at_risk=4)
    assert curve.month.tolist() == [0, 1]
    assert curve.cut_at == 2


def test_no_case_gives_an_empty_curve():
    curve = time_to_hire(np.zeros(0, int), np.zeros(0, int))
    assert curve.month.size == 0 and curve.month_reaching(0.5) is None


def test_negative_months_are_refused():
    with pytest.raises(ValueError, match="months count from 0"):
        time_to_hire(np.array([-1]), np.array([HIRED]))
