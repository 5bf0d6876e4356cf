"""A question on the command line: its parameters in, its answer out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from api.settings import Settings
from graph.wording import in_both

if TYPE_CHECKING:
    from analysis.disclosure import Policy
    from api.kept import KeptAnswers
    from graph.store import Reader
    from queries.answer import Answer

AnswerFormat = Literal["table", "json", "csv"]
FORMAT, GENERATION, STORE = "--format", "--generation", "--store"
"""The options of `pumasi ask`, as its command declares them too; every other one is a parameter of the question."""
SHOWN_SOURCES = 12


@dataclass(frozen=True)
class Asked:
    """`pumasi ask NAME …` as it was typed."""

    name: str
    params: dict[str, list[str]]
    format: AnswerFormat = "table"
    generation: str | None = None
    store: str | None = None


def plainly_asked(arguments: Sequence[str]) -> Asked | None:
    """What `ask NAME --option value …` says where it is told plainly; None for all else, which typer reads and explains."""
    words = list(arguments)
    told = words[1:2] + [part for word in words[2:] for part in (word.split("=", 1) if word.startswith("--") else [word])]
    options, values = told[1::2], told[2::2]
    plain = (
        words[:1] == ["ask"] and len(told) % 2 == 1 and not any(word.startswith("-") or not word for word in [told[0], *values])
    )
    if not plain or not all(option.startswith("--") and len(option) > 2 and option != "--help" for option in options):
        return None
    pairs = list(zip(options, values, strict=True))
    own = {option: value for option, value in pairs if option in (FORMAT, GENERATION, STORE)}
    params = [f"{option}={value}" for option, value in pairs if option not in own]
    chosen = own.get(FORMAT, "table")
    if chosen not in get_args(AnswerFormat) or len(own) + len(params) < len(pairs):
        return None
    return Asked(told[0], arguments_as_params(params), cast(AnswerFormat, chosen), own.get(GENERATION), own.get(STORE))


def answer_on_terminal(asked: Asked) -> None:
    """Print the answer; one that was given before on this generation is printed as it was kept."""
    from api.kept import KeptAnswers

    settings = Settings.from_environment()
    kept = KeptAnswers.of(settings, asked.store, asked.generation)
    answer = kept.read(asked.name, asked.params) if kept else None
    if answer is None:
        answer = _answer(settings, asked, kept)
    print_answer(answer, asked.format)


def _answer(settings: Settings, asked: Asked, kept: KeptAnswers | None) -> Answer:
    from queries.ask import ask

    def opened() -> Reader:
        from graph.stores import open_store

        return open_store(asked.store or settings.store, settings.home).reader(asked.generation)

    if kept is None:
        return ask(opened(), asked.name, asked.params, policy_of(settings))
    return kept.answered(asked.name, asked.params, opened, policy_of(settings))


def policy_of(settings: Settings) -> Policy:
    """What this audience may be shown."""
    from analysis.disclosure import POLICIES

    return POLICIES[settings.audience]


def arguments_as_params(arguments: Sequence[str]) -> dict[str, list[str]]:
    """`--first-id a --kinds x --kinds=y` as `{"first_id": ["a"], "kinds": ["x", "y"]}`; usage error for anything else."""
    from api.stopping import wrong_usage

    params: dict[str, list[str]] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--") or len(word) < 3:
            raise wrong_usage(f"'{word}': 질문의 조건은 --이름 값 으로 적습니다 | parameters are given as --name value")
        name, has_value, value = word[2:].partition("=")
        if not has_value:
            if not rest:
                raise wrong_usage(f"'{word}': 값이 없습니다 | has no value")
            value = rest.pop(0)
        params.setdefault(name.replace("-", "_"), []).append(value)
    return params


def print_answer(answer: Answer, format: str) -> None:
    """The answer on standard output, as `table`, `json` or `csv`."""
    if format == "json":
        import json

        print(json.dumps(answer.to_json(), ensure_ascii=False))
    elif format == "csv":
        from api.exports.tables import answer_as_csv

        sys.stdout.write(answer_as_csv(answer))
    else:
        _print_table(answer)


def _print_table(answer: Answer) -> None:
    from rich.console import Console
    from rich.text import Text

    from api.exports.tables import in_words
    from api.terminal_rows import print_rows

    console = Console()
    console.print(Text(answer.sentence.ko, "bold"), Text(answer.sentence.en, "dim"), sep="\n")
    shown = _shown_columns(answer)
    labels = [answer.columns[place].label.ko for place in shown]
    print_rows(console, labels, [[str(in_words(answer.columns[place], row[place])) for place in shown] for row in answer.rows])
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


def _basis(answer: Answer) -> list[str]:
    n = ("해당 없음", "none") if answer.n is None else (f"{answer.n:,}",) * 2
    grade, reason = answer.evidence, answer.evidence_reason
    lines = [
        in_both(f"증거 {grade}: {reason.ko}", f"evidence {grade}: {reason.en}"),
        in_both(f"사례 수: {n[0]}", f"cases: {n[1]}"),
        f"{in_both('세대', 'generation')}: {answer.generation}",
    ]
    lines += [in_both(f"유의: {note.ko}", f"note: {note.en}") for note in answer.notes]
    shown = [f"{source.dataset_id} {source.locator}" for source in answer.sources[:SHOWN_SOURCES]]
    more = len(answer.sources) - len(shown)
    tail = f" {in_both(f'외 {more}곳', f'and {more} more')}" if more else ""
    return [*lines, f"{in_both('출처', 'sources')}: {', '.join(shown)}{tail}"] if shown else lines
