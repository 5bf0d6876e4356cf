"""Cases by region and need, counted from the columns of a generation: what the statement `needs` counts, for many cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from queries.ties.handovers import NO_SUPPORT

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

REASONS = ("none_exists", "not_eligible", "no_seats", "too_far", "no_answer")


@dataclass(frozen=True)
class NeedCounts:
    """The needs of the cases asked about. `pair` is case times the number of needs, plus need; sorted, each once."""

    snapshot: Snapshot
    pair: Numbers

    @classmethod
    def of(cls, snapshot: Snapshot, needs: Sequence[str], age_bands: Sequence[str]) -> NeedCounts:
        """Needs of all cases, or only some needs and age bands."""
        import numpy as np

        offsets, need = snapshot.case_needs
        case = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
        kept = np.asarray(snapshot.cases.center)[case] >= 0
        if needs:
            kept &= np.isin(need, [snapshot.ids("Need").place(each) for each in needs])
        if age_bands:
            codes = [snapshot.codes["age_band"].index(band) for band in age_bands]
            kept &= np.isin(np.asarray(snapshot.cases.age_band)[case], codes)
        return cls(snapshot, np.unique((case * max(1, len(snapshot.ids("Need"))) + need)[kept]))

    @cached_property
    def needs(self) -> int:
        """How many needs there are."""
        return max(1, len(self.snapshot.ids("Need")))

    @cached_property
    def region(self) -> Numbers:
        """The place of the region of each pair's center, -1 where it is not told."""
        import numpy as np

        center = np.asarray(self.snapshot.cases.center, np.int64)[self.pair // self.needs]
        return np.asarray(self.snapshot.column("Center", "region_id"), np.int64)[center]

    def rows(self, addresses: Iterable[tuple[str, str]], names: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        """Region, need, its name, cases, served, a count for each reason, reason unknown, untold, only refused; no sources."""
        import numpy as np

        served, refusals = self._served(addresses), self._refusals()
        refused = np.logical_or.reduce([*refusals, np.zeros(len(self.pair), bool)])
        flags = [np.ones(len(self.pair), bool), served, *refusals, ~served & ~refused, ~served & refused]
        group = (self.region + 1) * self.needs + self.pair % self.needs
        counts = np.stack([np.bincount(group, flag) for flag in flags]).astype(np.int64)
        regions, needs = self.snapshot.ids("Region"), self.snapshot.ids("Need")
        for each in np.unique(group).tolist():
            region, need = each // self.needs - 1, needs[each % self.needs]
            yield (regions[region] if region >= 0 else "", need, names[need], *counts[:, each].tolist(), [])

    def bands(self) -> Iterator[tuple[str, str, str, int]]:
        """Region, need, age band (empty: not told) and cases."""
        import numpy as np

        codes = self.snapshot.codes["age_band"]
        many = len(codes) + 1
        band = np.asarray(self.snapshot.cases.age_band, np.int64)[self.pair // self.needs] + 1
        group = ((self.region + 1) * self.needs + self.pair % self.needs) * many + band
        regions, needs = self.snapshot.ids("Region"), self.snapshot.ids("Need")
        for each, cases in zip(*(found.tolist() for found in np.unique(group, return_counts=True)), strict=True):
            region, need = each // many // self.needs - 1, each // many % self.needs
            told = codes[each % many - 1] if each % many else ""
            yield (regions[region] if region >= 0 else "", needs[need], told, cases)

    def cases(self, regions: Sequence[str]) -> int:
        """Different cases with a need in some regions; an empty region stands for one that is not told."""
        import numpy as np

        ids = self.snapshot.ids("Region")
        return len(np.unique(self.pair[np.isin(self.region, [ids.place(each) for each in regions])] // self.needs))

    def _step_columns(self) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
        import numpy as np

        steps = self.snapshot.steps
        case = np.repeat(np.arange(len(steps.offsets) - 1, dtype=np.int64), np.diff(steps.offsets))
        need, program, result, reason = (
            np.asarray(column, np.int64) for column in (steps.need, steps.program, steps.result, steps.reason)
        )
        return case, need, program, result, reason

    def _served(self, addresses: Iterable[tuple[str, str]]) -> Mask:
        """Whether a supporting step names the need, or used a program that addresses it."""
        import numpy as np

        case, need, program, result, _ = self._step_columns()
        support = ~np.isin(result, [self.snapshot.codes["step_result"].index(code) for code in NO_SUPPORT])
        named = support & (need >= 0)
        used = support & (program >= 0)
        starts, met = self._met_by(addresses)
        many = np.diff(starts)[program[used]]
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        answered = met[np.repeat(starts[program[used]], many) + within]
        pairs = [case[named] * self.needs + need[named], np.repeat(case[used], many) * self.needs + answered]
        return np.isin(self.pair, np.concatenate(pairs))

    def _met_by(self, addresses: Iterable[tuple[str, str]]) -> tuple[Numbers, Numbers]:
        """The needs each program addresses: where they begin, program by program, and the needs."""
        import numpy as np

        programs, needs = self.snapshot.ids("Program"), self.snapshot.ids("Need")
        pairs = np.array(sorted({(programs.place(one), needs.place(two)) for one, two in addresses}), np.int64).reshape(-1, 2)
        starts = np.concatenate([[0], np.cumsum(np.bincount(pairs[:, 0], minlength=len(programs)))]).astype(np.int64)
        return starts, pairs[:, 1]

    def _refusals(self) -> list[Mask]:
        """For each reason, and for none told, whether a step of the case for the need was not served for it."""
        import numpy as np

        case, need, _, result, reason = self._step_columns()
        refused = (result == self.snapshot.codes["step_result"].index("not_served")) & (need >= 0)
        codes = [self.snapshot.codes["step_reason"].index(name) for name in REASONS]
        pairs = case * self.needs + need
        return [np.isin(self.pair, pairs[refused & (reason == code)]) for code in (*codes, -1)]
