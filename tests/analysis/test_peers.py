from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.peers import ABSENT, HAS, UNKNOWN, Likeness, peer_shares, peers

counts = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=7)


@settings(max_examples=200, deadline=None)
@given(counts, counts)
def test_the_ranking_is_that_of_plain_arithmetic(demand: list[list[int]], needs: list[list[int]]) -> None:
    centers = min(len(demand), len(needs))
    profiles = {"demand": demand[:centers], "needs": needs[:centers]}
    expected = {}
    for other in range(1, centers):
        score = 0.0
        for table in profiles.values():
            one, two = np.array(table[0]), np.array(table[other])
            known = min(one.sum(), two.sum())
            score += one @ two / np.sqrt((one @ one) * (two @ two)) * known / (known + 5) / 2 if known else 0.0
        expected[other] = score
    found = peers(profiles, 0, top=9)
    assert {peer.center: peer.similarity for peer in found} == pytest.approx({o: s for o, s in expected.items() if s})
    for first, second in pairwise(found):
        ahead = expected[first.center] - expected[second.center]
        assert ahead > 1e-13 or (abs(ahead) <= 1e-11 and first.center < second.center)


def test_a_larger_center_of_the_same_profile_is_a_closer_peer_than_a_hardly_known_one() -> None:
    demand = [[20, 10, 0], [40, 20, 0], [2, 1, 0], [0, 0, 50], [0, 0, 0]]
    found = peers({"demand": demand}, 0)
    assert [peer.center for peer in found] == [1, 2]
    assert found[0].likeness["demand"] == Likeness(pytest.approx(1.0), 30.0, 30 / 35, (0, 1))
    assert found[1].similarity == pytest.approx(3 / 8)


def test_unknown_needs_neither_count_as_alike_nor_hide_the_demand() -> None:
    found = peers({"demand": [[9, 0], [9, 0]], "needs": [[5, 5], [0, 0]]}, 0)
    assert found[0].likeness["needs"] == Likeness(None, 0.0, 0.0, ())
    assert found[0].similarity == pytest.approx(9 / 14 / 2)


def test_equal_centers_come_by_number_and_only_as_many_as_asked() -> None:
    demand = [[3, 7]] * 6
    assert [peer.center for peer in peers({"demand": demand}, 3, top=3)] == [0, 1, 2]


def test_shares_of_peers_keep_unknown_apart_from_absent() -> None:
    states = np.full((5, 2, 1), UNKNOWN)
    states[1:4, 0, 0] = HAS
    states[4, 0, 0] = ABSENT
    states[1, 1, 0] = HAS
    states[0, 1, 0] = ABSENT
    first, second = peer_shares(states, 0, [1, 2, 3, 4])
    assert (first.kind, first.state, first.have, first.absent, first.unknown) == (0, UNKNOWN, 3, 1, 0)
    assert (first.share, first.at_most) == (0.75, 0.75)
    assert (second.kind, second.state, second.have, second.absent, second.unknown) == (1, ABSENT, 1, 0, 3)
    assert (second.share, second.at_most) == (0.25, 1.0)
    assert (second.low, second.high) == pytest.approx(proportion_confint(1, 4, method="wilson"))


def test_without_peers_there_is_no_share() -> None:
    (cell,) = peer_shares([[[HAS]]], 0, [])
    assert (cell.have, cell.share, cell.low, cell.high, cell.at_most) == (0, None, None, None, None)


def test_the_interval_of_a_share_is_wilsons_as_statsmodels_computes_it() -> None:
    for have, asked, rounded in [(0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))]:
        states = [[[UNKNOWN]]] + [[[HAS]]] * have + [[[ABSENT]]] * (asked - have)
        (cell,) = peer_shares(states, 0, range(1, asked + 1))
        assert (cell.low, cell.high) == pytest.approx(proportion_confint(have, asked, method="wilson"), abs=1e-12)
        assert (round(cell.low or 0, 4), round(cell.high or 0, 4)) == rounded


def test_bad_profiles_and_states_are_refused() -> None:
    for profiles, words in [
        ({}, "shape"),
        ({"a": [1, 2]}, "shape"),
        ({"a": [[1]], "b": [[1], [2]]}, "same centers"),
        ({"a": [[-1]]}, "not negative"),
        ({"a": [[float("nan")]]}, "finite"),
    ]:
        with pytest.raises(ValueError, match=words):
            peers(profiles, 0)
    with pytest.raises(ValueError, match="no center 3"):
        peers({"a": [[1]]}, 3)
    with pytest.raises(ValueError, match="top must be"):
        peers({"a": [[1]]}, 0, top=0)
    with pytest.raises(ValueError, match="other centers"):
        peer_shares([[[1]], [[1]]], 0, [0])
    with pytest.raises(ValueError, match="hold 1, 0 or -1"):
        peer_shares([[[2]]], 0, [])
