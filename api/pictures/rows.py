"""Rows of a picture: dots for what belongs together, a bar of how many, an interval, a grade of evidence with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.pictures.words import Words, column_of, cut, letters, percent
from queries.answer import Answer

MOST_ROWS, MOST_HEADS = 20, 22
DOT, BAR, SCALE, LABEL, REASON, ROW, CHANCE = 30, 150, 250, 230, 300, 30, 110
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One row. `members` are places in the heads; the interval is on the picture's scale, None where not told."""

    label: str
    amount: float | None = None
    amount_text: str = ""
    members: tuple[int, ...] = ()
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    expected: float | None = None
    grade: str = ""
    reason: str = ""
    mark: bool = False
    chance: str = ""
    """How often chance alone brought forth something as strong, where that was checked."""


@dataclass(frozen=True)
class Rows:
    """The picture, measured: places are in units of its own view box."""

    title: str
    rows: tuple[Row, ...]
    left_out: int
    amount_title: str
    heads: tuple[str, ...] = ()
    scale_title: str = ""
    first: float = 0.0
    last: float = 1.0
    ticks: tuple[tuple[float, str], ...] = ()
    expected_title: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def has_grades(self) -> bool:
        """Whether any row says how sure it is."""
        return any(row.grade for row in self.rows)

    @property
    def has_chances(self) -> bool:
        """Whether any row was held against shuffles."""
        return any(row.chance for row in self.rows)

    @property
    def bars(self) -> int:
        """Where the bars begin."""
        longest = max((letters(row.label) for row in self.rows), default=0)
        return len(self.heads) * DOT + 20 if self.heads else max(LABEL, round(13 * longest) + 16)

    @property
    def scale(self) -> int:
        """Where the intervals begin."""
        return self.bars + BAR + 30

    @property
    def grades(self) -> int:
        """Where the grades begin."""
        return self.scale + (SCALE + 30 if self.scale_title else 0)

    @property
    def width(self) -> int:
        """All of it."""
        return self.grades + (CHANCE if self.has_chances else 0) + (REASON if self.has_grades else 0)

    @property
    def reasons(self) -> int:
        """Where the grades stand: after the check, which stands first beside the figures."""
        return self.grades + (CHANCE if self.has_chances else 0)

    @property
    def top(self) -> int:
        """Where the first row begins: below the slanted heads."""
        return 146 if self.heads else 34

    @property
    def height(self) -> int:
        """All of it, with the ticks below."""
        return self.top + ROW * len(self.rows) + (26 if self.scale_title else 6)

    def bar(self, row: Row) -> float:
        """How long a row's bar is."""
        most = max((each.amount or 0 for each in self.rows), default=0)
        return round((BAR - 50) * (row.amount or 0) / most, 1) if most else 0

    def at(self, value: float) -> float:
        """Where a value stands on the scale."""
        share = (value - self.first) / (self.last - self.first)
        return round(self.scale + SCALE * min(1.0, max(0.0, share)), 1)


def combinations(answer: Answer, words: Words) -> Rows | None:
    """Which combinations were used by how many, with rates where the data allows them."""
    column = column_of(answer, "partners")
    heads, records = _together(answer.records())
    if not records:
        return None
    rated = any(record["rate"] is not None for record in records)
    reasons = column_of(answer, "reason")
    rows = [
        Row(
            " + ".join(words.names(record["partners"], column)),
            record["cases"], words.count(record["cases"]), tuple(sorted(heads.index(each) for each in record["partners"])),
            record["rate_low"], record["rate"], record["rate_high"], record["shrunk_rate"],
            record["evidence"] or "", words.name(record["reason"], reasons), bool(record["minimal"]),
            _chance(record, words),
        )
        for record in records
    ]  # fmt: skip
    heads_named = tuple(words.head(each) for each in words.names(heads, column))
    left, amount = len(answer.rows) - len(rows), words.t("사례 수", "cases")
    if not rated:
        return Rows(words.t("조합마다 사례 수", "Combinations: cases"), tuple(rows), left, amount, heads_named)
    return Rows(
        words.t("조합마다 사례 수와 취업률", "Combinations: cases and hire rates"), tuple(rows), left, amount, heads_named,
        words.t("취업률과 95% 구간", "hire rate, 95% interval"), ticks=_tenths(),
        expected_title=words.t("앞으로 기대되는 취업률(줄여 잡음)", "rate to expect (shrunk)"),
    )  # fmt: skip


def _chance(record: Record, words: Words) -> str:
    if record["null_hits"] is None:
        return ""
    hits, made = words.count(record["null_hits"]), words.count(record["null_shuffles"])
    return words.t(f"{made}번 중 {hits}번", f"{hits} of {made}")


def outcomes(answer: Answer, words: Words) -> Rows | None:
    """How many cases each partner reached, and how far its cases' hires lie from what is expected of their centers."""
    records = answer.records()[:MOST_ROWS]
    if not records:
        return None
    column, reasons = column_of(answer, "partner"), column_of(answer, "reason")
    told = [abs(record[end]) for record in records for end in ("effect_low", "effect_high") if record[end] is not None]
    far = max(0.1, -(-max(told, default=0) * 10 // 1) / 10)
    rows = [
        Row(
            cut(words.name(record["partner"], column)), record["cases"],
            f"{words.count(record['cases'])} {_bracket(record['reach'])}",
            low=record["effect_low"], middle=record["effect"], high=record["effect_high"], grade=record["evidence"] or "",
            reason=words.name(record["reason"], reasons), mark=(record["evidence"] or "") >= "E2",
        )
        for record in records
    ]  # fmt: skip
    ticks = tuple((each, f"{100 * each:+.0f}%p" if each else "0") for each in (-far, 0.0, far))
    title = words.t("범위와 효과를 나란히", "Reach beside effect")
    return Rows(
        title, tuple(rows), len(answer.rows) - len(rows), words.t("지원한 사례(범위)", "cases reached (share)"),
        scale_title=words.t("기대와의 차이, 95% 구간", "difference from expected, 95%") if told else "", first=-far, last=far,
        ticks=ticks if told else (),
    )  # fmt: skip


def untried(answer: Answer, words: Words) -> Rows | None:
    """Combinations that no case had, and how many cases chance would have given them."""
    column = column_of(answer, "partners")
    heads, records = _together(answer.records())
    rows = [
        Row(
            " + ".join(words.names(record["partners"], column)), record["expected"], words.count(record["expected"]),
            tuple(sorted(heads.index(each) for each in record["partners"])),
        )
        for record in records
    ]  # fmt: skip
    named = tuple(words.head(each) for each in words.names(heads, column))
    return _plain(
        answer, words.t("해 보지 않은 조합", "Never tried"), rows, words.t("기대한 사례 수", "cases to expect"), named
    )


def reach(answer: Answer, words: Words) -> Rows | None:
    """In how many networks each partner takes part."""
    return _bars(
        answer,
        words.t("네트워크가 많은 곳부터", "By number of networks"),
        words.t("네트워크 수", "networks"),
        "partner_name",
        "networks",
        words,
    )


def bridges(answer: Answer, words: Words) -> Rows | None:
    """Who stands between most others."""
    title, amount = words.t("사이에 가장 많이 선 곳", "Who stands between most"), words.t("사이에 선 정도", "standing between")
    return _bars(answer, title, amount, "partner_name", "betweenness", words, lambda record: record["finding"] == "broker")


def findings(answer: Answer, words: Words) -> Rows | None:
    """How many pairs of each finding."""
    column = column_of(answer, "finding")
    counted = Counter(record["finding"] for record in answer.records())
    rows = [Row(words.name(code, column), number, words.count(number)) for code, number in counted.most_common()]
    title = words.t("적힌 협력과 사례에서 본 협력", "Declared against observed")
    return Rows(title, tuple(rows), 0, words.t("쌍", "pairs")) if rows else None


def demand(answer: Answer, words: Words) -> Rows | None:
    """Companies that look for people, by industry and measure."""
    names = {column.name for column in answer.columns}
    if not {"industry_name", "companies"} <= names:
        return None
    title = words.t("기업 수가 많은 것부터", "By number of companies")
    told = sorted((each for each in answer.records() if each["companies"]), key=lambda record: -record["companies"])
    twice = {name for name, times in Counter(each["industry_name"] for each in told).items() if times > 1}
    rows = [Row(_demanded(each, twice), each["companies"], words.count(each["companies"])) for each in told[:MOST_ROWS]]
    return Rows(title, tuple(rows), len(told) - len(rows), words.t("기업 수", "companies")) if rows else None


def _demanded(record: Record, twice: Container[str]) -> str:
    """An industry, with the network that told it where several did."""
    name = str(record["industry_name"])
    return f"{cut(name, 8)} · {cut(str(record['network_name']), 6.5)}" if name in twice else cut(name)


def _bars(
    answer: Answer,
    title: str,
    amount: str,
    label: str,
    value: str,
    words: Words,
    fits: Callable[[Record], bool] = lambda _: True,
) -> Rows | None:
    told = [record for record in answer.records() if record[value] and fits(record)]
    told.sort(key=lambda record: -record[value])
    rows = [Row(cut(str(record[label])), record[value], words.count(record[value])) for record in told[:MOST_ROWS]]
    return Rows(title, tuple(rows), len(told) - len(rows), amount) if rows else None


def _plain(answer: Answer, title: str, rows: Sequence[Row], amount: str, heads: tuple[str, ...]) -> Rows | None:
    return Rows(title, tuple(rows), len(answer.rows) - len(rows), amount, heads) if rows else None


def _together(records: Iterable[Record]) -> tuple[list[str], list[Record]]:
    """The first rows whose members fit side by side, and those members, the most used first."""
    used: Counter[str] = Counter()
    kept: list[Record] = []
    for record in records:
        if len(kept) == MOST_ROWS or len(used.keys() | set(record["partners"])) > MOST_HEADS:
            break
        used.update(record["partners"])
        kept.append(record)
    return [each for each, _ in used.most_common()], kept


def _tenths() -> tuple[tuple[float, str], ...]:
    return tuple((each / 4, f"{25 * each}%") for each in range(5))


def _bracket(share: float | None) -> str:
    return "" if share is None else f"({percent(share)})"
