"""*Jämför län*: what is compared, how it is chosen, and the words that every comparison shares."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Literal

import streamlit as st
from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import counting
from dashboard.db import Row
from dashboard.layout import View
from dashboard.questions import compare, regions, side_operations, side_values, similar
from dashboard.questions.compare import GROUP, MOST, RIKET, Kind, Side

Show = Callable[[float], str]


def sides(v: View) -> tuple[Side, ...]:
    """What is compared, in order."""
    return compare.sides(v.w, v.sel)


def with_riket(v: View) -> tuple[Side, ...]:
    """What is compared, and riket, which differences are told from."""
    found = sides(v)
    return found if any(s.code == RIKET for s in found) else (*found, Side(RIKET, "riket", (RIKET,)))


def subject(v: View) -> str:
    """The län that similar ones are sought for: the first that is compared, or that a group is like."""
    found = [s.of or s.code for s in sides(v) if s.kind in ("lan", "group")]
    kommuner = [s.code[:2] for s in sides(v) if s.kind == "kommun"]
    return next(iter([*found, *kommuner]), compare.home(v.w, v.sel))


def name(v: View, side: Side) -> str:
    """A side in full: "Örebro län", "Örebro kommun", "Liknande Örebro"."""
    return short(v, side) if side.kind in ("group", "kommun") else v.regions[side.code]


def short(v: View, side: Side) -> str:
    """A side as charts and tables name it."""
    if side.kind == "group":
        return v.t("compare.group", name=regions.short_names(v.w)[side.of])
    if side.kind == "riket":
        return v.regions[RIKET]
    called = regions.short_names(v.w)[side.code]
    return v.t("compare.kommun", name=called) if side.kind == "kommun" else called


def rows_href(v: View, side: Side, **changes: tuple[str, ...]) -> str:
    """The list of a side's initiatives."""
    return v.href("initiatives", **(compare.of_side(side) | changes), med=(), lika=())


def listed(v: View, names: Sequence[str]) -> str:
    """Names in a sentence: "A, B och C"."""
    return names[0] if len(names) == 1 else v.t("compare.and", first=", ".join(names[:-1]), last=names[-1])


def finding(
    v: View, title: str, values: Mapping[str, float | None], show: Show, *, apart: Container[Kind] = ("riket",)
) -> str:
    """Most and least of the compared in one sentence that is true of any number of them.

    ``apart``: the kinds that are told by themselves, since they are larger than the rest by their nature.
    """
    known = {s: value for s in sides(v) if (value := values.get(s.code)) is not None}
    alike = {s: value for s, value in known.items() if s.kind not in apart}
    said = [_ends(v, title, alike, show)] if alike else []
    for s, value in known.items():
        if s.kind in apart:
            key = "compare.finding_apart" if said else "compare.finding_one"
            said.append(v.t(key, **{"title": title} if not said else {}, name=short(v, s), value=show(value)))
    return " ".join(said) or v.t("compare.finding_none", title=title)


def _ends(v: View, title: str, known: Mapping[Side, float], show: Show) -> str:
    least, most = min(known.values()), max(known.values())
    at = {x: listed(v, [short(v, s) for s, value in known.items() if value == x]) for x in (least, most)}
    if len(known) == 1:
        return v.t("compare.finding_one", title=title, name=at[most], value=show(most))
    if show(least) == show(most):
        names = listed(v, [short(v, s) for s in known])
        return v.t("compare.finding_same", title=title, names=names, value=show(most))
    return v.t(
        "compare.finding_ends", title=title, most=at[most], most_value=show(most), least=at[least],
        least_value=show(least),
    )  # fmt: skip


def group_note(v: View, how: Literal["sum", "mean"]) -> tuple[str, ...]:
    """Which län a group is, and whether its figure is their sum or their mean."""
    return tuple(
        v.t(f"compare.group_{how}", name=short(v, s), members=listed(v, [v.regions[m] for m in s.members]))
        for s in sides(v)
        if s.kind == "group"
    )


def kommun_note(v: View) -> tuple[str, ...]:
    """That only initiatives whose kommun is known count for one."""
    return (v.t("compare.kommun_note"),) if any(s.kind == "kommun" for s in sides(v)) else ()


def chooser(v: View) -> None:
    """The heading, what is compared with ways to swap and remove, similar län to add, and how amounts are told."""
    found = sides(v)
    layout.title(v.t("page.compare"), _lede(v, found))
    counting.chosen(v)
    _pick(v, found)
    layout.html(_chips(v, found), _suggestions(v, found))
    if len(found) < 2:
        layout.html(parts.missing(v.t("compare.too_few")))
    layout.html(Markup("<p>{}</p>").format(parts.link(v.href(lage="scen"), v.t("compare.stage"))))
    counting.portfolio(v)
    counting.panel(v, with_fund=True)


def _lede(v: View, found: Sequence[Side]) -> str:
    counts = side_operations.projects(v.w, v.sel, found)
    said = listed(v, [v.t("compare.lede_one", name=name(v, s), n=v.n(counts[s.code]["touched"])) for s in found])
    return v.t("compare.lede", said=said)


def _pick(v: View, found: Sequence[Side]) -> None:
    """At most four: riket, a group of similar län, the län and the kommuner, in the order chosen."""
    names = {RIKET: v.regions[RIKET], GROUP: v.t("compare.group_option", n=similar.GROUP)}
    names |= {r["code"]: v.regions[r["code"]] for r in sorted(regions.lan(v.w), key=lambda r: r["short_name"])}
    names |= {r["code"]: v.t("compare.kommun", name=r["name_sv"]) for r in regions.all_kommuner(v.w)}
    names |= {s.code: short(v, s) for s in found if s.code not in names}
    key, now = f"compare-{v.lang}", [s.code for s in found]
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    st.multiselect(
        v.t("compare.choose", most=MOST), list(names), key=key, max_selections=MOST, format_func=names.__getitem__,
        placeholder=v.t("compare.choose_hint"), select_all=False,
        on_change=lambda: layout.put(med=tuple(st.session_state[key])),
    )  # fmt: skip


def _chips(v: View, found: Sequence[Side]) -> Markup:
    """Each side with links: to its own page, to be the first, to be taken away."""
    codes = [s.code for s in found]
    items = []
    for at, side in enumerate(found):
        own = v.href("county", lan=side.members, med=()) if side.kind == "lan" else ""
        others = [code for code in codes if code != side.code]
        ways = [parts.link(own, name(v, side)) if own else Markup("{}").format(name(v, side))]
        if at:
            ways.append(_way(v, "compare.first", v.href(med=(side.code, *others)), side))
        if others:
            ways.append(_way(v, "compare.remove", v.href(med=tuple(others)), side))
        items.append(parts.join(ways, Markup("\u00a0·\u00a0")))
    return parts.tags(items)


def _way(v: View, key: str, href: str, side: Side) -> Markup:
    return parts.link(href, Markup('{}<span class="ik-hidden"> {}</span>').format(v.t(key), name(v, side)))


def _suggestions(v: View, found: Sequence[Side]) -> Markup:
    """The län most like the first, each a link that puts it into the comparison; the last gives way when it is full."""
    own, codes = subject(v), [s.code for s in found]
    near = [r for r in similar.distances(v.w, own, compare.method(v.w, v.sel)) if 0 < r["nearness"] <= similar.GROUP]
    if not near:
        return parts.missing(v.t("compare.no_similar", name=v.regions[own]))
    items = parts.join(
        (
            Markup("{} ({})").format(_add(v, codes, r["region_code"]), v.n(r["distance"], 2)) for r in near
        ),
        " · ",
    )  # fmt: skip
    said = v.t("compare.suggest", name=v.regions[own])
    how = parts.link("#liknande", v.t("compare.how"))
    return Markup('<p class="ik-source">{} {}. {}</p>').format(said, items, how)


def _add(v: View, codes: Sequence[str], code: str) -> str | Markup:
    return v.regions[code] if code in codes else parts.link(added(v, codes, code), v.regions[code])


def added(v: View, codes: Sequence[str], code: str) -> str:
    """The address of the comparison with one more in it; when it is full the last one gives way."""
    return v.href(med=(*codes[: MOST - 1], code))


def values(v: View) -> Mapping[str, tuple[Row, ...]]:
    """Indicator -> the values of what is compared and of riket."""
    return side_values.series(v.w, with_riket(v))
