"""XLSX files before they are opened: a zip archive whose declared and real sizes are sane, whose cells hold no formula."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from pathlib import Path

    from loaders.report import Findings

LARGEST_FILE = 512 * 1024**2
LARGEST_UNPACKED = 1024**3
LARGEST_RATIO = 300
RATIO_FROM = 4 * 1024**2
MOST_MEMBERS = 2000
MOST_CELLS = 20_000_000
"""Cells between A1 and the last one: a sheet is held as a full rectangle."""
BLOCK = 1024**2
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)")

DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, RuntimeError, EOFError)


@dataclass(frozen=True)
class SheetFormula:
    """A formula cell: the sheet, its row and its column from 1."""

    sheet: str
    row: int
    column: int


class UnsoundError(Exception):
    """The file cannot be trusted; `code` says why, and `limit` what is accepted."""

    def __init__(self, code: str, limit: str = "") -> None:
        """Keep the refusal's code and limit."""
        super().__init__(code)
        self.code, self.limit = code, limit


def guarded(path: Path, findings: Findings) -> list[SheetFormula] | None:
    """The formula cells of a sound file, in order; None with a refusal when it is not to be opened at all."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnsoundError("file_too_large", limit="512 MB")
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            return list(_examine(archive))
    except UnsoundError as fault:
        findings.add(fault.code, path.name, limit=fault.limit)
    except DAMAGED:
        findings.add("unreadable_file", path.name)
    return None


def _check_sizes(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise UnsoundError("zip_bomb")
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > LARGEST_RATIO * max(member.compress_size, 1):
            raise UnsoundError("zip_bomb")
        if member.flag_bits & 1:
            raise UnsoundError("unreadable_file")


def _examine(archive: zipfile.ZipFile) -> Iterator[SheetFormula]:
    """Unpack every member once: a size that was declared falsely fails its checksum here, before anything trusts it."""
    sheets = {member: name for name, member in _sheets(archive)}
    for info in archive.infolist():
        suspect = _walk(archive, info.filename, info.filename in sheets)
        if suspect:
            with archive.open(info.filename) as stream:
                yield from _formulas(stream, sheets[info.filename])


def _walk(archive: zipfile.ZipFile, member: str, is_sheet: bool) -> bool:
    """Read a member through; True when it is a sheet that seems to hold a formula."""
    suspect, tail = False, b""
    widest = lowest = 0
    with archive.open(member) as stream:
        while block := stream.read(BLOCK):
            window = tail + block
            if FORBIDDEN.search(window):
                raise UnsoundError("unreadable_file")
            if is_sheet:
                suspect = suspect or FORMULA.search(window) is not None
                for letters, digits in CELL.findall(window):
                    widest, lowest = max(widest, _column(letters)), max(lowest, int(digits))
            tail = window[-64:]
    if widest * lowest > MOST_CELLS:
        raise UnsoundError("file_too_large", limit=f"{MOST_CELLS:,} cells")
    return suspect


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and its member of the archive."""
    targets = {
        attributes.get("Id"): attributes.get("Target", "") for attributes in _elements(archive, RELATIONS, "Relationship")
    }
    for attributes in _elements(archive, WORKBOOK, "sheet"):
        relation = next((value for key, value in attributes.items() if key.split(":")[-1] == "id"), None)
        target = targets.get(relation, "")
        yield attributes.get("name", ""), target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _elements(archive: zipfile.ZipFile, member: str, tag: str) -> list[dict[str, str]]:
    """The attributes of each element of that name in a small member."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.split(":")[-1] == tag:
            found.append(attributes)

    parser = _parser()
    parser.StartElementHandler = start
    with archive.open(member) as stream:
        parser.ParseFile(stream)
    return found


def _formulas(stream: IO[bytes], sheet: str) -> Iterator[SheetFormula]:
    found: list[SheetFormula] = []
    row = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        tag = name.split(":")[-1]
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            place = CELL.search(f' r="{attributes.get("r", "")}"'.encode())
            column = _column(place[1]) if place else column + 1
        elif tag == "f":
            found.append(SheetFormula(sheet, row, column))

    parser = _parser()
    parser.StartElementHandler = start
    parser.ParseFile(stream)
    yield from found


def _parser() -> expat.XMLParserType:
    """A parser that refuses document types, and with them entities."""

    def refuse(*_: object) -> None:
        raise UnsoundError("unreadable_file")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser
