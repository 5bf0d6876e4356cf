"""`pumasi`: the command line. A question told plainly is answered at once; all else is read by the commands."""

from __future__ import annotations

import os
import sys

from api.cli_ask import answer_on_terminal, plainly_asked
from api.settings import SettingsError
from api.stopping import stop

INTERRUPTED = 130
"""The status with which the command line's own library leaves, without a word, after Ctrl-C."""


def main() -> None:
    """Run the command line; whatever a user can mend ends as one line on standard error and status 1."""
    try:
        _run_again_if_replaced(sys.argv[1:])
    except BrokenPipeError:
        # Whoever read along has left; Python would say so once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except KeyboardInterrupt:
        stop("중단했습니다 | stopped")
    except SettingsError as error:
        stop(str(error))
    except Exception as error:
        if not _mendable(error):
            raise
        stop(str(error))


def _run_again_if_replaced(arguments: list[str]) -> None:
    """A command whose generation a load replaced before it answered runs once more, with a new reader."""
    try:
        _run(arguments)
    except Exception as error:
        if not _replaced(error):
            raise
        _run(arguments)


def _run(arguments: list[str]) -> None:
    asked = plainly_asked(arguments)
    if asked is None:
        from api.commands import app

        try:
            app()
        except SystemExit as ended:
            if ended.code == INTERRUPTED:
                raise KeyboardInterrupt from None
            raise
    else:
        answer_on_terminal(asked)


def _replaced(error: Exception) -> bool:
    from graph.store import ReplacedGeneration

    return isinstance(error, ReplacedGeneration)


def _mendable(error: Exception) -> bool:
    from graph.store import StoreError
    from queries.errors import QuestionError

    return isinstance(error, StoreError | QuestionError)


if __name__ == "__main__":
    main()
