"""What a page takes of the browser's processes: their CPU, and the memory of the one that draws it."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.harness import Taken, cpu_of, peak_of

RENDERER = "--type=renderer"


class Beside:
    """Counts from when it is made. CPU is that of all processes of the browser, and of the server where there is one."""

    def __init__(self, server: int | None = None) -> None:
        """Counts from now on."""
        self._server, self._before = server, _cpu()
        self._served = cpu_of(server)

    def taken(self, wall_s: float) -> Taken:
        """What was taken until now, beside so many seconds; memory is that of the renderer that was busiest meanwhile."""
        spent = {pid: cpu - self._before.get(pid, 0.0) for pid, cpu in _cpu().items()}
        drew = max((pid for pid in spent if RENDERER in _command(pid)), key=spent.__getitem__)
        return Taken(wall_s, sum(spent.values()) + cpu_of(self._server) - self._served, peak_of(drew))


def _cpu() -> dict[int, float]:
    """Seconds of CPU so far of each process of the browser."""
    found = dict[int, float]()
    for pid in _below(os.getpid()):
        try:
            if "chrom" in _command(pid):
                found[pid] = cpu_of(pid)
        except OSError:  # It ended meanwhile.
            continue
    return found


def _below(root: int) -> list[int]:
    """The processes below one, whoever started them."""
    parents = dict[int, list[int]]()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(status.parent.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found[1:]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
