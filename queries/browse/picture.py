"""The network as a picture: which nodes and relationships to draw, and where. Placed once per generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from analysis.disclosure import PLANNER, Policy, hidden, shown
from graph.schema import load_schema
from queries.browse import statements
from queries.browse.entities import UnknownEntityError, shown_datasets
from queries.browse.held import holds, kinds_held
from queries.browse.layout import RULES, positions
from queries.browse.observed import Observed, Tie, observed
from queries.kept import OncePerGeneration, kept_arrays
from queries.telling.standing import standing

if TYPE_CHECKING:
    from graph.store import Reader, Value

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
Layer = Literal["both", "declared", "observed"]
Places = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class PlacedNode:
    """A node with its place in the picture.

    `degree` counts its told relationships, `programs` those it offers, `cases` those it had, supported or was used in; None
    where that is not known or too few to be told.
    """

    id: str
    kind: str
    caption: str
    region_id: str | None
    x: float
    y: float
    degree: int
    programs: int = 0
    cases: int | None = None
    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True)
class PlacedRelationship:
    """A relationship to draw, and from when to when it holds as far as that is told."""

    start_id: str
    type: str
    end_id: str
    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """Nodes of a kind that the picture does not hold: cases that are protected, or a kind that is too large."""

    kind: str
    count: int
    reason: str


@dataclass(frozen=True)
class Picture:
    """What to draw. `matching` counts the nodes that fit the filters, of which the first `limit` by degree are drawn.

    `relationships` are told by a source; `ties` are observed in cases, where so many that they may be shown.
    """

    nodes: tuple[PlacedNode, ...]
    relationships: tuple[PlacedRelationship, ...]
    ties: tuple[Tie, ...]
    matching: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class NetworkFilter:
    """What to keep; empty means all. `around` keeps what lies within `hops` of a node.

    `as_of` keeps what holds on a day (YYYY-MM-DD), `layer` what sources declare or what cases show, `also` some nodes anyway.
    """

    kinds: Sequence[str] = ()
    regions: Sequence[str] = ()
    networks: Sequence[str] = ()
    relationships: Sequence[str] = ()
    around: str | None = None
    hops: int = 1
    limit: int = 2_000
    as_of: str = ""
    layer: Layer = "both"
    also: Sequence[str] = ()


@dataclass(frozen=True)
class Whole:
    """Everything of a generation that may be drawn, placed; counts of cases are true and wait for a policy."""

    nodes: dict[str, PlacedNode]
    relationships: tuple[PlacedRelationship, ...]
    left_out: tuple[LeftOut, ...]
    seen: Observed

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

    @cached_property
    def days(self) -> tuple[str, str] | None:
        """The first and the last day on which something begins or ends; None where no day is told."""
        dated: list[PlacedNode | PlacedRelationship] = [*self.nodes.values(), *self.relationships]
        held = [day for each in dated for day in (each.first_day, each.last_day) if day]
        return (min(held), max(held)) if held else None


def network(reader: Reader, wanted: NetworkFilter | None = None, policy: Policy = PLANNER) -> Picture:
    """The part of the network that the filter keeps; UnknownEntityError when `around` names nothing that may be drawn.

    `policy` is the reader's own.
    """
    wanted, whole = wanted or NetworkFilter(), whole_network(reader)
    in_force = standing(reader.generation).policy(policy)
    also = {node for node in wanted.also if node in whole.nodes}
    kept = [node for node in _in_reach(whole, wanted) if node.id in also or _fits(whole, node, wanted)]
    kept.sort(key=lambda node: (node.id != wanted.around and node.id not in also, -node.degree, node.id))
    drawn = sorted(kept[: wanted.limit], key=lambda node: node.id)
    ids = {node.id for node in drawn}
    nodes = tuple(replace(node, cases=shown(node.cases, in_force)) for node in drawn)
    ties = () if wanted.layer == "declared" else _seen(whole.seen.ties, ids, in_force)
    return Picture(nodes, tuple(_told(whole, ids, wanted)), ties, len(kept), whole.left_out)


def days(reader: Reader) -> tuple[str, str] | None:
    """The first and last day on which something in a generation begins or ends; None where no day is told."""
    return whole_network(reader).days


def _told(whole: Whole, ids: set[str], wanted: NetworkFilter) -> Iterable[PlacedRelationship]:
    """The told relationships to draw, once each however often they were renewed."""
    found: dict[tuple[str, str, str], PlacedRelationship] = {}
    for each in whole.relationships:
        if each.start_id in ids and each.end_id in ids and _asked_for(each, wanted) and _holds_on(each, wanted.as_of):
            found.setdefault((each.start_id, each.type, each.end_id), each)
    return found.values()


def _asked_for(each: PlacedRelationship, wanted: NetworkFilter) -> bool:
    if wanted.relationships and each.type not in wanted.relationships:
        return False
    return wanted.layer == "both" or (each.type in _of_cases()) == (wanted.layer == "observed")


def _of_cases() -> set[str]:
    """The types of relationship that tell of a case."""
    schema = load_schema()
    return {
        name for name, kind in schema.relationships.items() if any(schema.tables[each.table].person for each in kind.sources)
    }


def _holds_on(each: PlacedNode | PlacedRelationship, day: str) -> bool:
    """Whether something holds on a day; what does not tell when it begins or ends is taken to hold."""
    return not day or ((each.first_day or day) <= day <= (each.last_day or day))


def _seen(ties: Iterable[Tie], ids: set[str], policy: Policy) -> tuple[Tie, ...]:
    told = (tie for tie in ties if tie.start_id in ids and tie.end_id in ids and not hidden(tie.cases, policy))
    return tuple(replace(tie, cases=shown(tie.cases, policy) or 0) for tie in told)


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
    if not _holds_on(node, wanted.as_of):
        return False
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


Told = tuple[str, str, str | None, str | None, str | None]
"""What is told of a node: kind, caption, region, first and last day."""


def _read_whole(reader: Reader) -> Whole:
    rows: dict[str, Told] = {}
    left_out = []
    for kind in sorted((each.name for each in kinds_held(reader)), key=_place):
        count, hidden_too = _counted(reader, kind)
        if hidden_too:
            left_out.append(LeftOut(kind, 0, "protected"))
        if count > MOST_NODES - len(rows):
            left_out.append(LeftOut(kind, count, "too_many"))
        elif count:
            rows |= _nodes_of(reader, kind)
    relationships = _relationships_among(reader, rows)
    return _placed(reader, rows, relationships, tuple(left_out))


def _place(kind: str) -> int:
    return FIRST.index(kind) if kind in FIRST else len(FIRST)


def _counted(reader: Reader, kind: str) -> tuple[int, bool]:
    """How many nodes of a kind may be drawn, and whether there are others that may not."""
    allowed = shown_datasets(reader, kind)
    count, every = (reader.query(statements.count_nodes(kind), {"datasets": datasets}).rows[0][0] for datasets in (allowed, []))
    return int(str(count)), count != every


def _nodes_of(reader: Reader, kind: str) -> dict[str, Told]:
    statement = statements.drawn_nodes(load_schema().nodes[kind])
    found = reader.query(statement, {"datasets": shown_datasets(reader, kind)}).rows
    return {
        str(node): (kind, str(caption), _text(region), _text(first), _text(last))
        for node, caption, region, first, last in found
    }


def _text(value: Value) -> str | None:
    return None if value is None or value == "" else str(value)


def _relationships_among(reader: Reader, nodes: Mapping[str, Told]) -> tuple[PlacedRelationship, ...]:
    kinds = {told[0] for told in nodes.values()}
    found = []
    for name in (each for each in load_schema().relationships if holds(reader, each)):
        for start_kind, end_kind in load_schema().relationship_ends(name):
            if {start_kind, end_kind} <= kinds:
                rows = reader.query(statements.drawn_relationships(name, start_kind, end_kind), {}).rows
                found += [PlacedRelationship(str(row[0]), name, str(row[1]), _text(row[2]), _text(row[3])) for row in rows]
    return tuple(each for each in found if each.start_id in nodes and each.end_id in nodes)


def _placed(
    reader: Reader, rows: Mapping[str, Told], relationships: tuple[PlacedRelationship, ...], left_out: tuple[LeftOut, ...]
) -> Whole:
    place = {node: number for number, node in enumerate(sorted(rows))}
    ends = sorted({(place[each.start_id], place[each.end_id], STRENGTH.get(each.type, 1.0)) for each in relationships})
    once = {(each.start_id, each.type, each.end_id) for each in relationships}
    degrees = Counter(end for start, _, last in once for end in (start, last))
    programs = Counter(start for start, type_, _ in once if type_ == "OFFERS")
    joined, strengths = [(start, end) for start, end, _ in ends], [strength for _, _, strength in ends]
    at = _places(reader, list(place), lambda: positions(len(place), joined, strengths))
    nodes, seen = {}, observed(reader)
    for node, number in place.items():
        kind, caption, region, first, last = rows[node]
        had = seen.cases.get(node)
        x, y = at[number]
        nodes[node] = PlacedNode(node, kind, caption, region, x, y, degrees[node], programs[node], had, first, last)
    return Whole(nodes, relationships, left_out, seen)


def _places(reader: Reader, nodes: Sequence[str], place: Callable[[], Places]) -> Places:
    """What `place` gives; from the generation's folder where these nodes, and no others, were placed before."""
    import hashlib

    import numpy as np

    drawn = hashlib.blake2b("\n".join(nodes).encode(), digest_size=8).hexdigest()

    def made() -> dict[str, Any]:
        return {"at": np.array(place(), dtype=np.float64).reshape(-1, 2)}

    return [(float(x), float(y)) for x, y in kept_arrays(reader, f"places-{RULES}-{drawn}", made)["at"]]


whole_network = OncePerGeneration(_read_whole)
"""The placed network of a reader's generation."""
