"""No answer: the interpreter starts, the engine opens the network of a workspace and counts the networks it holds.

What this takes, no command can go below that has the engine answer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ladybug

if __name__ == "__main__":
    (path,) = Path(sys.argv[1]).glob("generations/*/*.lbdb")
    connection = ladybug.Connection(ladybug.Database(str(path), read_only=True))
    found: Any = connection.execute("MATCH (network:Network) RETURN count(network)")
    print(found.get_all()[0][0])
