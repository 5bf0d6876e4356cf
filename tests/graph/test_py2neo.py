"""py2neo is at its end of life, and an optional extra: it reads what we loaded, and that is all we promise."""

import json
import subprocess
import sys

import pytest

from graph.store import Reader

LEADS = "MATCH (c:Center)-[:LEADS]->(n:Network) RETURN c.id AS center_id, n.name AS network ORDER BY center_id, network"
# In a process of its own: py2neo never closes its sockets, and its warnings are not ours to mend.
SCRIPT = """
import json, sys
from py2neo import Graph
graph = Graph(sys.argv[1])
rows = [list(record.values()) for record in graph.run(sys.argv[2])]
node = graph.nodes.match("Center", name="울산고용센터").first()
print(json.dumps({"rows": rows, "labels": list(node.labels), "node": dict(node)}))
"""


@pytest.mark.neo4j
def test_py2neo_reads_the_loaded_network_with_its_sources(neo4j_url: str, neo4j_reader: Reader) -> None:
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, neo4j_url, LEADS]
    read = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)
    assert len(read["rows"]) == 15
    assert [tuple(row) for row in read["rows"]] == neo4j_reader.query(LEADS, {}).rows
    assert "Center" in read["labels"]
    assert read["node"]["dataset_id"] == "moel-2025"
    assert read["node"]["locator"].startswith("L")
