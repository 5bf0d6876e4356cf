"""The checked tables on disk, the system of record, and the content hashes that name them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.dataset import Dataset, DatasetCard, Scanned
from graph.frames import NotInRuns, by_runs, is_sorted, rises, utf8
from graph.generations import make_durable, sync
from graph.rows_file import RowsFile
from graph.schema import SCHEMA_FILE, Schema
from graph.store import ConflictingFact, Generation, StoreError

if TYPE_CHECKING:
    import polars as pl

FORMAT = 1
"""Raised when the same tables would be laid out differently, so that old generations are not taken for new ones."""
CARD = "card.json"
SLICE = 500_000


class StoredTables(Mapping[str, "pl.DataFrame"]):
    """The tables of one folder, each read when it is asked for and not kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, table: str) -> pl.DataFrame:
        """The table's rows, in key order."""
        import polars as pl

        if table not in self:
            raise KeyError(table)
        return pl.read_parquet(self._folder / f"{table}.parquet", glob=False)

    def scan(self, table: str) -> pl.LazyFrame:
        """The table's rows, in key order, read as far as they are asked for."""
        import polars as pl

        if table not in self:
            raise KeyError(table)
        return pl.scan_parquet(self._folder / f"{table}.parquet", glob=False)

    def height(self, table: str) -> int:
        """How many rows a table has, as its file says."""
        return int(self.scan(table).select(_count()).collect().item())

    def parts(self, table: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Columns of a table's rows, in key order, `SLICE` rows at a time."""
        return _parts(self._folder / f"{table}.parquet", columns)

    def write(self, table: str, file: Path) -> None:
        """Write a table's rows, in key order, to a Parquet file."""
        shutil.copyfile(self._folder / f"{table}.parquet", file)

    def column(self, table: str, column: str) -> pl.Series:
        """One column of a table, without reading the others."""
        import polars as pl

        return pl.read_parquet(self._folder / f"{table}.parquet", columns=[column], glob=False)[column]

    def __contains__(self, table: object) -> bool:
        """Whether the dataset has rows in a table."""
        return (self._folder / f"{table}.parquet").exists()

    def __iter__(self) -> Iterator[str]:
        """The names of the tables that have rows."""
        return iter(sorted(path.stem for path in self._folder.glob("*.parquet")))

    def __len__(self) -> int:
        """How many tables have rows."""
        return len(list(iter(self)))


def _parts(file: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    import polars as pl

    rows = pl.scan_parquet(file, glob=False).select(columns)
    for start in range(0, int(rows.select(_count()).collect().item()), SLICE):
        yield rows.slice(start, SLICE).collect()


def _count() -> pl.Expr:
    import polars as pl

    return pl.len()


@dataclass(frozen=True)
class Held:
    """A dataset in the workspace: its card, content hash, rows by table, where its tables lie, and whether it is closed."""

    card: DatasetCard
    hash: str
    rows: Mapping[str, int]
    folder: Path
    closed: bool = False

    def dataset(self) -> Dataset:
        """The dataset, its tables read when asked for."""
        return Dataset(self.card, self.tables, self.closed)

    @property
    def tables(self) -> StoredTables:
        """The stored tables."""
        return StoredTables(self.folder)

    def told(self) -> dict[str, Any]:
        """As it stands in `Generation.datasets`."""
        return asdict(self.card) | {"hash": self.hash, "rows": dict(self.rows)}


def keep(dataset: Dataset, folder: Path, schema: Schema) -> Held:
    """Store a dataset's tables below `folder` under its id and content hash, all of them or none."""
    building = folder / dataset.card.id / f".building-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    hashes, rows = {}, {}
    for name in schema.tables:
        if name in dataset.tables and height_of(dataset, name):
            hashes[name], rows[name] = (
                _keep_table(dataset, name, building / f"{name}.parquet", schema),
                height_of(dataset, name),
            )
    held = Held(dataset.card, _hash_of_dataset(dataset.card, hashes), rows, folder)
    path = folder / dataset.card.id / held.hash
    if path.exists():
        shutil.rmtree(building)
    else:
        (building / CARD).write_text(json.dumps(held.told(), ensure_ascii=False, indent=1), encoding="utf-8")
        make_durable(building)
        building.rename(path)
        sync(path.parent)
    return Held(held.card, held.hash, rows, path, dataset.closed)


def height_of(dataset: Dataset, table: str) -> int:
    """How many rows a dataset has in a table."""
    tables = dataset.tables
    return tables.height(table) if isinstance(tables, Scanned) else tables[table].height


def _keep_table(dataset: Dataset, name: str, file: Path, schema: Schema) -> str:
    """Write one table in key order; gives its hash. A large one that nearly is in order already is never held whole."""
    tables = dataset.tables
    if isinstance(tables, Scanned) and tables.height(name) > SLICE:
        columns, key = list(schema.tables[name].columns), list(schema.tables[name].key)
        if rises(tables.parts(name, key), key):
            tables.write(name, file)
            return hash_of_file(file, columns)
        if _write_in_order(tables.parts(name, columns), file, key):
            return hash_of_file(file, columns)
    table = in_key_order(dataset.card.id, name, tables[name], schema)
    table.write_parquet(file, compression="lz4")
    return hash_of_table(table)


def _write_in_order(parts: Iterable[pl.DataFrame], file: Path, key: list[str]) -> bool:
    """Write rows that come in rising order of the first column of their key; False where they do not, or a key stands twice."""
    try:
        with RowsFile(file) as written:
            for part in by_runs(parts, key[0]):
                rows = part if is_sorted(part, key, strictly=True) else part.sort(key)
                if not is_sorted(rows, key, strictly=True) and rows.select(key).is_duplicated().any():
                    return False
                written.append(rows)
    except NotInRuns:
        return False
    return True


def held(told: Mapping[str, Any], folder: Path) -> Held:
    """A dataset that a generation names; StoreError when its tables are not here."""
    path = folder / told["id"] / told["hash"]
    if not (path / CARD).exists():
        raise StoreError(
            f"이 작업 폴더에는 데이터세트 {told['id']}의 표가 없습니다. "
            "함께 다시 적재하거나 처음 적재한 작업 폴더에서 실행해 주세요.",
            f"This workspace does not hold the tables of dataset {told['id']}; "
            "load it again here, or work in the home it was loaded from.",
        )
    card = DatasetCard(**{field.name: told[field.name] for field in fields(DatasetCard) if field.name in told})
    return Held(card, told["hash"], told["rows"], path)


def in_key_order(dataset_id: str, name: str, table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The declared columns, sorted by the table's key; ConflictingFact where a key stands twice."""
    key = list(schema.tables[name].key)
    table = table.select(list(schema.tables[name].columns))
    if is_sorted(table, key, strictly=True):
        return table
    table = table.sort(key)
    twice = table.select(key).is_duplicated()
    if twice.any():
        shown = ", ".join(str(value) for value in table.filter(twice).select(key).row(0))
        raise ConflictingFact(
            f"데이터세트 {dataset_id}의 표 {name}에 같은 키가 두 번 있습니다: {shown}.",
            f"Dataset {dataset_id} holds the key {shown} twice in table {name}.",
        )
    return table


def hash_of_table(table: pl.DataFrame) -> str:
    """A hash of names, types and values that owes nothing to how the columns lie in memory."""
    return _hash_of_columns((_sliced(column) for column in table.iter_columns()), table.height)


def _sliced(column: pl.Series) -> Iterator[pl.Series]:
    """A column in slices; one of none where there are no rows, so that it is hashed by name and type."""
    return (column.slice(start, SLICE) for start in range(0, max(len(column), 1), SLICE))


def hash_of_file(file: Path, columns: Sequence[str]) -> str:
    """The hash of the table in a Parquet file, of whose columns a slice at a time is read."""
    height = StoredTables(file.parent).height(file.stem)
    return _hash_of_columns(((part.to_series() for part in _parts(file, [name])) for name in columns), height)


def _hash_of_columns(columns: Iterable[Iterable[pl.Series]], height: int) -> str:
    """The hash of the hashes of columns, which come in slices; so many columns at once as there are cores."""
    found = hashlib.blake2b(digest_size=20)
    with ThreadPoolExecutor(os.cpu_count()) as beside:
        for digest in beside.map(partial(_hash_of_column, height=height), columns):
            found.update(digest)
    return found.hexdigest()


def _hash_of_column(slices: Iterable[pl.Series], height: int) -> bytes:
    found = hashlib.blake2b(digest_size=20)
    for at, part in enumerate(slices):
        if not at:
            found.update(f"{part.name}:{part.dtype}:{height};".encode())
        _update(found, part)
    return found.digest()


def _update(found: Any, column: pl.Series) -> None:
    import numpy as np
    import polars as pl

    found.update(column.is_null().to_numpy())
    if column.null_count():  # filling takes a copy
        column = column.fill_null({pl.String: "", pl.Boolean: False}.get(type(column.dtype), 0))
    if column.dtype == pl.String:
        text, offsets = utf8(column)
        found.update(np.diff(offsets).astype(np.uint32))
        found.update(text)
    else:
        found.update(column.cast(pl.Int64).to_numpy())


def _hash_of_dataset(card: DatasetCard, tables: Mapping[str, str]) -> str:
    return _hash_of({"card": asdict(card), "tables": dict(sorted(tables.items()))})


def generation_id(datasets: Mapping[str, str]) -> str:
    """The id of the generation made of these datasets (id to content hash) under the schema as it stands."""
    return _hash_of({"format": FORMAT, "schema": _schema_hash(), "datasets": dict(sorted(datasets.items()))})


def of_this_schema(generation: Generation) -> bool:
    """Whether a generation was made under the schema as it stands; one of an earlier program may lack what is asked for."""
    return generation.id == generation_id({dataset["id"]: dataset["hash"] for dataset in generation.datasets})


@cache
def _schema_hash() -> str:
    return hashlib.blake2b(SCHEMA_FILE.read_bytes(), digest_size=20).hexdigest()


def _hash_of(told: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(told, sort_keys=True, ensure_ascii=False).encode(), digest_size=10).hexdigest()
