"""Facts as they stood on a day: what a day means for an answer, and from which day on a generation tells anything."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from graph.store import Reader
from queries.answer import Bilingual
from queries.language.rules import dated_kinds

FIRST_OF_LINKS = "MATCH (start_node)-[link:{name}]->(end_node) RETURN min(link.valid_from) AS earliest"
FIRST_OF_NODES = "MATCH (node:{name}) RETURN min(node.valid_from) AS earliest"
FIRST_YEAR = "MATCH (node:Network) RETURN min(node.year) AS earliest"
UNDATED = Bilingual(
    "날짜가 적히지 않은 사실은 그날에도 유효한 것으로 보았습니다. 사례는 날짜로 가리지 않았습니다.",
    "Facts without a date count as valid on that day; cases are not filtered by it.",
)
NO_DATES = Bilingual(
    "이 질문이 보는 사실에는 날짜가 적혀 있지 않아, 날짜를 정해도 답이 같습니다.",
    "The facts behind this question carry no day, so the answer is the same on any day.",
)

EARLIEST: WeakKeyDictionary[Reader, str | None] = WeakKeyDictionary()


def earliest_day(reader: Reader) -> str | None:
    """The first day of which a generation tells anything; None when it tells no day. Asked once of each reader."""
    if reader not in EARLIEST:
        EARLIEST[reader] = _earliest_day(reader)
    return EARLIEST[reader]


def _earliest_day(reader: Reader) -> str | None:
    links, nodes = dated_kinds()
    asked = [FIRST_OF_LINKS.format(name=name) for name in links] + [FIRST_OF_NODES.format(name=name) for name in nodes]
    days = [reader.query(statement, {}).rows[0][0] for statement in asked]
    year = reader.query(FIRST_YEAR, {}).rows[0][0]
    told = [str(day) for day in days if day] + ([f"{year}-01-01"] if year else [])
    return min(told, default=None)


def nothing_valid(reader: Reader, as_of: str) -> Bilingual | None:
    """What to say of a day before the first that is told; None where there may be facts."""
    first = earliest_day(reader) if as_of else None
    if first is None or as_of >= first:
        return None
    return Bilingual(
        f"{as_of}에 유효한 사실이 없습니다. 이 자료에 적힌 가장 이른 날은 {first}입니다.",
        f"Nothing is valid on {as_of}; the first day that the data tells of is {first}.",
    )


def notes(as_of: str, dated: bool) -> Sequence[Bilingual]:
    """What a reader must know of an answer for a day."""
    return [UNDATED if dated else NO_DATES] if as_of else []
