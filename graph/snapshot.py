"""The columnar snapshot of a generation: what heavy questions read instead of the engine.

Arrays of fixed width, one file each, memory-mapped. A node is its place in its kind's sorted ids. Where a value is unknown the
array holds -1. Codes count from 0 in the order of their vocabulary; months count from January 1900.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.frames import NodeFrame, RelationshipFrame, no_nodes
from graph.schema import Column, Schema, load_schema

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    Ints = npt.NDArray[np.int32]

FORMAT = 1
PROVIDERS = ("Center", "Institution")
"""Providers count on through both kinds: all centers, then all institutions."""
STEPS = ("SUPPORTED_BY", "USED", "NOT_SERVED")
STEP_COLUMNS = ("provider", "program", "need", "kind", "result", "reason", "month")


class Ids(Sequence[str]):
    """The sorted ids of one kind; UTF-8 text end to end, and where each begins."""

    def __init__(self, text: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]) -> None:
        self._text, self._offsets = text, offsets

    def __len__(self) -> int:
        """How many there are."""
        return len(self._offsets) - 1

    def __getitem__(self, place: Any) -> Any:
        """The id at a place, or the ids of a slice."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place = int(place) % len(self)
        return self._bytes(place).decode()

    def place(self, id_: str) -> int:
        """Where an id stands, -1 when it is none of these."""
        wanted, low, high = id_.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._bytes(middle) < wanted else (low, middle)
        return low if low < len(self) and self._bytes(low) == wanted else -1

    def _bytes(self, place: int) -> bytes:
        return self._text[self._offsets[place] : self._offsets[place + 1]].tobytes()


@dataclass(frozen=True)
class Steps:
    """The steps of all cases, each case's own in a row: case i has steps `offsets[i]:offsets[i + 1]`, by order.

    `provider` counts through centers and institutions; `kind`, `result`, `reason` are codes.
    """

    offsets: npt.NDArray[np.int64]
    order: Ints
    provider: Ints
    program: Ints
    need: Ints
    kind: npt.NDArray[np.int8]
    result: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int8]
    month: npt.NDArray[np.int16]


@dataclass(frozen=True)
class Cases:
    """One value for each case, in the order of the CaseFile ids. `dataset` is the place in `Snapshot.datasets`."""

    outcome: npt.NDArray[np.int8]
    center: Ints
    age_band: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]
    opened_month: npt.NDArray[np.int16]
    outcome_month: npt.NDArray[np.int16]
    dataset: Ints


class Snapshot:
    """A generation's snapshot, mapped into memory; arrays are read-only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        told = json.loads((folder / "snapshot.json").read_text(encoding="utf-8"))
        self.datasets: list[str] = told["datasets"]
        self.codes: dict[str, list[str]] = told["codes"]
        """Vocabulary name to its codes, in the order that arrays count them."""
        self._arrays: dict[str, Any] = {}

    @property
    def folder(self) -> Path:
        """Where its arrays lie, in the generation's folder."""
        return self._folder

    def ids(self, kind: str) -> Ids:
        """The sorted ids of a kind; empty for a kind without nodes."""
        return Ids(self._array(f"{kind}.ids"), self._array(f"{kind}.id_offsets"))

    def column(self, kind: str, name: str) -> npt.NDArray[Any]:
        """A property of all nodes of a kind: a code, month, integer, boolean (0, 1) or place of the node referred to.

        `dataset_id` gives places in `datasets`. KeyError for a property that is text.
        """
        found: npt.NDArray[Any] = self._array(f"{kind}.{name}")
        return found

    @cached_property
    def providers(self) -> list[str]:
        """The ids of all centers, then of all institutions, as `Steps.provider` counts them."""
        return [id_ for kind in PROVIDERS for id_ in self.ids(kind)]

    @cached_property
    def cases(self) -> Cases:
        """What is known of each case."""
        names = ("outcome", "center_id", "age_band", "sex", "opened_month", "outcome_month", "dataset_id")
        return Cases(*(self.column("CaseFile", name) for name in names))

    @cached_property
    def steps(self) -> Steps:
        """The steps of all cases that name a provider, a program, or a need not served."""
        return Steps(*(self._array(f"steps.{name}") for name in ("offsets", "order", *STEP_COLUMNS)))

    @cached_property
    def case_needs(self) -> tuple[npt.NDArray[np.int64], Ints]:
        """Offsets by case, and the place of each need among the Need ids."""
        return self._array("case_needs.offsets"), self._array("case_needs.need")

    def _array(self, name: str) -> Any:
        import numpy as np

        if name not in self._arrays:
            path = self._folder / f"{name}.npy"
            if not path.exists():
                raise KeyError(name)
            # 128 bytes are the header alone: an empty array cannot be mapped.
            self._arrays[name] = np.load(path, mmap_mode="r" if path.stat().st_size > 128 else None)
        return self._arrays[name]


class SnapshotWriter:
    """Builds a snapshot from frames as they pass by, nodes before relationships."""

    def __init__(self, folder: Path, schema: Schema | None = None) -> None:
        self._folder = folder
        self._schema = schema or load_schema()
        self._ids: dict[str, pl.Series] = {}
        self._places: dict[tuple[str, ...], pl.Enum] = {}
        self._waiting: list[tuple[str, Column, pl.Series]] = []
        self._datasets: list[str] = []
        self._steps: list[pl.DataFrame] = []
        self._needs: list[pl.DataFrame] = []
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, part: NodeFrame | RelationshipFrame) -> None:
        """Keep what the snapshot holds of a frame."""
        if isinstance(part, NodeFrame):
            self._take_nodes(part)
        elif part.type in STEPS:
            self._steps.append(self._encoded_steps(part))
        elif part.type == "HAS_NEED":
            self._needs.append(self._encoded_needs(part))

    def finish(self) -> None:
        """Write what is left, and the description last."""
        for kind in self._schema.nodes:
            if kind not in self._ids:
                self._take_nodes(no_nodes(self._schema, kind))
        for kind, column, values in self._waiting:
            self._save(f"{kind}.{column.name}", self._encoded(column, values))
        self._write_steps()
        self._write_needs()
        codes = {name: list(codes) for name, codes in self._schema.vocabularies.items()}
        told = {"format": FORMAT, "datasets": self._datasets, "codes": codes}
        (self._folder / "snapshot.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    def _take_nodes(self, part: NodeFrame) -> None:
        import polars as pl

        ids = part.frame["id"]
        self._ids[part.kind] = ids
        lengths = ids.str.len_bytes().cast(pl.Int64).to_numpy()
        self._save(f"{part.kind}.id_offsets", _offsets(lengths))
        self._save(f"{part.kind}.ids", _bytes("".join(ids.to_list())))
        self._save(f"{part.kind}.dataset_id", self._encoded_datasets(part.frame["dataset_id"]))
        for column in self._schema.tables[self._schema.nodes[part.kind].table].columns.values():
            name = self._schema.renames.get(column.name, column.name)
            if column.refers_to:
                self._waiting.append((part.kind, column, part.frame[name]))
            elif column.code or column.type in ("month", "integer", "boolean"):
                self._save(f"{part.kind}.{column.name}", self._encoded(column, part.frame[name]))

    def _encoded_steps(self, part: RelationshipFrame) -> pl.DataFrame:
        import polars as pl

        frame, columns = part.frame, self._schema.tables["case_steps"].columns
        ends = {"SUPPORTED_BY": "provider", "USED": "program", "NOT_SERVED": "need"}
        told = {
            "case": self._placed(("CaseFile",), frame["start"]),
            "order": frame["step_order"].cast(pl.Int32),
            "dataset": self._encoded_datasets(frame["dataset_id"]),
            ends[part.type]: self._placed(PROVIDERS if part.type == "SUPPORTED_BY" else (part.end_kind,), frame["end"]),
        }
        if "need_id" in frame.columns:
            told["need"] = self._placed(("Need",), frame["need_id"])
        for name in ("kind", "result", "reason", "month"):
            if name in frame.columns:
                told[name] = self._encoded(columns[name], frame[name])
        if part.type == "NOT_SERVED":
            told["result"] = pl.repeat(self._code("step_result", "not_served"), frame.height, dtype=pl.Int8, eager=True)
        unknown = {"provider": pl.Int32, "program": pl.Int32, "need": pl.Int32}
        missing = [pl.lit(-1, dtype=type_).alias(name) for name, type_ in unknown.items() if name not in told]
        return pl.DataFrame(told).with_columns(missing).select("case", "order", "dataset", *STEP_COLUMNS)

    def _encoded_needs(self, part: RelationshipFrame) -> pl.DataFrame:
        import polars as pl

        return pl.DataFrame(
            {"case": self._placed(("CaseFile",), part.frame["start"]), "need": self._placed(("Need",), part.frame["end"])}
        )

    def _write_steps(self) -> None:
        """One row for each step: a step with a provider and a program stands as two relationships."""
        import polars as pl

        types: dict[str, Any] = dict.fromkeys(("case", "order", "dataset", "provider", "program", "need"), pl.Int32)
        types |= dict.fromkeys(("kind", "result", "reason"), pl.Int8) | {"month": pl.Int16}
        key = ["case", "order", "dataset"]
        steps = pl.concat([pl.DataFrame(schema=types), *self._steps])
        steps = steps.group_by(key).agg(pl.col(STEP_COLUMNS).max()).sort(key)
        self._save("steps.offsets", self._case_offsets(steps["case"]))
        for name in ("order", *STEP_COLUMNS):
            self._save(f"steps.{name}", steps[name].cast(types[name]))

    def _write_needs(self) -> None:
        import polars as pl

        needs = pl.concat([pl.DataFrame(schema={"case": pl.Int32, "need": pl.Int32}), *self._needs]).sort("case", "need")
        self._save("case_needs.offsets", self._case_offsets(needs["case"]))
        self._save("case_needs.need", needs["need"])

    def _case_offsets(self, cases: pl.Series) -> npt.NDArray[np.int64]:
        import numpy as np

        return _offsets(np.bincount(cases.to_numpy(), minlength=len(self._ids["CaseFile"])))

    def _encoded(self, column: Column, values: pl.Series) -> pl.Series:
        import polars as pl

        if column.refers_to:
            return self._placed(tuple(self._schema.kind_of_table(table).name for table in column.refers_to), values)
        if column.code:
            codes = pl.Enum(list(self._schema.vocabularies[column.code]))
            return values.cast(codes).to_physical().cast(pl.Int8).fill_null(-1)
        if column.type == "month":
            return _months(values)
        return values.cast(pl.Int8 if column.type == "boolean" else pl.Int64).fill_null(-1)

    def _encoded_datasets(self, values: pl.Series) -> pl.Series:
        import polars as pl

        self._datasets += [id_ for id_ in values.unique(maintain_order=True).to_list() if id_ not in self._datasets]
        return values.cast(pl.Enum(self._datasets)).to_physical().cast(pl.Int32)

    def _placed(self, kinds: tuple[str, ...], ids: pl.Series) -> pl.Series:
        """The place of each id among the ids of the kinds, one kind after the other."""
        import polars as pl

        if kinds not in self._places:
            held = [self._ids[kind] for kind in kinds if kind in self._ids]
            self._places[kinds] = pl.Enum(pl.concat([pl.Series("id", [], dtype=pl.String), *held]))
        return ids.cast(self._places[kinds]).to_physical().cast(pl.Int32).fill_null(-1)

    def _code(self, vocabulary: str, code: str) -> int:
        return list(self._schema.vocabularies[vocabulary]).index(code)

    def _save(self, name: str, values: Any) -> None:
        import numpy as np

        array = values if isinstance(values, np.ndarray) else values.to_numpy()
        np.save(self._folder / f"{name}.npy", array)


def open_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot in a folder, None where there is no whole one."""
    return Snapshot(folder) if (folder / "snapshot.json").exists() else None


def _months(values: pl.Series) -> pl.Series:
    """YYYY-MM as months since 1900-01; there are few different ones, so each is read once."""
    import polars as pl

    few = values.drop_nulls().unique()
    counted = {month: (int(month[:4]) - 1900) * 12 + int(month[5:7]) - 1 for month in few.to_list()}
    return values.replace_strict(counted, default=-1, return_dtype=pl.Int16)


def _offsets(lengths: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    import numpy as np

    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(text.encode(), dtype=np.uint8)
