"""Referral paths for other systems: the answer to `referral_paths`, with its rows gathered into paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from fastapi import Request, Response
from pydantic_core import to_json

from analysis.disclosure import POLICIES
from api.headers import entity_tag
from api.problems import BAD_PARAMETER, Problem
from api.requests import a_router, question_params, settings_of
from queries.answer import Answer, Bilingual
from queries.ask import ask
from queries.catalog import load_catalog
from queries.referral.person import CRITERIA
from queries.vocabulary import label

router = a_router(tags=["questions"])
QUESTION = "referral_paths"
COSTS = CRITERIA[1:]
Record = Mapping[str, Any]


@router.get("/api/referrals", summary="연계 경로 | referral paths", response_model=dict[str, Any])
def referrals(request: Request) -> Response:
    """The k best paths that differ from one another, from a person's needs to work, and why a need has none.

    Takes `need` and `target` (both may be repeated), `region`, `age_band`, `prior_occupation`, `as_of`, `k` and what else the
    question `referral_paths` declares. The Answer's other fields stand beside `paths` and `why_not`.
    """
    # The reader is lent here and not by the framework, which would go to another thread to lend it and to take it back.
    readers, audience = request.app.state.readers, settings_of(request).audience
    with readers.lend() as reader:
        tag = entity_tag(request, reader.generation.id, audience)
        params = question_params(load_catalog().question(QUESTION), request.query_params)
        if not params.get("need"):
            raise _no_need()
        # The answer has no fractions, which alone this would write otherwise than `json` does; it takes a third of its time.
        text = to_json(gathered(ask(reader, QUESTION, params, POLICIES[audience])))
        return Response(text, media_type="application/json", headers={"ETag": tag})


def gathered(answer: Answer) -> dict[str, Any]:
    """An answer to `referral_paths` as one object, its rows gathered into `paths` and `why_not`."""
    told = answer.to_json()
    records: Sequence[Record] = told["rows"]
    parts = {part: [each for each in records if each["part"] == part] for part in ("path", "alternate", "closed", "opener")}
    ranks = dict.fromkeys(each["path"] for each in parts["path"])
    paths = [_path(rank, _of(parts["path"], rank), _of(parts["alternate"], rank)) for rank in ranks]
    return {**told, "paths": paths, "why_not": _why_not(parts, found=bool(paths))}


def _of(records: Iterable[Record], number: int) -> list[Record]:
    return [each for each in records if each["path"] == number]


def _path(rank: int, steps: Sequence[Record], alternates: Sequence[Record]) -> dict[str, Any]:
    cost = {"steps": len(steps)} | {name: sum(each[name] for each in steps) for name in COSTS}
    return {
        "rank": rank,
        "cost": cost,
        "undominated": steps[0]["undominated"],
        "steps": [_step(each) for each in steps],
        "alternates": [_alternate(each) for each in alternates],
    }


def _step(told: Record) -> dict[str, Any]:
    return {
        **_ends(told),
        "seats": {"state": told["seats_state"], "left": told["seats_left"]},
        "date": told["date"],
        "evidence": {"cases": told["cases"], "hired": told["hired"]},
        "cost": {name: told[name] for name in COSTS},
        "sources": _sources(told),
    }


def _ends(told: Record) -> dict[str, Any]:
    ends = ("step", "from_id", "from_name", "relationship", "relationship_id", "to_id", "to_name")
    return {name: told[name] for name in ends} | {"code": told["label"], "label": _words(told["label"] or "")}


@cache
def _words(code: str) -> dict[str, str]:
    return {language: label(code, ("referral_step",), language) for language in ("ko", "en")}


def _alternate(told: Record) -> dict[str, Any]:
    return {
        "step": told["step"],
        "if_full_id": told["to_id"],
        "if_full_name": told["to_name"],
        **_way(told),
        "cost": {"steps": len(told["instead_ids"]) - 1} | {name: told[name] for name in COSTS},
        "sources": _sources(told),
    }


def _way(told: Record) -> dict[str, Any]:
    return {"node_ids": told["instead_ids"], "names": told["instead"]}


def _sources(told: Record) -> list[dict[str, str]]:
    pairs = (each.partition("#") for each in told["sources"])
    return [{"dataset_id": dataset_id, "locator": locator} for dataset_id, _, locator in pairs]


def _why_not(parts: Mapping[str, Sequence[Record]], found: bool) -> dict[str, Any] | None:
    """Why needs lead nowhere, None where all of them lead on; `reason` is the first need's."""
    lost = [each for each in parts["closed"] if each["step"] == 0]
    if not lost:
        return None if found else {"reason": "none_exists", "needs": []}
    needs = [_lost(each, _of(parts["closed"], each["path"]), _of(parts["opener"], each["path"])) for each in lost]
    return {"reason": needs[0]["reason"], "needs": needs}


def _lost(told: Record, closed: Sequence[Record], openers: Sequence[Record]) -> dict[str, Any]:
    steps = [_ends(each) | {"reason": each["reason"], "sources": _sources(each)} for each in closed if each["step"]]
    return {
        "need_id": told["from_id"],
        "need_name": told["from_name"],
        "reason": told["reason"],
        "closed": steps,
        "way": _way(told),
        "openers": [_opener(each) for each in openers],
    }


def _opener(told: Record) -> dict[str, Any]:
    ends = {name: told[name] for name in ("from_id", "from_name", "to_id", "to_name")}
    return {"kind": told["label"].removeprefix("new_"), **ends}


def _no_need() -> Problem:
    words = Bilingual("'need'에 애로사항을 하나 이상 적어 주세요.", "Give at least one need in 'need'.")
    return Problem(400, "missing-param", BAD_PARAMETER, words, [{"param": "need", "ko": words.ko, "en": words.en}])
