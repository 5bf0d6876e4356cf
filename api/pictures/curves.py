"""Shares that grow with the months, each with its interval as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.pictures.words import Words, column_of, cut
from queries.answer import Answer

WIDTH, HEIGHT, LEFT, TOP = 760, 320, 56, 16
MOST = 6


@dataclass(frozen=True)
class Curve:
    """One group's share by month: the line, the band around it, and where it ends."""

    label: str
    line: str
    band: str
    end_y: float
    tone: int


@dataclass(frozen=True)
class Curves:
    """The picture; ticks pair a place with its words."""

    title: str
    curves: tuple[Curve, ...]
    months: tuple[tuple[float, str], ...]
    shares: tuple[tuple[float, str], ...]
    left_out: int


def hires(answer: Answer, words: Words) -> Curves | None:
    """The share hired by each month after the start."""
    groups: dict[str, list[tuple[int, float, float, float]]] = {}
    for record in answer.records():
        if record["share_hired"] is not None:
            low, high = (
                record[end] if record[end] is not None else record["share_hired"] for end in ("share_low", "share_high")
            )
            groups.setdefault(str(record["category"]), []).append((record["month"], record["share_hired"], low, high))
    last = max((month for points in groups.values() for month, *_ in points), default=0)
    if not last:
        return None
    column = column_of(answer, "category")
    names = {
        str(record["category"]): words.t("전체", "all together")
        if record["category"] == "all"
        else str(record["category_name"] or words.name(record["category"], column))
        for record in answer.records()
    }
    kept = list(groups)[:MOST]
    curves = _apart([_curve(cut(names[group]), sorted(groups[group]), last, tone) for tone, group in enumerate(kept)])
    months = tuple((_x(month, last), str(month)) for month in range(0, last + 1, max(1, last // 6)))
    shares = tuple((_y(each / 4), f"{25 * each}%") for each in range(5))
    return Curves(
        words.t("시작한 뒤 달마다 취업한 비율", "Share hired by month after the start"),
        curves,
        months,
        shares,
        len(groups) - len(kept),
    )


def _curve(label: str, points: Sequence[tuple[int, float, float, float]], last: int, tone: int) -> Curve:
    line = _steps([(_x(month, last), _y(share)) for month, share, _, _ in points])
    upper = _steps([(_x(month, last), _y(high)) for month, _, _, high in points])
    lower = _corners([(_x(month, last), _y(low)) for month, _, low, _ in points])
    back = "".join(f"L{x} {y}" for x, y in reversed(lower))
    return Curve(label, line, f"{upper}{back}Z", _y(points[-1][1]), tone)


def _apart(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """The same with their labels moved down where they would lie on each other."""
    found: list[Curve] = []
    for curve in sorted(curves, key=lambda curve: curve.end_y):
        lowest = found[-1].end_y + 16 if found else 0.0
        found.append(replace(curve, end_y=max(curve.end_y, lowest)))
    return tuple(found)


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a line that stays level until the next month."""
    found = [points[0]]
    for x, y in points[1:]:
        found += [(x, found[-1][1]), (x, y)]
    return found


def _steps(points: Sequence[tuple[float, float]]) -> str:
    corners = _corners(points)
    return f"M{corners[0][0]} {corners[0][1]}" + "".join(f"L{x} {y}" for x, y in corners[1:])


def _x(month: int, last: int) -> float:
    return round(LEFT + (WIDTH - LEFT - 190) * month / last, 1)


def _y(share: float) -> float:
    return round(TOP + (HEIGHT - TOP - 46) * (1 - min(1.0, max(0.0, share))), 1)
