"""The disclosure policy applied to an outcome's rows, whatever the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.disclosure import Policy, shown, shown_part, shown_table
from queries.answer import Bilingual
from queries.catalog import Question

Row = tuple[Any, ...]
CASE_SETS = ("set<case>", "set<case_source>")


def disclosed(
    question: Question, rows: Sequence[Row], n: int | None, policy: Policy, filtered: bool
) -> tuple[list[Row], int | None, list[Bilingual]]:
    """The rows and n as they may be shown, with a note where something is held back.

    Protected data shows no row about a single case and no id of a case; a row for a group of cases goes with its count.
    `filtered` tells whether the answer was narrowed by a filter.
    """
    if policy.as_they_are:
        return list(rows), n, []
    if question.rows == "cases":
        return [], None if filtered else shown(n, policy), [_no_cases()]
    told = list(zip(*rows, strict=True)) or [()] * len(question.columns)
    columns = list(told)
    n = _hide(question, columns, n, policy, filtered)
    counts = [index for index, column in enumerate(question.columns) if column.type == "cases"]
    if columns == told:
        return list(rows), n, [_note(policy)] if counts and (n is None or policy.rounding > 1) else []
    pairs = list(zip(rows, zip(*columns, strict=True), strict=True))
    changed = n is None or policy.rounding > 1 or any(_held_back(*pair, counts) for pair in pairs)
    if question.rows == "groups":
        pairs = [pair for pair in pairs if _says_something(*pair, counts)]
    whole, rest = list[Row](), list[Row]()
    for true, row in pairs:
        (rest if _held_back(true, row, counts[:1]) else whole).append(row)
    # Rows whose count is hidden stand in the order of their key, as their place among the others would tell the count.
    return whole + sorted(rest, key=lambda row: _key(question, row)), n, [_note(policy)] if counts and changed else []


def _says_something(true: Row, row: Row, counts: Sequence[int]) -> bool:
    """Whether a row for a group of cases still shows one of its counts; a row without counts stands for a fact."""
    return all(true[index] is None for index in counts) or any(row[index] is not None for index in counts)


def _held_back(true: Row, row: Row, counts: Sequence[int]) -> bool:
    return any(true[index] is not None and row[index] is None for index in counts)


def _hide(question: Question, columns: list[tuple[Any, ...]], n: int | None, policy: Policy, filtered: bool) -> int | None:
    """Hide what may not be shown in the columns, and give n as it may be shown beside them."""
    place = {column.name: index for index, column in enumerate(question.columns)}
    parts = {place[part]: place[whole] for part, whole in question.within.items()}
    true = {index: columns[index] for index in (*parts, *parts.values())}
    totals = [shown(n, policy)]
    for index, column in enumerate(question.columns):
        if column.type in CASE_SETS:
            columns[index] = tuple([] for _ in columns[index])
        elif column.type == "cases" and index not in parts:
            tables = [[columns[index][row] for row in rows] for rows in _tables(question, columns)]
            totals += [shown_table(table, n, policy, filtered)[1] for table in tables]
            columns[index] = tuple(shown(count, policy) for count in columns[index])
    for part, whole in parts.items():
        columns[part] = tuple(shown_part(*pair, policy) for pair in zip(true[part], true[whole], strict=True))
    return None if None in totals else totals[0]


def _tables(question: Question, columns: Sequence[Sequence[Any]]) -> list[list[int]]:
    """The rows of each table that an answer's rows are made of."""
    if question.tables is None:
        return [list(range(len(columns[0])))]
    names = columns[[column.name for column in question.columns].index(question.tables)]
    return [[row for row, name in enumerate(names) if name == table] for table in dict.fromkeys(names)]


def _key(question: Question, row: Row) -> tuple[str, ...]:
    names = [column.name for column in question.columns]
    return tuple(str(row[names.index(name)]) for name in question.key)


def _note(policy: Policy) -> Bilingual:
    ko = f"사례가 {policy.threshold}건보다 적은 칸은 개인을 보호하려고 비워 두었습니다."
    en = f"Cells of fewer than {policy.threshold} cases are left empty to protect the people behind them."
    if policy.rounding > 1:
        ko += f" 사례 수는 {policy.rounding} 단위로 반올림했습니다."
        en += f" Counts of cases are rounded to {policy.rounding}."
    return Bilingual(
        f"{ko} 빼 보면 그런 칸을 알아낼 수 있는 전체 사례 수도 밝히지 않습니다.",
        f"{en} A total from which they could be worked out is not told.",
    )


def _no_cases() -> Bilingual:
    return Bilingual(
        "보호 대상 자료여서 사례를 한 건씩 보여 드리지 않습니다.", "The data is protected, so no single case is shown."
    )
