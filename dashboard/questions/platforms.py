"""Regional support structures and platforms; those abroad by themselves and in no Swedish figure."""

from __future__ import annotations

from dashboard.db import Row, Warehouse

_PLATFORMS = """
SELECT * FROM mart_platform WHERE portfolio = $portfolio
ORDER BY list_position(['regional', 'lokal', 'nationell', 'internationell', 'ej_angiven'], level), name_sv
"""


def listed(w: Warehouse, *, abroad: bool = False) -> tuple[Row, ...]:
    """One row a platform in Sweden, or abroad: names, kind, level, lan_codes, is_national, organisation, the project

    that funds it (local_id, project, fund, start and end with precision, status), reason, source and source row.
    """
    return w.rows(_PLATFORMS, {"portfolio": "utland" if abroad else "sverige"})


def associations(w: Warehouse) -> dict[str, tuple[str, ...]]:
    """Län code -> the coordination associations that a seed places there, else that an initiative there names."""
    return {r["code"]: tuple(r["names"]) for r in w.rows("SELECT * FROM mart_association ORDER BY code")}
