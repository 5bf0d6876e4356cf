import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from analysis import chance
from analysis.combinations import find
from analysis.counting import count, items_of
from analysis.evidence import NoDenominatorError, Reason
from analysis.folding import fold
from analysis.null_check import null_check
from benchmarks import cohorts


def judged(cohort, n, seed=1, **asked):
    masks, hired, strata = cohort.at(n).draw(seed)
    return find(fold(masks, hired, strata), **asked)


def names(found):
    return [items_of(int(mask)) for mask in found.masks[: found.named]]


def numbers_of(found):
    columns = [value for value in vars(found).values() if isinstance(value, np.ndarray)]
    compared = [*found.stratified.values(), *(one for each in found.by_stratum.values() for one in each.values())]
    return np.concatenate(
        [*(np.ravel(c).astype(float) for c in columns), [v for one in compared for v in vars(one).values() if v is not None]]
    )


def test_a_planted_pair_is_named_once_and_nothing_else():
    found = judged(cohorts.PAIR, 1_000)
    assert names(found) == [(2, 3)]
    assert found.evidence[0] == "E3" and found.reasons[0] is Reason.WITHIN_STRATA
    assert bool(found.raises[0]) and bool(found.productive[0]) and bool(found.minimal[0])
    assert found.shrunk_low[0] < 0.85 < found.shrunk_high[0]
    padded = [row for row, mask in enumerate(found.masks[1:].tolist(), 1) if {2, 3} < set(items_of(mask))]
    assert padded and all(found.evidence[row] == "E1" for row in padded)


def test_a_pair_that_lowers_hiring_is_named_as_lowering():
    found = judged(cohorts.LOWERING, 1_000)
    assert names(found) == [(2, 3)]
    assert not found.raises[0]
    assert found.stratified[0].risk_ratio < 1 < found.stratified[0].e_value


def test_two_separate_effects_are_both_named():
    rng = np.random.default_rng(8)
    has = rng.random((3_000, 6)) < [0.9, 0.5, 0.3, 0.3, 0.2, 0.1]
    hired = rng.random(3_000) < 0.4 + 0.3 * has[:, 2] - 0.3 * has[:, 4]
    found = find(fold(has @ (1 << np.arange(6)), hired))
    assert sorted(names(found))[:2] == [(2,), (4,)]
    assert {items_of(int(mask)): bool(up) for mask, up in zip(found.masks, found.raises, strict=True)}[(4,)] is False


def test_a_confounder_is_shown_with_the_warning_and_gets_no_further():
    found = judged(cohorts.CONFOUNDED, 2_000)
    assert names(found)[0] == (3,)
    assert found.evidence[0] == "E2" and found.reasons[0] is Reason.NOT_WITHIN_STRATA
    masks, hired, strata = cohorts.CONFOUNDED.at(2_000).draw(1)
    assert share_of_strongest(null_check(fold(masks, hired, strata), shuffles=99)) > 0.1
    assert share_of_strongest(null_check(fold(masks, hired), shuffles=99)) == 0.0


def share_of_strongest(check):
    assert check.strongest is not None
    return check.as_strong(check.strongest) / check.shuffles


def test_centers_that_differ_do_not_drown_a_real_effect_in_the_null_check():
    rng = np.random.default_rng(11)
    center, has = rng.integers(0, 4, 3_000), rng.random((3_000, 5)) < 0.4
    has[:, 0] = rng.random(3_000) < np.array([0.1, 0.3, 0.6, 0.9])[center]
    hired = rng.random(3_000) < np.array([0.2, 0.35, 0.5, 0.65])[center] + 0.15 * has[:, 3]
    check = null_check(fold(has @ (1 << np.arange(5)), hired, {"center": center}), shuffles=99)
    assert check.as_strong(1 << 3) == 0
    assert check.as_strong(1 << 0) > 10


def test_the_highest_of_64_partners_is_shuffled_like_any_other():
    rng = np.random.default_rng(13)
    center, has = rng.integers(0, 3, 400), rng.random((400, 3)) < 0.5
    hired = rng.random(400) < 0.5
    strata = {"center": center}
    low = null_check(fold(has @ (1 << np.arange(3)), hired, strata), shuffles=49)
    high = null_check(fold(has @ (np.uint64(1) << np.array([61, 62, 63], dtype=np.uint64)), hired, strata), shuffles=49)
    assert np.array_equal(low.furthest, high.furthest)


def test_the_null_check_of_finer_rows_shuffles_within_centers_as_plain_loops_do():
    rng = np.random.default_rng(12)
    center, has = rng.integers(0, 3, 90), rng.random((90, 3)) < 0.5
    hired = rng.random(90) < 0.3 + 0.2 * center
    folded = fold(has @ (1 << np.arange(3)), hired, {"center": center})
    tests = chance.family(count(folded, 2), folded.by_mask(), 1, "at_least")
    seen, _ = chance.furthest_by_chance(tests, folded, folded.cells(), 9, 1)
    for mask, distance in zip(tests.counted.masks.tolist(), seen.tolist(), strict=True):
        inside, middle, spread = has[:, list(items_of(mask))].all(axis=1), 0.0, 0.0
        for one in range(3):
            n, k, big = inside[center == one].sum(), hired[center == one].sum(), (center == one).sum()
            middle += n * k / big
            spread += n * (k / big) * (1 - k / big) * (big - n) / (big - 1)
        gap = hired[inside].sum() - middle
        assert distance == pytest.approx(np.sign(gap) * max(abs(gap) - 0.5, 0) / spread**0.5)


def test_p_values_and_intervals_are_those_of_the_exact_test_against_cases_without_it():
    masks, hired, _ = cohorts.PAIR.at(150).draw(3)
    found = find(fold(masks, hired))
    for row in range(0, found.masks.size, 7):
        has = (masks & found.masks[row]) == found.masks[row]
        a, b = hired[has].sum(), hired[~has].sum()
        table = [[a, has.sum() - a], [b, (~has).sum() - b]]
        if has.all():
            continue
        smaller = min(fisher_exact(table, alternative=side).pvalue for side in ("less", "greater"))
        assert found.p_value[row] == pytest.approx(min(1.0, 2 * smaller))
        assert (found.cases[row], found.hires[row]) == (has.sum(), a)


def test_exactly_these_partners_is_another_question_than_at_least_these():
    masks, hired, _ = cohorts.PAIR.at(400).draw(5)
    found = find(fold(masks, hired), match="exactly", min_cases=3)
    for mask, n, k in zip(found.masks, found.cases, found.hires, strict=True):
        assert (n, k) == ((masks == mask).sum(), hired[masks == mask].sum())


def test_the_same_question_has_the_same_answer():
    one, two = judged(cohorts.PAIR, 150, seed=4), judged(cohorts.PAIR, 150, seed=4)
    np.testing.assert_array_equal(numbers_of(one), numbers_of(two))


def test_the_bound_for_large_data_names_the_same_pair(monkeypatch):
    monkeypatch.setattr(chance, "_AFFORDABLE", 0)
    found = judged(cohorts.PAIR, 2_000)
    assert names(found) == [(2, 3)] and found.evidence[0] == "E3"
    assert found.q_value[0] == pytest.approx(min(1.0, found.p_value[0] * found.tested))
    assert names(judged(cohorts.NOTHING, 2_000)) == []
    assert judged(cohorts.CONFOUNDED, 2_000).reasons[0] is Reason.NOT_WITHIN_STRATA


def test_assignment_by_design_is_the_highest_grade():
    assert judged(cohorts.PAIR, 1_000, by_design=True).evidence[0] == "E4"


def test_without_strata_a_named_combination_stays_at_e2():
    masks, hired, _ = cohorts.PAIR.at(1_000).draw(1)
    found = find(fold(masks, hired))
    assert found.reasons[0] is Reason.NOT_STRATIFIED and found.stratified == {}


def test_partners_that_always_come_together_are_not_productive_together():
    has = np.random.default_rng(6).random(400) < 0.4
    hired = np.random.default_rng(7).random(400) < np.where(has, 0.85, 0.4)
    found = find(fold(np.where(has, 3, 0), hired))
    assert names(found) == [(0,)]
    both = found.masks.tolist().index(3)
    assert not found.productive[both] and found.reasons[both] is Reason.NOT_PRODUCTIVE


@pytest.mark.parametrize("selection", ["success_stories", "complete"])
def test_only_hired_people_get_no_rate(selection):
    with pytest.raises(NoDenominatorError):
        find(fold(np.array([1, 3, 3, 1, 2]), np.ones(5, bool)), selection=selection)


def test_success_stories_stay_refused_even_when_someone_was_not_hired():
    with pytest.raises(NoDenominatorError, match="success stories"):
        judged(cohorts.PAIR, 400, selection="success_stories")


def test_no_case_no_hire_one_case_and_a_partner_in_every_case_have_clear_answers():
    assert find(fold(np.zeros(0, int), np.zeros(0, bool))).masks.size == 0
    none = find(fold(np.full(20, 3), np.zeros(20, bool)))
    assert none.named == 0 and set(none.reasons) == {Reason.NO_COMPARISON}
    one = find(fold(np.array([1]), np.array([False])), min_cases=1)
    assert one.reasons == (Reason.NO_COMPARISON,) and one.p_value.tolist() == [1.0]
    hired = np.arange(60) % 2 == 0
    everywhere = find(fold(np.where(hired, 3, 1), hired))
    assert everywhere.reasons[everywhere.masks.tolist().index(1)] is Reason.NO_COMPARISON
    assert names(everywhere) == [(1,)]


@pytest.mark.parametrize(
    ("asked", "message"), [({"max_size": 0}, "1 to 4"), ({"max_size": 9}, "1 to 4"), ({"min_cases": 0}, "at least one case")]
)
def test_a_question_that_makes_no_sense_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        judged(cohorts.NOTHING, 60, **asked)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 15), st.booleans(), st.integers(0, 2)), max_size=30),
    st.integers(1, 3),
    st.sampled_from(["at_least", "exactly"]),
)
def test_no_answer_holds_a_number_that_is_not_one(cases, min_cases, match):
    masks, hired, center = (np.array(column) for column in zip(*cases, strict=True)) if cases else (np.zeros(0, int),) * 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = find(fold(masks, hired, {"center": center}), min_cases=min_cases, match=match, shuffles=99)
        except NoDenominatorError:
            assert hired.all()
            return
    assert np.isfinite(numbers_of(found)).all()
    assert (found.shrunk_low <= found.shrunk_rate).all() and (found.shrunk_rate <= found.shrunk_high).all()
    assert ((found.q_value > 0) & (found.q_value <= 1) & (found.p_value > 0) & (found.p_value <= 1)).all()


def test_nothing_to_find_gives_a_null_check_that_says_so():
    masks, hired, strata = cohorts.NOTHING.at(60).draw(2)
    check = null_check(fold(masks, hired, strata), shuffles=99)
    assert check.shuffles == 99 and check.within_centers
    assert all(0 <= check.as_strong(mask) <= 99 for mask in check.distance)
    nothing = null_check(fold(np.full(9, 1), np.arange(9) % 2), shuffles=9)
    assert nothing.strongest is None and nothing.as_strong(1) is None


def test_where_every_p_value_is_nought_the_pair_still_comes_before_its_members():
    found = judged(cohorts.PAIR, 60_000)
    assert found.p_value[:3].tolist() == [0.0, 0.0, 0.0]
    assert names(found) == [(2, 3)]
