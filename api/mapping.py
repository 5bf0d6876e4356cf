"""The network as its page shows it: the filter, the paths between two picked nodes, the picture in columns for the browser."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from analysis.disclosure import POLICIES
from api.routers.browse import NetworkParams, network_of
from graph.schema import load_schema
from queries.ask import ask
from queries.browse.picture import USUAL
from queries.catalog import load_catalog
from queries.errors import QuestionError

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.store import Reader
    from queries.answer import Answer, Bilingual
    from queries.browse import NetworkFilter, Picture, PlacedNode

PATHS = "collaboration_paths"
TABLES = ("nodes", "relationships", "ties")
OWN = {"pick", "lang", "size", *(f"{word}_{table}" for table in TABLES for word in ("sort", "page"))}
SIZES = ("degree", "cases", "programs")


class NetworkPageParams(NetworkParams):
    """What to keep, how to show it, which node is picked, and between which two a path is sought."""

    pick: str | None = Field(None, max_length=200)
    first: str | None = Field(None, max_length=200)
    second: str | None = Field(None, max_length=200)
    size: Literal["degree", "cases", "programs"] = "degree"
    lang: str | None = Field(None, pattern="^(ko|en)$")
    sort_nodes: str = Field("", max_length=60)
    sort_relationships: str = Field("", max_length=60)
    sort_ties: str = Field("", max_length=60)
    page_nodes: int = Field(1, ge=1, le=10_000)
    page_relationships: int = Field(1, ge=1, le=10_000)
    page_ties: int = Field(1, ge=1, le=10_000)

    def orders(self) -> dict[str, tuple[str, int]]:
        """For each table below the picture its order and its page."""
        return {table: (getattr(self, f"sort_{table}"), getattr(self, f"page_{table}")) for table in TABLES}

    def usual(self) -> NetworkPageParams:
        """The same, with the usual kinds where none are asked for."""
        return self.model_copy(update={"kinds": self.kinds or ([] if self.around else list(USUAL))})

    def query(self) -> str:
        """What decides which nodes are drawn, as an address has it."""
        told = self.model_dump(exclude=OWN, exclude_defaults=True)
        return urlencode(
            [(name, str(each)) for name, value in told.items() for each in (value if isinstance(value, list) else [value])]
        )


@dataclass(frozen=True)
class Paths:
    """The paths between two picked nodes: the steps of each, or why there are none."""

    sentence: Bilingual
    found: tuple[tuple[Mapping[str, Any], ...], ...] = ()

    @property
    def nodes(self) -> list[str]:
        """The nodes on the first path, in order."""
        steps = self.found[0] if self.found else ()
        return [str(step["from_id"]) for step in steps[:1]] + [str(step["to_id"]) for step in steps]

    @property
    def every(self) -> list[str]:
        """The nodes on any path."""
        return sorted({str(step[end]) for steps in self.found for step in steps for end in ("from_id", "to_id")})


@dataclass(frozen=True)
class Shown:
    """What the page draws: the picture, and the paths when two nodes are picked for one."""

    picture: Picture
    paths: Paths | None


def shown_network(reader: Reader, settings: Settings, asked: NetworkPageParams) -> Shown:
    """The picture of a page's filter, with every node of the paths in it."""
    paths = _paths(reader, settings, asked) if asked.first and asked.second else None
    wanted: NetworkFilter = asked.filter()
    if paths is not None:
        wanted = replace(wanted, also=paths.every)
    return Shown(network_of(reader, settings, wanted), paths)


def path_kinds() -> Sequence[str]:
    """The kinds of node between which paths are sought."""
    return load_catalog().question(PATHS).params["first_id"].kinds


def _paths(reader: Reader, settings: Settings, asked: NetworkPageParams) -> Paths:
    given = {"first_id": asked.first, "second_id": asked.second, "k": 5, "as_of": asked.as_of}
    declared = load_catalog().question(PATHS).params
    try:
        answer = ask(
            reader, PATHS, {name: value for name, value in given.items() if name in declared}, POLICIES[settings.audience]
        )
    except QuestionError as refused:
        return Paths(refused.message)
    return Paths(answer.sentence, _steps(answer))


def _steps(answer: Answer) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for record in answer.records():
        found.setdefault(record["path"], []).append(record)
    return tuple(tuple(steps) for _, steps in sorted(found.items()))


def in_columns(shown: Shown, size: str) -> bytes:
    """A picture as a browser draws it without taking text apart: columns of numbers, relationships as places of their nodes.

    First the bytes of the head and the head itself, JSON that tells how long the columns are, how far the places reach and the
    most that anything counts; then the columns, little-endian; last the ids and the captions, each one text in UTF-16. Where
    each of them ends stands in a column, so that a few can be read without the others.
    """
    nodes, told, ties = shown.picture.nodes, shown.picture.relationships, shown.picture.ties
    names = _utf16(node.id for node in nodes), _utf16(node.caption for node in nodes)
    kinds = sorted({node.kind for node in nodes})
    place = {node.id: at for at, node in enumerate(nodes)}
    x, y, sizes = [node.x for node in nodes], [node.y for node in nodes], [_size(node, size) for node in nodes]
    head = {
        "nodes": len(nodes),
        "relationships": len(told),
        "ties": len(ties),
        "extent": {"x": _extent(x), "y": _extent(y)},
        "most": {"size": max(sizes, default=0) or 1, "cases": max((tie.cases for tie in ties), default=0) or 1},
        "colours": [load_schema().nodes[kind].colour for kind in kinds],
        "path": [] if shown.paths is None else [place[node] for node in shown.paths.nodes if node in place],
    }
    return b"".join(
        (
            _head(head),
            _column("f", x),
            _column("f", y),
            _column("I", sizes),
            _column("I", [tie.cases for tie in ties]),
            *(_column("I", list(accumulate(len(each) // 2 for each in texts))) for texts in names),
            _column("H", [place[end] for each in told for end in (each.start_id, each.end_id)]),
            _column("H", [place[end] for tie in ties for end in (tie.start_id, tie.end_id)]),
            _column("B", [kinds.index(node.kind) for node in nodes]),
            *(b"".join(texts) for texts in names),
        )
    )


def _extent(values: Sequence[float]) -> dict[str, float]:
    """Its middle and its length, which is 1 where all are the same."""
    least, most = min(values, default=0.0), max(values, default=0.0)
    return {"middle": (least + most) / 2, "length": most - least or 1}


def _utf16(texts: Iterable[str]) -> list[bytes]:
    """As a browser counts the letters of a text."""
    return [text.encode("utf-16-le") for text in texts]


def _head(told: dict[str, Any]) -> bytes:
    """Its length, and the head filled up to where a column of four bytes a number may begin."""
    text = json.dumps(told, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return _column("I", [len(text)]) + text


def _column(kind: str, values: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(values)}{kind}", *values)


def _size(node: PlacedNode, size: str) -> int:
    return {"degree": node.degree, "programs": node.programs, "cases": node.cases or 0}[size]
