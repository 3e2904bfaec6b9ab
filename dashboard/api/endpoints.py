"""Every resource of the API, declared once."""

from __future__ import annotations

from starlette.responses import Response

from dashboard.api import changed, resources, self_told
from dashboard.api import parameters as p
from dashboard.api.spec import Asked, Endpoint

_CSV = "text/csv"
_WHOLE = (
    "UTF-8 with a byte order mark, comma, CRLF (RFC 4180); the whole selection, unpaged. Several values of a "
    "cell are joined by `|`. Text that a spreadsheet would take for a formula begins with an apostrophe."
)


def _document(asked: Asked) -> Response:
    return self_told.document(ENDPOINTS, asked)


def _page(asked: Asked) -> Response:
    return self_told.page(ENDPOINTS, asked)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "/regions",
        "regions",
        "The country, its 21 län and 290 kommuner, with their codes",
        resources.regions,
        (p.LEVEL, p.LAN, *p.PAGING, *p.COMMON),
        schema="RegionList",
        tag="regions",
    ),
    Endpoint(
        "/regions.geojson",
        "regionShapes",
        "The outlines of län or kommuner (EPSG:4326)",
        resources.shapes,
        (p.DRAWN, p.LAN, p.SNAPSHOT),
        media="application/geo+json",
        schema="FeatureCollection",
        tag="regions",
    ),
    Endpoint(
        "/operations",
        "operations",
        "Operations (initiatives), each once",
        resources.operations,
        (*p.SELECTION, *p.PAGING, *p.COMMON),
        schema="OperationList",
        tag="operations",
        text="In the order of the page: running first, then newest. A project in two registries counts once.",
    ),
    Endpoint(
        "/operations.csv",
        "operationsCsv",
        "The same as a spreadsheet",
        resources.operations_csv,
        (*p.SELECTION, *p.COMMON),
        media=_CSV,
        tag="operations",
        text=f"{_WHOLE} `place_codes`, `place_shares` and `place_amounts_sek` belong together in that order.",
    ),
    Endpoint(
        "/operations/{id}",
        "operation",
        "One operation in full, down to file, row and checksum",
        resources.operation,
        (p.ID, *p.COMMON),
        schema="OperationAnswer",
        tag="operations",
        text="Every amount with its label in the source, places with their shares, where sources disagree.",
    ),
    Endpoint(
        "/funding",
        "funding",
        "Money by län, with what is national and unknown, and the unique total",
        resources.funding_by_lan,
        (*p.SELECTION, *p.COMMON),
        schema="FundingAnswer",
        tag="operations",
        text="With `satt=split` the 21 län, SE and okant sum to the unique total to the öre.",
    ),
    Endpoint(
        "/changes",
        "changes",
        "What has changed between two snapshots",
        changed.changes_between,
        (p.FROM, p.TO, p.PLACE, *p.PAGING, *p.COMMON),
        schema="ChangeList",
        lasting=False,
        tag="operations",
        text="Operations that are new, withdrawn, merged, split, ended or otherwise changed, with every reading before "
        "and after; sums before and after with what lies between, to the öre; indicator values that came, went or were "
        "revised. Counts and sums add up. Portfolios are kept apart. `from` is null when there is no earlier snapshot.",
    ),
    Endpoint(
        "/indicators",
        "indicators",
        "Inclusion indicators with units, periods and notes",
        resources.indicators,
        (*p.PAGING, *p.COMMON),
        schema="IndicatorList",
        tag="indicators",
    ),
    Endpoint(
        "/indicators/{code}",
        "indicatorValues",
        "An indicator's values by region, period and sex, with flags",
        resources.values,
        (p.CODE, p.LEVEL, p.REGION, p.PERIOD, p.SEX, *p.PAGING, *p.COMMON),
        schema="IndicatorValueList",
        tag="indicators",
    ),
    Endpoint(
        "/indicators/{code}.csv",
        "indicatorValuesCsv",
        "The same as a spreadsheet",
        resources.values_csv,
        (p.CODE, p.LEVEL, p.REGION, p.PERIOD, p.SEX, *p.COMMON),
        media=_CSV,
        tag="indicators",
        text=_WHOLE,
    ),
    Endpoint(
        "/sources",
        "sources",
        "Every input file: publisher, licence, checksum, rows, caveat",
        resources.sources,
        (*p.PAGING, *p.COMMON),
        schema="SourceList",
        tag="about",
    ),
    Endpoint(
        "/snapshot",
        "snapshot",
        "The snapshot that answers, what it holds, and which are kept",
        resources.snapshot,
        p.COMMON,
        schema="SnapshotAnswer",
        lasting=False,
        tag="about",
    ),
    Endpoint(
        "/openapi.json",
        "openapi",
        "This API as OpenAPI 3.1, with the ids of the snapshot",
        _document,
        (p.SNAPSHOT,),
        schema="OpenApi",
        tag="about",
    ),
    Endpoint(
        "/",
        "index",
        "A page that lists the API",
        _page,
        media="text/html",
        strict=False,
        tag="about",
    ),
)
