"""The journeys of cases, found in a generation's columns: what each step was, in order, and which cases share an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.ties.counting import Block, blocks, gave_support
from queries.ties.partners import kinds_of, provider_kinds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

UNKNOWN = "unknown"
"""The step of a case whose partner or program the source does not name: it is a step all the same."""
WORD = 62
"""Bits of a number that hold steps."""


@dataclass(frozen=True)
class Journeys:
    """The different journeys of some cases.

    words int64[journeys, w] tells the steps, `per_word` to a number and `bits` each, as places in `codes` plus one; so numbers
    stand in the order of their steps. case, journey: the places of the cases that have a step, and each one's journey.
    """

    codes: list[str]
    bits: int
    per_word: int
    words: Numbers
    case: Numbers
    journey: Numbers

    def steps(self, journey: int) -> tuple[str, ...]:
        """The codes of a journey's steps."""
        shifts = range(self.bits * (self.per_word - 1), -1, -self.bits)
        every = [(word >> shift) & ((1 << self.bits) - 1) for word in self.words[journey].tolist() for shift in shifts]
        return tuple(self.codes[code - 1] for code in every if code)

    def most_common(self, top: int) -> list[tuple[int, int]]:
        """Journey and cases: those of most cases first, then the shorter, then by their codes; an unknown one last."""
        import numpy as np

        cases = np.bincount(self.journey, minlength=len(self.words))
        mask, shifts = (1 << self.bits) - 1, range(0, self.bits * self.per_word, self.bits)
        length = sum(((self.words >> shift) & mask > 0).sum(axis=1) for shift in shifts)
        unknown = (length == 1) & (self.words[:, 0] >> shifts[-1] == self.codes.index(UNKNOWN) + 1)
        order = np.lexsort([*self.words.T[::-1], length, -cases, unknown])[:top]
        return list(zip(order.tolist(), cases[order].tolist(), strict=True))

    def tally(self, which: Mask) -> Numbers:
        """How many cases of each journey a mask over all cases lets through."""
        import numpy as np

        return np.asarray(np.bincount(self.journey, which[self.case], len(self.words)), np.int64)

    def cases_with(self, journey: int) -> Numbers:
        """The places of the cases of a journey."""
        found: Numbers = self.case[self.journey == journey]
        return found


def journeys(snapshot: Snapshot, by: str, wanted: Mask) -> Journeys:
    """The journeys of the cases that a mask lets through. A step told twice in a row counts once."""
    import numpy as np

    codes, place = _in_order(_codes(snapshot, by))
    bits = len(codes).bit_length()
    per_word = WORD // bits
    parts = [_of_block(snapshot, by, wanted, place, block) for block in blocks(snapshot)]
    most = max((int(at.max()) + 1 for _, at, _ in parts if at.size), default=1)
    cases = [np.zeros(0, np.int64), *(case[at == 0] for case, at, _ in parts)]
    packed = [np.zeros((0, -(-most // per_word)), np.int64)]
    packed += [_packed(part, own, packed[0].shape[1], bits) for part, own in zip(parts, cases[1:], strict=True)]
    words, journey = _different(np.concatenate(packed))
    return Journeys(codes, bits, per_word, words, np.concatenate(cases), journey)


def _different(rows: Numbers) -> tuple[Numbers, Numbers]:
    """The different rows in order, and which of them each row is."""
    import numpy as np

    journey = np.unique(rows[:, 0], return_inverse=True)[1]
    for word in rows.T[1:]:
        # Rows alike so far stand together: their number and the next word, the latter as its rank, make one number again.
        ranks, rank = np.unique(word, return_inverse=True)
        journey = np.unique(journey * max(1, len(ranks)) + rank, return_inverse=True)[1]
    first = np.zeros(int(journey.max()) + 1 if len(rows) else 0, np.int64)
    first[journey] = np.arange(len(rows))
    return rows[first], journey


def _codes(snapshot: Snapshot, by: str) -> list[str]:
    """What a step may be; the last is a step that is not known."""
    told = {
        "step_kind": lambda: snapshot.codes["step_kind"],
        "partner_kind": lambda: kinds_of(snapshot),
        "partner": lambda: snapshot.providers,
        "program": lambda: list(snapshot.ids("Program")),
    }
    return [*told[by](), UNKNOWN]


def _in_order(codes: list[str]) -> tuple[list[str], Numbers]:
    """The codes sorted, and where each stands among them."""
    import numpy as np

    order = sorted(range(len(codes)), key=codes.__getitem__)
    place = np.empty(len(codes), np.int64)
    place[order] = np.arange(len(codes))
    return [codes[at] for at in order], place


def _of_block(snapshot: Snapshot, by: str, wanted: Mask, place: Numbers, block: Block) -> tuple[Numbers, Numbers, Numbers]:
    """Of each step of the wanted cases of a block: its case, its place in the journey, and its code plus one."""
    import numpy as np

    steps = snapshot.steps
    provider, program = steps.provider[block.steps], steps.program[block.steps]
    kept = (
        gave_support(snapshot, steps.result[block.steps]) & ((provider >= 0) | (program >= 0)) & wanted[block.cases][block.case]
    )
    at = np.flatnonzero(kept)
    case, order = block.case[at], steps.order[block.steps][at]
    # A place of a case that two datasets tell counts once, as the later tells it.
    last = np.append((np.diff(case) > 0) | (np.diff(order) > 0), True)[: len(at)]
    case, at = case[last], at[last]
    code = place[_code(snapshot, by, steps.kind[block.steps][at], provider[at], program[at])] + 1
    change = np.append(True, (np.diff(case) > 0) | (np.diff(code) != 0))[: len(at)]
    case, code = case[change], code[change]
    begins = np.flatnonzero(np.diff(case, prepend=-1) > 0)
    within = np.arange(len(case)) - np.repeat(begins, np.diff(np.append(begins, len(case))))
    return case + block.cases.start, within, code


def _code(snapshot: Snapshot, by: str, kind: Numbers, provider: Numbers, program: Numbers) -> Numbers:
    """What each step was, as `_codes` counts; -1, not known, finds the last."""
    import numpy as np

    if by == "step_kind":
        return kind
    if by == "partner_kind":
        return np.append(provider_kinds(snapshot), -1)[provider]
    return provider if by == "partner" else program


def _packed(steps: tuple[Numbers, Numbers, Numbers], cases: Numbers, words: int, bits: int) -> Numbers:
    """int64[cases, words]: the steps of each case one after the other, the first in the highest bits."""
    import numpy as np

    case, within, code = steps
    per_word, found = WORD // bits, np.zeros((len(cases), words), np.int64)
    shift = (per_word - 1 - within % per_word) * bits
    np.bitwise_or.at(found, (np.searchsorted(cases, case), within // per_word), code << shift)
    return found
