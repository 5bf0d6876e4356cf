"""Requests offered at a rate that does not wait for answers: `python -m benchmarks.offered_load` reads its orders from stdin.

Arrivals are Poisson and drawn beforehand. A request's time counts from when it was due, whether or not a connection was free
then, so that a server that stalls is charged for everybody who waited (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.running import Running

CONNECTIONS = 32


def offered(server: Running, requests: Sequence[bytes], rate: float, count: int, seed: int) -> dict[str, Any]:
    """Offer `count` requests a process of its own: seconds of each from when it was due, and how many failed."""
    orders = {"host": server.host, "port": server.port, "rate": rate, "count": count, "seed": seed}
    told = json.dumps(orders | {"requests": [each.decode("latin-1") for each in requests]})
    done = subprocess.run([sys.executable, "-m", __name__], input=told, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Offer:
    """One run: due requests wait for the first free connection."""

    def __init__(self, orders: dict[str, Any]) -> None:
        rng = np.random.default_rng(orders["seed"])
        self.due = np.cumsum(rng.exponential(1 / orders["rate"], orders["count"])).tolist()
        self.which = rng.integers(0, len(orders["requests"]), orders["count"]).tolist()
        self.requests = [each.encode("latin-1") for each in orders["requests"]]
        self.host, self.port = orders["host"], orders["port"]
        self.waiting: deque[int] = deque()
        self.free: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self.took = [0.0] * orders["count"]
        self.failed = 0

    async def run(self) -> dict[str, Any]:
        """Offer everything and wait for the last answer."""
        self.free.extend([await asyncio.open_connection(self.host, self.port) for _ in range(CONNECTIONS)])
        loop = asyncio.get_running_loop()
        self.begin = loop.time() + 0.2
        tasks = []
        for number, due in enumerate(self.due):
            pause = self.begin + due - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            self.waiting.append(number)
            if self.free:
                tasks.append(loop.create_task(self._serve(*self.free.popleft())))
        for task in tasks:
            await task
        return {"seconds": self.took, "failed": self.failed}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            number = self.waiting.popleft()
            writer.write(self.requests[self.which[number]])
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
            await reader.readexactly(int(length.partition(b":")[2]))
            self.failed += head[9:12] not in (b"200", b"304")
            self.took[number] = loop.time() - self.begin - self.due[number]
        self.free.append((reader, writer))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Offer(json.load(sys.stdin)).run())))
