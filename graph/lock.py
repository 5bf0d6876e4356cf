"""One at a time: lock files that the operating system lets go of when their holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.store import LoadInProgress, StoreError


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; LoadInProgress at once when another process or thread holds it."""
    handle = _open(path)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise LoadInProgress(
                "다른 적재가 진행 중입니다. 끝난 뒤 다시 실행해 주세요.",
                f"Another load holds {path.parent}; run this again when it ends.",
            ) from busy
        yield
    finally:
        os.close(handle)


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, once nobody else holds it."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as refused:
        raise StoreError(
            f"작업 폴더에 쓸 수 없습니다: {path.parent}. 쓰기 권한이 있는 폴더를 PUMASI_HOME으로 정해 주세요.",
            f"Cannot write to {path.parent} ({refused.strerror}); set PUMASI_HOME to a folder you may write to.",
        ) from refused
