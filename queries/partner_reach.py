"""How far each partner reaches: its networks, its programs and its cases, which are counted from a generation's columns."""

from __future__ import annotations

from typing import cast

from queries.asking import Asking, Outcome
from queries.ties.partners import partner_counts


def answer(asking: Asking) -> Outcome:
    """One row for each partner, those that supported most cases first."""
    counts, partners = partner_counts(asking.reader), asking.rows("partners")
    cases = counts.cases_by_partner()
    sources = dict(asking.rows("case_sources")) if asking.policy.as_they_are else {}
    rows = [(id_, *told, *cases.get(id_, (0, 0)), facts, sources.get(id_, [])) for id_, *told, facts in partners]
    supported, networks, programs = (
        [column.name for column in asking.question.columns].index(name) for name in ("supported", "networks", "programs")
    )
    rows.sort(key=lambda row: (-row[supported], -row[networks], -row[programs], row[0]))
    n = counts.cases_touched([row[0] for row in rows])
    return Outcome(rows[: cast(int, asking.params["top"])], n)
