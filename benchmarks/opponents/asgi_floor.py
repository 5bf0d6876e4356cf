"""The least that can be: an ASGI app without a framework that sends the same bytes, under the settings of `pumasi serve`.

FLOOR_ANSWERS names a JSON file: path with query -> {"tag", "headers": [[name, value]], "unchanged": [[…]], "body": latin-1}.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from benchmarks.opponents.listening import serve

ANSWERS = {
    path.encode(): (
        told["tag"].encode(),
        [(name.encode(), value.encode()) for name, value in told["headers"]],
        [(name.encode(), value.encode()) for name, value in told["unchanged"]],
        told["body"].encode("latin-1"),
    )
    for path, told in json.loads(Path(os.environ["FLOOR_ANSWERS"]).read_text("utf-8")).items()
}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Look the address up; 304 where the client holds the tag."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    query = scope["query_string"]
    tag, headers, unchanged, body = ANSWERS[scope["raw_path"] + (b"?" + query if query else b"")]
    if any(name == b"if-none-match" and value == tag for name, value in scope["headers"]):
        await send({"type": "http.response.start", "status": 304, "headers": unchanged})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    serve(app)
