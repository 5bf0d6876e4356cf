"""An answer as the console shows it: names beside ids, sources with their titles, rows in the order asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.console import IN_ORDER, UNORDERED, sorted_rows
from queries import browse
from queries.answer import Answer, AnswerColumn

if TYPE_CHECKING:
    from graph.store import Reader
    from queries.catalog import Question

# A select with more options than this helps nobody: the form then takes a name or an id.
MOST_OPTIONS = 400
MOST_ROWS = 50
"""Rows of a table on one page; the files to download have them all."""


@dataclass(frozen=True)
class Cell:
    """One cell: its value, and where it leads. `links` pairs an id with the name to show for it."""

    value: Any
    links: tuple[tuple[str, str], ...] = ()
    in_order: bool = False


@dataclass(frozen=True)
class AnswerView:
    """An answer, the columns that are shown, its cells, and the titles of the datasets it cites."""

    answer: Answer
    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    titles: Mapping[str, str]
    sort: str
    captions: Mapping[str, str]
    page: int = 1
    pages: int = 1


def answer_view(reader: Reader, answer: Answer, sort: str, page: int = 1, hides: frozenset[str] = frozenset()) -> AnswerView:
    """An answer made ready for its page. A column of ids whose names stand beside it becomes the link of those names.

    `hides` names columns that its picture and its other columns say already; a page past the last is the last.
    """
    answer = _with_names_of_combinations(answer)
    merged = _named_by(answer.columns)
    hidden = {
        *hides,
        *merged.values(),
        *_retold(answer),
        *(column.name for column in answer.columns if column.type.endswith("source>")),
    }
    columns = tuple(column for column in answer.columns if column.name not in hidden)
    captions = _captions(reader, answer)
    pages = max(1, -(-len(answer.rows) // MOST_ROWS))
    page = min(max(1, page), pages)
    ordered = sorted_rows(answer.columns, answer.rows, sort)[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    records = [_record(answer, row) for row in ordered]
    rows = tuple(tuple(_cell(column, record, merged, captions) for column in columns) for record in records)
    titles = {str(card["id"]): str(card["title"]) for card in browse.cards(reader)}
    return AnswerView(answer, columns, rows, titles, sort, captions, page, pages)


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


def _named_by(columns: Sequence[AnswerColumn]) -> dict[str, str]:
    """For each column of names, the column of ids beside it: `network_name` of `network_id`, `leads` of `lead_ids`."""
    names = {column.name for column in columns}
    pairs = [(f"{name.removesuffix('_id')}_name", name) for name in names if name.endswith("_id")]
    pairs += [
        (f"{name.removesuffix('_ids')}{ending}", name) for name in names if name.endswith("_ids") for ending in ("s", "_names")
    ]
    return {name: ids for name, ids in pairs if name in names}


def _retold(answer: Answer) -> set[str]:
    """Columns that only spell out a list of codes or ids beside them, which the page shows in words itself."""
    records = answer.records()
    names = {column.name for column in answer.columns}
    found = set()
    for column in answer.columns:
        if column.type == "list<text>" and (column.kinds or column.vocabularies):
            found |= names & {f"{column.name.removesuffix('s')}_names"}
            found |= {each.name for each in answer.columns if each.type == "text" and _spells(records, each.name, column.name)}
    return found


def _spells(records: Sequence[Mapping[str, Any]], text: str, steps: str) -> bool:
    return bool(records) and all(record[text] == IN_ORDER.join(record[steps] or ()) for record in records)


def _record(answer: Answer, row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip((column.name for column in answer.columns), row, strict=True))


def _captions(reader: Reader, answer: Answer) -> dict[str, str]:
    places = [index for index, column in enumerate(answer.columns) if column.kinds]
    ids = {each for row in answer.rows for place in places for each in _several(row[place])}
    return {node_id: name for node_id, (_, name) in browse.captions(reader, ids).items()}


def _several(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def _cell(column: AnswerColumn, record: Mapping[str, Any], merged: Mapping[str, str], captions: Mapping[str, str]) -> Cell:
    value = record[column.name]
    beside = record.get(merged.get(column.name, ""))
    if isinstance(beside, str) and value is not None:
        return Cell(value, ((beside, str(value)),))
    held = _several(beside) if isinstance(beside, list | tuple) else _several(value)
    if column.type == "set<case>":
        return Cell(value, tuple((each, each) for each in held))
    if (column.kinds or beside) and all(each in captions for each in held):
        in_order = column.type == "list<text>" and column.name not in UNORDERED
        return Cell(value, tuple((each, captions[each]) for each in held), in_order)
    return Cell(value)


def choices(reader: Reader, question: Question) -> dict[str, list[browse.Found]]:
    """For each parameter that holds ids, the nodes to choose from; none where there are too many to list."""
    found = {}
    for name, param in question.params.items():
        if param.kinds:
            options = browse.all_of(reader, param.kinds, MOST_OPTIONS + 1)
            found[name] = options if len(options) <= MOST_OPTIONS else []
    return found
