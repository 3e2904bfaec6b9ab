"""The figures of *Mitt län* as exhibits: what the page shows, for files and for embedding."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from dashboard.blocks import counting, county, hidden, rows, series
from dashboard.blocks.portfolio_need import Need, needs
from dashboard.charts import kommun_map
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot
from dashboard.layout import View
from dashboard.questions import funding, indicators, initiatives, regions, targets

_NOBODY = {"touched": 0, "split": Decimal(), "running": 0, "undated": 0}


def headline(v: View) -> Exhibit | None:
    """The län's four figures: initiatives, running ones, money, inhabitants; in total and divided."""
    code = v.sel.one_lan
    if code not in v.regions:
        return None
    projects = funding.projects_by_lan(v.w, v.sel).get(code, _NOBODY)
    money = funding.money_by_lan(v.w, v.sel, v.sel.matt).get(code)
    people = indicators.population(v.w)
    ending = initiatives.ending(v.w, v.sel)
    unit, persons = v.sel.currency, v.t("export.persons")
    whole, split, touched = v.t("page.initiatives").lower(), v.t("mode.split"), v.t("mode.touched")
    body: list[tuple[str, Cell, str, str, int]] = [
        (v.t("county.initiatives"), projects["touched"], whole, touched, 0),
        (v.t("county.initiatives"), projects["split"], whole, split, 2),
        (v.t("county.running"), projects["running"], whole, touched, 0),
        (v.t("county.ends"), len(ending), whole, touched, 0),
        (v.t("export.undated"), projects["undated"], whole, touched, 0),
        (counting.measure(v), money["split"] if money else None, unit, split, 2),
        (counting.measure(v), money["touched"] if money else None, unit, touched, 2),
        (v.t("county.population"), people.get(code), persons, "", 0),
    ]
    return Exhibit(
        id="nyckeltal",
        title=v.regions[code],
        finding=county.finding(v),
        columns=(
            Column(v.t("export.figure")),
            Column(v.t("export.value"), "number", decimals=tuple(r[4] for r in body)),
            Column(v.t("export.unit")),
            Column(v.t("export.counted")),
        ),
        rows=tuple(r[:4] for r in body),
        basis=_basis(v),
        source=(v.behind(),),
        licence=rows.licence(v),
        plot=Plot("table"),
    )


def _basis(v: View) -> tuple[str, ...]:
    total = funding.total(v.w, v.sel, v.sel.matt)
    return (
        f"{counting.told(v, total)} {counting.note(v)}".strip(), counting.places(v, v.sel.but(lan=())),
        v.t("mode.split_help"), v.t("mode.touched_help"),
    )  # fmt: skip


def profile(v: View) -> Exhibit | None:
    """Every indicator's latest value beside riket, with its place among the län."""
    code = v.sel.one_lan
    found = indicators.profile(v.w, code or "")
    if code not in v.regions or not found:
        return None
    better = [r for r in found if county.tone(r) == "better"]
    worse = [r for r in found if county.tone(r) == "worse"]
    decimals = tuple(r["decimals"] for r in found)
    return Exhibit(
        id="indikatorer",
        title=v.t("county.side_need"),
        finding=v.t(
            "export.profile_finding", name=v.regions[code], better=len(better), worse=len(worse), of=len(found)
        ),
        columns=(
            Column(v.t("county.need_indicator")),
            Column(v.t("figure.period")),
            Column(v.t("export.unit")),
            Column(v.t("county.need_value"), "number", decimals=decimals),
            Column(v.t("county.need_riket"), "number", decimals=decimals),
            Column(v.t("county.need_rank"), "number"),
            Column(v.t("export.of"), "number"),
            Column(v.t("export.against")),
        ),
        rows=tuple(
            (
                v.of(r),
                v.span(r["period"]),
                v.unit(r),
                WITHHELD if hidden.is_hidden(r) else r["value"],
                r["riket"],
                r["rank"],
                r["of"],
                _against(v, r),
            )
            for r in found
        ),
        basis=(v.t("export.profile_foot"), *((hidden.rule(v),) if any(map(hidden.is_hidden, found)) else ())),
        source=(series.publishers(v, found),),
        licence=series.licences(v, found),
        plot=Plot("table"),
    )


def _against(v: View, r: Row) -> str:
    """How the value stands to riket, and its flag, in words."""
    said = [v.t(f"county.{tone}")] if (tone := county.tone(r)) else []
    if r["better"] == "neutral":
        said.append(v.t("export.neutral"))
    if r["flag"]:
        said.append(v.t(f"flag.{r['flag']}"))
    return ", ".join(said)


def peers(v: View) -> Exhibit | None:
    """The län beside the three most alike, on every indicator's latest period."""
    code = v.sel.one_lan
    alike = [r["peer_code"] for r in regions.peers(v.w, code or "")]
    found = indicators.profile(v.w, code or "")
    if code not in v.regions or not alike or not found:
        return None
    by = {r["code"]: indicators.by_lan(v.w, r["code"], r["period"]) for r in found}
    decimals = tuple(r["decimals"] for r in found)

    def cell(r: Row, place: str) -> Cell:
        row = by[r["code"]].get(place)
        if row is None:
            return None
        return WITHHELD if hidden.is_hidden(row) else row["value"]

    four = [row for r in found for place in (code, *alike) if (row := by[r["code"]].get(place))]
    first = sum(_leads(r, [by[r["code"]].get(place) for place in (code, *alike)]) for r in found)
    judged = sum(r["better"] != "neutral" and r["value"] is not None for r in found)
    names = regions.short_names(v.w)
    return Exhibit(
        id="likar",
        title=v.t("export.peers"),
        finding=v.t("export.peers_finding", name=v.regions[code], n=first, of=judged),
        columns=(
            Column(v.t("county.need_indicator")),
            Column(v.t("figure.period")),
            Column(v.t("export.unit")),
            *(Column(names[place], "number", decimals=decimals) for place in (code, *alike)),
            Column(v.regions["00"], "number", decimals=decimals),
        ),
        rows=tuple(
            (v.of(r), v.span(r["period"]), v.unit(r), *(cell(r, place) for place in (code, *alike)), r["riket"])
            for r in found
        ),
        basis=(
            v.t("export.peers_basis", names=", ".join(v.regions[place] for place in alike)),
            *((hidden.rule(v),) if any(map(hidden.is_hidden, four)) else ()),
        ),
        source=(series.publishers(v, found),),
        licence=series.licences(v, found),
        plot=Plot("table"),
    )  # fmt: skip


def _leads(indicator: Row, four: list[Row | None]) -> bool:
    """Whether the first of the four has the best value."""
    values = [r["value"] if r else None for r in four]
    known = [value for value in values if value is not None]
    if indicator["better"] == "neutral" or values[0] is None or len(known) < len(values):
        return False
    return bool(values[0] == (max if indicator["better"] == "high" else min)(known))


def running(v: View) -> Exhibit | None:
    """What runs now, with owner, time and amount."""
    if v.sel.one_lan not in v.regions:
        return None
    now = v.but(status=("running",))
    found = initiatives.listed(v.w, now.sel, limit=rows.EVERY)
    finding = v.t("export.running_finding", n=len(found), name=v.regions[v.sel.one_lan or ""])
    return rows.exhibit(now, found, id="pagar", title=v.t("county.now"), finding=finding)


def ending(v: View) -> Exhibit | None:
    """What runs and ends within six months of the snapshot's date, soonest first."""
    if v.sel.one_lan not in v.regions:
        return None
    found = initiatives.ending(v.w, v.sel)
    finding = (
        v.t("export.ending_finding", n=len(found), title=v.of(found[0]), day=v.day(found[0]["last_date"]))
        if found
        else v.t("county.ends_empty")
    )
    return Exhibit(
        id="slutar",
        title=v.t("county.ends"),
        finding=finding,
        columns=(Column(v.t("list.name")), Column(v.t("list.owner")), Column(v.t("export.last_day"), "date")),
        rows=tuple((v.of(r), r["beneficiary"], r["last_date"]) for r in found),
        basis=(v.t("export.ending_basis", day=v.day(v.as_of)),),
        source=(v.behind(status=("running",)),),
        links=tuple(rows.href(v, r) for r in found),
        licence=rows.licence(v),
        plot=Plot("table"),
    )


def everything(v: View) -> Exhibit | None:
    """Every initiative of the län."""
    if v.sel.one_lan not in v.regions:
        return None
    found = initiatives.listed(v.w, v.sel, limit=rows.EVERY)
    finding = v.t("export.list_finding", n=v.n(len(found)), name=v.regions[v.sel.one_lan or ""])
    return rows.exhibit(v, found, id="alla", title=v.t("county.list"), finding=finding)


def white(v: View) -> Exhibit | None:
    """The target groups that nothing running or undated in the län names, those with a high need there first."""
    code = v.sel.one_lan or ""
    if code not in v.regions:
        return None
    need = needs(v)

    worst = {group for (group, lan), of in need.items() if lan == code and of.is_high}
    found = sorted(targets.unreached(v.w, v.sel), key=lambda r: (r["code"] not in worst, v.of(r)))
    high = [v.of(r) for r in found if r["code"] in worst]
    by_need = {r["code"]: r for r in targets.groups(v.w, v.sel)}
    country = {r["code"]: r for r in targets.groups(v.w, v.sel.whole())}
    name = v.regions[v.sel.one_lan or ""]
    key = "export.white_finding" if found else "export.white_none"
    return Exhibit(
        id="vita",
        title=v.t("export.white"),
        finding=" ".join(
            [
                v.t(key, name=name, n=len(found), groups=", ".join(map(v.of, found))),
                *([v.t("export.white_high", groups=", ".join(high))] if high else []),
            ]
        ),
        columns=(
            Column(v.t("county.side_groups")),
            Column(v.t("export.white_need")),
            Column(v.t("export.white_place")),
            Column(v.t("export.white_ended"), "number"),
            Column(v.t("export.white_country"), "number"),
        ),
        rows=tuple(
            (
                v.of(r),
                *_measured(v, need.get((r["code"], code))),
                by_need.get(r["code"], {}).get("n", 0),
                country.get(r["code"], {}).get("running", 0),
            )
            for r in found
        ),
        basis=(v.t("export.white_basis"), v.t("portfolio.need_rule")),
        missing=(v.t("county.groups_missing", n=targets.without_group(v.w, v.sel)),),
        source=(v.behind(),),
        licence=rows.licence(v),
        plot=Plot("table"),
    )


def _measured(v: View, need: Need | None) -> tuple[str | None, str | None]:
    """What measures a group's need, with the län's value; and the län's place counted from the worst."""
    if need is None:
        return None, None
    told = f"{v.of(need.row)}, {v.span(need.row['period'])}: {v.value(need.row['value'], need.row)}"
    return told, v.t("export.white_worst", place=need.worst, of=need.of)


def places(v: View) -> Exhibit | None:
    """Initiatives by kommun, with the kommun map."""
    code = v.sel.one_lan
    if code not in v.regions:
        return None
    inside = [p for p in initiatives.kommun_points(v.w, v.sel) if p["code"][:2] == code]
    if not inside:
        return None
    tied, none, owner = initiatives.placed(v.w, v.sel, code)
    outlines = regions.geojson(v.w, "kommun", code)

    def spec(dark: bool) -> Spec:
        return kommun_map.kommun_map(outlines, inside, dark=dark, lang=v.lang)

    return Exhibit(
        id="kommuner",
        title=v.t("county.map"),
        finding=v.t("county.map_sentence", n=tied, k=len(inside)),
        columns=(
            Column(v.t("county.kommun_name")), Column(v.t("export.code")),
            Column(v.t("county.kommun_initiatives"), "number"),
        ),
        rows=tuple((p["name"], p["code"], p["n"]) for p in inside),
        basis=(counting.places(v, v.sel),),
        missing=(v.t("county.map_missing", n=none, owner=owner),),
        source=(v.behind(),),
        links=tuple(v.href("initiatives", kommun=(p["code"],)) for p in inside),
        spec=spec,
        licence=rows.licence(v),
        plot=Plot("map", (2,)),
    )  # fmt: skip


def locator(v: View) -> str:
    """Where the län lies, as SVG: the country's outlines with it painted."""
    paths = Markup("").join(
        Markup('<path d="{}" fill="{}" stroke="#46555F" stroke-width="1.5"/>').format(
            r["svg_path"], "#005A70" if r["code"] == v.sel.one_lan else "#F2F5F7"
        )
        for r in regions.shapes(v.w)
    )
    return Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}">{}</svg>').format(regions.frame(v.w), paths)
