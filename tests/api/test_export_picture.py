import re
from pathlib import Path

import networkx as nx
import pytest

from api.exports.picture import write_picture

HOSTILE_NAME = "</script><script>document.title='run'</script>"


@pytest.fixture
def picture(tmp_path: Path) -> str:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("a", node_kind="Center", name=HOSTILE_NAME)
    graph.add_node("b", node_kind="Network", name="울산 <b>네트워크</b>")
    graph.add_edge("a", "b", type="LEADS")
    write_picture(graph, tmp_path / "map.html")
    return (tmp_path / "map.html").read_text(encoding="utf-8")


def test_the_picture_names_no_outside_host(picture: str) -> None:
    assert set(re.findall(r"https?://([\w.-]+)", picture)) <= {"www.w3.org"}


def test_a_name_with_markup_stays_text(picture: str) -> None:
    assert HOSTILE_NAME not in picture
    assert "\\u003c/script\\u003e" in picture


def test_the_browser_is_told_to_fetch_nothing(picture: str) -> None:
    assert "default-src 'none'" in picture
