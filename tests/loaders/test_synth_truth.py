from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml
from scipy.stats import binomtest, chi2_contingency

from loaders.cohort.write import write_cohort

CASES = 20_000


def closed_cases(folder: Path) -> pl.DataFrame:
    """Closed cases with the kinds and the institutions that served them, read from the files alone."""
    read = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("cases", "case_steps", "institutions", "case_needs")}
    served = read["case_steps"].filter(pl.col("result").is_in(["completed", "ongoing"]))
    met = served.join(read["institutions"].select(provider_id="id", partner_kind="kind"), on="provider_id")
    partners = met.group_by("case_id").agg(pl.col("partner_kind").unique(), partner=pl.col("provider_id").unique())
    cases = read["cases"].filter(pl.col("outcome") != "open").join(partners, left_on="id", right_on="case_id", how="left")
    needs = read["case_needs"].group_by("case_id", maintain_order=True).first()
    return cases.join(needs, left_on="id", right_on="case_id").with_columns(hired=pl.col("outcome") == "hired")


def has(cases: pl.DataFrame, by: str, partners: list[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    held = cases[by].fill_null([]).to_list()
    return np.array([set(partners) <= set(found) for found in held])


def made(folder: Path, plan: str, seed: int, cases: int = CASES, **options: Any) -> tuple[pl.DataFrame, dict[str, Any]]:
    cohort = write_cohort(folder / f"{plan}{seed}", cases, seed, plan=plan, size="xs", file_format="parquet", **options)
    return closed_cases(cohort.directory), yaml.safe_load(cohort.truth_path.read_text(encoding="utf-8"))


def arms(with_it: np.ndarray[Any, Any], hired: np.ndarray[Any, Any]) -> dict[str, tuple[int, int]]:
    return {name: (int(arm.sum()), int(hired[arm].sum())) for name, arm in (("with", with_it), ("without", ~with_it))}


@pytest.mark.parametrize(
    ("plan", "rate", "size"), [("pair", 0.85, 2), ("single", 0.85, 1), ("lowering", 0.15, 2), ("three_way", 0.85, 3)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_cases_with_the_planted_partners_are_hired_at_the_planted_rate(
    tmp_path: Path, plan: str, rate: float, size: int, seed: int
) -> None:
    cases, truth = made(tmp_path, plan, seed)
    (effect,) = truth["effects"]
    assert len(effect["partners"]) == size
    assert effect["rate_from_base"] == rate
    counted = arms(has(cases, effect["by"], effect["partners"]), cases["hired"].to_numpy())
    assert counted["with"][0] > 200
    for (n, hires), chance in zip(counted.values(), (rate, 0.5), strict=True):
        assert binomtest(hires, n, chance).pvalue > 0.001
    recorded = {name: (arm["cases"], arm["hires"]) for name, arm in effect["closed_cases"].items()}
    assert counted == recorded
    assert effect["closed_cases"]["with"]["expected_hires"] == pytest.approx(rate * counted["with"][0], abs=0.01)


def test_a_part_of_the_planted_three_does_nothing_by_itself(tmp_path: Path) -> None:
    cases, truth = made(tmp_path, "three_way", 3)
    partners = truth["effects"][0]["partners"]
    hired = cases["hired"].to_numpy()
    whole = has(cases, "partner_kind", partners)
    for left_out in partners:
        part = has(cases, "partner_kind", [kind for kind in partners if kind != left_out]) & ~whole
        assert part.sum() > 500
        assert binomtest(int(hired[part].sum()), int(part.sum()), 0.5).pvalue > 0.001


def test_without_a_planted_effect_no_partner_kind_makes_a_difference(tmp_path: Path) -> None:
    chances = []
    for seed in range(5):
        cases, truth = made(tmp_path, "none", seed, cases=6000)
        assert truth["effects"] == truth["confounders"] == []
        hired = cases["hired"].to_numpy()
        for kind in truth["partner_kind_shares"]:
            (n1, h1), (n0, h0) = arms(has(cases, "partner_kind", [kind]), hired).values()
            chances.append(chi2_contingency([[h1, n1 - h1], [h0, n0 - h0]], correction=False).pvalue)
    assert len(chances) == 5 * 23
    assert np.mean(np.array(chances) < 0.05) < 0.12
    assert min(chances) > 0.05 / len(chances) / 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_confounded_partner_helps_over_all_centers_and_in_none_of_them(tmp_path: Path, seed: int) -> None:
    cases, truth = made(tmp_path, "confounder", seed)
    (confounder,) = truth["confounders"]
    hired, center = cases["hired"].to_numpy(), cases["center_id"].to_numpy()
    helped = has(cases, "partner_kind", confounder["partners"])
    (n1, h1), (n0, h0) = arms(helped, hired).values()
    assert h1 / n1 - h0 / n0 > 0.12
    assert abs(_mantel_haenszel(helped, hired, center)) < 3
    assert abs(_mantel_haenszel(helped, hired, np.zeros(len(hired)))) > 10
    easy = np.isin(center, confounder["easier_centers"])
    for name, among, rate in (("easier_centers", easy, 0.8), ("other_centers", ~easy, 0.4)):
        counted = arms(helped[among], hired[among])
        assert counted == {arm: (told["cases"], told["hires"]) for arm, told in confounder["closed_cases"][name].items()}
        assert all(binomtest(hires, n, rate).pvalue > 0.001 for n, hires in counted.values())


def _mantel_haenszel(has_it: np.ndarray[Any, Any], hired: np.ndarray[Any, Any], strata: np.ndarray[Any, Any]) -> float:
    """The standardised difference, written from the textbook's formula."""
    gap = variance = 0.0
    for stratum in set(strata.tolist()):
        inside = strata == stratum
        n, exposed, hires = inside.sum(), has_it[inside].sum(), hired[inside].sum()
        gap += (has_it & hired)[inside].sum() - exposed * hires / n
        variance += exposed * (n - exposed) * hires * (n - hires) / (n * n * (n - 1))
    return float(gap / np.sqrt(variance))


def test_the_mixed_plan_follows_its_written_rule(tmp_path: Path) -> None:
    cases, truth = made(tmp_path, "mixed", 4)
    rule = truth["hiring"]
    odds = np.full(cases.height, rule["base_log_odds"])
    for column, told in (("center_id", "center"), ("age_band", "age_band"), ("need_id", "main_need")):
        odds += cases[column].replace_strict(rule[f"{told}_log_odds"], default=0.0).to_numpy()
    for effect in truth["effects"]:
        with_it = has(cases, effect["by"], effect["partners"])
        odds += effect["log_odds"] * with_it
        assert arms(with_it, cases["hired"].to_numpy())["with"][0] == effect["closed_cases"]["with"]["cases"] > 100
    chance = 1 / (1 + np.exp(-odds))
    expected = sum(arm["expected_hires"] for arm in truth["effects"][0]["closed_cases"].values())
    assert chance.sum() == pytest.approx(expected, abs=0.1)
    assert abs(cases["hired"].sum() - chance.sum()) < 3.5 * np.sqrt((chance * (1 - chance)).sum())


def test_open_cases_bias_no_rate(tmp_path: Path) -> None:
    cases, _ = made(tmp_path, "none", 6)
    for start in ("2022", "2025"):
        hired = cases.filter(pl.col("opened_month").str.starts_with(start))["hired"]
        assert binomtest(hired.sum(), hired.len(), 0.5).pvalue > 0.001


def test_fewer_kinds_means_only_the_commonest_serve(tmp_path: Path) -> None:
    cases, truth = made(tmp_path, "pair", 7, cases=2000, kinds=8)
    assert len(truth["partner_kind_shares"]) == 8
    assert set(cases["partner_kind"].explode().drop_nulls()) == set(truth["partner_kind_shares"])
