"""The closed list of reasons for refusing input, with their texts in both languages (`refusals.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph.schema import Label

REFUSALS_FILE = Path(__file__).with_name("refusals.yaml")


@dataclass(frozen=True)
class Reason:
    """One code's texts, as templates with names in braces."""

    code: str
    message: Label
    action: Label


@cache
def load_reasons() -> Mapping[str, Reason]:
    """Every reason by its code, in the order of the file."""
    import yaml

    declared = yaml.safe_load(REFUSALS_FILE.read_text(encoding="utf-8"))
    return {code: Reason(code, Label(given["ko"], given["en"]), Label(**given["action"])) for code, given in declared.items()}


def reasons_page() -> str:
    """The page `docs/refusals.md`: a table row for each code."""
    rows = [f"| `{reason.code}` | {_both(reason.message)} | {_both(reason.action)} |" for reason in load_reasons().values()]
    head = [
        "# Why input is refused",
        "",
        "Every refusal names a file, a line, a column and one of these codes; the value is shown masked.",
        "Names in braces are filled in. This page is made from `loaders/refusals.yaml` by `python -m loaders.refusals`.",
        "",
        "| code | what is wrong | what to do |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _both(label: Label) -> str:
    return f"{label.ko}<br>{label.en}".replace("|", "\\|")


if __name__ == "__main__":
    Path("docs/refusals.md").write_text(reasons_page(), encoding="utf-8")
