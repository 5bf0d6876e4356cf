"""All pairs and triples of 60 partner types with hires, against fpgrowth and two ways in DuckDB.

`python -m benchmarks.combinations --cases 10000000 --rounds 3 --out benchmarks/results/combinations.json`. Every contender
answers the same question on the same columns in the same run, rounds interleaved; answers are compared before any time counts.
fpgrowth, which gives supports only, runs at its own smaller size together with ours, for want of memory at the full one.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from analysis.counting import Counted, count
from analysis.folding import fold
from benchmarks.harness import Taken, take_here
from benchmarks.opponents import combinations_duckdb, combinations_fpgrowth

ITEMS = 60
CENTERS = 70
BLOCK = 500_000


def made(cases: int, seed: int = 1) -> tuple[Any, Any]:
    """masks uint64[n], hired bool[n]: each center works with its own dozen of 60 partner types, a few of them in most cases."""
    rng = np.random.default_rng(seed)
    reach = np.sort(rng.beta(0.5, 2.0, ITEMS))[::-1]
    own = rng.random((CENTERS, ITEMS)) < 0.15 + 0.6 * reach
    usage = np.where(own, np.clip(1.3 * reach * rng.uniform(0.6, 1.4, (CENTERS, 1)), 0.03, 0.95), 0.004)
    size = rng.zipf(1.6, CENTERS).clip(max=40).astype(float)
    masks, hired = np.zeros(cases, np.uint64), np.zeros(cases, bool)
    for start in range(0, cases, BLOCK):
        part = slice(start, min(start + BLOCK, cases))
        center = rng.choice(CENTERS, part.stop - part.start, p=size / size.sum())
        for item in range(ITEMS):
            has = rng.random(center.size) < usage[center, item]
            masks[part] |= has.astype(np.uint64) << np.uint64(item)
        hired[part] = rng.random(center.size) < 0.5
    return masks, hired


def ours(masks: Any, hired: Any) -> Counted:
    return count(fold(masks, hired), 3)


def as_table(counted: Counted) -> dict[int, tuple[int, int]]:
    wanted = counted.take(counted.size > 1)
    return dict(zip(wanted.masks.tolist(), zip(wanted.cases.tolist(), wanted.hires.tolist(), strict=True), strict=True))


def peak_over(run: Callable[[], Any]) -> int:
    """Bytes of memory this takes at its peak, above what was held before."""
    page, going, most = os.sysconf("SC_PAGE_SIZE"), True, 0

    def held() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * page

    def watch() -> None:
        nonlocal most
        while going:
            most = max(most, held())
            time.sleep(0.002)

    before = held()
    watcher = threading.Thread(target=watch)
    watcher.start()
    run()
    going = False
    watcher.join()
    return most - before


def memory_share(cases: int) -> float:
    """Peak memory of ours as a share of the bytes of the columns."""
    ours(*made(400_000))
    masks, hired = made(cases)
    return peak_over(lambda: ours(masks, hired)) / (masks.nbytes + hired.nbytes)


def in_fresh_process(cases: int) -> float:
    """Without memory that earlier work left behind for reuse."""
    with get_context("spawn").Pool(1) as pool:
        return float(pool.apply(memory_share, (cases,)))


def figures(taken: dict[str, list[Taken]]) -> dict[str, Any]:
    """Seconds of wall and CPU by contender, and ratios of wall to ours."""
    wall, out = {name: np.array([each.wall_s for each in rounds]) for name, rounds in taken.items()}, {}
    for name, seconds in wall.items():
        each = seconds / wall["pumasi"]
        out[name] = {"median": float(np.median(each)), "least": float(each.min()), "most": float(each.max())}
    cpu = {name: [each.cpu_s for each in rounds] for name, rounds in taken.items()}
    return {"seconds": {name: each.tolist() for name, each in wall.items()}, "cpu_seconds": cpu, "ratio_to_pumasi": out}


def in_full(cases: int, rounds: int) -> dict[str, Any]:
    masks, hired = made(cases)
    folded, half = fold(masks, hired), cases // 2
    contenders: dict[str, Callable[[], Any]] = {
        "pumasi": lambda: as_table(ours(masks, hired)),
        "pumasi, already folded": lambda: as_table(count(folded, 3)),
        "duckdb, group by mask and unnest": lambda: combinations_duckdb.by_mask(masks, hired, ITEMS),
        "duckdb, self-join": lambda: combinations_duckdb.by_self_join(masks, hired, ITEMS),
    }
    taken: dict[str, list[Taken]] = {name: [] for name in contenders}
    expected = as_table(ours(masks, hired))
    for turn in range(rounds):
        for name, run in contenders.items():
            answer, spent = take_here(run)
            if answer != expected:
                raise SystemExit(f"{name} gives another answer")
            taken[name].append(spent)
            print(f"round {turn + 1}: {name}: {spent.wall_s:.2f} s", flush=True)
    linear = [take_here(ours, masks[:half], hired[:half])[1].wall_s for _ in range(rounds)]
    return {
        "cases": cases,
        "distinct_masks": int(folded.masks.size),
        "combinations": len(expected),
        **figures(taken),
        "half_the_cases_seconds": linear,
        "peak_memory_over_columns": in_fresh_process(cases),
    }


def with_fpgrowth(cases: int, rounds: int) -> dict[str, Any]:
    masks, hired = made(cases)
    expected = {mask: n for mask, (n, _) in as_table(ours(masks, hired)).items()}
    taken: dict[str, list[Taken]] = {"pumasi": [], "mlxtend fpgrowth (supports only)": []}
    for turn in range(rounds):
        taken["pumasi"].append(take_here(ours, masks, hired)[1])
        answer, spent = take_here(combinations_fpgrowth.supports, masks, ITEMS)
        if answer != expected:
            raise SystemExit("fpgrowth gives another answer")
        taken["mlxtend fpgrowth (supports only)"].append(spent)
        print(f"round {turn + 1}: fpgrowth at {cases}: {spent.wall_s:.2f} s", flush=True)
    return {"cases": cases, **figures(taken)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--fpgrowth-cases", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/combinations.json"))
    asked = parser.parse_args()
    _, first = take_here(ours, *made(400_000))
    result: dict[str, Any] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0], "first_call_seconds": first.wall_s}
    result["full"] = in_full(asked.cases, asked.rounds)
    result["fpgrowth"] = with_fpgrowth(asked.fpgrowth_cases, asked.rounds)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for part in ("full", "fpgrowth"):
        for name, ratio in result[part]["ratio_to_pumasi"].items():
            spread = f"({ratio['least']:.1f} to {ratio['most']:.1f})"
            print(f"{result[part]['cases']} cases, {name}: {ratio['median']:.1f} times ours {spread}")
    print(f"peak memory over the columns: {result['full']['peak_memory_over_columns']:.2f}")


if __name__ == "__main__":
    main()
