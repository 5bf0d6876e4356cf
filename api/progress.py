"""Progress of long work on a terminal, with a rate and an estimate; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.pace import Pace
    from graph.store import Progress


@contextmanager
def progress_on_terminal() -> Iterator[Progress]:
    """A progress callback that draws a bar for the step at hand on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    from api.pace import Pace
    from api.steps import counted, step_name
    from graph.wording import in_both

    pace = Pace()

    class Estimate(ProgressColumn):
        """Counts down while a long step tells nothing."""

        def render(self, task: Task) -> Text:  # noqa: ARG002 - the library hands it over; the pace knows more
            return Text(_estimate(pace))

    columns = TextColumn("{task.description}"), BarColumn(bar_width=20), TextColumn("{task.fields[done]}"), Estimate()
    console = Console(stderr=True)
    with Bars(*columns, TimeElapsedColumn(), console=console, disable=not sys.stderr.isatty()) as bars:
        bar = bars.add_task("", done="")

        def progress(what: str, done: int, total: int) -> None:
            pace.tell(what, done, total)
            step = step_name(what)
            told = f"{counted(what, done)}/{counted(what, total)}"
            bars.update(bar, description=in_both(step.ko, step.en), completed=done, total=total, done=told)

        yield progress


def _estimate(pace: Pace) -> str:
    if pace.rate is None or pace.done >= pace.total:
        return ""
    from api.steps import counted

    rate, left = f"{counted(pace.step, pace.rate)}/s", pace.seconds_left
    return f"{rate} ~{timedelta(seconds=left)}" if left else rate
