"""Cases by center, need and age band, those served and those refused: counted once from a generation's columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queries.catalog import load_question
from queries.kept import OncePerGeneration, kept_arrays
from queries.ties.counting import Block, Tally, blocks, gave_support

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot
    from graph.store import Reader

    Numbers = npt.NDArray[np.int64]

KEPT = "needs-1"
"""Changes with what is counted."""
REASONS = ("none_exists", "not_eligible", "no_seats", "too_far", "no_answer")
SERVED, FLAGS = 1, 1 << 7
"""Served, then a bit for each reason of not being served, then one for a reason that is not told."""


@dataclass(frozen=True)
class NeedCounts:
    """One row for each center, need, age band (-1: not told) and set of flags: places in the snapshot, and `cases`.

    `with_any` counts the cases with any need by center and age band (band + 1). `needs` narrows to some places of needs.
    """

    snapshot: Snapshot
    center: Numbers
    need: Numbers
    band: Numbers
    flags: Numbers
    cases: Numbers
    with_any: Numbers
    needs: tuple[int, ...] = ()

    def narrowed(self, needs: Sequence[str], age_bands: Sequence[str]) -> NeedCounts:
        """The counts of some needs and age bands; of all where none is named."""
        import numpy as np

        kept, with_any = np.ones(len(self.need), bool), self.with_any
        places = tuple(self.snapshot.ids("Need").place(each) for each in needs)
        if needs:
            kept &= np.isin(self.need, places)
        if age_bands:
            codes = [self.snapshot.codes["age_band"].index(band) for band in age_bands]
            kept &= np.isin(self.band, codes)
            with_any = with_any * np.isin(np.arange(with_any.shape[1]) - 1, codes)
        center, need, band, flags, cases = (each[kept] for each in (self.center, self.need, self.band, self.flags, self.cases))
        return NeedCounts(self.snapshot, center, need, band, flags, cases, with_any, places)

    def rows(self, names: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        """Region, need, its name, cases, served, a count for each reason, reason unknown, untold, only refused."""
        import numpy as np

        served = (self.flags & SERVED).astype(bool)
        flags = [np.ones(len(served), bool), served, *((self.flags >> bit) & 1 for bit in range(1, 7))]
        flags += [self.flags == 0, ~served & (self.flags > 0)]
        group, count = self._groups()
        told = np.stack([np.bincount(group, self.cases * flag, count) for flag in flags]).astype(np.int64)
        for region, need, at in self._each(group):
            yield (region, need, names[need], *told[:, at].tolist())

    def bands(self) -> Iterator[tuple[str, str, str, int]]:
        """Region, need, age band (empty: not told) and cases."""
        import numpy as np

        codes, (group, count) = ["", *self.snapshot.codes["age_band"]], self._groups()
        cases = np.bincount(group * len(codes) + self.band + 1, self.cases, count * len(codes)).astype(np.int64)
        for region, need, at in self._each(group):
            for place, code in enumerate(codes):
                if found := int(cases[at * len(codes) + place]):
                    yield region, need, code, found

    def by_center(self) -> Iterator[tuple[str, str, int]]:
        """Center, need and cases."""
        import numpy as np

        centers, needs = list(self.snapshot.ids("Center")), list(self.snapshot.ids("Need"))
        width = max(1, len(needs))
        cases = np.bincount(self.center * width + self.need, self.cases).astype(np.int64)
        for at in np.flatnonzero(cases).tolist():
            yield centers[at // width], needs[at % width], int(cases[at])

    def different(self, regions: Collection[str]) -> int:
        """Different cases with one of the needs in some regions; an empty region stands for one that is not told."""
        import numpy as np

        ids = self.snapshot.ids("Region")
        inside = np.isin(self.snapshot.column("Center", "region_id"), [ids.place(each) for each in regions])
        if not self.needs:
            return int(self.with_any[inside].sum())
        if len(self.needs) == 1:
            return int(self.cases[inside[self.center]].sum())
        return _with_one_of(self.snapshot, self.needs, inside, self.with_any.any(axis=0))

    def _groups(self) -> tuple[Numbers, int]:
        """The region and need of each row as one number, and how many of them there may be."""
        import numpy as np

        region = np.asarray(self.snapshot.column("Center", "region_id"), np.int64)[self.center]
        needs = max(1, len(self.snapshot.ids("Need")))
        return (region + 1) * needs + self.need, (len(self.snapshot.ids("Region")) + 1) * needs

    def _each(self, group: Numbers) -> Iterator[tuple[str, str, int]]:
        import numpy as np

        regions, needs = list(self.snapshot.ids("Region")), list(self.snapshot.ids("Need"))
        for at in np.unique(group).tolist():
            region, need = divmod(at, max(1, len(needs)))
            yield (regions[region - 1] if region else ""), needs[need], at


def _with_one_of(snapshot: Snapshot, needs: Sequence[int], centers: Any, bands: Any) -> int:
    """A case may have several of the needs, so sums would count it twice."""
    import numpy as np

    offsets, need = snapshot.case_needs
    case = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))[np.isin(need, needs)]
    different = case[np.diff(case, prepend=-1) > 0]
    kept = centers[snapshot.cases.center[different]] & bands[np.asarray(snapshot.cases.age_band)[different] + 1]
    return int(kept.sum())


def _counted(reader: Reader) -> NeedCounts:
    snapshot = reader.snapshot()
    held = kept_arrays(reader, KEPT, lambda: _count(snapshot, _pairs(reader)))
    key, needs, bands = held["key"], max(1, len(snapshot.ids("Need"))), len(snapshot.codes["age_band"]) + 1
    rest, flags = halves(key, FLAGS)
    rest, band = halves(rest, bands)
    center, need = halves(rest, needs)
    return NeedCounts(snapshot, center, need, band - 1, flags, held["cases"], held["with_any"])


def halves(key: Any, width: int) -> tuple[Any, Any]:
    """Both halves of numbers that were put together from two."""
    return key // width, key % width


def _pairs(reader: Reader) -> Iterable[tuple[str, str]]:
    """Program and need: whatever a case used counts, whether or not it is still offered."""
    statement = load_question("need_gaps").statement("addresses", reader.engine)
    return [(str(program), str(need)) for program, need, *_ in reader.query(statement.text, {}).rows]


need_counts = OncePerGeneration(_counted)
"""The counts of a reader's generation."""


def _count(snapshot: Snapshot, addresses: Iterable[tuple[str, str]]) -> dict[str, Any]:
    import numpy as np

    needs, bands = max(1, len(snapshot.ids("Need"))), len(snapshot.codes["age_band"]) + 1
    centers, met = len(snapshot.ids("Center")), _met_by(snapshot, addresses)
    tally, with_any = Tally(centers * needs * bands * FLAGS), np.zeros((centers, bands), np.int64)
    offsets, every = snapshot.case_needs
    for block in blocks(snapshot, needs):
        marks = _marks(snapshot, block, met, needs)
        has = np.diff(offsets[block.cases.start : block.cases.stop + 1])
        case = np.repeat(np.arange(block.many), has)
        pair = case * needs + every[offsets[block.cases.start] : offsets[block.cases.stop]]
        once = np.diff(pair, prepend=-1) > 0
        case, pair = case[once], pair[once]
        cell = snapshot.cases.center[block.cases].astype(np.int64) * bands + snapshot.cases.age_band[block.cases] + 1
        with_any += np.bincount(cell[has > 0], minlength=with_any.size).reshape(with_any.shape)
        center, band = halves(cell[case], bands)
        tally.add(((center * needs + pair % needs) * bands + band) * FLAGS + marks[pair])
    key, cases = tally.found()
    return {"key": key, "cases": cases, "with_any": with_any}


def _marks(snapshot: Snapshot, block: Block, met: tuple[Numbers, Numbers], needs: int) -> npt.NDArray[np.uint8]:
    """The flags of each case of a block and each need."""
    import numpy as np

    steps, case, marks = snapshot.steps, block.case, np.zeros(block.many * needs, np.uint8)
    need, program, result = steps.need[block.steps], steps.program[block.steps], steps.result[block.steps]
    support = gave_support(snapshot, result)
    named, used = support & (need >= 0), support & (program >= 0)
    marks[case[named] * needs + need[named]] |= SERVED
    starts, answered = met
    many = np.diff(starts)[program[used]]
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    marks[np.repeat(case[used], many) * needs + answered[np.repeat(starts[program[used]], many) + within]] |= SERVED
    refused = (result == snapshot.codes["step_result"].index("not_served")) & (need >= 0)
    np.bitwise_or.at(marks, case[refused] * needs + need[refused], _bits(snapshot)[steps.reason[block.steps][refused]])
    return marks


def _bits(snapshot: Snapshot) -> npt.NDArray[np.uint8]:
    """The flag of each reason code; the last is that of -1, a reason not told."""
    import numpy as np

    codes = snapshot.codes["step_reason"]
    return np.array([1 << (1 + REASONS.index(code)) for code in codes] + [FLAGS >> 1], np.uint8)


def _met_by(snapshot: Snapshot, addresses: Iterable[tuple[str, str]]) -> tuple[Numbers, Numbers]:
    """The needs each program addresses: where they begin, program by program, and the needs."""
    import numpy as np

    programs, needs = snapshot.ids("Program"), snapshot.ids("Need")
    pairs = np.array(sorted({(programs.place(one), needs.place(two)) for one, two in addresses}), np.int64).reshape(-1, 2)
    starts = np.concatenate([[0], np.cumsum(np.bincount(pairs[:, 0], minlength=len(programs)))]).astype(np.int64)
    return starts, pairs[:, 1]
