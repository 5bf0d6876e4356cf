"""Names found as planners type them: exactly, begun, by 초성, abbreviated, misspelt. One index per generation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from graph.schema import load_schema
from queries.browse import names, statements
from queries.browse.held import kinds_held
from queries.kept import OncePerGeneration, kept_arrays

if TYPE_CHECKING:
    from graph.store import Reader

Match = Literal["exact", "prefix", "part", "initials", "abbreviation", "similar"]
MATCHES: tuple[Match, ...] = ("exact", "prefix", "part", "initials", "abbreviation", "similar")
CANDIDATES = 200
RULES = "1"
"""Changes with how forms are made compact."""


@dataclass(frozen=True)
class Found:
    """A node whose name, alias or id answers a search. `matched` is the text that did, `match` how."""

    id: str
    kind: str
    name: str
    matched: str
    match: Match


@dataclass(frozen=True)
class Named:
    """A node with a name."""

    id: str
    kind: str
    name: str
    forms: tuple[str, ...]
    """The name, then its aliases, then the id."""


@dataclass(frozen=True, order=True)
class _Hit:
    """A form that answers, as its rank: the smaller the better."""

    match: int
    source: int
    where: int
    rest: int
    kind: int
    name: str
    id: str
    text: str


class Index:
    """Every form of every name, in one text of a line per form, so that finding is one pass at the speed of `re`."""

    def __init__(self, named: Sequence[Named], lines: Sequence[Sequence[str]] | None = None) -> None:
        """The index of these nodes; `lines` holds the compact forms of each where they are known already."""
        self.named = tuple(named)
        self.by_id = {node.id: node for node in self.named}
        self._forms = [
            (line, node, source)
            for node, compact in zip(self.named, compact_forms(self.named) if lines is None else lines, strict=True)
            for source, line in enumerate(compact)
            if line
        ]
        self._text = "\n".join(["", *(line for line, _, _ in self._forms), ""])
        self._starts = _starts(line for line, _, _ in self._forms)
        self._kinds = {kind: place for place, kind in enumerate(load_schema().nodes)}
        self._in_letters: list[str] = []

    def find(self, text: str, limit: int, kinds: Sequence[str] = ()) -> list[Found]:
        """The best `limit` nodes for a text, each once, best first; always in the same order."""
        best: dict[str, _Hit] = {}
        for hit in self._hits(text):
            if hit.id not in best or hit < best[hit.id]:
                best[hit.id] = hit
        found = [hit for hit in sorted(best.values()) if not kinds or self.by_id[hit.id].kind in kinds]
        return [self._found(hit) for hit in found[:limit]]

    def _found(self, hit: _Hit) -> Found:
        node = self.by_id[hit.id]
        return Found(node.id, node.kind, node.name, hit.text, MATCHES[hit.match])

    def _hits(self, text: str) -> list[_Hit]:
        asked = names.compact(text)
        if not asked:
            return []
        hits = [*self._literal(asked), *self._by_initials(asked), *self._abbreviated(text, asked)]
        return hits or list(self._misspelt(asked))

    def _literal(self, asked: str) -> Iterator[_Hit]:
        for form, where, size in self._lines(re.escape(asked)):
            rest = len(self._forms[form][0]) - size
            yield self._hit(form, "exact" if not rest else "part" if where else "prefix", where, rest)

    def _by_initials(self, asked: str) -> Iterator[_Hit]:
        if names.has_initials(asked):
            for form, where, size in self._lines(names.initials_pattern(asked)):
                yield self._hit(form, "initials", where, len(self._forms[form][0]) - size)

    def _abbreviated(self, text: str, asked: str) -> Iterator[_Hit]:
        for reading in names.spelt_out(asked):
            for form, where, size in self._lines_of_names(re.escape(reading)):
                yield self._hit(form, "abbreviation", where, len(self._forms[form][0]) - size)
        for anchored, shortest in ((True, 2), (False, 3)):
            if len(asked) >= shortest:
                for form, where, size in self._lines_of_names(names.subsequence_pattern(asked, anchored)):
                    yield self._hit(form, "abbreviation", 50 + where + size - len(asked), len(self._forms[form][0]) - size)
        yield from self._by_words(text)

    def _by_words(self, text: str) -> Iterator[_Hit]:
        """Every word somewhere in the form, in any order, each maybe abbreviated."""
        words = [word for part in text.split() if (word := names.compact(part))]
        if len(words) < 2:
            return
        readings = [[word, *names.spelt_out(word)] for word in words[:8]]
        lines = [{form for reading in word for form, _, _ in self._lines_of_names(re.escape(reading))} for word in readings]
        for form in sorted(set.intersection(*lines)):
            yield self._hit(form, "abbreviation", 40, len(self._forms[form][0]))

    def _misspelt(self, asked: str) -> Iterator[_Hit]:
        from rapidfuzz import fuzz, process

        if len(asked) < 3:
            return
        written = names.in_letters(asked)
        near = process.extract(written, self._letters(), scorer=fuzz.partial_ratio, score_cutoff=70, limit=CANDIDATES)
        for _, score, form in near:
            if not self._is_id(form) and names.is_slip(asked, self._forms[form][0]):
                yield self._hit(form, "similar", 100 - int(score), abs(len(self._forms[form][0]) - len(asked)))

    def _letters(self) -> list[str]:
        """Every form letter by letter, made when the first slip is looked up."""
        if not self._in_letters:
            self._in_letters = [names.in_letters(line) for line, _, _ in self._forms]
        return self._in_letters

    def _lines(self, pattern: str) -> Iterator[tuple[int, int, int]]:
        """For each form that a pattern finds: the form, where in it, and how many letters."""
        last = -1
        for match in re.finditer(pattern, self._text, re.MULTILINE):
            form = bisect_right(self._starts, match.start()) - 1
            if form != last:
                yield form, match.start() - self._starts[form], match.end() - match.start()
            last = form

    def _lines_of_names(self, pattern: str) -> Iterator[tuple[int, int, int]]:
        """The same without ids: nobody abbreviates an id."""
        return (line for line in self._lines(pattern) if not self._is_id(line[0]))

    def _is_id(self, form: int) -> bool:
        _, node, source = self._forms[form]
        return source == len(node.forms) - 1

    def _hit(self, form: int, match: Match, where: int, rest: int) -> _Hit:
        _, node, source = self._forms[form]
        kind = self._kinds[node.kind]
        return _Hit(MATCHES.index(match), _rank(node, source), where, rest, kind, node.name, node.id, node.forms[source])


def compact_forms(named: Sequence[Named]) -> list[list[str]]:
    """Every form of each node as it is searched."""
    return [[names.compact(form) for form in node.forms] for node in named]


def _starts(lines: Iterator[str]) -> list[int]:
    starts, at = [], 1
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return starts


def _rank(node: Named, source: int) -> int:
    """A name before an alias before an id."""
    return 0 if source == 0 else 2 if source == len(node.forms) - 1 else 1


def _read_names(reader: Reader) -> Index:
    import json

    import numpy as np

    def made() -> dict[str, Any]:
        named = list(_named(reader))
        nodes = zip(named, compact_forms(named), strict=True)
        told = [(node.id, node.kind, node.name, node.forms, lines) for node, lines in nodes]
        return {"names": np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8)}

    told = json.loads(kept_arrays(reader, f"names-{RULES}", made)["names"].tobytes())
    return Index([Named(id_, kind, name, tuple(forms)) for id_, kind, name, forms, _ in told], [lines for *_, lines in told])


def _named(reader: Reader) -> Iterator[Named]:
    for kind in kinds_held(reader):
        if kind.caption == "id":
            continue
        for node_id, caption, aliases in reader.query(statements.all_named(kind), {}).rows:
            yield Named(str(node_id), kind.name, str(caption), (str(caption), *_split(aliases), str(node_id)))


def _split(aliases: object) -> list[str]:
    return [alias.strip() for alias in str(aliases or "").split(";") if alias.strip()]


name_index = OncePerGeneration(_read_names)
"""The index of a reader's generation."""


def search(reader: Reader, text: str, limit: int = 20, kinds: Sequence[str] = ()) -> list[Found]:
    """The named nodes that a text may mean, best first, each once and never two as one.

    Names, aliases (separated by `;`) and ids are compared: exact, then begun, contained, by 초성, abbreviated; only when
    nothing answers, misspelt by a letter or two. `kinds` keeps those kinds of node only.
    """
    return name_index(reader).find(text, limit, kinds)


def all_of(reader: Reader, kinds: Sequence[str], limit: int) -> list[Found]:
    """The first `limit` named nodes of some kinds, by kind and name."""
    order = {kind: place for place, kind in enumerate(kinds)}
    nodes = [node for node in name_index(reader).named if node.kind in order]
    nodes.sort(key=lambda node: (order[node.kind], node.name, node.id))
    return [Found(node.id, node.kind, node.name, node.name, "exact") for node in nodes[:limit]]
