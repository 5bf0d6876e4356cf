"""Networks at a glance, with the cases that their lead centers handled: each case is handled by one center."""

from __future__ import annotations

from typing import cast

from queries.asking import Asking, Outcome


def answer(asking: Asking) -> Outcome:
    """One row for each network."""
    names = [column.name for column in asking.question.columns]
    leads = names.index("lead_ids")
    networks = asking.rows("networks")
    handled: dict[str, int] = dict(asking.rows("handled"))
    rows = [(*told, sum(handled.get(center, 0) for center in told[leads]), sources) for *told, sources in networks]
    n = sum(handled.get(center, 0) for center in {lead for row in rows for lead in row[leads]})
    return Outcome(rows[: cast(int, asking.params["top"])], n)
