"""A card being written: a form of its own parts, saved as a new version and never over what somebody else has saved."""

from __future__ import annotations

from typing import Any

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission
from dashboard.blocks import next_version
from dashboard.blocks.effect_cards import SHELF
from dashboard.blocks.held import Held, say
from dashboard.layout import View
from dashboard.questions import effects, indicators
from dashboard.store import records
from dashboard.texts import Lang, Said
from dashboard.theory import MOST, MOST_TITLE, MOST_URL, RefusedError, Source
from dashboard.theory.card import FITS, QUALITY, STEPS, Card, Check, Step, card_of, document

_KEY = "card"


def forget() -> None:
    """Let go of what was written, when the form is left."""
    next_version.forget(_KEY)


def page(v: View) -> None:
    """The form for a new card, a card's next version, or a viewer's own version of one of the data."""
    found = SHELF.one(v) if v.sel.kort else None
    title = "effects.form_new"
    if found:
        title = "effects.form_copy" if found.version is None else "effects.form_change"
    layout.html(Markup('<p class="ik-back">{}</p>').format(parts.link(_back(v), v.t("effects.back_card"))))
    if v.sel.kort and found is None:
        layout.title(v.t("page.effects"))
        layout.html(parts.empty(v.t("effects.gone_title"), v.t("effects.gone_text")))
        return
    layout.title(v.t(title, title=say(v, found.thing.title) if found else ""), v.t("effects.form_lede"))
    if not permission.may("edit"):
        layout.html(parts.missing(v.t("held.closed")))
        return
    next_version.begin(_KEY, found)
    next_version.told(v, SHELF, _KEY, found, _save)
    _form(v, found)


def _back(v: View) -> str:
    return SHELF.href(v, v.sel.kort)


def _begun(v: View, found: Held[Card] | None) -> Card:
    """What the form holds to begin with."""
    if found:
        return found.thing
    op = effects.operation(v.w, v.sel.insats) if v.sel.insats else None
    return Card(Said(op["title_sv"], op["title_en"] or ""), op["local_id"]) if op else Card(Said())


def _form(v: View, found: Held[Card] | None) -> None:
    card = _begun(v, found)
    other: Lang = "sv" if v.lang == "en" else "en"
    with st.form("card-form", border=False, enter_to_submit=False):
        _text(v, "title", v.t("effects.title"), card.title, v.lang, MOST_TITLE, is_line=True)
        _initiative(v, card)
        for name, step in zip(STEPS, card.steps, strict=True):
            _step(v, name, step, other)
        layout.html(parts.heading(2, v.t("effects.quality")), parts.source(v.t("effects.quality_help")))
        for name, check in zip(QUALITY, card.quality, strict=True):
            _check(v, name, check, other)
        with st.expander(v.t("effects.title_other"), key="card-x-title"):
            _text(v, "title", v.t("effects.title"), card.title, other, MOST_TITLE, is_line=True)
        st.text_input(v.t("held.note"), key="card-note", max_chars=records.MOST_NOTE)
        layout.html(parts.source(v.t("views.personal")))
        st.form_submit_button(v.t("effects.save"), type="primary", on_click=_save, args=next_version.target(found))


def _text(v: View, path: str, label: str, of: Said, lang: Lang, most: int = MOST, *, is_line: bool = False) -> None:
    key, now = f"{_KEY}-{path}.{lang}", of.sv if lang == "sv" else of.en
    if key not in st.session_state:
        st.session_state[key] = now
    shown = label if lang == v.lang else f"{label}, {v.t(f'held.at_{lang}')}"
    if is_line:
        st.text_input(shown, key=key, max_chars=most)
    else:
        st.text_area(shown, key=key, max_chars=most, height=96)


def _line(path: str, label: str, now: str, most: int) -> None:
    key = f"{_KEY}-{path}"
    if key not in st.session_state:
        st.session_state[key] = now
    st.text_input(label, key=key, max_chars=most)


def _initiative(v: View, card: Card) -> None:
    titles = {r["local_id"]: v.of(r) for r in effects.choices(v.w)}
    if card.initiative not in titles:
        op = effects.operation(v.w, card.initiative) if card.initiative else None
        titles[card.initiative] = v.of(op) if op else card.initiative
    _choice(v, "initiative", v.t("effects.initiative_of"), ["", *filter(None, titles)], card.initiative, titles)


def _choice(v: View, path: str, label: str, options: list[str], now: str, names: dict[str, str]) -> None:
    key = f"{_KEY}-{path}"
    if st.session_state.get(key, now) not in options:
        options = [*options, st.session_state.get(key, now)]
    if key not in st.session_state:
        st.session_state[key] = now
    st.selectbox(
        label, options, key=key, format_func=lambda code: names.get(code, code) if code else v.t("effects.none_of")
    )


def _step(v: View, name: str, step: Step, other: Lang) -> None:
    path, called = f"steps.{name}", v.t(f"effects.step_{name}")
    known = {code: v.of(one) for code, one in indicators.catalogue(v.w).items()}
    layout.html(parts.heading(2, called), parts.source(v.t(f"effects.help_{name}")))
    left, right = st.columns(2)

    def label(field: str) -> str:
        return f"{called}: {v.t(f'held.at_{field}')}"

    with left:
        _text(v, f"{path}.what", label("what"), step.what, v.lang)
        _text(v, f"{path}.whom", label("whom"), step.whom, v.lang, is_line=True)
    with right:
        _choice(v, f"{path}.indicator", label("indicator"), ["", *known], step.indicator, known)
        fits = {fit: v.t(f"effects.fit_is_{fit}") for fit in FITS}
        _choice(v, f"{path}.fit", label("fit"), list(FITS), step.fit or "proxy", fits)
    with st.expander(v.t("effects.more", step=called), key=f"card-x-{name}"):
        _text(v, f"{path}.measured", label("measured"), step.measured, v.lang)
        _text(v, f"{path}.why", label("why"), step.why, v.lang)
        _source(path, label, step.source)
        for field in ("what", "whom", "measured", "why"):
            _text(v, f"{path}.{field}", label(field), getattr(step, field), other, is_line=field == "whom")


def _source(path: str, label: Any, source: Source) -> None:
    _line(f"{path}.source.title", label("source"), source.title, MOST_TITLE * 2)
    _line(f"{path}.source.url", label("url"), source.url, MOST_URL)


def _check(v: View, name: str, check: Check, other: Lang) -> None:
    path, called = f"quality.{name}", v.t(f"effects.quality_{name}")

    def label(field: str) -> str:
        return f"{called}: {v.t(f'held.at_{field}')}"

    layout.html(parts.heading(3, called))
    left, right = st.columns(2)
    with left:
        _text(v, f"{path}.what", label("there"), check.what, v.lang, is_line=True)
    with right:
        _text(v, f"{path}.why", label("why"), check.why, v.lang, is_line=True)
    with st.expander(v.t("effects.more_quality", part=called), key=f"card-x-{name}"):
        _source(path, label, check.source)
        for field in ("what", "why"):
            words = label("there" if field == "what" else field)
            _text(v, f"{path}.{field}", words, getattr(check, field), other, is_line=True)


def _written(origin: str) -> dict[str, Any]:
    """What stands in the form, as the document of a card. Fields that were never drawn are empty."""
    whole = document(Card(Said(), origin=origin))

    def fill(table: dict[str, Any], path: str) -> None:
        for name, inner in table.items():
            at = f"{path}.{name}" if path else name
            if isinstance(inner, dict):
                fill(inner, at)
            elif f"{_KEY}-{at}" in st.session_state:
                table[name] = str(st.session_state[f"{_KEY}-{at}"] or "")

    fill(whole, "")
    for step in whole["steps"].values():
        if not step["indicator"]:
            step["fit"] = ""
    return whole


def _save(record_id: str, origin: str, over: int | None = None) -> None:
    try:
        card = card_of(_written(origin))
    except RefusedError as error:
        next_version.refused(_KEY, error)
        return
    next_version.keep(SHELF, _KEY, record_id, document(card), over)
