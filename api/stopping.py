"""How the command line ends where it cannot go on."""

from __future__ import annotations

import sys
from typing import NoReturn


def stop(line: str) -> NoReturn:
    """End with one line on standard error and status 1."""
    print(f"pumasi: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(1)


def wrong_usage(line: str) -> Exception:
    """The error that ends a command with its usage and status 2."""
    import typer

    return typer.BadParameter(line)
