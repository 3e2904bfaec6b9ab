"""Everything that the search finds, as one row a thing."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.selection import SWEDEN

_THINGS = """
SELECT 'initiative' AS kind, local_id AS key, title_sv, title_en,
    list_value(diarienummer, beneficiary) AS keywords, search_text AS text
FROM mart_operation WHERE portfolio = $portfolio
UNION ALL
SELECT 'organisation', actor_id, name, name, list_concat(spellings, [orgnr]), org_type FROM mart_actor
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


def things(w: Warehouse, portfolio: str = SWEDEN) -> tuple[Row, ...]:
    """One row a thing: kind, key (its id in addresses), title_sv, title_en, keywords and text, which may hold NULL."""
    return w.rows(_THINGS, {"portfolio": portfolio})
