"""What the operator decides, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

# A dataclass and not pydantic-settings: its import alone takes longer than a question on the command line.
Audience = Literal["planner", "public"]
AUDIENCES = ("planner", "public")


class SettingsError(Exception):
    """A variable holds what it cannot mean; one line that says what to do."""


@dataclass(frozen=True)
class Settings:
    """Where the workspace and the graph are, who reads the answers, and where to listen."""

    home: Path = Path("var")
    store: str = "ladybug:var/"
    audience: Audience = "planner"
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    """Whether this is the practice workspace beside the real one."""

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] | None = None) -> Settings:
        """Settings from `PUMASI_HOME`, `_STORE`, `_AUDIENCE`, `_HOST` and `_PORT`; SettingsError names a bad one."""
        told = os.environ if variables is None else variables
        home = Path(told.get("PUMASI_HOME") or cls.home)
        return cls(
            home=home,
            store=told.get("PUMASI_STORE") or f"ladybug:{home}/",
            audience=_audience(told.get("PUMASI_AUDIENCE") or cls.audience),
            host=told.get("PUMASI_HOST") or cls.host,
            port=_port(told.get("PUMASI_PORT") or str(cls.port)),
        )


def _audience(text: str) -> Audience:
    if text not in AUDIENCES:
        raise SettingsError(
            f"PUMASI_AUDIENCE는 planner 또는 public이어야 합니다 | PUMASI_AUDIENCE is planner or public, not '{text}'"
        )
    return cast(Audience, text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise SettingsError(f"PUMASI_PORT는 0~65535의 정수여야 합니다 | PUMASI_PORT is a number from 0 to 65535, not '{text}'")
    return int(text)
