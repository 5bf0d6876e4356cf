from __future__ import annotations

from pathlib import Path

import pytest

from queries.catalog import CatalogError, load_catalog, read_question
from queries.errors import QuestionError

HEADER = """\
// title:   제목 | Title
// asks:    무엇을 묻는가 | What is asked?
// param:   regions list<text> of Region = []  지역 | regions
// param:   top integer 1..50 = 10  행 수 | rows
// returns: center_id text of Center "식별자" "id"
// returns: center_name text "이름" "name"
// key:     center_id
// evidence: told
// says:    {rows}곳 | {rows:center/centers}
// none:    없음 | none
"""
BODY = """\
MATCH (center:Center)
WHERE size($regions) = 0 OR center.region_id IN $regions
RETURN center.id AS center_id, center.name AS center_name
ORDER BY center_id
LIMIT $top
"""


def question(folder: Path, text: str = HEADER + BODY, name: str = "sample"):
    file = folder / f"{name}.cypher"
    file.write_text(text, encoding="utf-8")
    return read_question(file)


def test_a_good_file_becomes_a_question(tmp_path):
    found = question(tmp_path)
    assert (found.title.en, found.key, list(found.params)) == ("Title", ("center_id",), ["regions", "top", "as_of"])
    assert found.params["top"].high == 50
    assert found.params["regions"].kinds == ("Region",)
    assert [column.label.ko for column in found.columns] == ["식별자", "이름"]
    assert found.cypher("neo4j") == BODY.strip()


BREACHES = {
    "a node is returned": ("center.name AS center_name", "center AS center_name", 13, "rule 1"),
    "a column has no name": ("center.name AS center_name", "center.name", 13, "rule 1"),
    "a column is not in snake_case": ("center.name AS center_name", "center.name AS centerName", 13, "rule 1"),
    "an alias equals a variable": ("center.name AS center_name", "center.name AS center", 13, "rule 2"),
    "a type is used twice unguarded": (
        "MATCH (center:Center)",
        "MATCH (center:Center)-[:LOCATED_IN]->(n:Region)<-[:LOCATED_IN]-(other:Center)",
        11,
        "rule 3",
    ),
    "a parameter is tested for null": ("size($regions) = 0", "$regions IS NULL", 12, "rule 4"),
    "there is no order": ("ORDER BY center_id\n", "", 13, "rule 5"),
    "there is no limit": ("LIMIT $top\n", "", 13, "rule 5"),
    "the order is not total": ("ORDER BY center_id", "ORDER BY center_name", 14, "rule 5"),
    "the order is by something not returned": ("ORDER BY center_id", "ORDER BY center.id, center_id", 14, "rule 5"),
    "an inner order has no limit": ("WHERE size", "WITH center ORDER BY center.name\nWHERE size", 12, "rule 5"),
    "hops are unbounded": ("MATCH (center:Center)", "MATCH (center:Center)-[:PART_OF*]-(other:Center)", 11, "rule 6"),
    "hops are too many": ("MATCH (center:Center)", "MATCH (center:Center)-[:PART_OF*1..5]-(other:Center)", 11, "rule 6"),
    "hops have no upper end": (
        "MATCH (center:Center)",
        "MATCH (center:Center)-[:PART_OF*1..]-(other:Center)",
        11,
        "rule 6",
    ),
    "a function is not shared": ("center.name AS center_name", "toString(center.name) AS center_name", 13, "rule 7"),
    "labels are read": ("center.name AS center_name", "labels(center) AS center_name", 13, "rule 7"),
    "types are read": ("center.name AS center_name", "type(center) AS center_name", 13, "rule 7"),
    "something is written": ("WHERE size", "SET center.name = 'x'\nWITH center\nWHERE size", 12, "rule 7"),
    "a file is read": ("MATCH (center:Center)", "LOAD CSV FROM 'x' AS line\nMATCH (center:Center)", 11, "rule 7"),
    "a procedure is called": ("MATCH (center:Center)", "CALL db.labels()\nMATCH (center:Center)", 11, "rule 7"),
    "a list is comprehended": ("center.name AS center_name", "[x IN [1] | x] AS center_name", 13, "rule 7"),
    "a map is projected": ("center.name AS center_name", "center {.name} AS center_name", 13, "rule 7"),
    "a path is sought natively": ("center.name AS center_name", "shortestPath((center)) AS center_name", 13, "rule 7"),
    "a sum may be over nothing": ("center.name AS center_name", "sum(center.seats) AS center_name", 13, "rule 7"),
    "a variable is a reserved word": (
        "MATCH (center:Center)",
        "MATCH (center:Center)-[:HANDLED]->(case:CaseFile)",
        11,
        "rule 8",
    ),
    "a property is a reserved word": ("center.name AS center_name", "center.order AS center_name", 13, "rule 8"),
    "a parameter is not declared": ("LIMIT $top", "LIMIT $most", 15, "rule 9"),
    "a parameter is not used": ("LIMIT $top", "LIMIT 10", 1, "rule 9"),
    "a dated relationship has no name": ("(center:Center)", "(center:Center)-[:LEADS]->(n:Network)", 11, "rule 11"),
    "a dated relationship is not filtered": ("(center:Center)", "(center:Center)-[led:LEADS]->(n:Network)", 11, "rule 11"),
    "a dated node is not filtered": ("(center:Center)", "(center:Center), (program:Program)", 11, "rule 11"),
    "a column is not declared": ("center.name AS center_name", "center.name AS name", 11, "rule 9"),
    "columns stand in another order": (
        "center.id AS center_id, center.name AS center_name",
        "center.name AS center_name, center.id AS center_id",
        11,
        "rule 9",
    ),
    "there are two statements": ("LIMIT $top", "LIMIT $top; MATCH (x:Center)", 11, "part"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_file_is_refused_where(tmp_path, breach):
    old, new, line, message = BREACHES[breach]
    assert old in BODY
    with pytest.raises(CatalogError, match=message) as refused:
        question(tmp_path, HEADER + BODY.replace(old, new, 1))
    assert str(refused.value).startswith(f"sample.cypher:{line}: ")
    assert "\n" not in str(refused.value)


HEADER_BREACHES = {
    "a word is unknown": ("// key:", "// keys:", "a header line is one of"),
    "the title has one language": ("제목 | Title", "제목", "Korean | English"),
    "the title is missing": ("// title:   제목 | Title\n", "", "lacks `// title:`"),
    "a parameter has an unknown type": ("top integer 1..50 = 10", "top whole = 10", "a parameter is"),
    "a default is of another type": ("= 10  행", "= ten  행", "JSONDecodeError|Expecting value|no integer"),
    "ids are of an unknown kind": ("of Region", "of Area", "no node Area"),
    "codes are of an unknown vocabulary": ('"이름" "name"', 'in names "이름" "name"', "no vocabulary names"),
    "a column has an unknown type": ("center_name text", "center_name words", "a column is"),
    "a column is declared twice": ("center_name text", "center_id text", "twice"),
    "the key is no column": ("// key:     center_id", "// key:     id", "not a returned column"),
    "evidence is of an unknown sort": ("evidence: told", "evidence: heard", "evidence is one of"),
    "a sentence names what it cannot know": ("{rows}곳", "{centers}곳", "cannot know"),
    "an empty answer names its first row": ("없음 | none", "{first.center_id} | none", "cannot know"),
    "a drawing is not one": ("// evidence", "// draws: center_id to center_name\n// evidence", "a drawing is"),
    "a drawing has an unknown type": ("// evidence", "// draws: center_id -[LIKES]-> center_id\n// evidence", "LIKES"),
    "a drawn column says not whose ids it holds": (
        "// evidence",
        "// draws: center_id -[LEADS]-> center_name\n// evidence",
        "of Kind",
    ),
    "cases are counted without n": ("center_name text", "center_name cases", "part: n"),
}


@pytest.mark.parametrize("breach", HEADER_BREACHES)
def test_a_header_is_refused_where(tmp_path, breach):
    old, new, message = HEADER_BREACHES[breach]
    assert old in HEADER
    with pytest.raises(CatalogError, match=message):
        question(tmp_path, HEADER.replace(old, new, 1) + BODY)


def test_a_guarded_pattern_may_use_a_type_twice(tmp_path):
    pattern = "MATCH (center:Center)-[:LOCATED_IN]->(n:Region)<-[:LOCATED_IN]-(other:Center)\nWHERE center.id < other.id AND ("
    body = BODY.replace("MATCH (center:Center)\nWHERE ", pattern).replace("IN $regions", "IN $regions)")
    assert question(tmp_path, HEADER + body).name == "sample"


def test_every_branch_of_a_union_returns_the_declared_columns(tmp_path):
    with pytest.raises(CatalogError, match="rule 9"):
        question(tmp_path, HEADER + BODY + "UNION ALL\n" + BODY.replace("AS center_name", "AS title"))


def test_the_words_of_a_text_are_not_taken_for_cypher(tmp_path):
    body = BODY.replace("size($regions) = 0", "size($regions) = 0 OR center.name STARTS WITH 'CALL SET // LOAD'")
    assert question(tmp_path, HEADER + body).name == "sample"


def test_a_variant_replaces_a_statement_on_its_engine_and_keeps_the_contract(tmp_path):
    variant = tmp_path / "sample.neo4j.cypher"
    variant.write_text(BODY.replace("center.name AS", "toString(center.name) AS"), encoding="utf-8")
    found = question(tmp_path)
    assert "toString" in found.cypher("neo4j")
    assert "toString" not in found.cypher("ladybug")
    for wrong in (
        BODY.replace("center_name", "title"),
        BODY.replace("LIMIT", "SET center.x = 1 LIMIT"),
        BODY.replace("$top", "$most"),
    ):
        variant.write_text(wrong, encoding="utf-8")
        with pytest.raises(CatalogError, match=r"sample\.neo4j\.cypher"):
            question(tmp_path)


def test_a_variant_without_its_question_is_refused(tmp_path):
    (tmp_path / "lonely.neo4j.cypher").write_text(BODY, encoding="utf-8")
    with pytest.raises(CatalogError, match="lonely"):
        load_catalog(tmp_path)


def test_an_unknown_question_is_named_with_near_matches():
    with pytest.raises(QuestionError, match="network_overview") as refused:
        load_catalog().question("network_overveiw")
    assert refused.value.code == "unknown_question"
    assert refused.value.near[0] == "network_overview"


def test_the_shipped_catalog_holds_the_least_set():
    names = {found.name for found in load_catalog()}
    assert names >= {
        "network_overview",
        "partner_reach",
        "collaboration_paths",
        "case_journeys",
        "center_profile",
        "institution_profile",
        "company_demand",
    }


def test_the_example_of_the_guide_is_a_question(tmp_path):
    guide = Path(__file__).parents[2] / "docs" / "questions.md"
    example = guide.read_text(encoding="utf-8").split("```cypher\n")[1].split("```")[0]
    assert question(tmp_path, example).draws[0].type == "DEMANDS"
