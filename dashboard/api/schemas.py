"""The shapes of the answers as JSON schemas, each field with its unit. Tests hold every answer against them."""

from __future__ import annotations

from typing import Any

from dashboard.api.spec import Json
from dashboard.selection import BASES, NATIONALS, PLACES


def _of(kind: str, text: str = "", *, null: bool = False, **more: Any) -> Json:
    out: Json = {"type": [kind, "null"] if null else kind, **more}
    if null and "enum" in out:
        out["enum"] = [*out["enum"], None]
    return out | ({"description": text} if text else {})


def text(about: str = "", **more: Any) -> Json:
    return _of("string", about, **more)


def maybe(about: str = "", **more: Any) -> Json:
    return _of("string", about, null=True, **more)


def whole(about: str = "") -> Json:
    return _of("integer", about)


def year(about: str = "") -> Json:
    return _of("integer", about, null=True)


def yes(about: str = "") -> Json:
    return _of("boolean", about)


def yes_or_unknown(about: str = "") -> Json:
    return _of("boolean", about, null=True)


def day(about: str = "") -> Json:
    return maybe(about, format="date")


def time(about: str = "") -> Json:
    return maybe(about, format="date-time")


def money(about: str = "") -> Json:
    said = "Exact decimal as a string, never a float; null = not known, never 0."
    return maybe(f"{about} {said}".strip(), pattern=r"^[0-9]+\.[0-9]{2}$", examples=["10325312.00"])


def signed(about: str = "") -> Json:
    said = "Exact decimal as a string, with a sign when negative; null = nothing of the kind."
    return maybe(f"{about} {said}".strip(), pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["-100000.25"])


def share(about: str = "") -> Json:
    return text(
        f"{about} Exact decimal as a string.".strip(),
        pattern=r"^[0-9]+\.[0-9]{10}$",
        examples=["0.3333333333"],
    )


def many(items: Json, about: str = "") -> Json:
    return {"type": "array", "items": items} | ({"description": about} if about else {})


def obj(**fields: Json) -> Json:
    """An object of exactly these fields, all of them present."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


CURRENCY = text("ISO 4217.", pattern="^[A-Z]{3}$", examples=["SEK"])
PRECISION = maybe("How much of the date the source tells.", enum=["day", "month", "year"])
STATUS = ["planned", "running", "ended", "granted", "unknown"]
BILINGUAL = {"title_sv": text(), "title_en": text("Falls back to Swedish.")}

TOLD = {
    "basis": text("What amounts are told in.", enum=list(BASES)),
    "price_year": year("Whose prices constant amounts are in; null on another basis."),
    "rate": maybe("Kronor for a euro, a year's mean; null on another basis.", pattern=r"^[0-9]+\.[0-9]{6}$"),
    "rate_date": day("The last day of the rate's year."),
    "portfolio": text("Never added to another."),
    "places_by": text("Which places count.", enum=list(PLACES)),
    "national": text("Where national operations are.", enum=list(NATIONALS)),
}
"""How a list of operations or of money is told and counted."""

PLAIN: dict[str, Json] = {
    "SourceRow": obj(
        source_id=text(),
        file_name=text(),
        row_no=whole("1 = the first row after the header."),
        sha256=text("Of the file.", pattern="^[0-9a-f]{64}$"),
    ),
    "Region": obj(
        code=text("SCB's code: 00, two digits for a län, four for a kommun.", examples=["18"]),
        level=text(enum=["riket", "lan", "kommun", "nuts2"]),
        name_sv=text(),
        name_en=text(),
        short_name=text(),
        lan_code=maybe(),
        iso=maybe("ISO 3166-2."),
        nuts3=maybe(),
        nuts2=maybe(),
        nuts2_name=maybe(),
        kolada_id=maybe(),
        authority=maybe("The regional development authority."),
    ),
    "Amount": obj(
        measure=text(),
        currency=CURRENCY,
        amount=money(),
        is_rounded=yes("The source gives a rounded figure."),
        is_derived=yes("A flat rate or a calculation, not the source's own figure."),
        basis=text("Always as the source has it.", enum=["nominal"]),
    ),
    "PlaceShare": obj(
        code=text("A län code, SE (national) or okant (unknown)."),
        share=share("Part of the operation here, 0–1."),
        amount=money("The chosen measure here: the share (`satt=split`) or in full (`satt=touched`)."),
    ),
    "IndicatorValue": obj(
        region_code=text(),
        name_sv=text(),
        name_en=text(),
        level=text(enum=["riket", "lan", "kommun", "nuts2"]),
        period=text(),
        year=whole("The last year of the period."),
        sex=text(enum=["K", "M", "T"]),
        value=_of("number", "In the indicator's unit; null where the flag is s or m.", null=True),
        flag=maybe("p preliminary, b break in series, u uncertain, s suppressed, m missing.", enum=list("pbusm")),
        is_derived=yes(
            "Worked out here from published values: a gap, or a county's sum; the source is of the first part."
        ),
        source=ref("SourceRow"),
    ),
    "Source": obj(
        source_id=text(),
        file_name=text(),
        kind=text(),
        registry=text(),
        publisher=text(),
        **BILINGUAL,
        url=text(),
        licence=text(),
        caveat_sv=text(),
        caveat_en=text(),
        sha256=text(),
        bytes=whole(),
        snapshot_date=day(),
        retrieved_at=time(),
        rows_read=whole(),
        rows_loaded=whole(),
        rows_quarantined=whole(),
        warnings=whole(),
        age_days=_of("integer", "Between retrieval and the snapshot's date.", null=True),
    ),
    "FundingRow": obj(
        code=text("A län code, SE (national) or okant (unknown)."),
        kind=text(enum=["lan", "national", "unknown"]),
        name_sv=text(),
        name_en=text(),
        operations_touched=whole("Operations that are here in part or in full."),
        operations_split=share("Sum of their shares here."),
        operations_with_amount=whole(),
        amount=money("The measure here, counted as `mode` says."),
    ),
    "Snapshot": obj(
        snapshot_id=text(),
        as_of=day("The date that status is told at."),
        built_at=time(),
        inputs_sha256=text(),
        rules_sha256=text(),
        schema_version=whole(),
        is_current=yes(),
        kept=many(text(), "Snapshots that may be pinned."),
        operations=whole(),
        records=whole(),
        sources=whole(),
        indicators=whole(),
        values=whole(),
        raw_records=whole(),
    ),
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text(),
            "title": text(),
            "status": whole(),
            "detail": text(),
            "parameter": text("The parameter that was refused."),
            "value": text("What was given."),
            "allowed": {"description": "What it takes: the ids, or words.", "type": ["array", "string"]},
        },
        "examples": [
            {
                "type": "about:blank",
                "title": "Bad Request",
                "status": 400,
                "detail": "Parameter 'satt' does not take 'both'. Expected one of the ids in `allowed`.",
                "parameter": "satt",
                "value": "both",
                "allowed": ["split", "touched"],
            }
        ],
    },
}
