"""Rows of the warehouse as rows of the API, one function a shape; and the columns of the CSVs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dashboard import layout
from dashboard.api.spec import BASE, Asked, Column, Json
from dashboard.db import Row
from dashboard.selection import MEASURES, NATIONAL, UNKNOWN, Selection, measure_id

_OPERATION = (
    "operation_id",
    "local_id",
    "records",
    "diarienummer",
    "title_sv",
    "title_en",
    "summary_sv",
    "summary_en",
    "beneficiary",
    "owner_type",
    "portfolio",
    "fund_code",
    "programming_period",
    "priority",
    "specific_objective",
    "status",
    "status_is_derived",
    "start_date",
    "start_precision",
    "end_date",
    "end_precision",
    "is_social_innovation",
)
_REGION = (
    "code",
    "level",
    "name_sv",
    "name_en",
    "short_name",
    "lan_code",
    "iso",
    "nuts3",
    "nuts2",
    "nuts2_name",
    "kolada_id",
    "authority",
)
_SOURCE = (
    "source_id",
    "file_name",
    "kind",
    "registry",
    "publisher",
    "title_sv",
    "title_en",
    "url",
    "licence",
    "caveat_sv",
    "caveat_en",
    "sha256",
    "bytes",
    "snapshot_date",
    "retrieved_at",
    "rows_read",
    "rows_loaded",
    "rows_quarantined",
    "warnings",
    "age_days",
)
TOLD = ("amount_year", "basis", "price_year", "rate", "rate_date", "places_by", "national")
_VALUE = ("region_code", "name_sv", "name_en", "level", "period", "year", "sex", "value", "flag", "is_derived")


def pick(row: Row, *names: str) -> Json:
    """Some columns of a row."""
    return {name: row[name] for name in names}


def source(row: Row, sha256: str | None = None) -> Json:
    """Where a fact was read: file, row and checksum."""
    return {**pick(row, "source_id", "file_name", "row_no"), "sha256": sha256 or row["sha256"]}


def region(row: Row) -> Json:
    return pick(row, *_REGION)


def source_file(row: Row) -> Json:
    return pick(row, *_SOURCE)


def value(row: Row) -> Json:
    return {**pick(row, *_VALUE), "source": source(row)}


def indicator(row: Row) -> Json:
    """An indicator with its units and notes in both languages."""
    return {
        **pick(row, "code", "title_sv", "title_en", "better", "publisher", "table_id", "licence", "decimals"),
        **pick(row, "levels", "sexes", "periods"),
        "unit_sv": row["unit"],
        "unit_en": row["unit_en"],
        "note_sv": row["note"],
        "note_en": row["note_en"],
        "values": row["n"],
        "url": f"{BASE}/indicators/{row['code']}",
    }


def common(asked: Asked, row: Row) -> Json:
    """What a listed and a full operation have in common, but for its source."""
    pinned = Selection(
        lang=asked.sel.lang, insats=row["local_id"], snapshot=asked.sel.snapshot, portfolj=row["portfolio"]
    )
    address = f"{BASE}/operations/{quote(row['operation_id'], safe=':')}"
    return {
        **pick(row, *_OPERATION),
        "registries": row["source_ids"],
        "url": f"{address}?snapshot={asked.sel.snapshot}" if asked.sel.snapshot else address,
        "page": pinned.url(layout.PAGES["initiatives"]),
    }


def operation(asked: Asked, row: Row) -> Json:
    """An operation as the list has it: with the chosen measure, in all and by place."""
    return {
        **common(asked, row),
        "measure": asked.sel.money[0],
        "currency": asked.sel.currency,
        "amount": row["amount"],
        "amount_year": row["amount_year"],
        "amount_is_rounded": row["is_rounded"],
        "amount_is_derived": row["is_derived"],
        "amounts": [{**a, "basis": "nominal"} for a in row["amounts"] or ()],
        "places": [{"code": p["code"], "share": p["share"], "amount": p[asked.sel.satt]} for p in row["places"] or ()],
        "kommun_codes": row["kommuner"] or [],
        "target_groups": row["groups"] or [],
        "themes": row["themes"] or [],
        "source": source(row),
    }


def in_full(asked: Asked, row: Row, found: dict[str, tuple[Row, ...]], counted: Any, origins: tuple[Row, ...]) -> Json:
    """An operation with all that hangs on it, from every registry that it stands in."""
    sums = {(o["source_id"], o["file_name"]): o["sha256"] for o in origins}

    def origin(one: Row) -> Json:
        return source(one, sums[one["source_id"], one["file_name"]])

    links = [
        {"title": r["source_title"], "url": r["source_url"], "seen_on": r["seen_on"]}
        for r in found["records"]
        if r["source_url"]
    ]
    return {
        **common(asked, row),
        **pick(row, "status_in_source", "si_basis", "note"),
        "source": origin(row),
        "amounts": [
            {
                **pick(
                    f,
                    "operation_id",
                    "measure",
                    "currency",
                    "amount",
                    "label_in_source",
                    "is_rounded",
                    "is_derived",
                ),
                "is_counted": (f["measure"], f["currency"], f["source_id"], f["file_name"], f["row_no"]) in counted,
                "source": origin(f),
            }
            for f in found["funding"]
        ],
        "places": [
            {
                "code": place(p),
                **pick(p, "kommun_code", "kommun", "location_type", "share", "share_basis", "lat", "lon"),
            }
            for p in found["places"]
        ],
        "kommun_codes": sorted({p["kommun_code"] for p in found["places"] if p["kommun_code"]}),
        "parties": [pick(p, "name", "orgnr", "org_type", "role") for p in found["parties"]],
        "target_groups": [pick(g, "code", "title_sv", "title_en") for g in found["groups"]],
        "themes": [pick(x, "scheme", "code", "label") for x in found["themes"]],
        "methods": [m["method"] for m in found["methods"]],
        "participants": [
            {**pick(p, "indicator_code", "kind", "sex", "value_type", "value"), "flag": p.get("flag")}
            for p in found["participants"]
        ],
        "conflicts": [
            {**pick(c, "field", "value_a", "source_a", "value_b", "source_b", "note"), "source": origin(c)}
            for c in found["conflicts"]
        ],
        "links": [*links, *({**pick(x, "title", "url"), "seen_on": None} for x in found["links"])],
        "source_rows": [{**source(o), **pick(o, "publisher", "url", "licence", "retrieved_at")} for o in origins],
    }


def place(row: Row) -> str:
    """A place's code: its län, SE or okant."""
    return str(row["lan_code"] or (NATIONAL if row["location_type"] == "national" else UNKNOWN))


def operation_columns(sel: Selection) -> list[Column]:
    """The CSV's columns: the chosen measure on its basis, its parts by place, then every measure as the source has it.

    Where the basis is not nominal, the headers of the latter end in ``_nominal``.
    """
    unit = sel.currency.lower()
    own = "" if sel.bas == "nominal" else "_nominal"
    ids = {measure_id(*pair): pair for pair in (*MEASURES.values(), sel.money)}
    plain_names = (
        "operation_id",
        "local_id",
        "registries",
        "records",
        "diarienummer",
        "title_sv",
        "title_en",
    )
    after = tuple(n for n in _OPERATION if n not in plain_names)
    return [
        *(Column(name, _get(name)) for name in (*plain_names, *after, "target_groups", "themes", "kommun_codes")),
        Column("place_codes", lambda r: [p["code"] for p in r["places"]]),
        Column("place_shares", lambda r: [p["share"] for p in r["places"]]),
        Column(f"place_amounts_{unit}", lambda r: [p["amount"] for p in r["places"]]),
        Column("measure", _get("measure")),
        Column(f"amount_{unit}", _get("amount")),
        Column("amount_is_rounded", _get("amount_is_rounded")),
        Column("amount_is_derived", _get("amount_is_derived")),
        *(
            Column(f"{measure}_{currency.lower()}{own}", _amount(measure, currency))
            for measure, currency in ids.values()
        ),
        *source_columns(),
        *(Column(name, _get(name)) for name in TOLD),
    ]


def value_columns() -> list[Column]:
    """The columns of an indicator's CSV; ``unit`` tells what ``value`` is counted in."""
    return [
        Column("indicator_code", _get("indicator_code")),
        *(Column(name, _get(name)) for name in _VALUE),
        Column("unit", _get("unit")),
        *source_columns(),
    ]


def source_columns() -> list[Column]:
    return [
        Column("source_id", lambda r: r["source"]["source_id"]),
        Column("source_file", lambda r: r["source"]["file_name"]),
        Column("source_row", lambda r: r["source"]["row_no"]),
        Column("source_sha256", lambda r: r["source"]["sha256"]),
    ]


def _get(name: str) -> Any:
    return lambda row: row[name]


def _amount(measure: str, currency: str) -> Any:
    return lambda row: next(
        (a["amount"] for a in row["amounts"] if (a["measure"], a["currency"]) == (measure, currency)), None
    )
