"""Who answers: one function a resource. A checked request in, a response out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from starlette.responses import Response

from dashboard import layout
from dashboard.api import rows
from dashboard.api.answers import envelope, single, spreadsheet
from dashboard.api.spec import Asked, Json, ProblemError
from dashboard.db import SCHEMA, NoSnapshotError, Row, served
from dashboard.db import kept as kept_snapshots
from dashboard.layout import View
from dashboard.questions import basis, export, funding, initiatives, provenance
from dashboard.questions import regions as region_questions
from dashboard.selection import NATIONAL, UNKNOWN, Selection
from dashboard.texts import t


def regions(asked: Asked) -> Response:
    """Riket, län and kommuner."""
    found = export.all_regions(asked.w, asked.values["level"], asked.values["lan"])
    return _page(asked, map(rows.region, found), export.licences(asked.w, "reference", asked.sel.lang))


def shapes(asked: Asked) -> Response:
    """The outlines of a level as GeoJSON."""
    chosen = set(asked.values["lan"])
    features = ",".join(
        f'{{"type":"Feature","id":"{r["code"]}","properties":{_properties(r)},"geometry":{r["geojson"]}}}'
        for r in region_questions.geojson(asked.w, asked.values["level"])
        if not chosen or r["lan_code"] in chosen
    )
    return Response(f'{{"type":"FeatureCollection","features":[{features}]}}', media_type="application/geo+json")


def operations(asked: Asked) -> Response:
    """A page of the selection's operations."""
    limit, offset = asked.values["limit"], asked.values["offset"]
    found, total = export.operations(asked.w, asked.sel, limit=limit, offset=offset)
    listed = [rows.operation(asked, r) for r in found]
    licence = export.licences(asked.w, "operations", asked.sel.lang)
    return envelope(asked, listed, total, licence, filter=words(asked), **told(asked))


def operations_csv(asked: Asked) -> Response:
    """The whole selection, one row an operation."""
    found, _ = export.operations(asked.w, asked.sel)
    how = told(asked)
    listed = ({**rows.operation(asked, r), **how} for r in found)
    return spreadsheet(asked, "operations", rows.operation_columns(asked.sel), listed)


def told(asked: Asked) -> Json:
    """What the answer's amounts are told in and how its operations are counted: stands in every answer on them."""
    sel = asked.sel
    return {
        **rows.pick(basis.about(asked.w, sel.bas), "basis", "price_year", "rate", "rate_date"),
        "portfolio": sel.portfolj,
        "places_by": sel.plats,
        "national": sel.nationella,
    }


def operation(asked: Asked) -> Response:
    """One operation in full."""
    row = initiatives.find(asked.w, asked.values["id"])
    if row is None:
        raise ProblemError(404, "No operation has this id in the snapshot.", parameter="id")
    key = row["operation_id"]
    found = initiatives.detail(asked.w, key)
    origins = export.source_rows(asked.w, key)
    data = rows.in_full(asked, row, found, export.counted(asked.w, key), origins)
    return single(asked, data, "; ".join(dict.fromkeys(o["licence"] for o in origins)))


def indicators(asked: Asked) -> Response:
    """Every indicator that has a value."""
    found = export.indicators(asked.w)
    return _page(asked, map(rows.indicator, found), "; ".join(sorted(dict.fromkeys(r["licence"] for r in found))))


def values(asked: Asked) -> Response:
    """A page of an indicator's values."""
    about, found = _values(asked)
    page = [rows.value(r) for r in _cut(asked, found)]
    return envelope(asked, page, len(found), about["licence"], filter=words(asked), indicator=rows.indicator(about))


def values_csv(asked: Asked) -> Response:
    """All the chosen values of an indicator."""
    about, found = _values(asked)
    unit = about["unit_en"] if asked.sel.lang == "en" else about["unit"]
    told = ({**rows.value(r), "indicator_code": about["code"], "unit": unit} for r in found)
    return spreadsheet(asked, about["code"], rows.value_columns(), told)


def sources(asked: Asked) -> Response:
    """Every input file."""
    licence = export.licences(asked.w, "", asked.sel.lang)
    return _page(asked, map(rows.source_file, provenance.sources(asked.w)), licence)


def funding_by_lan(asked: Asked) -> Response:
    """Money by place: 21 län, national and unknown, with the unique total that they sum to when split."""
    projects = funding.projects_by_lan(asked.w, asked.sel)
    money = funding.money_by_lan(asked.w, asked.sel, asked.sel.matt)
    unique = funding.total(asked.w, asked.sel, asked.sel.matt)
    data = [_money_row(code, asked, projects.get(code), money.get(code)) for code in asked.vocabulary["lan"]]
    parts = [r["amount"] for r in data if r["amount"] is not None]
    return single(
        asked,
        data,
        export.licences(asked.w, "operations", asked.sel.lang),
        total=len(data),
        measure=asked.sel.matt,
        currency=asked.sel.currency,
        mode=asked.sel.satt,
        **told(asked),
        sum={
            "operations_split": sum((r["operations_split"] for r in data), Decimal()),
            "amount": sum(parts, Decimal()) if parts else None,
        },
        unique={
            "operations": unique["projects"],
            "operations_with_amount": unique["with_amount"],
            "amount": unique["amount"],
            "rounded": unique["rounded"],
            "not_restated": unique["not_restated"],
            "not_restated_amount": unique["not_restated_amount"],
            "not_restated_currency": asked.sel.money[1],
        },
        filter=words(asked),
    )


def snapshot(asked: Asked) -> Response:
    """The snapshot and what it holds."""
    about, held = provenance.snapshot(asked.w), provenance.coverage(asked.w)
    current, ids = kept()
    names = ("as_of", "built_at", "inputs_sha256", "rules_sha256", "schema_version")
    counts = ("operations", "records", "sources", "indicators", "values", "raw_records")
    data = {
        "snapshot_id": asked.w.snapshot_id,
        **rows.pick(about, *names),
        "is_current": current == asked.w.snapshot_id,
        "kept": ids,
        **rows.pick(held, *counts),
    }
    return single(asked, data, export.licences(asked.w, "", asked.sel.lang))


def kept() -> tuple[str, list[str]]:
    """The current snapshot (empty: none) and all that may be pinned."""
    folder = layout.snapshot_folder()
    ids = sorted(k.snapshot_id for k in kept_snapshots(folder) if k.schema_version == SCHEMA)
    try:
        return served(folder).snapshot_id, ids
    except NoSnapshotError:
        return "", ids


def words(asked: Asked) -> str:
    """What was chosen, in words; what has no words as name=value."""
    view = View(asked.w, asked.sel, "initiatives")
    rest = [f"{name}={asked.given[name]}" for name in ("level", "region", "period", "sex") if name in asked.given]
    if "status" in asked.values:
        return asked.sel.describe(layout.facet_names(view))
    chosen = Selection(lang=asked.sel.lang, lan=asked.values.get("lan", ()))
    if chosen.lan:
        rest.insert(0, chosen.describe(layout.facet_names(view)))
    return "; ".join(rest) or t("facet.all", asked.sel.lang).lower()


def _page(asked: Asked, found: Iterable[Json], licence: str) -> Response:
    every = list(found)
    return envelope(asked, _cut(asked, every), len(every), licence, filter=words(asked))


def _cut(asked: Asked, every: list[Row] | tuple[Row, ...]) -> list[Row] | tuple[Row, ...]:
    start = asked.values["offset"]
    return every[start : start + asked.values["limit"]]


def _values(asked: Asked) -> tuple[Row, tuple[Row, ...]]:
    code = asked.values["code"]
    about = next(r for r in export.indicators(asked.w) if r["code"] == code)
    level = asked.values["level"]
    chosen = {name: asked.values[name] for name in ("region", "period", "sex")}
    return about, export.values(asked.w, code, {**chosen, "level": (level,) if level else ()})


def _money_row(code: str, asked: Asked, projects: Row | None, money: Row | None) -> Json:
    kind = {NATIONAL: "national", UNKNOWN: "unknown"}.get(code, "lan")
    sv, en = (
        (region_questions.names(asked.w, "sv")[code], region_questions.names(asked.w, "en")[code])
        if kind == "lan"
        else (t(f"value.lan_{code}", "sv"), t(f"value.lan_{code}", "en"))
    )
    return {
        "code": code,
        "kind": kind,
        "name_sv": sv,
        "name_en": en,
        "operations_touched": projects["touched"] if projects else 0,
        "operations_split": projects["split"] if projects else Decimal("0E-10"),
        "operations_with_amount": money["n"] if money else 0,
        "amount": money[asked.sel.satt] if money else None,
    }


def _properties(row: Row) -> str:
    return json.dumps(rows.pick(row, "code", "name_sv", "name_en", "lan_code", "nuts3"), ensure_ascii=False)
