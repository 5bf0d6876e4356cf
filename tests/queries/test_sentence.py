import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.telling.sentence import Hidden, number, particle, say_english, say_korean


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("울산고용센터", "을/를", "를"),
        ("노사발전재단", "을/를", "을"),
        ("서울", "으로/로", "로"),
        ("부산", "으로/로", "으로"),
        ("파주", "으로/로", "로"),
        ("울산양산경영자총협회", "이/가", "가"),
        ("폴리텍대학", "은/는", "은"),
        ("중소벤처기업진흥공단", "과/와", "과"),
        ("테크노파크", "과/와", "와"),
        ("부산중장년내일센터(재단)", "이/가", "이"),
        ("「중장년 리스타트(re-start)」", "을/를", "을"),
        ("IT", "을/를", "를"),
        ("G밸리", "은/는", "는"),
        ("AI", "이/가", "가"),
        ("CRM", "이/가", "이"),
        ("URL", "으로/로", "로"),
        ("Excel", "으로/로", "로"),
        ("Job", "을/를", "을"),
        ("Re-fit", "을/를", "을"),
        ("0", "이/가", "이"),
        ("1", "으로/로", "로"),
        ("2", "을/를", "를"),
        ("3", "을/를", "을"),
        ("6", "으로/로", "으로"),
        ("7", "으로/로", "로"),
        ("8", "을/를", "을"),
        ("9", "이/가", "가"),
        ("10", "이/가", "이"),
        ("1,200", "으로/로", "으로"),
        ("15", "을/를", "를"),
        ("", "을/를", "를"),
        ("새일센터", "를", "를"),
        ("경총", "와", "과"),
    ],
)
def test_the_particle_follows_how_the_word_ends(word, pair, expected):
    assert particle(word, pair) == expected


@given(st.integers(0xAC00, 0xD7A3))
def test_every_syllable_agrees_with_its_decomposition(code):
    import unicodedata

    decomposed = unicodedata.normalize("NFD", chr(code))
    assert particle(chr(code), "을/를") == ("을" if len(decomposed) == 3 else "를")
    assert particle(chr(code), "으로/로") == ("으로" if len(decomposed) == 3 and decomposed[2] != "ᆯ" else "로")


def test_numbers_are_grouped_and_never_carry_needless_zeros():
    assert [number(value) for value in (1200, 0, 3.0, 2.5, 0.333)] == ["1,200", "0", "3", "2.5", "0.33"]


def test_a_sentence_carries_particle_and_plural():
    values = {"rows": 1, "first.center_name": "울산고용센터", "n": Hidden()}
    assert (
        say_korean("{first.center_name:이/가} 맡은 {rows}개, 사례 {n:건}", values) == "울산고용센터가 맡은 1개, 사례 수 비공개"
    )
    assert say_english("{rows:network/networks}, {n:case/cases}", values) == "1 network, an undisclosed number of cases"
    assert say_english("{rows:network/networks}", {"rows": 1500}) == "1,500 networks"
