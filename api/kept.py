"""Answers of the command line, kept beside the generation they were given on, for the next time they are asked for.

A file holds one Answer as JSON under a name made of the question and its parameters as they were typed, the audience, and the
program that answered: whatever differs in one of them is another name, and nothing kept is ever changed. The folder belongs to
its generation and goes with it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.program import ANSWERING, program_fingerprint
from graph.stores import embedded_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analysis.disclosure import Policy
    from api.kept_rows import RowsReader
    from api.settings import Settings
    from graph.store import Reader
    from queries.answer import Answer

FOLDER = "answers"
MOST_KEPT = 200
LARGEST = 1 << 20
"""Letters of an answer; a larger one is not kept."""


@dataclass(frozen=True)
class KeptAnswers:
    """The answers kept for one generation of the embedded engine, for one audience."""

    folder: Path
    audience: str

    @classmethod
    def of(cls, settings: Settings, store: str | None, generation: str | None) -> KeptAnswers | None:
        """Those of the current generation or a named one; None where there is no such generation on this machine."""
        from graph.generations import Generations
        from graph.store import NoGeneration

        root = embedded_folder(store or settings.store, settings.home)
        generations = Generations(root) if root else None
        wanted = generation or (generations.current_id() if generations else None)
        if generations is None or wanted is None:
            return None
        with suppress(NoGeneration):
            path = generations.path(wanted)
            return cls(path / FOLDER, settings.audience) if path.is_dir() else None
        return None

    def read(self, name: str, params: Mapping[str, Sequence[str]]) -> Answer | None:
        """The answer as it was given before, None where it was not, or cannot be read any more."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return _answer_from(json.loads(self._file(name, params).read_text(encoding="utf-8")))
        return None

    def write(self, name: str, params: Mapping[str, Sequence[str]], answer: Answer) -> None:
        """Keep an answer of this generation, where there is room and leave to write; the oldest goes first."""
        from dataclasses import asdict

        from graph.put import put

        text = json.dumps(asdict(answer), ensure_ascii=False)
        if len(text) > LARGEST or answer.generation != self.folder.parent.name:
            return
        with suppress(OSError):
            kept = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for file in kept[: max(0, len(kept) + 1 - MOST_KEPT)]:
                file.unlink()
            put(self._file(name, params), text)

    def answered(self, name: str, params: Mapping[str, Any], opening: Callable[[], Reader], policy: Policy) -> Answer:
        """A new answer, kept with the rows it was made from."""
        from queries.ask import ask

        reader = self._reader(name, opening)
        answer = ask(reader, name, params, policy)
        self.write(name, params, answer)
        reader.keep()
        return answer

    def _reader(self, name: str, opening: Callable[[], Reader]) -> RowsReader:
        """A reader for one question, which opens the engine for what was not asked of it before."""
        from dataclasses import replace

        from api.kept_rows import RowsReader
        from graph.generations import Generations

        path = self.folder.parent
        generations = Generations(path.parent.parent)
        generation = replace(generations.read(path.name), current=path.name == generations.current_id())
        made_of = hashlib.sha256(json.dumps([program_fingerprint(ANSWERING), name]).encode()).hexdigest()[:40]
        return RowsReader(self.folder / "rows" / f"{made_of}.json", generation, opening)

    def _file(self, name: str, params: Mapping[str, Sequence[str]]) -> Path:
        asked = json.dumps([program_fingerprint(ANSWERING), self.audience, name, sorted(params.items())])
        return self.folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:40]}.json"


def _answer_from(told: dict[str, Any]) -> Answer:
    from queries.answer import Answer, AnswerColumn, Bilingual, Drawing, DrawnNode, DrawnRelationship, SourceLine

    words = {name: Bilingual(**told[name]) for name in ("sentence", "evidence_reason")}
    columns = tuple(
        AnswerColumn(c["name"], c["type"], Bilingual(**c["label"]), tuple(c["kinds"]), tuple(c["vocabularies"]))
        for c in told["columns"]
    )
    drawn = told["graph"]
    return Answer(**told | words | {
        "columns": columns,
        "rows": tuple(map(tuple, told["rows"])),
        "notes": tuple(Bilingual(**note) for note in told["notes"]),
        "sources": tuple(SourceLine(**source) for source in told["sources"]),
        "graph": Drawing(
            tuple(DrawnNode(**node) for node in drawn["nodes"]),
            tuple(DrawnRelationship(**each) for each in drawn["relationships"]),
        ),
    })  # fmt: skip
