from itertools import permutations

import numpy as np
import pytest

from analysis.attribution import removal_effect, shapley
from analysis.evidence import NoDenominatorError
from analysis.folding import fold


def drawn(seed=1, n=600):
    rng = np.random.default_rng(seed)
    return rng, rng.random((n, 3)) < [0.95, 0.80, 0.35]


def test_shapley_values_equal_the_average_over_all_orders_of_joining():
    rng, has = drawn()
    hired = rng.random(600) < np.where(has[:, 1] & has[:, 2], 0.8, 0.4)
    masks = has @ np.array([1, 2, 4])
    worth = {m: hired[masks == m].mean() for m in range(8)}
    by_hand = np.zeros(3)
    for order in permutations(range(3)):
        joined = 0
        for one in order:
            by_hand[one] += (worth[joined | 1 << one] - worth[joined]) / 6
            joined |= 1 << one
    np.testing.assert_allclose(shapley(fold(masks, hired), np.arange(3)).score.value, by_hand)


def test_a_harmful_partner_keeps_its_negative_value():
    rng, has = drawn(2)
    hired = rng.random(600) < np.where(has[:, 2], 0.2, 0.7)
    score = shapley(fold(has @ np.array([1, 2, 4]), hired), np.arange(3)).score
    assert score.value[2] < -0.3 and score.high[2] < 0


def test_removal_effect_without_any_effect_is_exposure():
    rng, has = drawn(3, 4_000)
    steps, offsets = np.nonzero(has)[1], np.concatenate([[0], np.cumsum(has.sum(axis=1))])
    told = removal_effect(offsets, steps, rng.random(4_000) < 0.5, repeats=20)
    np.testing.assert_allclose(told.exposure.value, [0.95, 0.80, 0.35], atol=0.02)
    np.testing.assert_allclose(told.score.value, told.exposure.value, atol=0.03)
    assert (told.score.low <= told.score.value).all() and (told.score.value <= told.score.high).all()


def test_removal_effect_of_a_chain_worked_by_hand():
    # start -> a -> hired; start -> a -> b -> not; start -> b -> hired. Reach: .5 * (1/3 * ... ) by hand: whole 2/3.
    told = removal_effect(np.array([0, 1, 3, 4]), np.array([0, 0, 1, 1]), np.array([True, False, True]), repeats=0)
    # a: to hired 1/2, to b 1/2; b: to hired 1/2, to not 1/2; start: a 2/3, b 1/3.
    whole = 2 / 3 * (1 / 2 + 1 / 2 * 1 / 2) + 1 / 3 * 1 / 2
    np.testing.assert_allclose(told.score.value, [1 - (1 / 3 * 1 / 2) / whole, 1 - (2 / 3 * 1 / 2) / whole])


def test_success_stories_get_no_attribution():
    with pytest.raises(NoDenominatorError):
        shapley(fold(np.array([1, 3]), np.array([True, True])), np.array([0, 1]))
    with pytest.raises(NoDenominatorError):
        removal_effect(np.array([0, 1]), np.array([0]), np.array([True]), selection="success_stories")


def test_too_many_partners_are_refused():
    with pytest.raises(ValueError, match="at most 16 partners, not 20"):
        shapley(fold(np.array([1, 0]), np.array([True, False])), np.arange(20))


def test_no_case_gives_zeros_and_not_a_number_out_of_nothing():
    told = shapley(fold(np.zeros(0, int), np.zeros(0, bool)), np.arange(2))
    assert told.score.value.tolist() == [0.0, 0.0]
    assert removal_effect(np.array([0]), np.zeros(0, int), np.zeros(0, bool)).items.size == 0
