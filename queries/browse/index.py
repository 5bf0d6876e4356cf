"""Names found as planners type them: exactly, begun, by 초성, abbreviated, misspelt. One index per generation.

The index is columns, so that a nation's million names are there as soon as they are read from the generation's folder.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from graph.schema import load_schema
from graph.texts import GrowingTexts, Texts
from queries.browse import names, statements
from queries.browse.held import kinds_held
from queries.kept import OncePerGeneration, kept_arrays

if TYPE_CHECKING:
    import numpy.typing as npt

    from graph.store import Reader

Match = Literal["exact", "prefix", "part", "initials", "abbreviation", "similar"]
MATCHES: tuple[Match, ...] = ("exact", "prefix", "part", "initials", "abbreviation", "similar")
CANDIDATES = 200
RULES = "2"
"""Changes with how forms are made compact and how they are kept."""
NAME, ALIAS, ID = range(3)
Columns = Mapping[str, "npt.NDArray[Any]"]
Line = tuple[int, int, int]
"""A line that a pattern finds: its number, where in it, and how many letters."""
Hit = tuple[int, int, int, int, int, int]
"""How a line answers, what it is of its node (NAME, ALIAS or ID), where, how much is left, the node's kind, and its place among
all names: the smaller the better."""


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


def columns_of(named: Iterable[Named]) -> dict[str, npt.NDArray[Any]]:
    """The columns of an index of some nodes: what each is called, and every form as it is searched, in one text of lines."""
    import numpy as np

    kinds = {kind: place for place, kind in enumerate(load_schema().nodes)}
    forms, begins, kind, line_form = GrowingTexts(), array("q", (0,)), array("b"), array("i")
    lines, called = list[str](), list[tuple[str, str]]()
    for node in named:
        for at, form in enumerate(node.forms, start=begins[-1]):
            forms.append(form)
            if line := names.compact(form):
                lines.append(line)
                line_form.append(at)
        begins.append(begins[-1] + len(node.forms))
        kind.append(kinds[node.kind])
        called.append((node.name, node.id))
    by_name = np.empty(len(called), np.int32)
    by_name[sorted(range(len(called)), key=called.__getitem__)] = np.arange(len(called), dtype=np.int32)
    text, text_begins = forms.arrays()
    return {
        "kinds": np.array(list(kinds)), "kind": np.array(kind), "by_name": by_name, "begins": np.array(begins),
        "forms": text, "forms_begin": text_begins, "line_form": np.array(line_form),
        "lines": np.frombuffer("\n".join(["", *lines, ""]).encode(), np.uint8),
        "starts": np.cumsum([1, *(len(line) + 1 for line in lines)], dtype=np.int64),
    }  # fmt: skip


class Index:
    """Every form of every name, in one text of a line per form, so that finding is one pass at the speed of `re`."""

    def __init__(self, columns: Columns) -> None:
        """The index that `columns_of` made."""
        import numpy as np

        self._text = str(columns["lines"].data, "utf-8")
        self._forms = Texts(columns["forms"], columns["forms_begin"])
        node = np.repeat(np.arange(len(columns["kind"])), np.diff(columns["begins"]))[columns["line_form"]]
        # An array answers for one number in a tenth of a microsecond, a view of its bytes in a third of that.
        self._starts, self._line_form, self._line_node = columns["starts"].data, columns["line_form"].data, node.data
        self._begins, self._kind, self._by_name = (columns[name].data for name in ("begins", "kind", "by_name"))
        self._columns, self._kinds = columns, columns["kinds"].tolist()
        self._in_letters: list[str] = []

    @classmethod
    def of(cls, named: Iterable[Named]) -> Index:
        """The index of these nodes."""
        return cls(columns_of(named))

    @property
    def named(self) -> Iterator[Named]:
        """All nodes, in no order that means anything."""
        return map(self.node, range(len(self._kind)))

    def node(self, number: int) -> Named:
        """One node."""
        forms = tuple(self._forms[self._begins[number] : self._begins[number + 1]])
        return Named(forms[-1], self._kinds[self._kind[number]], forms[0], forms)

    def find(self, text: str, limit: int, kinds: Sequence[str] = ()) -> list[Found]:
        """The best `limit` nodes for a text, each once, best first; always in the same order."""
        wanted, best = self._codes(kinds), dict[int, tuple[Hit, int]]()
        for hit, line in self._hits(text):
            node = self._line_node[line]
            if kinds and self._kind[node] not in wanted:
                continue
            if (
                node not in best
                or hit < best[node][0]
                or (hit == best[node][0] and self._form(line) < self._form(best[node][1]))
            ):
                best[node] = hit, line
        return [self._found(*each) for each in nsmallest(limit, best.values(), key=itemgetter(0))]

    def first(self, kinds: Sequence[str], limit: int) -> list[Found]:
        """The first `limit` nodes of some kinds, by kind as given and name."""
        import numpy as np

        found = list[Found]()
        for code in self._codes(kinds):
            (numbers,) = np.nonzero(self._columns["kind"] == code)
            ordered = numbers[np.argsort(self._columns["by_name"][numbers])][: limit - len(found)]
            found += [Found(node.id, node.kind, node.name, node.name, "exact") for node in map(self.node, ordered.tolist())]
        return found

    def _codes(self, kinds: Sequence[str]) -> list[int]:
        return [self._kinds.index(kind) for kind in kinds if kind in self._kinds]

    def _found(self, hit: Hit, line: int) -> Found:
        node = self.node(self._line_node[line])
        return Found(node.id, node.kind, node.name, self._form(line), MATCHES[hit[0]])

    def _form(self, line: int) -> str:
        """What a line was before it was made compact."""
        form: str = self._forms[self._line_form[line]]
        return form

    def _hits(self, text: str) -> list[tuple[Hit, int]]:
        asked = names.compact(text)
        if not asked:
            return []
        hits = [*self._literal(asked), *self._by_initials(asked), *self._abbreviated(text, asked)]
        return hits or list(self._misspelt(asked))

    def _literal(self, asked: str) -> Iterator[tuple[Hit, int]]:
        for line, where, size in self._lines(re.escape(asked)):
            rest = self._size(line) - size
            yield self._hit(line, "exact" if not rest else "part" if where else "prefix", where, rest)

    def _by_initials(self, asked: str) -> Iterator[tuple[Hit, int]]:
        if names.has_initials(asked):
            for line, where, size in self._lines(names.initials_pattern(asked)):
                yield self._hit(line, "initials", where, self._size(line) - size)

    def _abbreviated(self, text: str, asked: str) -> Iterator[tuple[Hit, int]]:
        for reading in names.spelt_out(asked):
            for line, where, size in self._lines_of_names(re.escape(reading)):
                yield self._hit(line, "abbreviation", where, self._size(line) - size)
        for anchored, shortest in ((True, 2), (False, 3)):
            if len(asked) >= shortest:
                for line, where, size in self._lines_of_names(names.subsequence_pattern(asked, anchored)):
                    yield self._hit(line, "abbreviation", 50 + where + size - len(asked), self._size(line) - size)
        yield from self._by_words(text)

    def _by_words(self, text: str) -> Iterator[tuple[Hit, int]]:
        """Every word somewhere in the form, in any order, each maybe abbreviated."""
        words = [word for part in text.split() if (word := names.compact(part))]
        if len(words) < 2:
            return
        readings = [[word, *names.spelt_out(word)] for word in words[:8]]
        lines = [{line for reading in word for line, _, _ in self._lines_of_names(re.escape(reading))} for word in readings]
        for line in sorted(set.intersection(*lines)):
            yield self._hit(line, "abbreviation", 40, self._size(line))

    def _misspelt(self, asked: str) -> Iterator[tuple[Hit, int]]:
        from rapidfuzz import fuzz, process

        if len(asked) < 3:
            return
        written = names.in_letters(asked)
        near = process.extract(written, self._letters(), scorer=fuzz.partial_ratio, score_cutoff=70, limit=CANDIDATES)
        for _, score, line in near:
            if names.is_slip(asked, self._line(line)):
                yield self._hit(line, "similar", 100 - int(score), abs(self._size(line) - len(asked)))

    def _letters(self) -> list[str]:
        """Every form letter by letter, nothing of ids, made when the first slip is looked up."""
        if not self._in_letters:
            lines = enumerate(self._text.split("\n")[1:-1])
            self._in_letters = ["" if self._what(number) == ID else names.in_letters(line) for number, line in lines]
        return self._in_letters

    def _lines(self, pattern: str) -> Iterator[Line]:
        """Each line that a pattern finds."""
        last = -1
        for match in re.finditer(pattern, self._text, re.MULTILINE):
            line = bisect_right(self._starts, match.start()) - 1
            if line != last:
                yield line, match.start() - self._starts[line], match.end() - match.start()
            last = line

    def _lines_of_names(self, pattern: str) -> Iterator[Line]:
        """The same without ids: nobody abbreviates an id."""
        return (line for line in self._lines(pattern) if self._what(line[0]) != ID)

    def _line(self, line: int) -> str:
        return self._text[self._starts[line] : self._starts[line + 1] - 1]

    def _size(self, line: int) -> int:
        size: int = self._starts[line + 1] - self._starts[line] - 1
        return size

    def _what(self, line: int) -> int:
        """What a line is of its node."""
        form, node = self._line_form[line], self._line_node[line]
        return NAME if form == self._begins[node] else ID if form == self._begins[node + 1] - 1 else ALIAS

    def _hit(self, line: int, match: Match, where: int, rest: int) -> tuple[Hit, int]:
        node = self._line_node[line]
        return (MATCHES.index(match), self._what(line), where, rest, self._kind[node], self._by_name[node]), line


def _read_names(reader: Reader) -> Index:
    return Index(kept_arrays(reader, f"names-{RULES}", lambda: columns_of(_named(reader))))


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
    return name_index(reader).first(kinds, limit)
