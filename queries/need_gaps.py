"""Needs of cases, region by region, beside the programs within reach that address them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from analysis.disclosure import hidden
from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.ties.directory import Regions, runs
from queries.ties.needs import NeedCounts, need_counts

AGES = {"under_40": (0, 39), "40s": (40, 49), "50s": (50, 59), "60s": (60, 69), "70_plus": (70, 200)}
STATES = ("none_told", "too_far", "not_eligible", "no_seats", "unknown", "available")
"""The widest gap first."""
REASON = Bilingual(
    "애로사항과 제공하지 못한 이유는 사례에서 센 것이고 프로그램과 자리는 출처에 적힌 것입니다.",
    "Needs and reasons for not being served are counted in cases; programs and seats are told by sources.",
)


@dataclass(frozen=True)
class Service:
    """A program that addresses a need. `seats` is None where it is not known, or known too long ago."""

    program: str
    region: str | None
    ages: tuple[int, int]
    seats: int | None
    source: str

    def takes(self, bands: Collection[str]) -> bool:
        """Whether any of the age bands may take part; yes where no age is told."""
        youngest, oldest = self.ages
        return not bands or any(AGES[band][0] <= oldest and youngest <= AGES[band][1] for band in bands)

    @property
    def state(self) -> str:
        """What is known of its seats."""
        return "unknown" if self.seats is None else "available" if self.seats else "no_seats"


def answer(asking: Asking) -> Outcome:
    """One row for each region and need of its cases, the widest gaps first."""
    regions = Regions.of(asking.rows("regions"))
    asked = cast(list[str], asking.params["regions"])
    within = {region for each in asked for region in regions.within(each)}
    needs_asked, ages_asked = (cast(list[str], asking.params[name]) for name in ("needs", "age_bands"))
    counts = need_counts(asking.reader).narrowed(needs_asked, ages_asked)
    needs = [row for row in _counted(asking, counts) if not asked or row[0] in within]
    bands = _bands(counts.bands())
    day, services = _services(asking)
    wanted = cast(list[str], asking.params["states"])
    rows = [_row(asking, row, regions, services[row[1]], bands[row[0], row[1]]) for row in needs]
    kept = sorted((row for row in rows if not wanted or row[4] in wanted), key=_rank)
    chosen = sorted({row[0] for row in needs})
    n = counts.different(chosen)
    shown = kept[: cast(int, asking.params["top"])]
    return Outcome(shown, n, grade="E1" if n else "E0", reason=REASON, words=_words(kept) | {"day": day or "자료"})


def _counted(asking: Asking, counts: NeedCounts) -> list[tuple[Any, ...]]:
    """What the statement `needs` counts: cases by region and need, with their sources where these may be shown."""
    names = {need: str(name) for need, name in asking.rows("need_names")}
    told = asking.rows("case_sources") if asking.policy.as_they_are else []
    sources = {(region, need): lines for region, need, lines in told}
    return [(*row, sources.get(row[:2], [])) for row in counts.rows(names)]


def _bands(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], set[str]]:
    """The age bands of the cases with each need in each region; none where an age is not told."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for region, need, band, _ in rows:
        found[region, need].add(band)
    return defaultdict(set, {key: told for key, told in found.items() if "" not in told})


def _services(asking: Asking) -> tuple[str, dict[str, list[Service]]]:
    """The day on which seats are judged, and the running programs by need."""
    as_of = str(asking.params["as_of"])
    day = as_of or _newest(asking)
    found: dict[str, list[Service]] = defaultdict(list)
    for program, need, region, youngest, oldest, seats, seen, status, start, end, source in asking.rows("programs"):
        if runs(status, start, end, as_of):
            known = _fresh(seen, day, cast(int, asking.params["max_age_days"]))
            ages = (0 if youngest is None else youngest, 200 if oldest is None else oldest)
            found[need].append(Service(program, region, ages, seats if known else None, source))
    return day, found


def _newest(asking: Asking) -> str:
    """The newest day the data tells of: of publication, or of a count of seats."""
    told = [str(card.get("published_on") or "") for card in asking.reader.generation.datasets]
    return max([*told, asking.rows("seats_day")[0][0] or ""])


def _fresh(seen: str | None, day: str, most_days: int) -> bool:
    from datetime import date

    return bool(seen) and 0 <= (date.fromisoformat(day) - date.fromisoformat(str(seen))).days <= most_days


def _row(
    asking: Asking, told: Sequence[Any], regions: Regions, services: Iterable[Service], bands: Collection[str]
) -> tuple[Any, ...]:
    region, need, name, cases, served, *reasons, untold, only_refused, case_sources = told
    near = regions.in_reach(region, asking.params["reach"] == "province") if region else set()
    reached = [each for each in services if not region or not each.region or each.region in near]
    counts = Counter(each.state if each.takes(bands) else "not_eligible" for each in reached)
    far = sum(1 for _ in services) - len(reached)
    # Served, refused and untold make up the cases: where the middle part is too small to be shown, the last goes with it.
    untold = None if not asking.policy.as_they_are and hidden(only_refused, asking.policy) else untold
    return (
        region or None, regions.names.get(region), need, name, _state(counts, far), cases, served, *reasons, untold,
        len(reached), counts["available"], counts["no_seats"], counts["unknown"], counts["not_eligible"], far,
        sorted(each.program for each in reached), [each.source for each in reached], case_sources,
    )  # fmt: skip


def _state(counts: Counter[str], far: int) -> str:
    best = next((state for state in reversed(STATES) if counts[state]), None)
    return best or ("too_far" if far else "none_told")


def _rank(row: Sequence[Any]) -> tuple[Any, ...]:
    """The widest gaps first, then the needs of most cases."""
    return (STATES.index(row[4]), -row[5], row[0] or "", row[2])


def _words(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    states = [row[4] for row in rows]
    return {
        "all": len(states),
        "none": states.count("none_told"),
        "too_far": states.count("too_far"),
        "unknown": states.count("unknown"),
    }
