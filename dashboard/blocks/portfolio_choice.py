"""*Portföljer*: the heading, which portfolios stand side by side, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import counting
from dashboard.blocks.portfolio import SLOTS, Side, lost, name, saved, sides, suggestions
from dashboard.blocks.portfolio_need import seen
from dashboard.layout import View
from dashboard.portfolio import WHOLE, spec
from dashboard.questions import funding

SHOWN = ("initiativ", "pengar")


def choose(v: View) -> None:
    """The heading, a box for each portfolio, the kind of amount, and the portfolios in short."""
    of = sides(v)
    layout.title(v.t("portfolio.title"), v.t("portfolio.lede"))
    counting.chosen(v)
    offered, kept = suggestions(v), saved(v)
    chosen = {slot: of[at].spec if at < len(of) else "" for at, slot in enumerate(SLOTS)}
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        for at, slot in enumerate(SLOTS[: len(of) + 1]):
            options = [*([] if at < 2 and len(of) <= 2 else [""]), *offered]
            if chosen[slot] not in options:
                options.append(chosen[slot])
            others = {key: word for key, word in chosen.items() if key != slot}
            layout.choose(
                v.t("portfolio.slot", mark="ABCD"[at]), slot, options, chosen[slot],
                lambda word: _offer(v, word, offered.get(word), kept), then=others,
            )  # fmt: skip
    with st.container(key="facets", horizontal=True, vertical_alignment="bottom"):
        ids = list(dict.fromkeys(m for s in of for m in counting.measures(v, s.v.sel)))
        layout.choose(v.t("sweden.measure"), "matt", ids, v.sel.matt, lambda m: counting.label(v, m))
        shown = v.sel.visa if v.sel.visa in SHOWN else SHOWN[0]
        layout.switch(v.t("portfolio.show"), "visa", SHOWN, shown, lambda x: v.t(f"sweden.show_{x}"))
    counting.panel(v)
    layout.html(
        parts.missing(v.t("portfolio.lost", n=lost(v))) if lost(v) else Markup(""),
        Markup('<ul class="ik-sides">{}</ul>').format(parts.join(_card(v, s, len(of)) for s in of)),
        Markup("<p>{}</p>").format(parts.link(_add(of), v.t("portfolio.add"))) if len(of) < 4 else Markup(""),
    )


def _offer(v: View, word: str, n: int | None, kept: Mapping[str, str]) -> str:
    if not word:
        return v.t("portfolio.nobody")
    if n is None and word in kept:
        return v.t("portfolio.saved", name=kept[word])
    said = name(v, word)
    return said if n is None else f"{said} ({v.n(n)})"


def _card(v: View, s: Side, n: int) -> Markup:
    """A portfolio in short: its mark, name, initiatives and amount, and the ways on."""
    total = funding.total(v.w, s.v.sel, s.v.sel.matt)
    amount = counting.money(s.v, total["amount"]) if total["with_amount"] else v.t("portfolio.no_amount")
    said = v.t("portfolio.card", n=v.n(total["projects"]), measure=counting.measure(s.v), amount=amount)
    ways = [parts.link(s.initiatives(), v.t("portfolio.see"))]
    if n > 2:
        left = [word for at, slot in enumerate(SLOTS) if (word := getattr(s.home, slot)) and at != s.place]
        padded = {slot: left[at] if at < len(left) else "" for at, slot in enumerate(SLOTS)}
        ways.append(
            parts.link(s.home.but(**padded).url(layout.PAGES["portfolios"]), v.t("portfolio.drop", mark=s.mark))
        )
    return Markup(
        '<li class="ik-side ik-side-{}"><strong><span class="ik-side-mark">{}</span> {}</strong>'
        "<span>{}</span><span>{}</span></li>"
    ).format(s.place + 1, s.mark, s.name, said, parts.join(ways, " · "))


def _add(of: tuple[Side, ...]) -> str:
    """Initiativ, with the portfolios kept, so that a filter made there becomes the next."""
    return of[0].home.but(med=()).url(layout.PAGES["initiatives"])


def which(v: View) -> None:
    """Whose target groups and län are shown."""
    of = sides(v)
    names = {s.mark: s.label for s in of}
    layout.choose(v.t("portfolio.matrix_of"), "med", [*names], seen(v).mark, lambda mark: names[mark])


def compare(v: View) -> None:
    """The link that carries the filter of *Initiativ* into the next free place beside what is compared."""
    word = spec(v.sel)
    if word is None:
        return
    taken = [given for slot in SLOTS if (given := getattr(v.sel, slot)) and given != word][:3]
    words = dict(zip(SLOTS, [*taken, word] if taken or word == WHOLE else [word, ""], strict=False))
    clean = v.sel.whole().but(portfolj="sverige", **words)
    layout.html(Markup("<p>{}</p>").format(parts.link(clean.url(layout.PAGES["portfolios"]), v.t("portfolio.compare"))))
