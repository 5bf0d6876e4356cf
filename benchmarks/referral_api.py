"""One request for referral paths that no cache holds: CPU of the server that answers it, Neo4j's included."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import numpy as np

from analysis.multigraph import UNREACHABLE, IntArray, remaining_within
from benchmarks.harness import Taken, cpu_of, peak_of, row
from benchmarks.opponents.referrals_cypher import HOPS, K, Triple, load
from benchmarks.ours import checked_and_published
from benchmarks.rows import REFERRAL, REFERRAL_FLOOR, REFERRAL_UNSEARCHED, REFERRAL_WHOLE
from benchmarks.running import Client, Running, opponent, ours, running
from benchmarks.server import Bolt, Servers
from graph.stores import open_store
from loaders.cohort.write import write_cohort
from queries.referral.batch import EVEN
from queries.referral.directory import TRAINED
from queries.referral.person import CRITERIA, Day, day_of_anybody
from queries.vocabulary import label

WITH_NEO4J, WITHOUT = "FastAPI + pydantic + driver + Cypher (good)", "the same, without the CPU of its Neo4j"
OBVIOUS = "FastAPI + pydantic + driver + Cypher (obvious)"
FEW = 3
"""Requests a round of the obvious statement, which goes over every path."""
LOST = "the same, where no path leads, which only ours explains"
SIZES = ((1.0, "l", 100_000), (0.1, "s", 20_000), (0.0, "xs", 400))
"""From which scale on, the network, and how many cases: they weigh on the evidence of a step alone, so few will do."""
STEP_ENDS = ("from_id", "from_name", "relationship", "to_id", "to_name", "code")
Asks = list[tuple[str, str]]
OURS, THEIRS, WHOLE, FLOOR, UNSEARCHED = "ours", "theirs", "whole", "floor", "unsearched"
ALONE = "theirs, without Neo4j"
Sides = list[dict[str, Taken]]
"""What each side took, by round."""
Found = tuple[Sides, dict[str, bool], int]
"""That, whether each opponent's answers were ours, and how many requests a round had."""
TakenOf = Callable[[Asks, Sequence[str]], Found]
Measured = Callable[[TakenOf, tuple[Asks, Asks], str], list[dict[str, Any]]]
GIVEN = (
    f"at most {HOPS} steps, even weights, k={K}, no answer asked for before; the opponent is given each step's cost and gives "
    "the paths only, ours alternates, evidence, sources and notes too"
)
ALL_OF_IT = (
    f"at most {HOPS} steps, even weights, k={K}, no answer asked for before; the opponent is given each step's costs, evidence "
    "and sources, and its `paths` are ours to the last field, alternates with them; ours tells the sentence, notes and the "
    "drawing too"
)
LOWEST = (
    "FastAPI with the same parameters declared sends the bytes of one of our answers, nothing searched and nothing built, "
    "under the same client and uvicorn: the most there is to win for any service on FastAPI"
)
NOTHING_SEARCHED = (
    "a search that takes no time: framework, thread, parameters, disclosure, sources, notes, JSON and headers as in our "
    "service; what was found for a request of middling length is told each time"
)


def run(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """Up to 200 requests a round and side at scale 1, none of them asked before.

    The obvious statement is asked few, and of the smaller network at most: of the largest it has no answer after two minutes.
    """
    _, network, cases = next(each for each in SIZES if scale >= each[0])
    smaller = SIZES[1] if scale >= SIZES[0][0] else (0, network, cases)
    count = max(5, round(200 * min(1.0, scale)))
    well = _beside(network, cases, count, rounds, servers, _written_well, floors=True)
    return [*well, *_beside(smaller[1], smaller[2], FEW, rounds, servers, _obvious, PLAIN="yes")]


def _beside(
    network: str,
    cases: int,
    count: int,
    rounds: int,
    servers: Servers,
    measured: Measured,
    *,
    floors: bool = False,
    **variables: str,
) -> list[dict[str, Any]]:
    """Rows of requests to our server of a network and to the opponent's of the same; the others run where there are floors."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_:
        home, tables = Path(folder) / "home", Path(folder) / "cohort"
        write_cohort(tables, cases, 1, size=network, file_format="parquet")
        checked_and_published(str(tables), str(home), "ladybug:")
        bolt, told = servers.neo4j(), Path(folder) / "referrals.json"
        day = _day(home)
        told.write_text(json.dumps(_given(day, bolt)), "utf-8")
        asks = _asks(day, (rounds + 1) * count)
        given = {"NEO4J_URL": bolt.url, "REFERRALS": str(told)}

        def started(command: list[str], variables: Mapping[str, str]) -> Running:
            return open_.enter_context(running(command, variables))

        sides = {OURS: started(*ours(home)), THEIRS: started(*opponent("referrals_api", **given, **variables))}
        if floors:
            middling, answer = _middling(Client(sides[OURS]), asks[0][:count]), Path(folder) / "answer.json"
            answer.write_bytes(Client(sides[OURS]).get(_address(*middling))[2])
            sides[WHOLE] = started(*opponent("referrals_whole", **given))
            sides[FLOOR] = started(*opponent("referrals_floor", FLOOR_ANSWER=str(answer)))
            sides[UNSEARCHED] = started(*opponent("referrals_unsearched", **ours(home)[1]))
            Client(sides[UNSEARCHED]).get(_address(*middling))

        def taken_of(part: Asks, names: Sequence[str]) -> Found:
            return _rounds({name: sides[name] for name in names}, bolt, part, rounds)

        return measured(taken_of, asks, _size(day))


def _middling(client: Client, asks: Asks) -> tuple[str, str]:
    """The request whose answer is neither short nor long."""
    return sorted(asks, key=lambda ask: len(client.get(_address(*ask))[2]))[len(asks) // 2]


def _size(day: Day) -> str:
    return f"{day.directory.nodes:,} nodes, {day.directory.edges:,} steps"


def _day(home: Path) -> Day:
    """The directory as it costs somebody of no region in particular."""
    reader = open_store("ladybug:", home).reader()
    day = day_of_anybody(reader)
    reader.close()
    return day


def _label(day: Day, number: int) -> str:
    node = day.directory.node(number)
    return "Partner" if node.kind in ("Center", "Institution") else node.kind + node.role.capitalize()


def _given(day: Day, bolt: Bolt) -> dict[str, Any]:
    """Load what is open into Neo4j, and tell the opponent where everything stands."""
    directory, costs = day.directory, day.goals.graph.costs.sum(axis=1).tolist()
    nodes: dict[str, list[dict[str, Any]]] = {}
    places: dict[str, dict[str, int]] = {}
    for number, node in enumerate(map(directory.node, range(directory.nodes))):
        nodes.setdefault(_label(day, number), []).append({"place": number, "id": node.id, "name": node.name})
        places.setdefault(node.id, {})[_label(day, number)] = number
    steps: dict[Triple, list[dict[str, Any]]] = {}
    for number in np.flatnonzero(day.reasons("", 3, False) == 0).tolist():
        edge = directory.edge(number)
        key = (_label(day, edge.start), edge.step.upper(), _label(day, edge.end))
        told = {"start": edge.start, "end": edge.end, "edge": number, "cost": costs[number], "step": edge.step}
        steps.setdefault(key, []).append(told | {"fact": directory.fact(edge.fact).type})
    load(bolt.url, nodes, steps, [_told(day, step["edge"]) for some in steps.values() for step in some])
    codes = {step["step"] for some in steps.values() for step in some}
    words = {code: {language: label(code, ("referral_step",), language) for language in ("ko", "en")} for code in codes}
    return {"triples": sorted(steps), "places": places, "words": words, "criteria": CRITERIA[1:]}


def _told(day: Day, edge: int) -> dict[str, Any]:
    """All there is to tell of a step."""
    step = day.told.step(edge)
    told = dict(
        zip((*STEP_ENDS, "state", "left", "date", "cases", "hired"), (*step.ends, *step.served, *step.counted), strict=True)
    )
    return told | {"edge": edge, "costs": step.costs, "link": step.relationship_id, "sources": step.sources}


def _asks(day: Day, count: int) -> tuple[Asks, Asks]:
    """Needs and industries at random, none twice: those between which a path leads, and others."""
    nodes, graph = list(map(day.directory.node, range(day.directory.nodes))), day.goals.graph
    needs = [node.id for node in nodes if node.kind == "Need"]
    works = [node.id for node in nodes if (node.kind, node.role) == ("Industry", TRAINED)]
    every = list(product(needs, works))
    order = np.random.default_rng(1).permutation(len(every)).tolist()
    reach: dict[str, IntArray] = {}
    led, lost = [], []
    for need, work in (every[place] for place in order):
        if work not in reach:
            ends = day.directory.numbers_of(work)
            reach[work] = remaining_within(graph, ends, graph.lengths(), day.reasons("", 3, False) == 0, HOPS)[-1]
        leads = reach[work][day.directory.number(need)] < UNREACHABLE
        (led if leads else lost).append((need, work))
        if len(led) >= count and len(lost) >= count:
            break
    assert led, "no path leads anywhere"
    return led[:count], lost[:count]


def _written_well(taken_of: TakenOf, asks: tuple[Asks, Asks], size: str) -> list[dict[str, Any]]:
    led, lost = taken_of(asks[0], (OURS, THEIRS, WHOLE, FLOOR, UNSEARCHED)), taken_of(asks[1], (OURS, THEIRS))
    why = "the opponent's answer is empty, ours says which steps are closed and what would open a path"
    return [
        _row(REFERRAL_WHOLE, WITH_NEO4J, led, (OURS, WHOLE), size, ALL_OF_IT),
        _row(REFERRAL, WITH_NEO4J, led, (OURS, THEIRS), size, GIVEN),
        _row(REFERRAL_FLOOR, WITH_NEO4J, led, (FLOOR, THEIRS), size, LOWEST),
        _row(REFERRAL_UNSEARCHED, WITH_NEO4J, led, (UNSEARCHED, THEIRS), size, NOTHING_SEARCHED),
        _row(REFERRAL, WITHOUT, led, (OURS, ALONE), size, GIVEN),
        _row(REFERRAL, LOST, lost, (OURS, THEIRS), size, why),
    ]


def _obvious(taken_of: TakenOf, asks: tuple[Asks, Asks], size: str) -> list[dict[str, Any]]:
    note = f"{GIVEN}; the statement goes over every path"
    return [_row(REFERRAL, OBVIOUS, taken_of(asks[0], (OURS, THEIRS)), (OURS, THEIRS), size, note)]


def _row(work: str, opponent: str, found: Found, sides: tuple[str, str], size: str, note: str) -> dict[str, Any]:
    taken, same, count = found
    pairs = [(each[sides[0]], each[sides[1]]) for each in taken]
    right = same[WHOLE if WHOLE in sides else THEIRS]
    return row(work, opponent, pairs, right, size=f"{size}; {count} requests", note=note, by="cpu_s")


def _rounds(sides: Mapping[str, Running], bolt: Bolt, asks: Asks, rounds: int) -> Found:
    """Each side in turn, who begins changing each round; the first part of what is asked is asked without a clock."""
    warm = len(asks) // (rounds + 1)
    taken, same = list[dict[str, Taken]](), dict.fromkeys(set(sides) & {THEIRS, WHOLE}, True)
    for number in range(rounds + 1):
        part = asks[number * warm : (number + 1) * warm]
        told, spent = dict[str, list[Any]](), dict[str, Taken]()
        for name in list(sides)[:: 1 if number % 2 else -1]:
            told[name], spent[name], alone = _side(sides[name], _ask_of(name), bolt.pid if name in same else None, part)
            spent |= {ALONE: alone} if name == THEIRS else {}
        for name in same:
            same[name] = same[name] and _alike(name, told[name], told[OURS])
        taken += [spent] if number else []
    return taken, same, warm


def _alike(side: str, theirs: list[Any], ours: list[Any]) -> bool:
    """Whether a side's answers are ours, as far as it tells of paths."""
    return theirs == ours if side == WHOLE else list(map(_short, theirs)) == list(map(_short, ours))


def _side(server: Running, ask_by: Callable[..., str], neo4j: int | None, part: Asks) -> tuple[list[Any], Taken, Taken]:
    """The paths told, what they took with a Neo4j beside the server, and without."""
    client = Client(server)
    used, beside, start = cpu_of(server.pid), cpu_of(neo4j), perf_counter()
    answers = [client.json(ask_by(*ask))["paths"] for ask in part]
    alone = Taken(perf_counter() - start, cpu_of(server.pid) - used, peak_of(server.pid))
    return answers, replace(alone, cpu_s=(alone.cpu_s or 0.0) + cpu_of(neo4j) - beside), alone


def _ask_of(side: str) -> Callable[..., str]:
    return _plain_address if side in (THEIRS, WHOLE) else _address


def _address(need: str, target: str) -> str:
    return f"/api/referrals?{urlencode({'need': need, 'target': target, 'k': K, 'max_steps': HOPS, **EVEN})}"


def _plain_address(need: str, target: str) -> str:
    return f"/api/referrals?{urlencode({'need': need, 'target': target})}"


def _short(paths: list[dict[str, Any]]) -> list[Any]:
    """What every opponent tells of paths."""
    return [[_sum(path["cost"]), list(map(_step, path["steps"]))] for path in paths]


def _sum(cost: int | dict[str, int]) -> int:
    return cost if isinstance(cost, int) else sum(cost.values())


def _step(told: dict[str, Any]) -> list[str]:
    code = told["code"] if "code" in told else told["label"]
    return [told["from_id"], told["from_name"], told["relationship"], code, told["to_id"], told["to_name"]]
