"""CSV files as raw tables. A clean file is read by columns; a file with quotes or a fault is walked record by record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from loaders.encoding import decoded
from loaders.raw import RawTable, raw_table

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from loaders.report import Findings

LARGEST_FILE = 4 * 1024**3
OTHER_SEPARATORS = ";\t|"
CHUNK = 100_000


def read_csv(path: Path, name: str, findings: Findings) -> RawTable | None:
    """The table in a CSV file; None, with refusals, when its shape cannot be trusted at all."""
    file = path.name
    if path.stat().st_size > LARGEST_FILE:
        findings.add("file_too_large", file, limit="4 GB")
        return None
    text = decoded(path.read_bytes(), file, findings)
    if text is None:
        return None
    if not text.strip():
        findings.add("empty_file", file)
        return None
    if _wrongly_separated(text):
        findings.add("wrong_separator", file, 1)
        return None
    return _read_by_columns(text, name, file) or _read_by_records(text, name, file, findings)


def _wrongly_separated(text: str) -> bool:
    first = text.lstrip("\n").split("\n", 1)[0]
    return "," not in first and any(sign in first for sign in OTHER_SEPARATORS)


def _read_by_columns(text: str, name: str, file: str) -> RawTable | None:
    """The table of a file in which every line is one row of equally many cells; None for any other file."""
    import polars as pl

    data = text.encode("utf-8")
    if b'"' in data or not _regular(data):
        return None
    header = text[: text.find("\n") if "\n" in text else None].split(",")
    names = [str(i) for i in range(len(header))]
    if data.count(b"\n") < 1 or data.index(b"\n") == len(data) - 1:
        frame = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    else:
        frame = pl.read_csv(data, has_header=False, skip_rows=1, new_columns=names, infer_schema=False, quote_char=None)
    lines = pl.int_range(2, frame.height + 2, eager=True)
    return raw_table(name, file, header, 1, frame, lines)


def _regular(data: bytes) -> bool:
    """True when no line is blank and all hold as many commas as the first."""
    import numpy as np

    signs = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(signs == ord("\n"))
    if signs[-1] != ord("\n"):
        ends = np.append(ends, len(signs))
    if ends[0] == 0 or np.any(np.diff(ends) == 1):
        return False
    commas = np.searchsorted(np.flatnonzero(signs == ord(",")), ends)
    return bool(np.all(np.diff(commas) == commas[0]))


def _read_by_records(text: str, name: str, file: str, findings: Findings) -> RawTable | None:
    records = _records(text, file, findings)
    before = len(findings)
    line, header = next(records, (0, []))
    if not header:
        return None
    chunks, lines = [], []
    for chunk, chunk_lines in _chunks(records, header, file, findings):
        chunks.append(chunk)
        lines.extend(chunk_lines)
    return _assembled(name, file, header, line, chunks, lines, whole=len(findings) == before)


def _assembled(
    name: str, file: str, header: list[str], line: int, chunks: list[pl.DataFrame], lines: list[int], whole: bool
) -> RawTable:
    import polars as pl

    empty = pl.DataFrame(schema={str(i): pl.String for i in range(len(header))})
    frame = pl.concat([empty, *chunks])
    return raw_table(name, file, header, line, frame, pl.Series(lines, dtype=pl.Int64), whole)


def _chunks(
    records: Iterator[tuple[int, list[str]]], header: list[str], file: str, findings: Findings
) -> Iterator[tuple[pl.DataFrame, list[int]]]:
    import polars as pl

    schema = {str(i): pl.String for i in range(len(header))}
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, cells in records:
        if len(cells) != len(header):
            findings.add("ragged_row", file, line, found=len(cells), expected=len(header))
            continue
        rows.append(cells)
        lines.append(line)
        if len(rows) == CHUNK:
            yield pl.DataFrame(rows, schema=schema, orient="row"), lines
            rows, lines = [], []
    yield pl.DataFrame(rows, schema=schema, orient="row"), lines


def _records(text: str, file: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank with the line it starts on; stops with a refusal at the first fault of quoting."""
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        _refuse_record(str(error), text, line, file, findings)


def _refuse_record(fault: str, text: str, line: int, file: str, findings: Findings) -> None:
    rest = text.split("\n")[line - 1 :]
    if "new-line" in fault:
        findings.add("control_character", file, line)
    elif '"' not in rest[0] and "limit" in fault:
        findings.add("too_long", file, line, limit=csv.field_size_limit())
    else:
        findings.add("unterminated_quote", file, line + _lines_before_open_quote("\n".join(rest[:10_000])))


def _lines_before_open_quote(record: str) -> int:
    """How many lines of a faulty record stand before the quotation mark at fault."""
    at, opened = 0, 0
    inside = False
    while (at := record.find('"', at)) >= 0:
        if inside and record[at + 1 : at + 2] == '"':
            at += 2
            continue
        if inside and record[at + 1 : at + 2] not in (",", "\n", ""):
            break
        opened = opened if inside else at
        inside = not inside
        at += 1
    return record.count("\n", 0, opened)
