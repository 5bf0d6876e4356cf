"""The tables that gaps are counted from, as each opponent likes them best: made before the clock starts."""

from __future__ import annotations

from pathlib import Path

import duckdb

GOOD = """
CREATE TABLE case_numbers AS SELECT id, (row_number() OVER () - 1)::INTEGER AS case_no FROM raw_cases;
CREATE TABLE program_numbers AS SELECT id, (row_number() OVER () - 1)::INTEGER AS program_no FROM raw_programs;
CREATE TABLE need_numbers AS SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS need_no FROM raw_needs;
CREATE TABLE industry_numbers AS SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS industry_no FROM raw_industries;
CREATE TABLE region_numbers AS SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS region_no FROM raw_regions;
CREATE TABLE cases AS
  SELECT case_no, region_no, industry_no FROM raw_cases JOIN case_numbers USING (id)
  JOIN raw_centers center ON center.id = center_id LEFT JOIN region_numbers region ON region.id = center.region_id
  LEFT JOIN industry_numbers industry ON industry.id = hired_industry_id ORDER BY case_no;
CREATE TABLE needs AS
  SELECT DISTINCT case_no, need_no FROM raw_case_needs JOIN case_numbers c ON c.id = case_id
  JOIN need_numbers n ON n.id = need_id ORDER BY case_no, need_no;
CREATE TABLE steps AS
  SELECT case_no, program_no, need_no, result::ENUM ('completed', 'ongoing', 'declined', 'not_served') AS result,
  reason::ENUM ('none_exists', 'not_eligible', 'no_seats', 'too_far', 'no_answer') AS reason
  FROM raw_case_steps JOIN case_numbers c ON c.id = case_id LEFT JOIN program_numbers p ON p.id = program_id
  LEFT JOIN need_numbers n ON n.id = need_id ORDER BY case_no;
CREATE TABLE addresses AS
  SELECT DISTINCT program_no, need_no FROM raw_program_targets JOIN program_numbers p ON p.id = program_id
  JOIN need_numbers n ON n.id = target_id WHERE target_kind = 'need' ORDER BY program_no;
CREATE TABLE openings AS
  SELECT company_id, industry_no, region_no, openings FROM raw_openings JOIN raw_companies company ON company.id = company_id
  JOIN industry_numbers industry ON industry.id = company.industry_id
  LEFT JOIN region_numbers region ON region.id = company.region_id;
"""
TABLES = (
    "cases", "case_needs", "case_steps", "program_targets", "programs", "needs", "industries", "regions", "centers", "openings",
    "companies",
)  # fmt: skip
MAKING = {"memory_limit": "6GB", "preserve_insertion_order": "false"}
"""For making the tables alone, which nobody times: beyond it DuckDB puts its intermediate results on disk."""
FRAMES = ("cases", "needs", "steps", "addresses", "openings", "need_numbers", "industry_numbers", "region_numbers")


def make(tables: str, place: str) -> None:
    """`obvious.duckdb` with the tables as they are, `good.duckdb` with narrow sorted ones, and these as Feather files."""
    folder = Path(place)
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "obvious.duckdb"), config=MAKING) as plain:
        for name in TABLES:
            plain.execute(f"CREATE TABLE {name} AS SELECT * FROM '{tables}/{name}.parquet'")
    with duckdb.connect(str(folder / "good.duckdb"), config=MAKING) as good:
        for name in TABLES:
            good.execute(f"CREATE VIEW raw_{name} AS SELECT * FROM '{tables}/{name}.parquet'")
        good.execute(GOOD)
        _write_frames(good, folder)
        for name in TABLES:
            good.execute(f"DROP VIEW raw_{name}")


def _write_frames(good: duckdb.DuckDBPyConnection, folder: Path) -> None:
    from pyarrow import feather

    good.execute(
        "CREATE TABLE company_numbers AS SELECT company_id AS id, (row_number() OVER () - 1)::INTEGER AS company_no "
        "FROM (SELECT DISTINCT company_id FROM openings)"
    )
    good.execute(
        "CREATE OR REPLACE TABLE openings AS SELECT company_no, industry_no, region_no, openings::INTEGER AS openings "
        "FROM openings JOIN company_numbers ON id = company_id"
    )
    for name in FRAMES:
        feather.write_feather(good.table(name).arrow().read_all(), str(folder / f"{name}.feather"), compression="uncompressed")
