"""How time grows with the number of cases: the load, combinations and gaps at sizes ten times apart, each in its own process.

The exponent is the slope of a straight line through the times in log-log: 1 where ten times the cases take ten times as long.
The opponent is that line with slope 1; a row's ratio is 1 over the exponent. A short start costs the same at every size and
flatters the exponent, so sizes begin where cases outweigh it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import gaps
from benchmarks.harness import Contender, Taken, take, work_folder
from benchmarks.ours import checked_and_published, cleared
from benchmarks.rows import GROWTH, wanted
from benchmarks.server import Servers

LARGEST, SIZES, TIMES, SMALLEST = 10_000_000, 4, 10, 5
WORKS = ("load", "combinations", "gaps")
LINE = "straight line in log-log, as exponent"


def combinations(home: str) -> int:
    """Ours, from a generation on disk to the answer: how many rows it has."""
    from graph.stores import open_store
    from queries.ask import ask

    reader = open_store("ladybug:", Path(home)).reader()
    answer = ask(reader, "partner_combinations", {"by": "partner_kind"})
    reader.close()
    return len(answer.rows)


def sizes(scale: float) -> list[int]:
    """Numbers of cases, each ten times the one before, up to 10 million at scale 1."""
    last = LARGEST * scale
    return [max(SMALLEST * TIMES**at, round(last / TIMES ** (SIZES - 1 - at))) for at in range(SIZES)]


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """Each work at each size, as many times as there are rounds."""
    counts = sizes(scale)
    taken: dict[str, list[list[Taken]]] = {work: [] for work in WORKS}
    whole = True
    for cases in counts:
        with work_folder(f"gaps-{cases}") as folder:
            loaded, spent = _at(folder, cases, rounds)
        whole = whole and loaded == cases
        for work in WORKS:
            taken[work].append(spent[work])
    return [_row(work, counts, taken[work], whole) for work in WORKS]


def _at(folder: Path, cases: int, rounds: int) -> tuple[int, dict[str, list[Taken]]]:
    """How many cases a load published, and what each work took."""
    from loaders.cohort.write import write_cohort

    home, tables = str(folder / "growth"), folder / "tables"
    if not tables.exists():  # those that gaps are counted in
        write_cohort(tables, cases, seed=1, file_format="parquet")
    load = Contender(checked_and_published, (str(tables), home, "ladybug:"), before=cleared)
    loads = [take(load) for _ in range(rounds)]
    spent = {"load": [each for _, each in loads]}
    spent["combinations"] = [take(Contender(combinations, (home,)))[1] for _ in range(rounds)]
    spent["gaps"] = [take(Contender(gaps.counted, (home,), before=gaps.forgotten))[1] for _ in range(rounds)]
    shutil.rmtree(home)
    return loads[-1][0]["CaseFile"], spent


def exponent(counts: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of the line of least squares through the times in log-log."""
    return float(np.polyfit(np.log(counts), np.log(seconds), 1)[0])


def _row(work: str, counts: Sequence[int], taken: Sequence[Sequence[Taken]], whole: bool) -> dict[str, Any]:
    """The row of a work: `ours` is the largest size, `theirs` what the line through the smallest foretells for it."""
    target = wanted(GROWTH[work], LINE)
    rounds = list(zip(*taken, strict=True))
    ratios = sorted(1 / max(exponent(counts, [each.wall_s for each in one]), 1e-3) for one in rounds)
    ratio = {"min": ratios[0], "median": float(np.median(ratios)), "max": ratios[-1]}
    ours, first = [one[-1] for one in rounds], [one[0] for one in rounds]
    foretold = [_stretched(each, counts[-1] / counts[0]) for each in first]
    return {
        "work": GROWTH[work],
        "opponent": LINE,
        "size": f"{counts[0]:,} to {counts[-1]:,} cases",
        "ratio": ratio,
        "ours": _middle(ours),
        "theirs": _middle(foretold),
        "answers_equal": whole,
        "target": target.target,
        # At smaller sizes the start outweighs the cases, and the exponent says nothing of growth.
        "met": None if counts[-1] < LARGEST or target.least is None else ratio["median"] >= target.least,
        "note": _told(counts, taken, 1 / ratio["median"]),
        "stretch": 1.0,
        "rounds": [{"ours": asdict(mine), "theirs": asdict(line)} for mine, line in zip(ours, foretold, strict=True)],
        "sizes": [{"cases": count, "rounds": [asdict(one) for one in each]} for count, each in zip(counts, taken, strict=True)],
    }


def _stretched(taken: Taken, times: float) -> Taken:
    return Taken(taken.wall_s * times, None if taken.cpu_s is None else taken.cpu_s * times, taken.peak_mib)


def _middle(taken: Sequence[Taken]) -> dict[str, float | None]:
    cpu = [each.cpu_s for each in taken if each.cpu_s is not None]
    return {
        "wall_s": float(np.median([each.wall_s for each in taken])),
        "cpu_s": float(np.median(cpu)) if cpu else None,
        "peak_mib": max((each.peak_mib for each in taken if each.peak_mib is not None), default=None),
    }


def _told(counts: Sequence[int], taken: Sequence[Sequence[Taken]], slope: float) -> str:
    each = (
        f"{count:,} cases: {_middle(spent)['wall_s']:.3g} s, {_middle(spent)['peak_mib'] or 0:,.0f} MiB"
        for count, spent in zip(counts, taken, strict=True)
    )
    small = "" if counts[-1] >= LARGEST else "too small to judge growth, as the start outweighs the cases; "
    return f"{small}exponent {slope:.2f}; {'; '.join(each)}"
