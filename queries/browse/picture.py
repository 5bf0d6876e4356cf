"""The network as a picture: which nodes and relationships to draw, and where. Placed once per generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graph.schema import load_schema
from queries.answer import DrawnRelationship
from queries.browse import statements
from queries.browse.entities import UnknownEntityError, shown_datasets
from queries.browse.held import holds, kinds_held
from queries.browse.kept import OncePerGeneration
from queries.browse.layout import positions

if TYPE_CHECKING:
    from graph.store import Reader

# A picture beyond this is unreadable, and no browser draws it well.
MOST_NODES = 20_000
# Who gets into a large picture first.
FIRST = (
    "Network", "Center", "Institution", "Program", "Industry", "Need", "Occupation", "Credential", "Region", "Figure",
    "CaseFile", "Company", "Source",
)  # fmt: skip
# What is drawn unless kinds are asked for: who works together and what they offer.
USUAL = ("Network", "Center", "Institution", "Program")
MOST_HOPS = 3
# What lies in one region need not be drawn together.
STRENGTH = {"LOCATED_IN": 0.06, "ABOUT": 0.5}


@dataclass(frozen=True)
class PlacedNode:
    """A node with its place in the picture. `degree` counts the relationships it has there."""

    id: str
    kind: str
    caption: str
    region_id: str | None
    x: float
    y: float
    degree: int


@dataclass(frozen=True)
class LeftOut:
    """Nodes of a kind that the picture does not hold: cases that are protected, or a kind that is too large."""

    kind: str
    count: int
    reason: str


@dataclass(frozen=True)
class Picture:
    """What to draw. `matching` counts the nodes that fit the filters, of which the first `limit` by degree are drawn."""

    nodes: tuple[PlacedNode, ...]
    relationships: tuple[DrawnRelationship, ...]
    matching: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class NetworkFilter:
    """What to keep; empty means all. `around` keeps what lies within `hops` of a node."""

    kinds: Sequence[str] = ()
    regions: Sequence[str] = ()
    networks: Sequence[str] = ()
    relationships: Sequence[str] = ()
    around: str | None = None
    hops: int = 1
    limit: int = 2_000


@dataclass(frozen=True)
class Whole:
    """Everything of a generation that may be drawn, placed."""

    nodes: dict[str, PlacedNode]
    relationships: tuple[DrawnRelationship, ...]
    left_out: tuple[LeftOut, ...]

    @cached_property
    def beside(self) -> dict[str, set[str]]:
        """The nodes joined to each node, either way."""
        found: dict[str, set[str]] = {node: set() for node in self.nodes}
        for each in self.relationships:
            found[each.start_id].add(each.end_id)
            found[each.end_id].add(each.start_id)
        return found

    @cached_property
    def wider(self) -> dict[str, str]:
        """The region that each region is a part of."""
        is_region = {node.id for node in self.nodes.values() if node.kind == "Region"}
        return {
            each.start_id: each.end_id for each in self.relationships if each.type == "PART_OF" and each.start_id in is_region
        }


def network(reader: Reader, wanted: NetworkFilter | None = None) -> Picture:
    """The part of the network that the filter keeps; UnknownEntityError when `around` names nothing that may be drawn."""
    wanted = wanted or NetworkFilter()
    whole = whole_network(reader)
    kept = [node for node in _in_reach(whole, wanted) if _fits(whole, node, wanted)]
    kept.sort(key=lambda node: (node.id != wanted.around, -node.degree, node.id))
    drawn = sorted(kept[: wanted.limit], key=lambda node: node.id)
    ids = {node.id for node in drawn}
    joined = tuple(
        each
        for each in whole.relationships
        if each.start_id in ids and each.end_id in ids and (not wanted.relationships or each.type in wanted.relationships)
    )
    return Picture(tuple(drawn), joined, len(kept), whole.left_out)


def _in_reach(whole: Whole, wanted: NetworkFilter) -> list[PlacedNode]:
    if wanted.around is None:
        return list(whole.nodes.values())
    if wanted.around not in whole.nodes:
        raise UnknownEntityError(wanted.around)
    reached = {wanted.around}
    for _ in range(min(wanted.hops, MOST_HOPS)):
        reached |= {other for node in reached for other in whole.beside[node]}
    return [whole.nodes[node] for node in reached]


def _fits(whole: Whole, node: PlacedNode, wanted: NetworkFilter) -> bool:
    if node.id == wanted.around:
        return True
    if wanted.kinds and node.kind not in wanted.kinds:
        return False
    if wanted.regions and not _lies_in(whole, node, set(wanted.regions)):
        return False
    return not wanted.networks or node.id in wanted.networks or not whole.beside[node.id].isdisjoint(wanted.networks)


def _lies_in(whole: Whole, node: PlacedNode, regions: set[str]) -> bool:
    """Whether a node lies in one of the regions or in a part of one; a node without a region lies in none."""
    region, seen = (node.id if node.kind == "Region" else node.region_id), set[str]()
    while region is not None and region not in seen:
        if region in regions:
            return True
        seen.add(region)
        region = whole.wider.get(region)
    return False


def _read_whole(reader: Reader) -> Whole:
    rows: dict[str, tuple[str, str, str | None]] = {}
    left_out = []
    for kind in sorted((each.name for each in kinds_held(reader)), key=_place):
        count, hidden = _counted(reader, kind)
        if hidden:
            left_out.append(LeftOut(kind, 0, "protected"))
        if count > MOST_NODES - len(rows):
            left_out.append(LeftOut(kind, count, "too_many"))
        elif count:
            rows |= _nodes_of(reader, kind)
    relationships = _relationships_among(reader, rows)
    return _placed(rows, relationships, tuple(left_out))


def _place(kind: str) -> int:
    return FIRST.index(kind) if kind in FIRST else len(FIRST)


def _counted(reader: Reader, kind: str) -> tuple[int, bool]:
    """How many nodes of a kind may be drawn, and whether there are others that may not."""
    allowed = shown_datasets(reader, kind)
    count, every = (reader.query(statements.count_nodes(kind), {"datasets": datasets}).rows[0][0] for datasets in (allowed, []))
    return int(str(count)), count != every


def _nodes_of(reader: Reader, kind: str) -> dict[str, tuple[str, str, str | None]]:
    statement = statements.drawn_nodes(load_schema().nodes[kind])
    found = reader.query(statement, {"datasets": shown_datasets(reader, kind)}).rows
    return {str(node): (kind, str(caption), None if region is None else str(region)) for node, caption, region, _ in found}


def _relationships_among(reader: Reader, nodes: dict[str, tuple[str, str, str | None]]) -> tuple[DrawnRelationship, ...]:
    kinds = {kind for kind, _, _ in nodes.values()}
    found = []
    for name in (each for each in load_schema().relationships if holds(reader, each)):
        for start_kind, end_kind in load_schema().relationship_ends(name):
            if {start_kind, end_kind} <= kinds:
                rows = reader.query(statements.drawn_relationships(name, start_kind, end_kind), {}).rows
                found += [DrawnRelationship(str(start), name, str(end)) for start, end in rows]
    return tuple(each for each in found if each.start_id in nodes and each.end_id in nodes)


def _placed(
    rows: dict[str, tuple[str, str, str | None]], relationships: tuple[DrawnRelationship, ...], left_out: tuple[LeftOut, ...]
) -> Whole:
    place = {node: number for number, node in enumerate(sorted(rows))}
    ends = sorted({(place[each.start_id], place[each.end_id], STRENGTH.get(each.type, 1.0)) for each in relationships})
    degrees = Counter(end for each in relationships for end in (each.start_id, each.end_id))
    at = positions(len(place), [(start, end) for start, end, _ in ends], [strength for _, _, strength in ends])
    nodes = {
        node: PlacedNode(node, *rows[node], x=at[number][0], y=at[number][1], degree=degrees[node])
        for node, number in place.items()
    }
    return Whole(nodes, relationships, left_out)


whole_network = OncePerGeneration(_read_whole)
"""The placed network of a reader's generation."""
