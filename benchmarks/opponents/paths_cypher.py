"""The k best paths of at most four steps as fixed-hop Cypher: one pattern for each way a path can run."""

from __future__ import annotations

from dataclasses import dataclass

HOPS = 4
K = 5


@dataclass(frozen=True)
class Pattern:
    """A chain of relationship types from the center to the industry, and which of its inner nodes must differ."""

    match: str
    steps: int
    differ: tuple[tuple[str, str], ...]

    def statement(self) -> str:
        edges = [f"r{step}.edge AS e{step}" for step in range(1, self.steps + 1)]
        edges += [f"-1 AS e{step}" for step in range(self.steps + 1, HOPS + 1)]
        cost = " + ".join(f"r{step}.cost" for step in range(1, self.steps + 1))
        where = f" WHERE {' AND '.join(f'{a}.id <> {b}.id' for a, b in self.differ)}" if self.differ else ""
        order = ", ".join(["cost", *(f"e{step}" for step in range(1, self.steps + 1))])
        return f"MATCH {self.match}{where} RETURN {cost} AS cost, {', '.join(edges)} ORDER BY {order} LIMIT {K}"


_FROM, _TO = "(a:Provider {id: $source})", "(z:Industry {id: $target})"
PATTERNS = (
    Pattern(f"{_FROM}-[r1:OFFERS]->(g:Program)-[r2:TRAINS_FOR]->{_TO}", 2, ()),
    Pattern(f"{_FROM}-[r1:PARTNERS_WITH]->(p:Provider)-[r2:OFFERS]->(g:Program)-[r3:TRAINS_FOR]->{_TO}", 3, (("a", "p"),)),
    Pattern(
        f"{_FROM}-[r1:PARTNERS_WITH]->(p:Provider)-[r2:PARTNERS_WITH]->(q:Provider)-[r3:OFFERS]->(g:Program)-[r4:TRAINS_FOR]->{_TO}",
        4,
        (("a", "p"), ("p", "q"), ("a", "q")),
    ),
    Pattern(
        f"{_FROM}-[r1:OFFERS]->(f:Program)-[r2:OFFERED_BY]->(p:Provider)-[r3:OFFERS]->(g:Program)-[r4:TRAINS_FOR]->{_TO}",
        4,
        (("a", "p"), ("f", "g")),
    ),
)
UNION = " UNION ALL ".join(pattern.statement() for pattern in PATTERNS)

Found = list[tuple[int, tuple[int, ...]]]


def best(rows: list[list[int]]) -> Found:
    """Cost and edges of the k best rows, ranked as the product ranks: cost, then steps, then edges."""
    found = [(int(row[0]), tuple(int(edge) for edge in row[1:] if edge >= 0)) for row in rows]
    return sorted(found, key=lambda each: (each[0], len(each[1]), each[1]))[:K]
