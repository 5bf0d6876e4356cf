"""A text file written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put(file: Path, text: str) -> None:
    """Write a file under another name first, so that nobody reads half of it; its folder is made, but not that above.

    OSError where there is no room or no leave to write.
    """
    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)
