"""The counts of the gap questions in pandas, over narrow frames: whole numbers for ids, categories for codes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pyarrow import feather

REASONS = ("none_exists", "not_eligible", "no_seats", "too_far", "no_answer")
MANY = 4096
"""More than there are needs: a case and a need make one number."""


def counted(place: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Every count of both questions."""

    def frame(name: str, columns: list[str] | None = None) -> pd.DataFrame:
        read: pd.DataFrame = feather.read_feather(f"{place}/{name}.feather", columns=columns, memory_map=True)
        return read

    region = frame("region_numbers").set_index("region_no")["id"]
    need = frame("need_numbers").set_index("need_no")["id"]
    industry = frame("industry_numbers").set_index("industry_no")["id"]
    cases = frame("cases")
    told: dict[tuple[str, ...], tuple[int, ...]] = {}
    _add(told, "need", _needs(frame("needs"), frame("steps"), frame("addresses"), cases), region, need)
    hired = cases.dropna(subset=["industry_no"]).groupby(["region_no", "industry_no"], dropna=False).size()
    _add(told, "hired", hired.to_frame(), region, industry)
    openings = frame("openings").groupby(["region_no", "industry_no"], dropna=False)
    _add(told, "openings", openings.agg({"company_no": "nunique", "openings": "sum"}), region, industry)
    return told


def _needs(needs: pd.DataFrame, steps: pd.DataFrame, addresses: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    pair = needs["case_no"].astype("int64") * MANY + needs["need_no"]
    told = pd.DataFrame(
        {"region_no": needs["case_no"].map(cases.set_index("case_no")["region_no"]), "need_no": needs["need_no"]}
    )
    told["cases"] = True
    given = ~steps["result"].isin(["declined", "not_served"])
    used = steps.loc[given & steps["program_no"].notna(), ["case_no", "program_no"]].merge(addresses, on="program_no")
    named = steps.loc[given & steps["need_no"].notna(), ["case_no", "need_no"]]
    told["served"] = pair.isin(pd.concat([_pairs(used), _pairs(named)]))
    refused = steps[(steps["result"] == "not_served") & steps["need_no"].notna()]
    for reason in REASONS:
        told[reason] = pair.isin(_pairs(refused[refused["reason"] == reason]))
    told["unknown"] = pair.isin(_pairs(refused[refused["reason"].isna()]))
    told["untold"] = ~(told["served"] | pair.isin(_pairs(refused)))
    return told.groupby(["region_no", "need_no"], dropna=False).sum()


def _pairs(frame: pd.DataFrame) -> pd.Series[int]:
    return frame["case_no"].astype("int64") * MANY + frame["need_no"].astype("int64")


def _add(told: dict[tuple[str, ...], tuple[int, ...]], what: str, counts: pd.DataFrame, region: Any, other: Any) -> None:
    for (place, number), row in zip(counts.index, counts.to_numpy(), strict=True):
        told[what, "" if pd.isna(place) else region[int(place)], other[int(number)]] = tuple(map(int, row))
