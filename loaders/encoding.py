"""The bytes of a CSV file as text: UTF-8 with or without a byte order mark, or CP949; nothing is guessed at."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loaders.report import Findings

SIXTEEN_BIT_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes, file: str, findings: Findings) -> str | None:
    """The text with plain line ends, or None with a refusal that names the line of the first unreadable byte."""
    if data.startswith(SIXTEEN_BIT_MARKS):
        findings.add("bad_encoding", file, 1)
        return None
    nul = data.find(b"\0")
    if nul >= 0:
        findings.add("nul_byte", file, _line(data, nul))
        return None
    text = _text(data, file, findings)
    return None if text is None else _plain_line_ends(text)


def _text(data: bytes, file: str, findings: Findings) -> str | None:
    marked = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if marked else data
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if not marked and not _mostly_utf8(body):
            return _cp949(body, error.start, file, findings)
        findings.add("bad_encoding", file, _line(body, error.start))
    return None


def _cp949(body: bytes, utf8_stop: int, file: str, findings: Findings) -> str | None:
    try:
        return body.decode("cp949")
    except UnicodeDecodeError as error:
        findings.add("bad_encoding", file, _line(body, max(error.start, utf8_stop)))
    return None


def _mostly_utf8(body: bytes) -> bool:
    """True when most letters beyond ASCII are sound UTF-8: then a broken byte is an error, and not another encoding."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(not letter.isascii() for letter in text) - broken
    return beyond_ascii > broken


def _line(data: bytes, position: int) -> int:
    ends = b"\n" if b"\n" in data else b"\r"
    return data.count(ends, 0, position) + 1


def _plain_line_ends(text: str) -> str:
    text = text.replace("\r\n", "\n")
    return text if "\n" in text else text.replace("\r", "\n")
