"""Progress of long work on a terminal, with a rate and an estimate; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.store import Progress


@contextmanager
def progress_on_terminal() -> Iterator[Progress]:
    """A progress callback that draws a bar for the step at hand on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from api.steps import step_name
    from graph.wording import in_both

    told = "{task.description}", "{task.completed:,.0f}/{task.total:,.0f}", "{task.fields[rate]}"
    name, count, rate = (TextColumn(text) for text in told)
    console = Console(stderr=True)
    columns = name, BarColumn(bar_width=20), count, rate, TimeElapsedColumn(), TimeRemainingColumn()
    with Bars(*columns, console=console, disable=not sys.stderr.isatty()) as bars:
        steps: dict[str, tuple[TaskID, float, int]] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in steps:
                # One line at a time: a load has more steps than a terminal has lines.
                for earlier, *_ in steps.values():
                    bars.update(earlier, visible=False)
                step = step_name(what)
                steps[what] = bars.add_task(in_both(step.ko, step.en), total=total, rate=""), monotonic(), done
            task, begun, first = steps[what]
            bars.update(task, completed=done, total=total, rate=_rate(done - first, monotonic() - begun))

        yield progress


def _rate(done: int, seconds: float) -> str:
    return f"{done / seconds:,.0f}/s" if done and seconds > 1 else ""
