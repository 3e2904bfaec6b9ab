"""The API on a warehouse that is built from the embedded data, held against its own OpenAPI document."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import ROUTES, parameters
from dashboard.api.answers import cell
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.spec import BASE
from dashboard.middleware import Shell
from dashboard.selection import FACETS
from etl.warehouse import build

ROOT = Path(__file__).parents[2]
HOSTILE = "20260101-0badf00d"
PATHS = [e.path for e in ENDPOINTS]
VALUES = "/indicators/unemployment_15_74"


def _spoil(folder: Path, snapshot_id: str) -> None:
    """A snapshot of its own with what strangers' files may hold: formulas, a second record, a suppressed value."""
    path = folder / f"{HOSTILE}.duckdb"
    shutil.copy(folder / f"{snapshot_id}.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "UPDATE mart_operation SET title_sv = '=HYPERLINK(\"http://x\")', title_en = '-1+1', "
            "beneficiary = '@SUM(A1)', diarienummer = '-12.5', records = 2, "
            "operation_ids = ['inkarta:lumena', 'inkarta:lumena/2'], source_ids = ['other'] WHERE local_id = 'lumena'"
        )
        con.execute(
            "INSERT INTO mart_indicator SELECT * REPLACE ('K' AS sex) FROM mart_indicator "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = '01' AND period = '2023'"
        )
        con.execute(
            "INSERT INTO operation SELECT * REPLACE ('inkarta:lumena/2' AS operation_id, 'lumena/2' AS local_id) "
            "FROM operation WHERE local_id = 'lumena'"
        )
        con.execute("INSERT INTO operation_link VALUES ('inkarta:lumena/2', 'inkarta:lumena', 'manual', 1)")
        con.execute(
            "INSERT INTO operation_funding SELECT * REPLACE ('inkarta:lumena/2' AS operation_id, amount + 1 AS amount, "
            "'initiatives/initiatives.csv' AS file_name, 2 AS row_no) FROM operation_funding "
            "WHERE operation_id = 'inkarta:lumena'"
        )
        con.execute(
            "UPDATE mart_indicator SET value = NULL, flag = 's' "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = '18' AND period = '2023'"
        )
        con.execute(
            "UPDATE mart_indicator SET value = -1.5, flag = 'p' "
            "WHERE indicator_code = 'unemployment_15_74' AND region_code = '18' AND period = '2022'"
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("inkarta")
    built = build(home / "snapshots")
    _spoil(home / "snapshots", built.snapshot.snapshot_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def api(home: Path) -> TestClient:
    client = TestClient(Shell(Starlette(routes=ROUTES)), base_url=f"http://testserver{BASE}")
    client.headers["accept-encoding"] = "identity"
    return client


@pytest.fixture(scope="module")
def spec(api: TestClient) -> dict[str, Any]:
    return dict(api.get("/openapi.json").json())


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def data(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def every(api: TestClient, path: str, **params: str) -> Iterator[dict[str, Any]]:
    """All the rows of a list, page by page, by following ``next``."""
    url: str | None = f"{path}?{urlencode(params)}"
    while url:
        body = api.get(url.removeprefix(BASE)).json()
        yield from body["data"]
        url = body["next"]


def example(path: str, spec: dict[str, Any]) -> str:
    for p in spec["paths"][BASE + path]["get"]["parameters"]:
        if p["in"] == "path":
            path = path.replace(f"{{{p['name']}}}", p["example"])
    return path


# The document and the behaviour


def test_the_openapi_document_is_valid_and_lists_every_endpoint(spec: dict[str, Any]) -> None:
    validate(spec)
    assert spec["openapi"].startswith("3.1")
    assert list(spec["paths"]) == [BASE + path for path in PATHS]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("snapshot", ["", HOSTILE])
def test_every_endpoint_answers_as_documented(api: TestClient, spec: dict[str, Any], path: str, snapshot: str) -> None:
    response = api.get(example(path, spec) + (f"?snapshot={snapshot}" if snapshot else ""))
    assert response.status_code == 200
    ((media, held),) = spec["paths"][BASE + path]["get"]["responses"]["200"]["content"].items()
    assert response.headers["content-type"].split(";")[0] == media
    if "json" in media:
        schema = {**held["schema"], "components": spec["components"]}
        assert list(Draft202012Validator(schema).iter_errors(response.json())) == []


PARAMETERS = [(e.path, p.name) for e in ENDPOINTS for p in e.params if p.where == "query"]


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_every_parameter_is_honoured(api: TestClient, spec: dict[str, Any], path: str, name: str) -> None:
    (told,) = (p for p in spec["paths"][BASE + path]["get"]["parameters"] if p["name"] == name)
    given = HOSTILE if name == "snapshot" else told["example"]
    given = ",".join(given) if isinstance(given, list) else str(given)
    at = example(path, spec)
    base = {} if name == "snapshot" else {"snapshot": HOSTILE}
    plain, chosen = api.get(at, params=base), api.get(at, params={**base, name: given})
    assert chosen.status_code == 200, chosen.text
    same = plain.content == chosen.content and plain.headers["x-snapshot"] == chosen.headers["x-snapshot"]
    assert same == ((path, name) in INERT)
    for bad in ("", "'; DROP TABLE operation; --", "x" * 300):
        refused = api.get(at, params={name: bad})
        if name == "q":
            assert refused.status_code == (400 if len(bad) > 120 else 200)
            continue
        assert refused.status_code == 400
        assert refused.headers["content-type"] == "application/problem+json"
        body = refused.json()
        assert (body["status"], body["parameter"]) == (400, name)
        assert body["allowed"]
        assert name in body["detail"]


INERT = {("/operations.csv", "lang"), ("/snapshot", "lang"), ("/indicators/{code}.csv", "lang")}
"""``lang`` is taken everywhere, so that an address can change its form; here no words depend on it."""


def test_every_facet_of_the_pages_is_a_parameter() -> None:
    assert [p.name for p in parameters.FILTERS] == [*FACETS, "q"]


def test_the_docs_name_every_endpoint_and_the_page_links_to_each(api: TestClient, spec: dict[str, Any]) -> None:
    docs = (ROOT / "docs/api.md").read_text("utf-8")
    page = api.get("/").text
    assert '<html lang="en">' in page
    assert "<script" not in page
    for path in PATHS:
        assert BASE + path in docs
        if path != "/":
            assert f'href="{BASE}{example(path, spec)}"' in page


# Money


codes = {
    "lan": ["01", "03", "05", "12", "14", "18", "19", "21", "24", "25", "SE", "okant"],
    "period": ["2007-2013", "2014-2020", "2021-2027", "other"],
    "status": ["planned", "running", "ended", "granted", "unknown"],
    "malgrupp": ["nyanlanda", "langtidsarbetslosa", "unga_utanfor", "anstallda"],
    "agare": ["kommun", "region", "civilsamhälle", "samordningsförbund"],
    "belopp": ["kant", "okant"],
    "tema": ["si", "2021-2027:A", "2014-2020:2"],
}
choices = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True).map(",".join)
            for name, ids in codes.items()
        },
        "matt": st.sampled_from(["granted_support", "total_eligible_cost", "requested_support", "eu_contribution_eur"]),
        "q": st.sampled_from(["samverkan", "unga", "örebro", "a", "'"]),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(params=choices, limit=st.sampled_from(["40", "1000"]))
def test_whatever_is_chosen_the_parts_are_the_whole(api: TestClient, params: dict[str, str], limit: str) -> None:
    money = api.get("/funding", params={**params, "satt": "split"}).json()
    assert len(money["data"]) == 23
    amounts = [Decimal(r["amount"]) for r in money["data"] if r["amount"] is not None]
    whole = Decimal(money["unique"]["amount"]) if amounts else None
    assert (sum(amounts, Decimal()) if amounts else None) == whole
    assert amounts or money["unique"]["amount"] is None
    assert sum(Decimal(r["operations_split"]) for r in money["data"]) == money["unique"]["operations"]

    listed = list(every(api, "/operations", **params, limit=limit))
    table = rows_of(api.get("/operations.csv", params=params).text)
    total = api.get("/operations", params={**params, "limit": "1", "offset": "100000"}).json()["total"]
    assert len({r["operation_id"] for r in listed}) == len(listed) == len(table) == total
    assert total == money["unique"]["operations"]
    assert [r["operation_id"] for r in listed] == [r["operation_id"] for r in table]

    known = [Decimal(r["amount"]) for r in listed if r["amount"] is not None]
    assert (sum(known, Decimal()) if known else None) == whole
    for mode in ("split", "touched"):
        told = {r["code"]: r for r in api.get("/funding", params={**params, "satt": mode}).json()["data"]}
        found: dict[str, Decimal] = {}
        for r in every(api, "/operations", **params, satt=mode, limit="1000"):
            for place in r["places"]:
                if place["amount"] is not None:
                    found[place["code"]] = found.get(place["code"], Decimal()) + Decimal(place["amount"])
        assert found == {code: Decimal(r["amount"]) for code, r in told.items() if r["amount"] is not None}


def test_three_figures_by_hand(api: TestClient) -> None:
    """initiatives.csv and amounts.csv: one place; five län in equal parts; what three projects give Örebro."""
    amf = api.get("/operations/kompetensutveckling-amf-uppsala").json()["data"]
    (amount,) = (a for a in amf["amounts"] if a["measure"] == "granted_support")
    assert amount["amount"] == "10325312.00"
    assert amount["label_in_source"] == "Beviljat ESF-stöd inkl. nationell medfinansiering"
    assert (amount["source"]["file_name"], amount["source"]["row_no"]) == ("initiatives/amounts.csv", 193)

    jagmed = next(r for r in every(api, "/operations", lan="18") if r["local_id"] == "jagmed")
    assert (jagmed["amount"], jagmed["amount_is_rounded"]) == ("63000000.00", True)
    assert {p["code"]: p["amount"] for p in jagmed["places"]} == dict.fromkeys(
        ("03", "04", "05", "18", "19"), "12600000.00"
    )

    split = api.get("/funding").json()
    (orebro,) = (r for r in split["data"] if r["code"] == "18")
    # 63 000 000 / 5 + 11 556 421 / 3 (the middle third: 3 852 140.33 or .34) + 384 863 / 5
    assert orebro["amount"] in ("16529112.93", "16529112.94")
    assert orebro["operations_with_amount"] == 3
    assert split["unique"]["amount"] == "1055917456.00"
    touched = {r["code"]: r["amount"] for r in api.get("/funding?satt=touched").json()["data"]}
    assert touched["18"] == f"{63_000_000 + 11_556_421 + 384_863}.00"


def test_every_embedded_amount_is_there_to_the_ore(api: TestClient) -> None:
    rows = rows_of(api.get("/operations.csv").text)
    given = {
        (r["initiative_id"], r["measure"], r["currency"]): Decimal(r["amount"]) for r in data("initiatives/amounts.csv")
    }
    found = {
        (r["local_id"], measure, currency): Decimal(r[f"{measure}_{currency.lower()}"])
        for r in rows
        for _, measure, currency in given
        if r[f"{measure}_{currency.lower()}"]
    }
    assert found == given
    assert {r["source_sha256"] for r in rows} == {
        f["sha256"] for f in api.get("/sources").json()["data"] if f["file_name"] == "initiatives/initiatives.csv"
    }


def test_money_is_never_a_float_and_unknown_is_never_zero(api: TestClient) -> None:
    def no_float(text: str) -> float:
        raise AssertionError(text)

    for path in ("/operations?limit=1000", "/funding", "/operations/jagmed"):
        json.loads(api.get(path).content, parse_float=no_float)
    listed = list(every(api, "/operations", belopp="okant"))
    assert listed
    assert {r["amount"] for r in listed} == {None}
    table = rows_of(api.get("/operations.csv?belopp=okant").text)
    assert {r["amount_sek"] for r in table} == {""}


# One operation in full


def test_an_operation_tells_all_with_its_rows(api: TestClient) -> None:
    body = api.get("/operations/unga-lyfter-blekinge").json()["data"]
    given = next(r for r in data("initiatives/initiatives.csv") if r["initiative_id"] == "unga-lyfter-blekinge")
    assert (body["title_sv"], body["start_date"], body["start_precision"]) == (given["title"], given["start"], "day")
    assert [p["name"] for p in body["parties"]] == [given["owner"]]
    assert {(p["value_type"], p["value"]) for p in body["participants"]} == {("planned", 2500)}
    assert {c["field"] for c in body["conflicts"]} == {"granted_support", "title"}
    assert set(body["methods"]) == set(given["methods"].split("|"))
    assert {r["file_name"] for r in body["source_rows"]} == {
        "initiatives/initiatives.csv", "initiatives/amounts.csv", "initiatives/conflicts.csv",
    }  # fmt: skip
    assert all(len(r["sha256"]) == 64 for r in body["source_rows"])


def test_amounts_of_other_registries_are_shown_but_not_counted(api: TestClient) -> None:
    for key in ("lumena", "inkarta:lumena", "inkarta:lumena/2", "inkarta:lumena%2F2"):
        body = api.get(f"/operations/{key}?snapshot={HOSTILE}").json()["data"]
        assert body["operation_id"] == "inkarta:lumena"
        counted = {(a["operation_id"], a["is_counted"]) for a in body["amounts"]}
        assert counted == {("inkarta:lumena", True), ("inkarta:lumena/2", False)}


def test_what_is_not_there_is_a_404(api: TestClient) -> None:
    for path in (
        "/operations/nope",
        "/operations/",
        "/operations/a,b",
        "/indicators/nope",
        "/indicators/nope.csv",
        "/nope",
    ):
        response = api.get(path)
        assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json"), path
    unknown = api.get("/operations?snapshot=20000101-00000000")
    assert (unknown.status_code, unknown.json()["parameter"]) == (404, "snapshot")
    assert HOSTILE in unknown.json()["allowed"]
    assert api.get("/operations?snapshot=../current").status_code == 400


# Refusals


@pytest.mark.parametrize(
    "query",
    [
        "foo=1", "visa=pengar", "lan=99", "lan=18,", "lan=18,99", "lan=18&lan=03", "lan=18,%2003", "status=Running",
        "matt=disbursed", "satt=both", "lang=de", "limit=1001", "limit=-1", "limit=1.5", "limit=٣", "offset=-1",
        "offset=9999999999", "q=" + "a" * 121, "q=a+b+c+d+e+f+g+h+i", "kommun=" + ",".join(map(str, range(26))),
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused(api: TestClient, query: str) -> None:
    response = api.get(f"/operations?{query}")
    assert (response.status_code, response.headers["cache-control"]) == (400, "no-store")
    assert response.json()["parameter"] == query.split("=")[0]
    assert response.json()["allowed"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["lan", "q", "tema", "matt", "limit", "snapshot", "lang", "region", "x"]), value=st.text())
def test_nothing_that_is_given_breaks_the_server(api: TestClient, name: str, value: str) -> None:
    for path in ("/operations", VALUES):
        query = urlencode({name: value.encode("utf-8", "surrogatepass")})
        response = api.get(f"{path}?{query}")
        assert response.status_code in (200, 400, 404)
        assert response.status_code == 200 or response.json()["parameter"] == name


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "_", "'); DROP TABLE operation; --", "{where}", "$lan"])
def test_injection_is_only_text(api: TestClient, text: str) -> None:
    before = api.get("/snapshot").json()["data"]["operations"]
    found = api.get("/operations", params={"q": text}).json()
    assert found["total"] < before
    for word in text.casefold().split():
        assert all(
            word in json.dumps(api.get(r["url"].removeprefix(BASE)).json()["data"]).casefold()
            for r in found["data"][:2]
        )
    assert api.get(f"/operations/{text}").status_code == 404
    assert api.get("/snapshot").json()["data"]["operations"] == before


# Spreadsheets


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"), ("+46 8", "'+46 8"), ("-x", "'-x"), ("@A1", "'@A1"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        ("-12.5", "-12.5"), ("+4", "+4"), (-1.5, "-1.5"), (Decimal("10325312.00"), "10325312.00"), (None, ""),
        (True, "true"), (0, "0"), (["=a", "b"], "'=a|b"), (["18", None], "18|"), ([], ""), ("-", "'-"), ("1-2", "1-2"),
    ],
)  # fmt: skip
def test_a_cell_never_runs(value: Any, text: str) -> None:
    assert cell(value) == text


def test_formulas_from_strangers_are_escaped_and_numbers_are_not(api: TestClient) -> None:
    (row,) = (r for r in rows_of(api.get(f"/operations.csv?snapshot={HOSTILE}").text) if r["local_id"] == "lumena")
    assert row["title_sv"] == '\'=HYPERLINK("http://x")'
    assert (row["title_en"], row["beneficiary"], row["diarienummer"]) == ("'-1+1", "'@SUM(A1)", "-12.5")
    assert api.get(f"/operations/lumena?snapshot={HOSTILE}").json()["data"]["title_sv"].startswith("=")
    table = rows_of(api.get(f"{VALUES}.csv?region=18&period=2022,2023&snapshot={HOSTILE}").text)
    assert [(r["period"], r["value"], r["flag"]) for r in table] == [("2022", "-1.5", "p"), ("2023", "", "s")]


def test_csv_is_rfc_4180_with_units(api: TestClient) -> None:
    response = api.get("/operations.csv?matt=eu_contribution_eur")
    assert response.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert response.headers["content-disposition"].startswith('attachment; filename="inkluderingskartan-operations-2')
    assert response.content.startswith(b"\xef\xbb\xbfoperation_id,")
    assert response.content.endswith(b"\r\n")
    header = response.text.splitlines()[0].split(",")
    assert {"amount_eur", "place_amounts_eur", "granted_support_sek"} <= set(header)
    rows = rows_of(response.text)
    parts = [(r["place_codes"], r["place_amounts_eur"]) for r in rows if r["amount_eur"]]
    assert parts
    assert all(len(a.split("|")) == len(b.split("|")) for a, b in parts)


# Indicators and regions


def test_indicator_values_are_the_publishers(api: TestClient) -> None:
    given = {
        (r["region_code"], r["period"], r["sex"]): float(r["value"])
        for r in data("indicators/values/unemployment_15_74.csv")
        if r["value"]
    }
    found = {(r["region_code"], r["period"], r["sex"]): r["value"] for r in every(api, VALUES, limit="100")}
    assert found == given
    body = api.get(f"{VALUES}?region=18&period=2023&sex=T").json()
    assert [(r["value"], r["source"]["row_no"]) for r in body["data"]] == [(7.2, 307)]
    assert body["indicator"]["unit_sv"] == "%"
    assert api.get(f"{VALUES}?sex=K").json()["total"] == 0
    hidden = api.get(f"{VALUES}?region=18&period=2023&snapshot={HOSTILE}").json()["data"]
    assert [(r["value"], r["flag"]) for r in hidden] == [(None, "s")]


def test_regions_and_their_shapes(api: TestClient) -> None:
    assert [api.get(f"/regions?level={x}").json()["total"] for x in ("riket", "lan", "kommun")] == [1, 21, 290]
    assert len(list(every(api, "/regions"))) == 312
    orebro = api.get("/regions?lan=18&lang=en").json()
    assert (orebro["total"], orebro["filter"]) == (13, "county: Örebro County")
    assert api.get("/regions?lan=SE").status_code == 400
    shapes = api.get("/regions.geojson").json()["features"]
    assert {f["properties"]["code"]: f["properties"]["nuts3"] for f in shapes}["18"] == "SE124"
    assert len(shapes) == 21
    assert len(api.get("/regions.geojson?level=kommun&lan=18").json()["features"]) == 12


# HTTP


def test_the_filter_is_told_in_words_and_the_next_page_is_pinned(api: TestClient, home: Path) -> None:
    current = (home / "snapshots/current").read_text().strip()
    response = api.get("/operations?lan=18,SE&status=ended&q=unga+vuxna&lang=en&limit=1")
    body = response.json()
    assert body["filter"] == "county: Örebro County, National; status: Ended; search “unga vuxna”"
    assert (body["snapshot_id"], body["limit"], body["offset"]) == (current, 1, 0)
    assert body["next"] is None or f"snapshot={current}" in body["next"]
    first = api.get("/operations?limit=2")
    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'
    assert "link" not in api.get("/operations?limit=1000").headers


@pytest.mark.parametrize("path", PATHS)
def test_an_etag_spares_the_answer(api: TestClient, spec: dict[str, Any], path: str) -> None:
    at = example(path, spec)
    first = api.get(at)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, no-cache"
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = api.get(at, headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert api.get(at, headers={"if-none-match": '"other"'}).status_code == 200
    assert api.get(f"{at}?snapshot={HOSTILE}").headers["etag"] != tag


def test_a_pinned_answer_keeps_but_not_the_list_of_what_is_kept(api: TestClient) -> None:
    assert "max-age=86400" in api.get(f"/funding?snapshot={HOSTILE}").headers["cache-control"]
    assert api.get(f"/snapshot?snapshot={HOSTILE}").headers["cache-control"] == "public, no-cache"
    assert api.get(f"/snapshot?snapshot={HOSTILE}").json()["data"]["is_current"] is False


@pytest.mark.parametrize("path", [*PATHS, "/nope"])
def test_every_site_may_read_and_nobody_may_write(api: TestClient, spec: dict[str, Any], path: str) -> None:
    at = example(path, spec) if path in PATHS else path
    got, head = api.get(at), api.head(at)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert {**head.headers, "content-length": ""} == {**got.headers, "content-length": ""}
    assert got.headers["access-control-allow-origin"] == "*"
    asked = api.options(at, headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert "GET" in asked.headers["access-control-allow-methods"]
    for method in ("POST", "PUT", "PATCH", "DELETE") if path in PATHS else ():
        refused = api.request(method, at)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["access-control-allow-origin"] == "*"


def test_without_a_snapshot_it_says_so(api: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    response = api.get("/operations")
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")
    assert api.get("/operations?snapshot=x").status_code == 404


def test_a_fault_is_a_500_that_tells_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.questions.export.operations", lambda *_, **__: 1 / 0)
    client = TestClient(Starlette(routes=ROUTES), raise_server_exceptions=False)
    response = client.get(f"{BASE}/operations")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "division" not in response.text


def test_the_real_server_answers_on_the_wire(home: Path) -> None:
    """Streamlit, the shell and uvicorn around it: gzip, HEAD without a body, the redirect, and the pages beside it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "dashboard.server:create_app", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
                for _ in range(150):
                    try:
                        client.get("/healthz").raise_for_status()
                        break
                    except httpx.HTTPError:
                        time.sleep(0.2)
                packed = client.get(f"{BASE}/operations?limit=50", headers={"accept-encoding": "gzip"})
                plain = client.get(f"{BASE}/operations?limit=50", headers={"accept-encoding": "identity"})
                assert packed.headers["content-encoding"] == "gzip"
                assert int(packed.headers["content-length"]) < len(plain.content) / 3
                assert packed.json() == plain.json()
                head = client.head(f"{BASE}/operations?limit=50", headers={"accept-encoding": "identity"})
                assert (head.status_code, head.headers["content-length"]) == (200, str(len(plain.content)))
                assert client.get(BASE).headers["location"] == f"{BASE}/"
                with client.stream("GET", f"{BASE}/operations.csv", headers={"accept-encoding": "gzip"}) as sent:
                    raw = b"".join(sent.iter_raw())
                assert len(rows_of(gzip.decompress(raw).decode())) == 219
                assert client.get("/").headers["content-type"].startswith("text/html")
        finally:
            server.terminate()
