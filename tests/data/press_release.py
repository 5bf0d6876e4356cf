"""The press release's text, not ours to ship: found beside the checkout, known by the hash of each of its lines."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BESIDE = ROOT.parent / "shared" / "source" / "moel-2025-12-17-press-release.txt"
LINE_HASHES: dict[str, str] = json.loads((Path(__file__).parent / "source_lines.json").read_text(encoding="utf-8"))


def source_lines() -> list[str]:
    """Every line of the source. Without the text the test is skipped and says so; with CI=true that is a failure."""
    path = Path(os.environ.get("PUMASI_SOURCE_TEXT", BESIDE))
    if path.is_file():
        return path.read_text(encoding="utf-8").splitlines()
    missing = "the press release's text is not beside the checkout; name the file in PUMASI_SOURCE_TEXT"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def line_hash(line: str) -> str:
    return hashlib.sha256(line.strip().encode()).hexdigest()


def line_numbers(locator: str) -> list[int]:
    """The lines a locator such as `L12-14; L20` names; ValueError when it is written otherwise."""
    return [number for part in locator.split("; ") for number in _part(part)]


def _part(part: str) -> Iterator[int]:
    found = re.fullmatch(r"L(\d+)(?:-(\d+))?", part)
    if found is None:
        raise ValueError(f"not a locator: {part!r}")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise ValueError(f"a locator that runs backwards: {part!r}")
    yield from range(first, last + 1)


def plain(text: str) -> str:
    """Text without what only sets it: spaces, bold marks, superscripts' braces and quotation marks."""
    return re.sub(r"\^\{재단\}|[\s*^{}‘’“”'\"]", "", text)


def spelled_out(text: str) -> str:
    """Text with lists that share an ending written out: `구로·금천구` also reads 구로구 and 금천구."""
    lists = re.findall(r"((?:[가-힣]+·)+[가-힣]+)구", text)
    return "\n".join([text, *(f"{name}구" for found in lists for name in found.split("·"))])
