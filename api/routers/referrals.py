"""Referral paths for other systems: the answer to `referral_paths`, with its rows gathered into paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from fastapi import Request, Response
from pydantic_core import to_json

from analysis.disclosure import POLICIES
from api.headers import entity_tag
from api.problems import BAD_PARAMETER, Problem
from api.requests import AskAgainAsItIs, a_router, question_params, settings_of
from queries.answer import Answer, Bilingual
from queries.ask import ask
from queries.catalog import load_catalog
from queries.referral.person import CRITERIA
from queries.vocabulary import label

router = a_router(tags=["questions"], route_class=AskAgainAsItIs)
QUESTION = "referral_paths"
COSTS = CRITERIA[1:]
ENDS = ("step", "from_id", "from_name", "relationship", "relationship_id", "to_id", "to_name")
COSTS_OF, ENDS_OF = itemgetter(*COSTS), itemgetter(*ENDS)
REMEMBERED = 10_000
"""How many lines of sources stay taken apart."""
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
    told, parts = answer.to_json(), dict[tuple[str, int], list[Record]]()
    for each in told["rows"]:
        parts.setdefault((each["part"], each["path"]), []).append(each)
    paths = [_path(rank, steps, parts.get(("alternate", rank), ())) for (part, rank), steps in parts.items() if part == "path"]
    return {**told, "paths": paths, "why_not": _why_not(parts, found=bool(paths))}


def _path(rank: int, steps: Sequence[Record], alternates: Sequence[Record]) -> dict[str, Any]:
    return {
        "rank": rank,
        "cost": {"steps": len(steps), **dict(zip(COSTS, map(sum, zip(*map(COSTS_OF, steps), strict=True)), strict=True))},
        "undominated": steps[0]["undominated"],
        "steps": list(map(_step, steps)),
        "alternates": list(map(_alternate, alternates)),
    }


def _step(told: Record) -> dict[str, Any]:
    return {
        **_ends(told),
        "seats": {"state": told["seats_state"], "left": told["seats_left"]},
        "date": told["date"],
        "evidence": {"cases": told["cases"], "hired": told["hired"]},
        "cost": dict(zip(COSTS, COSTS_OF(told), strict=True)),
        "sources": _sources(told),
    }


def _ends(told: Record) -> dict[str, Any]:
    code = told["label"]
    return dict(zip(ENDS, ENDS_OF(told), strict=True)) | {"code": code, "label": _words(code or "")}


@cache
def _words(code: str) -> dict[str, str]:
    return {language: label(code, ("referral_step",), language) for language in ("ko", "en")}


def _alternate(told: Record) -> dict[str, Any]:
    return {
        "step": told["step"],
        "if_full_id": told["to_id"],
        "if_full_name": told["to_name"],
        **_way(told),
        "cost": {"steps": len(told["instead_ids"]) - 1, **dict(zip(COSTS, COSTS_OF(told), strict=True))},
        "sources": _sources(told),
    }


def _way(told: Record) -> dict[str, Any]:
    return {"node_ids": told["instead_ids"], "names": told["instead"]}


def _sources(told: Record) -> list[Mapping[str, str]]:
    return list(map(_source, told["sources"]))


@lru_cache(REMEMBERED)
def _source(text: str) -> Mapping[str, str]:
    dataset_id, _, locator = text.partition("#")
    return {"dataset_id": dataset_id, "locator": locator}


def _why_not(parts: Mapping[tuple[str, int], Sequence[Record]], found: bool) -> dict[str, Any] | None:
    """Why needs lead nowhere, None where all of them lead on; `reason` is the first need's."""
    lost = [(number, rows) for (part, number), rows in parts.items() if part == "closed"]
    if not lost:
        return None if found else {"reason": "none_exists", "needs": []}
    needs = [_lost(rows, parts.get(("opener", number), ())) for number, rows in lost]
    return {"reason": needs[0]["reason"], "needs": needs}


def _lost(closed: Sequence[Record], openers: Sequence[Record]) -> dict[str, Any]:
    told, *steps_on = closed
    steps = [_ends(each) | {"reason": each["reason"], "sources": _sources(each)} for each in steps_on]
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
