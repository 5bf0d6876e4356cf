"""An answer sent again, against an ASGI app that does nothing else: CPU of the server, and how long the slowest wait."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.harness import Taken, cpu_of, peak_of, row
from benchmarks.offered_load import offered
from benchmarks.ours import checked_and_published
from benchmarks.rows import HIT, TAIL
from benchmarks.running import ROOT, Client, Running, opponent, ours, running
from benchmarks.server import Servers

FLOOR = "raw ASGI floor"
ADDRESSES = (
    "/api/questions/network_overview", "/api/questions/partner_reach?top=10", "/api/network", "/q/network_overview",
    "/api/referrals?need=need-career-break",
)  # fmt: skip
ADDED = ("date", "server", "transfer-encoding", "connection")
"""Headers that the server adds by itself."""
LOAD = 0.8


@dataclass(frozen=True)
class Held:
    """What a client is sent for one address, and for the same when it holds the tag."""

    path: str
    tag: str
    whole: tuple[dict[str, str], bytes]
    unchanged: dict[str, str]

    @classmethod
    def of(cls, client: Client, path: str) -> Held:
        """Asked twice, so that it comes from the cache where there is one."""
        client.get(path)
        status, headers, body = client.get(path)
        assert status == 200, body[:300]
        status, unchanged, _ = client.get(path, If_None_Match=headers["etag"])
        assert status == 304
        return cls(path, headers["etag"], (_own(headers), body), _own(unchanged))

    def requests(self) -> list[bytes]:
        """The bytes of both requests."""
        plain = f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        return [f"{plain}\r\n".encode(), f"{plain}If-None-Match: {self.tag}\r\n\r\n".encode()]


def _own(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in ADDED}


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """20,000 requests a round and side at scale 1."""
    count = max(300, round(20_000 * scale))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        checked_and_published(str(ROOT / "data" / "moel-2025"), str(home), "ladybug:")
        with running(*ours(home)) as first:
            held = [Held.of(Client(first), path) for path in ADDRESSES]
            answers = Path(folder) / "answers.json"
            answers.write_text(json.dumps({each.path: _as_floor(each) for each in held}), "utf-8")
            with running(*opponent("asgi_floor", FLOOR_ANSWERS=str(answers))) as second:
                same = held == [Held.of(Client(second), path) for path in ADDRESSES]
                hits = [_pair(number, first, second, held, count) for number in range(rounds)]
                rate = LOAD * count / statistics.median(mine.cpu_s or 1.0 for mine, _ in hits)
                tails = [_tails(number, first, second, held, rate, count) for number in range(rounds)]
    size = f"{count:,} requests, half of them 304; bodies of {min(len(e.whole[1]) for e in held):,} to "
    size += f"{max(len(e.whole[1]) for e in held):,} bytes"
    failed = sum(failures for _, failures in tails)
    note = f"the same {rate:,.0f} requests a second are offered to both, at which ours takes {LOAD:.0%} of a core; "
    note += "Poisson arrivals from another process, each timed from when it was due; hits and 304 only, so no answer is made; "
    note += "CPU is of all requests"
    told = "CPU of the server's process; the floor sends the same bytes and headers under the same uvicorn"
    return [
        row(HIT, FLOOR, hits, same, size=size, note=told, by="cpu_s"),
        row(TAIL, FLOOR, [pair for pair, _ in tails], same and not failed, size=size, note=note),
    ]


def _as_floor(held: Held) -> dict[str, Any]:
    headers, body = held.whole
    return {
        "tag": held.tag, "headers": list(headers.items()), "unchanged": list(held.unchanged.items()),
        "body": body.decode("latin-1"),
    }  # fmt: skip


def _pair(number: int, first: Running, second: Running, held: Sequence[Held], count: int) -> tuple[Taken, Taken]:
    order = (first, second) if number % 2 else (second, first)
    taken = {server.pid: _closed_loop(server, held, count) for server in order}
    return taken[first.pid], taken[second.pid]


def _closed_loop(server: Running, held: Sequence[Held], count: int) -> Taken:
    """One client that asks again as soon as it is answered."""
    client = Client(server)
    used, start = cpu_of(server.pid), perf_counter()
    for place in range(count):
        each = held[place // 2 % len(held)]
        if place % 2:
            client.get(each.path, If_None_Match=each.tag)
        else:
            client.get(each.path)
    return Taken(perf_counter() - start, cpu_of(server.pid) - used, peak_of(server.pid))


def _tails(
    number: int, first: Running, second: Running, held: Sequence[Held], rate: float, count: int
) -> tuple[tuple[Taken, Taken], int]:
    requests = [request for each in held for request in each.requests()]
    order = (first, second) if number % 2 else (second, first)
    found = {server.pid: _open_loop(server, requests, rate, count, number + 1) for server in order}
    return (found[first.pid][0], found[second.pid][0]), sum(failed for _, failed in found.values())


def _open_loop(server: Running, requests: Sequence[bytes], rate: float, count: int, seed: int) -> tuple[Taken, int]:
    """The 99th percentile beside the server's CPU for all of it, and how many requests failed."""
    used = cpu_of(server.pid)
    found = offered(server, requests, rate, count, seed)
    slow = statistics.quantiles(found["seconds"], n=100)[98]
    return Taken(slow, cpu_of(server.pid) - used, peak_of(server.pid)), int(found["failed"])
