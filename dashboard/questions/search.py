"""Everything that the search finds, as one row a thing."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.questions import provenance
from dashboard.selection import SWEDEN

HELD = 50_000
"""Of a snapshot with more operations they are found by its own index of words, not by one that a process holds."""
_OPERATIONS = """
SELECT 'initiative' AS kind, local_id AS key, title_sv, title_en,
    list_value(diarienummer, beneficiary) AS keywords, search_text AS text
FROM mart_operation WHERE portfolio = $portfolio
"""
_OTHERS = """
SELECT 'organisation' AS kind, actor_id AS key, name AS title_sv, name AS title_en,
    list_concat(spellings, [orgnr]) AS keywords, org_type AS text
FROM mart_actor
UNION ALL
SELECT 'group', code, title_sv, title_en, synonyms, NULL FROM target_group
UNION ALL
SELECT 'method', code, title_sv, title_en, synonyms, concat_ws(' ', about_sv, about_en) FROM method
UNION ALL
SELECT 'challenge', code, title_sv, title_en, [], concat_ws(' ', reason_sv, reason_en) FROM challenge
UNION ALL
SELECT 'theme', code, title_sv, title_en, said, concat_ws(' ', about_sv, about_en) FROM theme
UNION ALL
SELECT 'concept', item_id, name, name, [], facts FROM seed_item WHERE kind IN ('concept', 'target_group')
UNION ALL
SELECT 'indicator', code, title_sv, title_en, list_value(publisher, table_id), concat_ws(' ', note, note_en)
FROM indicator WHERE code IN (SELECT indicator_code FROM mart_indicator)
UNION ALL
SELECT 'platform', platform_id, name_sv, name_en, [], concat_ws(' ', reason_sv, reason_en) FROM platform
UNION ALL
SELECT 'place', code, name_sv, name_en, list_value(short_name), NULL FROM region WHERE level IN ('lan', 'kommun')
"""
_ALL = f"{_OPERATIONS} UNION ALL {_OTHERS}"


def things(w: Warehouse, portfolio: str = SWEDEN) -> tuple[Row, ...]:
    """One row a thing: kind, key (its id in addresses), title_sv, title_en, keywords and text, which may hold NULL.

    Operations are among them where there are no more than :data:`HELD`.
    """
    if operations_apart(w):
        return w.rows(_OTHERS)
    return w.rows(_ALL, {"portfolio": portfolio})


def operations_apart(w: Warehouse) -> int:
    """How many operations are not among the things; 0 where they are."""
    n = int(provenance.coverage(w)["operations"])
    return n if n > HELD else 0
