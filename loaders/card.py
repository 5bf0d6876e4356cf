"""What a dataset says of itself: `dataset.yaml`, or the rows of a sheet named `dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from graph.dataset import DatasetCard
from graph.schema import SOURCES, load_schema
from loaders.identifiers import identifier_in
from loaders.near import near
from loaders.text import CONTROL, ID

if TYPE_CHECKING:
    from pathlib import Path

    import yaml

    from loaders.report import Findings

CARD_FILE = "dataset.yaml"
LARGEST_CARD = 64 * 1024
LONGEST_ENTRY = 4000
KEYS = tuple(field.name for field in fields(DatasetCard))
REQUIRED = ("id", "title", "selection")
YES_NO = {"true": True, "false": False, "yes": True, "no": False, "": False}


@dataclass(frozen=True)
class Entry:
    """One line of a card."""

    key: str
    value: str
    line: int


def read_card(path: Path, findings: Findings) -> DatasetCard | None:
    """The card in a YAML file; None with refusals when it cannot be accepted."""
    if path.stat().st_size > LARGEST_CARD:
        findings.add("file_too_large", path.name, limit="64 KB")
        return None
    entries = _entries(path.read_bytes(), path.name, findings)
    return None if entries is None else card_of(entries, path.name, findings)


def _entries(data: bytes, file: str, findings: Findings) -> list[Entry] | None:
    """The lines of a flat mapping. Read as events, so that anchors, aliases, tags and nesting are seen and never built."""
    import yaml

    try:
        events = list(yaml.parse(data.decode("utf-8-sig"), Loader=yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        findings.add("bad_card", file, None if mark is None else mark.line + 1)
        return None
    return _flat(events, file, findings)


def _flat(events: Sequence[yaml.Event], file: str, findings: Findings) -> list[Entry] | None:
    import yaml

    frame = (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.MappingStartEvent)
    body, tail = events[3:-3], events[-3:]
    if len(events) < 6 or not all(isinstance(event, kind) for event, kind in zip(events, frame, strict=False)):
        findings.add("bad_card", file, 1)
        return None
    odd = [e for e in body if not isinstance(e, yaml.ScalarEvent) or e.anchor or e.tag]
    odd += [e for e in (*events[:3], *tail) if getattr(e, "anchor", None) or getattr(e, "tag", None)]
    if odd or not isinstance(tail[0], yaml.MappingEndEvent):
        findings.add("bad_card", file, _line((odd or tail)[0]))
        return None
    scalars = [event for event in body if isinstance(event, yaml.ScalarEvent)]
    pairs = zip(scalars[::2], scalars[1::2], strict=True)
    return [Entry(str(key.value), _plain(value), _line(key) or 1) for key, value in pairs]


def _line(event: yaml.Event) -> int | None:
    return None if event.start_mark is None else event.start_mark.line + 1


def _plain(scalar: yaml.ScalarEvent) -> str:
    value = str(scalar.value).strip()
    return "" if scalar.style is None and value in ("~", "null", "Null", "NULL") else value


def card_of(entries: Iterable[Entry], file: str, findings: Findings) -> DatasetCard | None:
    """A card of its entries, each checked; None with refusals when any is refused."""
    before = len(findings)
    given: dict[str, Entry] = {}
    for entry in entries:
        if entry.key not in KEYS:
            findings.add("unknown_card_key", file, entry.line, value=entry.key, near=near(entry.key, KEYS))
        elif entry.key in given:
            findings.add("duplicate_column", file, entry.line, entry.key)
        else:
            given[entry.key] = entry
    for key in REQUIRED:
        if key not in given or not given[key].value:
            findings.add("missing_card_value", file, column=key)
    for entry in given.values():
        _check_entry(entry, file, findings)
    return _built(given) if len(findings) == before else None


def _check_entry(entry: Entry, file: str, findings: Findings) -> None:
    code, words = _fault(entry)
    if code:
        findings.add(code, file, entry.line, entry.key, entry.value, **words)


def _fault(entry: Entry) -> tuple[str | None, dict[str, object]]:
    """The code of what is wrong with an entry, and the words its refusal needs."""
    value, column = entry.value, SOURCES.columns[entry.key]
    if not value:
        return None, {}
    if len(value) > LONGEST_ENTRY:
        return "too_long", {"limit": LONGEST_ENTRY}
    if CONTROL.search(value):
        return "control_character", {}
    identifying = identifier_in(value, "code" if column.type == "id" else "text")
    if identifying:
        return identifying, {}
    if column.type == "id" and not ID.fullmatch(value):
        return "bad_id", {}
    if column.type == "day" and not _is_day(value):
        return "bad_day", {}
    if column.type == "boolean" and value.lower() not in YES_NO:
        return "bad_yes_no", {}
    codes = load_schema().vocabularies[column.code] if column.code else {}
    if codes and value not in codes:
        return "not_in_vocabulary", {"near": near(value, codes), "accepted": ", ".join(codes)}
    return None, {}


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _built(given: Mapping[str, Entry]) -> DatasetCard:
    text = {key: entry.value or None for key, entry in given.items()}
    return DatasetCard(
        id=text["id"] or "",
        title=text["title"] or "",
        selection=text["selection"] or "",
        publisher=text.get("publisher"),
        published_on=text.get("published_on"),
        disclosure=text.get("disclosure") or "protected",
        synthetic=YES_NO[(text.get("synthetic") or "").lower()],
        note=text.get("note"),
    )
