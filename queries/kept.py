"""What is worked out once for a generation: kept in memory, and beside its snapshot for the next process.

A generation's folder is named by its content, so what was worked out from it stays true as long as the rules do.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from queries.catalog import load_question

if TYPE_CHECKING:
    import numpy.typing as npt

    from graph.store import Reader

    Arrays = Mapping[str, npt.NDArray[Any]]

Made = TypeVar("Made")
GENERATIONS_KEPT = 3
FOLDER = "kept"
"""Beside the snapshot in a generation's folder; goes with it."""


class OncePerGeneration(Generic[Made]):
    """Calls `make` the first time a generation is asked about; a generation's id is its content, so the result stays true."""

    def __init__(self, make: Callable[[Reader], Made]) -> None:
        """Nothing is made yet."""
        self._make = make
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._lock = Lock()

    def __call__(self, reader: Reader) -> Made:
        """What was made for the reader's generation."""
        with self._lock:
            if reader.generation.id not in self._made:
                self._made[reader.generation.id] = self._make(reader)
            self._made.move_to_end(reader.generation.id)
            while len(self._made) > GENERATIONS_KEPT:
                self._made.popitem(last=False)
            return self._made[reader.generation.id]

    def forget(self) -> None:
        """Hold nothing in memory any more."""
        with self._lock:
            self._made.clear()


def kept_arrays(reader: Reader, name: str, make: Callable[[], Arrays]) -> Arrays:
    """What `make` gives for the reader's generation, read from its folder where it was made before.

    `name` must change with the rules by which the arrays are made. A folder that cannot be written to is no error.
    """
    file = reader.snapshot().folder.with_name(FOLDER) / f"{name}.npz"
    found = _read(file)
    if found is None:
        found = make()
        with suppress(OSError):
            _write(file, found)
    return found


def kept_rows(reader: Reader, question: str, part: str) -> list[tuple[Any, ...]]:
    """The rows of a question's statement that takes no parameter; from the generation's folder where it was asked before."""
    import hashlib
    import json

    import numpy as np

    statement = load_question(question).statement(part, reader.engine)
    rules = hashlib.blake2b(statement.text.encode(), digest_size=6).hexdigest()

    def asked() -> Arrays:
        # One engine sums whole numbers to decimals.
        rows = json.dumps(reader.query(statement.text, {}).rows, ensure_ascii=False, default=int)
        return {"rows": np.frombuffer(rows.encode(), np.uint8)}

    return [tuple(row) for row in json.loads(kept_arrays(reader, f"{question}-{part}-{rules}", asked)["rows"].tobytes())]


def _read(file: Path) -> Arrays | None:
    from zipfile import BadZipFile

    import numpy as np

    try:
        # Opened here: where a file is damaged, numpy leaves the one it opened itself to the garbage collector.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return None


def _write(file: Path, arrays: Arrays) -> None:
    """All of it or nothing: under another name first. The generation's own folder may be gone, and is not made anew."""
    import numpy as np

    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
