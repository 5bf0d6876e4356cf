"""What stands on a terminal can be read: nothing is folded to single letters, and nothing is left out."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from api.terminal_rows import needed_width, print_rows

LABELS = ["이름", "설명", *(f"열 {number}" for number in range(10))]
ROWS = [
    ["가나다라마바사", "한 줄로 적은 조금 긴 설명입니다", *("값 하나하나" for _ in range(10))],
    ["나", "", *("" for _ in range(10))],
]


def printed(width: int, labels: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    print_rows(Console(file=out, width=width), labels, rows)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_what_is_too_wide_for_a_table_stands_row_by_row_with_its_labels(width: int) -> None:
    told = printed(width, LABELS, ROWS)
    assert "1 / 2" in told and "2 / 2" in told
    assert all(cell in told for cell in ROWS[0])
    assert max(cell_len(line) for line in told.splitlines()) <= width


def test_an_empty_cell_has_no_line_in_a_block() -> None:
    assert printed(80, LABELS, ROWS).split("2 / 2")[1].split() == ["이름", "나"]


def test_what_fits_is_a_table() -> None:
    few = [row[:2] for row in ROWS]
    told = printed(80, LABELS[:2], few)
    assert "1 / 2" not in told and "━" in told
    assert needed_width(LABELS[:2], few) <= 80
    assert printed(80, LABELS[:2], []) == ""
