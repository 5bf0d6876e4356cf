from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.browse import search
from queries.browse.index import CANDIDATES, Index, Named, columns_of, name_index
from queries.browse.names import INITIALS, compact, is_slip, letters

if TYPE_CHECKING:
    from graph.store import Reader

NAMES = (
    "울산고용센터", "양산고용센터", "울산양산경영자총협회", "인천경영자총협회", "서울고용센터", "서울관악고용센터",
    "부평여성새로일하기센터", "한국폴리텍대학 인천캠퍼스", "파주상공회의소", "서울서부중장년내일센터", "서울시50+재단",
    "SW테스팅협회", "한국경영혁신중소기업협회", "노사발전재단", "달구벌여성인력개발센터", "디지털 튜터 전문가과정",
    "영주고용센터", "양주고용센터", "경주시일자리센터", "광주고용센터",
)  # fmt: skip
MADE = Index.of([Named(f"n{place}", "Institution", name, (name, f"n{place}")) for place, name in enumerate(NAMES)])

# What is typed, what must come first, and how it was found.
ASKED = (
    ("울산고용센터", "울산고용센터", "exact"),
    ("양산고용센터", "양산고용센터", "exact"),
    (" 울산 고용 센터 ", "울산고용센터", "exact"),
    ("울산-고용.센터", "울산고용센터", "exact"),
    (unicodedata.normalize("NFD", "울산고용센터"), "울산고용센터", "exact"),
    ("울산고용쎈타", "울산고용센터", "exact"),
    ("ｓｗ테스팅협회", "SW테스팅협회", "exact"),
    ("서울고용", "서울고용센터", "prefix"),
    ("sw테", "SW테스팅협회", "prefix"),
    ("관악고용", "서울관악고용센터", "part"),
    ("50플러스", "서울시50+재단", "part"),
    ("ㅇㅅㄱㅇㅅㅌ", "양산고용센터", "initials"),
    ("울산ㄱㅇ", "울산고용센터", "initials"),
    ("ㅍㅈㅅㄱ", "파주상공회의소", "initials"),
    ("ㅍㅈㅅㄱㅎㅇㅅ", "파주상공회의소", "initials"),
    ("울산양산경총", "울산양산경영자총협회", "abbreviation"),
    ("파주상의", "파주상공회의소", "abbreviation"),
    ("부평새일센터", "부평여성새로일하기센터", "abbreviation"),
    ("인천 폴리텍", "한국폴리텍대학 인천캠퍼스", "abbreviation"),
    ("경총 울산", "울산양산경영자총협회", "abbreviation"),
    ("서울서부내일센터", "서울서부중장년내일센터", "abbreviation"),
    ("메인비즈", "한국경영혁신중소기업협회", "abbreviation"),
    ("을산고용센터", "울산고용센터", "similar"),
    ("디지탈 튜터", "디지털 튜터 전문가과정", "similar"),
    ("파주상공회이소", "파주상공회의소", "similar"),
    ("여성인력개발샌터", "달구벌여성인력개발센터", "similar"),
    ("n3", "인천경영자총협회", "exact"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "name", "match"), ASKED)
def test_what_is_typed_finds_what_is_meant(typed: str, name: str, match: str) -> None:
    first = MADE.find(typed, 20)[0]
    assert (first.name, first.match) == (name, match)


def test_initials_find_every_name_that_begins_with_them() -> None:
    assert {found.name for found in MADE.find("ㅇㅅㄱㅇㅅㅌ", 20)} == {"울산고용센터", "양산고용센터"}


def test_two_consonants_joined_by_the_keyboard_are_read_apart() -> None:
    assert MADE.find("ㅇㄳㅅ", 9) == MADE.find("ㅇㄱㅅㅅ", 9)


@pytest.mark.parametrize("typed", ["안산고용센터", "원주고용센터", "경주고용센터", "여주고용센터"])
def test_another_place_is_never_a_misspelling(typed: str) -> None:
    assert all(found.match != "similar" for found in MADE.find(typed, 20))


def test_neighbouring_places_are_never_merged() -> None:
    for name in ("울산고용센터", "양산고용센터", "영주고용센터", "양주고용센터"):
        found = MADE.find(name, 20)
        assert found[0].name == name
        assert len({each.id for each in found}) == len(found)
        assert sum(each.match == "exact" for each in found) == 1


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "​", "ㅎㅎㅎㅎㅎㅎ", "zzzz", "가" * 5000, "\\", "[a", "(?P<x>", "\n"])
def test_nothing_is_found_for_nothing(typed: str) -> None:
    assert MADE.find(typed, 20) == []


def test_a_limit_keeps_the_best_and_kinds_keep_their_own() -> None:
    assert MADE.find("고용센터", 3) == MADE.find("고용센터", 20)[:3]
    assert MADE.find("고용센터", 20, ["Center"]) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_answered_in_the_same_order_each_time(text: str) -> None:
    found = MADE.find(text, 50)
    assert found == MADE.find(text, 50)
    assert len({each.id for each in found}) == len(found)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 20), st.integers(1, 20))
def test_any_part_of_a_name_finds_it(name: str, start: int, size: int) -> None:
    part = compact(name)[start : start + size]
    if part:
        assert name in {found.name for found in MADE.find(part, 50)}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES))
def test_the_initials_of_a_name_find_it(name: str) -> None:
    initials = "".join(letters(syllable)[0] for syllable in compact(name))
    assert not any(letter in INITIALS for letter in initials) or name in {found.name for found in MADE.find(initials, 50)}


@pytest.mark.parametrize("letter", ["가", "힣", "센", "터", "ㄱ", "a", "1"])
def test_letters_agree_with_unicode_decomposition(letter: str) -> None:
    decomposed = unicodedata.normalize("NFD", letter)
    assert len([part for part in letters(letter) if part]) == len(decomposed)


def test_a_slip_is_one_letter_of_a_syllable_not_another_syllable() -> None:
    assert is_slip("고용샌터", "울산고용센터")
    assert not is_slip("가용센티", "울산고용센터")
    assert not is_slip("양산고용센터", "울산고용센터")
    assert not is_slip("영주고용센터", "양주고용센터")


def test_a_name_of_two_nodes_gives_both() -> None:
    twins = Index.of([Named(id_, "Center", "중앙고용센터", ("중앙고용센터", id_)) for id_ in ("b", "a")])
    assert [found.id for found in twins.find("중앙고용센터", 9)] == ["a", "b"]


def test_ids_that_look_alike_never_crowd_out_a_misspelt_name() -> None:
    alike = [
        Named(f"파주상공회이수-{n}", "Institution", f"기관 {n}", (f"기관 {n}", f"파주상공회이수-{n}"))
        for n in range(2 * CANDIDATES)
    ]
    meant = Named("n", "Institution", "파주상공회의소", ("파주상공회의소", "n"))
    assert [found.id for found in Index.of([*alike, meant]).find("파주상공회이소", 9)] == ["n"]


def test_a_search_makes_only_the_nodes_it_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, made = columns_of(MADE.named), list[str]()

    def counted(*told: Any) -> Named:
        made.append(told[0])
        return Named(*told)

    monkeypatch.setattr("queries.browse.index.Named", counted)
    index = Index(columns)
    assert not made
    assert index.find("고용센터", 3) == MADE.find("고용센터", 3)
    assert len(made) == 6, "three by each"
    assert [found.name for found in index.first(["Institution"], 4)] == sorted(NAMES)[:4]


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index.of([]).find("울산", 9) == Index.of([]).first(["Center"], 9) == []


def test_the_press_release_is_searched_alike_on_each_engine(reader: Reader) -> None:
    assert search(reader, "울산양산경총")[0].name == "울산양산경영자총협회"
    assert search(reader, "ㅇㅅㄱㅇㅅㅌ")[0].name == "울산고용센터"
    assert search(reader, "울산고용센터")[0].match == "exact"
    assert all(found.match != "exact" for found in search(reader, "양산고용센터"))


def test_every_name_and_alias_of_the_press_release_finds_its_node(ladybug_reader: Reader) -> None:
    for node in name_index(ladybug_reader).named:
        for form in node.forms:
            assert node.id in {found.id for found in search(ladybug_reader, form, 50)}, form


def test_cases_are_not_found_by_name(made_reader: Reader) -> None:
    assert all(found.kind != "CaseFile" for found in search(made_reader, "made-cases-000001", 100))
