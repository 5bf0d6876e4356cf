"""A question while it is being answered: what a companion `name.py` is given, and what it hands back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.disclosure import Policy
from graph.store import Reader, Value
from queries.answer import Bilingual, Drawing, DrawnNode, SourceLine
from queries.catalog import MAIN, PUBLISHED, Question
from queries.telling.standing import Standing


@dataclass(frozen=True)
class Asking:
    """One question, asked of one generation. `policy` is the one in force; `named` holds the nodes its parameters name.

    A companion may add to `named` the nodes that its sentence should call by name.
    """

    reader: Reader
    question: Question
    params: Mapping[str, Value]
    standing: Standing
    policy: Policy
    named: dict[str, DrawnNode]

    def rows(self, part: str = MAIN, **more: Value) -> list[tuple[Any, ...]]:
        """The rows of one of the question's statements; `more` gives the parameters only the companion knows."""
        statement = self.question.statement(part, self.reader.engine)
        given = {**self.params, PUBLISHED: self.policy.as_they_are, **more}
        return list(self.reader.query(statement.text, {name: given[name] for name in statement.params}).rows)


@dataclass
class Outcome:
    """What was found. Rows hold true counts: the disclosure policy is applied to them afterwards, by `ask`.

    `grade`, `reason`, `drawing` and `sentence` replace what the header says, where a companion knows better; `words` fills
    `{words.name}` in its sentences. Only counts that the policy may not touch belong there. `standing` is that of the datasets
    the answer rests on, where these are fewer than all.
    """

    rows: list[tuple[Any, ...]]
    n: int | None = None
    grade: str | None = None
    reason: Bilingual | None = None
    notes: Sequence[Bilingual] = ()
    sources: Sequence[SourceLine] = ()
    drawing: Drawing | None = None
    sentence: Bilingual | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    standing: Standing | None = None
