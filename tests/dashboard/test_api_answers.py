"""What the API refuses, escapes, caches and lets others do."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import ROUTES
from dashboard.api.answers import cell
from dashboard.api.spec import BASE
from tests.dashboard.api_world import HOSTILE, PATHS, ROOT, VALUES, data, every, example, rows_of


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
    assert len(list(every(api, "/regions"))) == 1 + 8 + 21 + 290
    orebro = api.get("/regions?lan=18&lang=en").json()
    assert (orebro["total"], orebro["filter"]) == (13, "county: Örebro County")
    assert api.get("/regions?lan=SE").status_code == 400
    shapes = api.get("/regions.geojson").json()["features"]
    assert {f["properties"]["code"]: f["properties"]["nuts3"] for f in shapes}["18"] == "SE124"
    assert len(shapes) == 21
    assert len(api.get("/regions.geojson?level=kommun&lan=18").json()["features"]) == 12


# HTTP


def test_the_filter_is_told_in_words_and_the_next_page_is_pinned(api: TestClient, api_home: Path) -> None:
    current = (api_home / "snapshots/current").read_text().strip()
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


def test_a_fault_is_a_500_that_tells_nothing(api_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.questions.export.operations", lambda *_, **__: 1 / 0)
    client = TestClient(Starlette(routes=ROUTES), raise_server_exceptions=False)
    response = client.get(f"{BASE}/operations")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "division" not in response.text


def test_the_real_server_answers_on_the_wire(api_home: Path) -> None:
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
