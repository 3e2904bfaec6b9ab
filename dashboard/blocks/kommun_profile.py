"""The page *Kommun*: one kommun beside its län and riket, over time, and the initiatives there."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import exhibit, layout, parts
from dashboard.blocks import counting, hidden, rows, series
from dashboard.blocks.kommun_map import chosen, people, reaching
from dashboard.charts import lines
from dashboard.charts.look import Spec
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit
from dashboard.layout import View
from dashboard.questions import indicators, initiatives, kommuner

MOST = 50
_ALL = 10_000


def section(v: View) -> None:
    """Everything on the chosen kommun, nothing when none is."""
    code = chosen(v)
    if not code:
        return
    layout.html(Markup('<div id="profil"></div>'))
    exhibit.draw(v, values(v), is_open=True)
    if any(map(hidden.is_hidden, kommuner.profile(v.w, code))):
        layout.html(parts.source(hidden.rule(v)))
    if drawn := trend(v):
        exhibit.draw(v, drawn)
    elif one := _of_trend(v):
        layout.html(parts.missing(v.t("kommun.trend_none", title=v.of(one), name=v.regions[code])))
    exhibit.draw(v, active(v), is_open=True)
    exhibit.draw(v, owned(v), is_open=True)


def values(v: View) -> Exhibit | None:
    """The kommun's indicators beside its län's and riket's, with its place among the kommuner that have a value.

    The number of inhabitants stands in the finding: it is no indicator of inclusion, and its year differs by kommun.
    """
    code = chosen(v)
    if not code:
        return None
    found = kommuner.profile(v.w, code)
    name, lan = v.regions[code], v.regions[kommuner.every(v.w)[code]["lan_code"]]
    n = sum(r["value"] is not None for r in found if r["code"] != "population")
    finding = v.t(
        "kommun.profile_one" if n == 1 else "kommun.profile_finding",
        name=name,
        indicators=v.n(n),
        people=people(v, found),
    )
    body: list[tuple[Cell, ...]] = [
        (
            v.of(r), v.span(r["period"]), v.unit(r), _cell(r["value"], r["flag"]), _cell(r["lan"], r["lan_flag"]),
            _cell(r["riket"], r["riket_flag"]), r["rank"], r["of"] if r["rank"] else None,
        )
        for r in found if r["code"] != "population"
    ]  # fmt: skip
    decimals = max((r["decimals"] for r in found if r["code"] != "population"), default=0)
    number = [Column(title, "number", decimals) for title in (name, lan, v.regions["00"])]
    return Exhibit(
        id="kommunprofil", title=v.t("kommun.profile", name=name, lan=lan), finding=finding, rows=tuple(body),
        columns=(
            Column(v.t("kommun.indicator")), Column(v.t("kommun.period")), Column(v.t("kommun.unit")), *number,
            Column(v.t("kommun.rank"), "number"), Column(v.t("kommun.of"), "number"),
        ),
        links=tuple(v.href(indikator=r["code"], ar="") for r in found if r["code"] != "population"),
        basis=(v.t("kommun.profile_basis"), *_flagged(v, found)), missing=reaching(v),
        source=tuple(series.source_line(v, r, v.span(r["period"]), r) for r in found),
    )  # fmt: skip


def _cell(value: float | None, flag: str | None) -> Cell:
    return WITHHELD if value is None and flag == "s" else value


def _flagged(v: View, found: tuple[Row, ...]) -> list[str]:
    """Values that are preliminary, uncertain or after a break, in words."""
    named = {f: ", ".join(v.of(r) for r in found if r["flag"] == f and r["value"] is not None) for f in ("p", "b", "u")}
    return [f"{v.t(f'flag.{flag}').capitalize()}: {names}." for flag, names in named.items() if names]


def _of_trend(v: View) -> Row | None:
    """The indicator whose trend is asked for: the chosen one where it reaches the kommuner."""
    found = kommuner.catalogue(v.w)
    return found.get(v.sel.indikator) or next(iter(found.values()), None)


def trend(v: View) -> Exhibit | None:
    """The chosen indicator over time in the kommun, its län and riket; None with fewer than two values."""
    code, one = chosen(v), _of_trend(v)
    if not code or one is None:
        return None
    lan = kommuner.every(v.w)[code]["lan_code"]
    codes = [code] if one["unit"] == "personer" else [code, lan, "00"]
    found = indicators.trend(v.w, one["code"], codes)
    valued = [r for r in found if r["value"] is not None]
    own = [r for r in valued if r["region_code"] == code]
    if len(own) < 2:
        return None
    names = {c: v.regions[c] for c in codes}
    shown = {(r["region_code"], r["period"]): series.shown(v, one, r) for r in found}
    cells = {(r["region_code"], r["period"]): _cell(r["value"], r["flag"]) for r in found}
    periods = sorted({r["period"] for r in found}, reverse=True)

    def spec(dark: bool) -> Spec:
        return lines.trend(valued, code, names, shown, dark=dark, lang=v.lang)

    first = max((at for at, r in enumerate(own) if r["flag"] == "b"), default=0)
    last = own[-1]
    told = {
        "title": v.of(one), "name": names[code], "last": v.value(last["value"], one),
        "last_period": v.span(last["period"]),
    }  # fmt: skip
    finding = (
        v.t("kommun.trend_break", **told) if own[first] is last
        else v.t(
            "kommun.trend_finding", first=v.value(own[first]["value"], one),
            first_period=v.span(own[first]["period"]), **told,
        )
    )  # fmt: skip
    breaks = sorted({r["period"] for r in valued if r["flag"] == "b"})
    return Exhibit(
        id="kommuntrend", title=v.t("kommun.trend", title=v.of(one)), finding=finding,
        columns=(
            Column(v.t("figure.period")),
            *(Column(names[c], "number", one["decimals"], unit=v.unit(one)) for c in codes),
        ),
        rows=tuple((v.span(p), *(cells.get((c, p)) for c in codes)) for p in periods),
        basis=tuple(filter(None, [series.about(v, one)])),
        missing=(
            *([v.t("series.breaks", periods=", ".join(map(v.span, breaks)))] if breaks else []),
            *([v.t("series.holes")] if lines.has_holes(valued) else []),
        ),
        source=(series.source_line(v, one, v.span(last["period"]), last),), spec=spec,
    )  # fmt: skip


def active(v: View) -> Exhibit | None:
    """The initiatives whose activity is in the kommun."""
    code = chosen(v)
    if not code:
        return None
    name = v.regions[code]
    here = v.sel.but(plats="bara", kommun=(code,), lan=())
    found = initiatives.listed(v.w, here, limit=_ALL)
    running = sum(r["status"] == "running" for r in found)
    finding = v.t("kommun.active_none", name=name)
    if found:
        key = "kommun.active_one" if len(found) == 1 else "kommun.active_finding"
        finding = v.t(key, n=v.n(len(found)), name=name, running=v.n(running))
    return _listed(
        v, found, "kommuninitiativ", v.t("kommun.active", name=name), finding, v.t("kommun.active_basis"), plats="bara"
    )


def owned(v: View) -> Exhibit | None:
    """The initiatives whose owner has an address in the kommun, without known activity there; None without any."""
    code = chosen(v)
    if not code:
        return None
    here = v.sel.but(kommun=(code,), lan=())
    there = {r["operation_id"] for r in initiatives.listed(v.w, here.but(plats="bara"), limit=_ALL)}
    of = initiatives.listed(v.w, here.but(plats="agare"), limit=_ALL)
    found = tuple(r for r in of if r["operation_id"] not in there)
    if not found:
        return None
    key = "kommun.owned_one" if len(found) == 1 else "kommun.owned_finding"
    title = v.t("kommun.owned", name=v.regions[code])
    finding = v.t(key, n=v.n(len(found)), name=v.regions[code])
    return _listed(v, found, "kommunagare", title, finding, v.t("kommun.owned_basis"), plats="agare")


def _listed(v: View, found: tuple[Row, ...], of: str, title: str, finding: str, basis: str, *, plats: str) -> Exhibit:
    told = v.but(plats=plats, kommun=(chosen(v),), lan=())
    body: list[tuple[Cell, ...]] = [
        (
            v.of(r), r["beneficiary"] or v.t("value.not_seen"), rows.span(v, r), v.t(f"value.status_{r['status']}"),
            r["amount"],
        )
        for r in found[:MOST]
    ]  # fmt: skip
    unknown = sum(r["amount"] is None for r in found)
    more = [v.t("kommun.shown_of", shown=v.n(MOST), n=v.n(len(found)))] if len(found) > MOST else []
    return Exhibit(
        id=of, title=title, finding=finding, rows=tuple(body),
        columns=(
            *(Column(v.t(f"kommun.{name}")) for name in ("title_of", "owner", "when", "status")),
            Column(counting.measure(v), "money", currency=v.sel.currency),
        ),
        links=tuple(rows.href(v, r) for r in found[:MOST]), basis=(basis, counting.told(v)) if found else (),
        missing=(*more, *([v.t("list.missing", n=unknown)] if unknown else [])), source=(told.behind(),),
    )  # fmt: skip
