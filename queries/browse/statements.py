"""The statements of browsing, generated from the schema: one kind or one relationship type at a time."""

from __future__ import annotations

from functools import cache

from graph.schema import NodeKind, load_schema

# Rules of the common subset: scalar columns, an alias never equals a variable, a total order, a limit.
ALL = 100_000_000
VALIDITY = ("valid_from", "valid_to")


def all_named(kind: NodeKind, limit: int = ALL) -> str:
    """Id, caption and aliases of every node of a kind."""
    has_aliases = "aliases" in load_schema().node_properties(kind.name)
    aliases = "item.aliases" if has_aliases else "null"
    return (
        f"MATCH (item:{kind.name}) RETURN item.id AS item_id, item.{kind.caption} AS caption, {aliases} AS aliases "
        f"ORDER BY item_id LIMIT {limit}"
    )


def one_node(kind: str) -> str:
    """Every property of the node `$id`."""
    wanted = ", ".join(f"item.{name} AS p_{name}" for name in load_schema().node_properties(kind))
    return f"MATCH (item:{kind}) WHERE item.id = $id RETURN {wanted} ORDER BY p_id LIMIT 1"


def count_nodes(kind: str) -> str:
    """How many nodes of a kind there are in the datasets `$datasets`; an empty list means all."""
    return (
        f"MATCH (item:{kind}) WHERE size($datasets) = 0 OR item.dataset_id IN $datasets "
        "RETURN count(item) AS nodes ORDER BY nodes LIMIT 1"
    )


def drawn_nodes(kind: NodeKind) -> str:
    """Id, caption, region, first and last day of every node of a kind in the datasets `$datasets`; an empty list means all."""
    held = load_schema().node_properties(kind.name)
    region, start, end = (f"item.{name}" if name in held else "null" for name in ("region_id", *VALIDITY))
    return (
        f"MATCH (item:{kind.name}) WHERE size($datasets) = 0 OR item.dataset_id IN $datasets "
        f"RETURN item.id AS item_id, item.{kind.caption} AS caption, {region} AS region, {start} AS first_day, "
        f"{end} AS last_day ORDER BY item_id LIMIT {ALL}"
    )


def drawn_relationships(name: str, start_kind: str, end_kind: str) -> str:
    """Both ends, first and last day of every relationship of a type between two kinds, once each."""
    held = load_schema().relationship_properties(name)
    start, end = (f"link.{each}" if each in held else "null" for each in VALIDITY)
    return (
        f"MATCH (first:{start_kind})-[link:{name}]->(second:{end_kind}) "
        f"RETURN DISTINCT first.id AS start_id, second.id AS end_id, {start} AS first_day, {end} AS last_day "
        f"ORDER BY start_id, end_id, first_day, last_day LIMIT {ALL}"
    )


@cache
def pairs(kind: str) -> tuple[tuple[str, str, str], ...]:
    """What a kind may be joined to: relationship type, `out` or `in`, the other kind; in the schema's order."""
    found: list[tuple[str, str, str]] = []
    for name in load_schema().relationships:
        for start, end in load_schema().relationship_ends(name):
            found += [(name, "out", end)] if start == kind else []
            found += [(name, "in", start)] if end == kind else []
    return tuple(found)


def _pattern(kind: str, name: str, direction: str, other: str) -> str:
    left, right = ("-", "->") if direction == "out" else ("<-", "-")
    return f"MATCH (item:{kind}){left}[link:{name}]{right}(other:{other}) WHERE item.id = $id"


def count_adjacent(kind: str, name: str, direction: str, other: str) -> str:
    """How many relationships of a type the node `$id` has towards a kind, in the datasets `$datasets` (empty means all)."""
    return (
        f"{_pattern(kind, name, direction, other)} AND (size($datasets) = 0 OR other.dataset_id IN $datasets "
        "AND link.dataset_id IN $datasets) RETURN count(link) AS links ORDER BY links LIMIT 1"
    )


def page_of_adjacent(kind: str, name: str, direction: str, other: NodeKind, skip: int, limit: int) -> str:
    """Some of those relationships: the other node's id and caption, then each property of the relationship, as `p_NAME`."""
    properties = load_schema().relationship_properties(name)
    order = ["caption", "other_id", *(f"p_{key}" for key in properties)]
    wanted = ", ".join(f"link.{key} AS p_{key}" for key in properties)
    return (
        f"{_pattern(kind, name, direction, other.name)} AND (size($datasets) = 0 OR other.dataset_id IN $datasets "
        f"AND link.dataset_id IN $datasets) RETURN other.id AS other_id, other.{other.caption} AS caption, {wanted} "
        f"ORDER BY {', '.join(order)} SKIP {int(skip)} LIMIT {int(limit)}"
    )


def networks(limit: int) -> str:
    """Id, name, year and award of networks, the newest first."""
    return (
        "MATCH (item:Network) RETURN item.id AS item_id, item.name AS caption, item.year AS year, item.award AS award "
        f"ORDER BY year DESC, item_id LIMIT {int(limit)}"
    )


def in_networks(kind: NodeKind, relationship: str) -> str:
    """Who of a kind leads or is a member of which network, once each."""
    return (
        f"MATCH (item:{kind.name})-[:{relationship}]->(network:Network) RETURN DISTINCT item.id AS item_id, "
        f"item.{kind.caption} AS caption, network.id AS network_id ORDER BY network_id, item_id LIMIT {ALL}"
    )
