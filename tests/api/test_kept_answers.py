import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import ahead, commands, kept, program
from api.ahead import answer_ahead, work_ahead
from api.cli_ask import Asked, plainly_asked
from api.kept import KeptAnswers
from api.kept_rows import RowsReader
from api.loading import load_folders
from api.settings import Settings
from graph.store import Reader, Rows
from graph.stores import open_store
from graph.workspace import Workspace
from queries import kept as kept_arrays
from queries.ahead import SHARED
from queries.ask import ask
from queries.browse import network, search
from queries.catalog import load_catalog
from tests.api.conftest import forget_what_is_shared

ROOT = Path(__file__).parents[2]
HEAVY = {"polars", "pyarrow", "pandas", "numpy", "scipy", "neo4j", "networkx", "fastapi", "pydantic", "typer", "rich"}
GIVEN = {
    "collaboration_paths": {"first_id": ["울산고용센터"], "second_id": ["구미고용센터"]},
    "center_profile": {"center_id": ["center-ulsan"]},
    "institution_profile": {"institution_id": ["inst-moel"]},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    load_folders([ROOT / "data" / "moel-2025"], Workspace(home), open_store("ladybug:", home), lambda *_: None)
    return home


@pytest.fixture(scope="module")
def reader(home: Path) -> Iterator[Reader]:
    reader = open_store("ladybug:", home).reader()
    yield reader
    reader.close()


@pytest.fixture
def answers(home: Path) -> KeptAnswers:
    found = KeptAnswers.of(Settings(home), "ladybug:", None)
    assert found
    shutil.rmtree(found.folder, ignore_errors=True)
    return found


def traced(home: Path, *arguments: str) -> dict[str, list[str]]:
    """Which modules a cold `pumasi` imports, and which files of the house it opens but to import them."""
    script = (
        "import json, sys; opened = []\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)\n"
        f"sys.argv = ['pumasi', *{arguments!r}]\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(json.dumps({'modules': sorted(sys.modules), 'opened': opened}), file=sys.stderr)"
    )
    environment = {**os.environ, "PUMASI_HOME": str(home), "PUMASI_STORE": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    told = json.loads(done.stderr)
    return {**told, "printed": [done.stdout]}


def test_a_first_answer_reads_one_question_and_the_next_one_starts_no_engine(home: Path, answers: KeptAnswers) -> None:
    first = traced(home, "ask", "network_overview", "--format", "json")
    assert not HEAVY & set(first["modules"])
    assert [Path(file).name for file in first["opened"] if file.endswith("_reach.cypher")] == ["partner_reach.cypher"], (
        "to tell the program"
    )
    again = traced(home, "ask", "network_overview", "--format", "json")
    assert again["printed"] == first["printed"]
    assert not (HEAVY | {"ladybug", "yaml", "queries.ask", "queries.catalog", "graph.schema"}) & set(again["modules"])
    ours = [name for name in again["modules"] if name.partition(".")[0] in ("api", "queries", "graph", "analysis", "loaders")]
    assert len(ours) <= 14, ours
    assert len([file for file in again["opened"] if str(home) in file]) == 2, "the pointer and the answer"


def test_a_load_of_a_small_network_answers_ahead_what_is_then_asked_without_an_engine(
    home: Path, reader: Reader, answers: KeptAnswers
) -> None:
    told: list[tuple[str, int, int]] = []
    answer_ahead(Settings(home), "ladybug:", reader.generation, lambda *step: told.append(step))
    open_ = sorted(set(load_catalog().questions) - set(GIVEN))
    assert len(list(answers.folder.glob("*.json"))) == len(open_)
    assert told == [("ahead", done, len(open_)) for done in range(1, len(open_) + 1)]
    for name in open_:
        assert answers.read(name, {}) == ask(reader, name, {})
    asked = traced(home, "ask", open_[0], "--format", "json")
    assert not (HEAVY | {"ladybug", "yaml", "queries.ask"}) & set(asked["modules"])
    told.clear()
    answer_ahead(Settings(home), "ladybug:", reader.generation, lambda *step: told.append(step))
    assert not told, "what is kept is not answered again"


def test_a_parameter_that_no_statement_takes_starts_no_engine_and_gives_the_same_answer(
    home: Path, reader: Reader, answers: KeptAnswers
) -> None:
    answer_ahead(Settings(home), "ladybug:", reader.generation, lambda *_: None)
    asked = traced(home, "ask", "network_overview", "--format", "json", "--top", "3")
    assert not (HEAVY | {"ladybug"}) & set(asked["modules"])
    assert json.loads(asked["printed"][0]) == ask(reader, "network_overview", {"top": 3}).to_json()
    filtered = traced(home, "ask", "network_overview", "--format", "json", "--as-of", "2025-06-01")
    assert "ladybug" in filtered["modules"], "a parameter of a statement"


@pytest.mark.parametrize("name", sorted(load_catalog().questions))
def test_an_answer_from_kept_rows_is_the_engines_answer_to_the_letter(name: str, reader: Reader, answers: KeptAnswers) -> None:
    params, kept_rows = GIVEN.get(name, {}), answers.folder / "rows" / "kept.json"
    first = RowsReader(kept_rows, reader.generation, lambda: reader)
    answers.folder.mkdir()
    assert ask(first, name, params) == ask(reader, name, params)
    first.keep()
    whole = [each for each in load_catalog().question(name).params.values() if each.type == "integer"]
    for more in ({}, *({each.name: ["2"]} for each in whole)):
        again = RowsReader(kept_rows, reader.generation, (lambda: reader) if more else engine_that_fails)
        texts = [json.dumps(ask(each, name, params | more).to_json(), ensure_ascii=False) for each in (again, reader)]
        assert texts[0] == texts[1]


def engine_that_fails() -> Reader:
    raise AssertionError("the engine is started")


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"{",
        b"[]",
        b'{"x": 1}',
        b"\xff\xfe",
        b"null",
        b'{"decimal": "x"}',
        b'{"rows": {"x": 1}, "nodes": []}',
        b'{"rows": {}, "nodes": [[1]]}',
        b'{"x": [1]}',
    ],
)
def test_spoiled_rows_are_asked_for_anew(spoiled: bytes, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_bytes(spoiled)
    again = RowsReader(tmp_path / "kept.json", reader.generation, lambda: reader)
    assert ask(again, "network_overview", {}) == ask(reader, "network_overview", {})


def test_rows_come_back_as_they_were_or_are_not_kept(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    for rows in ([(Decimal("12"), 1.5, None, ["가", 1], True)], [((1, 2),)], [(date(2025, 1, 2),)], [({"decimal": "x"},)]):
        file.unlink(missing_ok=True)
        first = RowsReader(file, reader.generation, lambda rows=rows: GivingRows(rows))  # type: ignore[misc]
        assert first.query("MATCH", {}).rows == rows
        first.keep()
        again = RowsReader(file, reader.generation, lambda rows=rows: GivingRows(rows))  # type: ignore[misc]
        assert repr(again.query("MATCH", {}).rows) == repr(rows)
        assert file.exists() == (rows[0][0] == Decimal("12"))


class GivingRows:
    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def query(self, _cypher: str, _params: Any) -> Rows:
        return Rows(("a",), self._rows)


def test_a_large_network_is_not_answered_ahead(
    home: Path, reader: Reader, answers: KeptAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MOST", sum(reader.generation.counts.values()) - 1)
    answer_ahead(Settings(home), "ladybug:", reader.generation, lambda *_: None)
    assert not answers.folder.exists()


def test_a_load_of_a_large_network_works_out_what_its_questions_share(
    home: Path, reader: Reader, answers: KeptAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = ("industry_gaps", "need_gaps", "partnership_gaps", "partner_reach", "referral_paths")

    def asked() -> list[Any]:
        forget_what_is_shared(monkeypatch)
        return [*(ask(reader, name) for name in shared), network(reader), search(reader, "센터")]

    expected, told = asked(), list[tuple[str, int, int]]()
    shutil.rmtree(answers.folder.with_name(kept_arrays.FOLDER))
    monkeypatch.setattr(ahead, "MOST", sum(reader.generation.counts.values()) - 1)
    forget_what_is_shared(monkeypatch)
    work_ahead(open_store("ladybug:", home), reader.generation, lambda *step: told.append(step))
    assert told == [("shared", done, len(SHARED)) for done in range(1, len(SHARED) + 1)]
    monkeypatch.setattr(kept_arrays, "_write", lambda *_: pytest.fail("something had to be worked out"))
    assert asked() == expected


def test_a_small_network_and_ctrl_c_leave_what_is_shared_for_later(
    home: Path, reader: Reader, answers: KeptAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def progress(_what: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    told: list[int] = []
    work_ahead(open_store("ladybug:", home), reader.generation, lambda *step: told.append(step[1]))
    assert not told
    monkeypatch.setattr(ahead, "MOST", 0)
    work_ahead(open_store("ladybug:", home), reader.generation, progress)
    assert open_store("ladybug:", home).current() == reader.generation


def test_ctrl_c_while_questions_are_answered_ahead_leaves_the_load_as_it_is(
    home: Path, reader: Reader, answers: KeptAnswers
) -> None:
    def progress(_what: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    answer_ahead(Settings(home), "ladybug:", reader.generation, progress)
    assert len(list(answers.folder.glob("*.json"))) == 2
    assert open_store("ladybug:", home).current() == reader.generation


def test_a_cold_answer_reads_and_checks_only_the_question_it_is_asked(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    from queries import catalog

    read, whole = [], catalog.read_question
    monkeypatch.setattr(catalog, "read_question", lambda file: read.append(file.stem) or whole(file))
    catalog.load_question.cache_clear()
    ask(reader, "network_overview", {})
    ask(reader, "network_overview", {"top": 3})
    assert read == ["network_overview"]


@pytest.mark.parametrize("name", sorted(load_catalog().questions))
def test_a_kept_answer_is_the_answer(name: str, reader: Reader, answers: KeptAnswers) -> None:
    params = GIVEN.get(name, {})
    answer = ask(reader, name, params)
    answers.write(name, params, answer)
    again = answers.read(name, params)
    assert again == answer
    assert json.dumps(again.to_json(), ensure_ascii=False) == json.dumps(answer.to_json(), ensure_ascii=False)


def test_nothing_is_kept_for_another_question_audience_or_program(
    home: Path, reader: Reader, answers: KeptAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.write("network_overview", {}, ask(reader, "network_overview", {}))
    assert answers.read("network_overview", {})
    assert answers.read("network_overview", {"top": ["3"]}) is None
    assert answers.read("partner_reach", {}) is None
    public = KeptAnswers.of(Settings(home, audience="public"), "ladybug:", None)
    assert public
    assert public.read("network_overview", {}) is None
    monkeypatch.setattr(kept, "program_fingerprint", lambda _: "another program")
    assert answers.read("network_overview", {}) is None


def test_the_program_is_told_by_the_content_of_its_files_and_not_by_their_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "HOUSE", tmp_path)
    (tmp_path / "queries" / "language").mkdir(parents=True)
    file = tmp_path / "queries" / "language" / "one.py"
    seen = set()
    for text, name in (("a = 1", "one.py"), ("a = 2", "one.py"), ("a = 2", "two.py")):
        file.unlink(missing_ok=True)
        file = file.with_name(name)
        file.write_text(text)
        os.utime(file, (0, 0))
        program.program_fingerprint.cache_clear()
        seen.add(program.program_fingerprint(("queries",)))
    program.program_fingerprint.cache_clear()
    assert len(seen) == 3


@pytest.mark.parametrize("spoiled", [b"", b"{", b"[]", b'{"question": "x"}', b"\xff\xfe", b"null"])
def test_a_spoiled_answer_is_worked_out_anew(spoiled: bytes, reader: Reader, answers: KeptAnswers) -> None:
    answers.write("network_overview", {}, ask(reader, "network_overview", {}))
    next(answers.folder.glob("*.json")).write_bytes(spoiled)
    assert answers.read("network_overview", {}) is None


def test_few_answers_are_kept_the_newest_of_them(reader: Reader, answers: KeptAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    answer = ask(reader, "network_overview", {})
    for place in range(5):
        answers.write("network_overview", {"top": [str(place)]}, answer)
        for age, file in enumerate(sorted(answers.folder.glob("*.json"), key=lambda file: file.stat().st_mtime)):
            os.utime(file, (age + 1, age + 1))
    assert [place for place in range(5) if answers.read("network_overview", {"top": [str(place)]})] == [2, 3, 4]
    monkeypatch.setattr(kept, "LARGEST", 100)
    answers.write("network_overview", {}, answer)
    assert answers.read("network_overview", {}) is None


def test_a_place_that_cannot_be_written_keeps_nothing_and_answers(reader: Reader, answers: KeptAnswers) -> None:
    answers.folder.write_text("a file stands where the folder would be")
    try:
        answers.write("network_overview", {}, ask(reader, "network_overview", {}))
        assert answers.read("network_overview", {}) is None
    finally:
        answers.folder.unlink()


def test_there_is_nothing_kept_without_a_generation_or_for_a_server(tmp_path: Path, home: Path) -> None:
    assert KeptAnswers.of(Settings(tmp_path), "ladybug:", None) is None
    assert KeptAnswers.of(Settings(home), "ladybug:", "../../etc") is None
    assert KeptAnswers.of(Settings(home), "ladybug:", "0" * 20) is None
    assert KeptAnswers.of(Settings(home), "neo4j://localhost", None) is None


WORDS = st.sampled_from(
    ["network_overview", "--format", "--format=json", "json", "csv", "tiff", "--generation", "--store=ladybug:", "--store",
     "--top", "--top=3",
     "3", "-5", "--help", "--", "--first-id", "a=b", "--x=", "", "-h", "--=", "울산", "--generation=0123456789"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_what_is_told_plainly_is_read_as_the_command_reads_it(words: list[str]) -> None:
    quick = plainly_asked(["ask", *words])
    read: list[Asked] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(commands, "answer_on_terminal", read.append)
        if quick is not None:
            commands.app(["ask", *words], standalone_mode=False)
            assert read == [quick]


def test_usual_questions_are_told_plainly_and_all_else_is_left_to_the_command() -> None:
    asked = plainly_asked(["ask", "a", "--first-id", "b", "--kinds=x", "--kinds", "y", "--format=csv", "--store", "s"])
    assert asked == Asked("a", {"first_id": ["b"], "kinds": ["x", "y"]}, "csv", None, "s")
    for words in ([], ["ask"], ["ask", "--help"], ["load", "x"], ["ask", "a", "--format", "tiff"], ["ask", "a", "stray"]):
        assert plainly_asked(words) is None
