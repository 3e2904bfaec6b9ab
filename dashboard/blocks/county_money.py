"""Sections of *Mitt län* on its money, whom it is for and how many take part."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import counting, hidden, rows
from dashboard.charts import hbars
from dashboard.charts.look import Spec
from dashboard.exhibit import Column, Exhibit, Plot, take
from dashboard.layout import View
from dashboard.parts import Bar
from dashboard.questions import funding, targets


@layout.kept
def money(v: View) -> Markup:
    """The chosen kind of amount by programming period, then every kind by itself."""
    found = funding.by_period(v.w, v.sel, v.sel.matt)
    total = funding.total(v.w, v.sel, v.sel.matt)
    most = max((r["split"] or 0 for r in found), default=0)
    names = layout.facet_names(v)["period"]
    lacking = sum(r["projects"] - r["with_amount"] for r in found) - total["not_restated"]
    head = parts.heading(3, v.t("county.side_money"))
    if not most:
        told = parts.source(counting.told(v, total))
        return parts.join([head, parts.missing(v.t("county.money_empty")), told, _all_amounts(v), _take_amounts(v)])
    return parts.join([
        head,
        parts.bars(
            [
                Bar(
                    names.get(r["period"]) or r["period"], counting.money(v, r["split"]),
                    float(r["split"] / most) if r["split"] else None,
                )
                for r in found
            ],
            v.t("county.money_caption", measure=counting.measure(v)),
        ),
        parts.missing(v.t("county.money_missing", without=lacking, all=sum(r["projects"] for r in found))),
        parts.source(f"{counting.told(v, total)} {counting.note(v)}"),
        take(v, "pengar", v.t("county.side_money"), with_chart=True),
        _all_amounts(v),
        v.behind(belopp=("kant",)),
        _take_amounts(v),
    ])  # fmt: skip


def _all_amounts(v: View) -> Markup:
    """Every kind of amount that the län has, each by itself."""
    body = []
    for measure, row in funding.money_of_lan(v.w, v.sel, v.sel.one_lan or "").items():
        label = parts.link(v.href(matt=measure), counting.measure(v, measure))
        body.append([label, numbers.money(row["split"], v.sel.but(matt=measure).currency, v.lang), v.n(row["n"])])
    head = [v.t("detail.kind"), v.t("mode.split").capitalize(), v.t("page.initiatives")]
    return parts.table(head, body, caption=v.t("county.amounts_caption"), numeric=(1, 2)) if body else Markup("")


def _take_amounts(v: View) -> Markup:
    return take(v, "belopp", v.t("county.amounts_caption"))


def money_figure(v: View) -> Exhibit | None:
    """The chosen kind of amount by programming period: the län's part, and in full."""
    code = v.sel.one_lan
    found = funding.by_period(v.w, v.sel, v.sel.matt)
    if code not in v.regions or not any(r["split"] for r in found):
        return None
    total = funding.total(v.w, v.sel, v.sel.matt)
    names = layout.facet_names(v)["period"]
    most = max(found, key=lambda r: r["split"] or 0)
    lacking = sum(r["projects"] - r["with_amount"] for r in found) - total["not_restated"]
    items = [
        hbars.Item(
            names.get(r["period"]) or r["period"], None if r["split"] is None else float(r["split"]),
            counting.money(v, r["split"]),
        )
        for r in found
    ]  # fmt: skip

    def spec(dark: bool) -> Spec:
        return hbars.bars(items, dark=dark, lang=v.lang)

    measure, unit = counting.measure(v), v.sel.currency
    return Exhibit(
        id="pengar",
        title=v.t("county.money_caption", measure=measure),
        finding=v.t(
            "export.money_finding", measure=measure, name=v.regions[code],
            period=names.get(most["period"]) or most["period"], value=counting.money(v, most["split"]),
        ),
        columns=(
            Column(v.t("facet.period")),
            Column(f"{measure}, {v.t('mode.split')}", "money", currency=unit),
            Column(f"{measure}, {v.t('mode.touched')}", "money", currency=unit),
            Column(v.t("page.initiatives"), "number"),
            Column(v.t("value.belopp_kant"), "number"),
        ),
        rows=tuple(
            (names.get(r["period"]) or r["period"], r["split"], r["touched"], r["projects"], r["with_amount"])
            for r in found
        ),
        basis=(
            f"{counting.told(v, total)} {counting.note(v)}".strip(), v.t("mode.split_help"), v.t("mode.touched_help"),
        ),
        missing=(v.t("county.money_missing", without=lacking, all=sum(r["projects"] for r in found)),),
        source=(v.behind(belopp=("kant",)),),
        spec=spec,
        licence=rows.licence(v),
        plot=Plot("bar", (1,)),
    )  # fmt: skip


def amounts_figure(v: View) -> Exhibit | None:
    """Every kind of amount that the län has, each by itself."""
    code = v.sel.one_lan
    found = funding.money_of_lan(v.w, v.sel, code or "")
    if code not in v.regions or not found:
        return None
    units = tuple(v.sel.but(matt=measure).currency for measure in found)
    return Exhibit(
        id="belopp",
        title=v.t("county.amounts_caption"),
        finding=v.t("export.amounts_finding", n=len(found), name=v.regions[code]),
        columns=(
            Column(v.t("detail.kind")),
            Column(v.t("export.currency")),
            Column(v.t("mode.split").capitalize(), "money", currency=units),
            Column(v.t("mode.touched").capitalize(), "money", currency=units),
            Column(v.t("value.belopp_kant"), "number"),
        ),
        rows=tuple(
            (counting.measure(v, measure), unit, r["split"], r["touched"], r["n"])
            for (measure, r), unit in zip(found.items(), units, strict=True)
        ),
        basis=(counting.told(v), v.t("mode.split_help"), v.t("mode.touched_help")),
        source=(v.behind(belopp=("kant",)),),
        licence=rows.licence(v),
        plot=Plot("table"),
    )


def _participants(v: View) -> Markup:
    return parts.missing(participants(v))


def participants(v: View) -> str:
    """How many take part, planned and actual, in words; hidden numbers are never in a sum."""
    people = targets.participants(v.w, v.sel)
    if not people["with_planned"]:
        return v.t("county.participants_none")
    actual = v.n(people["actual"])
    if people["hidden"]:
        actual = v.t("hidden.at_least", n=v.n(people["actual"] or 0))
    said = v.t(
        "county.participants", planned=v.n(people["planned"]), n=people["with_planned"], all=people["projects"],
        actual=actual, m=people["with_actual"],
    )  # fmt: skip
    if people["hidden"]:
        said += f" {v.t('hidden.not_in_sum', n=people['hidden'])} {hidden.rule(v)}"
    said += " " + v.t("counting.participants_here", here=v.n(people["planned_here"]))
    if national := people["planned_national"]:
        without = v.n(people["planned"] - national)
        said += " " + v.t("counting.participants_national", national=v.n(national), without=without)
    return said


@layout.kept
def groups(v: View) -> Markup:
    """Whom the initiatives are for, who is not named, and how many take part."""
    found = targets.groups(v.w, v.sel)
    most = max((r["n"] for r in found), default=1)
    none = targets.without_group(v.w, v.sel)
    unreached = targets.unreached(v.w, v.sel)
    return parts.join([
        parts.heading(3, v.t("county.side_groups")),
        parts.bars(
            [
                Bar(
                    parts.link(v.href("initiatives", malgrupp=(r["code"],)), v.of(r)), v.n(r["n"]),
                    r["n"] / most,
                )
                for r in found
            ],
            v.t("county.groups_caption"),
        ),
        parts.missing(v.t("county.groups_missing", n=none)) if none else Markup(""),
        _participants(v),
        parts.missing(v.t("county.unreached", groups=", ".join(map(v.of, unreached)))) if unreached else Markup(""),
        v.behind(),
        take(v, "malgrupper", v.t("county.side_groups"), with_chart=True),
    ])  # fmt: skip


def groups_figure(v: View) -> Exhibit | None:
    """Initiatives by target group; one may have several."""
    code = v.sel.one_lan
    found = targets.groups(v.w, v.sel)
    if code not in v.regions or not found:
        return None
    none, unreached = targets.without_group(v.w, v.sel), targets.unreached(v.w, v.sel)
    items = [hbars.Item(v.of(r), r["n"], v.n(r["n"])) for r in found]

    def spec(dark: bool) -> Spec:
        return hbars.bars(items, dark=dark, lang=v.lang)

    return Exhibit(
        id="malgrupper",
        title=v.t("county.groups_caption"),
        finding=v.t(
            "export.groups_finding", name=v.regions[code], group=v.of(found[0]), n=found[0]["n"],
            running=sum(r["running"] > 0 for r in found), of=len(found),
        ),
        columns=(
            Column(v.t("facet.malgrupp")), Column(v.t("page.initiatives"), "number"),
            Column(v.t("county.now"), "number"),
        ),
        rows=tuple((v.of(r), r["n"], r["running"]) for r in found),
        missing=tuple(
            filter(
                None,
                [
                    v.t("county.groups_missing", n=none) if none else "",
                    v.t("county.unreached", groups=", ".join(map(v.of, unreached))) if unreached else "",
                    participants(v),
                ],
            )
        ),
        source=(v.behind(),),
        links=tuple(v.href("initiatives", malgrupp=(r["code"],)) for r in found),
        spec=spec,
        licence=rows.licence(v),
        plot=Plot("bar", (1, 2)),
    )  # fmt: skip
