"""How the command line ends where it cannot go on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from graph.wording import in_both

if TYPE_CHECKING:
    from graph.store import Generation, Store


def stop(line: str) -> NoReturn:
    """End with one line on standard error and status 1."""
    print(f"pumasi: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(1)


def wrong_usage(line: str) -> Exception:
    """The error that ends a command with its usage and status 2."""
    import typer

    return typer.BadParameter(line)


@contextmanager
def telling_what_is_left(store: Store) -> Iterator[None]:
    """Around work that publishes: Ctrl-C ends it with one line that says what the store holds then."""
    before = store.current(to_change=True)
    try:
        yield
    except KeyboardInterrupt:
        stop(_left(before, store.current(to_change=True)))


def _left(before: Generation | None, now: Generation | None) -> str:
    if now is None:
        return in_both("중단했습니다. 올라온 자료가 없습니다", "stopped; nothing is published")
    if not now.id:
        return in_both(
            "중단했습니다. 서버에 일부만 올라가 있어 답하지 못합니다. 다시 적재하면 바로잡힙니다",
            "stopped; the server holds a part and answers nothing; load again to mend it",
        )
    if before is not None and before.id == now.id:
        return in_both("중단했습니다. 이전 세대는 그대로입니다", "stopped; the earlier generation is as it was")
    return in_both("중단했지만 새 세대는 이미 올라왔습니다", "stopped, but the new generation was published already")
