"""A matrix of states: what is known of each pair, with a sign as well as a colour, and the cells to look at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pictures.words import Words, column_of, cut
from graph.schema import load_schema
from queries.answer import Answer

MOST_ROWS, MOST_COLUMNS = 30, 24
LABEL, WIDE, HIGH, TOP = 210, 44, 34, 140
SIGNS = {
    "partnership_state": (
        ("used", "●", 5), ("member", "◐", 4), ("declared", "○", 3), ("known_absent", "✕", 1), ("unknown", "?", 0),
    ),
    "service_state": (
        ("available", "●", 5), ("unknown", "?", 0), ("no_seats", "◐", 3), ("not_eligible", "△", 2), ("too_far", "↔", 2),
        ("none_told", "✕", 1),
    ),
    "training_state": (
        ("trained", "●", 5), ("related", "◐", 4), ("occupation", "○", 3), ("elsewhere", "↔", 2), ("none_told", "?", 0),
    ),
}  # fmt: skip
"""For each vocabulary its states, what is had first: code, sign, and the tone of the cell from 0 (unknown) to 5 (had)."""
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One pair. `small` stands below the sign; `look` marks what to look at first; `told` is all of it in words."""

    row: int
    column: int
    sign: str
    tone: int
    small: str
    look: bool
    told: str


@dataclass(frozen=True)
class Matrix:
    """The picture; `key` explains the signs, `small_title` what stands below them."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    key: tuple[tuple[str, int, str], ...]
    small_title: str
    look_title: str
    left_out: int

    @property
    def width(self) -> int:
        """All of it; the last slanted heads reach beyond their column."""
        return LABEL + WIDE * len(self.columns) + 90

    @property
    def height(self) -> int:
        """All of it."""
        return TOP + HIGH * len(self.rows) + 4


@dataclass(frozen=True)
class Axes:
    """Which columns of an answer make the matrix, and what of a row stands in its cell."""

    row: str
    column: str
    vocabulary: str
    small: Callable[[Record], str]
    look: Callable[[Record], bool]


def partnerships(answer: Answer, words: Words) -> Matrix | None:
    """Centers by kind of partner: what is known, and how many peers have it."""
    axes = Axes("center_id", "partner_kind", "partnership_state", _peers, _missing)
    return _matrix(
        answer, words, axes, words.t("센터마다 어떤 기관과 함께하나", "Which kinds of partner each center has"),
        f"{_of_functions(answer, words)} · "
        + words.t("작은 수는 '가진 곳/비슷한 센터'", "the small numbers: peers that have it / peers"),
        words.t(
            "굵은 테두리: 비슷한 센터 절반 넘게 가졌는데 이 센터에는 확인되지 않음",
            "bold frame: most peers have it, this center is not known to",
        ),
    )  # fmt: skip


def _of_functions(answer: Answer, words: Words) -> str:
    """Which functions a cell speaks of."""
    chosen = answer.params["functions"]
    if isinstance(chosen, list) and chosen:
        told = ", ".join(words.names(chosen, column_of(answer, "function")))
        return words.t(f"칸마다 '{told}' 기능에서 알려진 것", f"each cell: what is known for {told}")
    return words.t(
        "칸마다 여러 기능 가운데 가장 확실한 것. 위에서 기능을 고르면 그 기능만 봅니다",
        "each cell: the surest of all functions; choose one above to see it alone",
    )


def needs(answer: Answer, words: Words) -> Matrix | None:
    """Needs by region: whether a program is within reach."""
    axes = Axes(
        "need_id", "region_id", "service_state", _cases, lambda record: record["state"] == "none_told" and bool(record["cases"])
    )
    return _matrix(
        answer, words, axes, words.t("지역마다 애로사항을 해소할 프로그램이 있나", "Whether needs can be met in each region"),
        words.t("작은 수는 사례 수", "the small numbers: cases"),
        words.t("굵은 테두리: 사례는 있으나 적힌 프로그램이 없음", "bold frame: cases, but no program told"),
    )  # fmt: skip


def industries(answer: Answer, words: Words) -> Matrix | None:
    """Industries by province: whether training is told."""
    axes = Axes("industry_id", "region_id", "training_state", _companies, lambda record: record["state"] == "none_told")
    return _matrix(
        answer, words, axes, words.t("산업과 지역마다 훈련이 있나", "Whether training is told by industry and province"),
        words.t("작은 수는 기업 수", "the small numbers: companies"),
        words.t("굵은 테두리: 어디에도 적힌 훈련이 없음", "bold frame: no training told anywhere"),
    )  # fmt: skip


def _peers(record: Record) -> str:
    return f"{record['peers_with']}/{record['peers']}" if record["peers"] else ""


def _missing(record: Record) -> bool:
    return record["state"] in ("unknown", "known_absent") and 2 * (record["peers_with"] or 0) > (record["peers"] or 0)


def _cases(record: Record) -> str:
    return "" if record["cases"] is None else str(record["cases"])


def _companies(record: Record) -> str:
    return "" if record["companies"] is None else str(record["companies"])


def _matrix(answer: Answer, words: Words, axes: Axes, title: str, small_title: str, look_title: str) -> Matrix | None:
    order = {code: place for place, (code, _, _) in enumerate(SIGNS[axes.vocabulary])}
    best: dict[tuple[str, str], Record] = {}
    for record in answer.records():
        pair = (str(record[axes.row]), str(record[axes.column]))
        if (
            record[axes.row]
            and record[axes.column]
            and (pair not in best or order[record["state"]] < order[best[pair]["state"]])
        ):
            best[pair] = record
    if not best:
        return None
    rows, columns = _leading([row for row, _ in best], MOST_ROWS), _leading([column for _, column in best], MOST_COLUMNS)
    cells = tuple(
        _cell(words, answer, axes, best[row, column], rows.index(row), columns.index(column))
        for row in rows
        for column in columns
        if (row, column) in best
    )
    labels = load_schema().vocabularies[axes.vocabulary]
    key = tuple((sign, tone, words.t(labels[code].ko, labels[code].en)) for code, sign, tone in SIGNS[axes.vocabulary])
    named = [
        [words.name(each, column_of(answer, name)) for each in ids] for name, ids in ((axes.row, rows), (axes.column, columns))
    ]
    heads, sides = tuple(words.head(each) for each in named[1]), tuple(cut(each, 17) for each in named[0])
    return Matrix(title, sides, heads, cells, key, small_title, look_title, len(best) - len(cells))


def _leading(values: Sequence[str], most: int) -> list[str]:
    """The values with most cells, in order of first appearance."""
    kept = {value for value, _ in Counter(values).most_common(most)}
    return [value for value in dict.fromkeys(values) if value in kept]


def _cell(words: Words, answer: Answer, axes: Axes, record: Record, row: int, column: int) -> Cell:
    sign, tone = next((sign, tone) for code, sign, tone in SIGNS[axes.vocabulary] if code == record["state"])
    labels = [words.name(record[name], column_of(answer, name)) for name in (axes.row, axes.column, "state")]
    small = axes.small(record)
    told = " · ".join(labels + ([small] if small else []))
    return Cell(row, column, sign, tone, small, axes.look(record), told)
