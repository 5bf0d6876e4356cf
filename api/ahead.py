"""What a load leaves done for whoever asks first: a small network's questions answered, what a large one's share worked out."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

from api.cli_ask import policy_of
from api.kept import KeptAnswers
from graph.store import StoreError
from graph.stores import open_store
from queries.catalog import load_catalog
from queries.errors import QuestionError

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.store import Generation, Progress, Store

MOST = 20_000
"""Nodes and relationships of a network whose questions take a second or two altogether. A larger one answers when asked."""


def is_large(generation: Generation) -> bool:
    """Whether its questions are not answered ahead."""
    return sum(generation.counts.values()) > MOST


def work_ahead(store: Store, generation: Generation, progress: Progress) -> None:
    """Work out what the questions of a large network share; on a server nothing, as whoever asks may be on another machine.

    The load is done before: Ctrl-C ends this and nothing else.
    """
    if store.engine != "ladybug" or not is_large(generation):
        return
    from queries.ahead import work_out

    with suppress(KeyboardInterrupt, StoreError), closing(store.reader(generation.id)) as reader:
        work_out(reader, progress)


def answer_ahead(settings: Settings, store: str | None, generation: Generation, progress: Progress) -> None:
    """Keep the answer to each question that needs nothing told, as if it had been asked; what cannot be answered is left.

    The load is done before: Ctrl-C ends the answering and nothing else.
    """
    kept = KeptAnswers.of(settings, store, generation.id)
    if kept is None or is_large(generation):
        return
    open_ = [question.name for question in load_catalog() if not any(each.required for each in question.params.values())]
    wanted = [name for name in open_ if kept.read(name, {}) is None]
    with (
        suppress(KeyboardInterrupt, StoreError),
        closing(open_store(store or settings.store, settings.home).reader(generation.id)) as reader,
    ):
        for done, name in enumerate(wanted, start=1):
            with suppress(QuestionError):
                kept.answered(name, {}, lambda: reader, policy_of(settings))
            progress("ahead", done, len(wanted))
