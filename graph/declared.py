"""What the YAML files of the program declare."""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from graph.put import put

if TYPE_CHECKING:
    from pathlib import Path


def declared_in(file: Path) -> Any:
    """What a file declares. Each command asks: JSON, kept beside the compiled modules, is read fifty times as fast as YAML.

    Where nothing may be kept there, the YAML is read each time.
    """
    text = file.read_bytes()
    kept = file.parent / "__pycache__" / f"{file.stem}.{hashlib.blake2b(text, digest_size=16).hexdigest()}.json"
    with suppress(OSError, ValueError):
        return json.loads(kept.read_text(encoding="utf-8"))
    import yaml

    # In C where libyaml is there.
    told = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    if not sys.dont_write_bytecode:
        _keep(kept, told)
    return told


def _keep(kept: Path, told: Any) -> None:
    """As JSON, where that says the same."""
    with suppress(OSError, TypeError, ValueError):
        text = json.dumps(told, ensure_ascii=False)
        if repr(json.loads(text)) != repr(told):
            return
        for older in kept.parent.glob(f"{kept.name.partition('.')[0]}.*.json"):
            older.unlink()
        put(kept, text)
