"""The kommun drill-down of *Mitt län*: what is known on that level, and what is missing there."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import layout, parts
from dashboard.blocks import hidden, rows, series
from dashboard.db import Row
from dashboard.exhibit import WITHHELD, Cell, Column, Exhibit, Plot, take
from dashboard.layout import View
from dashboard.parts import Figure
from dashboard.questions import indicators, initiatives, regions


def drill_down(v: View, *above: Markup) -> None:
    """All kommuner of the län in a table, or one of them with its figures and initiatives.

    ``above`` goes on the page before it, with the heading.
    """
    lan = v.sel.one_lan or ""
    towns = regions.kommuner(v.w, lan)
    chosen = next((code for code in v.sel.kommun if code in {k["code"] for k in towns}), "")
    layout.html(*above, parts.heading(2, v.t("county.kommun")))
    layout.choose(
        v.t("county.kommun_choose"), "kommun", ["", *(k["code"] for k in towns)], chosen,
        lambda c: v.regions[c] if c else v.t("county.kommun_all"),
    )  # fmt: skip
    if chosen:
        known = {(r["code"], r["indicator_code"]): r for r in indicators.kommun_values(v.w, lan)}
        _one(v.but(kommun=(chosen,)), chosen, known)
    else:
        layout.html(_all(v.but(kommun=())))


def _value(v: View, known: dict[tuple[str, str], Row], code: str, indicator: Row) -> str | Markup:
    row = known.get((code, indicator["code"]))
    return parts.link(v.source_href(row), hidden.value(v, row, indicator)) if row else "–"


def _reaching(v: View, known: dict[tuple[str, str], Row]) -> list[Row]:
    """The indicators that reach this level, population apart."""
    catalogue = indicators.catalogue(v.w)
    codes = dict.fromkeys(code for _, code in known if code != "population" and code in catalogue)
    return [catalogue[code] for code in codes]


def _people(v: View, known: dict[tuple[str, str], Row], code: str) -> str | Markup:
    """Population with a link to its source row, and its year where that is not the newest seen."""
    row = known.get((code, "population"))
    if row is None:
        return "–"
    newest = max(r["period"] for (_, indicator), r in known.items() if indicator == "population")
    year = Markup(" <small>{}</small>").format(row["period"]) if row["period"] != newest else ""
    return Markup("{}{}").format(
        parts.link(v.source_href(row), hidden.mark(v) if hidden.is_hidden(row) else v.n(row["value"])), year
    )


@layout.kept
def _all(v: View) -> Markup:
    lan = v.sel.one_lan or ""
    towns = regions.kommuner(v.w, lan)
    known = {(r["code"], r["indicator_code"]): r for r in indicators.kommun_values(v.w, lan)}
    found = _reaching(v, known)
    count = {p["code"]: p["n"] for p in initiatives.kommun_points(v.w, v.sel)}
    head = [v.t("county.kommun_name"), v.t("county.kommun_population"), v.t("county.kommun_initiatives")]
    head += [f"{v.of(i)} {i['latest']}" for i in found]
    body = [
        [
            parts.link(v.href(kommun=(k["code"],)), k["name"]),
            _people(v, known, k["code"]),
            v.n(count.get(k["code"], 0)),
            *(_value(v, known, k["code"], i) for i in found),
        ]
        for k in towns
    ]
    unknown = sum((k["code"], "population") not in known for k in towns)
    return parts.join(
        [
            parts.table(head, body, label=v.t("county.kommun"), numeric=range(1, len(head))),
            hidden.note(v, *known.values()),
            parts.missing(v.t("county.kommun_missing", n=unknown)) if unknown else Markup(""),
            Markup("<p>{}</p>").format(parts.link(v.href("kommun"), v.t("kommun.to_map"))),
            take(v, "kommun", v.t("county.kommun")),
        ]
    )


def figure(v: View) -> Exhibit | None:
    """Every kommun of the län with its inhabitants, initiatives and the indicators that reach this level."""
    lan = v.sel.one_lan
    if lan not in v.regions:
        return None
    v = v.but(kommun=())
    known = {(r["code"], r["indicator_code"]): r for r in indicators.kommun_values(v.w, lan)}
    found, towns = _reaching(v, known), regions.kommuner(v.w, lan)
    count = {p["code"]: p["n"] for p in initiatives.kommun_points(v.w, v.sel)}
    unknown = sum((k["code"], "population") not in known for k in towns)

    def cell(code: str, indicator: str) -> Cell:
        row = known.get((code, indicator))
        return None if row is None else WITHHELD if hidden.is_hidden(row) else row["value"]

    def year(code: str) -> str | None:
        return known[code, "population"]["period"] if (code, "population") in known else None

    return Exhibit(
        id="kommun",
        title=v.t("county.kommun"),
        finding=v.t(
            "export.kommun_finding", name=v.regions[lan], n=len(towns), with_any=sum(k["code"] in count for k in towns)
        ),
        columns=(
            Column(v.t("county.kommun_name")), Column(v.t("export.code")), Column(v.t("county.population"), "number"),
            Column(v.t("figure.period")), Column(v.t("county.kommun_initiatives"), "number"),
            *(
                Column(f"{v.of(i)} {i['latest']}", "number", decimals=i["decimals"], unit=v.unit(i))
                for i in found
            ),
        ),
        rows=tuple(
            (
                k["name"], k["code"], cell(k["code"], "population"), year(k["code"]), count.get(k["code"], 0),
                *(cell(k["code"], i["code"]) for i in found),
            )
            for k in towns
        ),
        basis=(hidden.rule(v),) if any(map(hidden.is_hidden, known.values())) else (),
        missing=(v.t("county.kommun_missing", n=unknown),) if unknown else (),
        source=(v.behind(), *((series.publishers(v, kinds),) if (kinds := _kinds(v, known)) else ())),
        licence="; ".join(filter(None, [rows.licence(v), series.licences(v, kinds)])),
        plot=Plot("table"),
    )  # fmt: skip


def _kinds(v: View, known: dict[tuple[str, str], Row]) -> list[Row]:
    """The indicators behind the table, population too, each with a source."""
    catalogue = indicators.catalogue(v.w)
    last = {code: r for (_, code), r in known.items()}
    return [{**catalogue[code], "source_id": r["source_id"]} for code, r in last.items() if code in catalogue]


def _one(v: View, code: str, known: dict[tuple[str, str], Row]) -> None:
    found = initiatives.listed(v.w, v.sel)
    people = known.get((code, "population"))
    items = [
        Figure(v.t("county.population"), _people(v, known, code), people["period"] if people else ""),
        Figure(v.t("county.kommun_initiatives"), v.n(found[0]["matches"] if found else 0)),
    ]
    items += [Figure(v.of(i), _value(v, known, code, i), i["latest"]) for i in _reaching(v, known)]
    layout.html(
        parts.heading(3, v.regions[code]),
        parts.figures(items),
        hidden.note(v, *(r for (town, _), r in known.items() if town == code)),
        rows.table(v, found, v.t("county.kommun_list", name=v.regions[code]))
        if found
        else parts.missing(v.t("county.kommun_empty", name=v.regions[code])),
        Markup("<p>{}</p>").format(parts.link(v.href("kommun"), v.t("kommun.to_page", name=v.regions[code]))),
    )
