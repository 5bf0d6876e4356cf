"""A folder of tables, or one XLSX file, checked as a whole: a dataset, or a report of everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.dataset import Dataset, DatasetCard
from graph.schema import SOURCES, Label, load_schema
from loaders.card import CARD_FILE, card_of, read_card
from loaders.check import check_table, check_together
from loaders.checked import Checked, CheckedTable, CheckedTables
from loaders.csv_file import read_csv
from loaders.identifiers import identifier_in
from loaders.near import near
from loaders.parquet_file import read_parquet
from loaders.raw import UnreadableSlice
from loaders.report import Findings, masked
from loaders.xlsx_file import CARD_SHEET, card_entries, is_blank, place, read_xlsx, sheet_table

if TYPE_CHECKING:
    from graph.dataset import KnownIds
    from graph.store import Progress
    from loaders.raw import RawTable

KnownFor = Callable[[str], "KnownIds"]
SHEET = ""
"""The suffix of a sheet's name."""
OTHER_TABLE_FORMATS = (".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".numbers")


@dataclass
class Reading:
    """What has been read of a folder so far."""

    findings: Findings = field(default_factory=Findings)
    card: DatasetCard | None = None
    card_file: str | None = None
    tables: dict[str, CheckedTable] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    unread_book: bool = False
    """A workbook could not be opened: it may hold the card and any table."""


def check_folder(path: Path, known: KnownIds | KnownFor, progress: Progress | None = None) -> Checked:
    """Check a dataset: a folder of CSV, XLSX and Parquet files, or one XLSX file.

    `known` holds, by table, the ids that other datasets of the workspace already have, or gives them for the id of the dataset
    that is being checked. Bad data is never an exception: it is in
    the report, and the dataset is then None.
    """
    reading = Reading()
    files = _files(path, reading.findings)
    done, sizes = 0, {file: _size(file) for file in files}
    total = sum(sizes.values())
    for file, size in sizes.items():
        _tell(progress, file.name, done, total)
        _read_file(file, reading)
        done += size
    _tell(progress, "together", 0, 1)
    _check_presence(path, files, reading)
    if callable(known):
        known = known(reading.card.id) if reading.card else {}
    return _checked(reading, known, progress)


def _tell(progress: Progress | None, what: str, done: int, total: int) -> None:
    if progress is not None:
        progress(what, done, total)


def _files(path: Path, findings: Findings) -> list[Path]:
    try:
        found = [path] if path.is_file() else sorted(entry for entry in path.iterdir() if entry.is_file())
    except FileNotFoundError:
        findings.add("not_found", path.name or str(path))
        return []
    except OSError:
        findings.add("unreadable_file", path.name or str(path))
        return []
    return [file for file in found if not file.name.startswith((".", "~$"))]


def _size(file: Path) -> int:
    """In bytes: what progress counts, as files differ."""
    with suppress(OSError):  # told when it is read
        return file.stat().st_size
    return 0


def _read_file(file: Path, reading: Reading) -> None:
    if _names_a_person(file.name, file.suffix, reading):
        return
    try:
        READERS.get(file.suffix.lower(), _pass_by)(file, reading)
    except OSError:
        reading.findings.add("unreadable_file", file.name)
        reading.unread[file.stem] = file.name


def _names_a_person(name: str, suffix: str, reading: Reading) -> bool:
    """Refuse a table's file or sheet whose very name identifies a person: it would stand in every locator."""
    code = identifier_in(name.removesuffix(suffix), "remark")
    if code is None or suffix.lower() not in (*READERS, *OTHER_TABLE_FORMATS, SHEET):
        return False
    reading.findings.add(code, masked(name) + suffix)
    reading.unread_book = True
    return True


def _read_card_file(file: Path, reading: Reading) -> None:
    if file.name == CARD_FILE:
        reading.card_file = file.name
        reading.card = read_card(file, reading.findings)


def _read_csv_file(file: Path, reading: Reading) -> None:
    name = _table_name(file.stem, file.name, reading)
    if name is not None:
        _keep(name, file.name, _whole(read_csv(file, name, reading.findings)), reading)


def _read_parquet_file(file: Path, reading: Reading) -> None:
    name = _table_name(file.stem, file.name, reading)
    if name is not None:
        _keep(name, file.name, read_parquet(file, name, reading.findings), reading)


def _read_xlsx_file(file: Path, reading: Reading) -> None:
    before = len(reading.findings)
    sheets = 0
    for sheet, rows in read_xlsx(file, reading.findings):
        sheets += 1
        if sheet.lower() == CARD_SHEET:
            _keep_card_sheet(place(file.name, sheet), rows, reading)
            continue
        if _names_a_person(sheet, SHEET, reading):
            continue
        known = sheet.lower() in _accepted()
        if not known and is_blank(rows):
            continue
        name = _table_name(sheet, place(file.name, sheet), reading)
        if name is not None:
            raw = sheet_table(file.name, sheet, rows, name, reading.findings)
            _keep(name, place(file.name, sheet), _whole(raw), reading)
    reading.unread_book |= not sheets and len(reading.findings) > before


def _keep_card_sheet(where: str, rows: list[list[Any]], reading: Reading) -> None:
    if reading.card_file is not None:
        reading.findings.add("duplicate_table", where, table=CARD_SHEET, other=reading.card_file)
        return
    reading.card_file = where
    reading.card = card_of(card_entries(rows), where, reading.findings)


def _pass_by(file: Path, reading: Reading) -> None:
    """A file that holds no table is left alone, unless it looks like a table in another format."""
    if file.suffix.lower() in OTHER_TABLE_FORMATS:
        reading.findings.add("unknown_format", file.name)


def _table_name(stem: str, file: str, reading: Reading) -> str | None:
    if stem.lower() in _accepted():
        return stem.lower()
    reading.findings.add("unknown_table", file, near=near(stem, _accepted()))
    return None


def _accepted() -> dict[str, Label]:
    """The tables a dataset may hold, with their labels; the sources are the datasets' own cards."""
    return {name: table.label for name, table in load_schema().tables.items() if name != SOURCES.name}


def _whole(raw: RawTable | None) -> Iterable[RawTable] | None:
    return None if raw is None else raw.slices()


def _keep(name: str, file: str, slices: Iterable[RawTable] | None, reading: Reading) -> None:
    """Check a table as it is read: from then on only its checked cells are needed."""
    other = reading.tables[name].raw.file if name in reading.tables else reading.unread.get(name)
    if other is not None:
        reading.findings.add("duplicate_table", file, table=name, other=other)
    elif slices is None:
        reading.unread[name] = file
    else:
        _check(name, file, slices, reading)


def _check(name: str, file: str, slices: Iterable[RawTable], reading: Reading) -> None:
    try:
        reading.tables[name] = check_table(slices, reading.findings)
    except UnreadableSlice:
        reading.findings.add("unreadable_file", file)
        reading.unread[name] = file


def _check_presence(path: Path, files: list[Path], reading: Reading) -> None:
    """A dataset has a card, and at least one table with a row."""
    if reading.unread_book or (not files and len(reading.findings)):
        return
    if reading.card_file is None:
        reading.findings.add("missing_card", CARD_FILE)
    if not reading.tables and not reading.unread:
        reading.findings.add("no_tables", path.name)
    elif not reading.unread and not any(table.height for table in reading.tables.values()):
        reading.findings.add("no_rows", path.name)


def _checked(reading: Reading, known: KnownIds, progress: Progress | None) -> Checked:
    findings = reading.findings
    tables = {name: reading.tables[name] for name in load_schema().tables if name in reading.tables}
    unread = load_schema().tables.keys() if reading.unread_book else reading.unread.keys()
    check_together(tables, reading.card, known, unread, findings)
    rows = {name: table.height for name, table in tables.items()}
    report = findings.report(reading.card.id if reading.card else None, rows)
    if reading.card is None or not report.ok:
        return Checked(None, report)
    _tell(progress, "together", 1, 1)
    held = {name: table for name, table in tables.items() if table.height}
    return Checked(Dataset(reading.card, CheckedTables(held), closed=not any(map(len, known.values()))), report)


READERS: dict[str, Callable[[Path, Reading], None]] = {
    ".csv": _read_csv_file,
    ".parquet": _read_parquet_file,
    ".xlsx": _read_xlsx_file,
    ".yaml": _read_card_file,
}
