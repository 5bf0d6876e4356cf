"""Rules between the cells of one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from loaders.values import refuse_cells

if TYPE_CHECKING:
    import polars as pl

    from loaders.checked import CheckedTable
    from loaders.report import Findings

Broken = Callable[["pl.DataFrame"], "pl.Series"]
HIRED = ("hired_industry_id", "hired_occupation_id", "hired_company_id", "retained_6m")


def check_rules(tables: Mapping[str, CheckedTable], findings: Findings) -> None:
    """Refuse rows whose cells contradict each other."""
    for name, table in tables.items():
        rules = [rule for rule in (*RULES, *HIRED_RULES) if rule[0] == name]
        if {"valid_from", "valid_to"} <= table.declared.columns.keys():
            rules.insert(0, (name, "ends_before_start", "valid_to", lambda f: f["valid_to"] < f["valid_from"]))
        for part in table.parts() if rules else ():
            for _, code, column, broken in rules:
                _refuse(part, code, column, broken, findings)


def _refuse(part: CheckedTable, code: str, column: str, broken: Broken, findings: Findings) -> None:
    frame = part.select(list(part.declared.columns))
    rows = broken(frame).fill_null(value=False)
    if rows.any():
        refuse_cells(code, part.raw, frame[column], rows, column, findings)


def _hired_otherwise(column: str) -> Broken:
    return lambda f: f[column].is_not_null() & (f["outcome"] != "hired")


def _helped_by_nobody(steps: pl.DataFrame) -> pl.Series:
    nobody = steps["provider_id"].is_null() & steps["program_id"].is_null()
    return nobody & (steps["result"].fill_null("") != "not_served")


def _reason_for_nothing(steps: pl.DataFrame) -> pl.Series:
    return steps["reason"].is_not_null() & (steps["result"].fill_null("") != "not_served")


RULES: tuple[tuple[str, str, str, Broken], ...] = (
    ("partnerships", "self_reference", "second_id", lambda f: f["first_id"] == f["second_id"]),
    ("programs", "ages_reversed", "min_age", lambda f: f["min_age"] > f["max_age"]),
    ("programs", "too_many_seats_available", "seats_available", lambda f: f["seats_available"] > f["seats"]),
    ("cases", "outcome_before_opening", "outcome_month", lambda f: f["outcome_month"] < f["opened_month"]),
    ("case_steps", "step_without_provider", "provider_id", _helped_by_nobody),
    ("case_steps", "reason_without_not_served", "reason", _reason_for_nothing),
)
HIRED_RULES = tuple(("cases", "hired_without_outcome", column, _hired_otherwise(column)) for column in HIRED)
