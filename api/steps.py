"""The steps of long work in a planner's words."""

from __future__ import annotations

from graph.schema import Label, load_schema

READ, CHECK = Label("{}: 파일을 읽는 중", "Reading {}"), Label("{}: 검사하는 중", "Checking {}")
OTHERS = {
    "together": Label("표끼리 맞춰 보는 중", "Checking the tables against each other"),
    "keep": Label("검사한 표를 보관하는 중", "Keeping the checked tables"),
    "verify": Label("올린 내용을 확인하는 중", "Verifying what was loaded"),
}
PUT = Label("{}: 올리는 중", "Loading {}")


def step_name(step: str) -> Label:
    """What a step does: reading a file, checking a table, loading a kind of node or a type of relationship."""
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
        return _said(READ if dot else CHECK, schema.tables[stem].label)
    return _said(READ, Label(step, step))


def _said(words: Label, what: Label) -> Label:
    return Label(words.ko.format(what.ko), words.en.format(what.en))
