"""What every face of the system sees: an Answer, and nothing below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graph.store import Value

GRADES = ("E0", "E1", "E2", "E3", "E4")


@dataclass(frozen=True)
class Bilingual:
    """The same words in both languages."""

    ko: str
    en: str


@dataclass(frozen=True)
class AnswerColumn:
    """A column of the answer's table. `label` is what a planner reads above it.

    `kinds` names the node kinds whose ids it holds, `vocabularies` the lists of schema.yaml whose codes it holds.
    """

    name: str
    type: str
    label: Bilingual
    kinds: tuple[str, ...] = ()
    vocabularies: tuple[str, ...] = ()

    @cached_property
    def told(self) -> dict[str, Any]:
        """The column as the HTTP contract has it, the same object for every answer."""
        return {"name": self.name, "type": self.type, "label": dict(vars(self.label))}


@dataclass(frozen=True)
class SourceLine:
    """Where a fact of the answer stands."""

    dataset_id: str
    locator: str


@dataclass(frozen=True)
class DrawnNode:
    """A node to draw."""

    id: str
    kind: str
    caption: str


@dataclass(frozen=True)
class DrawnRelationship:
    """A relationship to draw."""

    start_id: str
    type: str
    end_id: str


@dataclass(frozen=True)
class Drawing:
    """What a face may draw of an answer."""

    nodes: tuple[DrawnNode, ...] = ()
    relationships: tuple[DrawnRelationship, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One question's answer with everything a reader needs to trust or doubt it.

    `n` is the number of cases it rests on, None where it rests on none (a fact told by a source).
    """

    question: str
    params: Mapping[str, Value]
    sentence: Bilingual
    evidence: str
    evidence_reason: Bilingual
    n: int | None
    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[Bilingual, ...]
    sources: tuple[SourceLine, ...]
    generation: str
    cypher: str
    graph: Drawing = field(default_factory=Drawing)

    def records(self) -> list[dict[str, Any]]:
        """The rows as mappings from column name to value."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def to_json(self) -> dict[str, Any]:
        """The Answer as the HTTP contract's JSON object."""
        # Spelt out: `dataclasses.asdict` copies every cell of every row, which takes longer than many an answer.
        return {
            "question": self.question,
            "params": dict(self.params),
            "sentence": dict(vars(self.sentence)),
            "evidence": self.evidence,
            "evidence_reason": dict(vars(self.evidence_reason)),
            "n": self.n,
            "columns": [column.told for column in self.columns],
            "rows": self.records(),
            "notes": [dict(vars(note)) for note in self.notes],
            "sources": [dict(vars(source)) for source in self.sources],
            "generation": self.generation,
            "cypher": self.cypher,
            "graph": {
                "nodes": [dict(vars(node)) for node in self.graph.nodes],
                "relationships": [dict(vars(each)) for each in self.graph.relationships],
            },
        }
