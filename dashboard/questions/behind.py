"""The operations behind one figure of a portfolio."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import PLACED, Selection

PAGE = 100
_COSTED = (
    "f.amount IS NOT NULL AND o.operation_id IN (SELECT operation_id FROM mart_participants WHERE sex = 'T' "
    "AND value > 0 AND {})"
)
_PLACE = f"o.operation_id IN (SELECT operation_id FROM {PLACED} WHERE code = $key)"
PREDICATES = {
    "agare": "coalesce(w.owner_key, 'okant') = $key",
    "start": "coalesce(CAST(year(o.start_date) AS VARCHAR), 'okant') = $key",
    "belopp": "CASE WHEN f.amount IS NULL THEN 'okant' ELSE 'kant' END = $key",
    "planerade": _COSTED.format("kind = 'output' AND indicator_code = 'participants' AND value_type = 'planned'"),
    "faktiska": _COSTED.format("kind = 'output' AND indicator_code = 'participants' AND value_type = 'actual'"),
    "resultat": _COSTED.format("kind = 'result' AND indicator_code = $key AND value_type = 'actual'"),
    "malgrupp": "o.operation_id IN (SELECT operation_id FROM mart_target_group WHERE target_group_code = $key)",
    "tema": "o.operation_id IN (SELECT operation_id FROM mart_theme WHERE code = $key)",
    "lan": _PLACE,
    "ruta": f"{_PLACE} AND o.operation_id IN (SELECT operation_id FROM mart_target_group "
    "WHERE target_group_code = $group)",
}
"""What a figure is of -> which of the portfolio's operations are in it."""
_MARK = re.compile(rf"([1-4]):({'|'.join(PREDICATES)})(?::([\w.:@+-]{{1,80}}))?")
_ROWS = """
SELECT o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, w.name AS owner, o.start_date,
    o.start_precision, f.amount, h.part, p.planned, p.actual, p.is_hidden, count(*) OVER () AS matches,
    count(f.amount) OVER () AS known,
    sum(f.amount) OVER () AS total, sum(h.part) OVER () AS part_total, sum(p.planned) OVER () AS planned_total,
    sum(p.actual) OVER () AS actual_total
FROM mart_operation o
LEFT JOIN (SELECT operation_id, amount FROM mart_amount
    WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (operation_id)
LEFT JOIN mart_owner w USING (operation_id)
LEFT JOIN (SELECT operation_id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS part
    FROM mart_amount a JOIN {placed} p USING (operation_id)
    WHERE a.basis = $bas AND a.measure = $measure AND a.currency = $currency AND p.code = $key
    GROUP BY 1) h USING (operation_id)
LEFT JOIN (SELECT operation_id, any_value(value) FILTER (value_type = 'planned') AS planned,
        any_value(value) FILTER (value_type = 'actual') AS actual,
        bool_or(value_type = 'actual' AND flag = 's') AS is_hidden
    FROM mart_participants WHERE sex = 'T' AND kind = 'output' AND indicator_code = 'participants'
    GROUP BY 1) p USING (operation_id)
WHERE {where} AND ({predicate})
ORDER BY f.amount DESC NULLS LAST, o.title_sv, o.operation_id LIMIT $limit OFFSET $offset
"""


@dataclass(frozen=True)
class Mark:
    """Which figure: of the portfolio in place ``slot`` (1 to 4), of what ``kind``, and of which ``key``."""

    slot: int
    kind: str
    key: str = ""

    def __str__(self) -> str:
        return ":".join(filter(None, (str(self.slot), self.kind, self.key)))

    @property
    def is_placed(self) -> bool:
        """Whether the figure is of one place, which has its part of each amount."""
        return self.kind in ("lan", "ruta")


def mark(text: str) -> Mark | None:
    """The figure that an address names; None for what is no such name."""
    found = _MARK.fullmatch(text)
    if not found or bool(found[3]) == (found[2] in ("planerade", "faktiska")):
        return None
    if found[2] == "ruta" and ":" not in found[3]:
        return None
    return Mark(int(found[1]), found[2], found[3] or "")


def operations(w: Warehouse, sel: Selection, of: Mark, *, page: int = 1) -> tuple[Row, ...]:
    """The portfolio's operations that a figure is made of, largest amount first, a page at a time.

    ``amount`` is unique, ``part`` what falls on the figure's place; planned and actual participants, ``is_hidden``:
    the actual count is suppressed. ``matches``, ``known``, ``total``, ``part_total``, ``planned_total`` and
    ``actual_total`` are of all of them, not of the page.
    """
    where, params = cubes.narrowed(w, sel)
    params["measure"], params["currency"] = sel.money
    group, _, key = of.key.partition(":") if of.kind == "ruta" else ("", "", of.key)
    predicate = PREDICATES[of.kind]
    params |= {"bas": sel.bas, "key": key, "limit": PAGE, "offset": (page - 1) * PAGE} | sel.places()
    if "$group" in predicate:
        params["group"] = group
    return w.rows(_ROWS.format(placed=PLACED, where=where, predicate=predicate), params)
