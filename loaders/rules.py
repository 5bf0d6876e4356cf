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
    for table in tables.values():
        if {"valid_from", "valid_to"} <= table.declared.columns.keys():
            _refuse(table, "ends_before_start", "valid_to", lambda f: f["valid_to"] < f["valid_from"], findings)
    for name, code, column, broken in RULES:
        if name in tables:
            _refuse(tables[name], code, column, broken, findings)
    if "cases" in tables:
        for column in HIRED:
            _refuse(tables["cases"], "hired_without_outcome", column, _hired_otherwise(column), findings)


def _refuse(table: CheckedTable, code: str, column: str, broken: Broken, findings: Findings) -> None:
    rows = broken(table.frame).fill_null(value=False)
    if rows.any():
        refuse_cells(code, table.raw, table.frame[column], rows, column, findings)


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
