"""An answer as CSV or XLSX. Cells that a spreadsheet would run as a formula are neutralised."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from queries.answer import Answer

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def answer_as_csv(answer: Answer) -> str:
    """The answer's table, UTF-8 with a byte-order mark so that spreadsheets read Korean right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.name for column in answer.columns)
    writer.writerows([cell(value) for value in row] for row in answer.rows)
    return "\ufeff" + out.getvalue()


def answer_as_xlsx(answer: Answer) -> bytes:
    """The answer's table on one sheet, and what it rests on on a second."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        table = book.add_worksheet("답")
        table.write_row(0, 0, [column.label.ko for column in answer.columns])
        for number, row in enumerate(answer.rows, start=1):
            table.write_row(number, 0, [cell(value) for value in row])
        basis = book.add_worksheet("근거")
        for number, pair in enumerate(_basis(answer)):
            basis.write_row(number, 0, pair)
    return out.getvalue()


def _basis(answer: Answer) -> list[tuple[str, str]]:
    facts = [
        ("질문", answer.question),
        ("답", answer.sentence.ko),
        ("증거 등급", f"{answer.evidence}: {answer.evidence_reason.ko}"),
        ("사례 수", "해당 없음" if answer.n is None else str(answer.n)),
        ("세대", answer.generation),
    ]
    facts += [("유의", note.ko) for note in answer.notes]
    return facts + [("출처", f"{source.dataset_id} {source.locator}") for source in answer.sources]


def cell(value: Any) -> str | int | float:
    """A value as a spreadsheet cell: lists joined, nothing for null, formula characters neutralised by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
