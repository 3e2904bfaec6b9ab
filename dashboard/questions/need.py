"""What *Behov och pengar* asks beyond indicators and funding: values by sex, the years of the money."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import PLACED, Selection, measure_of

_YEARS = """
SELECT min(year) AS least, max(year) AS most, count(*) AS n, count(*) - count(year) AS undated FROM (
    SELECT o.operation_id, year(coalesce(o.start_date, o.decided_on)) AS year FROM mart_operation o
    WHERE {where} AND o.operation_id IN (SELECT operation_id FROM {placed} WHERE lan_code IS NOT NULL)
        AND (NOT $is_money OR o.operation_id IN (SELECT operation_id FROM mart_amount
            WHERE basis = $bas AND measure = $measure AND currency = $currency)))
"""
_YEARS_NUMBERED = """
SELECT CAST(min(year) AS BIGINT) AS least, CAST(max(year) AS BIGINT) AS most, count(*) AS n,
    count(*) - count(year) AS undated
FROM (SELECT place, year FROM mart_number WHERE {where})
SEMI JOIN (SELECT place FROM {listed} WHERE facet = 'lan' AND value NOT IN ('SE', 'okant')) USING (place)
WHERE NOT $is_money OR place IN (SELECT place FROM mart_card_amount
    WHERE basis = $bas AND measure = $measure AND currency = $currency)
"""


def by_sex(w: Warehouse, code: str, at: str) -> dict[str, dict[str, Row]]:
    """Sex (T, K, M) -> region code -> value, flag, is_derived, period, source row. Län and riket, one period."""
    rows = w.rows(
        "SELECT sex, region_code, period, value, flag, is_derived, source_id, file_name, row_no FROM mart_indicator "
        "WHERE indicator_code = $code AND period = $at AND level IN ('lan', 'riket') ORDER BY sex, region_code",
        {"code": code, "at": at},
    )
    out: dict[str, dict[str, Row]] = {}
    for r in rows:
        out.setdefault(r["sex"], {})[r["region_code"]] = r
    return out


def with_sexes(w: Warehouse) -> tuple[Row, ...]:
    """The indicators with values for women and for men in län, some period: code, title_sv, title_en."""
    return w.rows(
        "SELECT code, title_sv, title_en FROM indicator WHERE code IN (SELECT indicator_code FROM mart_indicator "
        "WHERE level = 'lan' AND sex IN ('K', 'M') AND value IS NOT NULL GROUP BY 1 HAVING count(DISTINCT sex) = 2) "
        "ORDER BY title_sv"
    )


def population_period(w: Warehouse) -> str:
    """The newest period of the populations that amounts are divided by; empty without any."""
    row = w.row("SELECT max(period) AS at FROM mart_indicator WHERE indicator_code = 'population' AND level = 'lan'")
    return str(row["at"]) if row and row["at"] else ""


def years(w: Warehouse, sel: Selection, *, is_money: bool) -> Row:
    """The years of the operations in some län: least, most, n (operations), undated (neither start nor decision).

    ``is_money``: only those with an amount of the selection's kind on its basis.
    """
    measure, currency = measure_of(sel.matt)
    bound = {"is_money": is_money, "bas": sel.bas, "measure": measure, "currency": currency}
    if numbered := cubes.numbered(w, sel):
        where, params = numbered
        sql = _YEARS_NUMBERED.format(where=where, listed=cubes.listed(sel))
        return w.row(sql, params | bound | cubes.placed(sel)) or {}
    where, params = sel.where()
    return w.row(_YEARS.format(where=where, placed=PLACED), params | sel.places() | bound) or {}
