"""Paths as steps one after the other, each with what it says and where that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.pictures.words import Words, column_of
from queries.answer import Answer


@dataclass(frozen=True)
class Path:
    """One path: its number and its steps in order, each as the answer's row."""

    number: int
    steps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Paths:
    """All paths of an answer, the best first."""

    title: str
    paths: tuple[Path, ...]


def collaboration(answer: Answer, words: Words) -> Paths | None:
    """The paths between two members."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for record in answer.records():
        found.setdefault(record["path"], []).append(record)
    title = words.t("두 곳을 잇는 경로", "Paths between the two")
    return Paths(title, tuple(Path(number, tuple(steps)) for number, steps in sorted(found.items()))) if found else None


@dataclass(frozen=True)
class Step:
    """One step of a referral: who to whom, in words, and what is known of it. `instead` is the way round it, node by node;
    `places` tells where in the source it stands.
    """

    told: Mapping[str, Any]
    label: str
    seats: str
    instead: tuple[tuple[str, str], ...]
    reason: str = ""
    places: str = ""


@dataclass(frozen=True)
class Referral:
    """One path from a need to work, with what it costs the person."""

    number: int
    steps: tuple[Step, ...]
    costs: Mapping[str, Any]


@dataclass(frozen=True)
class Referrals:
    """The paths, the steps that are closed, and what would open a path."""

    title: str
    paths: tuple[Referral, ...]
    closed: tuple[Step, ...]
    openers: tuple[Step, ...]


def referrals(answer: Answer, words: Words) -> Referrals | None:
    """Every path step by step, each step with the way round it where it is full."""
    parts: dict[str, list[Mapping[str, Any]]] = {"path": [], "alternate": [], "closed": [], "opener": []}
    for each in answer.records():
        parts[each["part"]].append(each)
    if not answer.rows:
        return None
    instead = {(way["path"], way["step"]): way for way in parts["alternate"]}
    found: dict[int, list[Step]] = {}
    costs: dict[int, Mapping[str, Any]] = {}
    for record in parts["path"]:
        found.setdefault(record["path"], []).append(_step(record, instead.get((record["path"], record["step"])), answer, words))
        costs[record["path"]] = record
    title = words.t("연계 경로", "Referral paths")
    paths = tuple(Referral(number, tuple(steps), costs[number]) for number, steps in sorted(found.items()))
    closed, openers = (tuple(_step(told, None, answer, words) for told in parts[part]) for part in ("closed", "opener"))
    return Referrals(title, paths, closed, openers)


def _step(record: Mapping[str, Any], way: Mapping[str, Any] | None, answer: Answer, words: Words) -> Step:
    label, seats, reason = (
        words.name(record[name], column_of(answer, name)) if record[name] else "" for name in ("label", "seats_state", "reason")
    )
    around = () if way is None else tuple(zip(way["instead_ids"] or (), way["instead"] or (), strict=False))
    return Step(record, label, seats, around, reason, _places(record["sources"] or ()))


def _places(sources: Iterable[str]) -> str:
    """Where in the sources something stands, each place once."""
    told = [place.strip() for source in sources for place in source.partition("#")[2].split(";")]
    return ", ".join(dict.fromkeys(told))
