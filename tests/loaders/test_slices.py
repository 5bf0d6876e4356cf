"""A large table is checked and kept slice by slice; nothing of what comes out may depend on that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from graph import contents
from graph.contents import StoredTables
from graph.schema import load_schema
from loaders import parquet_file, raw
from loaders.checked import Checked, CheckedTables
from loaders.cohort.write import write_cohort
from loaders.folder import check_folder

Sliced = Callable[[int], None]


@pytest.fixture
def slices_of(monkeypatch: pytest.MonkeyPatch) -> Sliced:
    def set_to(rows: int) -> None:
        for module in (raw, parquet_file, contents):
            monkeypatch.setattr(module, "SLICE", rows)

    return set_to


def kept(checked: Checked, folder: Path) -> contents.Held:
    assert checked.dataset is not None
    return contents.keep(checked.dataset, folder, load_schema())


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_table_in_slices_is_kept_as_a_whole_one_is(tmp_path: Path, slices_of: Sliced, file_format: str) -> None:
    write_cohort(tmp_path / "cohort", 150, 3, file_format=file_format)
    whole = check_folder(tmp_path / "cohort", {})
    at_once = kept(whole, tmp_path / "whole")
    slices_of(41)
    sliced = check_folder(tmp_path / "cohort", {})
    assert sliced.dataset is not None and isinstance(sliced.dataset.tables, CheckedTables)
    assert len(sliced.dataset.tables._tables["case_steps"].pieces) > 3
    slices_of(500_000)  # a hash is taken by this many rows at a time
    piecewise = kept(sliced, tmp_path / "sliced")
    assert sliced.report == whole.report
    for name, table in at_once.tables.items():
        assert_frame_equal(table, piecewise.tables[name])
    assert at_once.hash == piecewise.hash


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_slices_refuse_what_the_whole_refuses(tmp_path: Path, slices_of: Sliced, file_format: str) -> None:
    write_cohort(tmp_path / "cohort", 300, 5, file_format=file_format, dirty=0.01)
    whole = check_folder(tmp_path / "cohort", {})
    slices_of(41)
    assert check_folder(tmp_path / "cohort", {}).report == whole.report
    assert whole.report.refused > 10


def test_a_table_in_key_order_is_kept_without_being_held_whole(
    tmp_path: Path, slices_of: Sliced, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cohort(tmp_path / "cohort", 150, 3, file_format="parquet")
    slices_of(41)
    checked = check_folder(tmp_path / "cohort", {})
    read: list[str] = []
    whole = CheckedTables.__getitem__
    monkeypatch.setattr(CheckedTables, "__getitem__", lambda self, name: read.append(name) or whole(self, name))
    held = kept(checked, tmp_path / "kept")
    assert "case_steps" not in read and "cases" not in read
    assert held.rows["case_steps"] == StoredTables(held.folder).height("case_steps") > 41
    packed = checked.dataset.tables._tables["case_steps"].pieces[0].file  # type: ignore[union-attr]
    assert (held.folder / "case_steps.parquet").read_bytes() == packed, "rows in key order were written twice"


def test_a_table_out_of_order_is_sorted_though_it_came_in_slices(tmp_path: Path, slices_of: Sliced) -> None:
    write_cohort(tmp_path / "cohort", 150, 3, file_format="parquet")
    at_once = kept(check_folder(tmp_path / "cohort", {}), tmp_path / "whole")
    file = tmp_path / "cohort" / "case_steps.parquet"
    steps = pl.read_parquet(file).with_row_index("row").with_columns(pl.format("row {}", "row").alias("locator")).drop("row")
    steps.sample(fraction=1.0, shuffle=True, seed=1).write_parquet(file)
    slices_of(41)
    shuffled = check_folder(tmp_path / "cohort", {})
    slices_of(500_000)
    again = kept(shuffled, tmp_path / "again")
    same = [name for name in at_once.tables["case_steps"].columns if name != "locator"]
    assert_frame_equal(at_once.tables["case_steps"].select(same), again.tables["case_steps"].select(same))


def test_a_parquet_file_that_breaks_off_after_its_first_slice_is_refused(tmp_path: Path, slices_of: Sliced) -> None:
    write_cohort(tmp_path / "cohort", 150, 3, file_format="parquet")
    file = tmp_path / "cohort" / "case_steps.parquet"
    pl.read_parquet(file).write_parquet(file, row_group_size=50, compression="zstd")
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle - 200 : middle + 200] = bytes(400)
    file.write_bytes(data)
    slices_of(41)
    report = check_folder(tmp_path / "cohort", {}).report
    assert [(r.file, r.code) for r in report.refusals] == [("case_steps.parquet", "unreadable_file")]
