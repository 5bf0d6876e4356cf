from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.schema import load_schema
from tests.data.press_release import LINE_HASHES, ROOT, line_hash, line_numbers, plain, source_lines, spelled_out

FOLDER = ROOT / "data" / "moel-2025"
FACTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "moel_2025_facts.yaml").read_text(encoding="utf-8"))
SCHEMA = load_schema()
NAMED = (
    "regions",
    "networks",
    "centers",
    "institutions",
    "programs",
    "industries",
    "occupations",
    "credentials",
    "needs",
    "companies",
)
# Relationship tables and the columns of which at least one must be named by the locator's lines.
ENDS = {
    "memberships": ("member_id",),
    "partnerships": ("first_id", "second_id"),
    "program_providers": ("program_id", "provider_id"),
    "program_targets": ("program_id", "target_id"),
    "openings": ("company_id", "occupation_id"),
    "demands": ("industry_id",),
    "case_steps": ("program_id", "provider_id"),
    "case_credentials": ("credential_id",),
}
# Not under that rule: figures (their names are ours: the value must stand there), cases (they have no name: age, sex and
# occupations must stand there), case_needs (a need's name is ours: the words that tell it are in the facts file).
AGES = {"40s": r"4\d세|40대", "50s": r"5\d세|50대", "60s": r"6\d세|60대"}
Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    path = FOLDER / f"{name}.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def rows_by_id() -> dict[str, Row]:
    return {row["id"]: row for name in SCHEMA.tables for row in table(name) if "id" in row}


def name_of(identifier: str) -> str | None:
    return rows_by_id()[identifier]["name"] if identifier else None


def names(row: Row) -> list[str]:
    """A row's name and declared aliases. Round brackets that end a name of an institution or program are the curator's."""
    said = row["name"] if row["id"].startswith("net-") else re.sub(r"\([^()]*\)$", "", row["name"])
    return [plain(name) for name in (said, *row.get("aliases", "").split(";")) if name]


def told(locator: str) -> str:
    lines = source_lines()
    return plain(spelled_out("\n".join(lines[number - 1] for number in line_numbers(locator))))


def is_named(row: Row, text: str) -> bool:
    """A center may stand as the cell of a table whose heading is its kind: 울산 under 고용센터."""
    if any(name in text for name in names(row)):
        return True
    kind = SCHEMA.vocabularies["center_kind"].get(row.get("kind", ""))
    return kind is not None and kind.ko in text and plain(row["name"]).removesuffix(kind.ko) in text


def center_of(network_id: str) -> str:
    (lead,) = (row["member_id"] for row in table("memberships") if row["network_id"] == network_id and row["role"] == "lead")
    return str(name_of(lead)).removesuffix("고용센터")


def members_of(network_id: str, role: str) -> list[str]:
    return [row["member_id"] for row in table("memberships") if row["network_id"] == network_id and row["role"] == role]


# ---- the facts, against the list written from the source


def test_the_networks_hold_the_titles_awards_and_lines_of_the_source() -> None:
    found = {center_of(row["id"]): [row["name"], row["award"], row["year"]] for row in table("networks")}
    assert found == {center: [title, award, "2025"] for center, (_, title, award, _) in FACTS["networks"].items()}
    for row in table("networks"):
        assert FACTS["networks"][center_of(row["id"])][0] in line_numbers(row["locator"])


def test_each_network_has_the_career_centers_and_operators_of_the_source() -> None:
    for row in table("networks"):
        centers = [rows_by_id()[center] for center in members_of(row["id"], "core")]
        assert all(center["kind"] == "career_center" for center in centers)
        found = [[center["name"], name_of(center["operator_id"])] for center in centers]
        assert found == FACTS["networks"][center_of(row["id"])][3]


def test_there_are_15_employment_centers_and_18_career_centers() -> None:
    kinds = Counter(row["kind"] for row in table("centers"))
    operated = {name for _, _, _, careers in FACTS["networks"].values() for name, _ in careers}
    assert (
        kinds
        == {"employment_center": len(FACTS["networks"]), "career_center": len(operated)}
        == {"employment_center": 15, "career_center": 18}
    )
    assert {row["name"] for row in table("centers") if row["kind"] == "employment_center"} == {
        f"{place}고용센터" for place in FACTS["networks"]
    }


def test_the_other_members_are_those_named_as_taking_part() -> None:
    found = {center_of(row["id"]): [name_of(member) for member in members_of(row["id"], "member")] for row in table("networks")}
    assert {center: members for center, members in found.items() if members} == FACTS["members"]


def test_the_sector_counts_are_those_of_the_source_and_add_up_to_its_totals() -> None:
    found: dict[str, dict[str | None, int | None]] = {}
    for row in table("demands"):
        assert (row["measure"], row["year"]) == ("found", "2025")
        assert FACTS["demands"][center_of(row["network_id"])][0] in line_numbers(row["locator"])
        found.setdefault(center_of(row["network_id"]), {})[name_of(row["industry_id"])] = (
            int(row["companies"]) if row["companies"] else None
        )
    assert found == {center: sectors for center, (_, _, sectors) in FACTS["demands"].items()}
    for _, total, sectors in FACTS["demands"].values():
        assert None in sectors.values() or sum(sectors.values()) == total


def test_the_figures_are_those_of_the_source() -> None:
    found = []
    for row in table("figures"):
        about = center_of(row["about_id"]) if row["about_id"].startswith("net-") else name_of(row["about_id"])
        found.append([int(row["value"]), row["unit"], row["measure"], int(row["year"]), about])
    assert sorted(map(repr, found)) == sorted(repr(fact[1:]) for fact in FACTS["figures"])
    for fact in FACTS["figures"]:
        line, value, unit, measure, *_ = fact
        assert any(
            line in line_numbers(row["locator"]) and [row["value"], row["unit"], row["measure"]] == [str(value), unit, measure]
            for row in table("figures")
        ), fact


def test_the_institutions_are_those_named_in_the_source() -> None:
    found: dict[str, dict[str, Row]] = {}
    for row in table("institutions"):
        found.setdefault(row["kind"], {})[row["name"]] = row
    assert {kind: sorted(rows) for kind, rows in found.items()} == {
        kind: sorted(lines) for kind, lines in FACTS["institutions"].items()
    }
    for kind, lines in FACTS["institutions"].items():
        for name, line in lines.items():
            assert line in line_numbers(found[kind][name]["locator"]), name


def test_every_institution_says_what_it_did() -> None:
    assert [row["name"] for row in table("institutions") if not row["note"]] == []


def test_the_programs_and_their_providers_are_those_of_the_source() -> None:
    told_programs = {name: [kind, *fact] for kind, programs in FACTS["programs"].items() for name, fact in programs.items()}
    planned = {name: [kind, line, provider] for name, (line, kind, provider) in FACTS["plans"].items()}
    found = {row["name"]: [row["kind"], name_of(row["provider_id"])] for row in table("programs")}
    assert found == {name: [kind, provider] for name, (kind, _, provider) in (told_programs | planned).items()}
    for row in table("programs"):
        assert (told_programs | planned)[row["name"]][1] in line_numbers(row["locator"]), row["name"]


def test_the_plans_of_2026_and_nothing_else_are_planned() -> None:
    planned = {row["name"]: row["valid_from"] for row in table("programs") if row["status"] == "planned"}
    assert planned == dict.fromkeys(FACTS["plans"], "2026-01-01")


def test_the_co_providers_are_those_of_the_source() -> None:
    found: dict[str | None, list[list[str | None]]] = {}
    for row in table("program_providers"):
        found.setdefault(name_of(row["program_id"]), []).append([name_of(row["provider_id"]), row["role"]])
    assert found == FACTS["co_providers"]


def test_programs_train_for_what_the_source_says_and_nothing_else() -> None:
    found: dict[str | None, list[str | None]] = {}
    for row in table("program_targets"):
        if row["target_kind"] != "need":
            found.setdefault(name_of(row["program_id"]), []).append(name_of(row["target_id"]))
    assert {program: set(targets) for program, targets in found.items()} == {
        program: set(targets) for program, targets in FACTS["trains_for"].items()
    }


def test_only_training_experience_mentoring_and_volunteering_train_for_something() -> None:
    kinds = {rows_by_id()[row["program_id"]]["kind"] for row in table("program_targets") if row["target_kind"] != "need"}
    assert kinds == {"training", "work_experience", "mentoring", "volunteering"}


def test_the_partnerships_are_those_of_the_source() -> None:
    found = [(name_of(row["first_id"]), name_of(row["second_id"]), row["kind"]) for row in table("partnerships")]
    assert sorted(found) == sorted((first, second, kind) for _, first, second, kind in FACTS["partnerships"])
    for line, first, second, kind in FACTS["partnerships"]:
        (row,) = (
            row
            for row in table("partnerships")
            if (name_of(row["first_id"]), name_of(row["second_id"]), row["kind"]) == (first, second, kind)
        )
        assert line in line_numbers(row["locator"])


def test_the_credentials_and_the_one_named_company_are_those_of_the_source() -> None:
    assert {row["name"] for row in table("credentials")} == set(FACTS["credentials"])
    openings = {
        name_of(row["company_id"]): [line_numbers(row["locator"])[0], name_of(row["occupation_id"])]
        for row in table("openings")
    }
    assert openings == FACTS["companies"]
    assert {row["name"] for row in table("companies")} == set(FACTS["companies"])
    assert [row["openings"] for row in table("openings")] == [""]


def found_case(row: Row) -> dict[str, Any]:
    mine = [other for other in table("case_steps") if other["case_id"] == row["id"]]
    whole: dict[str, Any] = {
        "lines": line_numbers(row["locator"]),
        "center": name_of(row["center_id"]),
        "age_band": row["age_band"],
        "sex": row["sex"],
        "outcome": row["outcome"],
        "outcome_month": row["outcome_month"],
        "needs": {name_of(need["need_id"]) for need in table("case_needs") if need["case_id"] == row["id"]},
        "steps": [[step["kind"], name_of(step["provider_id"]), name_of(step["program_id"])] for step in mine],
        "credentials": {
            name_of(held["credential_id"]): held["held_before"] == "true"
            for held in table("case_credentials")
            if held["case_id"] == row["id"]
        },
    }
    for column in ("prior_industry", "prior_occupation", "hired_industry", "hired_occupation"):
        whole[column] = name_of(row[f"{column}_id"])
    return {name: value for name, value in whole.items() if value}


def test_the_cases_are_those_told_one_by_one() -> None:
    expected = [fact | {"needs": set(fact["needs"])} for fact in FACTS["cases"]]
    assert [found_case(row) for row in table("cases")] == expected


def test_nothing_is_told_of_a_case_that_the_source_does_not_tell() -> None:
    assert {(row["opened_month"], row["hired_company_id"], row["retained_6m"]) for row in table("cases")} == {("", "", "")}


def test_steps_are_numbered_from_one_in_told_order() -> None:
    for case in table("cases"):
        orders = [int(row["order"]) for row in table("case_steps") if row["case_id"] == case["id"]]
        assert orders == list(range(1, len(orders) + 1)) and orders, case["id"]


# ---- the tables in themselves


def test_the_card_says_success_stories_already_published() -> None:
    card = yaml.safe_load((FOLDER / "dataset.yaml").read_text(encoding="utf-8"))
    assert card.pop("note") and card.pop("title")
    assert card == {
        "id": "moel-2025", "publisher": "고용노동부", "published_on": "2025-12-17",
        "selection": "success_stories", "disclosure": "published", "synthetic": False,
    }  # fmt: skip


def test_every_file_is_a_declared_table_with_the_declared_columns_in_order() -> None:
    files = {path.stem for path in FOLDER.glob("*.csv")}
    # The press release tells of no partner that a center is known to lack.
    assert files == set(SCHEMA.tables) - {"sources", "absences"}
    for name in files:
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == list(SCHEMA.tables[name].columns)
        assert rows and {len(row) for row in rows} == {len(header)}


def test_ids_are_unique_over_all_kinds_and_say_their_kind() -> None:
    ids = [row["id"] for name in SCHEMA.tables for row in table(name) if "id" in row]
    assert [identifier for identifier, count in Counter(ids).items() if count > 1] == []
    kinds = "reg|net|center|career|inst|prog|ind|occ|cred|need|company|fig|case"
    assert [identifier for identifier in ids if not re.fullmatch(rf"({kinds})(-[a-z0-9]+)+", identifier)] == []


@pytest.mark.parametrize("name", [name for name in SCHEMA.tables if name != "sources"])
def test_keys_are_unique_references_resolve_and_codes_are_known(name: str) -> None:
    declared = SCHEMA.tables[name]
    keys = Counter(tuple(row[column] for column in declared.key) for row in table(name))
    assert [key for key, count in keys.items() if count > 1] == []
    for column in declared.columns.values():
        values = {row[column.name] for row in table(name)}
        assert not column.required or "" not in values, column.name
        values -= {""}
        if column.refers_to:
            assert values <= {row["id"] for other in column.refers_to for row in table(other)}, column.name
        if column.code:
            assert values <= set(SCHEMA.vocabularies[column.code]), column.name


def test_each_step_names_a_provider_or_a_program_or_was_not_served() -> None:
    unnamed = [
        row for row in table("case_steps") if not (row["provider_id"] or row["program_id"] or row["result"] == "not_served")
    ]
    assert unnamed == []


def test_each_target_is_of_its_kind() -> None:
    kinds = {"need": "needs", "industry": "industries", "occupation": "occupations", "credential": "credentials"}
    for row in table("program_targets"):
        assert row["target_id"] in {target["id"] for target in table(kinds[row["target_kind"]])}


def test_no_part_is_its_own_whole() -> None:
    for start in (identifier for identifier, row in rows_by_id().items() if row.get("parent_id")):
        seen, at = {start}, rows_by_id()[start]["parent_id"]
        while at:
            assert at not in seen
            seen.add(at)
            at = rows_by_id()[at].get("parent_id", "")


def test_no_masked_name_honorific_or_number_of_a_person_is_anywhere() -> None:
    shapes = re.compile(r"[○◯〇]|[가-힣]{1,4} ?씨|\d{6}\s*-?\s*[1-8]\d{6}|01\d-?\d{3,4}-?\d{4}|\S+@\S+|만 ?\d+세")
    for path in FOLDER.iterdir():
        assert shapes.findall(path.read_text(encoding="utf-8")) == [], path.name


# ---- the tables against the source's text


def test_the_source_is_the_one_that_was_read() -> None:
    assert {f"L{number}": line_hash(line) for number, line in enumerate(source_lines(), 1)} == LINE_HASHES


def test_no_officials_name_is_loaded() -> None:
    text = "\n".join(source_lines())
    officials = re.findall(r"장관 ([가-힣]{3})|참석한 ([가-힣]{3}) ", text)
    assert len(officials) == 2
    loaded = "".join(path.read_text(encoding="utf-8") for path in FOLDER.iterdir())
    assert [name for pair in officials for name in pair if name and name in loaded] == []


def test_each_locator_names_lines_that_exist_and_are_not_empty() -> None:
    blank = line_hash("")
    for name in SCHEMA.tables:
        for row in table(name):
            numbers = line_numbers(row["locator"])
            assert numbers == sorted(set(numbers)), (name, row)
            assert all(f"L{number}" in LINE_HASHES for number in numbers), (name, row)
            assert all(LINE_HASHES[f"L{end}"] != blank for end in (numbers[0], numbers[-1])), (name, row)


@pytest.mark.parametrize("name", NAMED)
def test_each_locators_lines_hold_the_rows_name_or_an_alias(name: str) -> None:
    assert [row["id"] for row in table(name) if not is_named(row, told(row["locator"]))] == []


# The other kinds' locators also hold lines that tell what they did or won without repeating the name.
@pytest.mark.parametrize("name", ["regions", "industries", "occupations", "credentials", "needs", "companies"])
def test_each_part_of_a_locator_holds_the_name_or_an_alias(name: str) -> None:
    for row in table(name):
        assert [part for part in row["locator"].split("; ") if not is_named(row, told(part))] == [], row["id"]


@pytest.mark.parametrize("name", ENDS)
def test_each_relationships_lines_name_at_least_one_end(name: str) -> None:
    for row in table(name):
        ends = [rows_by_id()[row[column]] for column in ENDS[name] if row[column]]
        assert any(is_named(end, told(row["locator"])) for end in ends), row


def test_each_figures_lines_hold_its_value() -> None:
    for row in table("figures"):
        assert f"{int(row['value']):,}" in told(row["locator"]), row


def test_each_cases_lines_tell_its_age_sex_and_occupations() -> None:
    words = {"f": "여성", "m": "남성"}
    for row in table("cases"):
        text = told(row["locator"])
        assert not row["age_band"] or re.search(AGES[row["age_band"]], text), row["id"]
        assert not row["sex"] or words[row["sex"]] in text, row["id"]
        for column in ("prior_industry_id", "prior_occupation_id", "hired_industry_id", "hired_occupation_id"):
            assert not row[column] or is_named(rows_by_id()[row[column]], text), (row["id"], column)


def test_each_need_of_a_case_is_told_in_its_lines() -> None:
    wanted = {
        (row["id"], need): words
        for row, fact in zip(table("cases"), FACTS["cases"], strict=True)
        for need, words in fact["needs"].items()
    }
    for row in table("case_needs"):
        assert plain(wanted[row["case_id"], str(name_of(row["need_id"]))]) in told(row["locator"]), row


def test_each_network_stands_beside_its_center() -> None:
    for row in table("memberships"):
        if row["role"] != "member":
            assert center_of(row["network_id"]) in told(f"L{FACTS['networks'][center_of(row['network_id'])][0]}")
            assert FACTS["networks"][center_of(row["network_id"])][0] in line_numbers(row["locator"])
