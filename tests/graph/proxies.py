"""A cluster as a driver sees one: several addresses and a routing table that names them, before one real server.

Each address is a relay that reads Bolt (4.4 to 5.4: chunked messages, PackStream), notes what went through, writes the table of
the cluster into the answers to ROUTE, and dies when it is told to. What it is not: several servers that copy from each other.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from neo4j._codec.packstream.v1 import PackableBuffer, Packer, UnpackableBuffer, Unpacker

HELLO, GOODBYE, RUN, BEGIN, COMMIT, PULL, ROUTE = b"\x01", b"\x02", b"\x10", b"\x11", b"\x12", b"\x3f", b"\x66"
SUCCESS, RECORD = b"\x70", b"\x71"
OFFERED = b"\x00\x04\x04\x05" + b"\x00\x00\x00\x00" * 3


@dataclass(frozen=True)
class Message:
    """What a client asked of an address."""

    tag: bytes
    fields: tuple[Any, ...]

    @property
    def told(self) -> dict[str, Any]:
        """Access mode and bookmarks, where a transaction begins."""
        return next((f for f in self.fields[::-1] if isinstance(f, dict)), {})

    @property
    def statement(self) -> str:
        return str(self.fields[0]) if self.tag == RUN else ""


@dataclass
class Proxy:
    """One address. It dies before it passes on a `fatal` message, or with the answer to one that it `loses`."""

    cluster: Cluster
    messages: list[Message] = field(default_factory=list)
    fatal: Callable[[Message], bool] = lambda _: False
    loses: Callable[[Message], bool] = lambda _: False
    alive: bool = True
    server: tuple[str, int] | None = None
    """The server behind this address alone, where it is not the one behind all."""
    bookmarks: list[str] = field(default_factory=list)
    """What it told after each commit, in order."""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def die(self) -> None:
        """Refuse, cut every connection, and have the cluster choose another writer."""
        self.alive = False
        self.cluster.lost(self)
        # `shutdown` wakes the threads that wait on a socket, `close` alone does not.
        for each in [self._listener, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def begun(self, mode: str) -> list[Message]:
        """Transactions begun here, to read ("r") or to write ("w")."""
        return [m for m in list(self.messages) if m.tag == BEGIN and m.told.get("mode", "w") == mode]

    def ran(self, part: str) -> int:
        """How many statements with this in them were asked for here."""
        return sum(part in m.statement for m in list(self.messages))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                server = socket.create_connection(self.server or self.cluster.server)
                self._open += [client, server]
                for side in (client, server):
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                asked: deque[Message] = deque()
                told = client.recv(20, socket.MSG_WAITALL)
                server.sendall(told[:4] + OFFERED)
                client.sendall(server.recv(4, socket.MSG_WAITALL))
                for relay, source, target in ((self._ask, client, server), (self._answer, server, client)):
                    threading.Thread(target=self._relay, args=(relay, source, target, asked), daemon=True).start()

    def _relay(self, relay: Callable[..., bytes | None], source: socket.socket, target: socket.socket, asked: Any) -> None:
        with suppress(OSError), source.makefile("rb") as stream:
            while (body := _body(stream)) is not None:
                told = relay(body, asked)
                if told is None:
                    break
                target.sendall(_chunked(told))
        for side in (source, target):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _ask(self, body: bytes, asked: deque[Message]) -> bytes | None:
        message = Message(body[1:2], tuple(_fields(body)))
        if self.fatal(message):
            self.die()
            return None
        self.messages.append(message)
        if message.tag != GOODBYE:
            asked.append(message)
        return body

    def _answer(self, body: bytes, asked: deque[Message]) -> bytes | None:
        if body[1:2] == RECORD:
            return body
        message = asked.popleft()
        if body[1:2] == SUCCESS and self.loses(message):
            self.die()
            return None
        if body[1:2] == SUCCESS and message.tag == COMMIT:
            self.bookmarks.append(_fields(body)[0]["bookmark"])
        if body[1:2] == SUCCESS and message.tag == ROUTE:
            told = _fields(body)[0]
            told["rt"] |= {"servers": self.cluster.table(), "ttl": 300}
            return _packed(SUCCESS, told)
        return body


class Cluster:
    """Addresses before a server: the first writes, all others read, every one knows the table."""

    def __init__(self, url: str, size: int = 3) -> None:
        parts = urlsplit(url)
        self.server = (parts.hostname or "127.0.0.1", parts.port or 7687)
        self._lock = threading.RLock()
        self.proxies: list[Proxy] = []
        self.proxies += [Proxy(self) for _ in range(size)]
        self.writer: Proxy | None = self.proxies[0]
        self.elects = True

    @property
    def readers(self) -> list[Proxy]:
        return [proxy for proxy in self.proxies if proxy is not self.writer and proxy.alive]

    @property
    def url(self) -> str:
        return f"neo4j://{self.proxies[-1].address}"

    def table(self) -> list[dict[str, Any]]:
        """As the server tells it."""
        with self._lock:
            living = [proxy.address for proxy in self.proxies if proxy.alive]
            reading = [proxy.address for proxy in self.readers] or living
            writing = [self.writer.address] if self.writer else []
        roles = (("WRITE", writing), ("READ", reading), ("ROUTE", living))
        return [{"addresses": addresses, "role": role} for role, addresses in roles]

    def lost(self, proxy: Proxy) -> None:
        with self._lock:
            if proxy is self.writer:
                self.writer = next((each for each in self.proxies if each.alive), None) if self.elects else None

    def elect(self) -> None:
        """Let a living member take writes."""
        self.elects = True
        self.writer = next(each for each in self.proxies if each.alive)

    def die(self) -> None:
        """All at once."""
        self.elects = False
        for proxy in self.proxies:
            proxy.die()


@contextmanager
def cluster_before(url: str) -> Iterator[Cluster]:
    """Three addresses before a server."""
    cluster = Cluster(url)
    try:
        yield cluster
    finally:
        cluster.die()


def _body(stream: Any) -> bytes | None:
    """A message without its chunks' heads; None at the end of the stream."""
    body = bytearray()
    while True:
        head = stream.read(2)
        if len(head) < 2:
            return None
        size = int.from_bytes(head, "big")
        if size:
            body += stream.read(size)
        elif body:
            return bytes(body)


def _chunked(body: bytes) -> bytes:
    parts = (body[i : i + 0xFFFF] for i in range(0, len(body), 0xFFFF))
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts) + b"\x00\x00"


def _fields(body: bytes) -> list[Any]:
    unpackable = UnpackableBuffer(body[2:])
    unpacker = Unpacker(unpackable)
    return [unpacker.unpack() for _ in range(body[0] & 0x0F)]


def _packed(tag: bytes, *fields: Any) -> bytes:
    buffer = PackableBuffer()
    Packer(buffer).pack_struct(tag, fields)
    return bytes(buffer.data)
