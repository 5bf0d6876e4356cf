"""Which engine a URL means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graph.store import StoreError

if TYPE_CHECKING:
    from graph.store import Store

SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def open_store(url: str, home: Path) -> Store:
    """The store of a URL: `ladybug:DIR` (without DIR: `home`), or a Neo4j address; StoreError for anything else."""
    folder = embedded_folder(url, home)
    if folder is not None:
        from graph.ladybug_store import LadybugStore

        return LadybugStore(folder)
    if url.partition(":")[0] in SERVER_SCHEMES:
        from graph.neo4j_store import open_neo4j

        return open_neo4j(url, home)
    raise StoreError(
        "저장소 주소를 알 수 없습니다. ladybug:폴더 또는 neo4j://호스트:포트 로 적어 주세요.",
        "PUMASI_STORE is neither ladybug:DIR nor neo4j://HOST:PORT.",
    )


def embedded_folder(url: str, home: Path) -> Path | None:
    """Where the embedded engine keeps its generations; None for the address of a server, or of nothing."""
    scheme, _, rest = url.partition(":")
    return (Path(rest) if rest else home) if scheme == "ladybug" else None
