"""The counts of the gap questions in DuckDB: over its own narrow tables (good), or over the tables as they are (obvious)."""

from __future__ import annotations

from typing import Any

import duckdb

REASONS = ("none_exists", "not_eligible", "no_seats", "too_far", "no_answer")
# A case and a need in one number make a quick key; the marks of a pair: served, a bit for each reason, a reason not told.
NEEDS = """
WITH marks AS (
  SELECT case_no::BIGINT * 4096 + need_no AS pair, 1::UTINYINT AS mark FROM steps
    WHERE need_no IS NOT NULL AND (result IS NULL OR enum_code(result) < 2)
  UNION ALL
  SELECT case_no::BIGINT * 4096 + addresses.need_no, 1::UTINYINT FROM steps JOIN addresses USING (program_no)
    WHERE result IS NULL OR enum_code(result) < 2
  UNION ALL
  SELECT case_no::BIGINT * 4096 + need_no,
    (CASE WHEN reason IS NULL THEN 64 ELSE 2 << (enum_code(reason)::INTEGER) END)::UTINYINT FROM steps
    WHERE result = 'not_served' AND need_no IS NOT NULL),
asked AS (SELECT case_no, need_no, case_no::BIGINT * 4096 + need_no AS pair FROM needs),
marked AS (SELECT pair, bit_or(mark) AS mark FROM marks SEMI JOIN asked USING (pair) GROUP BY pair)
SELECT region.id, need.id, count(*), count(*) FILTER (mark & 1 > 0), count(*) FILTER (mark & 2 > 0),
  count(*) FILTER (mark & 4 > 0), count(*) FILTER (mark & 8 > 0), count(*) FILTER (mark & 16 > 0),
  count(*) FILTER (mark & 32 > 0), count(*) FILTER (mark & 64 > 0), count(*) FILTER (mark IS NULL)
FROM asked JOIN cases USING (case_no) LEFT JOIN marked USING (pair)
JOIN need_numbers need ON need.need_no = asked.need_no LEFT JOIN region_numbers region ON region.region_no = cases.region_no
GROUP BY ALL
"""
HIRED = """
SELECT region.id, industry.id, cases FROM (SELECT region_no, industry_no, count(*) AS cases FROM cases
  WHERE industry_no IS NOT NULL GROUP BY ALL) counted
JOIN industry_numbers industry USING (industry_no) LEFT JOIN region_numbers region USING (region_no)
"""
OPENINGS = """
SELECT region.id, industry.id, companies, openings FROM (SELECT region_no, industry_no, count(DISTINCT company_no) AS companies,
  sum(openings) AS openings FROM openings GROUP BY ALL) counted
JOIN industry_numbers industry USING (industry_no) LEFT JOIN region_numbers region USING (region_no)
"""
GIVEN = "(step.result IS NULL OR step.result NOT IN ('declined', 'not_served'))"
PLAIN_NEEDS = f"""
SELECT center.region_id, having_need.need_id, count(DISTINCT file.id),
  count(DISTINCT file.id) FILTER ({GIVEN} AND (step.need_id = having_need.need_id OR target.target_id = having_need.need_id)),
  {
    ", ".join(
        f"count(DISTINCT file.id) FILTER (step.result = 'not_served' AND step.need_id = having_need.need_id "
        f"AND step.reason = '{reason}')"
        for reason in REASONS
    )
},
  count(DISTINCT file.id) FILTER (step.result = 'not_served' AND step.need_id = having_need.need_id AND step.reason IS NULL),
  count(DISTINCT file.id) - count(DISTINCT file.id) FILTER (
    (step.result = 'not_served' AND step.need_id = having_need.need_id)
    OR ({GIVEN} AND (step.need_id = having_need.need_id OR target.target_id = having_need.need_id)))
FROM case_needs having_need JOIN cases file ON file.id = having_need.case_id JOIN centers center ON center.id = file.center_id
LEFT JOIN case_steps step ON step.case_id = file.id
LEFT JOIN program_targets target ON target.program_id = step.program_id AND target.target_kind = 'need'
  AND target.target_id = having_need.need_id
GROUP BY ALL
"""
PLAIN_HIRED = """
SELECT center.region_id, hired_industry_id, count(*) FROM cases JOIN centers center ON center.id = center_id
WHERE hired_industry_id IS NOT NULL GROUP BY ALL
"""
PLAIN_OPENINGS = """
SELECT company.region_id, company.industry_id, count(DISTINCT company.id), sum(openings)
FROM openings JOIN companies company ON company.id = company_id WHERE company.industry_id IS NOT NULL GROUP BY ALL
"""


def good(place: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Over narrow, sorted tables with whole numbers for ids and enumerations for codes."""
    return _counted(f"{place}/good.duckdb", (NEEDS, HIRED, OPENINGS))


def obvious(place: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Over the tables as they are, as one would write it first."""
    return _counted(f"{place}/obvious.duckdb", (PLAIN_NEEDS, PLAIN_HIRED, PLAIN_OPENINGS))


def _counted(file: str, statements: tuple[str, ...]) -> dict[tuple[str, ...], tuple[int, ...]]:
    found: dict[tuple[str, ...], tuple[int, ...]] = {}
    with duckdb.connect(file, read_only=True) as connection:
        for what, statement in zip(("need", "hired", "openings"), statements, strict=True):
            rows: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
            found |= {(what, region or "", other): tuple(map(int, counts)) for region, other, *counts in rows}
    return found
