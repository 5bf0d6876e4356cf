"""Sound datasets, spoilt at random. `PUMASI_FUZZ=long` runs many more examples (`make fuzz`)."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from datetime import timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.schema import load_schema
from loaders.checked import Checked
from loaders.folder import check_folder
from loaders.refusals import load_reasons
from tests.loaders.folders import CARD, GOOD, as_frame, cells, write_csv_folder, write_workbook

SMALL = {name: GOOD[name] for name in ("regions", "institutions", "needs", "cases", "case_steps", "centers", "programs")}
SMALL["cases"] = SMALL["cases"].replace("C31,co1", ",")
LONG = os.environ.get("PUMASI_FUZZ") == "long"
spoilt = settings(
    max_examples=1000 if LONG else 25,
    deadline=timedelta(seconds=60),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
IDENTIFIERS = ["800101-1234567", "8001011234567", "010-1234-5678", "hong@example.com", "110-123-456789", "홍길동 씨", "김○○"]
HOSTILE = [
    "", " ", "=1+1", "NaN", "inf", "1e9", "-0", "9" * 40, "0x10",
    "١٢", "2025-02-30", "2025-13", "9999-99-99", "true", "hired", "ulsan",
    "kr", "c1", "null", "None", "\t", "\u200b", "\ufeff", "a" * 5000, '"', '""', ",", "\n", "\r", "😀",
    "가" * 90, "{}", "{line}", "%s", "\\",
    "' OR 1=1 --", "<script>", "../..", "\x01", "\ud7a3\u1160",
]  # fmt: skip
tables = st.sampled_from(sorted(SMALL))
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))


def as_csv(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@st.composite
def spoilt_rows(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """The sound tables with up to four cells, rows or columns changed."""
    rows = {name: cells(text) for name, text in SMALL.items()}
    for _ in range(draw(st.integers(1, 4))):
        table = rows[draw(tables)]
        at, column = draw(st.integers(0, len(table) - 1)), draw(st.integers(0, len(table[0]) - 1))
        match draw(st.sampled_from(["cell", "cell", "cell", "repeat", "drop", "swap"])):
            case "cell" if column < len(table[at]):
                table[at][column] = draw(words)
            case "repeat":
                table.append(list(table[at]))
            case "drop" if len(table) > 1:
                del table[at]
            case "swap":
                table[at].reverse()
    return rows


def judged(checked: Checked) -> str:
    """The report as JSON; either all is accepted or something is refused, by known codes and in both languages."""
    report = checked.report
    written = json.dumps(report.to_json(), ensure_ascii=False, allow_nan=False)
    assert (checked.dataset is None) == bool(report.refusals)
    assert {refusal.code for refusal in report.refusals} <= load_reasons().keys()
    assert all(refusal.message.ko and refusal.action.en for refusal in report.refusals)
    return written


@spoilt
@given(spoilt_rows())
def test_a_spoilt_folder_is_accepted_or_refused_and_never_breaks_the_check(rows: dict[str, list[list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checked = check_folder(write_csv_folder(Path(folder), {name: as_csv(table) for name, table in rows.items()}), {})
    judged(checked)
    if checked.dataset is not None:
        types = {"integer": pl.Int64, "boolean": pl.Boolean}
        for name, frame in checked.dataset.tables.items():
            columns = load_schema().tables[name].columns.values()
            assert frame.schema == {column.name: types.get(column.type, pl.String) for column in columns}
            assert not any(frame[column.name].null_count() for column in columns if column.required)


@spoilt
@given(tables, st.binary(min_size=1, max_size=6), st.floats(0, 1), st.sampled_from(["utf-8", "cp949", "utf-8-sig", "utf-16"]))
def test_bytes_put_anywhere_never_break_the_check(table: str, piece: bytes, where: float, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write_csv_folder(Path(name), SMALL)
        data = SMALL[table].encode(encoding)
        at = int(where * len(data))
        (folder / f"{table}.csv").write_bytes(data[:at] + piece + data[at:])
        judged(check_folder(folder, {}))


@spoilt
@given(tables, st.integers(0, 3), st.integers(0, 8), st.sampled_from(IDENTIFIERS), st.sampled_from(["", "은 ", " / "]))
def test_an_identifier_in_any_cell_is_refused_and_never_shown(
    table: str, row: int, column: int, identifier: str, rest: str
) -> None:
    rows = cells(SMALL[table])
    row, column = row % len(rows), column % len(rows[0])
    rows[row][column] = rest + identifier
    with tempfile.TemporaryDirectory() as folder:
        checked = check_folder(write_csv_folder(Path(folder), {**SMALL, table: as_csv(rows)}), {})
    assert checked.dataset is None
    assert identifier not in judged(checked)


@spoilt
@given(st.text(max_size=200), st.integers(0, 80))
def test_any_card_is_accepted_or_refused(text: str, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_csv_folder(Path(folder), {"needs": GOOD["needs"]}, card=None)
        (path / "dataset.yaml").write_text(CARD[:at] + text + CARD[at:], encoding="utf-8", newline="")
        judged(check_folder(path, {}))


@spoilt
@given(st.sampled_from(["book.xlsx", "needs.parquet"]), st.binary(min_size=1, max_size=40), st.floats(0, 1))
def test_a_damaged_workbook_or_parquet_file_never_breaks_the_check(name: str, piece: bytes, where: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if name == "book.xlsx":
            write_workbook(path, {"needs": GOOD["needs"]})
        else:
            write_csv_folder(Path(folder), {})
            as_frame(GOOD["needs"]).write_parquet(path)
        data = path.read_bytes()
        at = int(where * (len(data) - 1))
        path.write_bytes(data[:at] + piece + data[at + len(piece) :])
        judged(check_folder(Path(folder), {}))
