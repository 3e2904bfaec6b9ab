"""*Sök*: one box for everything, the hits by kind, best first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import event
from dashboard.db import Warehouse
from dashboard.events import Event
from dashboard.exhibit import Cell, Column, Exhibit, take
from dashboard.finding import TITLE, Answer, Hit, Index, Thing
from dashboard.layout import View
from dashboard.questions import initiatives, search, seed
from dashboard.selection import Selection

KINDS: Final = ("initiative", "organisation", "concept", "session", "indicator", "platform", "place")
"""The groups of the page, in the order of equally good hits."""
GROUP: Final[Mapping[str, str]] = {"group": "concept", "method": "concept", "challenge": "concept", "theme": "concept"}
SHOWN = 8
MOST = 200


@lru_cache(maxsize=4)
def _index(path: Path, portfolio: str, held: tuple[Event, ...]) -> Index:
    w = Warehouse(path)
    things = [
        Thing(
            r["kind"], r["key"], tuple(dict.fromkeys((r["title_sv"], r["title_en"] or r["title_sv"]))),
            tuple(filter(None, r["keywords"] or ())), r["text"] or "",
        )
        for r in search.things(w, portfolio)
    ]  # fmt: skip
    items = seed.by_id(w)
    for one in held:
        for part in one.parts:
            item = items.get(part.item)
            names = part.speakers or seed.names(item["speakers"] if item else "")
            titles = (part.title.sv or (item["name"] if item else ""), part.title.en)
            asked = [q.words.sv or items[q.item]["name"] for q in part.questions if q.words.sv or q.item in items]
            text = " ".join([part.about.sv, part.about.en, *asked, *(q.words.en for q in part.questions)])
            things.append(Thing("session", f"{one.id}#{part.id}", tuple(filter(None, titles)), names, text))
    return Index(things)


def index(v: View) -> Index:
    """Everything of the view's snapshot and portfolio, and the events; made once, then kept."""
    return _index(v.w.path, v.sel.portfolj, event.found().found)


def _size(v: View) -> int:
    """How much can be found."""
    rows = initiatives.listed(v.w, _at(v), limit=1) if search.operations_apart(v.w) else ()
    return len(index(v)) + (rows[0]["matches"] if rows else 0)


def answer(v: View) -> Answer:
    """What the words in the address find."""
    found = index(v).search(v.sel.q)
    return _joined(found, v) if search.operations_apart(v.w) else found


def _joined(found: Answer, v: View) -> Answer:
    """What was found among the other things, and the first initiatives that have every word of the search.

    What lacks a word, or has another instead, is left out where an initiative has them all.
    """
    rows = initiatives.listed(v.w, _at(v).but(q=v.sel.q))
    if not rows:
        return found
    near = () if found.is_partial or found.guesses else found.hits
    titles = ((r["title_sv"], r["title_en"] or r["title_sv"]) for r in rows)
    own = tuple(
        Hit(Thing("initiative", r["local_id"], tuple(dict.fromkeys(both))), TITLE, 0)
        for r, both in zip(rows, titles, strict=True)
    )
    return Answer((*near, *own), more=rows[0]["matches"] - len(rows))


def _at(v: View) -> Selection:
    return Selection(lang=v.lang, snapshot=v.sel.snapshot, portfolj=v.sel.portfolj)


def _group(hit: Hit) -> str:
    return GROUP.get(hit.thing.kind, hit.thing.kind)


def name(v: View, thing: Thing) -> str:
    """A thing's title in the viewer's language."""
    return thing.titles[-1] if v.lang == "en" else thing.titles[0]


def href(v: View, thing: Thing) -> str:
    """Where a thing is seen."""
    at, key = _at(v), thing.key
    match thing.kind:
        case "initiative":
            return at.but(insats=key).url("/initiativ")
        case "organisation":
            return at.but(aktor=key).url("/aktorer")
        case "group":
            return at.but(malgrupp=(key,)).url("/initiativ")
        case "method":
            return at.but(metod=(key,)).url("/initiativ")
        case "theme":
            return at.but(tema=(key,)).url("/initiativ")
        case "indicator":
            return at.but(indikator=key).url("/")
        case "place" if len(key) == 2:
            return at.but(lan=(key,)).url("/lan")
        case "place":
            return at.but(kommun=(key,)).url("/kommun")
        case "session":
            of, _, part = key.partition("#")
            return f"{at.but(konferens=of).url('/konferensen')}#{quote(part)}"
        case "platform":
            return at.url("/plattformar")
        case _:
            return at.url("/begrepp")


def figure(v: View) -> Exhibit | None:
    """Every hit, best first, at most :data:`MOST`; None without words."""
    if not v.sel.q:
        return None
    found = answer(v)
    shown = found.hits[:MOST]
    rows: list[tuple[Cell, ...]] = [(name(v, hit.thing), v.t(f"search.of_{hit.thing.kind}")) for hit in shown]
    missing = [v.t("search.more", n=v.n(len(found) - len(shown)))] if len(found) > len(shown) else []
    return Exhibit(
        "traffar", v.t("search.title"), finding(v, found), (Column(v.t("search.what")), Column(v.t("search.kind"))),
        tuple(rows), (v.behind(),), (v.t("search.basis"),), tuple(missing),
        links=tuple(href(v, hit.thing) for hit in shown),
    )  # fmt: skip


def finding(v: View, found: Answer) -> str:
    """How many hits, and how the words were read, in a sentence or three."""
    if not found.hits:
        return v.t("search.none", q=v.sel.q)
    said = [v.t("search.partial" if found.is_partial else "search.found", n=v.n(len(found)), q=v.sel.q)]
    said += [v.t("search.guess", word=word, guess=guess) for word, guess in found.guesses.items()]
    return " ".join(said)


def section(v: View) -> None:
    """The heading, and the hits by kind; without words what can be searched for."""
    if not v.sel.q:
        layout.title(v.t("search.title"), v.t("search.lede", n=v.n(_size(v))))
        _box(v)
        layout.html(Markup("<p>{}</p>").format(v.t("search.help")))
        return
    found = answer(v)
    layout.title(v.t("search.title"), finding(v, found))
    if not found.hits:
        layout.html(parts.empty(v.t("search.none_title"), v.t("search.none_text")))
        return
    groups = {kind: [hit for hit in found.hits if _group(hit) == kind] for kind in KINDS}
    order = sorted((k for k in KINDS if groups[k]), key=lambda k: (-groups[k][0].score, KINDS.index(k)))
    more = {kind: found.more if kind == "initiative" else 0 for kind in KINDS}
    ways = (parts.link(f"#{kind}", _title(v, kind, len(groups[kind]) + more[kind])) for kind in order)
    layout.html(
        Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(v.t("search.kinds"), parts.join(ways, " "))
    )
    layout.html(*(_hits(v, kind, groups[kind], more[kind]) for kind in order))
    layout.html(parts.source(v.t("search.basis")), take(v, "traffar", v.t("search.title")))


def _box(v: View) -> None:
    key = f"find-{v.lang}"
    if st.session_state.get(key) != v.sel.q:
        st.session_state[key] = v.sel.q
    st.text_input(v.t("search.label"), key=key, on_change=lambda: layout.put(q=st.session_state[key], rader=""))


def _hits(v: View, kind: str, found: list[Hit], more: int) -> Markup:
    is_whole = (v.sel.rader == kind or len(found) <= SHOWN) and not more
    shown = found[:MOST] if is_whole else found[:SHOWN]
    items = parts.join(
        Markup('<li><a href="{}">{}</a> <small>{}</small></li>').format(
            href(v, hit.thing), name(v, hit.thing), v.t(f"search.of_{hit.thing.kind}")
        )
        for hit in shown
    )
    rest = Markup("")
    if not is_whole:
        way = _at(v).but(q=v.sel.q).url("/initiativ") if more else v.href(rader=kind)
        of = v.t(f"search.kind_{kind}").lower()
        rest = Markup("<p>{}</p>").format(parts.link(way, v.t("search.all", n=v.n(len(found) + more), kind=of)))
    title = parts.heading(2, _title(v, kind, len(found) + more), kind)
    return Markup('{}<ul class="ik-hits">{}</ul>{}').format(title, items, rest)


def _title(v: View, kind: str, n: int) -> str:
    return v.t("search.way", kind=v.t(f"search.kind_{kind}"), n=v.n(n))
