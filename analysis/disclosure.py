"""What may be shown of counts of people: thresholds, totals that give nothing away, and rounding.

Hiding a small cell is not enough, as it can be had back by subtracting what is shown beside it from a total. Hiding a second
cell does not help where another filter shows that one. So a cell is hidden or shown by its own count alone, in every answer
alike, and it is the total that goes where it would give a hidden cell away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Count = int | None


@dataclass(frozen=True)
class Policy:
    """How counts of cases are shown. Counts below `threshold` are hidden, zero too where `hide_zeros`; others are rounded."""

    audience: str
    threshold: int = 1
    rounding: int = 1
    hide_zeros: bool = False

    @property
    def as_they_are(self) -> bool:
        """Whether nothing is hidden or rounded."""
        return self.threshold <= 1 and self.rounding == 1 and not self.hide_zeros


PUBLISHED = Policy("published")
PLANNER = Policy("planner", threshold=5)
PUBLIC = Policy("public", threshold=10, rounding=5, hide_zeros=True)
POLICIES = {policy.audience: policy for policy in (PUBLISHED, PLANNER, PUBLIC)}


def hidden(count: int, policy: Policy) -> bool:
    """Whether a count is too small to be shown."""
    return policy.hide_zeros if count == 0 else count < policy.threshold


def shown(count: Count, policy: Policy) -> Count:
    """One count as it may be shown: None where it is hidden, else rounded to the nearest step (halves up)."""
    if count is None or hidden(count, policy):
        return None
    return (2 * count + policy.rounding) // (2 * policy.rounding) * policy.rounding


def shown_table(counts: Sequence[Count], total: Count, policy: Policy, filtered: bool = False) -> tuple[list[Count], Count]:
    """A column of counts and the number of cases it rests on, as they may be shown together; a None is no count.

    `counts` need not add up to `total`; the protection holds where they do. Where `filtered`, the table is one of many that
    overlap: its total is shown only when none of its cells is hidden, as the others could be subtracted from it.
    """
    gone = [count for count in counts if count is not None and hidden(count, policy)]
    given_away = bool(gone) and (filtered or _recoverable(gone, policy))
    return [shown(count, policy) for count in counts], None if given_away else shown(total, policy)


def _recoverable(cells: Sequence[int], policy: Policy) -> bool:
    """Whether hidden cells follow from their sum: one alone, or all at the least or at the most they can be."""
    if not cells:
        return False
    least, most = (0 if policy.hide_zeros else 1), policy.threshold - 1
    lowest, highest = sum(cells) <= least * len(cells) + 1, sum(cells) >= most * len(cells) and max(cells) <= most
    return len(cells) == 1 or lowest or highest


def shown_part(part: Count, whole: Count, policy: Policy) -> Count:
    """A count that is part of another (hires of cases) as it may be shown; None where it or the rest is too small."""
    if part is None or whole is None or policy.as_they_are:
        return part
    return None if hidden(whole, policy) or hidden(whole - part, policy) else shown(part, policy)
