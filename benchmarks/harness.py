"""Two contenders do the same work in turn, each time in a fresh process; only equal answers make a ratio.

A ratio is the opponent's wall time over ours in the same round: how many times as long it takes. 1 is a draw.
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.rows import wanted

MIB = 1 << 20
Same = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Contender:
    """A module-level function and its arguments; `server` is the process whose CPU time counts too."""

    run: Callable[..., Any]
    args: tuple[Any, ...] = ()
    server: int | None = None
    before: Callable[..., Any] | None = None
    """Called with the same arguments before the clock starts: removes what the last round left."""


@dataclass(frozen=True)
class Taken:
    """Seconds of wall and CPU (None: not taken), and the peak memory of the contender's own process."""

    wall_s: float
    cpu_s: float | None = None
    peak_mib: float | None = None


@contextmanager
def work_folder(name: str) -> Iterator[Path]:
    """A folder that is gone afterwards. Below PUMASI_BENCH_FOLDER it stays, and what was made there is not made again."""
    stays = os.environ.get("PUMASI_BENCH_FOLDER")
    if stays:
        yield Path(stays) / name
    else:
        with TemporaryDirectory() as folder:
            yield Path(folder)


def take(contender: Contender) -> tuple[Any, Taken]:
    """The answer and what it took, in a process of its own."""
    if contender.before is not None:
        contender.before(*contender.args)
    beside = cpu_of(contender.server)
    with get_context("spawn").Pool(1) as pool:
        answer, wall, cpu, peak = pool.apply(_measured, (contender.run, contender.args))
    return answer, Taken(wall, cpu + cpu_of(contender.server) - beside, peak)


def take_here(run: Callable[..., Any], *args: Any, server: int | None = None) -> tuple[Any, Taken]:
    """The answer and what it took in this very process, for work too short for one of its own; see `peak_alone` for memory."""
    used, start = time.process_time() + cpu_of(server), time.perf_counter()
    answer = run(*args)
    return answer, Taken(time.perf_counter() - start, time.process_time() + cpu_of(server) - used)


def peak_alone(prepare: Callable[[], tuple[Any, ...]], run: Callable[..., Any]) -> float:
    """MiB at the peak of `run(*prepare())` in a process of its own, counted from when all is prepared."""
    with get_context("spawn").Pool(1) as pool:
        return float(pool.apply(_peak_after, (prepare, run)))


def _peak_after(prepare: Callable[[], tuple[Any, ...]], run: Callable[..., Any]) -> float:
    told = prepare()
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # proc(5): the peak begins again at what is held now
    run(*told)
    return peak_of(os.getpid())


def _measured(run: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, float, float, float]:
    used, start = _cpu(), time.perf_counter()
    answer = run(*args)
    wall, cpu = time.perf_counter() - start, _cpu() - used
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    # A contender that is a command of its own counts by its memory, not by that of the process that started it.
    return answer, wall, cpu, children or peak_of(os.getpid())


def _cpu() -> float:
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in told)


def cpu_of(pid: int | None) -> float:
    """Seconds of CPU that a process has used so far, all its threads, to the nanosecond (clock_getcpuclockid(3) of Linux)."""
    return 0.0 if pid is None else time.clock_gettime(~pid << 3 | 2)


def peak_of(pid: int) -> float:
    """MiB that a process has held at the most. `ru_maxrss` would begin at what its parent held when it started it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def equal(ours: Any, theirs: Any) -> bool:
    """Whether the answers are the same."""
    return bool(ours == theirs)


def compare(
    work: str,
    opponent: str,
    ours: Contender,
    theirs: Contender,
    rounds: int,
    *,
    size: str,
    note: str = "",
    same: Same = equal,
) -> dict[str, Any]:
    """One row: both sides in turn, `rounds` times, who begins changing each round."""
    taken: list[tuple[Taken, Taken]] = []
    answers_equal = True
    for number in range(rounds):
        order = [(0, ours), (1, theirs)]
        got = {place: take(side) for place, side in (order if number % 2 else order[::-1])}
        answers_equal = answers_equal and same(got[0][0], got[1][0])
        taken.append((got[0][1], got[1][1]))
    return row(work, opponent, taken, answers_equal, size=size, note=note)


def row(
    work: str,
    opponent: str,
    taken: Sequence[tuple[Taken, Taken]],
    answers_equal: bool,
    *,
    size: str,
    note: str = "",
    stretch: float = 1.0,
    by: str = "wall_s",
) -> dict[str, Any]:
    """The row of these rounds. `stretch` multiplies the opponent's times where it did only a part of the work; `by` is what
    the ratio is of, wall or CPU time."""
    target = wanted(work, opponent)
    ratios = sorted(stretch * getattr(theirs, by) / getattr(ours, by) for ours, theirs in taken) if answers_equal else []
    ratio = {"min": ratios[0], "median": statistics.median(ratios), "max": ratios[-1]} if ratios else None
    return {
        "work": work,
        "opponent": opponent,
        "size": size,
        "ratio": ratio,
        "ours": _middle([ours for ours, _ in taken], 1.0),
        "theirs": _middle([theirs for _, theirs in taken], stretch),
        "answers_equal": answers_equal,
        "target": target.target,
        "met": None if target.least is None else bool(ratio and ratio["median"] >= target.least),
        "met_in_every_round": None if target.least is None else bool(ratio and ratio["min"] >= target.least),
        "note": note,
        "stretch": stretch,
        "rounds": [{"ours": asdict(ours), "theirs": asdict(theirs)} for ours, theirs in taken],
    }


def together(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One row of several that differ in their rounds only."""
    first = rows[0]
    taken = [(Taken(**each["ours"]), Taken(**each["theirs"])) for found in rows for each in found["rounds"]]
    right = all(found["answers_equal"] for found in rows)
    told = {name: first[name] for name in ("size", "note", "stretch")}
    return row(first["work"], first["opponent"], taken, right, **told)


def _middle(taken: Sequence[Taken], stretch: float) -> dict[str, float | None]:
    if not taken:
        return {"wall_s": None, "cpu_s": None, "peak_mib": None}
    cpu = [each.cpu_s for each in taken if each.cpu_s is not None]
    peak = [each.peak_mib for each in taken if each.peak_mib is not None]
    return {
        "wall_s": stretch * statistics.median(each.wall_s for each in taken),
        "cpu_s": stretch * statistics.median(cpu) if cpu else None,
        "peak_mib": max(peak) if peak else None,
    }
