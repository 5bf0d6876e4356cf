"""What goes wrong with a question file, and with a question as it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from queries.answer import Bilingual


class CatalogError(Exception):
    """A question file breaks the rules; the message is `file:line: what is wrong`."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        """Lines count from 1."""
        super().__init__(f"{file}:{line}: {problem}")
        self.file, self.line, self.problem = file, line, problem


class QuestionError(Exception):
    """A question cannot be asked as it was; one line in Korean and in English, with near matches.

    `code` is unknown_question, unknown_param, missing_param, bad_value or unknown_id; `param` names the parameter at fault.
    """

    def __init__(self, code: str, message: Bilingual, param: str | None = None, near: Sequence[str] = ()) -> None:
        """The near matches are added to the message."""
        self.code, self.param, self.near = code, param, tuple(near)
        self.message = _with_near(message, self.near)
        super().__init__(f"{self.message.ko} / {self.message.en}")


def _with_near(message: Bilingual, near: Sequence[str]) -> Bilingual:
    if not near:
        return message
    listed = ", ".join(near)
    return Bilingual(f"{message.ko} 비슷한 것: {listed}", f"{message.en} Near matches: {listed}")


def near_matches(wanted: str, known: Iterable[str], most: int = 5) -> list[str]:
    """The known words nearest to a wanted one, nearest first; whatever contains it when none is near."""
    known = list(dict.fromkeys(known))
    near = get_close_matches(wanted, known, n=most, cutoff=0.5)
    holding = [word for word in known if wanted and wanted.casefold() in word.casefold()]
    return list(dict.fromkeys([*near, *holding]))[:most]
