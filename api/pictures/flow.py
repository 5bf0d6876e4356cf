"""Orders of support as a flow: at each step how many cases went where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from api.pictures.words import Words, column_of, cut
from queries.answer import Answer

STEPS, MOST_AT_STEP = 5, 9
WIDE, BOX, HIGH, GAP, TOP = 230, 14, 420, 10, 40
LEAST = 7
"""Room for the words of a box, with the gap below it."""
OTHERS = ""
Place = tuple[int, str]


@dataclass(frozen=True)
class Box:
    """What cases did at one step; `y` and `height` are of the picture's view box."""

    step: int
    label: str
    cases: int
    x: float
    y: float
    height: float
    tone: int


@dataclass(frozen=True)
class Stream:
    """Cases that went from one box to one of the next step, as the outline of a band."""

    outline: str
    told: str
    tone: int


@dataclass(frozen=True)
class Flow:
    """The picture. `cases` are those it shows; orders with too few cases to be told are not in it."""

    title: str
    heads: tuple[str, ...]
    boxes: tuple[Box, ...]
    streams: tuple[Stream, ...]
    cases: int
    width: int = 0
    height: int = TOP + HIGH + 60


def journeys(answer: Answer, words: Words) -> Flow | None:
    """The first steps of all orders that are told, side by side."""
    column = column_of(answer, "steps")
    told = [
        (list(record["steps"])[:STEPS], record["cases"]) for record in answer.records() if record["cases"] and record["steps"]
    ]
    if not told:
        return None
    heavy: Counter[Place] = Counter()
    for steps, cases in told:
        heavy.update(dict.fromkeys(enumerate(steps), cases))
    kept = _kept(heavy)
    at: Counter[Place] = Counter()
    links: Counter[tuple[Place, Place]] = Counter()
    for steps, cases in told:
        places = [(place, step if (place, step) in kept else OTHERS) for place, step in enumerate(steps)]
        at.update(dict.fromkeys(places, cases))
        links.update(dict.fromkeys(pairwise(places), cases))
    names = {step: words.name(step, column) for _, step in at if step} | {OTHERS: words.t("그 밖", "others")}
    return _measured(at, links, names, sum(cases for _, cases in told), words)


def _kept(heavy: Counter[Place]) -> set[Place]:
    found: set[Place] = set()
    for step in range(STEPS):
        found |= {place for place, _ in Counter({p: n for p, n in heavy.items() if p[0] == step}).most_common(MOST_AT_STEP)}
    return found


def _measured(at: Counter[Place], links: Counter[tuple[Place, Place]], names: dict[str, str], cases: int, words: Words) -> Flow:
    steps = 1 + max(step for step, _ in at)
    most = max(sum(n for (step, _), n in at.items() if step == each) for each in range(steps))
    scale = (HIGH - GAP * MOST_AT_STEP) / most
    tones = {name: tone % 8 for tone, name in enumerate(dict.fromkeys(name for (_, name), _ in at.most_common()))}
    boxes: dict[Place, Box] = {}
    for step in range(steps):
        y = float(TOP)
        for place, number in Counter({p: n for p, n in at.items() if p[0] == step}).most_common():
            height = max(2.0, number * scale)
            boxes[place] = Box(
                step, cut(names[place[1]], 13), number, step * WIDE, round(y, 1), round(height, 1), tones[place[1]]
            )
            y += max(height, LEAST) + GAP
    heads = tuple(words.t(f"{step + 1}번째", f"step {step + 1}") for step in range(steps))
    lowest = max(box.y + box.height for box in boxes.values())
    title, streams = words.t("지원 순서의 흐름", "How cases went on"), _streams(boxes, links, scale, words)
    return Flow(title, heads, tuple(boxes.values()), tuple(streams), cases, WIDE * steps, int(lowest) + 20)


def _streams(boxes: dict[Place, Box], links: Counter[tuple[Place, Place]], scale: float, words: Words) -> list[Stream]:
    out, into = dict.fromkeys(boxes, 0.0), dict.fromkeys(boxes, 0.0)
    found = []
    for (start, end), number in sorted(links.items(), key=lambda link: (boxes[link[0][0]].y, boxes[link[0][1]].y)):
        first, second, thick = boxes[start], boxes[end], number * scale
        y1, y2 = first.y + out[start], second.y + into[end]
        out[start] += thick
        into[end] += thick
        told = f"{first.label} → {second.label}: {words.count(number)}"
        found.append(Stream(_band(first.x + BOX, y1, second.x, y2, thick), told, first.tone))
    return found


def _band(x1: float, y1: float, x2: float, y2: float, thick: float) -> str:
    middle = (x1 + x2) / 2
    there = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    back = f"V{y2 + thick:.1f}C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}Z"
    return there + back
