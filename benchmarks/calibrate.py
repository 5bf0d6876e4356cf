"""Hold the combination engine against cohorts of known truth.

`python -m benchmarks.calibrate --runs 300 --out docs/calibration.md`. Every run is one cohort with a fixed seed, judged as a
planner's question would be. Raw figures go beside the page as JSON.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from analysis import combinations, evidence
from analysis.chance import SHUFFLES
from analysis.counting import items_of
from analysis.folding import fold
from analysis.rates import wilson
from benchmarks import cohorts
from benchmarks.cohorts import Cohort
from benchmarks.opponents.combinations_reference import reference_names

BATCH = 100_000
"""Seeds of calibration runs start here; tests use others."""

FALSE_CLAIMS = (
    cohorts.NOTHING,
    cohorts.CONFOUNDED,
    cohorts.RARE,
    cohorts.THREE_WAY,
    cohorts.FORTY_NOTHING,
    cohorts.FORTY_SINGLE,
)
"""Cohorts of which at most 5 % may end in a false claim."""


@dataclass(frozen=True)
class Run:
    """What the engine said of one cohort."""

    named: tuple[tuple[int, ...], ...]
    grades: tuple[str, ...]
    shrunk: float
    cells: int
    covered: int
    shrunk_covered: int


@dataclass(frozen=True)
class Row:
    """One line of the page."""

    cohort: str
    n: int
    measure: str
    target: str
    reached: float
    met: bool | None
    runs: int
    low: float | None = None
    high: float | None = None


def judge(cohort: Cohort, max_size: int, seed: int) -> Run:
    masks, hired, strata = cohort.draw(seed)
    if hired.all():
        return Run((), (), 0.0, 0, 0, 0)
    found = combinations.find(fold(masks, hired, strata), max_size=max_size)
    truth = np.array([cohort.truth(items_of(int(mask))) for mask in found.masks])
    covered = (found.rate_low <= truth) & (truth <= found.rate_high)
    hoped = (found.shrunk_low <= truth) & (truth <= found.shrunk_high)
    return Run(
        named=tuple(items_of(int(mask)) for mask in found.masks[: found.named]),
        grades=found.evidence[: found.named],
        shrunk=float(found.shrunk_rate[0]) if found.named else 0.0,
        cells=truth.size,
        covered=int(covered.sum()),
        shrunk_covered=int(hoped.sum()),
    )


def refer(cohort: Cohort, max_size: int, seed: int) -> Run:
    masks, hired, _ = cohort.draw(seed)
    named = reference_names(masks, hired, len(cohort.prevalences), max_size)
    return Run(named, ("E2",) * len(named), 0.0, 0, 0, 0)


def refused(n: int) -> bool:
    masks, _, _ = cohorts.NOTHING.at(n).draw(n)
    stories = fold(masks, np.ones(n, dtype=bool))
    for selection in ("success_stories", "complete"):
        try:
            combinations.find(stories, selection=selection)
        except evidence.NoDenominatorError:
            continue
        return False
    return True


class Bench:
    """Runs cohorts once each and collects the page's lines."""

    def __init__(self, runs: int, false_claim_runs: int, max_size: int, pool: Any, kept: Path | None) -> None:
        self.runs, self.false_claim_runs, self.max_size, self.pool, self.kept = runs, false_claim_runs, max_size, pool, kept
        self.rows: list[Row] = []
        self.made: dict[tuple[str, int, str], list[Run]] = {}
        if kept and kept.exists():
            self.made = pickle.loads(kept.read_bytes())

    def of(self, cohort: Cohort, n: int, how: Callable[..., Run] = judge) -> list[Run]:
        key = (cohort.name, n, how.__name__)
        made, asked = self.made.setdefault(key, []), self.runs_of(cohort, n)
        if len(made) < asked:
            seeds = range(BATCH + len(made), BATCH + asked)
            made += self.pool.map(partial(how, cohort.at(n), self.max_size), seeds, chunksize=10)
            print(f"{cohort.name:45s} n={n:<6d} {how.__name__}", flush=True)
            if self.kept:
                self.kept.write_bytes(pickle.dumps(self.made))
        return made[:asked]

    def runs_of(self, cohort: Cohort, n: int) -> int:
        """More runs where at most 5 % is asked: of 300, one row in twenty would miss by chance at a true share of 3 %."""
        quick = n <= 400 or len(cohort.prevalences) <= len(cohorts.EIGHT)
        return self.false_claim_runs if cohort in FALSE_CLAIMS and quick else self.runs

    def share(
        self,
        cohort: Cohort,
        n: int,
        measure: str,
        say: Callable[[Run], bool],
        least: float | None = None,
        most: float | None = None,
    ) -> None:
        self.add_share(cohort.name, n, measure, [say(run) for run in self.of(cohort, n)], least, most)

    def add_share(
        self, cohort: str, n: int, measure: str, said: list[bool], least: float | None = None, most: float | None = None
    ) -> None:
        seen = wilson(np.array([sum(said)]), np.array([len(said)]))
        self.add(cohort, n, measure, sum(said) / len(said), least, most, len(said))
        self.rows[-1] = replace(self.rows[-1], low=round(float(seen.low[0]), 4), high=round(float(seen.high[0]), 4))

    def add(
        self, cohort: str, n: int, measure: str, reached: float, least: float | None, most: float | None, runs: int
    ) -> None:
        parts = [f"at least {least:g}" if least is not None else "", f"at most {most:g}" if most is not None else ""]
        target = " and ".join(part for part in parts if part) or "as it is"
        bounds = (least is None or reached >= least) and (most is None or reached <= most)
        self.rows.append(Row(cohort, n, measure, target, round(reached, 4), bounds if target != "as it is" else None, runs))


def any_claim(run: Run) -> bool:
    return bool(run.named)


def no_effect(bench: Bench) -> None:
    for n in (15, 30, 60, 150, 400, 2000):
        bench.share(cohorts.NOTHING, n, "any claim at E2 or above", any_claim, most=0.05)


def planted(bench: Bench) -> None:
    targets = {150: 0.30, 400: 0.92, 1000: 0.99}
    for cohort in (cohorts.PAIR, cohorts.SINGLE, cohorts.LOWERING):
        for n, least in targets.items():
            _naming(bench, cohort, n, least)


def scarce(bench: Bench) -> None:
    for cohort in (cohorts.SCARCE_PAIR, cohorts.COMMON_PAIR, cohorts.RARE, cohorts.THREE_WAY):
        for n in (150, 400, 1000):
            _naming(bench, cohort, n, None)


def forty(bench: Bench) -> None:
    for n in (150, 400, 2000):
        bench.share(cohorts.FORTY_NOTHING, n, "any claim at E2 or above", any_claim, most=0.05)
    for n in (150, 400, 1000):
        _naming(bench, cohorts.FORTY_SINGLE, n, None)


def _naming(bench: Bench, cohort: Cohort, n: int, least: float | None) -> None:
    bench.share(cohort, n, "exactly the planted is named first", lambda run: run.named[:1] == (cohort.planted,), least)
    bench.share(cohort, n, "exactly the planted is named, and nothing else", lambda run: run.named == (cohort.planted,))
    most = 0.05 if cohort in FALSE_CLAIMS else None
    bench.share(cohort, n, "any false claim", lambda run: any(cohort.is_false(items) for items in run.named), most=most)


def confounder(bench: Bench) -> None:
    for n in (150, 400, 2000):
        bench.share(
            cohorts.CONFOUNDED, n, "any claim at E3 or above", lambda run: any(g >= "E3" for g in run.grades), most=0.05
        )
        bench.share(cohorts.CONFOUNDED, n, "the confounded partner is shown, as E2 with the warning", _warned)
        bench.share(cohorts.PAIR, n, "the pair is named and reaches E3", lambda run: "E3" in run.grades)


def _warned(run: Run) -> bool:
    return any(3 in items and grade == "E2" for items, grade in zip(run.named, run.grades, strict=True))


def intervals(bench: Bench) -> None:
    for cohort in (cohorts.NOTHING, cohorts.PAIR):
        for n in (150, 400):
            runs = bench.of(cohort, n)
            cells = sum(run.cells for run in runs)
            seen = sum(run.covered for run in runs) / cells
            hoped = sum(run.shrunk_covered for run in runs) / cells
            bench.add(cohort.name, n, "Wilson intervals cover the truth, over all cells", seen, 0.93, 0.97, len(runs))
            bench.add(
                cohort.name, n, "intervals of the shrunk rate cover the truth, over all cells", hoped, None, None, len(runs)
            )


def winners_curse(bench: Bench) -> None:
    for cohort in (cohorts.PAIR, cohorts.SINGLE, cohorts.LOWERING, cohorts.SCARCE_PAIR):
        for n in (150, 400):
            gaps = [run.shrunk - cohort.at(n).truth(run.named[0]) for run in bench.of(cohort, n) if run.named]
            least, most = (None, None) if cohort is cohorts.SCARCE_PAIR else (-0.05, 0.05)
            measure = "first named: shrunk rate minus truth, on average"
            bench.add(cohort.name, n, measure, float(np.mean(gaps)), least, most, len(gaps))


def stories(bench: Bench) -> None:
    for n in (15, 400):
        bench.add("success stories only", n, "refuses to compare (E1 at most)", float(refused(n)), 1.0, None, 1)


def reference(bench: Bench) -> None:
    for n in (150, 400, 2000):
        runs = bench.of(cohorts.NOTHING, n, refer)
        bench.add_share("no effect (reference method)", n, "any claim", [any_claim(run) for run in runs])
    for cohort in (cohorts.PAIR, cohorts.SCARCE_PAIR):
        for n in (150, 400, 1000):
            hits = [run.named[:1] == (cohort.planted,) for run in bench.of(cohort, n, refer)]
            bench.add_share(f"{cohort.name} (reference method)", n, "exactly the planted is named first", hits)


PARTS = (no_effect, planted, confounder, scarce, intervals, winners_curse, stories, reference, forty)


def page(bench: Bench) -> str:
    shares = ", ".join(f"{p:.0%}" for p in cohorts.EIGHT)
    pair = cohorts.PAIR
    lines = [
        "# Calibration of the combination engine",
        "",
        f"{bench.runs} runs per cell, {bench.false_claim_runs} where at most 5 % is asked (with 40 partners up to 400 cases);",
        f"seeds from {BATCH} on; combinations of up to {bench.max_size} partners with at least {combinations.MIN_CASES} cases;",
        f"level {combinations.LEVEL}; {SHUFFLES} shuffles. In brackets: 95 % interval of the share.",
        "Written by `make calibrate`. Raw figures: `calibration.json`.",
        "",
        f"Unless told otherwise: 8 partner types held by {shares} of cases, independently; hire rate {pair.base:.2f}, with the",
        f"planted partners {pair.effect:.2f}; {cohorts.CENTERS} centers crossed with {cohorts.AGE_BANDS} age bands as strata.",
        "Confounder: four centers hire 30, 45, 60, 75 % whatever is done and use the partner in 15, 35, 60, 80 % of cases.",
        "A claim is false when some member adds nothing to the others. The reference method, for comparison, is",
        "Benjamini-Hochberg at 0.05 over one-sided exact tests, kept where every part is beaten at 0.05, ordered by p-value.",
        "",
        "| cohort | n | measure | target | reached | runs | |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join(lines + [_line(row) for row in bench.rows]) + "\n"


def _line(row: Row) -> str:
    sign = {True: "met", False: "**missed**", None: ""}[row.met]
    between = "" if row.low is None else f" ({row.low:.3f} to {row.high:.3f})"
    return f"| {row.cohort} | {row.n} | {row.measure} | {row.target} | {row.reached:.3f}{between} | {row.runs} | {sign} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--false-claim-runs", type=int, default=1000, help="where at most 5 %% may end in a false claim")
    parser.add_argument("--max-size", type=int, default=4)
    parser.add_argument("--keep", type=Path, help="keep finished cells in this file and go on from them")
    parser.add_argument("--out", type=Path, default=Path("docs/calibration.md"))
    asked = parser.parse_args()
    with Pool(os.cpu_count()) as pool:
        bench = Bench(asked.runs, max(asked.runs, asked.false_claim_runs), asked.max_size, pool, asked.keep)
        for part in PARTS:
            part(bench)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(page(bench), encoding="utf-8")
    raw = {
        "runs": asked.runs,
        "false_claim_runs": asked.false_claim_runs,
        "max_size": asked.max_size,
        "level": combinations.LEVEL,
        "rows": [asdict(row) for row in bench.rows],
    }
    asked.out.with_suffix(".json").write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(page(bench))


if __name__ == "__main__":
    main()
