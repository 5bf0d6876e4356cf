"""One person's request on one day: which steps are closed and why, and what each open step costs."""

from __future__ import annotations

import gc
import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import PLANNER, Policy
from analysis.goals import Goals
from analysis.steps import Steps, steps_from
from queries.asking import Asking
from queries.catalog import load_question
from queries.kept import kept_arrays
from queries.language.params import accept
from queries.need_gaps import AGES
from queries.referral.directory import ALWAYS, MOST_FOUND, UNTOLD_NUMBER, Bools, Columns, Directory, Ints, ordinal
from queries.referral.evidence import NOT_COUNTED, Counts, count_cases
from queries.referral.reading import read_directory, with_companies
from queries.referral.told import StepsTold
from queries.telling.nodes import is_known, know
from queries.telling.standing import standing
from queries.ties.directory import Regions, runs

if TYPE_CHECKING:
    from graph.store import Reader

CRITERIA = ("steps", "handovers", "distance", "waiting", "seats_unknown", "evidence_cost")
"""The columns of the costs. Distance counts levels of regions, waiting weeks; the others steps, evidence 0 to 2 for each."""
WEIGHTS = ("weight_steps", "weight_handovers", "weight_distance", "weight_waiting", "weight_seats", "weight_evidence")
"""The parameters that weigh the costs, in the order of CRITERIA."""
REASONS = ("", "none_exists", "not_eligible", "no_seats", "too_far", "no_answer")
"""Why a step is closed, by its code; 0 is open. Where several hold, the first that cannot be waited out."""
NONE_EXISTS, NOT_ELIGIBLE, NO_SEATS, TOO_FAR, NO_ANSWER = range(1, 6)
FULL, UNKNOWN, FREE = range(3)
UNTOLD = -1
Person = tuple[str, int, bool]
"""Age band, farthest distance, and whether only known seats will do: what closes a step besides the day and the region."""
OLDEST = 200
ENOUGH_CASES = 20
"""From so many shown cases on, a step costs nothing for evidence; fewer cost 1, none or a hidden number 2."""
UNTOLD_REGION = 1
"""The distance of a place whose region is not told."""
KEPT_DIRECTORIES, KEPT_DAYS = 2, 4
RULES = 1
"""Raised when the directory or its counts are made otherwise: the kept ones are then not read again."""
KEPT_PEOPLE = 24
"""For how many kinds of people the closed steps are kept for each day, two bytes for each edge."""
STEPS_MEMORY = 32 << 20
"""Bytes of steps from one node to all others kept for each day."""
GOALS_MEMORY = 64 << 20
"""Bytes of goals kept for each day. A national directory takes some 130 MB more for each day, a pilot network nothing."""


@dataclass(frozen=True, eq=False)
class Day:
    """A directory as it costs someone of one region on one day, under one policy. Arrays have one value per node or edge."""

    directory: Directory
    counts: Counts
    goals: Goals
    runs: Bools
    """Nodes: a program that runs on that day; yes for what is no program."""
    valid: Bools
    """Edges: their fact holds on that day."""
    seats: Ints
    """Nodes: FULL, UNKNOWN or FREE."""
    waiting: Ints
    """Nodes: weeks until there is a place, 0 where nobody waits, UNTOLD where no source tells, or told it too long ago."""
    distance: Ints
    """Nodes: levels of regions from the person, 0 where nobody has to go."""
    ages: tuple[Ints, Ints]
    """Nodes: youngest and oldest who may take part."""
    policy: Policy

    _kept: dict[Person, tuple[NDArray[np.int8], Bools]] = field(default_factory=dict)

    @cached_property
    def told(self) -> StepsTold:
        """What is told of each step."""
        return StepsTold(self.directory, self.counts, self.goals.graph, self.seats, self.policy)

    @cached_property
    def _walked(self) -> Kept:
        """Steps to every node by where they start and whom they are open to, a byte for each node."""
        return Kept(max(1, STEPS_MEMORY // max(1, self.directory.nodes)))

    def steps_from(self, sources: Sequence[int], reasons: NDArray[np.int8] | None = None) -> Steps:
        """How many steps every node is from the nearest source, over all edges or over those some reasons leave open; kept."""
        person = None if reasons is None else self._person(reasons)

        def walk() -> Steps:
            return steps_from(self.goals.graph, sources, None if reasons is None else self.open_by(reasons))

        unkept = reasons is not None and person is None
        found: Steps = walk() if unkept else self._walked.get((*sources, person), walk)
        return found

    def is_walked(self, source: int, reasons: NDArray[np.int8]) -> bool:
        """Whether it is known already how many open steps every node is from one."""
        person = self._person(reasons)
        return person is not None and (source, person) in self._walked

    def _person(self, reasons: NDArray[np.int8]) -> Person | None:
        """Whose reasons these are; None where they are not kept."""
        return next((person for person, (kept, _) in list(self._kept.items()) if kept is reasons), None)

    def reasons(self, age_band: str, max_distance: int, known_seats_only: bool) -> NDArray[np.int8]:
        """Why each edge is closed for a person, 0 where it is open, shape (edges,); read-only, and kept for the next."""
        key: Person = (age_band, max_distance, known_seats_only)
        if key not in self._kept:
            while len(self._kept) >= KEPT_PEOPLE:
                self._kept.pop(next(iter(self._kept)), None)
            found = self._reasons_of(age_band, max_distance, known_seats_only)
            found.flags.writeable = False
            self._kept[key] = (found, found == 0)
        return self._kept[key][0]

    def open_by(self, reasons: NDArray[np.int8]) -> Bools:
        """Which edges some reasons leave open, shape (edges,); kept with reasons that are kept."""
        person = self._person(reasons)
        kept = None if person is None else self._kept.get(person)
        found: Bools = reasons == 0 if kept is None else kept[1]
        return found

    def _reasons_of(self, age_band: str, max_distance: int, known_seats_only: bool) -> NDArray[np.int8]:
        youngest, oldest = AGES[age_band] if age_band else (0, OLDEST)
        node = np.zeros(self.directory.nodes, np.int8)
        if known_seats_only:
            node[(self.seats == UNKNOWN) & self.directory.is_program] = NO_ANSWER
        node[(self.seats == FULL) & (self.waiting == UNTOLD)] = NO_SEATS
        node[self.distance > max_distance] = TOO_FAR
        node[(self.ages[0] > oldest) | (self.ages[1] < youngest)] = NOT_ELIGIBLE
        node[~self.runs] = NONE_EXISTS
        found = node[self.goals.graph.ends]
        found[self.directory.without_openings & (found == 0)] = NO_SEATS
        found[~self.valid] = NONE_EXISTS
        return found


def day_for(asking: Asking) -> Day:
    """The day a question is asked for, kept for the next that asks for the same; made from the generation's directory."""
    reader, params = asking.reader, asking.params
    directory, counts = DIRECTORIES.get((reader.engine, reader.generation.id), lambda: _read(asking))
    if not is_known(reader):
        _let_know(asking, directory)
    as_of, region = str(params["as_of"]), str(params["region"])
    added = _companies_to_add(asking, directory)
    key = (reader.engine, reader.generation.id, region, as_of, params["max_age_days"], asking.policy, tuple(added))
    day: Day = DAYS.get(key, lambda: _make(asking, *_with(asking, directory, counts, added)))
    return day


def day_of_anybody(reader: Reader) -> Day:
    """The day as a planner is told of it, for a person of whom nothing is known."""
    question, stands = load_question("referral_paths"), standing(reader.generation)
    return day_for(Asking(reader, question, accept(question, {}), stands, stands.policy(PLANNER), {}))


def _read(asking: Asking) -> tuple[Directory, Counts]:
    """The directory and its counts from the generation's folder, made where nobody asked before."""
    told = kept_arrays(asking.reader, f"referrals-{RULES}-{_statements(asking)}", lambda: _read_anew(asking))
    columns = {name: told[name] for name in told if name not in ("cases", "hired", "all")}
    return Directory(columns), Counts(told["cases"], told["hired"], int(told["all"]))


def _statements(asking: Asking) -> str:
    """What the directory is made by, in short."""
    return hashlib.blake2b(asking.question.cypher(asking.reader.engine).encode(), digest_size=6).hexdigest()


def _read_anew(asking: Asking) -> Columns:
    with uncollected():
        directory = read_directory(_part(asking))
    counts = count_cases(directory, asking.reader.snapshot())
    return {**directory.columns, "cases": counts.cases, "hired": counts.hired, "all": np.array(counts.all)}


def _let_know(asking: Asking, directory: Directory) -> None:
    """Each reader of the generation looks nodes up here, not only the one that read the directory."""
    snapshot = asking.reader.snapshot()
    absent = lru_cache(MOST_FOUND)(lambda kind, id_: snapshot.ids(kind).place(id_) < 0)
    know(asking.reader, directory.whole_kinds, lru_cache(MOST_FOUND)(directory.drawn), absent)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from going over a million new facts again and again while none of them is garbage."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _part(asking: Asking) -> Any:
    """Parts of the question for any day: what a day changes is settled for each request."""
    return lambda part, **more: asking.rows(part, **({"as_of": ""} | more))


def _companies_to_add(asking: Asking, directory: Directory) -> list[str]:
    asked = cast(list[str], asking.params["target"])
    return [each for each in asked if asking.named[each].kind == "Company" and not directory.numbers_of(each)]


def _with(asking: Asking, directory: Directory, counts: Counts, companies: list[str]) -> tuple[Directory, Counts]:
    """The directory with companies added that it does not hold, their steps not counted."""
    if not companies:
        return directory, counts
    wider = with_companies(directory, _part(asking), companies)
    more = np.full(wider.edges - len(counts.cases), NOT_COUNTED)
    return wider, Counts(np.concatenate([counts.cases, more]), np.concatenate([counts.hired, more]), counts.all)


def newest_day(asking: Asking, directory: Directory) -> str:
    """The day asked for; else the newest the data tells of: of publication, or of a count of seats."""
    told = [str(card.get("published_on") or "") for card in asking.reader.generation.datasets]
    return str(asking.params["as_of"]) or max([*told, directory.newest_seats])


def _make(asking: Asking, directory: Directory, counts: Counts) -> Day:
    as_of, region = str(asking.params["as_of"]), str(asking.params["region"])
    seats, waiting = _places(directory, newest_day(asking, directory), cast(int, asking.params["max_age_days"]))
    distance, programs = _distance(directory, region), directory.is_program
    starts, ends = directory.ends
    costs = np.zeros((len(starts), len(CRITERIA)), np.int64)
    costs[:, 0] = 1
    costs[:, 1] = directory.takes("partner", "network_partner")
    costs[:, 2] = distance[ends]
    costs[:, 3] = np.maximum(waiting, 0)[ends]
    costs[:, 4] = programs[ends] & (seats[ends] == UNKNOWN)
    costs[:, 5] = _evidence(directory, counts, asking.policy)
    goals = Goals(directory.graph.with_costs(costs), GOALS_MEMORY)
    running, valid = _runs(directory, as_of), _valid(directory, as_of)
    return Day(directory, counts, goals, running, valid, seats, waiting, distance, _ages(directory), asking.policy)


def _places(directory: Directory, day: str, most_days: int) -> tuple[Ints, Ints]:
    """Seats and weeks of waiting of every node, as far as they were told lately enough."""
    told, seats, waiting = directory.programs, np.full(directory.nodes, UNKNOWN), np.full(directory.nodes, UNTOLD)
    waiting[~directory.is_program] = 0
    days = ordinal(day, 0) - told.seats_day
    fresh = (told.seats_day > 0) & (days >= 0) & (days <= most_days)
    counted, awaited = (fresh & (each != UNTOLD_NUMBER) for each in (told.seats, told.waiting))
    seats[told.nodes[counted]] = np.where(told.seats[counted] != 0, FREE, FULL)
    waiting[told.nodes[awaited]] = told.waiting[awaited]
    return seats, waiting


def _distance(directory: Directory, region: str) -> Ints:
    """Levels of regions up from the person's and down to each place; 0 for what is nowhere, or where no region is asked."""
    found = np.zeros(directory.nodes, np.int64)
    if region:
        away = directory.of_kind("Program", "Company")
        found[away] = directory.by_word(
            directory.columns["node_region"][away],
            lambda place: UNTOLD_REGION if place is None else levels_between(directory.regions, region, place),
        )
    return found


def levels_between(regions: Regions, first: str, second: str) -> int:
    """Levels up from one region to the lowest that holds both, and down to the other; the whole country holds all."""
    above, other = regions.above(first), regions.above(second)
    return min(
        (above.index(each) + place for place, each in enumerate(other) if each in above), default=len(above) + len(other)
    )


def _runs(directory: Directory, as_of: str) -> Bools:
    """Which nodes are no program or one that runs; settled once for all programs of the same status and days."""
    found, programs = np.ones(directory.nodes, np.bool_), directory.programs
    different, at = np.unique(programs.runs, axis=0, return_inverse=True)
    told = [[directory.word(code) for code in codes] for codes in different.tolist()]
    each = [runs(status, first, last, as_of) for status, first, last in told]
    found[programs.nodes] = np.array(each, np.bool_)[at.ravel()]
    return found


def _valid(directory: Directory, as_of: str) -> Bools:
    """Facts that hold on the day; all of them without a day."""
    first, last = directory.validity
    if not as_of:
        return np.ones(directory.edges, np.bool_)
    day = ordinal(as_of, 0)
    valid: Bools = (first <= day) & (day <= last)
    return valid


def _ages(directory: Directory) -> tuple[Ints, Ints]:
    told, youngest, oldest = directory.programs, np.zeros(directory.nodes, np.int64), np.full(directory.nodes, ALWAYS)
    youngest[told.nodes] = np.where(told.min_age == UNTOLD_NUMBER, 0, told.min_age)
    oldest[told.nodes] = np.where(told.max_age == UNTOLD_NUMBER, ALWAYS, told.max_age)
    return youngest, oldest


def _evidence(directory: Directory, counts: Counts, policy: Policy) -> Ints:
    """What each edge costs for the number of its cases, as far as that may be shown: the order gives no hidden count away."""
    rounded = (2 * counts.cases + policy.rounding) // (2 * policy.rounding) * policy.rounding
    visible = np.where(counts.cases >= max(1, policy.threshold), rounded, 0)
    cost = np.where(visible >= ENOUGH_CASES, 0, np.where(visible > 0, 1, 2))
    return np.where(directory.takes("broader"), 0, cost)


class Kept:
    """The few things made last, least lately used out first."""

    def __init__(self, most: int) -> None:
        self._most, self._kept, self._lock = most, OrderedDict[Any, Any](), Lock()

    def __contains__(self, key: Any) -> bool:
        """Whether something is kept under a key."""
        return key in self._kept

    def get(self, key: Any, make: Any) -> Any:
        """What is kept under a key, made now where there is nothing."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


DIRECTORIES, DAYS = Kept(KEPT_DIRECTORIES), Kept(KEPT_DAYS)


def start_nodes(asking: Asking, directory: Directory) -> dict[str, int]:
    """The nodes paths may start from by id: the person's needs (any need where none is named), and the prior occupation."""
    asked = cast(list[str], asking.params["need"])
    needs = asked or [directory.node_ids[number] for number in np.flatnonzero(directory.of_kind("Need")).tolist()]
    prior = str(asking.params["prior_occupation"])
    ids = [*needs, *([prior] if prior and prior not in cast(list[str], asking.params["target"]) else [])]
    found = {id_: directory.number(id_) for id_ in ids}
    return {id_: number for id_, number in found.items() if number is not None}


def target_nodes(asking: Asking, directory: Directory) -> list[int]:
    """The nodes paths may end at: what is asked for, else every industry and occupation but the prior one."""
    asked, prior = cast(list[str], asking.params["target"]), asking.params["prior_occupation"]
    if asked:
        return sorted({number for id_ in asked for number in directory.numbers_of(id_)})
    work = directory.of_kind("Industry", "Occupation")
    work[directory.numbers_of(str(prior))] = False
    found: list[int] = np.flatnonzero(work).tolist()
    return found


def weights_of(params: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The weights asked for in the order of CRITERIA; None where none is given."""
    given = tuple(int(params[name]) for name in WEIGHTS)
    return given if any(given) else None
