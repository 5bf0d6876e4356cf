"""The questions there are, read from `queries/*.cypher` and checked as it is read.

A question file is a header of `// word: …` lines and Cypher. `docs/questions.md` explains it to authors; in short:

    // title:    ko | en                     what it is called
    // asks:     ko | en                     the question as a planner would put it
    // param:    name type [low..high] [of Kind] [in vocabulary] [= default]  ko | en
    // returns:  name type [within column] [of Kind] [in vocabulary] "ko" "en"
    // key:      column, …                   the columns that tell rows apart; ORDER BY holds them all
    // rows:     facts | groups | cases      what a row stands for: a fact, a group of cases, or one case
    // tables:   column                      rows of each value of it are a table of their own (each adds up by itself)
    // draws:    column -[TYPE or column]-> column, …
    // evidence: told | observed
    // says:     ko | en                     one sentence: {rows} {n} {first.column} {param.name}; {x:을/를}, {x:case/cases}
    // none:     ko | en                     the sentence of an empty answer
    // note:     ko | en                     what a reader should bear in mind; any number of them

`// part: name by column, …` starts a further statement. `n` (one column `n`) counts the cases the answer rests on and is needed
wherever a column holds `cases`. Any statement may use $published, true where cases may be shown one by one. Every question
takes `as_of`, a day or empty, and each pattern of a dated relationship or node is filtered by it, as rule 11 spells out. A file
with a companion `name.py` holds named parts only, and the companion returns the rows.
`name.neo4j.cypher` holds a variant of the statements for one engine, without a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from queries.answer import AnswerColumn, Bilingual
from queries.errors import CatalogError, QuestionError, near_matches
from queries.language.cypher import Statement
from queries.language.header import AS_OF, Draw, Header, Param, parse_header
from queries.language.rules import PORTABLE, READ_ONLY, findings

FOLDER = Path(__file__).parent
ENGINES = ("ladybug", "neo4j")
MAIN = ""
"""The name of a file's unnamed statement."""
PUBLISHED = "published"
"""A parameter every statement may use undeclared: whether cases may be shown one by one."""
PART = re.compile(r"//\s*part:\s*(?P<name>\w+)(?:\s+by\s+(?P<key>[\w, ]+))?\s*\Z")


@dataclass(frozen=True)
class Question:
    """A question as its file declares it. `statements` holds its Cypher by part name, the unnamed one under ""."""

    name: str
    title: Bilingual
    asks: Bilingual
    params: Mapping[str, Param]
    columns: tuple[AnswerColumn, ...]
    within: Mapping[str, str]
    key: tuple[str, ...]
    rows: str
    tables: str | None
    draws: tuple[Draw, ...]
    evidence: str
    says: Bilingual
    none: Bilingual
    notes: tuple[Bilingual, ...]
    statements: Mapping[str, Statement]
    companion: bool
    variants: Mapping[str, Mapping[str, Statement]] = field(default_factory=dict)

    def statement(self, part: str, engine: str) -> Statement:
        """The Cypher of a part on an engine; KeyError when there is no such part."""
        return self.variants.get(engine, {}).get(part) or self.statements[part]

    @cached_property
    def dated(self) -> bool:
        """Whether a day makes a difference to it."""
        return any(AS_OF.name in statement.params for statement in self.statements.values())

    def cypher(self, engine: str) -> str:
        """All the Cypher it runs on an engine."""
        return self._written[engine]

    @cached_property
    def _written(self) -> Mapping[str, str]:
        return {
            engine: "\n;\n".join(self.statement(part, engine).text.strip() for part in self.statements) for engine in ENGINES
        }


@dataclass(frozen=True)
class Catalog:
    """The questions by name, in the order of their names."""

    questions: Mapping[str, Question]

    def __iter__(self) -> Iterator[Question]:
        """Every question, in the order of their names."""
        return iter(self.questions.values())

    def question(self, name: str) -> Question:
        """The question of a name; QuestionError with near matches when there is none."""
        found = self.questions.get(name)
        if found is None:
            raise _unknown(name, self.questions)
        return found


def _unknown(name: str, known: Iterable[str]) -> QuestionError:
    words = Bilingual(f"'{name}' 질문은 없습니다.", f"There is no question '{name}'.")
    return QuestionError("unknown_question", words, near=near_matches(name, known))


@cache
def load_question(name: str, folder: Path = FOLDER) -> Question:
    """One question of a folder, the only one read and checked; QuestionError with near matches when there is none."""
    files = {file.stem: file for file in sorted(folder.glob("*.cypher")) if "." not in file.stem}
    if name not in files:
        raise _unknown(name, files)
    return read_question(files[name])


@cache
def load_catalog(folder: Path = FOLDER) -> Catalog:
    """Every question of a folder, read once per process; CatalogError names the file and line of the first bad one."""
    files = sorted(folder.glob("*.cypher"))
    bases = [file for file in files if "." not in file.stem]
    found = {file.stem: read_question(file) for file in bases}
    for file in files:
        if file not in bases and file.stem.partition(".")[0] not in found:
            raise CatalogError(file.name, 1, "a variant needs the question it varies beside it")
    return Catalog(found)


def read_question(file: Path) -> Question:
    """One question from its file, with its variants and its companion; CatalogError when it breaks a rule."""
    header, statements = _read(file)
    assert header.title and header.asks and header.evidence and header.says and header.none
    question = Question(
        file.stem, header.title, header.asks, _with_as_of(header.params), tuple(header.columns),
        header.within, header.key, header.rows, header.tables, tuple(header.draws), header.evidence, header.says, header.none,
        tuple(header.notes), statements,
        companion=file.with_suffix(".py").exists(), variants=dict(_variants(file, header)),
    )  # fmt: skip
    _check(file.name, question, statements)
    for engine, varied in question.variants.items():
        _check(f"{file.stem}.{engine}.cypher", question, varied, engine)
    return question


def _with_as_of(declared: Mapping[str, Param]) -> Mapping[str, Param]:
    return declared if AS_OF.name in declared else {**declared, AS_OF.name: AS_OF}


def _variants(file: Path, header: Header) -> Iterator[tuple[str, dict[str, Statement]]]:
    for engine in ENGINES:
        variant = file.with_name(f"{file.stem}.{engine}.cypher")
        if variant.exists():
            yield engine, _read(variant, header)[1]


def _read(file: Path, header: Header | None = None) -> tuple[Header, dict[str, Statement]]:
    """A file's header and statements; a variant has the header of the question it varies, and none of its own."""
    lines = list(enumerate(file.read_text(encoding="utf-8").splitlines(), start=1))
    body = next((number for number, line in lines if line.strip() and not _is_header(line)), len(lines) + 1)
    head = [(number, line) for number, line in lines if number < body and line.strip()]
    if header is None:
        header = parse_header(file.name, head)
    elif head:
        raise CatalogError(file.name, head[0][0], "a variant has no header of its own")
    return header, {statement.name: statement for statement in _statements(file.name, lines[body - 1 :], header.key)}


def _is_header(line: str) -> bool:
    return line.startswith("//") and not PART.match(line)


def _statements(file: str, lines: Iterable[tuple[int, str]], key: tuple[str, ...]) -> Iterator[Statement]:
    name, start, gathered = MAIN, 0, list[str]()
    for number, line in lines:
        match = PART.match(line)
        if match is None:
            start = start or number
            gathered.append(line)
            continue
        yield from _statement(file, name, gathered, start, key)
        name, start, gathered = match["name"], 0, []
        key = tuple(word.strip() for word in (match["key"] or "").split(",") if word.strip())
    yield from _statement(file, name, gathered, start, key)


def _statement(file: str, name: str, lines: list[str], start: int, key: tuple[str, ...]) -> Iterator[Statement]:
    text = "\n".join(lines).rstrip()
    if text.strip():
        if ";" in text:
            raise CatalogError(file, start, "one statement needs no semicolon; start another with `// part: name`")
        yield Statement(name, text, start, key)
    elif name:
        raise CatalogError(file, start or 1, f"the part {name} is empty")


def _check(file: str, question: Question, statements: Mapping[str, Statement], engine: str | None = None) -> None:
    for statement in statements.values():
        for line, problem in findings(statement, READ_ONLY if engine else PORTABLE):
            raise CatalogError(file, line, problem)
        _check_params(file, question, statement)
        _check_columns(file, question, statement)
    if engine is None:
        _check_whole(file, question)
    elif unknown := [part for part in statements if part not in question.statements]:
        raise CatalogError(file, 1, f"the question has no part {', '.join(unknown)}")


def _check_params(file: str, question: Question, statement: Statement) -> None:
    given = question.params if not question.companion else None
    for token in statement.tokens:
        if token.kind == "param" and given is not None and token.text[1:] not in (*given, PUBLISHED):
            raise CatalogError(file, token.line, f"{token.text} is used but not declared (rule 9)")


def _check_columns(file: str, question: Question, statement: Statement) -> None:
    named = {MAIN: tuple(column.name for column in question.columns), "n": ("n",)}
    declared = named.get(statement.name, statement.columns[0])
    for branch in statement.columns:
        if branch != declared:
            raise CatalogError(
                file, statement.line, f"it returns {', '.join(branch)} but declares {', '.join(declared)} (rule 9)"
            )


def _check_whole(file: str, question: Question) -> None:
    parts = question.statements
    used = {name for statement in parts.values() for name in statement.params}
    unused = [name for name, param in question.params.items() if name not in used and param is not AS_OF]
    if unused and not question.companion:
        raise CatalogError(file, 1, f"${unused[0]} is declared but not used (rule 9)")
    if not parts or (MAIN in parts) == question.companion:
        raise CatalogError(file, 1, "a question has an unnamed statement, or a companion .py and named parts only")
    if any(column.type == "cases" for column in question.columns) and "n" not in parts and not question.companion:
        raise CatalogError(file, 1, "a question with a `cases` column counts its cases: `// part: n`")
