"""A cache in front of the framework: an answer given before on this generation is sent again as it was.

Only what an address declares to be true of its generation is kept: a 200 or 304 with an entity tag (`entity_tag`), without a
cookie of its own. What it hangs on besides is in the key: the address, the language, and whether the client reads gzip; the
audience and the program do not change while an app runs. An entry is served as long as its generation is the current one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from starlette.requests import cookie_parser

from api.headers import ANSWERED_FROM, COOKIE, not_modified

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Headers = list[tuple[bytes, bytes]]

MEMORY = 64 << 20
"""Bytes of all answers kept."""
LARGEST = 4 << 20
"""Bytes of one answer; a larger one is not kept."""
ENTRY = 1024
"""Bytes that an entry takes besides its body, its headers and its key, counted high."""
PASSED_BY = ("/healthz", "/readyz", "/demo/", "/data")


class Key(NamedTuple):
    """What an answer hangs on within a generation."""

    root: str
    path: str
    query: bytes
    gzip: bool
    english: bool


@dataclass(frozen=True)
class Entry:
    """An answer as it was sent; without a body only its tag is known. `generation` is empty where it hangs on none."""

    generation: str
    tag: bytes
    headers: Headers
    body: bytes | None
    unchanged: Headers

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return ENTRY + len(self.body or b"") + sum(len(name) + len(value) for name, value in self.headers + self.unchanged)


class AnswerCache:
    """Around an app. `current` gives the id of the current generation; `blocking` says that it waits for a server."""

    def __init__(self, app: ASGIApp, current: Callable[[], str | None], blocking: bool = False) -> None:
        self.app, self._current, self._blocking = app, current, blocking
        self._kept: OrderedDict[Key, Entry] = OrderedDict()
        self._generation: str | None = None
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a HEAD has been made a GET before."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(PASSED_BY):
            await self.app(scope, receive, send)
            return
        key, held, private = _asked(scope)
        generation = None if private else await self._generation_now()
        entry = self._find(key, generation)
        if entry is not None and (entry.tag in held or entry.body is not None):
            await _send_again(entry, entry.tag in held, send)
            return
        answering = _Answering(send)
        if generation is not None:
            answering.finish = lambda: self._keep(key, answering.entry(scope.get(ANSWERED_FROM)))
        await self.app(scope, receive, answering)

    async def _generation_now(self) -> str | None:
        try:
            return await asyncio.to_thread(self._current) if self._blocking else self._current()
        except Exception:
            # What is wrong with the store is told by the app that is asked instead.
            return None

    def _find(self, key: Key, generation: str | None) -> Entry | None:
        if generation != self._generation:
            self._kept.clear()
            self._generation, self.size = generation, 0
        entry = self._kept.get(key)
        if entry is not None:
            self._kept.move_to_end(key)
        return entry

    def _keep(self, key: Key, entry: Entry | None) -> None:
        if entry is None or entry.generation not in ("", self._generation) or len(entry.body or b"") > LARGEST:
            return
        known = self._kept.pop(key, None)
        if known is not None:
            self.size -= known.size + _size(key)
            entry = known if entry.body is None and known.tag == entry.tag else entry
        self._kept[key] = entry
        self.size += entry.size + _size(key)
        while self.size > MEMORY:
            oldest, gone = self._kept.popitem(last=False)
            self.size -= gone.size + _size(oldest)


def _size(key: Key) -> int:
    return len(key.root) + len(key.path) + len(key.query)


def _asked(scope: Scope) -> tuple[Key, list[bytes], bool]:
    """The key of a request, the tags its client holds, and whether it is for one person alone."""
    gzip = english = private = False
    held: list[bytes] = []
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            gzip = gzip or b"gzip" in value
        elif name == b"if-none-match":
            held += [each.strip().removeprefix(b"W/") for each in value.split(b",")]
        elif name == b"cookie":
            english = english or cookie_parser(value.decode("latin-1")).get(COOKIE) == "en"
        elif name in (b"authorization", b"range"):
            private = True
    return Key(scope.get("root_path", ""), scope["path"], scope["query_string"], gzip, english), held, private


async def _send_again(entry: Entry, unchanged: bool, send: Send) -> None:
    headers = entry.unchanged if unchanged else entry.headers
    body = b"" if unchanged else entry.body or b""
    await send({"type": "http.response.start", "status": 304 if unchanged else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Answering:
    """Passes an answer on while it is written, and holds on to it as far as it may be kept; `finish` is called at its end."""

    finish: Callable[[], None] | None = None

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status, self._headers = 0, list[tuple[bytes, bytes]]()
        self._parts, self._bytes, self._whole = list[bytes](), 0, False

    async def __call__(self, message: Message) -> None:
        """Send one part."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self._hold(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._whole and self.finish is not None:
                self.finish()
        await self._send(message)

    def _hold(self, body: bytes) -> None:
        self._bytes += len(body)
        if self._bytes <= LARGEST:
            self._parts.append(bytes(body))
        else:
            self._parts.clear()

    def entry(self, generation: str | None) -> Entry | None:
        """What was sent, where it may be sent again."""
        told = dict(self._headers)
        tag = told.get(b"etag")
        mine = b"set-cookie" in told or b"no-store" in told.get(b"cache-control", b"")
        if generation is None or tag is None or mine or not self._whole or self._status not in (200, 304):
            return None
        if self._bytes > LARGEST:
            return None
        body = b"".join(self._parts) if self._status == 200 else None
        return Entry(generation, tag, self._headers, body, not_modified(tag.decode("latin-1")).raw_headers)
