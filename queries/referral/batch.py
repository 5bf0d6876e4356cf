"""Many requests at once under the seats there are: who is best referred where, and what first come, first served would lose."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from analysis.assignment import Option, Regret, regret
from graph.wording import in_both
from queries.answer import Bilingual
from queries.ask import ask
from queries.catalog import load_catalog
from queries.errors import QuestionError, near_matches
from queries.referral.person import CRITERIA, WEIGHTS
from queries.spreadsheet import never_a_formula

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.disclosure import Policy
    from graph.store import Reader

QUESTION = "referral_paths"
OPTIONS = 10
"""How many paths of a request are weighed against those of the others."""
EVEN = dict.fromkeys(WEIGHTS, 1)
MOST_REQUESTS = 20_000
COLUMNS = ("id", "served", "path", "path_ids", "cost", "seats_unknown", "first_come_path", "first_come_cost", "note")
WITHOUT = ("k", *EVEN)
"""Parameters of the question that a batch sets by itself."""
NO_PATH = "조건에 맞는 경로가 없습니다 | no path"
NO_SEAT = "남은 자리가 없습니다 | no seat left"
UNKNOWN_SEATS = "자리를 모르는 프로그램이 있습니다. 먼저 확인해 주세요 | seats of a program are unknown, ask first"


class BatchError(Exception):
    """A list of requests cannot be read; one line in Korean and English that names the line at fault."""

    def __init__(self, message: Bilingual) -> None:
        super().__init__(in_both(message.ko, message.en))
        self.ko, self.en = message.ko, message.en


@dataclass(frozen=True)
class Way:
    """One path a request could take. `seats` holds the seats left by program, None where they are not known."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    cost: int
    seats: Mapping[str, int | None]


@dataclass(frozen=True)
class Batch:
    """One row for each request in their order, with COLUMNS as keys, and the best assignment beside that of arrival."""

    rows: tuple[Mapping[str, Any], ...]
    regret: Regret

    @property
    def sentence(self) -> Bilingual:
        """How many requests are served, and what first come, first served would lose."""
        best, greedy, asked = self.regret.best, self.regret.greedy, len(self.rows)
        ko = f"요청 {asked}건 가운데 {best.served}건을 연계할 수 있습니다. 들어온 순서대로 하면 {greedy.served}건입니다."
        en = f"{best.served} of {asked} requests can be referred; in order of arrival it would be {greedy.served}."
        if self.regret.cost is not None:
            ko += f" 경로의 비용은 순서대로 할 때보다 모두 {self.regret.cost}만큼 낮습니다."
            en += f" In all, the paths cost {self.regret.cost} less than in order of arrival."
        return Bilingual(ko, en)


def assign_batch(
    reader: Reader,
    requests: Sequence[Mapping[str, Any]],
    policy: Policy | None = None,
    progress: Callable[[int], None] | None = None,
) -> Batch:
    """Refer as many requests as the known seats allow, and among all ways to do so choose the cheapest paths.

    A request is a mapping with `id` and the parameters of `referral_paths` but `k` and the weights. A program whose seats are
    not known holds nobody back, and its row says so. `progress` is told how many requests are read. BatchError names what is
    wrong.
    """
    asked: dict[str, list[Way]] = {}
    ways = []
    for place, request in enumerate(requests, start=1):
        params = {name: value for name, value in request.items() if name != "id" and value not in (None, "", [])}
        key = repr(sorted(params.items()))
        if key not in asked:
            asked[key] = _ways(reader, params, policy, place, request)
        ways.append(asked[key])
        if progress is not None:
            progress(place)
    return _assigned(requests, ways)


def assign_file(reader: Reader, source: Path, target: Path, policy: Policy | None = None) -> Batch:
    """The same from one CSV file to another; lists in a cell are separated by semicolons. UTF-8, with or without a mark."""
    with source.open(encoding="utf-8-sig", newline="") as told:
        requests = read_requests(told)
    batch = assign_batch(reader, requests, policy)
    with target.open("w", encoding="utf-8-sig", newline="") as written:
        writer = csv.DictWriter(written, COLUMNS)
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in batch.rows)
    return batch


def read_requests(told: TextIO) -> list[dict[str, Any]]:
    """The requests of a CSV file with a header; BatchError for an unknown column, and an id that is missing or there twice."""
    try:
        reader = csv.DictReader(told)
        columns = [str(name).strip() for name in reader.fieldnames or ()]
        _check_columns(columns)
        requests = [_request(columns, row, place) for place, row in enumerate(reader, start=2)]
    except (UnicodeDecodeError, csv.Error):
        raise _wrong(
            "CSV 파일을 읽을 수 없습니다. UTF-8로 저장해 주세요.", "The CSV file cannot be read; save it as UTF-8."
        ) from None
    if len(requests) > MOST_REQUESTS:
        raise _wrong(f"요청이 너무 많습니다(최대 {MOST_REQUESTS:,}건).", f"Too many requests ({MOST_REQUESTS:,} at most).")
    seen: set[str] = set()
    for place, request in enumerate(requests, start=2):
        if not request["id"] or request["id"] in seen:
            ko, en = ("비어 있습니다", "empty") if not request["id"] else ("앞에 나온 것과 같습니다", "there twice")
            raise _wrong(f"{place}번째 줄의 id가 {ko}.", f"Line {place}: the id is {en}.")
        seen.add(request["id"])
    return requests


def _check_columns(columns: Sequence[str]) -> None:
    params = [name for name in load_catalog().question(QUESTION).params if name not in WITHOUT]
    known = ["id", *params]
    for name in columns:
        if name not in known:
            near = ", ".join(near_matches(name, known) or known)
            raise _wrong(
                f"'{name[:60]}' 열은 쓸 수 없습니다. 쓸 수 있는 열: {near}.",
                f"There is no column '{name[:60]}'; there is {near}.",
            )
    if "id" not in columns or "need" not in columns:
        raise _wrong("id 열과 need 열이 있어야 합니다.", "The columns id and need are needed.")


def _request(columns: Sequence[str], row: Mapping[Any, Any], place: int) -> dict[str, Any]:
    if None in row or None in row.values():
        raise _wrong(
            f"{place}번째 줄의 칸 수가 머리글과 다릅니다.", f"Line {place} has another number of cells than the header."
        )
    lists = {name for name, param in load_catalog().question(QUESTION).params.items() if param.type.startswith("list")}
    cells = dict(zip(columns, (str(value).strip() for value in row.values()), strict=True))
    return {
        name: [each.strip() for each in cell.split(";") if each.strip()] if name in lists else cell
        for name, cell in cells.items()
    }


def _ways(
    reader: Reader, params: Mapping[str, Any], policy: Policy | None, place: int, request: Mapping[str, Any]
) -> list[Way]:
    if not params.get("need"):
        raise _wrong(f"{place}번째 요청에 애로사항(need)이 없습니다.", f"Request {place} names no need.")
    try:
        answer = ask(reader, QUESTION, {**params, **EVEN, "k": OPTIONS}, policy)
    except QuestionError as error:
        name = str(request.get("id", place))[:60]
        raise _wrong(f"{place}번째 요청({name}): {error.message.ko}", f"Request {place} ({name}): {error.message.en}") from None
    return list(_ways_of(answer.records()))


def _ways_of(records: Iterable[Mapping[str, Any]]) -> Iterator[Way]:
    steps: dict[int, list[Mapping[str, Any]]] = {}
    for each in records:
        if each["part"] == "path":
            steps.setdefault(each["path"], []).append(each)
    for path in steps.values():
        ends = [(path[0]["from_id"], path[0]["from_name"]), *((each["to_id"], each["to_name"]) for each in path)]
        cost = len(path) + sum(each[name] for each in path for name in CRITERIA[1:])
        seats = {each["to_id"]: each["seats_left"] for each in path if each["seats_state"]}
        yield Way(tuple(end[0] for end in ends), tuple(end[1] for end in ends), cost, seats)


def _assigned(requests: Sequence[Mapping[str, Any]], ways: Sequence[Sequence[Way]]) -> Batch:
    left = {program: seats for each in ways for way in each for program, seats in way.seats.items() if seats is not None}
    place = {program: number for number, program in enumerate(sorted(left))}
    options = [[Option(way.cost, tuple(place[p] for p in way.seats if p in place)) for way in each] for each in ways]
    found = regret(options, {number: left[program] for program, number in place.items()})
    rows = [
        _row(request, each, best, first)
        for request, each, best, first in zip(requests, ways, found.best.chosen, found.greedy.chosen, strict=True)
    ]
    return Batch(tuple(rows), found)


def _row(request: Mapping[str, Any], ways: Sequence[Way], best: int | None, first: int | None) -> dict[str, Any]:
    way, greedy = (None if number is None else ways[number] for number in (best, first))
    unknown = [] if way is None else [program for program, seats in way.seats.items() if seats is None]
    note = (NO_SEAT if ways else NO_PATH) if way is None else UNKNOWN_SEATS if unknown else ""
    return {
        "id": request["id"],
        "served": way is not None,
        "path": [] if way is None else list(way.names),
        "path_ids": [] if way is None else list(way.ids),
        "cost": None if way is None else way.cost,
        "seats_unknown": len(unknown),
        "first_come_path": [] if greedy is None else list(greedy.names),
        "first_come_cost": None if greedy is None else greedy.cost,
        "note": note,
    }


def _cell(value: Any) -> Any:
    """A value as a spreadsheet shows it, never as a formula."""
    if isinstance(value, bool):
        return "예" if value else "아니요"
    text = " → ".join(value) if isinstance(value, list) else value
    return never_a_formula(text) if isinstance(text, str) else text


def _wrong(ko: str, en: str) -> BatchError:
    return BatchError(Bilingual(ko, en))
