"""The cohort maker: a complete synthetic dataset in the project's tables, with planted truth written beside it."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import yaml

from loaders.synth_cases import Block, World, make_block
from loaders.synth_draws import FAULTS, NETWORK, stream
from loaders.synth_faults import spoil
from loaders.synth_names import MARK, NEEDS, NEEDS_MET, PARTNER_KINDS
from loaders.synth_network import SIZES, Scale, make_members, make_places, make_ties
from loaders.synth_programs import BLOCK, Companies, company_blocks, demand_table, make_programs, make_terms
from loaders.synth_tables import FileFormat, Table, TableFiles
from loaders.synth_truth import (
    PLANS,
    Arms,
    Plan,
    choose_kinds,
    choose_lean,
    confounder_records,
    effect_records,
    kind_shares,
    make_lookup,
    plant,
    planted_record,
)

if TYPE_CHECKING:
    from graph.store import Progress

VERSION = 1
MOST_SEEDS = 10**9
"""Seeds stay below this, so that no id can look like a person's number."""


class CohortError(ValueError):
    """A cohort that cannot be made as asked; the message is one line, Korean first."""


@dataclass(frozen=True)
class Cohort:
    """What was written: the dataset's folder, its truth file, and rows by table."""

    directory: Path
    truth_path: Path
    rows: Mapping[str, int]


@dataclass
class _Counts:
    """What the truth file tells about the cases written so far."""

    effects: list[Arms]
    used: set[int] = field(default_factory=set)
    strata: dict[str, Arms] = field(default_factory=dict)
    total: Arms = field(default_factory=Arms)
    problems: Counter[str] = field(default_factory=Counter)


def write_cohort(
    directory: Path,
    cases: int,
    seed: int,
    truth_path: Path | None = None,
    *,
    plan: Plan = "pair",
    size: str | None = None,
    kinds: int | None = None,
    file_format: FileFormat = "csv",
    dirty: float = 0.0,
    progress: Progress | None = None,
) -> Cohort:
    """Write a synthetic dataset to `directory` and its truth to `truth_path` (default: `directory`.truth.yaml, beside it).

    `size` (xs, s, m, l) is the network's, by default that which fits the number of cases. `kinds` lets only the first so many
    institution kinds take part in cases. `dirty` is a share of rows to spoil. The same arguments give the same bytes.
    CohortError when the arguments cannot be met, or when `directory` holds something that is not a synthetic dataset.
    """
    truth = truth_path or directory.parent / f"{directory.name}.truth.yaml"
    _refuse_bad_request(cases, seed, plan, size, kinds, file_format, dirty)
    _refuse_bad_places(directory, truth)
    scale = SIZES[size or usual_size(cases)]
    world, tables, gaps = _make_world(seed, plan, scale, kinds or len(PARTNER_KINDS))
    counts = _Counts([Arms() for _ in world.planted.effects])
    report = progress or (lambda _what, _done, _all: None)
    with _staged(directory) as folder, _fault_list(truth, dirty) as listing:
        with TableFiles(folder, file_format) as files:
            writer = _Writer(files, seed, dirty, counts, listing)
            for name, table in tables.items():
                writer.write(name, table, 0)
            _write_companies(writer, world, seed, scale, report)
            _write_cases(writer, world, seed, cases, counts, report)
        _write_yaml(folder / "dataset.yaml", _card(seed, plan, cases))
        rows = files.rows
    _write_yaml(truth, _truth(world, seed, cases, scale, rows, counts, gaps))
    return Cohort(directory, truth, rows)
