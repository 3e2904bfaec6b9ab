"""*Effekter*: the overview of all cards, one card as a chain, and the way to change it."""

from __future__ import annotations

from base64 import b64encode

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts, permission
from dashboard.blocks import effect_figures, effect_form, held
from dashboard.blocks.effect_cards import SHELF, links, marks, places, told, whence
from dashboard.blocks.held import Held, say, spoken
from dashboard.charts import spark
from dashboard.charts.chain import Link
from dashboard.exhibit import draw, take
from dashboard.layout import View
from dashboard.questions import effects
from dashboard.theory.card import Card, Check, Step

ADDRESS = "/effekter/fil"


def page(v: View) -> None:
    """The whole page: being changed, one card, or all of them."""
    if v.sel.lage == "redigera":
        effect_form.page(v)
        return
    effect_form.forget()
    if v.sel.kort:
        _one(v)
    else:
        _all(v)


def _all(v: View) -> None:
    layout.title(v.t("page.effects"), v.t("effects.lede"))
    held.told(v)
    held.came_in(v, "effects")
    found, fault = SHELF.every(v)
    if fault:
        layout.html(held.alert(v, fault))
    if found:
        draw(v, effect_figures.overview(v), shown=effect_figures.matrix(v))
    else:
        layout.html(parts.empty(v.t("effects.none_title"), v.t("effects.none")))
    layout.html(parts.heading(2, v.t("effects.make")))
    if not permission.may("edit"):
        layout.html(parts.missing(v.t("held.closed")))
        return
    layout.html(
        Markup("<p>{}</p>").format(v.t("effects.make_text")),
        Markup('<p><a class="ik-button" href="{}">{}</a></p>').format(
            SHELF.href(v, lage="redigera"), v.t("effects.new")
        ),
        parts.heading(3, v.t("held.read_in")),
    )
    held.upload(v, ADDRESS, ".toml,.json")


def _one(v: View) -> None:
    found = SHELF.one(v)
    layout.html(Markup('<p class="ik-back">{}</p>').format(parts.link(SHELF.href(v), v.t("effects.back"))))
    if found is None:
        layout.title(v.t("page.effects"))
        layout.html(parts.empty(v.t("effects.gone_title"), v.t("effects.gone_text")))
        return
    card = found.thing
    layout.title(say(v, card.title), told(v, card))
    held.told(v)
    held.came_in(v, "effects")
    layout.html(_about(v, found), chain(v, card), parts.source(v.t("effects.basis")), _legend(v, card))
    layout.html(parts.heading(2, v.t("effects.quality")), _quality(v, card))
    of = effect_figures.card(v)
    if of is not None:
        layout.html(
            *map(parts.missing, of.missing), *map(parts.source, of.source), take(v, "kort", of.title, also=of.also)
        )
    if any(link.places for link in links(v, card)):
        opened = st.expander(v.t("effects.series"), key=f"series-{v.lang}", on_change="rerun")
        if opened.open:
            with opened:
                draw(v, effect_figures.figures(v), level=3)
    held.history(v, SHELF, found)


def _about(v: View, found: Held[Card]) -> Markup:
    """The initiative, whose card it is, and what can be done with it."""
    card = found.thing
    op = effects.operation(v.w, card.initiative) if card.initiative else None
    ways = []
    if op:
        ways.append(
            parts.link(v.href("initiatives", insats=op["local_id"], kort="", utgava=""), v.t("effects.initiative"))
        )
    elif card.initiative:
        ways.append(Markup("{}").format(v.t("effects.initiative_gone", id=card.initiative)))
    if permission.may("edit"):
        key = "effects.copy" if found.version is None else "effects.change"
        ways.append(parts.link(SHELF.href(v, found.id, lage="redigera", utgava=v.sel.utgava), v.t(key)))
    said = "" if found.version is None else parts.source(whence(v, found))
    return Markup('<nav class="ik-pages" aria-label="{}">{}</nav>{}').format(
        v.t("effects.ways"), parts.join(ways, " "), said
    )


def chain(v: View, card: Card) -> Markup:
    """The six steps side by side, under each other on a phone and on paper."""
    items = parts.join(
        _step(v, at, step, link) for at, (step, link) in enumerate(zip(card.steps, links(v, card), strict=True), 1)
    )
    return Markup('<ol class="ik-chain">{}</ol>').format(items)


def _step(v: View, number: int, step: Step, link: Link) -> Markup:
    what = spoken(v, step.what) if step.what else Markup('<span class="ik-none">{}</span>').format(link.lacking)
    whom = Markup('<p class="ik-whom">{}</p>').format(link.whom) if link.whom else Markup("")
    label = Markup('<p class="ik-state"><span class="ik-sign ik-{}">{}</span></p>').format(link.state, link.label)
    return Markup(
        '<li class="ik-step ik-is-{}"><div><h2>{}. {}</h2><p class="ik-what">{}</p>{}</div><div>{}{}</div>'
        '<div class="ik-small">{}</div></li>'
    ).format(link.state, number, link.name, what, whom, label, _measured(v, step, link), _small(v, step))


def _measured(v: View, step: Step, link: Link) -> Markup:
    out = []
    if step.measured:
        out.append(Markup('<p class="ik-measured">{}</p>').format(spoken(v, step.measured)))
    if link.about:
        out.append(Markup('<p class="ik-series-title">{}</p>').format(link.about))
    if link.places:
        dark = st.context.theme.type == "dark"
        if spark.is_line(link.series):
            picture = b64encode(spark.svg(link.series, dark=dark).encode()).decode()
            out.append(Markup('<img class="ik-spark" alt="" src="data:image/svg+xml;base64,{}">').format(picture))
        looks = spark.looks([p.code for p in link.places], dark=dark)
        named = parts.join(
            Markup('<li class="ik-place-{}" style="--ik-line:{}">{}</li>').format(
                looks[p.code].sign, looks[p.code].colour, p.told
            )
            for p in link.places
        )
        out.append(Markup('<ul class="ik-places">{}</ul>').format(named))
    return parts.join(out)


def _small(v: View, of: Step | Check) -> Markup:
    why = Markup("<p>{}</p>").format(spoken(v, of.why)) if of.why else Markup("")
    if not of.source:
        return why
    name = of.source.title or of.source.url
    where = parts.link(of.source.url, name) if of.source.url else Markup("{}").format(name)
    return why + Markup("<p>{} {}</p>").format(v.t("effects.source", source="").strip(), where)


def _legend(v: View, card: Card) -> Markup:
    if len(places(v, card)) > 1 or not any(step.indicator for step in card.steps):
        return Markup("")
    return parts.source(v.t("effects.riket_only"))


def _quality(v: View, card: Card) -> Markup:
    items = [
        Markup('<li><h3>{}</h3><p class="ik-state"><span class="ik-sign ik-{}">{}</span></p><p>{}</p>{}</li>').format(
            mark.name, "there" if mark.is_there else "lacking", mark.label, spoken(v, check.what or check.why),
            _small(v, Check(source=check.source)),
        )
        for mark, check in zip(marks(v, card), card.quality, strict=True)
    ]  # fmt: skip
    return Markup('<ul class="ik-checks">{}</ul>').format(parts.join(items))


def way(v: View, local_id: str) -> Markup:
    """From an initiative's own page to its card, or to making one."""
    ours = effects.parts(v.w)
    if any(row["local_id"] == local_id for row in ours):
        return parts.link(v.href("effects", insats="", kort=local_id), v.t("effects.see_card"))
    if permission.may("edit"):
        return parts.link(v.href("effects", insats=local_id, kort="", lage="redigera"), v.t("effects.make_card"))
    return Markup("")
