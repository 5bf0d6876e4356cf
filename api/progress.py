"""Progress of long work on a terminal, with a rate and an estimate; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.store import Progress


@contextmanager
def progress_on_terminal() -> Iterator[Progress]:
    """A progress callback that draws a bar on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from api.steps import step_name
    from graph.wording import in_both

    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}/{task.total:,.0f}")
    console = Console(stderr=True)
    with Bars(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                name = step_name(what)
                tasks[what] = bars.add_task(in_both(name.ko, name.en), total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield progress
