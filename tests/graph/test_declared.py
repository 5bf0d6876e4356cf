from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from graph.declared import declared_in
from graph.schema import SCHEMA_FILE
from queries.browse.names import NAMES_FILE

KEPT = "__pycache__/*.json"


@pytest.fixture(autouse=True)
def _compiled_files_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


@pytest.mark.parametrize("file", [SCHEMA_FILE, NAMES_FILE])
def test_a_file_says_the_same_when_it_is_read_again(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert repr(declared_in(copy)) == repr(told)
    assert len(list(tmp_path.glob(KEPT))) == 1
    assert repr(declared_in(copy)) == repr(told)


def test_a_changed_file_is_read_anew_and_a_spoiled_copy_too(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    for text in ("a: 1", "a: 2"):
        file.write_text(text)
        assert declared_in(file) == yaml.safe_load(text)
        (kept,) = tmp_path.glob(KEPT)
        kept.write_bytes(b"{")
        assert declared_in(file) == yaml.safe_load(text)


def test_what_json_cannot_tell_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "days.yaml"
    for text in ("a: 2026-01-31", "1: a"):
        file.write_text(text)
        assert declared_in(file) == yaml.safe_load(text)
        assert not list(tmp_path.glob(KEPT))


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    file = tmp_path / "one.yaml"
    file.write_text("a: 1")
    assert declared_in(file) == {"a": 1}
    assert not list(tmp_path.glob(KEPT))
