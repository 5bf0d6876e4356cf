"""The same network placed by graphviz: multilevel forces, no overlap removed, no line drawn, as plain text."""

from __future__ import annotations

import subprocess


def placed(command: str, count: int, ends: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """x and y of each node."""
    lines = [*map(str, range(count)), *(f"{start}--{end}" for start, end in ends)]
    asked = "graph {\n" + "\n".join(lines) + "\n}\n"
    options = ["-Tplain", "-Goverlap=true", "-Gsplines=none"]
    told = subprocess.run([command, *options], input=asked, capture_output=True, text=True, check=True).stdout
    found = [(0.0, 0.0)] * count
    for line in told.splitlines():
        if line.startswith("node "):
            _, node, x, y, *_ = line.split()
            found[int(node)] = (float(x), float(y))
    return found
