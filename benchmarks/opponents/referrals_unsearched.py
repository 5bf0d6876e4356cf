"""Our own service where nothing is searched: every request is answered with what was found for the first.

What is left is what any search would stand in: the framework, the thread beside it, parameters, sources, notes, JSON, headers.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from api.cli import main
from queries import referral_paths

if TYPE_CHECKING:
    from queries.asking import Asking, Outcome

search = referral_paths.answer
found: list[Outcome] = []


def answer(asking: Asking) -> Outcome:
    """The same outcome always."""
    if not found:
        found.append(search(asking))
    return found[0]


if __name__ == "__main__":
    referral_paths.answer = answer
    sys.argv = ["pumasi", "serve", "--port", "0"]
    main()
