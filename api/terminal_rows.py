"""Rows on a terminal: a table where it can be read, else each row as a block of its own, as wide tables fold to letters."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

LEAST_WIDTH = 10
"""Cells of a terminal below which text of this width or more is folded too often to be read (a Korean letter takes two)."""
BORDER = 3


def print_rows(console: Console, labels: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print the rows under their labels; nothing where there are none."""
    if not rows:
        return
    if needed_width(labels, rows) <= console.width:
        console.print(_table(labels, rows))
    else:
        for number, row in enumerate(rows, start=1):
            console.print(_block(number, len(rows), labels, row))


def needed_width(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The least width, in cells of a terminal, at which the table can be read."""
    widest = (max(cell_len(text) for text in column) for column in zip(labels, *rows, strict=True))
    return 1 + sum(BORDER + min(width, LEAST_WIDTH) for width in widest)


def _table(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table()
    for label in labels:
        table.add_column(Text(label), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _block(number: int, total: int, labels: Sequence[str], row: Sequence[str]) -> Table:
    block = Table(title=f"{number} / {total}", title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    block.add_column(style="dim", no_wrap=True)
    block.add_column(overflow="fold")
    for label, cell in zip(labels, row, strict=True):
        if cell:
            block.add_row(Text(label), Text(cell))
    return block
