"""Which län resemble which: distance over the z-scores of any chosen indicators.

Each indicator counts alike. Its period is the newest that most län have; a count of persons is taken as its logarithm,
so that Stockholm is not alone with itself. Only län that have every indicator are compared.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.db import Row, Warehouse

USUAL = ("population", "dependency_ratio", "employment_20_64", "low_economic_standard")
"""What ``mart_peer`` is made of."""
GROUP = 3
"""How many of the nearest make a group of similar län."""
_SCALED = """
WITH newest AS (
    SELECT indicator_code, arg_max(period, (of, period)) AS period FROM mart_rank
    WHERE list_contains($codes, indicator_code) GROUP BY 1
), taken AS (
    SELECT r.indicator_code, r.region_code, r.period, r.value,
        CASE i.unit WHEN 'personer' THEN ln(nullif(greatest(r.value, 0), 0)) ELSE r.value END AS x
    FROM mart_rank r JOIN newest USING (indicator_code, period) JOIN indicator i ON i.code = r.indicator_code
), whole AS (
    SELECT region_code FROM taken WHERE x IS NOT NULL GROUP BY 1 HAVING count(*) = (SELECT count(*) FROM newest)
), z AS (
    SELECT indicator_code, region_code, period, value,
        coalesce((x - avg(x) OVER one) / nullif(stddev_pop(x) OVER one, 0), 0) AS z
    FROM taken SEMI JOIN whole USING (region_code) WINDOW one AS (PARTITION BY indicator_code)
)
"""


def variables(w: Warehouse, codes: Sequence[str]) -> tuple[Row, ...]:
    """The indicators of a method: the indicator, ``period`` taken, ``n`` län with a value, ``without`` (the rest).

    In the order of ``codes``; one that no län has a value of is left out.
    """
    found = w.rows(
        _SCALED + "SELECT i.*, newest.period, count(t.x) AS n, coalesce((SELECT list(code ORDER BY code) FROM region "
        "WHERE level = 'lan' AND code NOT IN (SELECT region_code FROM taken o WHERE o.indicator_code = i.code "
        "AND o.x IS NOT NULL)), []) AS without FROM newest JOIN indicator i ON i.code = newest.indicator_code "
        "JOIN taken t USING (indicator_code) GROUP BY ALL",
        {"codes": list(codes)},
    )
    return tuple(sorted(found, key=lambda r: codes.index(r["code"])))


def distances(w: Warehouse, own: str, codes: Sequence[str]) -> tuple[Row, ...]:
    """Every län by its distance to ``own``, nearest first: region_code, distance (z-score units), nearness (own = 0).

    ``distance`` is the Euclidean distance, 0 to itself. Empty when ``own`` lacks one of the indicators.
    """
    return w.rows(
        _SCALED + "SELECT b.region_code, sqrt(sum((a.z - b.z) ** 2)) AS distance, "
        "row_number() OVER (ORDER BY b.region_code <> $own, distance, b.region_code) - 1 AS nearness "
        "FROM z a JOIN z b USING (indicator_code) WHERE a.region_code = $own GROUP BY b.region_code ORDER BY nearness",
        {"codes": list(codes), "own": own},
    )


def values(w: Warehouse, codes: Sequence[str]) -> dict[tuple[str, str], float]:
    """(län, indicator) -> the value that a method takes, unscaled; also of län that lack another indicator."""
    found = w.rows(_SCALED + "SELECT region_code, indicator_code, value FROM taken", {"codes": list(codes)})
    return {(r["region_code"], r["indicator_code"]): r["value"] for r in found}


def nearest(w: Warehouse, own: str, codes: Sequence[str], n: int = GROUP) -> tuple[str, ...]:
    """The codes of the n län most like ``own``, nearest first."""
    return tuple(r["region_code"] for r in distances(w, own, codes) if 0 < r["nearness"] <= n)
