"""What a spreadsheet makes of a text."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def never_a_formula(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
