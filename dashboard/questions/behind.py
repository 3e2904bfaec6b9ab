"""The operations behind one figure of a portfolio."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import Selection

PAGE = 100
_COSTED = "f.amount IS NOT NULL AND id IN (SELECT id FROM {{persons}} WHERE value > 0 AND {})"
_PLACE = "id IN (SELECT id FROM {placed} WHERE code = $key)"
PREDICATES = {
    "agare": "coalesce(owner_key, 'okant') = $key",
    "start": "coalesce(CAST(start_year AS VARCHAR), 'okant') = $key",
    "belopp": "CASE WHEN f.amount IS NULL THEN 'okant' ELSE 'kant' END = $key",
    "planerade": _COSTED.format("kind = 'output' AND indicator_code = 'participants' AND value_type = 'planned'"),
    "faktiska": _COSTED.format("kind = 'output' AND indicator_code = 'participants' AND value_type = 'actual'"),
    "resultat": _COSTED.format("kind = 'result' AND indicator_code = $key AND value_type = 'actual'"),
    "malgrupp": "id IN (SELECT id FROM {grouped} WHERE code = $key)",
    "tema": "id IN (SELECT id FROM {themed} WHERE code = $key)",
    "lan": _PLACE,
    "ruta": f"{_PLACE} AND id IN (SELECT id FROM {{grouped}} WHERE code = $group)",
}
"""What a figure is of -> which of the portfolio's operations are in it, as :meth:`cubes.Single.asked` reads it."""
_MARK = re.compile(rf"([1-4]):({'|'.join(PREDICATES)})(?::([\w.:@+-]{{1,80}}))?")
_ROWS = """
, sum_of AS (SELECT id, amount FROM {{amount}} WHERE basis = $bas AND measure = $measure AND currency = $currency),
chosen AS MATERIALIZED (SELECT id, owner, f.amount FROM {{owned}} LEFT JOIN sum_of f USING (id) WHERE {predicate}),
parts AS (
    SELECT id, sum(amount_part(a.amount, p.share_from, p.share_to)) AS part
    FROM {{placed}} p JOIN (FROM sum_of SEMI JOIN chosen USING (id)) a USING (id) WHERE p.code = $key GROUP BY id
), counts AS (
    SELECT id, any_value(value) FILTER (value_type = 'planned') AS planned,
        any_value(value) FILTER (value_type = 'actual') AS actual,
        bool_or(value_type = 'actual' AND flag = 's') AS is_hidden
    FROM {{persons}} SEMI JOIN chosen USING (id) WHERE kind = 'output' AND indicator_code = 'participants' GROUP BY id
), told AS MATERIALIZED (FROM chosen LEFT JOIN parts USING (id) LEFT JOIN counts USING (id)), summed AS (
    SELECT count(*) AS matches, count(amount) AS known, sum(amount) AS total, sum(part) AS part_total,
        sum(planned) AS planned_total, sum(actual) AS actual_total
    FROM told
), first AS (FROM told QUALIFY rank() OVER (ORDER BY amount DESC NULLS LAST) <= $limit + $offset)
SELECT o.operation_id, o.local_id, o.title_sv, o.title_en, o.beneficiary, t.owner, o.start_date, o.start_precision,
    t.amount, t.part, t.planned, t.actual, t.is_hidden, summed.*
FROM first t JOIN {{card}} o USING (id) CROSS JOIN summed
ORDER BY t.amount DESC NULLS LAST, o.title_sv, o.operation_id LIMIT $limit OFFSET $offset
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
    group, _, key = of.key.partition(":") if of.kind == "ruta" else ("", "", of.key)
    measure, currency = sel.money
    sql, params = cubes.single(w, sel).asked(
        _ROWS.format(predicate=PREDICATES[of.kind]), bas=sel.bas, measure=measure, currency=currency, key=key,
        group=group, limit=PAGE, offset=(page - 1) * PAGE,
    )  # fmt: skip
    return w.rows(sql, params)
