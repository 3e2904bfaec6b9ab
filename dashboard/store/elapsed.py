"""How much time has passed, told by what the database holds, so that a clock that leaps forward takes nothing away.

More than a year in which nothing at all was written is no time passed, as for snapshots (:mod:`etl.retention`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dashboard.store import Connection

LEAP: Final = timedelta(days=366)
_STAMPS: Final = """
SELECT min(at), max(at) FROM (
    SELECT opened_at AS at FROM room UNION ALL SELECT closed_at FROM room UNION ALL SELECT closed_at FROM poll
    UNION ALL SELECT changed_at FROM saved_view UNION ALL SELECT saved_at FROM record_version
    UNION ALL SELECT imported_at FROM imported_session UNION ALL SELECT sent_at FROM feedback
    UNION ALL SELECT seen_at FROM person UNION ALL SELECT signed_in_at FROM sign_in UNION ALL SELECT at FROM audit
) AS stamps WHERE at IS NOT NULL GROUP BY substr(at, 1, 10)
"""


def back(con: Connection, at: datetime, span: timedelta) -> datetime:
    """The moment that lies ``span`` before ``at`` in time that has passed. ``con``: of a reading or a writing."""
    later = at
    for moment in _moments(con, at):
        gap = later - moment
        if gap <= LEAP:
            if gap >= span:
                break
            span -= gap
        later = moment
    return later - span


def leapt(con: Connection, at: datetime) -> timedelta | None:
    """How long before ``at`` anything was written last, when that is more than a year; else None."""
    gap = next((at - moment for moment in _moments(con, at)), timedelta(0))
    return gap if gap > LEAP else None


def _moments(con: Connection, at: datetime) -> list[datetime]:
    """The first and the last stamp of every day up to ``at``, the latest first."""
    found = {datetime.fromisoformat(text) for row in con.execute(_STAMPS).fetchall() for text in row}
    return sorted((moment for moment in found if moment <= at), reverse=True)
