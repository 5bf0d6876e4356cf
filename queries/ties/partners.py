"""Which partner supported whose cases, and how: counted once from a generation's columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queries.kept import OncePerGeneration, kept_arrays
from queries.ties.counting import Block, Tally, blocks, gave_support

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot
    from graph.store import Reader

    Numbers = npt.NDArray[np.int64]

KEPT = "partners-2"
"""Changes with what is counted."""
KINDS = (("Center", "center_kind"), ("Institution", "institution_kind"))


@dataclass(frozen=True)
class PartnerCounts:
    """Support of cases by others than the center that handled them. Keys are put together from places and codes.

    `by_function`: center, kind of partner and function, with cases; `by_kind`: center and kind, with cases; `given`: provider
    and function, with cases, the handling center's own support too, and `reached` whatever the function; `pairs`: center,
    provider and function. `handled` counts the cases of each center.
    """

    snapshot: Snapshot
    by_function: tuple[Numbers, Numbers]
    by_kind: tuple[Numbers, Numbers]
    given: tuple[Numbers, Numbers]
    reached: tuple[Numbers, Numbers]
    pairs: Numbers
    handled: Numbers

    def used(self, by_function: bool) -> Iterator[tuple[str, str, str, int, list[str]]]:
        """Center, kind of partner, function (empty where it is not asked for), cases, and the partners."""
        partners = self._partners(by_function)
        functions = self._functions if by_function else [""]
        centers, kinds = list(self.snapshot.ids("Center")), kinds_of(self.snapshot)
        for key, cases in zip(*(each.tolist() for each in (self.by_function if by_function else self.by_kind)), strict=True):
            rest, function = divmod(key, len(functions))
            center, kind = divmod(rest, len(kinds))
            yield centers[center], kinds[kind], functions[function], cases, sorted(partners[key])

    def functions(self) -> Iterator[tuple[str, str, int]]:
        """Provider, function, and the cases in which it gave that."""
        many, ids = len(self._functions), self.snapshot.providers
        for key, cases in zip(*(each.tolist() for each in self.given), strict=True):
            yield ids[key // many], self._functions[key % many], cases

    def cases_of(self, centers: Sequence[str]) -> int:
        """Cases that some centers handled."""
        ids = self.snapshot.ids("Center")
        return int(self.handled[[ids.place(each) for each in centers]].sum())

    def cases_by_partner(self) -> dict[str, tuple[int, int]]:
        """Of each partner with cases: how many it supported, and how many it handled."""
        ids, supported = self.snapshot.providers, dict(zip(*(each.tolist() for each in self.reached), strict=True))
        # Centers come first among the providers.
        handled = dict(enumerate(self.handled.tolist()))
        return {ids[at]: (supported.get(at, 0), handled.get(at, 0)) for at in sorted(supported.keys() | handled.keys())}

    def cases_touched(self, partners: Sequence[str]) -> int:
        """How many different cases some partners supported or handled."""
        import numpy as np

        wanted, total = np.isin(self.snapshot.providers, partners), 0
        for block in blocks(self.snapshot):
            touched = wanted[self.snapshot.cases.center[block.cases]]
            case, _, provider, _ = supporting(self.snapshot, block)
            touched[case[wanted[provider]]] = True
            total += int(touched.sum())
        return total

    @property
    def _functions(self) -> list[str]:
        return self.snapshot.codes["step_kind"]

    def _partners(self, by_function: bool) -> dict[int, set[str]]:
        """The partners behind each key of a center, a kind and maybe a function."""
        found: dict[int, set[str]] = defaultdict(set)
        functions, kinds, ids = len(self._functions), kinds_of(self.snapshot), self.snapshot.providers
        kind_of = provider_kinds(self.snapshot).tolist()
        for key in self.pairs.tolist():
            rest, function = divmod(key, functions)
            center, provider = divmod(rest, len(ids))
            cell = center * len(kinds) + kind_of[provider]
            found[cell * functions + function if by_function else cell].add(ids[provider])
        return found


def kinds_of(snapshot: Snapshot) -> list[str]:
    """The codes of all kinds a partner may be of, as `provider_kinds` counts them."""
    return list(dict.fromkeys(code for _, vocabulary in KINDS for code in snapshot.codes[vocabulary]))


def provider_kinds(snapshot: Snapshot) -> Numbers:
    """The kind of each provider: a place in `kinds_of`."""
    import numpy as np

    kinds = kinds_of(snapshot)
    told = []
    for kind, vocabulary in KINDS:
        place = np.array([kinds.index(code) for code in snapshot.codes[vocabulary]], np.int64)
        told.append(place[snapshot.column(kind, "kind")])
    return np.concatenate(told)


def _counted(reader: Reader) -> PartnerCounts:
    snapshot = reader.snapshot()
    held = kept_arrays(reader, KEPT, lambda: _count(snapshot))
    by_function, by_kind, given, reached = (
        (held[name], held[f"{name}_cases"]) for name in ("by_function", "by_kind", "given", "reached")
    )
    return PartnerCounts(snapshot, by_function, by_kind, given, reached, held["pairs"], held["handled"])


partner_counts = OncePerGeneration(_counted)
"""The counts of a reader's generation."""


def _count(snapshot: Snapshot) -> dict[str, Any]:
    import numpy as np

    from analysis.distinct import first_in_case

    centers, many = len(snapshot.ids("Center")), max(1, len(snapshot.providers))
    functions, kinds = len(snapshot.codes["step_kind"]), len(kinds_of(snapshot))
    cells, kind_of = kinds * functions, provider_kinds(snapshot)
    tallies = {name: Tally(centers * width) for name, width in (("by_function", cells), ("by_kind", kinds))}
    tallies |= {"given": Tally(many * functions), "reached": Tally(many), "pairs": Tally(centers * many * functions)}
    for block in blocks(snapshot):
        case, center, provider, function = supporting(snapshot, block)
        served = provider * functions + function
        tallies["given"].add(served[first_in_case(case, served)])
        tallies["reached"].add(provider[first_in_case(case, provider)])
        other = provider != center
        case, center, provider, served = (each[other] for each in (case, center, provider, served))
        tallies["pairs"].add(center * (many * functions) + served)
        cell = kind_of[provider] * functions + function[other]
        once = first_in_case(case, cell)
        tallies["by_function"].add(center[once] * cells + cell[once])
        kind = kind_of[provider]
        once = first_in_case(case, kind)
        tallies["by_kind"].add(center[once] * kinds + kind[once])
    found = {name: tally.found() for name, tally in tallies.items()}
    handled = np.bincount(snapshot.cases.center, minlength=centers)
    told = {name: keys for name, (keys, _) in found.items()} | {f"{name}_cases": cases for name, (_, cases) in found.items()}
    return told | {"handled": handled}


def supporting(snapshot: Snapshot, block: Block) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Of each supporting step of a block that names a provider: its case, the case's center, the provider and the function."""
    import numpy as np

    steps = snapshot.steps
    provider = steps.provider[block.steps]
    kept = np.flatnonzero(gave_support(snapshot, steps.result[block.steps]) & (provider >= 0))
    case = block.case[kept]
    center = snapshot.cases.center[block.cases][case].astype(np.int64)
    return case, center, provider[kept].astype(np.int64), steps.kind[block.steps][kept].astype(np.int64)
