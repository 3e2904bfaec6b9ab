"""*Tillgänglighet*: the statement that the law asks for, made from what was measured, and a form for what is amiss."""

from __future__ import annotations

from typing import Final

import streamlit as st
from markupsafe import Markup

from dashboard import access, exhibit, layout, parts
from dashboard.exhibit import Cell, Column, Exhibit
from dashboard.layout import PAGES, View
from dashboard.numbers import number
from dashboard.store import feedback
from dashboard.texts import Lang, t

ACTION: Final = "/tillganglighet/synpunkt"
TRAP: Final = "webbplats"
"""A field that no person sees."""
DIGG: Final = "https://www.digg.se/tdosanmalan"
LAW: Final = "https://www.riksdagen.se/sv/dokument-och-lagar/dokument/svensk-forfattningssamling/lag-20181937-om-tillganglighet-till-digital_sfs-2018-1937/"


def statement(v: View) -> None:
    """Whose it is, how well it complies, what falls short and why, how that was found out and when."""
    known = access.state()
    verdict = known.conformity(frozenset(PAGES))
    owner, contact = layout.operator()
    layout.title(
        v.t("page.accessibility"),
        v.t("access.lede", owner=owner or v.t("access.owner"), conformity=v.t(f"access.conformity_{verdict}")),
    )
    if st.query_params.get("sagt") == "tack":
        layout.html(Markup('<p class="ik-done" role="status">{}</p>').format(v.t("access.thanks")))
    layout.html(
        parts.facts(
            [
                (v.t("access.by"), owner or v.t("access.by_unnamed")),
                (v.t("access.service"), v.t("site.name")),
                (v.t("access.conformity"), v.t(f"access.verdict_{verdict}")),
                (v.t("access.rules"), Markup("{} {}").format(
                    v.t("access.rules_text"), parts.link(LAW, v.t("access.law")))),
                (v.t("access.assessed"), v.day(known.last) if known.last else v.t("access.never")),
                (v.t("access.updated"), v.day(max(filter(None, (known.last, known.updated))))),
                (v.t("access.contact"), contact),
            ]
        )
    )  # fmt: skip
    _shortcomings(v, known)
    layout.html(
        parts.heading(2, v.t("access.burden")),
        Markup("<p>{}</p>").format(v.t("access.burden_text")),
        parts.heading(2, v.t("access.left_out")),
        Markup("<p>{}</p>").format(v.t("access.left_out_text")),
    )


def _shortcomings(v: View, known: access.State) -> None:
    layout.html(parts.heading(2, v.t("access.short")))
    found = known.found()
    rows = [
        (v.t(f"access.kind_{kind}"), v.t("access.found_n", n=v.n(n)), v.t("access.found_reason"))
        for kind, n in found.items()
    ]
    rows += [(one.criterion, one.text[v.lang], one.reason[v.lang]) for one in known.known if not one.is_outside]
    if not rows:
        layout.html(Markup("<p>{}</p>").format(v.t("access.short_none")))
        return
    head = [v.t("access.criterion"), v.t("access.what"), v.t("access.why")]
    layout.html(parts.table(head, rows, label=v.t("access.short")))


def method(v: View) -> None:
    """How it was assessed, and the table of what was measured."""
    layout.html(
        parts.heading(2, v.t("access.method")),
        Markup("<p>{}</p>").format(v.t("access.method_text")),
    )
    exhibit.draw(v, measured(v), level=3, is_open=True)


def measured(v: View) -> Exhibit | None:
    """One row a kind of check: how often it was made and how many different faults it found, over every surface."""
    known = access.state()
    if not known.surfaces:
        return None
    found = known.found()
    rows: list[tuple[Cell, ...]] = [
        (v.t(f"access.kind_{kind}"), sum(one.checks.get(kind, 0) for one in known.surfaces), found.get(kind, 0))
        for kind in access.KINDS
    ]
    said = v.t(
        "access.measured_finding" if found else "access.measured_sound", surfaces=v.n(len(known.surfaces)),
        states=v.n(known.states), n=v.n(sum(found.values())),
    )  # fmt: skip
    texts, under = sum(one.texts for one in known.surfaces), sum(one.under7 for one in known.surfaces)
    first, last = known.first, known.last
    assert first is not None
    missing = sorted(set(PAGES) - {one.name for one in known.surfaces})
    return Exhibit(
        "measured", v.t("access.measured"), said,
        (Column(v.t("access.check")), Column(v.t("access.times"), kind="number"),
         Column(v.t("access.faults"), kind="number")),
        tuple(rows),
        (v.t("access.measured_source", versions=", ".join(f"{name} {one}" for name, one in known.versions.items()),
             first=v.day(first), last=v.day(last)),),
        (v.t("access.measured_basis", texts=v.n(texts), under=v.n(under)),),
        (v.t("access.measured_missing", pages=", ".join(v.t(f"page.{name}") for name in missing)),) if missing else (),
    )  # fmt: skip


def report(v: View) -> None:
    """How to tell what does not work, here and to the authority that supervises."""
    layout.html(
        parts.heading(2, v.t("access.tell"), "synpunkt"),
        Markup("<p>{}</p>").format(v.t("access.tell_text", days=v.n(feedback.DAYS))),
        form(v.lang),
        parts.heading(2, v.t("access.supervision")),
        Markup("<p>{} {}</p>").format(v.t("access.supervision_text"), parts.link(DIGG, v.t("access.supervision_link"))),
    )


def form(lang: Lang, *, text: str = "", page: str = "", is_wrong: bool = False) -> Markup:
    """The form, with what has been written in it; ``is_wrong``: ``ik-wrong`` on the page says what must be changed."""
    pages = [("", t("access.page_any", lang)), *((name, t(f"page.{name}", lang)) for name in PAGES)]
    options = parts.join(
        Markup('<option value="{}"{}>{}</option>').format(name, Markup(" selected") if name == page else "", words)
        for name, words in pages
    )
    return Markup(
        '<form class="ik-feedback" method="post" action="{}?lang={}">'
        '<label for="ik-feedback-page">{}</label><select id="ik-feedback-page" name="sida">{}</select>'
        '<label for="ik-feedback-text">{}</label>'
        '<textarea id="ik-feedback-text" name="text" rows="6" maxlength="{}" required aria-describedby="{}"{}>{}'
        "</textarea>"
        '<p id="ik-feedback-note">{}</p>'
        '<p class="ik-trap" aria-hidden="true"><label>{}<input name="{}" tabindex="-1" autocomplete="off"></label></p>'
        '<button type="submit" class="ik-button">{}</button></form>'
    ).format(
        ACTION, lang, t("access.page", lang), options, t("access.text", lang), feedback.MOST_TEXT,
        "ik-wrong ik-feedback-note" if is_wrong else "ik-feedback-note",
        Markup(' aria-invalid="true"') if is_wrong else "", text,
        t("access.note", lang, most=number(feedback.MOST_TEXT, lang)), t("access.trap", lang), TRAP,
        t("access.send", lang),
    )  # fmt: skip


def link(lang: Lang) -> Markup:
    """The way to the statement, for the foot of a page."""
    return parts.link(f"{PAGES['accessibility']}?lang={lang}", t("page.accessibility", lang))
