"""A portfolio as an address says it: a filter in one short word, such as ``fond~ESF*lan~18,05``.

Facets are joined by ``*``, a facet's values by ``,``; ``portfolj~import_x`` names another portfolio than Sweden's, and
``alla`` is the whole of Sweden's. Only what an operation must be stands in it, never how it is counted or told.
"""

from __future__ import annotations

import re

from dashboard.selection import FACETS, SWEDEN, Selection, decode

WHOLE = "alla"
MOST = 400
"""The longest that an address carries."""
_ODD = re.compile(r"[^\w.-]")
_ESCAPED = re.compile(r"@([0-9a-f]{1,5}|10[0-9a-f]{4})@")
_SAID = re.compile(rf"([\w.-]|{_ESCAPED.pattern})+")
_NAMES = (*FACETS, "q", "portfolj")


def spec(sel: Selection) -> str | None:
    """The facets, search and portfolio of a selection in one word; None when it is longer than an address carries."""
    said = [f"{name}~{','.join(getattr(sel, name))}" for name in FACETS if getattr(sel, name)]
    if sel.q:
        said.append("q~" + _ODD.sub(lambda found: f"@{ord(found[0]):x}@", sel.q))
    if sel.portfolj != SWEDEN:
        said.append(f"portfolj~{sel.portfolj}")
    text = "*".join(said) or WHOLE
    return text if len(text) <= MOST else None


def selection(text: str) -> Selection | None:
    """The filter that a word says, everything else as usual; None for what is no such word."""
    if text in ("", WHOLE):
        return Selection()
    given: dict[str, str] = {}
    for part in text.split("*"):
        name, mark, values = part.partition("~")
        if not mark or not values or name not in _NAMES or name in given:
            return None
        given[name] = _plain(values) if name == "q" else values
    found = decode(given)
    is_whole = all(getattr(found, n) == tuple(dict.fromkeys(given[n].split(","))) for n in FACETS if n in given)
    is_told = found.portfolj == given.get("portfolj", SWEDEN) and bool(found.q) == ("q" in given)
    return found if is_whole and is_told and len(text) <= MOST else None


def _plain(text: str) -> str:
    """The search that a word holds; nothing for one that this module would not write."""
    if not _SAID.fullmatch(text):
        return ""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return "" if re.search(r"[\ud800-\udfff]", plain) else plain
