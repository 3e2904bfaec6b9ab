"""Organisations and who works with whom: actors, never spellings; funders are no co-workers (``financing``)."""

from __future__ import annotations

from typing import Any

from dashboard.db import Row, Warehouse
from dashboard.questions import cubes
from dashboard.selection import Selection

KINDS = ("kommun", "region", "samordningsförbund", "myndighet", "civilsamhälle", "other")
"""The kinds of organisation that a network tells apart."""
NO_KIND = "okänd"

_ONE = "place IN (SELECT place FROM mart_id WHERE id = $insats)"
_ACTORS = """
WITH scope AS MATERIALIZED ({scope}), partner AS (
    SELECT actor_id, count(DISTINCT other) AS partners FROM (
        SELECT a_id AS actor_id, b_id AS other FROM mart_edge SEMI JOIN scope USING (place)
        UNION ALL SELECT b_id, a_id FROM mart_edge SEMI JOIN scope USING (place)) GROUP BY 1
), placed AS (
    SELECT r.actor_id, list(DISTINCT p.code ORDER BY p.code) AS places
    FROM mart_relation r SEMI JOIN scope USING (place) JOIN {placed} p USING (place) GROUP BY 1
)
SELECT a.actor_id, a.name, a.org_type, a.type_basis, list(DISTINCT r.role ORDER BY r.role) AS roles,
    count(DISTINCT r.place) AS initiatives, coalesce(any_value(partners), 0) AS partners,
    any_value(places) AS places
FROM mart_relation r SEMI JOIN scope USING (place)
JOIN mart_actor a USING (actor_id)
LEFT JOIN partner USING (actor_id)
LEFT JOIN placed USING (actor_id)
GROUP BY ALL ORDER BY partners DESC, initiatives DESC, a.name
"""
_EDGES = """
WITH scope AS MATERIALIZED ({scope})
SELECT e.a_id, e.b_id, a.name AS a, b.name AS b, count(*) AS n,
    list(o.title_sv ORDER BY o.title_sv) AS titles_sv, list(o.title_en ORDER BY o.title_sv) AS titles_en
FROM mart_edge e SEMI JOIN scope USING (place)
JOIN mart_card o USING (place)
JOIN mart_actor a ON a.actor_id = e.a_id
JOIN mart_actor b ON b.actor_id = e.b_id
GROUP BY ALL ORDER BY n DESC, a.name, b.name
"""
_COVER = """
WITH scope AS MATERIALIZED ({scope}), parties AS (
    SELECT place, count(DISTINCT actor_id) FILTER (is_working) AS n
    FROM mart_relation SEMI JOIN scope USING (place) GROUP BY 1
)
SELECT count(*) AS initiatives, count(*) FILTER (n >= 2) AS joint, count(*) FILTER (n = 1) AS alone,
    count(*) FILTER (coalesce(n, 0) = 0) AS nobody
FROM scope LEFT JOIN parties USING (place)
"""


def scope(w: Warehouse, sel: Selection) -> tuple[str, dict[str, Any]]:
    """SQL of the selection's operations by their places in lists, of one when the URL names it, and what it binds."""
    if found := cubes.ranked(w, sel):
        within, params = found
    else:
        where, params = sel.where()
        of_id = f"SELECT operation_id FROM mart_operation o WHERE {where}"
        within = f"SELECT place FROM mart_order WHERE operation_id IN ({of_id})"
    if sel.insats:
        return f"SELECT place FROM ({within}) WHERE {_ONE}", params | {"insats": sel.insats}
    return within, params


def _placed(sel: Selection) -> tuple[str, dict[str, Any]]:
    """SQL of place and code, where each operation is, and what it binds."""
    return "(SELECT place, code FROM mart_part WHERE plats = $plats AND spread = $spread)", sel.places()


def listed(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row an actor of the selection: name, org_type, roles, initiatives, partners (actors worked with), places.

    ``initiatives`` counts those with any role; ``places``: codes of where these initiatives are. Most partners first.
    """
    (within, params), (placed, bound) = scope(w, sel), _placed(sel)
    return w.rows(_ACTORS.format(scope=within, placed=placed), params | bound)


def edges(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a pair that works together in the selection: a_id < b_id, names, n (initiatives), their titles."""
    within, params = scope(w, sel)
    return w.rows(_EDGES.format(scope=within), params)


def cover(w: Warehouse, sel: Selection) -> Row:
    """The selection's initiatives by parties named: initiatives, joint (two or more), alone (one), nobody."""
    within, params = scope(w, sel)
    return w.row(_COVER.format(scope=within), params) or {}


def joint(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """The selection's operations with two working actors or more: local_id, titles, n (actors)."""
    within, params = scope(w, sel.but(insats=""))
    return w.rows(
        f"WITH scope AS MATERIALIZED ({within}) SELECT o.local_id, o.title_sv, o.title_en, r.n FROM ("
        "SELECT place, count(DISTINCT actor_id) AS n FROM mart_relation SEMI JOIN (FROM mart_edge SEMI JOIN scope "
        "USING (place)) USING (place) WHERE is_working GROUP BY 1) r "
        "JOIN mart_card o USING (place) ORDER BY o.title_sv",
        params,
    )


def one(w: Warehouse, actor_id: str) -> Row | None:
    """An actor: name, orgnr, org_type, type_basis, country, spellings (other than its name)."""
    return w.row("SELECT * FROM mart_actor WHERE actor_id = $id", {"id": actor_id})


def roles_of(w: Warehouse, sel: Selection, actor_id: str) -> tuple[Row, ...]:
    """One row an operation and role of an actor in the selection, with reason, source words and the source row."""
    within, params = scope(w, sel)
    return w.rows(
        f"WITH scope AS MATERIALIZED ({within}) SELECT o.local_id, o.title_sv, o.title_en, r.* FROM mart_relation r "
        "SEMI JOIN scope USING (place) JOIN mart_card o USING (place) "
        "WHERE r.actor_id = $actor ORDER BY o.title_sv, r.role",
        params | {"actor": actor_id},
    )


def items_of(w: Warehouse, actor_id: str = "") -> tuple[Row, ...]:
    """Parts in what the seeds name: actor_id, name, item, kind, role, reason, source row; of one actor, or of all."""
    return w.rows(
        "SELECT m.*, a.name FROM mart_item_relation m JOIN mart_actor a USING (actor_id) "
        "WHERE $actor = '' OR actor_id = $actor ORDER BY a.name, m.item, m.role",
        {"actor": actor_id},
    )


def spellings(w: Warehouse) -> tuple[Row, ...]:
    """Reviewed spellings that stand in the data: alias, name, why, source row, used (organisations so spelt)."""
    return w.rows("SELECT * FROM actor_alias ORDER BY name, alias")


def apart(w: Warehouse) -> tuple[Row, ...]:
    """Pairs that a person has looked at and that stay apart, open ones first: a, b, decision, why, source row."""
    return w.rows("SELECT * FROM actor_review ORDER BY decision DESC, a, b")


def alike(w: Warehouse) -> tuple[Row, ...]:
    """Pairs of names that look alike and that no one has looked at: a, b, similarity of 100, most alike first."""
    return w.rows(
        "SELECT a.name AS a, b.name AS b, s.similarity FROM actor_similar s JOIN actor a ON a.actor_id = s.a_id "
        "JOIN actor b ON b.actor_id = s.b_id ORDER BY s.similarity DESC, a.name, b.name"
    )


PARTIES = ("kommun", "region", "arbetsformedlingen", "forsakringskassan", "samordningsforbund")
_PARTIES = """
WITH scope AS MATERIALIZED ({scope}), known AS (
    SELECT place FROM mart_party SEMI JOIN scope USING (place)
    GROUP BY 1 HAVING count(DISTINCT party) >= 2
)
SELECT o.operation_id, o.local_id, o.title_sv, o.title_en, p.party, p.named, p.dialogue, p.has_unnamed,
    p.has_unnamed_dialogue, x.places
FROM mart_party p SEMI JOIN known USING (place)
JOIN mart_card o USING (place)
LEFT JOIN (SELECT place, list(DISTINCT code ORDER BY code) AS places
    FROM {placed} SEMI JOIN known USING (place) GROUP BY 1) x USING (place)
ORDER BY o.title_sv, o.operation_id, p.party
"""


def parties(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row an operation with two of the five parties or more, and party that is known: who, and how it takes part.

    ``named`` take part; ``dialogue`` are only to be talked with; ``has_unnamed…``: counted and not named.
    """
    (within, params), (placed, bound) = scope(w, sel), _placed(sel)
    return w.rows(_PARTIES.format(scope=within, placed=placed), params | bound)


def conflicts(w: Warehouse, local_id: str, field: str) -> tuple[Row, ...]:
    """Where sources disagree on a field of an operation, each value with its source, and the source row."""
    return w.rows(
        "SELECT c.* FROM operation_conflict c JOIN operation o USING (operation_id) "
        "WHERE o.local_id = $id AND c.field = $field ORDER BY c.row_no",
        {"id": local_id, "field": field},
    )
