"""A table as CSV or XLSX. Cells that a spreadsheet would run as a formula are neutralised."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from queries.spreadsheet import never_a_formula

if TYPE_CHECKING:
    from queries.answer import Answer, AnswerColumn

Pair = tuple[str, str]
"""What a line of the second sheet is about, and what it says."""
TRUTH = {"ko": ("아니요", "예"), "en": ("no", "yes")}
"""How people write false and true."""


def as_csv(columns: Sequence[AnswerColumn], rows: Iterable[Sequence[Any]]) -> str:
    """A table in UTF-8 with a byte-order mark, so that spreadsheets read Korean right; ids and codes as programs know them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def as_xlsx(columns: Sequence[AnswerColumn], rows: Iterable[Sequence[Any]], basis: Iterable[Pair], lang: str = "ko") -> bytes:
    """A table on one sheet in words, and what it rests on on a second."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        table = book.add_worksheet("answer" if lang == "en" else "답")
        table.write_row(0, 0, [getattr(column.label, lang) for column in columns])
        for number, row in enumerate(rows, start=1):
            table.write_row(
                number, 0, [cell(in_words(column, value, lang)) for column, value in zip(columns, row, strict=True)]
            )
        table.freeze_panes(1, 0)
        beside = book.add_worksheet("basis" if lang == "en" else "근거")
        for number, (name, value) in enumerate(basis):
            beside.write_row(number, 0, [name, cell(value)])
    return out.getvalue()


def answer_as_csv(answer: Answer) -> str:
    """The answer's table as CSV."""
    return as_csv(answer.columns, answer.rows)


def answer_as_xlsx(answer: Answer, lang: str = "ko") -> bytes:
    """The answer's table, and what it rests on."""
    return as_xlsx(answer.columns, answer.rows, _basis(answer, lang), lang)


def _basis(answer: Answer, lang: str) -> list[Pair]:
    def t(ko: str, en: str) -> str:
        return en if lang == "en" else ko

    none = t("해당 없음", "none")
    facts = [
        (t("질문", "question"), answer.question),
        (t("답", "answer"), getattr(answer.sentence, lang)),
        (t("증거 등급", "evidence"), f"{answer.evidence}: {getattr(answer.evidence_reason, lang)}"),
        (t("사례 수", "cases"), none if answer.n is None else str(answer.n)),
        (t("세대", "generation"), answer.generation),
    ]
    facts += [(t("유의", "note"), getattr(note, lang)) for note in answer.notes]
    return facts + [(t("출처", "source"), f"{source.dataset_id} {source.locator}") for source in answer.sources]


def in_words(column: AnswerColumn, value: Any, lang: str = "ko") -> str | int | float:
    """A value as a person reads it in a spreadsheet or a terminal: codes and relationships by their label."""
    from queries.vocabulary import RELATIONSHIPS, label, relationship_label

    if isinstance(value, list | tuple):
        return "; ".join(label(str(each), column.vocabularies, lang) for each in value)
    if isinstance(value, bool):
        return TRUTH[lang][value]
    if column.name in RELATIONSHIPS and isinstance(value, str):
        return relationship_label(value, lang)
    return label(value, column.vocabularies, lang) if isinstance(value, str) else cell(value)


def cell(value: Any) -> str | int | float:
    """A value as a spreadsheet cell: lists joined, nothing for null, formula characters neutralised by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return never_a_formula(text)
