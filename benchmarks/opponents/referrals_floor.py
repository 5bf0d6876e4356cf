"""The least that FastAPI can take for a referral request: its parameters are declared, nothing is searched and nothing built.

FLOOR_ANSWER names a file with the bytes of one such answer, which every request is sent.
"""

# ruff: noqa: ARG001 - what is asked is declared, checked and left alone

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query, Response

from benchmarks.opponents.listening import serve

ANSWER = Path(os.environ["FLOOR_ANSWER"]).read_bytes()
Weight = Annotated[int, Query(ge=0, le=100)]

app = FastAPI()


@app.get("/api/referrals", response_model=None)
async def referrals(
    need: Annotated[list[str], Query()],
    target: Annotated[list[str], Query()],
    k: Annotated[int, Query(ge=1, le=50)] = 5,
    max_steps: Annotated[int, Query(ge=1, le=10)] = 6,
    weight_steps: Weight = 0,
    weight_handovers: Weight = 0,
    weight_distance: Weight = 0,
    weight_waiting: Weight = 0,
    weight_seats: Weight = 0,
    weight_evidence: Weight = 0,
) -> Response:
    """The same answer always."""
    return Response(ANSWER, media_type="application/json")


if __name__ == "__main__":
    serve(app)
