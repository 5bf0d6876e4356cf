"""What every response says to the browser: which code may run, what may be kept, and for how long."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.program import program_fingerprint

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
WRITTEN = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
NAMES = frozenset(name for name, _ in WRITTEN)


class SecurityHeaders:
    """Adds the security headers to every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        """Around an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if NAMES.isdisjoint(name for name, _ in message["headers"]):
                    message["headers"] = [*message["headers"], *WRITTEN]
                else:
                    MutableHeaders(scope=message).update(SECURITY)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


COOKIE = "pumasi_lang"
"""The one cookie there is: the language a reader chose."""
ANSWERED_FROM = "pumasi.answered_from"
"""Where a request's scope holds the generation that its answer is made from; empty where it hangs on none."""


def not_modified(tag: str) -> Response:
    """What is told to a browser that holds the answer already."""
    return Response(
        status_code=304, headers={"ETag": tag, "Vary": "Accept-Encoding, Cookie", "Cache-Control": "no-cache", **SECURITY}
    )


class HeadAsGet:
    """Answers HEAD as GET, without the body, wherever GET is answered."""

    def __init__(self, app: ASGIApp) -> None:
        """Around an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"} if is_head else scope, receive, send_without_body if is_head else send)


class NotModified(Exception):
    """The browser already holds the answer."""

    def __init__(self, tag: str) -> None:
        """With the entity tag it holds."""
        super().__init__(tag)
        self.tag = tag


def entity_tag(request: Request, generation: str, *more: str) -> str:
    """The tag of an answer: equal for the same address, generation, program and whatever `more` it depends on.

    NotModified when the browser says it holds that one.
    """
    request.scope[ANSWERED_FROM] = generation
    parts = (generation, program_fingerprint(), request.url.path, request.url.query, *more)
    tag = '"' + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32] + '"'
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in held:
        raise NotModified(tag)
    return tag
