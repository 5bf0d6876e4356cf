"""Shapes of text that every table shares. The patterns are free of look-around, so that they serve both `re` and polars."""

from __future__ import annotations

import re

ID_SHAPE = r"^[A-Za-z0-9가-힣._:\-]{1,80}$"
# Control characters but tab and line feed; soft hyphen, zero-width and direction marks; broken letters.
CONTROL_SHAPE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ufff9-\ufffd]"
LONGEST_TEXT = 4000

ID = re.compile(ID_SHAPE)
CONTROL = re.compile(CONTROL_SHAPE)
