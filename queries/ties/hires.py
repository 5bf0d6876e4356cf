"""Cases hired, by industry and the region of the center that handled them: counted once from a generation's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queries.kept import OncePerGeneration, kept_arrays

if TYPE_CHECKING:
    from graph.snapshot import Snapshot
    from graph.store import Reader

KEPT = "hires-1"
"""Changes with what is counted."""


def _hires(reader: Reader) -> list[tuple[str, str, int]]:
    snapshot = reader.snapshot()
    held = kept_arrays(reader, KEPT, lambda: _count(snapshot))
    industries, regions = list(snapshot.ids("Industry")), list(snapshot.ids("Region"))
    told = zip(*(held[name].tolist() for name in ("industry", "region", "cases")), strict=True)
    return [(industries[industry], regions[region] if region >= 0 else "", cases) for industry, region, cases in told]


hires = OncePerGeneration(_hires)
"""Industry, region (empty: not told) and cases hired, in this order."""


def _count(snapshot: Snapshot) -> dict[str, Any]:
    import numpy as np

    industry, regions = snapshot.column("CaseFile", "hired_industry_id"), len(snapshot.ids("Region")) + 1
    hired = np.flatnonzero(industry >= 0)
    region = np.asarray(snapshot.column("Center", "region_id"), np.int64)[snapshot.cases.center[hired]]
    key, cases = np.unique(industry[hired].astype(np.int64) * regions + region + 1, return_counts=True)
    return {"industry": key // regions, "region": key % regions - 1, "cases": cases}
