"""The steps of long work in a planner's words."""

from __future__ import annotations

from graph.schema import Label, load_schema

READ, MAKE = Label("{}: 파일을 읽는 중", "Reading {}"), Label("{}: 만드는 중", "Making {}")
OTHERS = {
    "together": Label("표끼리 맞춰 보는 중", "Checking the tables against each other"),
    "keep": Label("검사한 표를 보관하는 중", "Keeping the checked tables"),
    "verify": Label("올린 내용을 확인하는 중", "Verifying what was loaded"),
    "ahead": Label("질문에 미리 답해 두는 중", "Answering questions ahead"),
    "shared": Label("여러 질문이 함께 쓰는 것을 미리 세는 중", "Working out what questions share"),
}
PUT = Label("{}: 올리는 중", "Loading {}")
STAGES = (Label("읽고 검사하기", "Read and check"), Label("올리기", "Load"), Label("확인하기", "Verify"))
"""The parts of a load, in order."""


def step_name(step: str) -> Label:
    """What a step does: reading a file, making a table up, loading a kind of node or a type of relationship."""
    schema = load_schema()
    stem, dot, _ = step.partition(".")
    if step in OTHERS:
        return OTHERS[step]
    if step in schema.nodes:
        return _said(PUT, schema.nodes[step].label)
    if step in schema.relationships:
        label = schema.relationships[step].label
        return _said(PUT, Label(f"{label.ko} 관계", f"relationships: {label.en}"))
    if stem in schema.tables:
        return _said(READ if dot else MAKE, schema.tables[stem].label)
    return _said(READ, Label(step, step))


def stage_of(step: str) -> int:
    """Which of the parts of a load a step belongs to, from 0."""
    schema = load_schema()
    if step in ("verify", "shared"):
        return 2
    return 1 if step == "keep" or step in schema.nodes or step in schema.relationships else 0


def unit_of(step: str) -> str:
    """What a step counts: bytes of files, rows of tables, or something of its own."""
    return step if step in OTHERS else "bytes" if "." in step else "rows"


def counted(step: str, number: int) -> str:
    """A number of what a step counts."""
    return f"{number / 1e6:,.1f} MB" if unit_of(step) == "bytes" else f"{number:,}"


def _said(words: Label, what: Label) -> Label:
    return Label(words.ko.format(what.ko), words.en.format(what.en))
