"""Which datasets an answer about outcomes may take together: only those that were selected in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.store import Generation
from queries.answer import Bilingual
from queries.telling.standing import Standing, standing
from queries.vocabulary import label

BEST_FIRST = ("complete", "sample", "success_stories")
"""Ways of selecting cases, the one that tells most about outcomes first."""
STORIES = "success_stories"


@dataclass(frozen=True)
class Pool:
    """The datasets with cases that are counted together, those set aside, and what the former may say."""

    datasets: tuple[str, ...]
    selection: str
    standing: Standing
    notes: tuple[Bilingual, ...]


def pooled(generation: Generation, wanted: Sequence[str]) -> Pool:
    """The datasets to count, of those wanted (all when none is): of one selection only, the most telling that is there."""
    cards = [card for card in generation.datasets if card.get("rows", {}).get("cases")]
    chosen = [card for card in cards if not wanted or card["id"] in wanted]
    selections = [name for name in BEST_FIRST if any(card["selection"] == name for card in chosen)]
    selection = selections[0] if selections else BEST_FIRST[0]
    kept = [card for card in chosen if card["selection"] == selection]
    apart = [card for card in chosen if card["selection"] != selection]
    stands = standing(replace(generation, datasets=tuple(kept))) if kept else standing(generation)
    notes = (_note(kept, apart),) if len(kept) > 1 or apart else ()
    return Pool(tuple(card["id"] for card in kept), selection, stands, notes)


def _note(kept: Sequence[Mapping[str, Any]], apart: Sequence[Mapping[str, Any]]) -> Bilingual:
    ko, en = f"함께 센 자료: {_listed(kept, 'ko')}.", f"Counted together: {_listed(kept, 'en')}."
    if not apart:
        return Bilingual(ko, en)
    return Bilingual(
        f"{ko} 사례를 고른 방식이 다른 자료는 섞지 않았습니다: {_listed(apart, 'ko')}. "
        "datasets 항목으로 따로 물을 수 있습니다.",
        f"{en} Data selected in another way is not mixed in: {_listed(apart, 'en')}; ask about it by the parameter datasets.",
    )


def _listed(cards: Sequence[Mapping[str, Any]], language: str) -> str:
    return ", ".join(f"{card['id']}({label(card['selection'], ('selection',), language)})" for card in cards)
