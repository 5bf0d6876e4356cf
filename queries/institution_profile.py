"""The profile of one institution."""

from __future__ import annotations

from queries.asking import Asking, Outcome
from queries.ties.profile import profile


def answer(asking: Asking) -> Outcome:
    """What sources tell of the institution, and what the cases it supported show."""
    return profile(asking, "institution_id")
