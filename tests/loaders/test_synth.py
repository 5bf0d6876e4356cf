from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from graph.schema import load_schema
from loaders.cohort import write as synth
from loaders.cohort.cases import MONTHS
from loaders.cohort.write import CohortError, write_cohort
from loaders.folder import check_folder

ROOT = Path(__file__).parents[2]


def table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.parent.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cohort(tmp_path_factory.mktemp("synth") / "cohort", 2000, 1).directory


@pytest.mark.parametrize(("plan", "file_format"), [("pair", "csv"), ("mixed", "parquet"), ("confounder", "parquet")])
def test_a_cohort_passes_the_checks_that_every_dataset_must_pass(tmp_path: Path, plan: str, file_format: str) -> None:
    made = write_cohort(tmp_path / "cohort", 2000, 5, plan=plan, file_format=file_format)
    checked = check_folder(made.directory, {})
    assert checked.dataset is not None, checked.report.to_json()
    assert {name: frame.height for name, frame in checked.dataset.tables.items()} == made.rows
    card = checked.dataset.card
    assert (card.synthetic, card.selection, card.disclosure) == (True, "complete", "protected")
    assert "합성" in card.title
    assert "합성" in card.title and "실제가 아님" in card.title


@pytest.mark.parametrize("seed", [0, 1588, 880101, 821012345, 999_999_999])
def test_no_id_or_name_looks_like_a_persons_number_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    made = write_cohort(tmp_path / "cohort", 60, seed)
    assert check_folder(made.directory, {}).report.refusals == ()


def test_csv_and_parquet_hold_the_same_cells(tmp_path: Path, cohort: Path) -> None:
    made = write_cohort(tmp_path / "cohort", 2000, 1, file_format="parquet")
    for name in made.rows:
        parquet = pl.read_parquet(tmp_path / "cohort" / f"{name}.parquet").cast(pl.String)
        assert parquet.equals(table(cohort, name)), name


def test_every_table_of_the_model_is_written_with_columns_it_declares(cohort: Path) -> None:
    schema = load_schema()
    written = {path.stem for path in cohort.glob("*.csv")}
    assert written == set(schema.tables) - {"sources", "figures"}
    for name in written:
        assert set(table(cohort, name).columns) <= set(schema.tables[name].columns), name


def test_every_kind_of_institution_exists_and_serves(cohort: Path) -> None:
    kinds = set(load_schema().vocabularies["institution_kind"])
    institutions = table(cohort, "institutions")
    assert set(institutions["kind"]) == kinds
    served = table(cohort, "case_steps").join(institutions, left_on="provider_id", right_on="id", suffix="_of")
    assert set(served["kind_of"]) == kinds


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_another_seed_does_not(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from loaders.cohort.write import write_cohort\n"
        "for form in ('csv', 'parquet'):\n"
        "    write_cohort(Path(sys.argv[1]) / form, 700, 3, plan='mixed', file_format=form, dirty=0.02)"
    )
    for place, hash_seed in (("one", "1"), ("two", "2")):
        environment = {"PYTHONHASHSEED": hash_seed, "PATH": "", "POLARS_MAX_THREADS": hash_seed}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / place)], check=True, cwd=ROOT, env=environment)
    assert digest(tmp_path / "one" / "csv") == digest(tmp_path / "two" / "csv")
    write_cohort(tmp_path / "three" / "csv", 700, 4, plan="mixed")
    assert (tmp_path / "three/csv/cases.csv").read_bytes() != (tmp_path / "one/csv/cases.csv").read_bytes()


def test_a_longer_cohort_begins_with_the_shorter_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synth, "BLOCK", 500)
    for cases in (1000, 1700):
        write_cohort(tmp_path / str(cases), cases, 2, size="xs", plan="mixed")
    for name in ("cases", "case_steps", "case_needs", "case_credentials"):
        short, long = ((tmp_path / n / f"{name}.csv").read_bytes() for n in ("1000", "1700"))
        assert long.startswith(short), name
        assert len(long) > len(short)


def test_a_plan_changes_who_is_hired_and_not_whom_they_met(tmp_path: Path) -> None:
    for plan in ("none", "pair"):
        write_cohort(tmp_path / plan, 600, 9, plan=plan)
    for name in ("institutions", "programs", "partnerships", "case_steps", "case_needs"):
        written = [(tmp_path / plan / f"{name}.csv").read_text().replace(f"{plan}9-", "") for plan in ("none", "pair")]
        assert written[0] == written[1], name
    outcomes = [table(tmp_path / plan, "cases")["outcome"].to_list() for plan in ("none", "pair")]
    assert outcomes[0] != outcomes[1]
    assert all(after == before or after == "hired" for before, after in zip(*outcomes, strict=True))


def test_open_cases_end_with_the_data_and_their_steps_too(cohort: Path) -> None:
    cases = table(cohort, "cases")
    still_open = cases.filter(outcome="open")
    assert 0.05 < still_open.height / cases.height < 0.25
    assert still_open["outcome_month"].null_count() == still_open.height
    assert cases.filter(pl.col("outcome") != "open")["outcome_month"].null_count() == 0
    assert cases["outcome"].value_counts().height == 4
    steps = table(cohort, "case_steps").join(cases, left_on="case_id", right_on="id")
    assert steps.filter(pl.col("month") > MONTHS[-1]).is_empty()
    assert steps.filter((pl.col("month") < pl.col("opened_month")) | (pl.col("month") > pl.col("outcome_month"))).is_empty()
    assert set(steps.filter(result="ongoing")["outcome"]) == {"open"}


def test_steps_are_in_order_and_only_those_not_served_have_a_reason(cohort: Path) -> None:
    steps = table(cohort, "case_steps").with_columns(pl.col("order").cast(pl.Int64))
    by_case = steps.group_by("case_id", maintain_order=True).agg("order", "month")
    assert all(order == list(range(1, len(order) + 1)) for order in by_case["order"].to_list())
    assert all(months == sorted(months) for months in by_case["month"].to_list())
    assert by_case.height == 2000
    assert 4.4 < steps.height / by_case.height < 5.3
    refused = steps.filter(result="not_served")
    assert refused["reason"].null_count() == 0
    assert set(refused["reason"]) == set(load_schema().vocabularies["step_reason"])
    assert steps.filter(pl.col("result") != "not_served")["reason"].null_count() == steps.height - refused.height
    assert refused.filter(reason="none_exists")["provider_id"].drop_nulls().is_empty()


def test_a_hire_names_the_industry_of_its_company_and_nobody_else_has_a_job(cohort: Path) -> None:
    cases = table(cohort, "cases")
    job = ["hired_industry_id", "hired_occupation_id", "hired_company_id", "retained_6m"]
    assert cases.filter(pl.col("outcome") != "hired").select(pl.col(job).is_not_null().any()).row(0) == (False,) * 4
    hired = cases.filter(outcome="hired").join(table(cohort, "companies"), left_on="hired_company_id", right_on="id")
    assert hired.height > 300
    assert (hired["hired_industry_id"] == hired["industry_id"]).all()
    late = cases.filter(pl.col("outcome_month") > "2025-06")
    assert late["retained_6m"].null_count() == late.height


def test_work_is_skewed_to_few_centers_partners_and_needs(cohort: Path) -> None:
    for name, column in (
        ("cases", "center_id"),
        ("case_steps", "provider_id"),
        ("case_needs", "need_id"),
        ("cases", "age_band"),
    ):
        counts = table(cohort, name)[column].drop_nulls().value_counts()["count"].sort(descending=True)
        assert counts[0] * counts.len() > 2 * counts.sum(), (name, column)


def test_the_planted_gaps_are_there(cohort: Path) -> None:
    gaps = yaml.safe_load(cohort.with_name("cohort.truth.yaml").read_text(encoding="utf-8"))["gaps"]
    cases, institutions = table(cohort, "cases"), table(cohort, "institutions")
    steps = table(cohort, "case_steps").filter(pl.col("result").is_in(["completed", "ongoing"]))
    met = steps.join(cases, left_on="case_id", right_on="id").join(
        institutions, left_on="provider_id", right_on="id", suffix="_of"
    )
    used = set(met.select("center_id", "provider_id").iter_rows())
    ties = table(cohort, "partnerships").filter(pl.col("first_id").str.contains("center"))
    declared = set(ties.select("first_id", "second_id").iter_rows())
    assert sorted(map(list, used - declared)) == gaps["used_without_declaration"] != []
    assert sorted(map(list, declared - used)) == gaps["declared_never_used"] != []
    assert not {tuple(gap) for gap in gaps["missing_partner_kinds"]} & set(met.select("center_id", "kind_of").iter_rows())
    targets = table(cohort, "program_targets")
    for kind, gap in (("need", "needs_without_program"), ("industry", "industries_without_training")):
        assert gaps[gap]
        assert not set(gaps[gap]) & set(targets.filter(target_kind=kind)["target_id"])
    assert set(table(cohort, "needs")["id"]) - set(targets["target_id"]) == set(gaps["needs_without_program"])


def test_wrong_cells_are_listed_and_the_check_finds_exactly_those(tmp_path: Path) -> None:
    made = write_cohort(tmp_path / "cohort", 1500, 8, dirty=0.01)
    listed = pl.read_csv(tmp_path / "cohort.truth.wrong_cells.csv")
    rows = sum(made.rows[name] for name in ("programs", "companies", "cases", "case_needs", "case_steps"))
    assert 0.007 < listed.height / rows < 0.013
    report = check_folder(made.directory, {}).report
    assert report.rest == {}
    found = {(refusal.file, refusal.line, refusal.column) for refusal in report.refusals}
    assert found == {(f"{name}.csv", row + 1, column) for name, row, column, _ in listed.iter_rows()}
    counted = yaml.safe_load(made.truth_path.read_text(encoding="utf-8"))["wrong_cells"]
    assert sum(counted.values()) == listed.height


def test_the_truth_lies_beside_the_data_and_never_in_it(tmp_path: Path) -> None:
    made = write_cohort(tmp_path / "cohort", 50, 1)
    assert made.truth_path == tmp_path / "cohort.truth.yaml"
    assert not list(made.directory.glob("*truth*"))
    with pytest.raises(CohortError, match="outside the dataset's folder"):
        write_cohort(tmp_path / "cohort", 50, 1, tmp_path / "cohort" / "truth.yaml")


def test_a_folder_with_other_files_is_left_alone_and_a_synthetic_one_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "cases.csv").write_text("id\n1\n")
    with pytest.raises(CohortError, match="empty folder"):
        write_cohort(tmp_path / "mine", 50, 1)
    assert (tmp_path / "mine" / "cases.csv").read_text() == "id\n1\n"
    write_cohort(tmp_path / "cohort", 50, 1)
    write_cohort(tmp_path / "cohort", 50, 1, file_format="parquet")
    assert not list((tmp_path / "cohort").glob("*.csv"))


def test_stopping_halfway_leaves_what_was_there(tmp_path: Path) -> None:
    write_cohort(tmp_path / "cohort", 50, 1)
    before = digest(tmp_path / "cohort")

    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_cohort(tmp_path / "cohort", 80, 2, progress=stop)
    assert digest(tmp_path / "cohort") == before


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"cases": 0}, "cases must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 10**9}, "seed must be"),
        ({"plan": "pears"}, "unknown plan 'pears'; choose one of none, pair"),
        ({"size": "xxl"}, "unknown size"),
        ({"file_format": "xls"}, "unknown format"),
        ({"dirty": 1.0}, "dirty must be"),
        ({"kinds": 3}, "kinds must be"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(tmp_path: Path, asked: dict[str, object], told: str) -> None:
    with pytest.raises(CohortError, match=told) as refused:
        write_cohort(**({"directory": tmp_path / "cohort", "cases": 10, "seed": 1} | asked))
    assert "\n" not in str(refused.value)
    assert not any(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CohortError, match="cannot write"):
        write_cohort(tmp_path / "file" / "cohort", 10, 1)
    with pytest.raises(CohortError, match="cannot write"):
        write_cohort(tmp_path / "cohort", 10, 1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_progress_tells_cases_done_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synth, "BLOCK", 40)
    told: list[tuple[str, int, int]] = []
    write_cohort(tmp_path / "cohort", 100, 1, progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "cases"] == [("cases", 40, 100), ("cases", 80, 100), ("cases", 100, 100)]


def test_memory_stays_bounded_as_cases_grow(tmp_path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path; from loaders.cohort import write as synth\n"
        "synth.BLOCK = 25_000\n"
        "synth.write_cohort(Path(sys.argv[1]), int(sys.argv[2]), 1, size='s', file_format='parquet')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peak = []
    for cases in ("50000", "300000"):
        run = [sys.executable, "-c", script, str(tmp_path / cases), cases]
        peak.append(int(subprocess.run(run, check=True, cwd=ROOT, capture_output=True).stdout))
    assert peak[1] < 1.15 * peak[0]


def test_the_largest_network_has_the_national_numbers() -> None:
    from loaders.cohort.network import SIZES
    from loaders.cohort.world import make_world

    world = make_world("l1", 1, "mixed", SIZES["l"], 23)
    rows = {name: len(next(iter(columns.values()))) for name, columns in world.tables.items()}
    assert (rows["centers"], rows["institutions"], rows["programs"], rows["industries"]) == (70, 10_000, 40_000, 600)
    assert (world.scale.companies, world.scale.cases) == (1_000_000, 10_000_000)
    parents = world.tables["institutions"]["parent_id"].to_numpy(zero_copy_only=False)
    assert len(set(parents) - {None}) == 60
    assert np.isclose(np.bincount(world.ties.center, world.ties.share), 1, atol=1e-6).all()


def test_half_of_the_planted_missing_kinds_are_told_as_absent(cohort: Path) -> None:
    kinds = dict(table(cohort, "institutions").select("id", "kind").iter_rows())
    declared = {(a, kinds.get(b)) for a, b in table(cohort, "partnerships").select("first_id", "second_id").iter_rows()}
    told = set(table(cohort, "absences").select("center_id", "partner_kind").iter_rows())
    truth = yaml.safe_load((cohort.parent / f"{cohort.name}.truth.yaml").read_text(encoding="utf-8"))
    planted = [tuple(gap) for gap in truth["gaps"]["missing_partner_kinds"]]
    assert told == set(planted[::2]) - declared
