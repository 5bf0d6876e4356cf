import importlib
import re
import subprocess
from pathlib import Path

import pytest

from tools.readme_questions import table, written

ROOT = Path(__file__).parents[1]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", ["graph", "loaders", "queries", "analysis", "api"])
def test_the_packages_are_ours(name: str) -> None:
    assert Path(importlib.import_module(name).__file__ or "").parent == ROOT / name


@pytest.mark.parametrize(
    "name", ["graph", "loaders", "api", "queries", "tests", "docker-compose.yml", "pyproject.toml", "README.md"]
)
def test_what_was_asked_for_stands_at_the_top(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_readme_lists_every_question() -> None:
    assert written() == table(), "run: python -m tools.readme_questions"


def test_the_readme_names_files_that_exist() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_commit_names_a_registry_or_a_path_of_one_machine() -> None:
    # Written so that this file does not hold what it looks for.
    hosts = [
        f"{name}.{end}" for name, end in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("repo1.maven", "org"))
    ]
    homes = [f"/{folder}/" for folder in ("root", "home/[a-z]", "Users/[A-Za-z]")]
    shape = re.compile(rf"https?://[^ \"')>]*({'|'.join(map(re.escape, hosts))})|(?<![\w./-])({'|'.join(homes)})")
    texts = [path for path in tracked() if path.suffix not in {".png", ".xlsx", ".parquet", ".svg"}]
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}" for path in texts for hit in shape.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_an_old_python_is_told_in_one_line() -> None:
    done = subprocess.run(["make", "setup", "PYTHON="], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "Python 3.11" in done.stderr.splitlines()[0]


def test_py2neo_is_on_no_path_but_its_own_test() -> None:
    sources = [
        path for path in tracked() if path.suffix == ".py" and "tests" not in path.parts and "benchmarks" not in path.parts
    ]
    assert [
        path.name for path in sources if re.search(r"^\s*(import|from) py2neo", path.read_text(encoding="utf-8"), re.M)
    ] == []
