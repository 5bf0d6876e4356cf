"""The synthetic network: regions, centers, institutions, who works with whom, and the gaps planted in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from graph.schema import load_schema
from loaders.cohort.draws import below, bounds, pick, shares, shuffled, zipf
from loaders.cohort.names import MARK, PARTNER_KINDS, PROVINCES
from loaders.cohort.tables import Flags, Integers, Numbers, Table, coded, integers, numbered, texts

YEAR = 2025
ABSENCE_SEEN = "2025-06-30"
GAP_KINDS = 5
"""The planted missing partner type of a center is one of this many commonest kinds."""


@dataclass(frozen=True)
class Scale:
    """How large a network is, and how many cases usually come with it."""

    areas: int
    centers: int
    institutions: int
    bodies: int
    programs: int
    industries: int
    occupations: int
    companies: int
    cases: int


SIZES = {
    "xs": Scale(51, 15, 120, 23, 200, 60, 30, 300, 400),
    "s": Scale(120, 30, 1_000, 46, 3_000, 200, 60, 10_000, 100_000),
    "m": Scale(229, 70, 4_000, 60, 15_000, 600, 150, 100_000, 1_000_000),
    "l": Scale(229, 70, 10_000, 60, 40_000, 600, 150, 1_000_000, 10_000_000),
}
"""`bodies` are the national institutions that the others belong to: the 60 partner types of the larger sizes."""


@dataclass(frozen=True)
class Lean:
    """Some centers send more cases to one partner kind: `times` its usual weight."""

    kind: int
    centers: tuple[int, ...]
    times: float


@dataclass(frozen=True)
class Places:
    """Where things are: for each area (below the provinces) its province, and for each province its areas."""

    ids: pa.Array
    province: Integers
    areas_of: list[Integers]
    provinces: pa.Array
    tables: dict[str, Table]

    def area_in(self, rng: np.random.Generator, provinces: Integers) -> Integers:
        """An area in each of the provinces."""
        picks = rng.random(len(provinces))
        return np.array([self.areas_of[p][int(u * len(self.areas_of[p]))] for p, u in zip(provinces, picks, strict=True)])


@dataclass(frozen=True)
class Members:
    """Centers and institutions. A provider's position counts centers first, then institutions."""

    center_ids: pa.Array
    center_share: Numbers
    center_area: Integers
    institution_ids: pa.Array
    institution_kind: Integers
    institution_area: Integers
    home: Integers
    """The center an institution works with most; -1 for a national body."""
    tables: dict[str, Table]

    @property
    def centers(self) -> int:
        """How many centers there are."""
        return len(self.center_ids)

    @property
    def provider_ids(self) -> pa.Array:
        """Ids by provider position."""
        return pa.concat_arrays([self.center_ids, self.institution_ids])

    @property
    def provider_area(self) -> Integers:
        """Areas by provider position, -1 for a national body."""
        return np.concatenate([self.center_area, self.institution_area])


@dataclass(frozen=True)
class Ties:
    """Which institutions each center sends its cases to, and which ties are declared. One row per center and institution."""

    center: Integers
    institution: Integers
    share: Numbers
    """Of the center's steps with partners."""
    declared: Flags
    never_used: list[tuple[int, int]]
    """(center, institution) declared as partners that no case goes to."""
    missing: list[tuple[int, int]]
    """(center, kind) where the center has no partner of a common kind."""
    tables: dict[str, Table] = field(default_factory=dict)


def make_places(prefix: str, scale: Scale, rng: np.random.Generator) -> Places:
    """All provinces and `scale.areas` areas in them."""
    codes, names = list(PROVINCES), list(PROVINCES.values())
    province = np.concatenate([np.arange(len(codes)), pick(rng, bounds(zipf(len(codes), 0.7)), scale.areas - len(codes))])
    province.sort()
    first = np.searchsorted(province, province)
    number = np.arange(len(province)) - first + 1
    ids = [f"{prefix}-region-{codes[p]}{n:03d}" for p, n in zip(province, number, strict=True)]
    upper = [f"{prefix}-region-{code}" for code in codes]
    table = {
        "id": texts(upper + ids),
        "name": texts(names + [f"{MARK} {names[p]} {n}구역" for p, n in zip(province, number, strict=True)]),
        "code": texts(codes + [None] * len(ids)),
        "parent_id": texts([None] * len(codes) + [upper[p] for p in province]),
    }
    areas_of = [np.flatnonzero(province == p) for p in range(len(codes))]
    return Places(texts(ids), province, areas_of, texts(upper), {"regions": table})


def make_members(prefix: str, scale: Scale, places: Places, rng: np.random.Generator) -> Members:
    """Centers, the national bodies, and the institutions around each center."""
    center_ids = numbered(f"{prefix}-center-", 1, scale.centers, 3)
    center_share = zipf(scale.centers, 0.8, 2.0)
    center_province = _spread(rng, scale.centers)
    center_area = places.area_in(rng, center_province)
    branches = scale.institutions - scale.bodies
    kind = _institution_kinds(rng, scale.bodies, branches)
    home = np.concatenate([np.full(scale.bodies, -1), pick(rng, bounds(center_share), branches)])
    area = np.concatenate([np.full(scale.bodies, -1), places.area_in(rng, center_province[home[scale.bodies :]])])
    ids = numbered(f"{prefix}-institution-", 1, scale.institutions, 5)
    province = np.where(area < 0, -1, places.province[area])
    members = Members(center_ids, center_share, center_area, ids, kind, area, home, {})
    members.tables["institutions"] = _institution_table(members, scale.bodies, province, places, rng)
    members.tables["centers"] = _center_table(members, center_province, places, rng)
    return members


def _spread(rng: np.random.Generator, count: int) -> Integers:
    """A province for each center: one each, then more where more people live."""
    provinces = len(PROVINCES)
    more = pick(rng, bounds(zipf(provinces, 0.7)), max(0, count - provinces))
    return np.concatenate([np.arange(min(count, provinces)), more])


def _institution_kinds(rng: np.random.Generator, bodies: int, branches: int) -> Integers:
    """Kinds of the bodies in turn, then of the branches, every kind at least once where there is room."""
    kinds = len(PARTNER_KINDS)
    drawn = pick(rng, bounds(zipf(kinds, 0.6)), branches)
    drawn[: min(kinds, branches)] = np.arange(min(kinds, branches))
    return np.concatenate([np.arange(bodies) % kinds, drawn])


def _institution_table(members: Members, bodies: int, province: Integers, places: Places, rng: np.random.Generator) -> Table:
    kind = members.institution_kind
    of_kind = np.bincount(kind[:bodies], minlength=len(PARTNER_KINDS))
    parent = kind + len(PARTNER_KINDS) * below(rng, of_kind[kind], len(kind))
    parent[:bodies] = -1
    labels = load_schema().vocabularies["institution_kind"]
    area_names = ["전국" if p < 0 else list(PROVINCES.values())[p] for p in province]
    return {
        "id": members.institution_ids,
        "name": texts(_numbered_names(area_names, [labels[PARTNER_KINDS[k]].ko for k in kind])),
        "kind": coded(kind, texts(PARTNER_KINDS)),
        "region_id": coded(members.institution_area, places.ids),
        "parent_id": coded(parent, members.institution_ids),
    }


def _center_table(members: Members, province: Integers, places: Places, rng: np.random.Generator) -> Table:
    career = rng.random(members.centers) < 0.3
    operators = np.flatnonzero(members.institution_kind == PARTNER_KINDS.index("employers_federation"))
    operator = np.where(career, operators[below(rng, len(operators), members.centers)], -1)
    names = [list(PROVINCES.values())[p] for p in province]
    kinds = ["중장년내일센터" if mid_life else "고용센터" for mid_life in career]
    return {
        "id": members.center_ids,
        "name": texts(_numbered_names(names, kinds)),
        "kind": coded(career.astype(np.int64), texts(["employment_center", "career_center"])),
        "region_id": coded(members.center_area, places.ids),
        "operator_id": coded(operator, members.institution_ids),
    }


def _numbered_names(places: list[str], kinds: list[str]) -> Iterator[str]:
    seen: Counter[tuple[str, str]] = Counter()
    for place, kind in zip(places, kinds, strict=True):
        seen[place, kind] += 1
        yield f"{MARK} {place} {seen[place, kind]} {kind}"


def make_ties(prefix: str, members: Members, kinds: int, lean: Lean | None, rng: np.random.Generator) -> Ties:
    """Each center's partners among the first `kinds` institution kinds, with its planted gaps."""
    missing = _missing_kinds(members.centers, kinds, lean)
    partners = [_partners(members, center, dict(missing).get(center, -1), kinds, rng) for center in range(members.centers)]
    center = np.repeat(np.arange(members.centers), [len(found) for found in partners])
    institution = np.concatenate(partners)
    share = np.concatenate([_shares(members, number, found, kinds, lean) for number, found in enumerate(partners)])
    declared = rng.random(len(center)) < 0.88
    never = [(number, int(other)) for number, found in enumerate(partners) for other in _strangers(members, found, rng)]
    ties = Ties(center, institution, share, declared, never, missing)
    ties.tables.update(_partnerships(members, ties, rng), **_memberships(prefix, members, ties))
    ties.tables["absences"] = _absences(prefix, members, ties)
    return ties


def _missing_kinds(centers: int, kinds: int, lean: Lean | None) -> list[tuple[int, int]]:
    """Every seventh center lacks a common partner kind, but never the kind that it leans on."""
    found = [(center, center // 7 % min(GAP_KINDS, kinds)) for center in range(3, centers, 7)]
    return [(center, kind) for center, kind in found if lean is None or center not in lean.centers or kind != lean.kind]


def _partners(members: Members, center: int, missing: int, kinds: int, rng: np.random.Generator) -> Integers:
    """The institutions around a center, some national bodies, and a body of every kind not yet there; in order of use."""
    body = members.home < 0
    near = (members.home == center) | (body & (rng.random(len(body)) < 0.35))
    bodies = np.flatnonzero(body)
    present = set(members.institution_kind[near].tolist())
    absent = [int(b) for b in bodies[: len(PARTNER_KINDS)] if members.institution_kind[b] not in present]
    near[absent] = True
    near &= (members.institution_kind != missing) & (members.institution_kind < kinds)
    found = np.flatnonzero(near)
    return found[shuffled(rng, len(found))]


def _shares(members: Members, center: int, partners: Integers, kinds: int, lean: Lean | None) -> Numbers:
    """Shares of a center's partners: a fixed one for each kind, within it the first far ahead of the next."""
    kind = members.institution_kind[partners]
    weights = zipf(kinds, 0.8)
    if lean is not None and center in lean.centers:
        weights[lean.kind] *= lean.times
    rank = np.zeros(len(partners))
    for number in range(kinds):
        rank[kind == number] = np.arange(np.count_nonzero(kind == number))
    within = 1 / (rank + 1)
    total = np.bincount(kind, within, minlength=kinds)
    return shares(weights[kind] * within / total[kind])


def _strangers(members: Members, partners: Integers, rng: np.random.Generator) -> Integers:
    """Institutions that a center declares as partners and never works with."""
    others = np.setdiff1d(np.arange(len(members.institution_ids)), partners)
    wanted = min(len(others), max(1, len(partners) // 12))
    return np.sort(others[shuffled(rng, len(others))[:wanted]])


def _partnerships(members: Members, ties: Ties, rng: np.random.Generator) -> dict[str, Table]:
    used = [(int(c), int(i)) for c, i in zip(ties.center[ties.declared], ties.institution[ties.declared], strict=True)]
    pairs = [(c, members.centers + i) for c, i in used + ties.never_used]
    pairs += [(members.centers + first, members.centers + second) for first, second in _neighbours(ties)]
    kinds = ["referral", "agreement", "joint_program", "joint_event", "survey", "funding", "other"]
    count = len(pairs)
    since = np.datetime64("2021-01-01") + below(rng, 1800, count)
    until = np.where(rng.random(count) < 0.05, "2025-12-31", "")
    first, second = np.array(pairs).T
    table = {
        "first_id": coded(first, members.provider_ids),
        "second_id": coded(second, members.provider_ids),
        "kind": coded(pick(rng, bounds(zipf(len(kinds), 1.0)), count), texts(kinds)),
        "valid_from": texts(since.astype(str).tolist()),
        "valid_to": texts(day or None for day in until.tolist()),
    }
    return {"partnerships": table}


def _absences(prefix: str, members: Members, ties: Ties) -> Table:
    """Every second planted gap was looked into and confirmed, unless a partner of the kind is declared; others stay unknown."""
    declared = {(center, int(members.institution_kind[other])) for center, other in ties.never_used}
    told = [gap for gap in ties.missing[::2] if gap not in declared]
    return {
        "id": numbered(f"{prefix}-absence-", 1, len(told), 3),
        "center_id": coded(np.array([center for center, _ in told], dtype=np.int64), members.center_ids),
        "partner_kind": texts(PARTNER_KINDS[kind] for _, kind in told),
        "known_on": texts([ABSENCE_SEEN] * len(told)),
    }


def _neighbours(ties: Ties) -> list[tuple[int, int]]:
    """The four busiest partners of each center are partners of one another."""
    pairs = set()
    for center in range(int(ties.center[-1]) + 1):
        busiest = sorted(_busiest(ties, ties.center == center, 4))
        pairs |= {(a, b) for a in busiest for b in busiest if a < b}
    return sorted(pairs)


def _busiest(ties: Ties, among: Flags, count: int) -> list[int]:
    rows = np.flatnonzero(among)
    order = np.lexsort((ties.institution[rows], -ties.share[rows]))
    return [int(found) for found in ties.institution[rows[order[:count]]]]


def _memberships(prefix: str, members: Members, ties: Ties) -> dict[str, Table]:
    """One network for each center, which leads it; its busiest declared partners take part."""
    networks = numbered(f"{prefix}-network-", 1, members.centers, 3)
    rows = [(n, n, 0) for n in range(members.centers)]
    for n in range(members.centers):
        busiest = _busiest(ties, (ties.center == n) & ties.declared, 12)
        rows += [(n, members.centers + other, 1 if place < 3 else 2) for place, other in enumerate(busiest)]
    network, member, role = np.array(rows).T
    names = members.tables["centers"]["name"].to_pylist()
    awards = texts(["대상", "최우수상", "우수 사례"])
    award = np.where(np.arange(members.centers) % 5 == 0, np.arange(members.centers) // 5 % 3, -1)
    return {
        "networks": {
            "id": networks,
            "name": texts(f"{name} 네트워크" for name in names),
            "year": integers(np.full(members.centers, YEAR)),
            "award": coded(award, awards),
        },
        "memberships": {
            "network_id": coded(network, networks),
            "member_id": coded(member, members.provider_ids),
            "role": coded(role, texts(["lead", "core", "member"])),
            "valid_from": coded(np.zeros(len(rows), dtype=np.int64), texts(["2025-03-01"])),
        },
    }
