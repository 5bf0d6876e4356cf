"""The frame itself: equal answers or no figure, and nothing left unsaid."""

import json
import time
from functools import partial
from pathlib import Path

import pytest

from benchmarks import rows
from benchmarks.harness import Contender, Taken, compare, peak_alone, row, take, together
from benchmarks.page import page, verdict, write
from benchmarks.rows import WANTED, wanted

WORK, OPPONENT = rows.CLI, "csv module script (good)"


def slow(answer: str) -> str:
    time.sleep(0.2)
    return answer


def quick(answer: str) -> str:
    return answer


def greedy(mib: int) -> int:
    return len(b"x" * (mib << 20))


def remember(place: str) -> int:
    return len(Path(place).read_text())


def forget(place: str) -> None:
    Path(place).write_text("")


def test_a_wrong_answer_is_wrong_however_fast_the_contender_was() -> None:
    found = compare(
        WORK, OPPONENT, Contender(slow, ("right",)), Contender(quick, ("fast but wrong",)), 1, size="one", note="injected"
    )
    assert found["answers_equal"] is False
    assert found["ratio"] is None
    assert "WRONG" in verdict(found)
    assert "WRONG" in page([result_of(found)])


def test_one_wrong_round_makes_the_row_wrong(tmp_path: Path) -> None:
    state = tmp_path / "rounds"
    state.write_text("")
    found = compare(WORK, OPPONENT, Contender(quick, (0,)), Contender(counted, (str(state),)), 2, size="one")
    assert len(found["rounds"]) == 2
    assert found["answers_equal"] is False


def counted(place: str) -> int:
    """0 the first time, 1 the second."""
    seen = len(Path(place).read_text())
    Path(place).write_text("x" * (seen + 1))
    return seen


def test_a_slower_opponent_has_a_ratio_above_one_and_a_faster_one_wins_in_the_table() -> None:
    won = compare(WORK, OPPONENT, Contender(quick, (1,)), Contender(slow, (1,)), 2, size="one")
    lost = compare(WORK, OPPONENT, Contender(slow, (1,)), Contender(quick, (1,)), 2, size="one")
    assert won["ratio"]["min"] > 1 > lost["ratio"]["max"]
    assert won["ratio"]["min"] <= won["ratio"]["median"] <= won["ratio"]["max"]
    assert verdict(won) == "we are faster"
    assert "the opponent is faster" in page([result_of(lost)])


def test_memory_is_that_of_the_process_that_did_the_work() -> None:
    _, little = take(Contender(greedy, (1,)))
    _, much = take(Contender(greedy, (200,)))
    assert little.peak_mib is not None
    assert much.peak_mib is not None
    assert 150 < much.peak_mib - little.peak_mib < 250


def test_memory_taken_alone_leaves_out_what_preparing_took_and_gave_back() -> None:
    little, prepared, much = (peak_alone(partial(after, mib), greedy) for mib in ((0, 1), (300, 1), (0, 200)))
    assert prepared - little < 50
    assert 150 < much - little < 250


def after(sizes: tuple[int, int]) -> tuple[int]:
    """Take and give back the first so many MiB, and leave the others to be taken."""
    first, then = sizes
    greedy(first)
    return (then,)


def test_what_the_last_round_left_is_removed_before_the_clock_starts(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.write_text("from before")
    assert take(Contender(remember, (str(left),), before=forget))[0] == 0


def test_a_target_is_met_only_by_the_median() -> None:
    target = wanted(rows.LOAD, "Neo4j, UNWIND of 10,000 with constraints (good)")
    assert target.least == 20
    met = row(rows.LOAD, target.opponent, [(Taken(1.0), Taken(seconds)) for seconds in (1.0, 21.0, 22.0)], True, size="")
    missed = row(rows.LOAD, target.opponent, [(Taken(1.0), Taken(seconds)) for seconds in (19.0, 19.5, 90.0)], True, size="")
    assert met["met"] is True
    assert missed["met"] is False
    assert met["met_in_every_round"] is False and "not in every round" in verdict(met)


def test_a_part_of_the_work_is_stretched_to_the_whole() -> None:
    target = wanted(rows.LOAD, "Neo4j, py2neo row by row (obvious)")
    found = row(rows.LOAD, target.opponent, [(Taken(2.0, 2.0), Taken(3.0, 1.0))], True, size="", stretch=10)
    assert found["ratio"]["median"] == 15
    assert found["theirs"] == {"wall_s": 30, "cpu_s": 10, "peak_mib": None}


def test_rounds_taken_apart_make_one_row_and_one_wrong_answer_spoils_it() -> None:
    target = wanted(rows.LOAD, "Neo4j, UNWIND of 10,000 with constraints (good)")

    def one(seconds: float, right: bool = True) -> dict:
        return row(rows.LOAD, target.opponent, [(Taken(1.0, 1.0, 5.0), Taken(seconds, 2.0, 7.0))], right, size="one", note="a")

    at_once = [(Taken(1.0, 1.0, 5.0), Taken(seconds, 2.0, 7.0)) for seconds in (19.0, 21.0, 30.0)]
    assert together([one(19.0), one(21.0), one(30.0)]) == row(rows.LOAD, target.opponent, at_once, True, size="one", note="a")
    assert together([one(19.0), one(21.0, right=False)])["ratio"] is None


def test_what_has_no_figure_is_listed_as_not_measured() -> None:
    found = compare(WORK, OPPONENT, Contender(quick, (1,)), Contender(quick, (1,)), 1, size="one")
    told = page([result_of(found)]).split("## Not measured yet")[1]
    assert f"{WORK} | {OPPONENT}" not in told
    assert all(f"| {each.work} | {each.opponent} |" in told for each in WANTED if each.opponent != OPPONENT)


def test_a_row_that_the_list_does_not_name_cannot_be_made() -> None:
    with pytest.raises(KeyError, match="no row"):
        row("something else", OPPONENT, [], True, size="")


def test_the_page_in_the_docs_is_the_one_its_figures_give(tmp_path: Path) -> None:
    docs = Path(__file__).parents[2] / "docs"
    assert list((docs / "benchmarks").glob("*.json"))
    write(docs / "benchmarks", tmp_path / "benchmarks.md")
    assert (docs / "benchmarks.md").read_text("utf-8") == (tmp_path / "benchmarks.md").read_text("utf-8")


def result_of(found: dict) -> dict:
    return json.loads(
        json.dumps(
            {
                "benchmark": "made up",
                "taken_on": "2026-01-01",
                "scale": 1.0,
                "rounds": 1,
                "machine": {"cores": 2, "memory_gib": 8},
                "load_average": [0.5, 0.5],
                "versions": {"Python": "3"},
                "rows": [found],
            }
        )
    )
