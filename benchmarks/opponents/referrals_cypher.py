"""Referral paths of at most four steps: written well, as a pattern for each chain of steps, and as one would at first.

The opponent's graph is given what a service would have worked out beforehand: each open step with its cost, its ends in their
roles, and the number that settles ties.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any, LiteralString, cast
from urllib.parse import urlsplit

import neo4j

HOPS = 4
K = 5
FEW, MANY = 60, 520
"""Rows asked for of each pattern, and how many when these do not hold K paths that differ."""
MOST_SHARED = 0.7
BATCH = 10_000
STEPS = "MATCH (s:Step) WHERE s.edge IN $edges RETURN collect(properties(s)) AS steps"
"""What is told of steps, in one record."""
AROUND = """
UNWIND $pairs AS pair MATCH (a:Place {place: pair[0]}), (b:Place {place: pair[1]})
CALL (a, b) {
  MATCH (a)-[r1]->(m)-[r2]->(b)
  RETURN r1.cost + r2.cost AS cost, [r1.edge, r2.edge] AS edges, m.place AS place ORDER BY cost, edges LIMIT $most
  UNION ALL MATCH (a)-[r]->(b) RETURN r.cost AS cost, [r.edge] AS edges, null AS place ORDER BY cost, edges LIMIT $most
}
WITH pair, cost, edges, place ORDER BY cost, size(edges), edges
RETURN pair, collect([cost, edges, place]) AS ways
"""
"""The best ways of one and of two steps between each of some pairs of places. With both ends found first, Neo4j takes a third
of the time that it takes from one end and a filter on the other."""
Triple = tuple[str, str, str]
"""Label, relationship type, label."""


def chains(triples: Iterable[Triple], start: str, ends: frozenset[str]) -> list[list[Triple]]:
    """Every chain of at most HOPS steps from one label to one of some."""
    known = sorted(triples)

    def grown(chain: list[Triple]) -> Iterator[list[Triple]]:
        here = chain[-1][2] if chain else start
        if chain and here in ends:
            yield chain
        if len(chain) < HOPS:
            for triple in known:
                if triple[0] == here:
                    yield from grown([*chain, triple])

    return list(grown([]))


def statement(every: Iterable[list[Triple]], targets: frozenset[str]) -> str:
    """All chains in one statement; each gives its cheapest rows."""
    return " UNION ALL ".join(_branch(chain, targets, told=True) for chain in every)


def numbers(every: Iterable[list[Triple]], targets: frozenset[str], without: bool = False) -> str:
    """The same with nothing told of a path but cost, edges and places; of the paths that do `without` a place."""
    return " UNION ALL ".join(_branch(chain, targets, without=without) for chain in every)


def _branch(chain: list[Triple], targets: frozenset[str], told: bool = False, without: bool = False) -> str:
    labels = [chain[0][0], *(triple[2] for triple in chain)]
    steps, last = len(chain), len(chain)
    pattern = f"(n0:{labels[0]} {{place: $source}})"
    for step, (_, type_, label) in enumerate(chain, start=1):
        end = f" {{place: $targets.{label}}}" if step == last else ""
        pattern += f"-[r{step}:{type_}]->(n{step}:{label}{end})"
    apart = [f"n{a} <> n{b}" for a in range(steps + 1) for b in range(a + 1, steps + 1) if labels[a] == labels[b]]
    apart += [
        f"n{a}.place <> $targets.{labels[a]}" for a in range(1, last) if labels[a] in targets and labels[a] != labels[last]
    ]
    apart += [f"n{a}.place <> $without" for a in range(1, last) if without]
    where = f" WHERE {' AND '.join(apart)}" if apart else ""
    edges, nodes = range(1, steps + 1), range(steps + 1)
    return (
        f"MATCH {pattern}{where} RETURN {' + '.join(f'r{e}.cost' for e in edges)} AS cost, "
        f"[{', '.join(f'r{e}.edge' for e in edges)}] AS edges, [{', '.join(f'n{n}.place' for n in nodes)}] AS places"
        f"{_words(edges, nodes) if told else ''} "
        f"ORDER BY cost, {', '.join(f'r{e}.edge' for e in edges)} LIMIT $most"
    )


def _words(edges: Iterable[int], nodes: Iterable[int]) -> str:
    ids, names = (", ".join(f"n{n}.{name}" for n in nodes) for name in ("id", "name"))
    facts, steps = (", ".join(f"r{e}.{name}" for e in edges) for name in ("fact", "step"))
    return f", [{ids}] AS ids, [{names}] AS names, [{facts}] AS facts, [{steps}] AS steps"


def plain() -> str:
    """One pattern of any length, each path's cost summed and all of them sorted."""
    edges, inner = "[r IN relationships(p) | r.edge]", "nodes(p)[1..-1]"
    return (
        f"MATCH p = (:Need {{place: $source}})-[*1..{HOPS}]->(end) WHERE end.place IN $targets "
        f"AND none(n IN {inner} WHERE n.place IN $targets) AND all(n IN nodes(p) WHERE single(m IN nodes(p) WHERE m = n)) "
        f"RETURN reduce(sum = 0, r IN relationships(p) | sum + r.cost) AS cost, {edges} AS edges, "
        "[n IN nodes(p) | n.place] AS places, [n IN nodes(p) | n.id] AS ids, [n IN nodes(p) | n.name] AS names, "
        "[r IN relationships(p) | r.fact] AS facts, [r IN relationships(p) | r.step] AS steps "
        "ORDER BY cost, size(edges), edges LIMIT $most"
    )


def order(row: dict[str, Any]) -> tuple[Any, ...]:
    """The cheaper first, then the fewer steps."""
    return row["cost"], len(row["edges"]), row["edges"]


def chosen(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The K best of rows in their order, each with at most MOST_SHARED of its inner nodes in common with one before it."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if all(_shared(row["places"], other["places"]) <= MOST_SHARED for other in found):
            found.append(row)
        if len(found) == K:
            break
    return found


def _shared(first: list[int], second: list[int]) -> float:
    inner = set(first[1:-1]), set(second[1:-1])
    least = min(map(len, inner))
    return len(inner[0] & inner[1]) / least if least else float(first == second)


def parts(url: str) -> tuple[str, tuple[str, str] | None]:
    """Address and user of a Bolt URL."""
    told = urlsplit(url)
    user = (told.username, told.password or "") if told.username else None
    return f"{told.scheme}://{told.hostname}:{told.port or 7687}", user


def with_driver(url: str) -> Callable[[Any], Any]:
    """The life of an app with one driver for all its requests, `app.state.driver`."""
    address, user = parts(url)

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        async with neo4j.AsyncGraphDatabase.driver(address, auth=user) as driver:
            app.state.driver = driver
            yield

    return lifespan


def load(
    url: str, nodes: dict[str, list[dict[str, Any]]], steps: dict[Triple, list[dict[str, Any]]], told: list[dict[str, Any]]
) -> None:
    """Nodes by label, steps by their ends and type, and what is told of each step, into an empty database.

    What is told stands apart, so that a search goes past none of it.
    """
    address, user = parts(url)
    with neo4j.GraphDatabase.driver(address, auth=user) as driver, driver.session() as session:

        def batches(cypher: str, rows: list[dict[str, Any]]) -> None:
            for first in range(0, len(rows), BATCH):
                session.run(cast(LiteralString, cypher), rows=rows[first : first + BATCH]).consume()

        session.run("CREATE CONSTRAINT FOR (n:Place) REQUIRE n.place IS UNIQUE").consume()
        for label, some in nodes.items():
            session.run(cast(LiteralString, f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.place IS UNIQUE")).consume()
            batches(f"UNWIND $rows AS row CREATE (n:{label}:Place) SET n = row", some)
        for (start, type_, end), some in steps.items():
            batches(
                f"UNWIND $rows AS row MATCH (a:{start} {{place: row.start}}), (b:{end} {{place: row.end}}) "
                f"CREATE (a)-[:{type_} {{edge: row.edge, cost: row.cost, fact: row.fact, step: row.step}}]->(b)",
                some,
            )
        session.run("CREATE CONSTRAINT FOR (s:Step) REQUIRE s.edge IS UNIQUE").consume()
        batches("UNWIND $rows AS row CREATE (s:Step) SET s = row", told)
        session.run("CALL db.awaitIndexes()").consume()
