"""What the directory of regions and programs says, for questions about gaps: what lies within reach, and what runs on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

PROVINCE_DIGITS = 2
"""An administrative code of two digits names a province."""


@dataclass(frozen=True)
class Regions:
    """Names, parents and codes by region id."""

    names: Mapping[str, str]
    parents: Mapping[str, str | None]
    codes: Mapping[str, str | None]
    below: Mapping[str, list[str]] = field(default_factory=dict)
    provinces: dict[str, str] = field(default_factory=dict)
    """Those found so far."""

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str | None, str | None]]) -> Regions:
        """Regions from rows of id, name, parent and code."""
        told = list(rows)
        below: dict[str, list[str]] = defaultdict(list)
        for region, _, parent, _ in told:
            below[parent or ""].append(region)
        names, parents, codes = ({row[0]: row[at] for row in told} for at in (1, 2, 3))
        return cls({region: str(name) for region, name in names.items()}, parents, codes, below)

    def above(self, region: str) -> list[str]:
        """A region and all that hold it, itself first."""
        found = [region]
        while (parent := self.parents.get(found[-1])) and parent not in found:
            found.append(parent)
        return found

    def province(self, region: str | None) -> str:
        """The province that a region lies in, by its code; the topmost region without one. Empty for no region."""
        if not region:
            return ""
        if region not in self.provinces:
            held_by = self.above(region)
            named = (each for each in held_by if len(self.codes.get(each) or "") == PROVINCE_DIGITS)
            self.provinces[region] = next(named, held_by[-1])
        return self.provinces[region]

    def within(self, region: str) -> set[str]:
        """A region and all below it."""
        found, waiting = {region}, [region]
        while waiting:
            fresh = [each for each in self.below.get(waiting.pop(), ()) if each not in found]
            found.update(fresh)
            waiting += fresh
        return found

    def in_reach(self, region: str, far: bool) -> set[str]:
        """A region, those that hold it and those it holds; with `far` also its neighbours within one province."""
        return {*self.above(region), *self.within(self.province(region) if far else region)}


def runs(status: str | None, valid_from: str | None, valid_to: str | None, as_of: str) -> bool:
    """Whether a program runs: on a day by its dates, by its status where it has none; without a day by its status alone."""
    if not as_of:
        return status not in ("planned", "closed")
    if (status == "planned" and valid_from is None) or (status == "closed" and valid_to is None):
        return False
    return (valid_from or as_of) <= as_of <= (valid_to or as_of)
