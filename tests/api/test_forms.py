from __future__ import annotations

import re

import httpx
import pytest

from api.console import Speech
from api.forms import CHOICES, FIELDS, RARELY, field_help, field_name
from queries.catalog import load_catalog
from tests.api.test_http import NEEDED
from tests.api.test_pages import Page

PARAMS = [param for question in load_catalog() for param in question.params.values()]


def test_every_field_has_a_short_name_in_both_languages() -> None:
    for param in PARAMS:
        name = field_name(param)
        assert param.name in FIELDS, param.name
        assert len(name.ko) <= 14 and len(name.en) <= 24
        assert not re.search("[A-Za-z_]", name.ko) and "_" not in name.en
    named = {param.name for param in PARAMS}
    assert named >= set(FIELDS) and named >= RARELY


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_choice_is_a_word_and_no_code(lang: str) -> None:
    speech = Speech(lang)  # type: ignore[arg-type]
    for param in PARAMS:
        for code in param.choices:
            told = speech.choice(code, param)
            assert "_" not in told, (param.name, code)
            assert not (lang == "ko" and re.search("[a-z]", told)), (param.name, code)
        assert "_" not in speech.help(param)
        assert not (lang == "ko" and re.search(r"\([a-z_]+\)", speech.help(param))), param.name
    assert set(CHOICES) >= {code for param in PARAMS if not param.vocabularies for code in param.choices}


def test_help_leaves_out_codes_only() -> None:
    by = load_catalog().question("case_journeys").params["by"]
    assert field_help(by).ko == "한 단계를 무엇으로 볼지: 지원 종류, 기관 종류, 기관, 프로그램"


@pytest.mark.parametrize("name", list(load_catalog().questions))
def test_a_page_in_korean_shows_no_code_to_its_reader(client: httpx.Client, name: str) -> None:
    text = Page(client.get(f"/q/{name}", params=NEEDED.get(name, {})).text).text
    text = text[: text.index("쓰인 질의문")]
    held = {node["id"] for node in client.get("/api/network?limit=20000").json()["nodes"]}
    codes = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b|\b[A-Z]+_[A-Z_]+\b", text)) - held
    assert codes == set()


def test_a_rare_field_that_was_given_stands_open(client: httpx.Client) -> None:
    plain, given = client.get("/q/partner_reach").text, client.get("/q/partner_reach?top=3").text
    assert '<details class="rare">' in plain
    assert '<details class="rare" open>' in given
