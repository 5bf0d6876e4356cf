"""A small part of `make calibrate`, with seeds of its own; bounds leave room for chance of one in a thousand runs."""

import numpy as np
import pytest
from scipy.stats import binom

from analysis.combinations import find
from analysis.counting import items_of
from analysis.folding import fold
from benchmarks import cohorts

RUNS = 40
CLAIM_RATE = 0.05


def runs_of(cohort, n):
    for seed in range(RUNS):
        masks, hired, strata = cohort.at(n).draw(seed)
        if not hired.all():
            yield find(fold(masks, hired, strata), max_size=4)


def first(found):
    return items_of(int(found.masks[0])) if found.named else None


def at_most(share):
    return binom.ppf(0.999, RUNS, share)


@pytest.mark.parametrize("n", [15, 30, 60, 150, 400])
def test_without_any_effect_hardly_anything_is_claimed(n):
    assert sum(found.named > 0 for found in runs_of(cohorts.NOTHING, n)) <= at_most(CLAIM_RATE)


@pytest.mark.parametrize(
    ("cohort", "n", "least"), [(cohorts.PAIR, 150, 0.30), (cohorts.PAIR, 400, 0.92), (cohorts.LOWERING, 400, 0.92)]
)
def test_the_planted_combination_is_named_first_as_often_as_promised(cohort, n, least):
    found = list(runs_of(cohort, n))
    assert sum(first(one) == cohort.planted for one in found) >= binom.ppf(0.001, RUNS, least)
    gaps = [one.shrunk_rate[0] - cohort.at(n).truth(first(one)) for one in found if one.named]
    assert abs(np.mean(gaps)) <= 0.05 + 3 * np.std(gaps) / np.sqrt(len(gaps))


def test_a_confounder_hardly_ever_passes_the_strata():
    found = list(runs_of(cohorts.CONFOUNDED, 400))
    assert sum("E3" in one.evidence for one in found) <= at_most(CLAIM_RATE)
    assert sum(first(one) == (3,) and one.evidence[0] == "E2" for one in found) > RUNS / 2


def test_wilson_intervals_cover_the_truth_about_as_often_as_they_say():
    covered = cells = 0
    for found in runs_of(cohorts.PAIR, 150):
        truth = np.array([cohorts.PAIR.truth(items_of(int(mask))) for mask in found.masks])
        covered += int(((found.rate_low <= truth) & (truth <= found.rate_high)).sum())
        cells += truth.size
    assert 0.92 <= covered / cells <= 0.98
