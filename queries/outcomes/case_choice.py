"""Which cases a question about outcomes is asked of: its parameters from `datasets` to `years`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from graph.store import Value
from queries.asking import Asking
from queries.language.params import bad

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

    Bools = npt.NDArray[np.bool_]

FIRST_YEAR = 1900
YEAR = re.compile(r"(19|20)\d\d\Z", re.ASCII)


def chosen_cases(asking: Asking, datasets: Sequence[str]) -> Bools:
    """bool[cases]: those of the datasets that the question's filters let through."""
    import numpy as np

    snapshot, params = asking.reader.snapshot(), asking.params
    cases = snapshot.cases
    kept = np.isin(cases.dataset, [place for place, id_ in enumerate(snapshot.datasets) if id_ in datasets])
    if params["centers"] or params["regions"]:
        kept &= np.isin(cases.center, centers_in(snapshot, params))
    if params["age_bands"]:
        codes = snapshot.codes["age_band"]
        kept &= np.isin(cases.age_band, [codes.index(code) for code in _listed(params, "age_bands")])
    if params["years"]:
        kept &= np.isin(cases.opened_month // 12 + FIRST_YEAR, years(asking)) & (cases.opened_month >= 0)
    if params["needs"]:
        kept &= _with_needs(snapshot, _listed(params, "needs"))
    return np.asarray(kept, dtype=bool)


def centers_in(snapshot: Snapshot, params: Mapping[str, Value]) -> list[int]:
    """The places of the centers that the parameters `centers` and `regions` allow; of all when both are empty."""
    ids = snapshot.ids("Center")
    wanted = {ids.place(each) for each in _listed(params, "centers")}
    region = snapshot.column("Center", "region_id")
    inside = _below(snapshot, _listed(params, "regions"))
    return [
        place
        for place in range(len(ids))
        if (not wanted or place in wanted) and (not params["regions"] or int(region[place]) in inside)
    ]


def years(asking: Asking) -> list[int]:
    """The years asked for; QuestionError for what is no year."""
    given = _listed(asking.params, "years")
    for each in given:
        if not YEAR.match(each):
            raise bad(asking.question.params["years"], each, "연도(2025처럼)", "a year such as 2025")
    return [int(each) for each in given]


def _listed(params: Mapping[str, Value], name: str) -> list[str]:
    return cast(list[str], params[name])


def _below(snapshot: Snapshot, regions: Collection[str]) -> set[int]:
    ids, parents = snapshot.ids("Region"), snapshot.column("Region", "parent_id").tolist()
    found = {ids.place(each) for each in regions}
    while more := {place for place, parent in enumerate(parents) if parent in found} - found:
        found |= more
    return found


def _with_needs(snapshot: Snapshot, needs: Collection[str]) -> Bools:
    import numpy as np

    offsets, need = snapshot.case_needs
    ids = snapshot.ids("Need")
    case = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    found = np.zeros(len(offsets) - 1, dtype=bool)
    found[case[np.isin(need, [ids.place(each) for each in needs])]] = True
    return found


def as_cypher(asking: Asking, datasets: Sequence[str]) -> dict[str, Any]:
    """The same choice as the parameters that the plain Cypher parts take."""
    snapshot = asking.reader.snapshot()
    ids = snapshot.ids("Center")
    return {
        "dataset_ids": list(datasets),
        "center_ids": [ids[place] for place in centers_in(snapshot, asking.params)],
        "months": [f"{year}-{month:02d}" for year in years(asking) for month in range(1, 13)],
    }
