import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main
from api.stopping import _left
from graph.store import Generation
from graph.stores import open_store
from graph.workspace import Workspace
from loaders.cohort.write import write_cohort
from tests.contract import ANSWER_KEYS
from tests.graph.made import made_dataset

ROOT = Path(__file__).parents[2]
MOEL = ROOT / "data" / "moel-2025"


class Shell:
    """`pumasi` in a workspace of its own, as a user runs it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: object, status: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PUMASI_HOME": str(self.home), "PUMASI_STORE": "", **variables}
        command = [sys.executable, "-m", "api.cli", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("home"))
    shell("load", MOEL)
    return shell


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")


def one_line(text: str) -> str:
    assert len(text.strip().splitlines()) == 1, text
    return text


def test_loading_the_same_dataset_again_changes_nothing(loaded: Shell) -> None:
    before = loaded("generations", "--format", "json").stdout
    assert "이미" in loaded("load", MOEL).stdout
    assert loaded("generations", "--format", "json").stdout == before
    assert json.loads(before)[0]["datasets"] == ["moel-2025"]


def test_an_answer_as_json_is_one_object_of_the_contract(loaded: Shell) -> None:
    answer = json.loads(loaded("ask", "network_overview", "--format", "json").stdout)
    assert answer.keys() >= ANSWER_KEYS
    assert len(answer["rows"]) == 15
    assert all(row.keys() == {column["name"] for column in answer["columns"]} for row in answer["rows"])


def test_table_and_csv_hold_the_rows_of_the_json(loaded: Shell) -> None:
    answer = json.loads(loaded("ask", "network_overview", "--format", "json").stdout)
    csv = loaded("ask", "network_overview", "--format", "csv").stdout
    assert csv.startswith("\ufeff")
    assert csv.count("\n") >= len(answer["rows"]) + 1
    assert answer["sentence"]["ko"] in loaded("ask", "network_overview", COLUMNS="300").stdout


def test_parameters_are_given_as_options(loaded: Shell) -> None:
    ask = ("ask", "collaboration_paths", "--first-id", "울산고용센터", "--second-id=구미고용센터", "--format", "json")
    params = json.loads(loaded(*ask).stdout)["params"]
    assert params["first_id"] != params["second_id"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "network_overveiw"),
        ("ask", "network_overview", "--colour", "red"),
        ("ask", "network_overview", "--top", "many"),
        ("ask", "collaboration_paths", "--first-id", "nobody", "--second-id", "nobody"),
        ("ask", "network_overview", "--generation", "000000000000"),
        ("withdraw", "nothing"),
        ("ask", "network_overview", "--store", "oracle://x"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_line(loaded: Shell, arguments: tuple[str, ...]) -> None:
    done = loaded(*arguments, status=1)
    assert one_line(done.stderr).startswith("pumasi: ")
    assert not done.stdout


@pytest.mark.parametrize(
    "arguments", [("ask",), ("ask", "network_overview", "stray"), ("export", "tiff", "x"), ("check",), ("fly",)]
)
def test_wrong_usage_ends_with_status_two(loaded: Shell, arguments: tuple[str, ...]) -> None:
    loaded(*arguments, status=2)


def test_before_any_load_the_user_is_told_to_load(empty: Shell) -> None:
    assert "pumasi load" in one_line(empty("ask", "network_overview", status=1).stderr)


def test_a_refused_folder_leaves_the_old_generation(loaded: Shell, tmp_path: Path) -> None:
    before = loaded("generations").stdout
    (tmp_path / "dataset.yaml").write_text("id: bad\ntitle: 나쁜 표\nselection: complete\n", encoding="utf-8")
    (tmp_path / "regions.csv").write_text("id,name,parent_id\nr1,서울,nowhere\n", encoding="utf-8")
    done = loaded("load", tmp_path, status=1)
    assert "regions.csv:2" in one_line(done.stderr)
    report = json.loads(loaded("check", tmp_path, "--format", "json", status=1).stdout)
    assert [refusal["line"] for refusal in report["refusals"]] == [2]
    assert loaded("generations").stdout == before


def test_a_folder_may_refer_to_one_loaded_in_the_same_call(empty: Shell, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "dataset.yaml").write_text("id: more\ntitle: 추가\nselection: complete\n", encoding="utf-8")
    (more / "partnerships.csv").write_text("first_id,second_id,kind\ncenter-ulsan,center-gumi,agreement\n", encoding="utf-8")
    assert "center-ulsan" in (MOEL / "centers.csv").read_text(encoding="utf-8")
    empty("load", more, status=1)
    empty("load", MOEL, more)


def test_synthetic_data_never_joins_real_data(loaded: Shell, tmp_path: Path) -> None:
    loaded("synth", tmp_path / "cohort", "--cases", 50, "--seed", 1, "--truth", tmp_path / "truth.yaml")
    assert "PUMASI_HOME" in one_line(loaded("load", tmp_path / "cohort", status=1).stderr)
    Shell(tmp_path / "other")("load", tmp_path / "cohort")


def test_a_template_is_written_and_checks_as_empty(empty: Shell, tmp_path: Path) -> None:
    empty("template", tmp_path / "mine")
    assert (tmp_path / "mine" / "cases.csv").exists()
    one_line(empty("check", tmp_path / "mine", status=1).stderr)


@pytest.mark.parametrize("format", ["pyvis", "gexf", "graphml", "hsds", "neo4j-admin"])
def test_the_network_is_exported(loaded: Shell, tmp_path: Path, format: str) -> None:
    target = tmp_path / f"network.{format}"
    assert loaded("export", format, target).stdout.startswith(str(target))
    assert target.exists()


def test_an_export_for_neo4j_says_what_to_run_next(loaded: Shell, tmp_path: Path) -> None:
    told = loaded("export", "neo4j-admin", tmp_path / "files").stdout
    imported, constrained = told.index("neo4j-admin database import full @import.args neo4j"), told.index("cypher-shell -f")
    assert imported < constrained
    assert "이어서 할 일 | what to run next" in told
    assert (tmp_path / "files" / "schema.cypher").exists()


def test_a_port_in_use_is_told_in_one_line(loaded: Shell) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = loaded("serve", "--port", taken.getsockname()[1], status=1)
    assert "--port" in one_line(done.stderr)


def test_a_server_sends_the_second_packet_of_an_answer_at_once() -> None:
    import socket

    from api.serving import listen

    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_server_reads_requests_and_waits_for_them_in_compiled_code() -> None:
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    config = uvicorn.Config("api.app:create_app")
    config.load()
    assert config.http_protocol_class is HttpToolsProtocol
    loop = config.get_loop_factory()
    assert loop is not None and loop.__module__ == "uvloop"


def test_many_people_are_referred_from_one_file_to_another(loaded: Shell, tmp_path: Path) -> None:
    (tmp_path / "requests.csv").write_text("id,need\na,need-career-break\nb,need-career-break\n", encoding="utf-8")
    loaded("assign", tmp_path / "requests.csv", tmp_path / "assigned.csv")
    written = (tmp_path / "assigned.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in written[1:]] == ["a", "b"]
    (tmp_path / "bad.csv").write_text("id,colour\na,red\n", encoding="utf-8")
    one_line(loaded("assign", tmp_path / "bad.csv", tmp_path / "nothing.csv", status=1).stderr)
    assert not (tmp_path / "nothing.csv").exists()


@pytest.mark.parametrize(("at", "said"), [("_frames", "이전 세대는 그대로"), ("_prune", "새 세대는 이미 올라왔")])
def test_ctrl_c_says_which_generation_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at: str, said: str
) -> None:
    monkeypatch.setenv("PUMASI_HOME", str(tmp_path))
    monkeypatch.delenv("PUMASI_STORE", raising=False)
    Workspace(tmp_path).publish([made_dataset(cases=5, synthetic=True)], open_store("ladybug:", tmp_path))
    before = Workspace(tmp_path).generations()
    write_cohort(tmp_path / "folder", 20, seed=1, size="xs")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Workspace, at, interrupted)
    monkeypatch.setattr(sys, "argv", ["pumasi", "load", str(tmp_path / "folder")])
    with pytest.raises(SystemExit, match="1"):
        main()
    assert said in one_line(capsys.readouterr().err)
    now = open_store("ladybug:", tmp_path).current()
    assert now is not None and (now.id == before[0].id) == (at == "_frames")


def generation(id_: str) -> Generation:
    return Generation(id_, "", ())


def test_ctrl_c_never_says_that_all_is_as_it_was_where_a_server_holds_a_part() -> None:
    for before in (None, generation("a"), generation("")):
        assert "일부만" in _left(before, generation("")), "as a server tells while its load in batches is not whole"
    assert "올라온 자료가 없" in _left(None, None)
    assert "새 세대" in _left(generation(""), generation("b"))
