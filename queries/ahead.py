"""What many questions of a generation share, worked out before anybody asks, so that whoever asks first waits for none of it.

Counts by region, industry, need and partner, the places of the picture, the search index, and the directory of referral paths
with the cases of its steps. Each is kept in the generation's folder.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from queries.browse.index import name_index
from queries.browse.picture import whole_network
from queries.kept import kept_rows
from queries.referral.person import day_of_anybody
from queries.ties.hires import hires
from queries.ties.needs import need_counts
from queries.ties.partners import partner_counts

if TYPE_CHECKING:
    from graph.store import Progress, Reader

SHARED: tuple[Callable[[Reader], object], ...] = (
    hires,
    partner_counts,
    need_counts,
    partial(kept_rows, question="industry_gaps", part="openings"),
    partial(kept_rows, question="industry_gaps", part="occupations"),
    whole_network,
    name_index,
    day_of_anybody,
)
STEP = "shared"


def work_out(reader: Reader, progress: Progress) -> None:
    """All of it, as far as it is not kept already."""
    for done, make in enumerate(SHARED, start=1):
        make(reader)
        progress(STEP, done, len(SHARED))
