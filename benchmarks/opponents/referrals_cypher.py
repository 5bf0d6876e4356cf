"""Referral paths of at most four steps: written well, as a pattern for each chain of steps, and as one would at first.

The opponent's graph is given what a service would have worked out beforehand: each open step with its cost, its ends in their
roles, and the number that settles ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, LiteralString, cast
from urllib.parse import urlsplit

import neo4j

HOPS = 4
K = 5
FEW, MANY = 60, 520
"""Rows asked for of each pattern, and how many when these do not hold K paths that differ."""
MOST_SHARED = 0.7
BATCH = 10_000
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
    return " UNION ALL ".join(_branch(chain, targets) for chain in every)


def _branch(chain: list[Triple], targets: frozenset[str]) -> str:
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
    where = f" WHERE {' AND '.join(apart)}" if apart else ""
    edges, nodes = range(1, steps + 1), range(steps + 1)
    return (
        f"MATCH {pattern}{where} RETURN {' + '.join(f'r{e}.cost' for e in edges)} AS cost, "
        f"[{', '.join(f'r{e}.edge' for e in edges)}] AS edges, [{', '.join(f'n{n}.place' for n in nodes)}] AS places, "
        f"[{', '.join(f'n{n}.id' for n in nodes)}] AS ids, [{', '.join(f'n{n}.name' for n in nodes)}] AS names, "
        f"[{', '.join(f'r{e}.fact' for e in edges)}] AS facts, [{', '.join(f'r{e}.step' for e in edges)}] AS steps "
        f"ORDER BY cost, {', '.join(f'r{e}.edge' for e in edges)} LIMIT $most"
    )


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


def chosen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The K best rows, each with at most MOST_SHARED of its inner nodes in common with one before it."""
    found: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: (row["cost"], len(row["edges"]), row["edges"])):
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


def load(url: str, nodes: dict[str, list[dict[str, Any]]], steps: dict[Triple, list[dict[str, Any]]]) -> None:
    """Nodes by label and steps by their ends and type, into an empty database."""
    address, user = parts(url)
    with neo4j.GraphDatabase.driver(address, auth=user) as driver, driver.session() as session:

        def batches(cypher: str, rows: list[dict[str, Any]]) -> None:
            for first in range(0, len(rows), BATCH):
                session.run(cast(LiteralString, cypher), rows=rows[first : first + BATCH]).consume()

        for label, told in nodes.items():
            session.run(cast(LiteralString, f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.place IS UNIQUE")).consume()
            batches(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", told)
        for (start, type_, end), told in steps.items():
            batches(
                f"UNWIND $rows AS row MATCH (a:{start} {{place: row.start}}), (b:{end} {{place: row.end}}) "
                f"CREATE (a)-[:{type_} {{edge: row.edge, cost: row.cost, fact: row.fact, step: row.step}}]->(b)",
                told,
            )
        session.run("CALL db.awaitIndexes()").consume()
