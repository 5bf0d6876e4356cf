"""Parameters as people give them (text from a command line or an address) made into the values a question takes."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.schema import load_schema
from graph.store import Scalar, Value
from queries.answer import Bilingual
from queries.catalog import Question
from queries.errors import QuestionError, near_matches
from queries.language.header import Param
from queries.telling.sentence import particle

LONGEST_TEXT = 200
LONGEST_LIST = 500
WHOLE = re.compile(r"[+-]?\d{1,15}\Z", re.ASCII)
FRACTION = re.compile(r"[+-]?(\d{1,15}\.?\d{0,15}|\.\d{1,15})(e[+-]?\d{1,3})?\Z", re.ASCII | re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
YES, NO = {"true", "1", "yes", "예"}, {"false", "0", "no", "아니요"}


def accept(question: Question, given: Mapping[str, Any]) -> dict[str, Value]:
    """Every parameter's value in declared order, defaults filled in; QuestionError names the first that will not do.

    A list is a set of values: sorted, each once, so that asking the same in another order is the same question.
    """
    for name in given:
        if name not in question.params:
            known = ", ".join(question.params) or "-"
            words = Bilingual(
                f"'{question.name}' 질문에는 '{name}' 항목이 없습니다. 쓸 수 있는 항목: {known}.",
                f"The question '{question.name}' has no parameter '{name}'. It takes: {known}.",
            )
            raise QuestionError("unknown_param", words, name, near_matches(name, question.params))
    return {param.name: _accept(param, given) for param in question.params.values()}


def _accept(param: Param, given: Mapping[str, Any]) -> Value:
    value = given.get(param.name)
    if value is None or value == "" or value == []:
        if param.required:
            words = Bilingual(
                f"'{param.name}' 항목을 정해 주세요: {param.explanation.ko}.",
                f"Please give '{param.name}': {param.explanation.en}.",
            )
            raise QuestionError("missing_param", words, param.name)
        default: Value = param.default
        return default
    if param.type == "list<text>":
        return _many(param, value)
    return _one(param, _single(param, value))


def _many(param: Param, value: Any) -> list[Scalar]:
    values = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
    if len(values) > LONGEST_LIST:
        raise bad(param, f"{len(values)}", f"{LONGEST_LIST}개 이하", f"at most {LONGEST_LIST} values")
    return list[Scalar](sorted({str(_one(param, each)) for each in values if each != ""}))


def _single(param: Param, value: Any) -> Any:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    if len(value) != 1:
        raise bad(param, ", ".join(map(str, value[:3])), "값 하나", "one value")
    return value[0]


def _one(param: Param, value: Any) -> Scalar:
    return READERS[param.type](param, value)


def _text(param: Param, value: Any) -> str:
    text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
    if not text or len(text) > LONGEST_TEXT or _holds_controls(text):
        raise bad(param, value, f"{LONGEST_TEXT}자 이하의 글", f"text of at most {LONGEST_TEXT} characters")
    return _choice(param, text) if param.choices else text


def _holds_controls(text: str) -> bool:
    # What can be printed holds none, and is told in a hundredth of the time.
    return not text.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text)


def _day(param: Param, value: Any) -> str:
    from datetime import date

    text = str(value).strip()
    try:
        sound = DAY.match(text) is not None and date.fromisoformat(text).isoformat() == text
    except ValueError:
        sound = False
    if not sound:
        raise bad(param, value, "2026-01-01처럼 실제로 있는 날짜", "a real day such as 2026-01-01")
    return text


def _choice(param: Param, value: Any) -> str:
    words = _labels(param)
    text = str(value).strip()
    if text in words:
        return words[text]
    raise bad(
        param,
        value,
        f"다음 중 하나: {', '.join(param.choices)}",
        f"one of {', '.join(param.choices)}",
        near_matches(text, words),
    )


def _labels(param: Param) -> dict[str, str]:
    """Each way to name a choice: its code, and its Korean and English label where it comes from a vocabulary."""
    words = {code: code for code in param.choices}
    for vocabulary in param.vocabularies:
        for code, label in load_schema().vocabularies[vocabulary].items():
            words.setdefault(label.ko, code)
            words.setdefault(label.en, code)
    return words


def _integer(param: Param, value: Any) -> int:
    whole = int(value) if isinstance(value, str) and WHOLE.match(value.strip()) else value
    low, high = param.low, param.high
    if (
        not isinstance(whole, int)
        or isinstance(whole, bool)
        or (low is not None and whole < low)
        or (high is not None and whole > high)
    ):
        between = "" if low is None and high is None else f" {'' if low is None else low}~{'' if high is None else high}"
        raise bad(
            param, value, f"{between.strip()} 사이의 정수" if between else "정수", f"an integer{between.replace('~', ' to ')}"
        )
    return whole


def _number(param: Param, value: Any) -> float:
    matched = isinstance(value, str) and FRACTION.match(value.strip())
    number = float(value) if matched or (isinstance(value, (int, float)) and not isinstance(value, bool)) else math.nan
    if not math.isfinite(number):
        raise bad(param, value, "숫자", "a number")
    return number


def _boolean(param: Param, value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise bad(param, value, "예 또는 아니요(true, false)", "true or false")
    return word in YES


READERS: dict[str, Callable[[Param, Any], Scalar]] = {
    "text": _text, "day": _day, "list<text>": _text, "choice": _choice, "integer": _integer, "number": _number,
    "boolean": _boolean,
}  # fmt: skip


def bad(param: Param, value: object, ko: str, en: str, near: Sequence[str] = ()) -> QuestionError:
    """The error for a value that will not do; the value is shown in short, on one line."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in str(value))[:60]
    words = Bilingual(
        f"'{param.name}' 항목의 값 '{shown}' 대신 {ko}{particle(ko, '을/를')} 넣어 주세요.",
        f"'{param.name}' cannot be '{shown}'; give {en}.",
    )
    return QuestionError("bad_value", words, param.name, near)
