"""Names that would do harm if a face took them for anything but text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.graph.made import card, dataset_of

if TYPE_CHECKING:
    from graph.dataset import Dataset

PATTERNS = (
    "<script>document.title='hacked'</script>{n}",
    "</script><script>document.title='hacked'</script>{n}",
    "<img src=x onerror=\"document.title='hacked'\">{n}",
    "\"><svg onload=document.title='hacked'>{n}",
    "' onmouseover='document.title=1' x='{n}",
    "</title><h1>가짜 제목 {n}</h1>",
    "</textarea></select><b>굵게 {n}",
    "javascript:alert({n})",
    "{{{{ 7 * 7 }}}} {{% raw %}} {n}",
    "${{7*7}} #{{7*7}} {n}",
    "-->]]><!-- {n}",
    '=HYPERLINK("http://127.0.0.1/{n}")',
    "이름 \u202e거꾸로{n}\u202c",
    "이름\u200b\u2066{n}\u2069",
    'O\'Neill & Söhne "{n}" <co>',
    "& &amp; &lt;script&gt; {n}",
    "../../etc/passwd?{n}#x",
    "a b\tc {n} %00 %3Cscript%3E",
    "$1 \\1 \\u003c {n}",
    "{n} 🙂 " + "긴이름" * 30,
)
NAMES = tuple(pattern.format(n=place) for place in range(5) for pattern in PATTERNS)
"""A hundred."""
IDS = tuple(f"bad-{place}" for place in range(len(NAMES)))


def hostile_dataset() -> Dataset:
    """A network led by a center, in which every institution's name, alias and locator is hostile."""
    institutions = [
        {"id": id_, "name": name, "kind": "other", "note": name, "aliases": name.replace(";", ","), "locator": name}
        for id_, name in zip(IDS, NAMES, strict=True)
    ]
    members = [
        {"network_id": "net", "member_id": id_, "role": "member", "locator": name} for id_, name in zip(IDS, NAMES, strict=True)
    ]
    rows = {
        "networks": [{"id": "net", "name": NAMES[0], "award": NAMES[2], "year": 2025}],
        "centers": [{"id": "center", "name": NAMES[1], "kind": "employment_center"}],
        "institutions": institutions,
        "memberships": [{"network_id": "net", "member_id": "center", "role": "lead"}, *members],
    }
    return dataset_of(rows, card("hostile", title=NAMES[3], publisher=NAMES[4], disclosure="published"))
