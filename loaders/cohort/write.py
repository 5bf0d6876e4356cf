"""The cohort maker: a complete synthetic dataset in the project's tables, with planted truth written beside it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import yaml

from loaders.cohort.cases import make_block
from loaders.cohort.draws import FAULTS, stream
from loaders.cohort.faults import Spoiled, spoil
from loaders.cohort.names import MARK, PARTNER_KINDS
from loaders.cohort.network import SIZES
from loaders.cohort.programs import BLOCK, company_blocks
from loaders.cohort.record import Counts, truth_record
from loaders.cohort.tables import FileFormat, Table, TableFiles
from loaders.cohort.truth import PLANS, Plan
from loaders.cohort.world import World, make_world

if TYPE_CHECKING:
    from graph.store import Progress

SEEDS = 10**9
"""Seeds stay below this, so that no id can look like a person's number."""
CARD = "dataset.yaml"


class CohortError(ValueError):
    """A cohort that cannot be made as asked; the message is one line, Korean first."""

    def __init__(self, ko: str, en: str) -> None:
        """The same message in both languages."""
        super().__init__(f"{ko} / {en}")


@dataclass(frozen=True)
class Cohort:
    """What was written: the dataset's folder, its truth file, and rows by table."""

    directory: Path
    truth_path: Path
    rows: Mapping[str, int]

    def __str__(self) -> str:
        """One line for the console."""
        cases, tables, truth = self.rows["cases"], len(self.rows), self.truth_path
        return (
            f"합성 사례 {cases:,}건, 표 {tables}개, 정답 {truth} / {cases:,} synthetic cases, {tables} tables, truth in {truth}"
        )


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
    institution kinds serve cases. `dirty` is the share of rows to spoil, listed in a .csv beside the truth. The same
    arguments give the same bytes. CohortError when they cannot be met, or when `directory` holds more than a synthetic dataset.
    """
    truth = truth_path or directory.absolute().parent / f"{directory.absolute().name}.truth.yaml"
    _refuse_bad_numbers(cases, seed, dirty, kinds)
    _refuse_bad_words(plan, size, file_format)
    _refuse_bad_places(directory.absolute(), truth.absolute())
    prefix = f"{plan.replace('_', '')}{seed}"
    world = make_world(prefix, seed, plan, SIZES[size or usual_size(cases)], kinds or len(PARTNER_KINDS))
    counts = Counts(world)
    with _staged(directory.absolute()) as folder:
        with TableFiles(folder, file_format) as files:
            tables = _tables(world, counts, seed, cases, progress or _quiet)
            for name, table in _spoiled(tables, files, counts, seed, dirty, truth) if dirty else tables:
                files.write(name, table)
        _write_yaml(folder / CARD, _card(seed, plan, cases))
        _write_yaml(truth, truth_record(world, counts, seed, files.rows))
    return Cohort(directory, truth, files.rows)


def usual_size(cases: int) -> str:
    """The smallest network that usually comes with so many cases."""
    return next((name for name, scale in SIZES.items() if cases <= scale.cases * 5), "l")


def _quiet(_what: str, _done: int, _all: int) -> None:
    """Tell nobody."""


def _tables(world: World, counts: Counts, seed: int, cases: int, progress: Progress) -> Iterator[tuple[str, Table]]:
    """All tables of the dataset; those of companies and cases come in blocks."""
    yield from world.tables.items()
    industries = [np.zeros(0, dtype=np.int64)]
    for industry, tables in company_blocks(world.prefix, seed, world.scale, world.places, world.terms):
        industries.append(industry)
        yield from tables.items()
        progress("companies", sum(map(len, industries)), world.scale.companies)
    companies = replace(world.companies, industry=np.concatenate(industries))
    world = replace(world, companies=companies)
    for number, first in enumerate(range(0, cases, BLOCK)):
        block = make_block(world, seed, number, first, min(BLOCK, cases - first))
        counts.add(block)
        yield from block.tables.items()
        progress("cases", min(cases, first + BLOCK), cases)


def _spoiled(
    tables: Iterator[tuple[str, Table]], files: TableFiles, counts: Counts, seed: int, share: float, truth: Path
) -> Iterator[tuple[str, Table]]:
    """The tables with wrong cells, each listed beside the truth file."""
    truth.parent.mkdir(parents=True, exist_ok=True)
    with truth.with_suffix(".wrong_cells.csv").open("w", encoding="utf-8", newline="") as listing:
        writer = csv.writer(listing, lineterminator="\n")
        writer.writerow(Spoiled.__dataclass_fields__)
        for number, (name, table) in enumerate(tables):
            changed, wrong = spoil(name, table, files.rows.get(name, 0), share, stream(seed, FAULTS, number))
            counts.add_problems(wrong)
            writer.writerows((cell.table, cell.row, cell.column, cell.problem) for cell in wrong)
            yield name, changed


def _card(seed: int, plan: Plan, cases: int) -> dict[str, Any]:
    return {
        "id": f"synthetic-{plan.replace('_', '-')}-{seed}",
        "title": f"{MARK} 자료 {seed}번: 실제가 아님",
        "publisher": "품앗이 합성 자료 생성기 | Pumasi cohort maker",
        "published_on": "2026-01-31",
        "selection": "complete",
        "disclosure": "protected",
        "synthetic": True,
        "note": f"컴퓨터가 지어낸 사례 {cases:,}건입니다. 실제 사람, 기관, 기업이 아닙니다. "
        f"| {cases:,} cases made up by a computer. No real person, institution or company.",
    }


def _write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(content, file, Dumper=dumper, allow_unicode=True, sort_keys=False, width=120)


def _refuse_bad_numbers(cases: int, seed: int, dirty: float, kinds: int | None) -> None:
    if not 1 <= cases < 10**8:
        raise CohortError("사례 수는 1건 이상 1억 건 미만이어야 합니다.", f"cases must be from 1 to 99,999,999, not {cases}")
    if not 0 <= seed < SEEDS:
        raise CohortError("씨앗(seed)은 0 이상 10억 미만의 정수여야 합니다.", f"seed must be from 0 to 999,999,999, not {seed}")
    if not 0 <= dirty < 1:
        raise CohortError("잘못된 행의 비율은 0 이상 1 미만이어야 합니다.", f"dirty must be from 0 to below 1, not {dirty}")
    if kinds is not None and not 8 <= kinds <= len(PARTNER_KINDS):
        last = len(PARTNER_KINDS)
        raise CohortError(f"기관 종류 수는 8에서 {last}까지입니다.", f"kinds must be from 8 to {last}, not {kinds}")


def _refuse_bad_words(plan: str, size: str | None, file_format: str) -> None:
    formats = get_args(FileFormat)
    for word, ko, given, known in (
        ("plan", "심을 효과", plan, PLANS),
        ("size", "네트워크 크기", size or "s", tuple(SIZES)),
        ("format", "파일 형식", file_format, formats),
    ):
        if given not in known:
            choices = ", ".join(known)
            raise CohortError(
                f"{ko} '{given}': 다음 중에서 고르십시오({choices}).", f"unknown {word} '{given}'; choose one of {choices}"
            )


def _refuse_bad_places(directory: Path, truth: Path) -> None:
    if truth.is_relative_to(directory):
        raise CohortError(
            "정답 파일은 자료 폴더 밖에 두어야 합니다. 다른 위치를 지정하십시오.",
            f"the truth file must lie outside the dataset's folder: {truth.name}",
        )
    if directory.exists() and not _may_replace(directory):
        raise CohortError(
            f"'{directory.name}'에 합성 자료가 아닌 파일이 있습니다. 빈 폴더를 지정하십시오.",
            f"'{directory.name}' holds files that are not a synthetic dataset; name an empty folder",
        )


def _may_replace(directory: Path) -> bool:
    """An empty folder, or one that holds a synthetic dataset and nothing else."""
    if not directory.is_dir():
        return False
    if not any(directory.iterdir()):
        return True
    card = directory / CARD
    if not card.is_file() or any(file.suffix not in {".csv", ".parquet", ".yaml"} for file in directory.iterdir()):
        return False
    try:
        told = yaml.safe_load(card.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    return isinstance(told, dict) and told.get("synthetic") is True


@contextmanager
def _staged(directory: Path) -> Iterator[Path]:
    """A folder beside `directory` that takes its place when all is written, and vanishes when not."""
    folder = directory.with_name(f".{directory.name}.part")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        yield folder
        if directory.exists():
            shutil.rmtree(directory)
        folder.rename(directory)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CohortError("파일을 쓰지 못했습니다. 폴더와 남은 공간을 확인하십시오.", f"cannot write: {reason}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
