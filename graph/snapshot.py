"""The columnar snapshot of a generation: what heavy questions read instead of the engine.

Arrays of fixed width, one file each, memory-mapped. A node is its place in its kind's sorted ids. Where a value is unknown the
array holds -1. Codes count from 0 in the order of their vocabulary; months count from January 1900.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graph.frames import NodeFrame, RelationshipFrame, is_sorted, no_nodes, utf8
from graph.schema import Column, Schema, load_schema
from graph.texts import Ids

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    Ints = npt.NDArray[np.int32]

Item = TypeVar("Item")
Result = TypeVar("Result")
FORMAT = 1
PROVIDERS = ("Center", "Institution")
"""Providers count on through both kinds: all centers, then all institutions."""
STEPS = ("SUPPORTED_BY", "USED", "NOT_SERVED")
TAKEN = (*STEPS, "HAS_NEED")
"""The relationships that a snapshot holds; of other types it takes nothing."""
STEP_TYPES = {"kind": "i1", "result": "i1", "reason": "i1", "month": "i2"}
FEW = 50_000
"""Encoded steps that are kept in memory until they are written; more wait in a file."""
CASES = 250_000
"""Cases whose steps are put in order at a time."""
HEADER = 128
"""Bytes before the values in the file of an array of one dimension."""
STEP_COLUMNS = ("provider", "program", "need", "kind", "result", "reason", "month")


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
            # An empty array cannot be mapped.
            self._arrays[name] = np.load(path, mmap_mode="r" if path.stat().st_size > HEADER else None)
        return self._arrays[name]


class ArrayFile:
    """A file as `numpy.save` writes it of one array, appended to as its parts come. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._rows, self._dtype = 0, "|i1"
        self._file.write(bytes(HEADER))

    def __enter__(self) -> ArrayFile:
        """Ready to append to; at least one part must come, be it empty, as it tells the type."""
        return self

    def append(self, values: npt.NDArray[Any]) -> None:
        """Write the next values, all parts of one type."""
        self._rows, self._dtype = self._rows + len(values), values.dtype.str
        self._file.write(values.data)

    def __exit__(self, *_: object) -> None:
        """Tell in its head how many values there are."""
        from numpy.lib.format import write_array_header_1_0

        self._file.seek(0)
        write_array_header_1_0(self._file, {"descr": self._dtype, "fortran_order": False, "shape": (self._rows,)})
        assert self._file.tell() == HEADER
        self._file.close()


class SnapshotWriter:
    """Builds a snapshot from frames as they pass by, in slices or whole, nodes before relationships. Use as a context manager.

    A frame is encoded by a thread of its own while the next one is made or loaded; never more than one waits for it. That
    thread also writes what is whole, as soon as a frame passes by of which it has nothing to take.
    """

    def __init__(self, folder: Path, schema: Schema | None = None) -> None:
        self._folder = folder
        self._schema = schema or load_schema()
        self._ids: dict[str, list[pl.Series]] = {}
        self._places: dict[tuple[str, ...], pl.DataFrame] = {}
        self._columns: dict[str, list[npt.NDArray[Any]]] = {}
        self._waiting: list[tuple[str, Column, pl.Series]] = []
        self._datasets: list[str] = []
        self._steps: list[_StepPart] = []
        self._needs: list[pl.DataFrame] = []
        self._types = list(self._schema.relationships)
        self._unwritten = deque([(-1, self._write_nodes), (max(map(self._types.index, TAKEN)), self._write_steps_and_needs)])
        """What is whole once a type beyond this place among all types passes by."""
        self._encoding: Future[None] | None = None
        self._encoder = ThreadPoolExecutor(1, "snapshot")
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> SnapshotWriter:
        """Ready for frames."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is written any more after this."""
        self._encoder.shutdown()

    def take(self, part: NodeFrame | RelationshipFrame) -> None:
        """Keep what the snapshot holds of a frame; what went wrong with the frame before is raised now."""
        if isinstance(part, NodeFrame) or part.type in TAKEN:
            self._begin(partial(self._take, part))
        elif self._unwritten and self._types.index(part.type) > self._unwritten[0][0]:
            self._begin(self._unwritten.popleft()[1])

    def _begin(self, work: Callable[[], None]) -> None:
        self._wait()
        self._encoding = self._encoder.submit(work)

    def _wait(self) -> None:
        if self._encoding is not None:
            self._encoding.result()

    def _take(self, part: NodeFrame | RelationshipFrame) -> None:
        if isinstance(part, NodeFrame):
            self._take_nodes(part)
        elif part.type in STEPS:
            self._keep_steps(self._encoded_steps(part))
        else:
            self._needs.append(self._encoded_needs(part))

    def finish(self) -> None:
        """Write what is left, and the description last."""
        self._wait()
        while self._unwritten:
            self._unwritten.popleft()[1]()
        codes = {name: list(codes) for name, codes in self._schema.vocabularies.items()}
        told = {"format": FORMAT, "datasets": self._datasets, "codes": codes}
        (self._folder / "snapshot.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    def _write_nodes(self) -> None:
        for kind in self._schema.nodes:
            if kind not in self._ids:
                self._take_nodes(no_nodes(self._schema, kind))
        for kind, column, values in self._waiting:
            self._keep(f"{kind}.{column.name}", self._encoded(column, values))
        for name, parts in self._columns.items():
            self._save(name, _joined(parts))
        for kind in self._schema.nodes:
            text, offsets = utf8(self._held(kind))
            self._save(f"{kind}.id_offsets", offsets)
            self._save(f"{kind}.ids", text)
        self._columns, self._waiting = {}, []

    def _write_steps_and_needs(self) -> None:
        self._write_steps()
        self._write_needs()

    def _take_nodes(self, part: NodeFrame) -> None:
        self._ids.setdefault(part.kind, []).append(part.frame["id"])
        self._keep(f"{part.kind}.dataset_id", self._encoded_datasets(part.frame["dataset_id"]))
        for column in node_columns(self._schema, part.kind):
            values = part.frame[self._schema.renames.get(column.name, column.name)]
            if column.refers_to and not self._is_passed(column, part.kind):
                self._waiting.append((part.kind, column, values))
            else:
                self._keep(f"{part.kind}.{column.name}", self._encoded(column, values))

    def _is_passed(self, column: Column, kind: str) -> bool:
        """Whether all nodes that a column may refer to have passed by: kinds come one after the other."""
        kinds = list(self._schema.nodes)
        return all(kinds.index(self._schema.kind_of_table(t).name) < kinds.index(kind) for t in column.refers_to)

    def _encoded_steps(self, part: RelationshipFrame) -> pl.DataFrame:
        import polars as pl

        frame, columns = part.frame, self._schema.tables["case_steps"].columns
        ends = {"SUPPORTED_BY": "provider", "USED": "program", "NOT_SERVED": "need"}
        told = {
            "case": self._placed_in_runs("CaseFile", frame["start"]),
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
        return pl.DataFrame(told)

    def _encoded_needs(self, part: RelationshipFrame) -> pl.DataFrame:
        import polars as pl

        case = self._placed_in_runs("CaseFile", part.frame["start"])
        return pl.DataFrame({"case": case, "need": self._placed(("Need",), part.frame["end"])})

    def _keep_steps(self, steps: pl.DataFrame) -> None:
        if not steps.height:
            return
        first, last = int(steps["case"][0]), int(steps["case"][-1])
        if steps.height > FEW:
            file = self._folder / f"steps.{len(self._steps)}.part"
            steps.write_ipc(file)
            self._steps.append(_StepPart(file, first, last))
        else:
            self._steps.append(_StepPart(steps, first, last))

    def _write_steps(self) -> None:
        """One row for each step: a step with a provider and a program stands as two relationships. Some cases at a time."""
        import numpy as np

        cases = len(self._held("CaseFile"))
        lengths = [np.zeros(0, dtype=np.int64)]
        with ExitStack() as files:
            written = {
                name: files.enter_context(ArrayFile(self._folder / f"steps.{name}.npy")) for name in ("order", *STEP_COLUMNS)
            }
            ranges = ((first, min(first + CASES, cases)) for first in range(0, max(cases, 1), CASES))
            for counts, columns in _in_turn(self._steps_within, ranges):
                lengths.append(counts)
                for name, values in columns.items():
                    written[name].append(values)
        self._save("steps.offsets", _offsets(np.concatenate(lengths)))
        for part in self._steps:
            part.remove()

    def _steps_within(self, cases: tuple[int, int]) -> tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[Any]]]:
        """How many steps each case of a range has, and their columns."""
        import numpy as np

        first, end = cases
        case, columns = _merged_steps([part.within(first, end) for part in self._steps if part.reaches(first, end)])
        return np.bincount(case - first, minlength=end - first), columns

    def _write_needs(self) -> None:
        import numpy as np
        import polars as pl

        needs = pl.concat([pl.DataFrame(schema={"case": pl.Int32, "need": pl.Int32}), *self._needs])
        needs = needs if is_sorted(needs, ["case", "need"]) else needs.sort("case", "need")
        self._save("case_needs.offsets", _offsets(np.bincount(needs["case"].to_numpy(), minlength=len(self._held("CaseFile")))))
        self._save("case_needs.need", needs["need"])

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
        """Few datasets stand in long runs: each run is looked up once."""
        import numpy as np
        import polars as pl

        runs = values.rle().struct
        told = runs.field("value")
        self._datasets += [id_ for id_ in told.unique(maintain_order=True).to_list() if id_ not in self._datasets]
        places = told.cast(pl.Enum(self._datasets)).to_physical().cast(pl.Int32).to_numpy()
        return pl.Series("place", np.repeat(places, runs.field("len").to_numpy()))

    def _placed(self, kinds: tuple[str, ...], ids: pl.Series) -> pl.Series:
        """The place of each id among the ids of the kinds, one kind after the other; -1 for none."""
        import polars as pl

        if kinds not in self._places:
            self._places[kinds] = _placed_from(pl.concat([self._held(kind) for kind in kinds]), 0)
        return _looked_up(ids, self._places[kinds])

    def _placed_in_runs(self, kind: str, ids: pl.Series) -> pl.Series:
        """As `_placed`, where equal ids stand together: each run of them is looked up once."""
        import numpy as np
        import polars as pl

        if not len(ids):
            return pl.Series("place", [], dtype=pl.Int32)
        begins = (ids != ids.shift(1)).fill_null(value=True)
        held = self._held(kind)
        # Frames rise by their start: of all people only those of a slice are looked among.
        first = int(held.search_sorted(ids[0]))
        among = held.slice(first, int(held.search_sorted(ids[-1], side="right")) - first)
        run = np.cumsum(begins.to_numpy(), dtype=np.int32) - 1
        if len(among) == run[-1] + 1 and (ids.filter(begins) == among).all():  # every one of them in its turn
            return pl.Series("place", run + first)
        return pl.Series("place", _looked_up(ids.filter(begins), _placed_from(among, first)).to_numpy()[run])

    def _held(self, kind: str) -> pl.Series:
        """The ids of a kind so far."""
        import polars as pl

        parts = self._ids.get(kind, [])
        if len(parts) != 1:
            self._ids[kind] = [pl.concat(parts) if parts else pl.Series("id", [], dtype=pl.String)]
        return self._ids[kind][0]

    def _code(self, vocabulary: str, code: str) -> int:
        return list(self._schema.vocabularies[vocabulary]).index(code)

    def _keep(self, name: str, values: pl.Series) -> None:
        self._columns.setdefault(name, []).append(values.to_numpy())

    def _save(self, name: str, values: Any) -> None:
        import numpy as np

        array = values if isinstance(values, np.ndarray) else values.to_numpy()
        np.save(self._folder / f"{name}.npy", array)


def wanted_columns(schema: Schema) -> dict[str, Sequence[str]]:
    """What a snapshot holds, as `projection.project` is asked for it."""
    nodes: dict[str, Sequence[str]] = {
        kind: [schema.renames.get(c.name, c.name) for c in node_columns(schema, kind)] for kind in schema.nodes
    }
    steps = ("step_order", "need_id", "kind", "result", "reason", "month")
    return nodes | dict.fromkeys(STEPS, steps) | {"HAS_NEED": ()}


def node_columns(schema: Schema, kind: str) -> list[Column]:
    """The columns of a kind that are codes, months, numbers, yes or no, or other nodes."""
    columns = schema.tables[schema.nodes[kind].table].columns.values()
    return [c for c in columns if c.refers_to or c.code or c.type in ("month", "integer", "boolean")]


def open_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot in a folder, None where there is no whole one."""
    return Snapshot(folder) if (folder / "snapshot.json").exists() else None


def _months(values: pl.Series) -> pl.Series:
    """YYYY-MM as months since 1900-01; there are few different ones, so each is read once."""
    import polars as pl

    few = values.drop_nulls().unique()
    counted = {month: (int(month[:4]) - 1900) * 12 + int(month[5:7]) - 1 for month in few.to_list()}
    return values.replace_strict(counted, default=-1, return_dtype=pl.Int16)


def _in_turn(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What comes of each item, in their order, two of them worked on at once."""
    with ThreadPoolExecutor(2, "snapshot") as pool:
        running: deque[Future[Result]] = deque()
        for item in items:
            running.append(pool.submit(work, item))
            if len(running) > 2:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _offsets(lengths: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    import numpy as np

    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    import numpy as np

    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _placed_from(ids: pl.Series, first: int) -> pl.DataFrame:
    """Ids with their places, which count from `first`."""
    import polars as pl

    return pl.DataFrame({"id": ids, "place": pl.int_range(first, first + len(ids), dtype=pl.Int32, eager=True)})


def _looked_up(ids: pl.Series, places: pl.DataFrame) -> pl.Series:
    return ids.alias("id").to_frame().join(places, on="id", how="left", maintain_order="left")["place"].fill_null(-1)


@dataclass(frozen=True)
class _StepPart:
    """Encoded steps in rising order of their cases, `first` to `last`; many of them lie in a file until they are written."""

    steps: pl.DataFrame | Path
    first: int
    last: int

    def reaches(self, first: int, end: int) -> bool:
        """Whether a step of the cases `first` to before `end` may be among them."""
        return self.first < end and self.last >= first

    def within(self, first: int, end: int) -> pl.DataFrame:
        """The steps of the cases `first` to before `end`."""
        import polars as pl

        steps = self.steps if isinstance(self.steps, pl.DataFrame) else pl.scan_ipc(self.steps, glob=False).collect()
        begins = int(steps["case"].search_sorted(first))
        return steps.slice(begins, int(steps["case"].search_sorted(end)) - begins)

    def remove(self) -> None:
        """Its file is no longer needed."""
        if isinstance(self.steps, Path):
            self.steps.unlink()


def _merged_steps(parts: Sequence[pl.DataFrame]) -> tuple[npt.NDArray[Any], dict[str, npt.NDArray[Any]]]:
    """The case of each step, and its other columns: what any of the parts tells of it, -1 where none does."""
    import numpy as np

    keys = _step_keys(parts)
    every = _rising(keys)
    case, order = np.zeros(len(every), dtype=np.int32), np.zeros(len(every), dtype=np.int32)
    found = {name: np.full(len(every), -1, dtype=STEP_TYPES.get(name, "i4")) for name in STEP_COLUMNS}
    for part, key in zip(parts, keys, strict=True):
        at = np.searchsorted(every, key)
        case[at], order[at] = part["case"].to_numpy(), part["order"].to_numpy()
        for name in set(STEP_COLUMNS) & set(part.columns):
            found[name][at] = np.maximum(found[name][at], part[name].to_numpy())
    return case, {"order": order} | found


def _step_keys(parts: Sequence[pl.DataFrame]) -> list[npt.NDArray[np.int64]]:
    """One number for each step, rising by case, then order, then dataset."""
    import numpy as np

    columns = [[part[name].to_numpy().astype(np.int64) for name in ("case", "order", "dataset")] for part in parts]
    orders, datasets = (1 + max((int(each[at].max()) for each in columns if each[at].size), default=0) for at in (1, 2))
    return [(case * orders + order) * datasets + dataset for case, order, dataset in columns]


def _rising(keys: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Every key once, in order: few rising rows of keys, which are merged as they are found."""
    import numpy as np

    every = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *keys]), kind="stable")
    found: npt.NDArray[np.int64] = every[np.diff(every, prepend=-1) > 0]
    return found
