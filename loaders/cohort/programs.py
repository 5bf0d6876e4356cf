"""The synthetic network's classifications, programs and companies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.schema import load_schema
from loaders.cohort.draws import COMPANIES, below, bounds, pick, shares, stream, zipf
from loaders.cohort.names import (
    CENTER_OFFERS,
    CREDENTIAL_FIELDS,
    MARK,
    NEEDS,
    NEEDS_MET,
    OCCUPATION_GROUPS,
    OFFERS,
    PARTNER_KINDS,
    SECTIONS,
)
from loaders.cohort.network import YEAR, Members, Places, Scale
from loaders.cohort.tables import Flags, Integers, Numbers, Table, coded, integers, numbered, numbers_as_text, texts

BLOCK = 100_000
"""Rows made at a time. A block has its own random numbers, so changing this changes the data."""


@dataclass(frozen=True)
class Terms:
    """Industries, occupations, credentials and needs that facts point at, the most frequent first."""

    industry_ids: pa.Array
    occupation_ids: pa.Array
    credential_ids: pa.Array
    need_ids: pa.Array
    untrained: int
    """How many industries, the last of the list, no program trains for."""
    tables: dict[str, Table]


@dataclass(frozen=True)
class Programs:
    """Programs sorted by provider; `first` and `count` by provider position. -1 stands for none."""

    ids: pa.Array
    first: Integers
    count: Integers
    kind: Integers
    need: Integers
    credential: Integers
    tables: dict[str, Table]


def make_terms(prefix: str, scale: Scale) -> Terms:
    """The classifications, each with its upper level where it has one."""
    industry, industries = _leaves(f"{prefix}-industry", list(SECTIONS.values()), list(SECTIONS), scale.industries, "업종")
    groups = [str(number) for number in range(len(OCCUPATION_GROUPS))]
    occupation, occupations = _leaves(f"{prefix}-occupation", list(OCCUPATION_GROUPS), groups, scale.occupations, "직업")
    credential = numbered(f"{prefix}-credential-", 1, 4 * len(CREDENTIAL_FIELDS), 2)
    need = numbered(f"{prefix}-need-", 1, len(NEEDS), 2)
    names = texts(f"{MARK} {field} 자격 {level}급" for level in range(1, 5) for field in CREDENTIAL_FIELDS)
    tables: dict[str, Table] = {
        "industries": industries,
        "occupations": occupations,
        "credentials": {"id": credential, "name": names},
        "needs": {"id": need, "name": texts(NEEDS)},
    }
    return Terms(industry, occupation, credential, need, max(1, scale.industries // 20), tables)


def _leaves(prefix: str, tops: list[str], codes: list[str], total: int, word: str) -> tuple[pa.Array, Table]:
    """Ids of the lower level, and the table of both levels with `total` rows."""
    upper = [f"{prefix}-{code}" for code in codes]
    top = np.arange(total - len(tops)) % len(tops)
    names = [f"{MARK} {tops[t]} {word} {place // len(tops) + 1}" for place, t in enumerate(top)]
    leaves = numbered(f"{prefix}-", 1, len(top), 3)
    table = {
        "id": pa.concat_arrays([texts(upper), leaves]),
        "name": texts(tops + names),
        "code": texts(codes + [None] * len(top)),
        "parent_id": texts([None] * len(tops) + [upper[t] for t in top]),
    }
    return leaves, table


def make_programs(
    prefix: str, scale: Scale, members: Members, places: Places, terms: Terms, rng: np.random.Generator
) -> Programs:
    """Three programs at each center, at least one at each institution, and more at some."""
    provider = _providers(scale, rng)
    kinds = list(load_schema().vocabularies["program_kind"])
    kind = _program_kinds(provider, members, kinds, rng)
    need = _pick_from([NEEDS_MET[name] for name in kinds], kind, rng)
    credential = np.full(len(kind), -1)
    earns = (kind == kinds.index("training")) & (rng.random(len(kind)) < 0.5)
    credential[earns] = pick(rng, bounds(zipf(len(terms.credential_ids), 0.8)), int(np.count_nonzero(earns)))
    ids = numbered(f"{prefix}-program-", 1, len(provider), 5)
    count = np.bincount(provider, minlength=scale.centers + scale.institutions)
    programs = Programs(ids, np.cumsum(count) - count, count, kind, need, credential, {})
    programs.tables["programs"] = _program_table(programs, provider, members, places, kinds, rng)
    programs.tables["program_targets"] = _target_table(programs, terms, kinds.index("training"), rng)
    programs.tables["program_providers"] = _co_providers(programs, provider, members, rng)
    return programs


def _providers(scale: Scale, rng: np.random.Generator) -> Integers:
    centers = np.repeat(np.arange(scale.centers), len(CENTER_OFFERS))
    each = scale.centers + np.arange(scale.institutions)
    spread = rng.random(scale.programs - len(centers) - len(each))
    more = scale.centers + np.floor(scale.institutions * spread * spread).astype(np.int64)
    return np.sort(np.concatenate([centers, each, more]))


def _program_kinds(provider: Integers, members: Members, kinds: list[str], rng: np.random.Generator) -> Integers:
    offered = [tuple(kinds.index(name) for name in OFFERS[kind]) for kind in PARTNER_KINDS]
    own = np.array([kinds.index(name) for name in CENTER_OFFERS])
    at_center = np.count_nonzero(provider < members.centers)
    found = _pick_from(offered, members.institution_kind[provider[at_center:] - members.centers], rng)
    return np.concatenate([np.tile(own, members.centers), found])


def _pick_from(choices: list[tuple[int, ...]], which: Integers, rng: np.random.Generator) -> Integers:
    """One of the choices of each row's list."""
    flat = np.concatenate([np.array(found) for found in choices])
    size = np.array([len(found) for found in choices])
    start = np.cumsum(size) - size
    found: Integers = flat[start[which] + below(rng, size[which], len(which))]
    return found


def _program_table(
    programs: Programs, provider: Integers, members: Members, places: Places, kinds: list[str], rng: np.random.Generator
) -> Table:
    count = len(provider)
    labels = [label.ko for label in load_schema().vocabularies["program_kind"].values()]
    training = programs.kind == kinds.index("training")
    hours = np.where(training, 40 + 20 * below(rng, 29, count), 2 + 2 * below(rng, 20, count))
    names = (f"{MARK} {labels[kind]} 과정 {number + 1}" for number, kind in enumerate(programs.kind.tolist()))
    return {
        "id": programs.ids,
        "name": texts(names),
        "kind": coded(programs.kind, texts(kinds)),
        "provider_id": coded(provider, members.provider_ids),
        "region_id": coded(members.provider_area[provider], places.ids),
        "hours": integers(hours),
        **_ages(rng, count),
        **_seats(rng, count),
        **_validity(rng, count),
    }


def _ages(rng: np.random.Generator, count: int) -> Table:
    lowest, highest = np.array([0, 40, 45, 50]), np.array([0, 64, 69])
    youngest = lowest[pick(rng, bounds([0.3, 0.5, 0.05, 0.15]), count)]
    oldest = highest[pick(rng, bounds([0.6, 0.25, 0.15]), count)]
    return {"min_age": integers(youngest, youngest == 0), "max_age": integers(oldest, oldest == 0)}


def _seats(rng: np.random.Generator, count: int) -> Table:
    """Seats, how many are left, how long one waits, and when that was looked at: mostly lately, sometimes long ago or never."""
    seats = 10 + 5 * below(rng, 11, count)
    left = np.where(rng.random(count) < 0.2, 0, below(rng, seats + 1, count))
    age = np.where(rng.random(count) < 0.8, below(rng, 30, count), 60 + below(rng, 300, count))
    days = (np.datetime64("2025-12-31") - age).astype(str)
    unseen = rng.random(count) < 0.06
    waits = rng.spawn(1)[0]
    weeks, untold = 1 + below(waits, 26, count), (left > 0) | (waits.random(count) < 0.5) | unseen
    return {
        "seats": integers(seats),
        "seats_available": integers(left, unseen),
        "waiting_weeks": integers(weeks, untold),
        "seats_updated_on": texts(None if never else day for never, day in zip(unseen, days, strict=True)),
    }


def _validity(rng: np.random.Generator, count: int) -> Table:
    status = pick(rng, bounds([0.86, 0.11, 0.03]), count)
    start = np.array([0, -600, 1461])[status] + below(rng, 500, count)
    since = np.datetime64("2022-01-01") + start
    until = (since + 200).astype(str).tolist()
    return {
        "status": coded(status, texts(["open", "closed", "planned"])),
        "valid_from": texts(since.astype(str).tolist()),
        "valid_to": texts(day if ended else None for day, ended in zip(until, status == 1, strict=True)),
    }


def _target_table(programs: Programs, terms: Terms, training: int, rng: np.random.Generator) -> Table:
    """The need a program answers; for training also an industry, an occupation and perhaps a credential."""
    every, trains, awards = (
        np.arange(len(programs.ids)),
        np.flatnonzero(programs.kind == training),
        np.flatnonzero(programs.credential >= 0),
    )
    trained = len(terms.industry_ids) - terms.untrained
    industry = _cover(rng, trained, len(trains))
    occupation = pick(rng, bounds(zipf(len(terms.occupation_ids), 0.6)), len(trains))
    parts = [
        (every, "need", terms.need_ids, programs.need),
        (trains, "industry", terms.industry_ids, industry),
        (trains, "occupation", terms.occupation_ids, occupation),
        (awards, "credential", terms.credential_ids, programs.credential[awards]),
    ]
    return {
        "program_id": coded(np.concatenate([rows for rows, *_ in parts]), programs.ids),
        "target_kind": texts(name for rows, name, *_ in parts for _ in rows),
        "target_id": pa.concat_arrays([values.take(pa.array(picks)) for _, _, values, picks in parts]),
    }


def _cover(rng: np.random.Generator, values: int, count: int) -> Integers:
    """Skewed picks that leave none of the values out, where there are enough picks."""
    picks = pick(rng, bounds(zipf(values, 0.6)), count)
    picks[: min(values, count)] = np.arange(min(values, count))
    return picks


def _co_providers(programs: Programs, provider: Integers, members: Members, rng: np.random.Generator) -> Table:
    """A tenth of the programs has a second institution behind it."""
    shared = np.flatnonzero(rng.random(len(provider)) < 0.1)
    other = members.centers + below(rng, len(members.institution_ids), len(shared))
    apart = other != provider[shared]
    roles = below(rng, 3, len(shared))
    return {
        "program_id": coded(shared[apart], programs.ids),
        "provider_id": coded(other[apart], members.provider_ids),
        "role": coded(roles[apart], texts(["partner", "funder", "host"])),
    }


def demand_table(networks: pa.Array, terms: Terms, rng: np.random.Generator) -> Table:
    """Four industries of each network, with how many companies it found there."""
    network = np.repeat(np.arange(len(networks)), 4)
    start = below(rng, len(terms.industry_ids), len(networks))
    industry = (np.repeat(start, 4) + np.tile(np.arange(4), len(networks))) % len(terms.industry_ids)
    return {
        "network_id": coded(network, networks),
        "industry_id": coded(industry, terms.industry_ids),
        "companies": integers(5 + below(rng, 60, len(network))),
        "measure": coded(below(rng, 3, len(network)), texts(["found", "surveyed", "managed"])),
        "year": integers(np.full(len(network), YEAR)),
    }


@dataclass(frozen=True)
class Companies:
    """Company id prefix, and the industry of each company by position."""

    prefix: str
    industry: Integers

    def ids(self, positions: Integers) -> pa.Array:
        """Ids at the positions; below zero gives an empty cell."""
        asked, place = np.unique(positions, return_inverse=True)
        return coded(np.where(positions < 0, -1, place), numbers_as_text(self.prefix, asked + 1, 7))


def company_blocks(
    prefix: str, seed: int, scale: Scale, places: Places, terms: Terms
) -> Iterator[tuple[Integers, dict[str, Table]]]:
    """The industries of a block of companies, and its tables `companies` and `openings`."""
    upper = bounds(zipf(len(terms.industry_ids), 0.7)), bounds(_area_shares(places))
    for block, first in enumerate(range(0, scale.companies, BLOCK)):
        count = min(BLOCK, scale.companies - first)
        rng = stream(seed, COMPANIES, block)
        industry, area = pick(rng, upper[0], count), pick(rng, upper[1], count)
        ids = numbered(f"{prefix}-company-", first + 1, count, 7)
        table = _company_table(ids, first, industry, area, terms, places, rng)
        yield industry, {"companies": table, "openings": _opening_table(ids, terms, rng)}


def _area_shares(places: Places) -> Numbers:
    return shares(zipf(len(places.provinces), 0.9)[places.province])


def _company_table(
    ids: pa.Array, first: int, industry: Integers, area: Integers, terms: Terms, places: Places, rng: np.random.Generator
) -> Table:
    sizes = texts(["under_10", "10_49", "50_199", "200_299", "300_plus"])
    return {
        "id": ids,
        "name": numbered(f"{MARK} 기업 ", first + 1, len(ids), 7),
        "industry_id": coded(industry, terms.industry_ids),
        "region_id": coded(area, places.ids),
        "size_band": coded(pick(rng, bounds([0.7, 0.22, 0.06, 0.01, 0.01]), len(ids)), sizes),
    }


def _opening_table(ids: pa.Array, terms: Terms, rng: np.random.Generator) -> Table:
    """Three companies in ten look for one occupation, some of them for a second."""
    one = rng.random(len(ids)) < 0.3
    two = one & (rng.random(len(ids)) < 0.2)
    occupations = len(terms.occupation_ids)
    chosen = pick(rng, bounds(zipf(occupations, 0.6)), len(ids))
    also = (chosen + 1 + below(rng, occupations - 1, len(ids))) % occupations
    company = np.concatenate([np.flatnonzero(one), np.flatnonzero(two)])
    return {
        "company_id": coded(company, ids),
        "occupation_id": coded(_both(chosen, also, one, two), terms.occupation_ids),
        "openings": integers(1 + below(rng, 10, len(company))),
        "year": integers(np.full(len(company), YEAR)),
    }


def _both(first: Integers, second: Integers, one: Flags, two: Flags) -> Integers:
    return np.concatenate([first[one], second[two]])
