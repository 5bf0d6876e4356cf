"""The counts of the gap questions by the Cypher that stands in their files, over Bolt."""

from __future__ import annotations

from typing import Any

import neo4j

from queries.catalog import load_catalog

NOTHING = {"needs": [], "age_bands": [], "published": False}


def counted(url: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Every count of both questions; the server counts, only counts travel."""
    needs, industries = (load_catalog().question(name) for name in ("need_gaps", "industry_gaps"))
    with neo4j.GraphDatabase.driver(url) as driver, driver.session(default_access_mode=neo4j.READ_ACCESS) as session:

        def rows(text: str) -> list[list[Any]]:
            return [record.values() for record in session.run(text, NOTHING)]  # type: ignore[arg-type]  # a literal is asked for, ours is read

        told = {("need", row[0], row[1]): tuple(row[3:12]) for row in rows(needs.statement("needs", "neo4j").text)}
        told |= {("hired", row[1], row[0]): (row[2],) for row in rows(industries.statement("hired", "neo4j").text)}
        told |= {("openings", row[1], row[0]): tuple(row[2:4]) for row in rows(industries.statement("openings", "neo4j").text)}
    return told
