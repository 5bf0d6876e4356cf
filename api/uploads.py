"""Files that a planner sends: who may, how much, and where they lie until they are checked; nothing of them stays behind."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile

from api.problems import BAD_PARAMETER, Problem
from api.settings import Settings
from queries.answer import Bilingual

LARGEST = 512 * 1024 * 1024
"""Bytes of all files of one upload together."""
MOST_FILES = 100
FOLDER = "uploads"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
NOT_ALLOWED = Bilingual("허용되지 않는 요청입니다", "Not allowed")


def refuse_strangers(request: Request, settings: Settings) -> None:
    """Problem unless the request comes from this console's own page, for planners or on this machine."""
    if not may_change(request, settings):
        raise _forbidden(
            "자료를 올리거나 바꾸는 일은 담당자용 화면에서만 할 수 있습니다.",
            "Only the planners' console may load or change data.",
        )
    if not _from_own_page(request) or not _called_by_own_name(request):
        raise _forbidden(
            "다른 사이트에서 온 요청은 받지 않습니다. 이 화면의 자료 쪽에서 다시 보내 주세요.",
            "Requests from other sites are refused; send it from the data page of this console.",
        )


def may_change(request: Request, settings: Settings) -> bool:
    """Whether a page should offer what `refuse_strangers` would let pass."""
    return not settings.demo and (settings.audience == "planner" or _on_this_machine(request))


def _forbidden(ko: str, en: str) -> Problem:
    return Problem(403, "not-allowed", NOT_ALLOWED, Bilingual(ko, en))


def _on_this_machine(request: Request) -> bool:
    """The caller is this machine, and no proxy stands between."""
    passed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return not passed_on and request.client is not None and request.client.host in LOOPBACK


def _from_own_page(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "-")


def _called_by_own_name(request: Request) -> bool:
    """On a loopback address only loopback names are ours: another name that leads here belongs to another site."""
    server = request.scope.get("server") or ("", 0)
    return server[0] not in LOOPBACK or urlsplit(f"//{request.headers.get('host', '')}").hostname in LOOPBACK


@contextmanager
def staged(settings: Settings) -> Iterator[Path]:
    """A new empty folder in the workspace that vanishes with all that is in it, unless it is moved away first."""
    folder = settings.home / FOLDER / secrets.token_hex(8)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove(folder: Path) -> None:
    """Everything in a folder, and the folder."""
    shutil.rmtree(folder, ignore_errors=True)


def clear(settings: Settings) -> None:
    """Remove what a killed server left."""
    shutil.rmtree(settings.home / FOLDER, ignore_errors=True)


async def save(files: Sequence[UploadFile], folder: Path) -> None:
    """The files of a form, each under its last name; Problem when there is none, or two of one name."""
    named = [(_last_name(file), file) for file in files if file.filename]
    if not named:
        raise _bad("올릴 파일을 골라 주세요.", "Choose the files to load.")
    for name, file in named:
        if (folder / name).exists():
            raise _bad(
                f"'{name}' 파일이 두 번 있습니다. 한 폴더의 파일만 올려 주세요.",
                f"'{name}' stands twice; send one folder only.",
            )
        with (folder / name).open("xb") as kept:
            while block := await file.read(1 << 20):
                kept.write(block)


def _last_name(file: UploadFile) -> str:
    """A browser gives a folder's files with their path."""
    name = Path((file.filename or "").replace("\\", "/")).name
    if not name.isprintable() or len(name.encode()) > 200 or name in ("", ".", ".."):
        raise _bad(
            "파일 이름을 읽을 수 없습니다. 짧은 이름으로 바꿔 주세요.", "A file's name cannot be read; give it a short one."
        )
    return name


def _bad(ko: str, en: str) -> Problem:
    words = Bilingual(ko, en)
    return Problem(400, "bad-upload", BAD_PARAMETER, words, [{"param": "files", "ko": ko, "en": en}])
