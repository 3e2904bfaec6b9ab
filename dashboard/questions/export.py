"""The same figures as the pages show, row by row and in full, for machines and spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import FILTERS, MEASURES, NATIONAL, PLACED, SWEDEN, UNKNOWN, Selection
from dashboard.texts import Lang

STATUSES = ("planned", "running", "ended", "granted", "unknown")
AMOUNT_KNOWN = ("kant", "okant")

_OPERATIONS = """
WITH chosen AS MATERIALIZED (
    SELECT o.* EXCLUDE (search_text, last_date), count(*) OVER () AS matches, row_number() OVER (
        ORDER BY CASE o.status WHEN 'running' THEN 0 WHEN 'planned' THEN 1 ELSE 2 END, o.programming_period = 'other',
        o.programming_period DESC, o.start_date DESC NULLS LAST, o.title_sv, o.operation_id) AS place
    FROM mart_operation o WHERE {where} ORDER BY place {page}
), shares AS (
    SELECT operation_id, code, sum(share) AS share
    FROM {placed} SEMI JOIN chosen USING (operation_id) GROUP BY ALL
), parts AS (
    SELECT operation_id, p.code, sum(amount_part(a.amount, p.share_from, p.share_to)) AS split,
        any_value(a.amount) AS touched
    FROM mart_amount a JOIN {placed} p USING (operation_id) SEMI JOIN chosen USING (operation_id)
    WHERE a.basis = $bas AND a.measure = $measure AND a.currency = $currency GROUP BY ALL
), places AS (
    SELECT operation_id, list(struct_pack(code, share, split, touched) ORDER BY code) AS places
    FROM shares LEFT JOIN parts USING (operation_id, code) GROUP BY operation_id
), money AS (
    SELECT operation_id, list(struct_pack(measure, currency, amount, is_rounded, is_derived)
        ORDER BY measure, currency DESC) AS amounts
    FROM mart_funding SEMI JOIN chosen USING (operation_id) GROUP BY operation_id
), towns AS (
    SELECT operation_id, list(DISTINCT kommun_code ORDER BY kommun_code) AS kommuner
    FROM mart_location SEMI JOIN chosen USING (operation_id) WHERE kommun_code IS NOT NULL GROUP BY operation_id
), groups AS (
    SELECT operation_id, list(target_group_code ORDER BY target_group_code) AS groups
    FROM mart_target_group SEMI JOIN chosen USING (operation_id) GROUP BY operation_id
), themes AS (
    SELECT operation_id, list(DISTINCT code ORDER BY code) AS themes
    FROM mart_theme SEMI JOIN chosen USING (operation_id) GROUP BY operation_id
)
SELECT c.*, s.sha256, f.amount, f.is_rounded, f.is_derived, year(coalesce(c.start_date, c.decided_on)) AS amount_year,
    amounts, places, kommuner, groups, themes
FROM chosen c
JOIN source_file s ON s.source_id = c.source_id AND s.file_name = c.file_name
LEFT JOIN (FROM mart_amount WHERE basis = $bas AND measure = $measure AND currency = $currency) f USING (operation_id)
LEFT JOIN places USING (operation_id) LEFT JOIN money USING (operation_id) LEFT JOIN towns USING (operation_id)
LEFT JOIN groups USING (operation_id) LEFT JOIN themes USING (operation_id)
ORDER BY place
"""
_COUNTED = """
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM mart_cube c SEMI JOIN {cells} USING (cell)
WHERE c.facet = $facet AND c.value = $value
"""
_SOURCE_ROWS = """
WITH mine AS (SELECT operation_id FROM operation_link WHERE canonical_id = $id)
SELECT source_id, file_name, row_no, f.sha256, f.publisher, f.url, f.licence, f.retrieved_at
FROM (SELECT source_id, file_name, row_no FROM operation SEMI JOIN mine USING (operation_id)
    UNION SELECT source_id, file_name, row_no FROM operation_funding SEMI JOIN mine USING (operation_id)
    UNION SELECT source_id, file_name, row_no FROM operation_conflict SEMI JOIN mine USING (operation_id))
JOIN source_file f USING (source_id, file_name) ORDER BY source_id, file_name, row_no
"""
_OF_FACET = "SELECT '{facet}' AS facet, value FROM ({values})"
_VOCABULARY = (
    "SELECT facet, list(DISTINCT value ORDER BY value) AS ids FROM ({parts}) WHERE value IS NOT NULL GROUP BY facet"
)


def operations(
    w: Warehouse, sel: Selection, *, limit: int | None = None, offset: int = 0
) -> tuple[tuple[Row, ...], int]:
    """The selection's operations in the order of the page, and how many there are in all.

    Grain: one a canonical operation. ``amount`` is that of the selection's measure on its basis; ``amounts`` lists
    every measure as the source has it; ``places``: code (län, SE, okant), share (0–1), split and touched (as
    ``amount``); ``amount_year``: which year amounts belong to. None where nothing is known.
    """
    where, params = sel.where()
    params["measure"], params["currency"] = sel.money
    params |= {**sel.places(), "bas": sel.bas}
    page = "" if limit is None else "LIMIT $limit OFFSET $offset"
    if limit is not None:
        params |= {"limit": limit, "offset": offset}
    found = w.rows(_OPERATIONS.format(placed=PLACED, where=where, page=page), params)
    if found or not offset:
        return found, int(found[0]["matches"]) if found else 0
    return found, count(w, sel)


def count(w: Warehouse, sel: Selection) -> int:
    """How many canonical operations the selection holds."""
    if cells := cubes.of(sel):
        row = w.row(_COUNTED.format(cells=cells.sql), cells.params)
    else:
        row = w.row(*cubes.single(w, sel).asked("SELECT count(*) AS n FROM {operation}"))
    return int(row["n"]) if row else 0


def counted(w: Warehouse, operation_id: str) -> frozenset[tuple[str, str, str, str, int]]:
    """The amounts of an operation that totals use: (measure, currency, source_id, file_name, row_no)."""
    rows = w.rows(
        "SELECT measure, currency, source_id, file_name, row_no FROM mart_funding WHERE operation_id = $id",
        {"id": operation_id},
    )
    return frozenset((r["measure"], r["currency"], r["source_id"], r["file_name"], r["row_no"]) for r in rows)


def source_rows(w: Warehouse, operation_id: str) -> tuple[Row, ...]:
    """Every input row that a canonical operation rests on, with its file's sha256, publisher, licence."""
    return w.rows(_SOURCE_ROWS, {"id": operation_id})


def indicators(w: Warehouse) -> tuple[Row, ...]:
    """Every indicator that has a value, with its periods, levels and sexes; by code."""
    return w.rows(
        "SELECT i.*, p.* EXCLUDE (indicator_code) FROM indicator i JOIN (SELECT indicator_code, "
        "list(DISTINCT period ORDER BY period) AS periods, list(DISTINCT level ORDER BY level) AS levels, "
        "list(DISTINCT sex ORDER BY sex) AS sexes, count(*) AS n FROM mart_indicator GROUP BY 1) p "
        "ON p.indicator_code = i.code ORDER BY i.code"
    )


def values(w: Warehouse, code: str, chosen: Mapping[str, tuple[str, ...]]) -> tuple[Row, ...]:
    """An indicator's values by region, period and sex, in its own unit, each with its flag and source row.

    ``chosen``: level, region, period, sex -> codes; empty = all. ``value`` None: suppressed or missing.
    """
    return w.rows(
        "SELECT m.region_code, r.name_sv, r.name_en, m.level, m.period, m.year, m.sex, m.value, m.flag, "
        "m.is_derived, m.source_id, m.file_name, m.row_no, f.sha256 "
        "FROM mart_indicator m JOIN region r ON r.code = m.region_code "
        "JOIN source_file f ON f.source_id = m.source_id AND f.file_name = m.file_name "
        "WHERE m.indicator_code = $code AND (len($level) = 0 OR list_contains($level, m.level)) "
        "AND (len($region) = 0 OR list_contains($region, m.region_code)) "
        "AND (len($period) = 0 OR list_contains($period, m.period)) "
        "AND (len($sex) = 0 OR list_contains($sex, m.sex)) ORDER BY m.region_code, m.year, m.period, m.sex",
        {"code": code, **{name: list(chosen.get(name, ())) for name in ("level", "region", "period", "sex")}},
    )


def all_regions(w: Warehouse, level: str | None, lan: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Riket, län and kommuner with their codes and names; of a level, of some län, or all."""
    return w.rows(
        "SELECT * FROM region WHERE ($level IS NULL OR level = $level) "
        "AND (len($lan) = 0 OR list_contains($lan, lan_code)) "
        "ORDER BY level = 'riket' DESC, level = 'lan' DESC, code",
        {"level": level, "lan": list(lan)},
    )


def vocabulary(w: Warehouse) -> dict[str, tuple[str, ...]]:
    """Facet -> the ids it takes in this snapshot; all län and kommuner, not just those with operations."""
    parts = [_OF_FACET.format(facet=f.param, values=f.values) for f in FILTERS]
    parts += [
        "SELECT level AS facet, code AS value FROM region WHERE level IN ('lan', 'kommun')",
        "SELECT 'malgrupp', code FROM target_group",
        "SELECT 'register', source_id FROM source_file WHERE kind = 'operations'",
        "SELECT 'region', code FROM region WHERE level IN ('riket', 'lan', 'kommun')",
        "SELECT 'indikator', indicator_code FROM mart_indicator",
        "SELECT 'ar', period FROM mart_indicator",
        "SELECT 'portfolj', portfolio FROM mart_operation",
        "SELECT 'matt', CASE currency WHEN 'SEK' THEN measure ELSE concat(measure, '_', lower(currency)) END "
        "FROM mart_funding",
    ]
    out: dict[str, tuple[str, ...]] = {}
    for r in w.rows(_VOCABULARY.format(parts=" UNION ALL ".join(parts)), Selection().places()):
        out[r["facet"]] = tuple(r["ids"])
    lan = tuple(code for code in out.get("lan", ()) if code not in (NATIONAL, UNKNOWN))
    return out | {
        "lan": (*lan, NATIONAL, UNKNOWN), "status": STATUSES, "belopp": AMOUNT_KNOWN,
        "matt": tuple(dict.fromkeys((*MEASURES, *out.get("matt", ())))),
        "portfolj": tuple(dict.fromkeys((SWEDEN, *out.get("portfolj", ())))),
    }  # fmt: skip


def licences(w: Warehouse, kind: str, lang: Lang) -> str:
    """The licences of the source files of a kind (operations, indicator, …; "" all), each once, joined by "; "."""
    row: dict[str, Any] | None = w.row(
        "SELECT string_agg(DISTINCT words, '; ' ORDER BY words) AS licence FROM ("
        "SELECT CASE $lang WHEN 'en' THEN licence_en ELSE licence END AS words FROM source_file "
        "WHERE $kind = '' OR kind = $kind)",
        {"kind": kind, "lang": lang},
    )
    return str((row or {}).get("licence") or "")
