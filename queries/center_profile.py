"""The profile of one center."""

from __future__ import annotations

from queries.asking import Asking, Outcome
from queries.ties.profile import TOWARDS, profile


def answer(asking: Asking) -> Outcome:
    """What sources tell of the center, and what the cases it handled show."""
    return profile(asking, "center_id", TOWARDS | {"operates"})
