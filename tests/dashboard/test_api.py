"""The API on a warehouse that is built from the embedded data, held against its own OpenAPI document."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from dashboard.api import parameters
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.spec import BASE
from dashboard.selection import FACETS
from tests.dashboard.api_world import HOSTILE, PATHS, ROOT, data, every, example, rows_of


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
    given = HOSTILE if name in ("snapshot", "from", "to") else told["example"]
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


INERT = {
    ("/changes", "to"), ("/operations.csv", "lang"), ("/indicators/{code}.csv", "lang"),
    ("/operations.csv", "portfolj"), ("/funding", "portfolj"),
}  # fmt: skip
"""``lang`` is taken everywhere, so that an address can change its form; here no words depend on it. This warehouse has
one portfolio; test_basis.py has several."""


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
    "fond": ["ESF", "ESF+", "other"],
}
choices = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True).map(",".join)
            for name, ids in codes.items()
        },
        "matt": st.sampled_from(["granted_support", "total_eligible_cost", "requested_support", "eu_contribution_eur"]),
        "bas": st.sampled_from(["nominal", "fast", "euro"]),
        "plats": st.sampled_from(["verksamhet", "agare", "bara"]),
        "nationella": st.sampled_from(["apart", "fordela", "uteslut"]),
        "portfolj": st.just("sverige"),
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
