"""What the program itself is: whatever was made by other code is not taken for its own."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent
SHAPING = (".py", ".yaml", ".cypher", ".html", ".css", ".js")
ANSWERING = ("analysis", "graph", "queries")
"""The folders that an Answer comes from; `api` shows it."""


@cache
def program_fingerprint(folders: tuple[str, ...] = (*ANSWERING, "api")) -> str:
    """A hash of every file that shapes an answer besides data, by content, and of the packages and the Python it runs on."""
    made = hashlib.sha256(f"{sys.version}{_packages()}".encode())
    for file in sorted(file for folder in folders for file in _files(str(HOUSE / folder))):
        made.update(f"{file[len(str(HOUSE)) :]}\0".encode())
        with open(file, "rb") as told:  # noqa: PTH123 - a Path for each would take as long as reading it
            made.update(told.read())
    return made.hexdigest()


def _files(folder: str) -> list[str]:
    found: list[str] = []
    for each in os.scandir(folder):
        if each.is_dir():
            found += _files(each.path) if each.name != "__pycache__" else []
        elif each.name.endswith(SHAPING):
            found.append(each.path)
    return found


def _packages() -> list[str]:
    """Name and version of every installed package, as their folders are called."""
    places = [place for place in sys.path if place.endswith("-packages") and Path(place).is_dir()]
    return sorted(each.name for place in places for each in os.scandir(place) if each.name.endswith(".dist-info"))
