"""Sections of *Initiativ*: search, facets with counts, the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

import streamlit as st
from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import counting, rows
from dashboard.exhibit import Exhibit, address, take
from dashboard.layout import View
from dashboard.questions import funding, initiatives
from dashboard.selection import FACETS


def search(v: View) -> None:
    """The heading and the search box."""
    total = funding.total(v.w, v.sel, v.sel.matt)
    everything = funding.total(v.w, v.sel.whole(), v.sel.matt)
    layout.title(
        v.t("list.title"),
        v.t(
            "list.lede", n=numbers.number(total["projects"], v.lang),
            all=numbers.number(everything["projects"], v.lang), what=v.sel.describe(layout.facet_names(v)),
        ),
    )  # fmt: skip
    counting.chosen(v)
    key = f"search-{v.lang}"
    if st.session_state.get(key) != v.sel.q:
        st.session_state[key] = v.sel.q
    st.text_input(
        v.t("list.search"), key=key, placeholder=v.t("list.search_hint"),
        on_change=lambda: layout.put(q=st.session_state[key]),
    )  # fmt: skip


def facets(v: View) -> None:
    """One control a facet, each value with the number it would leave."""
    counts = initiatives.facets(v.w, v.sel)
    names = layout.facet_names(v)
    with st.container(key="facets"):
        for facet in FACETS:
            _facet(v, facet, counts[facet], names.get(facet, {}))
    chosen = any(getattr(v.sel, facet) for facet in FACETS) or v.sel.q
    if chosen:
        clear = v.sel.whole().url("/initiativ")
        layout.html(Markup("<p>{}</p>").format(parts.link(clear, v.t("list.clear"))))


def _facet(v: View, facet: str, counts: Mapping[str, int], names: Mapping[str, str]) -> None:
    current = getattr(v.sel, facet)
    options = sorted(counts, key=_order(facet, counts, names))
    options += [code for code in current if code not in counts]
    key = f"facet-{facet}-{v.lang}"
    if st.session_state.get(key) != list(current):
        st.session_state[key] = list(current)
    st.multiselect(
        v.t(f"facet.{facet}"), options, key=key, placeholder=v.t("facet.all"),
        format_func=lambda code: f"{names.get(code, code)} ({counts.get(code, 0)})",
        on_change=lambda: layout.put(**{facet: tuple(st.session_state[key])}),
    )  # fmt: skip


def _order(facet: str, counts: Mapping[str, int], names: Mapping[str, str]) -> Callable[[str], tuple[object, ...]]:
    if facet in ("lan", "kommun"):
        return lambda code: (not code.isdigit(), str(names.get(code, code)))
    if facet == "period":
        return lambda code: (code == "other", [-ord(char) for char in code])
    return lambda code: (-counts[code], str(names.get(code, code)))


def results(v: View) -> None:
    """Money in the selection, what lacks it, the list and its pages, and a way to take it along."""
    ids = counting.measures(v, v.sel.whole())
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        layout.choose(v.t("sweden.measure"), "matt", ids, v.sel.matt, lambda m: counting.label(v, m))
        counting.portfolio(v)
    counting.panel(v)
    total = funding.total(v.w, v.sel, v.sel.matt)
    if not total["projects"]:
        layout.html(parts.empty(v.t("list.empty_title"), v.t("list.empty_text")))
        return
    pages = ceil(total["projects"] / initiatives.PAGE)
    amount = numbers.exact(total["amount"], v.sel.currency, v.lang)
    summed = v.t(
        "list.sum" if total["with_amount"] else "list.sum_none",
        measure=counting.measure(v),
        amount=amount,
        n=total["with_amount"],
        all=total["projects"],
    )
    lacking = total["projects"] - total["with_amount"] - total["not_restated"]
    layout.html(
        Markup('<p class="ik-lede" role="status">{} {}</p>').format(summed, parts.badge("unique", v.t("mode.unique"))),
        parts.missing(v.t("list.missing", n=lacking)) if lacking else Markup(""),
        parts.source(f"{counting.told(v, total)} {counting.note(v)}"),
        rows.table(v, initiatives.listed(v.w, v.sel.but(sida=min(v.sel.sida, pages)))),
    )
    _pages(v, pages)
    facets = {name: getattr(v.sel, name) for name in FACETS}
    query = v.sel.whole().but(**facets, q=v.sel.q).url("").lstrip("?")
    layout.html(
        Markup("<p>{} · {}</p>").format(
            parts.link(f"/api/v1/operations.csv?{query}", v.t("list.csv")),
            parts.link(f"/api/v1/operations?{query}", v.t("list.json")),
        ),
        take(v, "lista", v.t("list.title"), also=GEO),
        take_page(v),
    )


GEO = ("geojson", "gpkg")


def take_page(v: View) -> Markup:
    """The page's figures together, in one file."""
    links = parts.join(
        Markup('<a href="{}" download>{}</a>').format(address(v, "", form), form.upper())
        for form in ("xlsx", "pptx", "pdf")
    )
    return Markup('<p class="ik-take"><span>{}</span>{}</p>').format(v.t("export.take_page"), links)


def figure(v: View) -> Exhibit | None:
    """Every initiative that the filter leaves, in the order of the page."""
    v = v.but()
    found = initiatives.listed(v.w, v.sel, limit=rows.EVERY)
    total = funding.total(v.w, v.sel, v.sel.matt)
    everything = funding.total(v.w, v.sel.whole(), v.sel.matt)
    said = v.t(
        "list.lede", n=v.n(total["projects"]), all=v.n(everything["projects"]),
        what=v.sel.describe(layout.facet_names(v)),
    )  # fmt: skip
    key = "list.sum" if total["with_amount"] else "list.sum_none"
    amount = numbers.exact(total["amount"], v.sel.currency, v.lang)
    summed = v.t(
        key, measure=counting.measure(v), amount=amount, n=total["with_amount"], all=total["projects"]
    )  # fmt: skip
    return rows.exhibit(
        v, found, id="lista", title=v.t("list.title"), finding=f"{said} {summed} ({v.t('mode.unique')})", also=GEO
    )  # fmt: skip


def _pages(v: View, n: int) -> None:
    if n < 2:
        return
    at = min(v.sel.sida, n)
    back = parts.link(v.href(sida=at - 1), v.t("list.previous")) if at > 1 else ""
    on = parts.link(v.href(sida=at + 1), v.t("list.next")) if at < n else ""
    layout.html(
        Markup('<nav class="ik-pages" aria-label="{}">{} <span>{}</span> {}</nav>').format(
            v.t("list.page", page=at, of=n), back, v.t("list.page", page=at, of=n), on
        )
    )
