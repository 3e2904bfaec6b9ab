"""Regional support structures and platforms; those abroad by themselves and in no Swedish figure."""

from __future__ import annotations

from dashboard.db import Row, Warehouse

_PLATFORMS = """
SELECT p.*, o.local_id, o.title_sv AS project_sv, o.title_en AS project_en, o.fund_code, o.start_date,
    o.start_precision, o.end_date, o.end_precision, o.last_date, o.status, a.name AS organisation,
    a.actor_id
FROM platform p
LEFT JOIN operation_link l USING (operation_id)
LEFT JOIN mart_operation o ON o.operation_id = l.canonical_id
LEFT JOIN (SELECT org_id, min(actor_id) AS actor_id FROM organisation_actor GROUP BY 1) g USING (org_id)
LEFT JOIN mart_actor a USING (actor_id)
WHERE p.portfolio = $portfolio
ORDER BY list_position(['regional', 'lokal', 'nationell', 'internationell', 'ej_angiven'], p.level), p.name_sv
"""

_ASSOCIATIONS = """
WITH known AS (SELECT actor_id, name FROM mart_actor WHERE org_type = 'samordningsförbund'), seeded AS (
    SELECT actor_id, name, lan_code AS code FROM known JOIN seed_item USING (name)
    WHERE kind = 'organisation' AND length(lan_code) = 2
), named AS (
    SELECT k.actor_id, k.name, p.code FROM known k
    JOIN mart_relation r USING (actor_id)
    JOIN mart_operation o USING (operation_id)
    JOIN mart_place p USING (operation_id)
    WHERE o.portfolio = 'sverige' AND p.plats = 'verksamhet' AND NOT p.spread
)
SELECT code, list(DISTINCT name ORDER BY name) AS names FROM (
    FROM seeded UNION FROM named WHERE actor_id NOT IN (SELECT actor_id FROM seeded))
GROUP BY code ORDER BY code
"""


def listed(w: Warehouse, *, abroad: bool = False) -> tuple[Row, ...]:
    """One row a platform in Sweden, or abroad: names, kind, level, lan_codes, is_national, organisation, the project

    that funds it (local_id, project, fund, start and end with precision, status), reason, source and source row.
    """
    return w.rows(_PLATFORMS, {"portfolio": "utland" if abroad else "sverige"})


def associations(w: Warehouse) -> dict[str, tuple[str, ...]]:
    """Län code -> the coordination associations that a seed places there, else that an initiative there names."""
    return {r["code"]: tuple(r["names"]) for r in w.rows(_ASSOCIATIONS)}
