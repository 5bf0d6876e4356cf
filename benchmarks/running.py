"""Servers as processes of their own, and clients that ask them over a socket."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Running:
    """Where a server listens, and its process."""

    host: str
    port: int
    pid: int


@contextmanager
def running(command: list[str], variables: Mapping[str, str]) -> Iterator[Running]:
    """A server that prints its address on its first line; it ends with the block."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | variables, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = urlsplit(next(word for word in line.split() if word.startswith("http")))
        yield Running(str(address.hostname), int(address.port or 0), process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def ours(home: Path) -> tuple[list[str], dict[str, str]]:
    """`pumasi serve` of a workspace, as `running` starts it."""
    return [str(Path(sys.executable).with_name("pumasi")), "serve", "--port", "0"], {
        "PUMASI_HOME": str(home),
        "PUMASI_STORE": "",
    }


def opponent(module: str, **variables: str) -> tuple[list[str], dict[str, str]]:
    """A server of `benchmarks/opponents`, as `running` starts it."""
    return [sys.executable, "-m", f"benchmarks.opponents.{module}"], variables


class Client:
    """One connection that is kept open."""

    def __init__(self, server: Running) -> None:
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=120)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        self._connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = self._connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def json(self, path: str) -> Any:
        """The object at a path; AssertionError with what was said instead."""
        status, _, body = self.get(path)
        assert status == 200, body[:500]
        return json.loads(body)
