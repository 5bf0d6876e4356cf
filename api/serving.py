"""Serve the console and the API."""

from __future__ import annotations

import gc
import os
import socket
from dataclasses import replace

from api.settings import Settings, SettingsError
from graph.wording import in_both

MADE_BY_REQUESTS = 50_000
"""Objects after which the garbage collector looks at them: more than several requests make at a time."""


def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve until interrupted; SettingsError with one line when the address cannot be had."""
    import uvicorn

    from api.app import create_app

    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    listening = listen(settings.host, settings.port)
    address = f"http://{settings.host}:{listening.getsockname()[1]}"
    print(f"{in_both('품앗이', 'Pumasi')}: {address}  ({in_both('끝내기', 'stop')}: Ctrl-C)", flush=True)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning", access_log=False))
    # What is imported stays, and what a request makes goes with it: a garbage collector that goes over both again and again
    # takes a tenth of the time of answering.
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE_BY_REQUESTS)
    server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for connections; SettingsError with one line when the address cannot be had."""
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(
            f"{host}:{port}에서 열 수 없습니다({os.strerror(error.errno or 0)}). 다른 포트를 쓰세요 | port taken? try: "
            f"pumasi serve --port {port + 1}, make demo PORT={port + 1}"
        ) from error
    # asyncio sends at once only where a socket names its protocol, which this one does not. Without it the second packet of an
    # answer waits for the client's late acknowledgement of the first: 40 ms each time on a connection that is kept open.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
