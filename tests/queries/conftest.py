"""A small made-up network, protected, on the embedded engine and on Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from graph.stores import open_store
from graph.workspace import Workspace
from tests.graph.made import made_dataset

if TYPE_CHECKING:
    from graph.store import Reader


@pytest.fixture(scope="session")
def made_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = tmp_path_factory.mktemp("made")
    store = open_store("ladybug:", home)
    Workspace(home).publish([made_dataset()], store)
    reader = store.reader()
    yield reader
    reader.close()
