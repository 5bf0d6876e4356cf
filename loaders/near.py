"""The closest accepted word to a refused one, as a sentence for the refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.schema import Label

NOTHING = Label("", "")
ALIKE = 0.7


def near(word: str, accepted: Iterable[str] | Mapping[str, Label]) -> Label:
    """`Did you mean …?` with the closest accepted word, also by its label; empty where none is close."""
    import difflib

    words = {name.casefold(): name for name in accepted}
    if isinstance(accepted, Mapping):
        words |= {text.casefold(): name for name, label in accepted.items() for text in (label.ko, label.en)}
    found = difflib.get_close_matches(word.casefold().strip()[:100], words, n=1, cutoff=ALIKE)
    return suggestion(words[found[0]]) if found else NOTHING


def suggestion(word: str) -> Label:
    """The sentence that offers a word."""
    return Label(f" 혹시 ‘{word}’인가요?", f" Did you mean {word}?")
