"""Inclusion indicators: values, ranks and trends. A missing value is None with a flag, never 0."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.db import Row, Warehouse


def catalogue(w: Warehouse) -> dict[str, Row]:
    """Code -> the indicator, with ``periods`` (newest first) and ``latest``; only those with values for län."""
    rows = w.rows(
        "SELECT i.*, i.code IN (SELECT code FROM indicator_derived) AS is_gap, "
        "p.periods, p.latest, p.least_regions FROM indicator i JOIN (SELECT indicator_code, "
        "list(DISTINCT period ORDER BY period DESC) AS periods, max(period) AS latest, "
        "count(DISTINCT region_code) AS least_regions FROM mart_indicator WHERE level = 'lan' AND sex = 'T' "
        "GROUP BY 1) p ON p.indicator_code = i.code ORDER BY i.publisher = 'SCB' DESC, i.title_sv"
    )
    return {r["code"]: r for r in rows}


def titles(w: Warehouse) -> dict[str, Row]:
    """Code -> title_sv, title_en of every indicator."""
    return {r["code"]: r for r in w.rows("SELECT code, title_sv, title_en FROM indicator")}


def period(indicator: Row, wanted: str) -> str:
    """The wanted period when the indicator has it, else its latest."""
    return wanted if wanted in indicator["periods"] else str(indicator["latest"])


def by_lan(w: Warehouse, code: str, at: str) -> dict[str, Row]:
    """Region code -> value, flag, rank (1 = best; None without a value), of (län with one). Län and riket."""
    rows = w.rows(
        "SELECT m.region_code, m.period, m.value, m.flag, m.is_derived, k.rank, k.of, m.source_id, m.file_name, "
        "m.row_no FROM mart_indicator m LEFT JOIN mart_rank k USING (indicator_code, region_code, period) "
        "WHERE m.indicator_code = $code AND m.period = $at AND m.sex = 'T' AND m.level IN ('lan', 'riket')",
        {"code": code, "at": at},
    )
    return {r["region_code"]: r for r in rows}


def trend(w: Warehouse, code: str, regions: Sequence[str]) -> tuple[Row, ...]:
    """The series of some regions: region_code, period, year, value, flag, is_derived, source row; by region and period.

    A period whose value is withheld or missing has a row with its flag.
    """
    return w.rows(
        "SELECT region_code, period, year, value, flag, is_derived, source_id, file_name, row_no FROM mart_indicator "
        "WHERE indicator_code = $code AND sex = 'T' AND list_contains($regions, region_code) "
        "ORDER BY region_code, period",
        {"code": code, "regions": list(regions)},
    )


def gap_parts(w: Warehouse, code: str, region: str, period: str) -> tuple[Row, ...]:
    """The two figures of a gap, what is subtracted last: indicator's titles, publisher, table_id, sex, source row."""
    return w.rows(
        """
        WITH gap AS (
            SELECT * FROM mart_gap WHERE indicator_code = $code AND region_code = $region AND period = $period
        ), part AS (
            SELECT 1 AS place, d.minuend AS code, d.minuend_sex AS sex, g.source_id, g.file_name, g.row_no
            FROM gap g JOIN indicator_derived d ON d.code = g.indicator_code
            UNION ALL SELECT 2, d.subtrahend, d.subtrahend_sex, g.subtrahend_source_id, g.subtrahend_file_name,
                g.subtrahend_row_no
            FROM gap g JOIN indicator_derived d ON d.code = g.indicator_code
        )
        SELECT p.*, i.title_sv, i.title_en, i.publisher, i.table_id, f.retrieved_at
        FROM part p JOIN indicator i ON i.code = p.code
        JOIN source_file f ON f.source_id = p.source_id AND f.file_name = p.file_name ORDER BY place
        """,
        {"code": code, "region": region, "period": period},
    )


def profile(w: Warehouse, lan_code: str) -> tuple[Row, ...]:
    """Every indicator but population, latest period, for one län: value, riket, rank, of, least and most among the län.

    Grain: one row an indicator; ``value`` None where the län has none.
    """
    return w.rows(
        """
        WITH latest AS (
            SELECT indicator_code, max(period) AS period FROM mart_indicator
            WHERE level = 'lan' AND sex = 'T' GROUP BY 1
        ), spread AS (
            SELECT indicator_code, period, min(value) AS least, max(value) AS most FROM mart_rank GROUP BY ALL
        )
        SELECT i.*, i.code IN (SELECT code FROM indicator_derived) AS is_gap, l.period, v.value, v.flag,
            n.value AS riket, k.rank, k.of, s.least, s.most,
            v.source_id, v.file_name, v.row_no
        FROM latest l
        JOIN indicator i ON i.code = l.indicator_code
        JOIN spread s ON s.indicator_code = l.indicator_code AND s.period = l.period
        LEFT JOIN mart_indicator v ON v.indicator_code = l.indicator_code AND v.period = l.period AND v.sex = 'T'
            AND v.region_code = $lan
        LEFT JOIN mart_indicator n ON n.indicator_code = l.indicator_code AND n.period = l.period AND n.sex = 'T'
            AND n.region_code = '00'
        LEFT JOIN mart_rank k ON k.indicator_code = l.indicator_code AND k.period = l.period AND k.region_code = $lan
        WHERE i.code <> 'population'
        ORDER BY i.better = 'neutral', i.title_sv
        """,
        {"lan": lan_code},
    )


def kommun_values(w: Warehouse, lan_code: str) -> tuple[Row, ...]:
    """What is known on kommun level in a län: code, name, indicator_code, period, value; newest period of each."""
    return w.rows(
        "SELECT r.code, r.name_sv AS name, m.indicator_code, m.period, m.value, m.flag, m.source_id, "
        "m.file_name, m.row_no FROM mart_indicator m JOIN region r ON r.code = m.region_code "
        "WHERE r.level = 'kommun' AND r.lan_code = $lan AND m.sex = 'T' "
        "QUALIFY m.period = max(m.period) OVER (PARTITION BY r.code, m.indicator_code) ORDER BY name",
        {"lan": lan_code},
    )


def population(w: Warehouse) -> dict[str, float]:
    """Region code -> inhabitants, latest year published for riket, län and (where seen) kommuner."""
    rows = w.rows(
        "SELECT region_code, value FROM mart_indicator WHERE indicator_code = 'population' AND sex = 'T' "
        "QUALIFY period = max(period) OVER (PARTITION BY region_code)"
    )
    return {r["region_code"]: r["value"] for r in rows}


def nuts2_profile(w: Warehouse, lan_code: str) -> tuple[Row, ...]:
    """Indicators published for the NUTS 2 area that a län lies in, latest period: the indicator, area, value, riket.

    An area is several län; its values are never a län's own.
    """
    return w.rows(
        """
        WITH latest AS (
            SELECT indicator_code, max(period) AS period FROM mart_indicator WHERE level = 'nuts2' AND sex = 'T'
            GROUP BY 1
        )
        SELECT i.*, i.code IN (SELECT code FROM indicator_derived) AS is_gap, l.period,
            a.code AS area_code, a.name_sv AS area, v.value, v.flag, n.value AS riket,
            v.source_id, v.file_name, v.row_no
        FROM latest l
        JOIN indicator i ON i.code = l.indicator_code
        JOIN region h ON h.code = $lan
        JOIN region a ON a.code = h.nuts2
        JOIN mart_indicator v ON v.indicator_code = l.indicator_code AND v.period = l.period AND v.sex = 'T'
            AND v.region_code = a.code
        LEFT JOIN mart_indicator n ON n.indicator_code = l.indicator_code AND n.period = l.period AND n.sex = 'T'
            AND n.region_code = '00'
        ORDER BY i.title_sv
        """,
        {"lan": lan_code},
    )
