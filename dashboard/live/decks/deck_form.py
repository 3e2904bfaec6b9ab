"""A deck being made: its scenes to choose in, one scene's fields, and the scene as it becomes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission, saving
from dashboard.blocks import next_version
from dashboard.blocks.held import Held, say
from dashboard.export.catalogue import CATALOGUE
from dashboard.layout import PAGES, View
from dashboard.live.decks import asked, pictures, telling
from dashboard.live.decks.deck import (
    FORMS,
    MOST_ANNOTATION,
    MOST_HEADLINE,
    MOST_MINUTES,
    MOST_NOTE,
    MOST_SCENES,
    Deck,
    DeckError,
    document,
    from_body,
)  # fmt: skip
from dashboard.live.decks.shelf import SHELF, read
from dashboard.live.decks.told import MOST_WORDS
from dashboard.store import StoreError, records, views
from dashboard.texts import Lang
from dashboard.theory import RefusedError, trimmed

_KEY, _DRAFT, _BEFORE, _AT = "deck", "deck-draft", "deck-before", "deck-chosen"
_MOST_UNDO = 100
Body = dict[str, Any]


def forget() -> None:
    """Let go of what was made, when the form is left."""
    next_version.forget(_KEY)


def page(v: View) -> None:
    """The form for a new deck, a deck's next version, or a viewer's own version of one of the product's."""
    found = SHELF.one(v) if v.sel.bildspel else None
    title = "stage.form_new"
    if found:
        title = "stage.form_copy" if found.version is None else "stage.form_change"
    back = parts.link(SHELF.href(v, v.sel.bildspel), v.t("stage.back"))
    layout.html(Markup('<p class="ik-back">{}</p>').format(back))
    if v.sel.bildspel and found is None:
        layout.title(v.t("page.stage"))
        layout.html(parts.empty(v.t("stage.no_deck_title"), v.t("stage.no_deck_text")))
        return
    layout.title(v.t(title, title=say(v, found.thing.title) if found else ""), v.t("stage.form_lede"))
    if not permission.may("present"):
        layout.html(parts.missing(v.t("held.closed")))
        return
    next_version.begin(_KEY, found)
    if _DRAFT not in st.session_state:
        st.session_state[_DRAFT] = document(found.thing) if found else {"scenes": [{"id": "scen-1"}]}
        st.session_state[_BEFORE] = []
    next_version.told(v, SHELF, _KEY, found, _save)
    _names(v)
    left, right = st.columns([4, 6], gap="large")
    with left:
        at = _list(v)
        _buttons(v, at)
    with right:
        _fields(v, at)
        _seen(v, at)
    _saving(v, found)


def _draft() -> Body:
    draft: Body = st.session_state[_DRAFT]
    return draft


def _scenes() -> list[Body]:
    scenes: list[Body] = _draft()["scenes"]
    return scenes


def _become(draft: Body, at: int) -> None:
    """The draft becomes another deck, and can be taken back."""
    st.session_state[_BEFORE] = [*st.session_state[_BEFORE], (_draft(), st.session_state.get(_AT, 0))][-_MOST_UNDO:]
    st.session_state[_DRAFT] = draft
    st.session_state[_AT] = at


def _undo() -> None:
    if st.session_state[_BEFORE]:
        *st.session_state[_BEFORE], (st.session_state[_DRAFT], st.session_state[_AT]) = st.session_state[_BEFORE]


def _put(at: int | None, key: str, value: Any) -> None:
    """A value of the deck, or of a scene; an empty one is taken out."""
    draft = deepcopy(_draft())
    of = draft if at is None else draft["scenes"][at]
    if of.get(key) == value or (not value and key not in of):
        return
    if value:
        of[key] = value
    else:
        of.pop(key, None)
    _become(draft, st.session_state.get(_AT, 0))


def _bound(
    draw: Callable[..., Any], label: str, at: int | None, key: str, empty: Any,
    taken: Callable[[Any], Any] = lambda value: value, **how: Any,
) -> None:  # fmt: skip
    """A field that always shows the draft's value, and writes to the draft when it is left."""
    of = _draft() if at is None else _scenes()[at]
    name = f"deck-{'all' if at is None else at}-{key}"
    now = of.get(key, empty)
    if st.session_state.get(name) != now:
        st.session_state[name] = now
    draw(label, key=name, on_change=lambda: _put(at, key, taken(st.session_state[name])), **how)


def _langs(v: View) -> tuple[Lang, Lang]:
    return ("en", "sv") if v.lang == "en" else ("sv", "en")


def _in(v: View, label: str, lang: Lang) -> str:
    return label if lang == v.lang else f"{label}, {v.t(f'held.at_{lang}')}"


def _names(v: View) -> None:
    one, two, three = st.columns([4, 4, 2])
    for lang, column in zip(_langs(v), (one, two), strict=True):
        with column:
            _bound(
                st.text_input, _in(v, v.t("stage.deck_title"), lang), None, f"title_{lang}", "", trimmed,
                max_chars=MOST_HEADLINE,
            )  # fmt: skip
    with three:
        _bound(
            st.number_input, v.t("stage.minutes"), None, "minutes", 0, int, min_value=0, max_value=MOST_MINUTES, step=1
        )
        _bound(st.checkbox, v.t("stage.dark"), None, "dark", False, bool)


def _list(v: View) -> int:
    """Every scene in order; which one is worked on."""
    scenes = _scenes()
    lines = {n: _line(v, n, scene) for n, scene in enumerate(scenes)}
    if st.session_state.get(_AT) not in lines:
        st.session_state[_AT] = min(int(st.session_state.get(_AT) or 0), len(scenes) - 1)
    st.radio(v.t("stage.scenes"), list(lines), key=_AT, format_func=lambda n: lines.get(n, str(n)))
    return int(st.session_state[_AT])


def _line(v: View, number: int, scene: Body) -> str:
    other: Lang = "sv" if v.lang == "en" else "en"
    text = scene.get(f"headline_{v.lang}") or scene.get(f"headline_{other}") or v.t("stage.no_headline")
    return f"{number + 1}. {text if len(text) <= 60 else f'{text[:58].rstrip()}…'}"


def _buttons(v: View, at: int) -> None:
    n = len(_scenes())
    with st.container(key="deck-buttons", horizontal=True):
        st.button(v.t("stage.add"), key="deck-add", on_click=_add, args=(at, {}), disabled=n >= MOST_SCENES)
        st.button(
            v.t("stage.double"), key="deck-double", on_click=_add, args=(at, _scenes()[at]), disabled=n >= MOST_SCENES
        )
        st.button(v.t("stage.earlier"), key="deck-earlier", on_click=_move, args=(at, -1), disabled=at == 0)
        st.button(v.t("stage.later"), key="deck-later", on_click=_move, args=(at, 1), disabled=at == n - 1)
        st.button(v.t("stage.delete"), key="deck-delete", on_click=_remove, args=(at,), disabled=n == 1)
        st.button(v.t("held.undo"), key="deck-undo", on_click=_undo, disabled=not st.session_state[_BEFORE])


def _add(at: int, like: Body) -> None:
    draft = deepcopy(_draft())
    taken = {scene.get("id") for scene in draft["scenes"]}
    ident = next(name for n in range(1, MOST_SCENES * 3) if (name := f"scen-{n}") not in taken)
    draft["scenes"].insert(at + 1, {**deepcopy(like), "id": ident})
    _become(draft, at + 1)


def _move(at: int, by: int) -> None:
    draft = deepcopy(_draft())
    draft["scenes"].insert(at + by, draft["scenes"].pop(at))
    _become(draft, at + by)


def _remove(at: int) -> None:
    draft = deepcopy(_draft())
    del draft["scenes"][at]
    _become(draft, max(0, at - 1))


def _fields(v: View, at: int) -> None:
    """The chosen scene: words in both languages, the view, how it is shown, what is asked, what to say."""
    for key, most in (("headline", MOST_HEADLINE), ("annotation", MOST_ANNOTATION)):
        for lang in _langs(v):
            _bound(
                st.text_input, _in(v, v.t(f"stage.{key}"), lang), at, f"{key}_{lang}", "", trimmed, max_chars=most,
                help=v.t("stage.fields_help") if key == "headline" and lang == v.lang else None,
            )  # fmt: skip
    _from_saved(v, at)
    _bound(
        st.text_input, v.t("stage.address"), at, "address", "", _address, max_chars=1000,
        placeholder=f"{PAGES['sweden']}?indikator=unemployment_15_74",
    )  # fmt: skip
    page = _page_of(_scenes()[at].get("address", ""))
    if page in CATALOGUE:
        _bound(
            st.selectbox, v.t("stage.figure"), at, "figure", next(iter(CATALOGUE[page])),
            options=_with(list(CATALOGUE[page]), _scenes()[at].get("figure", "")),
        )  # fmt: skip
        _bound(
            st.selectbox, v.t("stage.form"), at, "form", "", options=list(FORMS),
            format_func=lambda form: v.t(f"stage.form_{form}") if form else v.t("stage.form_auto"),
        )  # fmt: skip
        _column(v, at)
    lans = ["", *(code for code in v.regions if len(code) == 2 and code != "00")]
    _bound(
        st.selectbox, v.t("stage.point"), at, "highlight", "", options=lans,
        format_func=lambda code: v.regions.get(code, code) if code else v.t("stage.point_none"),
    )  # fmt: skip
    own = _draft().get("questions", [])
    questions = ["", *sorted({*asked.known(), *(str(q.get("id")) for q in own)})]
    _bound(
        st.selectbox, v.t("stage.question"), at, "question", "",
        options=_with(questions, _scenes()[at].get("question", "")),
        format_func=lambda one: asked.words(v, one, own) or one if one else v.t("stage.no_question"),
    )  # fmt: skip
    for lang in _langs(v):
        _bound(
            st.text_area, _in(v, v.t("stage.notes"), lang), at, f"note_{lang}", "", trimmed, max_chars=MOST_NOTE,
            height=90,
        )  # fmt: skip


def _from_saved(v: View, at: int) -> None:
    """A saved view's address, taken over."""
    try:
        kept = {one.id: one for one in views.every(saving.database()) if one.page in CATALOGUE}
    except StoreError:
        kept = {}
    if not kept:
        return
    key = f"deck-{at}-saved"

    def take() -> None:
        if one := kept.get(st.session_state[key]):
            _put(at, "address", f"{PAGES[one.page]}?{one.query}" if one.query else PAGES[one.page])
            _put(at, "figure", "")

    st.selectbox(
        v.t("stage.from_saved"), ["", *kept], key=key, on_change=take,
        format_func=lambda one: kept[one].name if one in kept else v.t("stage.no_saved"),
    )  # fmt: skip


def _address(text: str) -> str:
    """An address as a file holds it: whatever was copied from the browser, without its host."""
    try:
        found = urlsplit(text.strip())
    except ValueError:
        return text.strip()
    return f"{found.path}?{found.query}" if found.query else found.path


def _page_of(address: str) -> str:
    path = address.split("?", 1)[0]
    return next((name for name, known in PAGES.items() if known == path), "")


def _with(options: list[str], held: str) -> list[str]:
    return options if held in options else [*options, held]


def _column(v: View, at: int) -> None:
    """Which column of the figure's table is told, by its heading."""
    deck = _read(at)
    if deck is None:
        return
    told = telling.tell(deck, deck.scenes[0], v)
    if told.of is None:
        return
    names = dict(enumerate((column.heading for column in told.of.columns), 1))
    held = _scenes()[at].get("column", 0)
    _bound(
        st.selectbox, v.t("stage.column"), at, "column", 0, options=sorted({0, *names, held}),
        format_func=lambda n: names.get(n, v.t("stage.form_auto")),
    )  # fmt: skip


def _read(at: int) -> Deck | None:
    """A deck of the one scene, None while it does not hold."""
    body = {"title_sv": "–", "questions": _draft().get("questions", []), "scenes": [_scenes()[at]]}
    try:
        return from_body("", body, asked.known())
    except DeckError:
        return None


def _seen(v: View, at: int) -> None:
    """The scene as it becomes, or why it cannot be shown yet."""
    layout.html(parts.heading(2, v.t("stage.becomes")))
    body = {"title_sv": "–", "questions": _draft().get("questions", []), "scenes": [_scenes()[at]]}
    try:
        deck = from_body("", body, asked.known(), v.t("stage.scene"))
    except DeckError as error:
        layout.html(parts.missing(str(error)))
        return
    told = telling.tell(deck, deck.scenes[0], v)
    count = telling.scene_words(told)
    layout.html(
        Markup('<div class="ik-scene"><p class="ik-scene-head">{}</p><p>{}</p></div>').format(
            told.headline.of(v.lang), told.asked.words if told.asked else told.annotation.of(v.lang)
        ),
        Markup('<p role="status">{}</p>').format(
            v.t("stage.too_many_words" if count > MOST_WORDS else "stage.word_count", n=count, most=MOST_WORDS)
        ),
    )
    drawn = pictures.alone(told, told.scene.highlight)
    if told.is_empty:
        layout.html(parts.missing(v.t("stage.nothing")))
    elif drawn is not None and told.of:
        data = b64encode(str(drawn).encode()).decode()
        layout.html(
            Markup('<img class="ik-scene-picture" alt="{}" src="data:image/svg+xml;base64,{}">').format(
                told.of.finding, data
            )
        )


def _saving(v: View, found: Held[Deck] | None) -> None:
    layout.html(parts.heading(2, v.t("stage.save_title")))
    st.text_input(v.t("held.note"), key="deck-note", max_chars=records.MOST_NOTE)
    layout.html(parts.source(v.t("views.personal")))
    target = (found.id, "") if found and found.version else ("", "")
    st.button(v.t("stage.save"), key="deck-save", type="primary", on_click=partial(_save, *target))


def _save(record_id: str, _origin: str, over: int | None = None) -> None:
    try:
        body = document(read(_draft()))
    except RefusedError as error:
        next_version.refused(_KEY, error)
        return
    next_version.keep(SHELF, _KEY, record_id, body, over)
