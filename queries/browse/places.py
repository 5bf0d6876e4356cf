"""The places of a generation's nodes, kept in a file so that every visit and every process draws the same picture at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

VERSION = "1"
"""Changes with the layout's rules."""
KEPT = 5
Places = list[tuple[float, float]]


def kept_places(folder: Path | None, nodes: Sequence[str], ends: Sequence[object], place: Callable[[], Places]) -> Places:
    """What `place` gives for these nodes and ends; from a file in `folder` when they were placed before."""
    if folder is None:
        return place()
    file = folder / f"places-{_fingerprint(nodes, ends)}.npy"
    found = _read(file, len(nodes))
    if found is None:
        found = place()
        with suppress(OSError):
            _write(file, found)
    return found


def _fingerprint(nodes: Sequence[str], ends: Sequence[object]) -> str:
    made = hashlib.sha256(VERSION.encode())
    made.update("\n".join(nodes).encode())
    made.update(repr(ends).encode())
    return made.hexdigest()[:32]


def _read(file: Path, count: int) -> Places | None:
    import numpy as np

    try:
        held = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return [(float(x), float(y)) for x, y in held] if held.shape == (count, 2) else None


def _write(file: Path, places: Places) -> None:
    import numpy as np

    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with beside.open("wb") as stream:
        np.save(stream, np.array(places, dtype=np.float64).reshape(-1, 2))
    beside.replace(file)
    old = sorted(file.parent.glob("places-*.npy"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in old[KEPT:]:
        path.unlink(missing_ok=True)
