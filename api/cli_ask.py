"""A question on the command line: its parameters in, its answer out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from queries.answer import Answer, AnswerColumn

SHOWN_SOURCES = 12


def arguments_as_params(arguments: Sequence[str]) -> dict[str, list[str]]:
    """`--first-id a --kinds x --kinds=y` as `{"first_id": ["a"], "kinds": ["x", "y"]}`; usage error for anything else."""
    params: dict[str, list[str]] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--") or len(word) < 3:
            raise typer.BadParameter(f"'{word}': 질문의 조건은 --이름 값 으로 적습니다 · parameters are given as --name value")
        name, has_value, value = word[2:].partition("=")
        if not has_value:
            if not rest:
                raise typer.BadParameter(f"'{word}': 값이 없습니다 · has no value")
            value = rest.pop(0)
        params.setdefault(name.replace("-", "_"), []).append(value)
    return params


def print_answer(answer: Answer, format: str) -> None:
    """The answer on standard output, as `table`, `json` or `csv`."""
    if format == "json":
        typer.echo(json.dumps(answer.to_json(), ensure_ascii=False))
    elif format == "csv":
        from api.exports.tables import answer_as_csv

        typer.echo(answer_as_csv(answer), nl=False)
    else:
        _print_table(answer)


def _print_table(answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(answer.sentence.ko, "bold"), Text(answer.sentence.en, "dim"), sep="\n")
    shown = _shown_columns(answer)
    table = Table()
    for place in shown:
        table.add_column(Text(answer.columns[place].label.ko), overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(_in_words(answer.columns[place], row[place])) for place in shown))
    if answer.rows:
        console.print(table)
    for line in _basis(answer):
        console.print(Text(line))


def _shown_columns(answer: Answer) -> list[int]:
    """Places of the columns a person reads: sources stand below the table, ids are for programs, empty ones say nothing."""
    return [
        place
        for place, column in enumerate(answer.columns)
        if not column.name.endswith(("_id", "_ids"))
        and not column.type.endswith("source>")
        and any(row[place] not in (None, "", []) for row in answer.rows)
    ]


def _in_words(column: AnswerColumn, value: Any) -> str:
    """A cell as a person reads it: codes by their Korean label."""
    from api.exports.tables import cell
    from queries.vocabulary import label

    if isinstance(value, list | tuple):
        return "; ".join(label(str(each), column.vocabularies, "ko") for each in value)
    return label(value, column.vocabularies, "ko") if isinstance(value, str) else str(cell(value))


def _basis(answer: Answer) -> list[str]:
    n = "해당 없음 · none" if answer.n is None else f"{answer.n:,}"
    lines = [
        f"증거 · evidence {answer.evidence}: {answer.evidence_reason.ko} · {answer.evidence_reason.en}",
        f"사례 수 · cases: {n}   세대 · generation: {answer.generation}",
    ]
    lines += [f"유의 · note: {note.ko} · {note.en}" for note in answer.notes]
    shown = [f"{source.dataset_id} {source.locator}" for source in answer.sources[:SHOWN_SOURCES]]
    more = len(answer.sources) - len(shown)
    tail = f" 외 {more} · and {more} more" if more else ""
    return [*lines, f"출처 · sources: {', '.join(shown)}{tail}"] if shown else lines
