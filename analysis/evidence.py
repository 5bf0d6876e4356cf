"""How far a row may be believed, as a grade and a reason code. The words for the codes live with the questions."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a row has its grade."""

    SUCCESS_STORIES = "success_stories"
    """E1: only people who were hired are in the data, so nothing can be compared."""
    NO_COMPARISON = "no_comparison"
    """E1: every case has it, or all or none were hired: there is nothing to compare with."""
    NOT_ABOVE_CHANCE = "not_above_chance"
    """E1: combinations this far from the rest also come up when outcomes are shuffled."""
    NOT_PRODUCTIVE = "not_productive"
    """E1: a part of it does as well."""
    EXPLAINED = "explained"
    """E1: stands out only through another combination that is named (`explained_by`)."""
    NOT_STRATIFIED = "not_stratified"
    """E2: stands out, but was not compared within strata."""
    STRATA_TOO_THIN = "strata_too_thin"
    """E2: strata hold too few comparable cases to tell."""
    NOT_WITHIN_STRATA = "not_within_strata"
    """E2, with a warning: stands out overall and not once like is compared with like."""
    REVERSED = "reversed"
    """E2, with a warning: points the other way in strata that weigh enough."""
    WITHIN_STRATA = "within_strata"
    """E3: stands out within strata as well."""
    BY_DESIGN = "by_design"
    """E4: cases were assigned, so that the comparison is the design's own."""


GRADE_OF = {
    Reason.SUCCESS_STORIES: "E1",
    Reason.NO_COMPARISON: "E1",
    Reason.NOT_ABOVE_CHANCE: "E1",
    Reason.NOT_PRODUCTIVE: "E1",
    Reason.EXPLAINED: "E1",
    Reason.NOT_STRATIFIED: "E2",
    Reason.STRATA_TOO_THIN: "E2",
    Reason.NOT_WITHIN_STRATA: "E2",
    Reason.REVERSED: "E2",
    Reason.WITHIN_STRATA: "E3",
    Reason.BY_DESIGN: "E4",
}


def grade(reason: Reason) -> str:
    """E0 to E4."""
    return GRADE_OF[reason]


class NoDenominatorError(ValueError):
    """The data hold no one who was not hired, or only chosen successes: no rate, lift or test can be computed, by anyone."""


def require_denominator(selection: str, cases: int, hires: int) -> None:
    """NoDenominatorError for success stories, and for data in which every closed case was hired."""
    if selection == "success_stories":
        raise NoDenominatorError("success stories hold only people who were hired; no rate can be computed from them")
    if cases > 0 and hires == cases:
        raise NoDenominatorError(f"all {cases} closed cases were hired; without the others no rate can be compared")
