"""A small sound dataset, and ways to write it down."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

CARD = "id: small\ntitle: 작은 자료\nselection: complete\npublished_on: 2025-12-17\n"
GOOD = {
    "regions": "id,name,parent_id\nkr,대한민국,\nulsan,울산,kr\n",
    "networks": "id,name,year,award\nn1,울산 중장년고용네트워크,2025,대상\n",
    "institutions": (
        "id,name,kind,region_id,parent_id,note\n"
        "i1,노사발전재단,foundation,,,설명\n"
        "i2,울산상공회의소,chamber_of_commerce,ulsan,i1,\n"
    ),
    "centers": (
        "id,name,kind,region_id,operator_id\n"
        "c1,울산고용센터,employment_center,ulsan,\n"
        "c2,울산중장년내일센터,career_center,ulsan,i1\n"
    ),
    "memberships": "network_id,member_id,role,valid_from,valid_to\nn1,c1,lead,2025-01-01,2025-12-31\nn1,i2,member,,\n",
    "partnerships": "first_id,second_id,kind,valid_from\nc1,i2,agreement,2025-03-01\n",
    "programs": "id,name,kind,provider_id,min_age,max_age,seats,seats_available,status\n"
    "t1,용접 과정,training,i2,40,65,20,3,open\n",
    "program_targets": "program_id,target_kind,target_id\nt1,need,need1\nt1,industry,C\n",
    "industries": "id,name,code,parent_id\nC,제조업,C,\nC31,기타 운송장비 제조업,31,C\n",
    "occupations": "id,name\nwelder,용접원\n",
    "credentials": "id,name\ncraft,용접기능사\n",
    "needs": "id,name\nneed1,직무 능력 부족\n",
    "companies": "id,name,industry_id,region_id,size_band\nco1,합성조선,C31,ulsan,50_199\n",
    "openings": "company_id,occupation_id,openings,year\nco1,welder,12,2025\n",
    "demands": "network_id,industry_id,companies,measure,year\nn1,C31,28,found,2025\n",
    "figures": "id,name,about_id,measure,value,unit,year\nf1,참여 기업,n1,counted,28,곳,2025\n",
    "cases": (
        "id,center_id,age_band,sex,opened_month,outcome,outcome_month,hired_industry_id,hired_company_id,retained_6m\n"
        "p1,c1,50s,f,2025-01,hired,2025-03,C31,co1,true\n"
        "p2,c1,60s,,2025-02,open,,,,\n"
    ),
    "case_needs": "case_id,need_id\np1,need1\np2,need1\n",
    "case_steps": (
        "case_id,order,provider_id,program_id,need_id,kind,result,reason,month\n"
        "p1,1,c1,,,counselling,completed,,2025-01\n"
        "p1,2,i2,t1,need1,training,completed,,2025-02\n"
        "p2,1,,,need1,training,not_served,no_seats,2025-02\n"
    ),
    "case_credentials": "case_id,credential_id,month\np1,craft,2025-02\n",
}


def write_csv_folder(folder: Path, tables: Mapping[str, str], encoding: str = "utf-8", card: str | None = CARD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if card is not None:
        (folder / "dataset.yaml").write_text(card, encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def as_frame(text: str) -> pl.DataFrame:
    header, *rows = cells(text)
    return pl.DataFrame([[cell or None for cell in row] for row in rows], schema=dict.fromkeys(header, pl.String), orient="row")


def write_parquet_folder(folder: Path, tables: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.yaml").write_text(CARD, encoding="utf-8")
    for name, text in tables.items():
        as_frame(text).write_parquet(folder / f"{name}.parquet")
    return folder


def write_workbook(path: Path, tables: Mapping[str, str], card: str = CARD) -> Path:
    from xlsxwriter import Workbook

    path.parent.mkdir(parents=True, exist_ok=True)
    with Workbook(path) as book:
        sheet = book.add_worksheet("dataset")
        for row, line in enumerate(card.splitlines()):
            sheet.write_row(row, 0, [part.strip() for part in line.split(":", 1)])
        for name, text in tables.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(cells(text)):
                for column, cell in enumerate(line):
                    if cell:
                        sheet.write_string(row, column, cell)
    return path
