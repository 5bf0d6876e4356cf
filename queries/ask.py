"""Ask a question of the network and get an Answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from analysis.disclosure import PLANNER, Policy
from graph.schema import load_schema
from graph.store import Reader, Value
from queries.answer import Answer, AnswerColumn, Bilingual, DrawnNode, SourceLine
from queries.asking import Asking, Outcome
from queries.catalog import MAIN, load_question
from queries.errors import QuestionError, near_matches
from queries.language.dated import notes, nothing_valid
from queries.language.header import AS_OF, Param
from queries.language.params import accept
from queries.telling.disclosed import disclosed
from queries.telling.drawing import draw
from queries.telling.nodes import first_nodes, nodes_named, nodes_with
from queries.telling.sentence import Hidden, particle, say_english, say_korean
from queries.telling.standing import REASONS, standing
from queries.vocabulary import label

__all__ = ["QuestionError", "ask"]

MOST_SOURCES = 200
REMEMBERED = 50_000
"""Lines of sources that are taken apart once and remembered, some 20 MB at most."""
UNTOLD = {None, ""}
"""What one engine puts in a set where nothing is told."""
PLAIN = {
    kind: (cast, frozenset((cast, type(None))))
    for kind, cast in {"integer": int, "cases": int, "number": float, "boolean": bool, "text": str}.items()
}
"""What values of a column are, by its declared type, and which need no change."""
Row = tuple[Any, ...]


def ask(reader: Reader, name: str, params: Mapping[str, Any] | None = None, policy: Policy | None = None) -> Answer:
    """The answer to a question, as the policy (a planner's unless told) lets it be shown.

    Parameters may be text as a command line or an address gives it; a name stands for its id where only one node has it.
    QuestionError tells what cannot be asked. The same parameters on the same generation give the same answer, byte for byte.
    """
    question = load_question(name)
    values = accept(question, params or {})
    named = {id_: node for param in question.params.values() if param.kinds for id_, node in _resolve(reader, param, values)}
    stands = standing(reader.generation)
    asking = Asking(reader, question, values, stands, stands.policy(policy or PLANNER), named)
    return _sealed(asking, _outcome(asking))


def _resolve(reader: Reader, param: Param, values: dict[str, Value]) -> Iterable[tuple[str, DrawnNode]]:
    """The nodes a parameter names, each with its id; a name in its values gives way to the id."""
    value = values[param.name]
    if not value:
        return ()
    given = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    found = nodes_with(reader, given, param.kinds)
    meant = {each: found.get(each) or _only_named(reader, param, each) for each in given}
    ids = sorted({node.id for node in meant.values()})
    values[param.name] = ids if isinstance(value, list) else ids[0]
    return [(node.id, node) for node in meant.values()]


def _only_named(reader: Reader, param: Param, name: str) -> DrawnNode:
    nodes = nodes_named(reader, name, param.kinds)
    if len(nodes) == 1:
        return nodes[0]
    words = [load_schema().nodes[kind].label for kind in param.kinds]
    ko, en = "·".join(word.ko for word in words), " or ".join(word.en for word in words)
    near = [f"{node.caption}({node.id})" for node in nodes] or _near(first_nodes(reader, param.kinds), name)
    shown = "".join(letter if letter.isprintable() else "�" for letter in name)[:60]
    message = Bilingual(
        f"'{param.name}': '{shown}'에 해당하는 {ko}{particle(ko, '이/가')} 없습니다.", f"'{param.name}': no {en} is '{shown}'."
    )
    if nodes:
        message = Bilingual(
            f"'{param.name}': '{shown}' 이름이 여럿입니다. 식별자로 골라 주세요.",
            f"'{param.name}': several are called '{shown}'; give the id.",
        )
    raise QuestionError("unknown_id", message, param.name, near)


def _near(nodes: Sequence[DrawnNode], name: str) -> list[str]:
    called = {word: f"{node.caption}({node.id})" for node in nodes for word in (node.id, node.caption)}
    return list(dict.fromkeys(called[word] for word in near_matches(name, called)))


def _outcome(asking: Asking) -> Outcome:
    as_of, question = str(asking.params[AS_OF.name]), asking.question
    never = nothing_valid(asking.reader, as_of)
    if never is not None:
        return Outcome([], sentence=never)
    if question.companion:
        answer = import_module(f"queries.{question.name}").answer
        outcome: Outcome = answer(asking)
        return outcome
    rows = asking.rows()
    if len(question.statements[MAIN].branches) > 1:
        place = [column.name for column in question.columns]
        rows.sort(key=lambda row: [str(row[place.index(name)]) for name in question.key])
    n = int(asking.rows("n")[0][0]) if "n" in question.statements else None
    return Outcome(rows, n)


def _sealed(asking: Asking, outcome: Outcome) -> Answer:
    question = asking.question
    rows = _plain(question.columns, outcome.rows)
    rows, n, held_back = disclosed(question, rows, outcome.n, asking.policy, _filtered(asking))
    about_cases, stands = outcome.n is not None, outcome.standing or asking.standing
    sources, clipped = _sources(question.columns, rows, outcome.sources)
    grade, reason = _evidence(asking, outcome)
    return Answer(
        question=question.name,
        params=asking.params,
        sentence=outcome.sentence or _sentence(asking, outcome, rows, n),
        evidence=grade,
        evidence_reason=reason,
        n=n,
        columns=question.columns,
        rows=tuple(rows),
        notes=(
            *stands.notes(about_cases),
            *held_back,
            *_of_day(asking),
            *outcome.notes,
            *question.notes,
            *clipped,
        ),
        sources=sources,
        generation=asking.reader.generation.id,
        cypher=question.cypher(asking.reader.engine),
        graph=outcome.drawing or draw(asking.reader, question, rows),
    )


def _of_day(asking: Asking) -> Sequence[Bilingual]:
    return notes(str(asking.params[AS_OF.name]), asking.question.dated)


def _filtered(asking: Asking) -> bool:
    return any(
        param.type == "list<text>" and asking.params[param.name] != param.default for param in asking.question.params.values()
    )


def _evidence(asking: Asking, outcome: Outcome) -> tuple[str, Bilingual]:
    told = "E1" if asking.question.evidence == "observed" and outcome.n else "E0"
    grade = (outcome.standing or asking.standing).at_most(outcome.grade or told)
    return grade, outcome.reason if outcome.reason and grade == outcome.grade else REASONS.get(grade, REASONS["E1"])


def _plain(columns: Sequence[AnswerColumn], rows: Sequence[Row]) -> list[Row]:
    """The rows column by column, each value of its declared type."""
    told = zip(*rows, strict=True) if rows else ()
    plain = [_plain_values(column.type, values) for column, values in zip(columns, told, strict=bool(rows))]
    return list(zip(*plain, strict=True))


def _plain_values(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    """Values of their declared type: engines differ in the numbers and in the order of the sets they give."""
    if kind.startswith("set<"):
        sets = [sorted({*map(str, {*(value or ())} - UNTOLD)}) for value in values]
        return [list(filter(_source, each)) for each in sets] if kind.endswith("source>") else sets
    if kind == "list<text>":
        return [None if value is None else list(map(str, value)) for value in values]
    cast, plain = PLAIN[kind]
    if plain.issuperset(map(type, values)):
        return values
    return [None if value is None else cast(value) for value in values]


@lru_cache(REMEMBERED)
def _source(text: str) -> SourceLine | None:
    """`dataset_id#locator`; None where either half is missing, as one engine adds text to null."""
    dataset_id, _, locator = text.partition("#")
    return SourceLine(dataset_id, locator) if dataset_id and locator else None


def _sources(
    columns: Sequence[AnswerColumn], rows: Iterable[Row], more: Iterable[SourceLine]
) -> tuple[tuple[SourceLine, ...], list[Bilingual]]:
    places = [index for index, column in enumerate(columns) if column.type.endswith("source>")]
    told = dict.fromkeys(each for row in rows for index in places for each in row[index])
    found = [line for each in told if (line := _source(each))]
    found = list(dict.fromkeys([*found, *more])) if more else found
    if len(found) <= MOST_SOURCES:
        return tuple(found), []
    note = Bilingual(
        f"출처가 {len(found):,}곳이어서 앞의 {MOST_SOURCES}곳만 적었습니다.",
        f"Of {len(found):,} sources, the first {MOST_SOURCES} are listed.",
    )
    return tuple(found[:MOST_SOURCES]), [note]


def _sentence(asking: Asking, outcome: Outcome, rows: Sequence[Row], n: int | None) -> Bilingual:
    question = asking.question
    template = question.says if rows else question.none
    values = {"rows": len(rows), "n": Hidden() if n is None and outcome.n is not None else n or 0}
    told = {f"words.{word}": value for word, value in outcome.words.items()}
    korean = values | _spoken(asking, rows, "ko") | told
    english = values | _spoken(asking, rows, "en") | told
    return Bilingual(say_korean(template.ko, korean), say_english(template.en, english))


def _spoken(asking: Asking, rows: Sequence[Row], language: str) -> dict[str, Any]:
    """What a sentence may name, in one language: the parameters (ids by name) and the first row (codes by label)."""
    spoken: dict[str, Any] = {}
    for name, param in asking.question.params.items():
        value = asking.params[name]
        many = value if isinstance(value, list) else [value]
        words = [_word(asking, each, param.vocabularies, language) for each in many]
        spoken[f"param.{name}"] = words if isinstance(value, list) else words[0]
    for column, value in zip(asking.question.columns, rows[0] if rows else (), strict=False):
        hides = column.type == "cases" and value is None and not asking.policy.as_they_are
        spoken[f"first.{column.name}"] = Hidden() if hides else _word(asking, value, column.vocabularies, language)
    return spoken


def _word(asking: Asking, value: Any, vocabularies: Sequence[str], language: str) -> Any:
    if isinstance(value, list):
        return [_word(asking, each, vocabularies, language) for each in value]
    if not isinstance(value, str):
        return value
    if value in asking.named:
        return asking.named[value].caption
    return label(value, vocabularies, language)
