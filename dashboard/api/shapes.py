"""The larger shapes: operations, indicators, funding, GeoJSON, and the envelopes that lists come in."""

from __future__ import annotations

from dashboard.api.schemas import (
    BILINGUAL,
    CURRENCY,
    PLAIN,
    PRECISION,
    STATUS,
    TOLD,
    day,
    many,
    maybe,
    money,
    obj,
    ref,
    share,
    signed,
    text,
    time,
    whole,
    year,
    yes,
    yes_or_unknown,
)
from dashboard.api.spec import Json

_ABOUT = {
    "snapshot_id": text("Pin it with `snapshot=` to get the same figures again."),
    "as_of": day("The snapshot's date."),
    "licence": text("Of the sources behind the data."),
}
_FILTER = text("What was chosen, in words (`lang`).")
_TOTAL = whole("Rows in all.")
_NEXT = maybe("The next page, pinned to this snapshot; null on the last.")
_OPERATION = {
    "operation_id": text(),
    "local_id": text("The id within its registry."),
    "registries": many(text(), "Source ids; several when the same project stands in several registries."),
    "records": whole("Registry records that are this one operation."),
    "diarienummer": maybe("Registry number."),
    **BILINGUAL,
    "summary_sv": maybe(),
    "summary_en": maybe(),
    "beneficiary": maybe(),
    "owner_type": text(),
    "portfolio": text(),
    "fund_code": text(),
    "programming_period": text(),
    "priority": maybe(),
    "specific_objective": maybe(),
    "status": text("At the snapshot's date.", enum=STATUS),
    "status_is_derived": yes("Worked out from the dates rather than told by the source."),
    "start_date": day("First day of what `start_precision` tells."),
    "start_precision": PRECISION,
    "end_date": day("First day of what `end_precision` tells."),
    "end_precision": PRECISION,
    "is_social_innovation": yes_or_unknown("null = the source does not tell."),
    "target_groups": many(text(), "Codes; empty = none stated."),
    "themes": many(text(), "Codes."),
    "kommun_codes": many(text()),
    "source": ref("SourceRow"),
    "url": text("All of it."),
    "page": text("In the product."),
}
_LISTED = _OPERATION | {
    "measure": text("The measure that `amount` is of."),
    "currency": CURRENCY,
    "amount": money("On the answer's basis; null = not known, or cannot be restated."),
    "amount_year": year("The year that amounts belong to: of the start, else of the decision; null = not known."),
    "amount_is_rounded": yes_or_unknown(),
    "amount_is_derived": yes_or_unknown(),
    "amounts": many(ref("Amount"), "Every measure that is known, as the source has it."),
    "places": many(ref("PlaceShare")),
}
_FULL = {k: v for k, v in _OPERATION.items() if k not in ("target_groups", "themes")} | {
    "status_in_source": maybe(),
    "si_basis": maybe("Why it counts as social innovation."),
    "note": maybe(),
    "amounts": many(
        obj(
            operation_id=text("The record."),
            measure=text(),
            currency=CURRENCY,
            amount=money(),
            label_in_source=text("The source's own word for it."),
            is_rounded=PLAIN["Amount"]["properties"]["is_rounded"],
            is_derived=PLAIN["Amount"]["properties"]["is_derived"],
            is_counted=yes("Whether totals use it; of several registries one is used."),
            source=ref("SourceRow"),
        )
    ),
    "places": many(
        obj(
            code=text("A län code, SE or okant."),
            kommun_code=maybe(),
            kommun=maybe(),
            location_type=text(enum=["operation", "beneficiary", "national", "unknown"]),
            share=share(),
            share_basis=text(enum=["published", "assumed equal", "whole"]),
            lat={"type": ["number", "null"]},
            lon={"type": ["number", "null"]},
        )
    ),
    "parties": many(
        obj(
            name=text(),
            orgnr=maybe(),
            org_type=maybe(),
            role=text(enum=["beneficiary", "lead", "partner", "funder", "provider", "investor"]),
        )
    ),
    "target_groups": many(obj(code=text(), **BILINGUAL)),
    "themes": many(obj(scheme=text(), code=text(), label=text())),
    "methods": many(text()),
    "participants": many(
        obj(
            indicator_code=text(),
            kind=text(enum=["output", "result"]),
            sex=text(enum=["K", "M", "X", "T"]),
            value_type=text(enum=["planned", "actual"]),
            value={"type": ["integer", "null"], "description": "Persons; null where hidden."},
            flag=maybe("s hidden: too few persons, or protection of such a number.", enum=["s"]),
        )
    ),
    "conflicts": many(
        obj(
            field=text(),
            value_a=text(),
            source_a=text(),
            value_b=text(),
            source_b=text(),
            note=text(),
            source=ref("SourceRow"),
        ),
        "Where sources disagree.",
    ),
    "links": many(obj(title=maybe(), url=text(), seen_on=day())),
    "source_rows": many(
        obj(
            **PLAIN["SourceRow"]["properties"],
            publisher=text(),
            url=text(),
            licence=text(),
            retrieved_at=time(),
        ),
        "Every input row that it rests on.",
    ),
}
_INDICATOR = {
    "code": text(),
    **BILINGUAL,
    "unit_sv": text(),
    "unit_en": text(),
    "better": text("Which direction is good.", enum=["high", "low", "neutral"]),
    "publisher": text(),
    "table_id": text(),
    "licence": text(),
    "decimals": whole(),
    "note_sv": text(),
    "note_en": text(),
    "levels": many(text()),
    "sexes": many(text()),
    "periods": many(text()),
    "values": whole("How many there are."),
    "url": text(),
}
_VERSION = obj(snapshot_id=text(), as_of=day("The date that status is told at."), built_at=time())
_CHANGE = {
    "kind": text(
        "`kept` = in both snapshots, with a change; `merged` = now one with `after_id`; `split` = was one with "
        "`before_id`.",
        enum=["new", "withdrawn", "kept", "merged", "split"],
    ),
    "portfolio": text(),
    "before_id": maybe("Its operation_id in `from`."),
    "after_id": maybe("Its operation_id in `to`; another one when a registry that comes first now has it too."),
    **BILINGUAL,
    "beneficiary": maybe(),
    "because": maybe("Whether only the record has come or gone, or its whole source.", enum=["record", "source"]),
    "place_codes_before": many(text()),
    "place_codes_after": many(text()),
    "status_before": maybe("", enum=STATUS),
    "status_after": maybe("", enum=STATUS),
    "status_cause": maybe("`date`: the day came; `source`: the source says otherwise.", enum=["date", "source"]),
    "fields": many(obj(field=text(), before=maybe(), after=maybe()), "Readings that are not the same."),
    "amounts": many(obj(measure=text(), currency=CURRENCY, before=money(), after=money(), difference=signed())),
    "url": maybe("All of it, in the snapshot that has it."),
}
_COUNTED = (
    "before", "new", "withdrawn", "merged", "split", "moved_in", "moved_out", "after", "ended", "ended_by_source",
    "started", "started_by_source", "other_status", "amounts", "title", "dates", "owner", "places", "linked", "rows",
    "new_by_source", "withdrawn_by_source",
)  # fmt: skip
_CAME = ("new_indicator", "new_period", "new_value", "withdrawn", "revised", "flag")


def _list(row: str, **more: Json) -> Json:
    paging = {"total": _TOTAL, "limit": whole(), "offset": whole(), "next": _NEXT}
    return obj(data=many(ref(row)), **paging, filter=_FILTER, **more, **_ABOUT)


_SUM = {"operations": whole(), "operations_with_amount": whole(), "amount": money()}
SCHEMAS: dict[str, Json] = PLAIN | {
    "Operation": obj(**_LISTED),
    "OperationInFull": obj(**_FULL),
    "Indicator": obj(**_INDICATOR),
    "Change": obj(**_CHANGE),
    "ChangeList": _list(
        "Change",
        **{"from": {"oneOf": [_VERSION, {"type": "null"}]}, "to": _VERSION},
        is_other_rules=yes_or_unknown("Whether the program has changed between them too."),
        counts=many(
            obj(portfolio=text(), **{name: whole() for name in _COUNTED}),
            "after = before + new + split + moved_in - withdrawn - merged - moved_out, in each portfolio.",
        ),
        sums=many(
            obj(
                portfolio=text(),
                measure=text(),
                currency=CURRENCY,
                before=money(),
                new=money(),
                withdrawn=money(),
                merged=money(),
                split=money(),
                changed=signed(),
                moved=signed("The amount stands, its places do not."),
                after=money(),
            ),
            "after = before + new + split - withdrawn - merged + changed + moved, null as 0.",
        ),
        indicators=many(
            obj(indicator_code=text(), **{name: whole("Values.") for name in _CAME}, periods=many(text(), "New ones."))
        ),
        indicator_values=many(
            obj(
                indicator_code=text(),
                region_code=text(),
                period=text(),
                sex=text(enum=["K", "M", "T"]),
                kind=text(enum=["revised", "withdrawn", "flag"]),
                before={"type": ["number", "null"]},
                after={"type": ["number", "null"]},
                flag_before=maybe(),
                flag_after=maybe(),
            ),
            "At most 1,000 that were known before and are not the same. What is suppressed now is null before too.",
        ),
    ),
    "RegionList": _list("Region"),
    "OperationList": _list("Operation", **TOLD),
    "IndicatorList": _list("Indicator"),
    "IndicatorValueList": _list("IndicatorValue", indicator=ref("Indicator")),
    "SourceList": _list("Source"),
    "OperationAnswer": obj(data=ref("OperationInFull"), **_ABOUT),
    "SnapshotAnswer": obj(data=ref("Snapshot"), **_ABOUT),
    "FundingAnswer": obj(
        data=many(ref("FundingRow"), "21 län by code, then SE and okant."),
        total=_TOTAL,
        measure=text("The measure's id."),
        currency=CURRENCY,
        mode=text(enum=["split", "touched"]),
        **TOLD,
        sum=obj(
            operations_split=share(),
            amount=money("Sum of the rows. With `split` it is the unique amount, to the öre."),
        ),
        unique=obj(
            **_SUM,
            rounded=whole("Amounts that the source has rounded."),
            not_restated=whole("Amounts that cannot be told on this basis, and are in no other figure."),
            not_restated_amount=money("What their sources have, in `not_restated_currency`."),
            not_restated_currency=CURRENCY,
        ),
        filter=_FILTER,
        **_ABOUT,
    ),
    "FeatureCollection": obj(
        type=text(enum=["FeatureCollection"]),
        features=many(
            obj(
                type=text(enum=["Feature"]),
                id=text(),
                geometry={"type": "object", "required": ["type", "coordinates"]},
                properties=obj(code=text(), name_sv=text(), name_en=text(), lan_code=maybe(), nuts3=maybe()),
            )
        ),
    ),
    "OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
}
