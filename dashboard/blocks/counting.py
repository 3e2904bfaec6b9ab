"""How figures are told and counted: one closed panel of choices, and the words that every figure carries."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import basis, funding, initiatives
from dashboard.selection import MEASURES, NATIONAL, NATIONALS, PLACES, SWEDEN, UNKNOWN, Selection
from dashboard.texts import has


def portfolio(v: View) -> None:
    """Which portfolio; nothing to choose while there is only one."""
    found = list(basis.portfolios(v.w))
    if len(found) > 1:
        layout.choose(
            v.t("counting.portfolio"), "portfolj", found, v.sel.portfolj, lambda code: layout.portfolio_name(v, code),
            then={"matt": "", "register": "", "fond": "", "malgrupp": "", "tema": ""},
        )  # fmt: skip


def panel(v: View, *, with_fund: bool = False) -> None:
    """Prices and currency, places, national initiatives, and the fund: closed until asked for."""
    opened = st.expander(
        v.t("counting.panel_fund" if with_fund else "counting.panel"), key=f"counting-{v.lang}", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        if with_fund:
            fund(v)
        with st.container(key="counting", horizontal=True):
            layout.choose(v.t("counting.bas"), "bas", basis.known(v.w), v.sel.bas, lambda x: v.t(f"counting.bas_{x}"))
            layout.choose(v.t("counting.plats"), "plats", PLACES, v.sel.plats, lambda x: v.t(f"counting.plats_{x}"))
            layout.choose(
                v.t("counting.nationella"), "nationella", NATIONALS, v.sel.nationella,
                lambda x: v.t(f"counting.nationella_{x}"),
            )  # fmt: skip
        layout.html(parts.source(told(v)), parts.source(places(v, v.sel.but(lan=(), kommun=()))))


def fund(v: View) -> None:
    """Which funds or funders, each with the number of initiatives that it has in the portfolio."""
    counts = initiatives.facets(v.w, v.sel.whole())["fond"]
    names = layout.facet_names(v)["fond"]
    options = [*counts, *(code for code in v.sel.fond if code not in counts)]
    key = f"fund-{v.lang}"
    if st.session_state.get(key) != list(v.sel.fond):
        st.session_state[key] = list(v.sel.fond)
    st.multiselect(
        v.t("counting.fund"), options, key=key, placeholder=v.t("facet.all"),
        format_func=lambda code: f"{names.get(code, code)} ({counts.get(code, 0)})",
        on_change=lambda: layout.put(fond=tuple(st.session_state[key])),
    )  # fmt: skip


def chosen(v: View) -> None:
    """What is not counted as usual, in words under the heading, each with a way to take it back."""
    names = layout.facet_names(v)
    items = [(words, v.href(**{param: getattr(Selection(), param)})) for param, words in v.sel.counting(names)]
    if v.sel.fond and v.page != "initiatives":
        labels = ", ".join(names["fond"].get(code, code) for code in v.sel.fond)
        items.append((labels, v.href(fond=())))
    if items:
        away = v.t("counting.remove")
        layout.html(
            parts.tags(
                Markup("{}\u00a0·\u00a0{}").format(
                    words, parts.link(href, Markup('{}<span class="ik-hidden"> {}</span>').format(away, words))
                )
                for words, href in items
            )
        )
    if v.sel.portfolj != SWEDEN:
        where, total = basis.placing(v.w, v.sel.whole()), funding.total(v.w, v.sel.whole(), v.sel.matt)
        name = layout.portfolio_name(v, v.sel.portfolj)
        said = v.t("counting.portfolio_note", name=name, unknown=v.n(where["unknown"]), all=v.n(total["projects"]))
        layout.html(parts.missing(said))


def label(v: View, matt: str = "") -> str:
    """A kind of amount in words."""
    matt = matt or v.sel.matt
    if has(f"measure.{matt}"):
        return v.t(f"measure.{matt}")
    kind, currency = Selection(matt=matt).money
    return v.t("counting.measure_in", measure=v.t(f"measure.{kind}"), currency=currency)


def measure(v: View, matt: str = "") -> str:
    """A kind of amount with what it is told in, when that is not current prices."""
    row = basis.about(v.w, v.sel.bas)
    if v.sel.bas == "fast":
        return f"{label(v, matt)}, {v.t('counting.short_fast', year=row['price_year'])}"
    if v.sel.bas == "euro":
        kind, currency = Selection(matt=matt or v.sel.matt).money
        of = v.t("counting.measure_in", measure=v.t(f"measure.{kind}"), currency="EUR")
        return of if currency == "EUR" else f"{of}, {v.t('counting.short_euro', year=row['rate_date'].year)}"
    return label(v, matt)


def note(v: View) -> str:
    """What the kind of amount is and is not in Sweden's registries."""
    own = f"measure_note.{v.sel.matt}"
    return v.t(own) if has(own) and v.sel.portfolj == SWEDEN else ""


def money(v: View, amount: numbers.Number | None) -> str:
    """An amount, short, in the currency that the figures are told in."""
    return numbers.money(amount, v.sel.currency, v.lang)


def told(v: View, total: Row | None = None) -> str:
    """What amounts are told in; with a selection's ``total`` also how many cannot be, and what they come to."""
    row = basis.about(v.w, v.sel.bas)
    if v.sel.bas == "fast":
        said = v.t("counting.told_fast", year=row["price_year"])
    elif v.sel.bas == "euro":
        said = v.t("counting.told_euro", rate=v.n(row["rate"], 4), year=row["rate_date"].year)
    else:
        said = v.t("counting.told_nominal")
    if total and total["not_restated"]:
        amount = numbers.money(total["not_restated_amount"], v.sel.money[1], v.lang)
        said += " " + v.t("counting.not_restated", n=total["not_restated"], amount=amount)
    return said


def places(v: View, sel: Selection) -> str:
    """Where a map's operations are taken to be, in words: activity or owner, national, unknown."""
    found = basis.placing(v.w, sel)
    owner, activity = v.n(found["owner"]), v.n(found["activity"])
    said = {
        "verksamhet": v.t("counting.places_verksamhet", owner=owner),
        "agare": v.t("counting.places_agare", owner=owner),
        "bara": v.t("counting.places_bara", activity=activity),
    }[sel.plats]
    with_national = sel.but(nationella="apart") if sel.nationella == "uteslut" else sel
    if national := basis.placing(v.w, with_national)["national"]:
        said += " " + v.t(f"counting.national_{sel.nationella}", n=v.n(national))
    if found["unknown"]:
        said += " " + v.t("counting.unplaced", n=v.n(found["unknown"]))
    return said


def outside(v: View, sel: Selection, found: dict[str, Row]) -> str:
    """What of the chosen kind of amount lies in no län or is unknown; ``found``: the amounts by län."""
    total = funding.total(v.w, sel, sel.matt)

    def amount(code: str) -> str:
        return money(v, found.get(code, {}).get("touched") or 0)

    without = total["projects"] - total["with_amount"] - total["not_restated"]
    return v.t(
        "sweden.missing_money", without=without, all=total["projects"],
        national=found.get(NATIONAL, {}).get("n", 0), national_value=amount(NATIONAL),
        unknown=found.get(UNKNOWN, {}).get("n", 0), unknown_value=amount(UNKNOWN), rounded=total["rounded"],
    )  # fmt: skip


def measures(v: View, sel: Selection) -> list[str]:
    """The kinds of amount to choose from, most initiatives first."""
    return [m["id"] for m in funding.measures(v.w, sel)] or list(MEASURES)[:1]
