"""The disclosure policy applied to an outcome's rows, whatever the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.disclosure import Policy, shown_part, shown_table
from queries.answer import Bilingual
from queries.catalog import Question

Row = tuple[Any, ...]
CASE_SETS = ("set<case>", "set<case_source>")


def disclosed(
    question: Question, rows: Sequence[Row], n: int | None, policy: Policy
) -> tuple[list[Row], int | None, list[Bilingual]]:
    """The rows and n as they may be shown, with a note where something is held back.

    Protected data shows no row about a single case and no id of a case; a row for a group of cases goes with its count.
    """
    if policy.as_they_are:
        return list(rows), n, []
    if question.rows == "cases":
        return [], shown_table([], n, policy)[1], [_no_cases()]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in question.columns]
    n = _hide(question, columns, n, policy)
    cleared = list(zip(*columns, strict=True))
    counts = [index for index, column in enumerate(question.columns) if column.type == "cases"]
    whole = [row for row in cleared if all(row[index] is not None for index in counts)]
    rest = [row for row in cleared if any(row[index] is None for index in counts)]
    if question.rows == "groups":
        rest = [row for row in rest if any(row[index] is not None for index in counts)]
    changed = len(whole) < len(cleared) or n is None or policy.rounding > 1
    # Hidden rows stand in the order of their key, as their place among the others would tell their count.
    return whole + sorted(rest, key=lambda row: _key(question, row)), n, [_note(policy)] if counts and changed else []


def _hide(question: Question, columns: list[list[Any]], n: int | None, policy: Policy) -> int | None:
    place = {column.name: index for index, column in enumerate(question.columns)}
    for part, whole in question.within.items():
        pairs = zip(columns[place[part]], columns[place[whole]], strict=True)
        columns[place[part]] = [shown_part(count, of, policy) for count, of in pairs]
    kept = n
    for index, column in enumerate(question.columns):
        if column.type == "cases":
            columns[index], total = shown_table(columns[index], n, policy)
            kept = None if total is None else kept
        elif column.type in CASE_SETS:
            columns[index] = [[] for _ in columns[index]]
    return None if kept is None else shown_table([], kept, policy)[1]


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
        f"{ko} 빼기로 알아낼 수 있는 칸도 함께 비웠습니다.", f"{en} Cells that subtraction would reveal are empty too."
    )


def _no_cases() -> Bilingual:
    return Bilingual(
        "보호 대상 자료여서 사례를 한 건씩 보여 드리지 않습니다.", "The data is protected, so no single case is shown."
    )
