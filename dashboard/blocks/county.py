"""Sections of *Mitt län*."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from dashboard import layout, maps, parts
from dashboard.blocks import counting, county_map, county_money, hidden, rows, series
from dashboard.db import Row
from dashboard.exhibit import address, embed, take
from dashboard.layout import View
from dashboard.parts import Figure
from dashboard.questions import funding, indicators, initiatives, regions


def chooser(v: View) -> None:
    """The heading, and a map and a select box in step with each other."""
    code = v.sel.one_lan
    layout.title(v.regions[code] if code in v.regions else v.t("county.title_none"), finding(v))
    counting.chosen(v)
    one, at, by = series.chosen(v)
    values = {c: r["value"] for c, r in by.items() if c != "00" and r["value"] is not None}
    chart, controls = st.columns([4, 7], gap="large")
    with chart:
        gone = {c for c, r in by.items() if hidden.is_hidden(r)}
        county_map.draw(
            v, values, lambda x: v.value(x, one), hidden=gone, height=440 if code else 560, key="lan"
        )  # fmt: skip
        layout.html(parts.source(f"{v.of(one)}, {v.span(at)}"))
    with controls:
        lans = sorted(regions.lan(v.w), key=lambda r: r["short_name"])
        layout.choose(
            v.t("county.choose"), "lan", ["", *(r["code"] for r in lans)], code or "",
            lambda c: v.regions[c] if c else v.t("sweden.pick"), then={"kommun": ""},
        )  # fmt: skip
        found = indicators.catalogue(v.w)
        layout.choose(v.t("sweden.indicator"), "indikator", list(found), one["code"], lambda c: v.of(found[c]))
        ids = counting.measures(v, v.sel.but(lan=(), kommun=()))
        layout.choose(v.t("sweden.measure"), "matt", ids, v.sel.matt, lambda m: counting.label(v, m))
        counting.portfolio(v)
        counting.panel(v, with_fund=True)
        if code in v.regions:
            layout.html(
                _figures(v), Markup("<p>{}</p>").format(parts.link(v.href("compare", med=()), v.t("county.compare")))
            )  # fmt: skip


@layout.kept
def headline(v: View) -> Markup:
    """How the figures above are counted, what amounts are told in and where initiatives are taken to be."""
    return parts.join([
        parts.source(
            f"{counting.told(v, funding.total(v.w, v.sel, v.sel.matt))} {counting.places(v, v.sel.but(lan=()))}"
        ),
        parts.source(
            Markup("{} {} {} {}").format(
                parts.badge("split", v.t("mode.split")), v.t("mode.split_help"),
                parts.badge("touched", v.t("mode.touched")), v.t("mode.touched_help"),
            )
        ),
        _take_along(v),
    ])  # fmt: skip


def _take_along(v: View) -> Markup:
    """The län as a package, its report by itself, the figures above, and how to embed them."""
    name = v.regions.get(v.sel.one_lan or "", "")
    package = Markup(
        '<p class="ik-package"><a class="ik-button" href="{}" download>{}</a> <a href="{}" download>{}</a></p>'
    ).format(address(v, "", "zip"), v.t("export.package"), address(v, "", "pdf"), v.t("export.report"))
    return parts.join([package, take(v, "nyckeltal", name), embed(v, "nyckeltal", name)])


@layout.kept
def finding(v: View) -> str:
    """The län in one sentence: what runs, and how it stands on the chosen indicator."""
    code = v.sel.one_lan
    if code not in v.regions:
        return v.t("county.lede_none")
    projects = funding.projects_by_lan(v.w, v.sel).get(code, {"touched": 0, "running": 0, "undated": 0})
    one, _, by = series.chosen(v)
    row = by.get(code)
    if row is None or row["rank"] is None:
        need = v.t("county.lede_norank", title=v.of(one))
    else:
        key = "county.lede_rank_neutral" if one["better"] == "neutral" else "county.lede_rank"
        riket = v.value(by["00"]["value"], one) if "00" in by else "–"
        need = v.t(
            key,
            title=v.of(one),
            value=v.value(row["value"], one),
            rank=row["rank"],
            of=row["of"],
            riket=riket,
        )
    return v.t(
        "county.lede",
        touched=projects["touched"],
        name=v.regions[code],
        running=projects["running"],
        undated=projects["undated"],
        need=need,
    )


@layout.kept
def _figures(v: View) -> Markup:
    code = v.sel.one_lan or ""
    projects = funding.projects_by_lan(v.w, v.sel).get(code, {"touched": 0, "split": 0, "running": 0, "undated": 0})
    money = funding.money_by_lan(v.w, v.sel, v.sel.matt).get(code)
    people = indicators.population(v.w)
    ending = initiatives.ending(v.w, v.sel)
    return (
        parts.figures(
            [
                Figure(
                    v.t("county.initiatives"), v.n(projects["touched"]),
                    v.t("county.initiatives_note", split=v.n(projects["split"], 1)),
                ),
                Figure(
                    v.t("county.running"), v.n(projects["running"]),
                    v.t("county.running_note", n=len(ending), undated=projects["undated"]),
                ),
                Figure(
                    counting.measure(v), counting.money(v, money["split"] if money else None),
                    v.t(
                        "county.money_note", touched=counting.money(v, money["touched"]), n=money["n"],
                        all=projects["touched"],
                    ) if money else v.t("county.money_none"),
                ),
                Figure(
                    v.t("county.population"), v.n(people.get(code)),
                    v.t("county.population_note", share=v.n(100 * people[code] / people["00"], 1) + "\u00a0%"),
                ),
            ],
            narrow=True,
        )
    )  # fmt: skip


@layout.kept
def side_by_side(v: View) -> Markup:
    """Funding, target groups and inclusion indicators in three columns."""
    return parts.heading(2, v.t("county.side")) + parts.columns(
        [5, 5, 7], county_money.money(v), county_money.groups(v), _need(v)
    )


def _need(v: View) -> Markup:
    body = []
    found = indicators.profile(v.w, v.sel.one_lan or "")
    for r in found:
        rank = v.t("county.rank", rank=r["rank"], of=r["of"]) if r["rank"] else "–"
        if r["better"] == "neutral" and r["rank"]:
            rank = f"({rank})"
        body.append(
            [
                Markup("{} <small>{}</small>").format(
                    parts.link(v.href(indikator=r["code"], ar=""), series.title(v, r)),
                    f"{v.span(r['period'])}, {v.unit(r)}",
                ),
                _own(v, r),
                v.value(r["riket"], r),
                rank,
            ]
        )
    head = [v.t(f"county.need_{name}") for name in ("indicator", "value", "riket", "rank")]
    return parts.join(
        [
            parts.heading(3, v.t("county.side_need")),
            parts.table(head, body, caption=v.t("county.need_caption"), numeric=(1, 2, 3)),
            parts.source(v.t("county.need_foot")),
            hidden.note(v, *found),
            take(v, "indikatorer", v.t("county.side_need")),
            _area(v),
        ]
    )


def _area(v: View) -> Markup:
    """What is published only for the NUTS 2 area that the län lies in, named as such."""
    found = indicators.nuts2_profile(v.w, v.sel.one_lan or "")
    if not found:
        return Markup("")
    body = [
        [
            Markup("{} <small>{}</small>").format(v.of(r), f"{v.span(r['period'])}, {v.unit(r)}"),
            parts.link(v.source_href(r), hidden.value(v, r, r)),
            v.value(r["riket"], r),
        ]
        for r in found
    ]
    area = f"{found[0]['area']} ({found[0]['area_code']})"
    head = [v.t("county.need_indicator"), v.t("county.need_area"), v.t("county.need_riket")]
    return Markup("").join(
        [
            parts.table(head, body, caption=v.t("county.area_caption", area=area), numeric=(1, 2)),
            parts.source(v.t("county.area_foot")),
        ]
    )


def _own(v: View, r: Row) -> Markup:
    """The län's value with a link to its source row, marked when it is clearly better or worse than riket."""
    shown = hidden.value(v, r, r)
    if r["value"] is not None:
        shown = parts.link(v.source_href(r), shown)
    sign = tone(r)
    if not sign:
        return Markup("{}").format(shown)
    return Markup('<span class="ik-{}">{}<span class="ik-hidden"> {}</span></span>').format(
        sign, shown, v.t(f"county.{sign}")
    )


def tone(r: Row) -> str:
    """better or worse than riket by more than one per cent of riket's value; else nothing."""
    if r["better"] == "neutral" or r["value"] is None or not r["riket"]:
        return ""
    if abs(r["value"] - r["riket"]) <= abs(r["riket"]) * 0.01:
        return ""
    return "better" if (r["value"] > r["riket"]) == (r["better"] == "high") else "worse"


def places(v: View) -> Markup:
    """The initiatives on kommun level, as a map and as the same table; what is to stand under them is the answer."""
    code = v.sel.one_lan or ""
    inside = [p for p in initiatives.kommun_points(v.w, v.sel) if p["code"][:2] == code]
    top = parts.heading(2, v.t("county.map"))
    if not inside:
        return top + parts.missing(v.t("county.map_empty"))
    tied, none, owner = initiatives.placed(v.w, v.sel, code)
    layout.html(top, parts.lede(v.t("county.map_sentence", n=tied, k=len(inside))))
    chart, words = st.columns([7, 5], gap="large")
    with chart:
        deck = maps.kommun_deck(
            inside, f"/geo/{v.w.snapshot_id}/kommun-{code}.json", st.context.theme.type == "dark",
            regions.kommuner(v.w, code), v.t("page.initiatives").lower(),
        )  # fmt: skip
        st.pydeck_chart(deck, height=420, alt=v.t("county.map_alt", name=v.regions[code]), key="kommunkarta")
    with words:
        body = [
            [
                parts.link(v.href("initiatives", kommun=(p["code"],)), p["name"]),
                v.n(p["n"]),
            ]
            for p in inside
        ]
        head = [v.t("county.kommun_name"), v.t("county.kommun_initiatives")]
        layout.html(parts.table(head, body, label=v.t("county.map"), numeric=(1,)))
    return parts.join([
        parts.missing(v.t("county.map_missing", n=none, owner=owner)), parts.source(counting.places(v, v.sel)),
        take(v, "kommuner", v.t("county.map"), with_chart=True),
    ])  # fmt: skip


@layout.kept
def running(v: View) -> Markup:
    """What runs now, and what ends within six months."""
    return parts.columns([1, 1], _now(v), _ends(v))


def _now(v: View) -> Markup:
    found = initiatives.listed(v.w, v.sel.but(status=("running",)))
    items = [
        Markup("{}<br><small>{} · {}</small>").format(
            parts.link(rows.href(v, r), v.of(r)), r["beneficiary"] or v.t("value.not_seen"),
            rows.span(v, r) if r["status_is_derived"] else f"{rows.span(v, r)}, {v.t('detail.declared')}",
        ) for r in found
    ]  # fmt: skip
    said = _plain(items) if items else parts.missing(v.t("county.now_empty"))
    return parts.join([parts.heading(2, v.t("county.now")), said, take(v, "pagar", v.t("county.now"))])


def _ends(v: View) -> Markup:
    items = [
        Markup("{}<br><small>{}</small>").format(
            parts.link(rows.href(v, r), v.of(r)), v.t("county.ends_on", day=v.day(r["last_date"]))
        ) for r in initiatives.ending(v.w, v.sel)
    ]  # fmt: skip
    said = _plain(items) if items else parts.missing(v.t("county.ends_empty"))
    return parts.join([parts.heading(2, v.t("county.ends")), said, take(v, "slutar", v.t("county.ends"))])


def _plain(items: list[Markup]) -> Markup:
    return Markup('<ul class="ik-list">{}</ul>').format(parts.join(Markup("<li>{}</li>").format(i) for i in items))


@layout.kept
def all_initiatives(v: View) -> Markup:
    """The whole list, with a way on to search and filters."""
    found = initiatives.listed(v.w, v.sel)
    n = found[0]["matches"] if found else 0
    return parts.join(
        [
            parts.heading(2, v.t("county.list")),
            rows.table(v, found, v.t("county.all_caption", shown=len(found), n=n))
            if found
            else parts.missing(v.t("county.now_empty")),
            Markup("<p>{}</p>").format(parts.link(v.href("initiatives"), v.t("county.list_more"))),
            take(v, "alla", v.t("county.list")),
        ]
    )
