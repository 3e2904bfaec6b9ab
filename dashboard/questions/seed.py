"""What the seeds name: items of the conference and of SHIC's focus area, their facts, and where each lives."""

from __future__ import annotations

from dashboard.db import Row, Warehouse

_ITEMS = """
SELECT i.*, h.route, h.shows, h.used, h.test, p.name AS parent_name, p.kind AS parent_kind
FROM seed_item i LEFT JOIN seed_home h USING (item_id) LEFT JOIN seed_item p ON p.item_id = i.parent
ORDER BY i.row_no
"""


def items(w: Warehouse) -> tuple[Row, ...]:
    """One row a seed item in the file's order: kind, name, parent, lan_code, facts, speakers, route, source row."""
    return w.rows(_ITEMS)


def by_id(w: Warehouse) -> dict[str, Row]:
    """Item id -> its row."""
    return {r["item_id"]: r for r in items(w)}


def facts(row: Row) -> dict[str, str]:
    """An item's facts as written in its row, ``key=value; key=value``; values as the seed has them, in Swedish."""
    pairs = (part.partition("=") for part in (row["facts"] or "").split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs if value.strip()}


def names(text: str | None) -> tuple[str, ...]:
    """A cell that holds several values, one by one."""
    return tuple(part.strip() for part in (text or "").split("|") if part.strip())
