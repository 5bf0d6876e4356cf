"""Where generations lie on disk, and the pointer that says which one answers.

`ROOT/generations/<id>/` holds `generation.json`, `snapshot/` and, on the embedded engine, `graph.lbdb`. A generation is built
under a hidden name, made durable, renamed, and only then pointed at by `ROOT/current`, so that a kill at any moment leaves the
old pointer or the new one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from graph.store import Generation, NoGeneration

ID = re.compile(r"[0-9a-f]{8,64}")
RECORD = "generation.json"
BUILDING, DISCARDED = ".building-", ".discarded-"


class Generations:
    """The generations below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "generations"
        self.pointer = root / "current"
        self._seen: tuple[tuple[int, ...], str | None] = ((), None)

    def path(self, generation_id: str) -> Path:
        """The folder of a generation; NoGeneration for text that is no id, whatever path it spells."""
        if not ID.fullmatch(generation_id):
            raise no_generation(generation_id)
        return self.folder / generation_id

    def current_id(self) -> str | None:
        """The id that the pointer names, None before the first load."""
        try:
            # A cache asks before each answer, and a look at the file takes a third of reading it. The look comes first: what is
            # read may then be newer than it, never older. A switch puts another file in the place of this one.
            now, known = self.pointer.stat(), self._seen
            looked = (now.st_ino, now.st_mtime_ns, now.st_size)
            if known[0] != looked:
                known = self._seen = (looked, self.pointer.read_text("ascii").strip() or None)
            return known[1]
        except FileNotFoundError:
            return None

    def read(self, generation_id: str) -> Generation:
        """The record of a kept generation; NoGeneration when there is none."""
        try:
            told = json.loads((self.path(generation_id) / RECORD).read_text(encoding="utf-8"))
        except FileNotFoundError as missing:
            raise no_generation(generation_id) from missing
        return generation_from(told)

    def kept(self) -> list[Generation]:
        """Every kept generation, newest first, the current one marked."""
        now = self.current_id()
        records = [path for path in self._folders() if (path / RECORD).exists()]
        found = [replace(self.read(path.name), current=path.name == now) for path in records]
        return sorted(found, key=lambda generation: (generation.created_at, generation.id), reverse=True)

    def staged(self, generation_id: str) -> Path:
        """The hidden name under which a generation is built."""
        return self.folder / (BUILDING + self.path(generation_id).name)

    def stage(self, generation_id: str) -> Path:
        """The hidden folder in which a generation is built, made if need be."""
        staged = self.staged(generation_id)
        staged.mkdir(parents=True, exist_ok=True)
        return staged

    def adopt(self, generation: Generation) -> Path:
        """Give the staged folder its name, durably; whatever stood there gives way."""
        staged, path = self.stage(generation.id), self.path(generation.id)
        (staged / RECORD).write_text(record_of(generation), encoding="utf-8")
        make_durable(staged)
        if path.exists():
            path.rename(self.folder / f"{DISCARDED}{path.name}-{os.getpid()}")
        staged.rename(path)
        sync(self.folder)
        return path

    def switch(self, generation_id: str) -> None:
        """Point at a generation: readers see the old pointer or the new one, never none."""
        beside = self.pointer.with_name(".current.new")
        with beside.open("w", encoding="ascii") as handle:
            handle.write(generation_id + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(self.pointer)
        sync(self.root)

    def clear_leftovers(self) -> None:
        """Remove what killed loads left half built."""
        for path in list(self.folder.glob(".*")) if self.folder.exists() else []:
            shutil.rmtree(path, ignore_errors=True)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest `keep` generations, never the current one; gives the ids removed.

        Readers that hold an older one open go on answering from it: its files vanish when the last of them is closed.
        """
        old = [generation.id for generation in self.kept()[max(keep, 1) :] if not generation.current]
        for generation_id in old:
            self.remove(generation_id)
        return old

    def remove(self, generation_id: str) -> None:
        """Remove one generation; it is gone at once, by a rename, and its files after that."""
        gone = self.folder / f"{DISCARDED}{generation_id}-{os.getpid()}"
        self.path(generation_id).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        if self.folder.exists():
            yield from (path for path in self.folder.iterdir() if ID.fullmatch(path.name))


def no_generation(generation_id: str | None = None) -> NoGeneration:
    """The error for a generation that is not there."""
    if generation_id is None:
        return NoGeneration(
            "아직 적재된 데이터가 없습니다. 먼저 pumasi load 폴더 를 실행해 주세요.",
            "Nothing is loaded yet; run: pumasi load DIR",
        )
    shown = generation_id[:64]
    return NoGeneration(
        f"세대 {shown}은(는) 보관되어 있지 않습니다. pumasi generations 로 목록을 확인해 주세요.",
        f"Generation {shown} is not kept; see: pumasi generations",
    )


def record_of(generation: Generation) -> str:
    """A generation as JSON."""
    told = {name: value for name, value in asdict(generation).items() if name not in ("current", "unchanged")}
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)


def generation_from(told: dict[str, Any]) -> Generation:
    """A generation from its JSON object."""
    return Generation(**(told | {"datasets": tuple(told["datasets"])}))


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_durable(folder: Path) -> None:
    """Make every file below a folder durable, then the folders that name them."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)
