"""Journeys of cases: the steps of each case in order, and how many cases share an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from queries.asking import Asking, Outcome
from queries.telling.nodes import nodes_with
from queries.ties.journeys import Journeys, journeys
from queries.vocabulary import label

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

ARROW = " → "
KINDS = {"partner": ("Center", "Institution"), "program": ("Program",)}
"""The nodes that steps are, where they are no codes."""


def answer(asking: Asking) -> Outcome:
    """One row for each journey, the most common first, unknown ones last. A step told twice in a row counts once."""
    snapshot, by = asking.reader.snapshot(), str(asking.params["by"])
    found = journeys(snapshot, by, _wanted(asking, snapshot))
    hired = found.tally(snapshot.cases.outcome == snapshot.codes["outcome"].index("hired"))
    shown = found.most_common(cast(int, asking.params["top"]))
    told = [(found.steps(journey), cases, int(hired[journey]), _cases(asking, found, journey)) for journey, cases in shown]
    asking.named.update(nodes_with(asking.reader, {code for steps, *_ in told for code in steps}, KINDS.get(by, ())))
    sources = _sources(asking) if any(ids for *_, ids in told) else {}
    return Outcome([_row(asking, *each, sources) for each in told], n=len(found.case))


def _wanted(asking: Asking, snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """The cases that the question is about."""
    import numpy as np

    centers, needs, outcomes = (cast(list[str], asking.params[name]) for name in ("centers", "needs", "outcomes"))
    kept = np.ones(len(snapshot.cases.outcome), bool)
    if centers:
        kept &= np.isin(snapshot.cases.center, [snapshot.ids("Center").place(each) for each in centers])
    if outcomes:
        kept &= np.isin(snapshot.cases.outcome, [snapshot.codes["outcome"].index(each) for each in outcomes])
    if needs:
        offsets, need = snapshot.case_needs
        asked = np.isin(need, [snapshot.ids("Need").place(each) for each in needs])
        having = np.zeros(len(kept), bool)
        having[np.repeat(np.arange(len(kept)), np.diff(offsets))[asked]] = True
        kept &= having
    return kept


def _cases(asking: Asking, found: Journeys, journey: int) -> list[str]:
    """The ids of a journey's cases, where they may be shown."""
    if not asking.policy.as_they_are:
        return []
    ids = asking.reader.snapshot().ids("CaseFile")
    return [ids[place] for place in found.cases_with(journey).tolist()]


def _sources(asking: Asking) -> dict[str, str]:
    return {case_id: source for case_id, _, source in asking.rows("cases")}


def _row(
    asking: Asking, steps: Sequence[str], cases: int, hired: int, case_ids: list[str], sources: dict[str, str]
) -> tuple[Any, ...]:
    told = [sources[case_id] for case_id in case_ids]
    return ARROW.join(steps), list(steps), [_name(asking, code) for code in steps], len(steps), cases, hired, case_ids, told


def _name(asking: Asking, code: str) -> str:
    if code in asking.named:
        return asking.named[code].caption
    return label(code, ("step_kind", "center_kind", "institution_kind"), "ko")
