"""An answer as the console shows it: names beside ids, sources with their titles, rows in the order asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.console import IN_ORDER
from api.listings import titles
from api.tables import MAIN, Asked, Listing, TableView, several, table_view
from queries import browse
from queries.answer import Answer, Bilingual

if TYPE_CHECKING:
    from graph.store import Reader
    from queries.catalog import Question

# A select with more options than this helps nobody: the form then takes a name or an id.
MOST_OPTIONS = 400


@dataclass(frozen=True)
class AnswerView:
    """An answer, its table, the names of its nodes, and the titles of the datasets it cites."""

    answer: Answer
    table: TableView
    titles: Mapping[str, str]
    captions: Mapping[str, str]


def answer_view(
    reader: Reader,
    answer: Answer,
    title: Bilingual,
    asked: Asked,
    hides: frozenset[str] = frozenset(),
    first: Sequence[str] = (),
) -> AnswerView:
    """An answer made ready for its page; `hides` and `first` name columns as `table_view` takes them."""
    answer = _with_names_of_combinations(answer)
    captions = _captions(reader, answer)
    sources = frozenset(column.name for column in answer.columns if column.type.endswith("source>"))
    table = table_view(
        Listing(MAIN, title, answer.columns, answer.rows), captions, asked, hides | _retold(answer) | sources, first
    )
    return AnswerView(answer, table, titles(reader), captions)


def _with_names_of_combinations(answer: Answer) -> Answer:
    """A combination that is named by its id in `explained_by` told by its members, like the one it explains."""
    names = [column.name for column in answer.columns]
    if not {"combination", "partners", "explained_by"} <= set(names):
        return answer
    whole, parts, place = (names.index(name) for name in ("combination", "partners", "explained_by"))
    members = {row[whole]: list(row[parts]) for row in answer.rows}
    told = replace(answer.columns[parts], name="explained_by", label=answer.columns[place].label)
    rows = tuple(
        (*row[:place], members.get(row[place], row[place].split("+")) if row[place] else None, *row[place + 1 :])
        for row in answer.rows
    )
    return replace(answer, columns=(*answer.columns[:place], told, *answer.columns[place + 1 :]), rows=rows)


def _retold(answer: Answer) -> frozenset[str]:
    """Columns that only spell out a list of codes or ids beside them, which the page shows in words itself."""
    records = answer.records()
    names = {column.name for column in answer.columns}
    found = set()
    for column in answer.columns:
        if column.type == "list<text>" and (column.kinds or column.vocabularies):
            found |= names & {f"{column.name.removesuffix('s')}_names"}
            found |= {each.name for each in answer.columns if each.type == "text" and _spells(records, each.name, column.name)}
    return frozenset(found)


def _spells(records: Sequence[Mapping[str, Any]], text: str, steps: str) -> bool:
    return bool(records) and all(record[text] == IN_ORDER.join(record[steps] or ()) for record in records)


def _captions(reader: Reader, answer: Answer) -> dict[str, str]:
    """The names of what the columns hold, each looked up among the kinds that its column may hold and no others."""
    found = dict[str, str]()
    for place, column in enumerate(answer.columns):
        if column.kinds:
            ids = {each for row in answer.rows for each in several(row[place])}
            found |= {id_: name for id_, (_, name) in browse.captions(reader, ids, column.kinds).items()}
    return found


def choices(reader: Reader, question: Question) -> dict[str, list[browse.Found]]:
    """For each parameter that holds ids, the nodes to choose from; none where there are too many to list."""
    found = {}
    for name, param in question.params.items():
        if param.kinds:
            options = browse.all_of(reader, param.kinds, MOST_OPTIONS + 1)
            found[name] = options if len(options) <= MOST_OPTIONS else []
    return found
