"""Who funds with whom. Initiatives are counted; amounts of different measures are never added."""

from __future__ import annotations

from dashboard.db import Row, Warehouse
from dashboard.questions.actors import scope
from dashboard.selection import Selection

FORMS = (
    "eu", "state", "regional", "municipal", "own", "foundation", "investor", "social_investment", "outcome", "other",
    "unstated",
)  # fmt: skip


def forms(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a form of financing: form, n (initiatives), alone (with no other form), bases (what says so)."""
    within, params = scope(w, sel)
    return w.rows(
        f"WITH scope AS MATERIALIZED ({within}), per AS (SELECT place, count(DISTINCT form) AS forms "
        "FROM mart_financing SEMI JOIN scope USING (place) GROUP BY 1) SELECT form, count(DISTINCT f.place) AS n, "
        "count(DISTINCT f.place) FILTER (forms = 1) AS alone, list(DISTINCT basis ORDER BY basis) AS bases "
        "FROM mart_financing f SEMI JOIN scope USING (place) JOIN per USING (place) "
        "GROUP BY form ORDER BY n DESC, form",
        params,
    )


def pairs(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a pair of forms in the same initiative: a < b by name, n (initiatives), titles (at most 3)."""
    within, params = scope(w, sel)
    return w.rows(
        f"WITH scope AS MATERIALIZED ({within}), of AS (SELECT DISTINCT place, form FROM mart_financing "
        "SEMI JOIN scope USING (place)) SELECT a.form AS a, b.form AS b, count(*) AS n, "
        "min(o.title_sv, 3) AS titles_sv, min_by(o.title_en, o.title_sv, 3) AS titles_en "
        "FROM of a JOIN of b ON b.place = a.place AND a.form < b.form "
        "JOIN mart_card o ON o.place = a.place GROUP BY ALL ORDER BY n DESC, a.form, b.form",
        params,
    )


def funders(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a pair of named funders of an initiative: a, a_form, b, b_form, n, titles (at most 3), a local_id."""
    within, params = scope(w, sel)
    return w.rows(
        f"WITH scope AS MATERIALIZED ({within}), of AS (SELECT DISTINCT place, form, funder FROM mart_financing "
        "SEMI JOIN scope USING (place) WHERE funder IS NOT NULL) "
        "SELECT a.funder AS a, a.form AS a_form, b.funder AS b, b.form AS b_form, count(*) AS n, "
        "min(o.title_sv, 3) AS titles_sv, min_by(o.title_en, o.title_sv, 3) AS titles_en, "
        "min(o.local_id) AS local_id "
        "FROM of a JOIN of b ON b.place = a.place AND a.funder < b.funder "
        "JOIN mart_card o ON o.place = a.place GROUP BY ALL ORDER BY n DESC, a.funder, b.funder",
        params,
    )


def cover(w: Warehouse, sel: Selection) -> Row:
    """The selection's initiatives by financing: initiatives, known (a form), several (two or more), unknown, remainder.

    ``remainder``: the budget is larger than the support and no source names who pays the rest.
    """
    within, params = scope(w, sel)
    row = w.row(
        f"WITH scope AS MATERIALIZED ({within}), per AS (SELECT place, count(DISTINCT form) AS n, "
        "bool_or(form = 'unstated') AS rest FROM mart_financing "
        "SEMI JOIN scope USING (place) GROUP BY 1) SELECT count(*) AS initiatives, "
        "count(n) AS known, count(*) FILTER (n >= 2) AS several, count(*) FILTER (n IS NULL) AS unknown, "
        "count(*) FILTER (rest) AS remainder, count(*) FILTER (n - CAST(rest AS INTEGER) >= 2) AS told "
        "FROM scope LEFT JOIN per USING (place)",
        params,
    )
    return row or {}


def amounts(w: Warehouse, sel: Selection) -> tuple[Row, ...]:
    """One row a form, measure and currency: n (initiatives), amount on the selection's basis. Only what is of the form.

    A total budget has no form, and granted ESF support may hold the state's money: they are said, not divided.
    """
    within, params = scope(w, sel)
    return w.rows(
        f"WITH scope AS MATERIALIZED ({within}) SELECT CASE measure WHEN 'eu_contribution' THEN 'eu' "
        "WHEN 'granted_support' THEN 'granted' WHEN 'state_cofinancing' THEN 'state' WHEN 'own_cofinancing' THEN 'own' "
        "WHEN 'outcome_payment' THEN 'outcome' WHEN 'social_investment' THEN 'social_investment' END AS form, measure, "
        "currency, count(*) AS n, sum(amount) AS amount FROM mart_card_amount SEMI JOIN scope USING (place) "
        "WHERE basis = $bas AND measure NOT IN ('total_eligible_cost', 'requested_support', 'disbursed') "
        "GROUP BY ALL ORDER BY currency DESC, n DESC, measure",
        params | {"bas": sel.bas},
    )
