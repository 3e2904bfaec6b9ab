"""Every file is opened again and holds what the API and the page have: numbers, words, what is hidden, where from."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboard.export.catalogue import CATALOGUE
from dashboard.layout import view_of
from tests.dashboard.export_world import HIDDEN, LONG, MISSING, SPOILT, TITLE, api, got, rows_of_csv, sheets_of

PAGES = {
    "sweden": {}, "county": {"lan": "18"}, "initiatives": {}, "event": {}, "concepts": {"lan": "18"},
    "search": {"q": "ips"}, "about": {}, "kommun": {"kommun": "1880"}, "compare": {"lan": "18"},
    "need": {"vikter": "unemployment_15_74:2,neet_16_24:1"}, "portfolios": {}, "actors": {}, "platforms": {},
    "contracts": {}, "effects": {}, "trees": {}, "accessibility": {},
}  # fmt: skip
NOTHING = {"andrat", "kommuntrend", "kon", "rows", "parts", "contracts-abroad"}
"""Figures that the embedded data, or a page as it opens, has nothing for; and the second kind of amount and on."""
EVERY = [(page, name) for page, made in CATALOGUE.items() for name in made]
LABELS = {"sv": ("Källa", "Dataversion", "Länk", "Om data"), "en": ("Source", "Data version", "Link", "About the data")}


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("page", "name"), EVERY)
def test_every_exhibit_is_named_as_it_is_listed_and_leaves_with_its_origin(
    files: TestClient, page: str, name: str, lang: str
) -> None:
    query = {**PAGES[page], "lang": lang}
    of = CATALOGUE[page][name](view_of(page, query))
    if of is None:
        assert name in NOTHING or re.fullmatch(r"(amounts|cost|time)-[2-4]", name)
        assert files.get(f"/export/{page}/{name}.csv", params=query).status_code == 404
        return
    assert of.id == name
    assert of.finding
    assert of.finding.strip() == of.finding
    assert all(len(row) == len(of.columns) for row in of.rows)
    assert len(of.links) in (0, len(of.rows))
    rows = rows_of_csv(got(files, f"{page}/{name}.csv", **query))
    assert len(rows) == len(of.rows)
    source, version, link, sheet = LABELS[lang]
    for row in rows[:3]:
        assert row[source]
        assert row[version] == view_of(page, query).w.snapshot_id
        assert parse_qs(urlsplit(row[link]).query)["snapshot"] == [row[version]]
        assert row[link].startswith("http://region.example/")
    book = sheets_of(got(files, f"{page}/{name}.xlsx", **query))
    assert list(book)[-1] == sheet
    told = {str(line[0]): str(line[1]) for line in book[sheet]}
    assert told[link].startswith("http://region.example/")
    assert len(next(iter(book.values()))) == len(of.rows) + 1


@pytest.mark.parametrize("mode", ["split", "touched"])
@pytest.mark.parametrize("bas", ["nominal", "fast", "euro"])
def test_money_on_the_map_is_the_apis_to_the_ore(files: TestClient, mode: str, bas: str) -> None:
    query = {"visa": "pengar", "satt": mode, "bas": bas}
    expected = {r["code"]: r["amount"] for r in api(files, "/funding", satt=mode, bas=bas)["data"]}
    rows = rows_of_csv(got(files, "sweden/karta.csv", **query))
    currency = "EUR" if bas == "euro" else "SEK"
    column = next(c for c in rows[0] if c.endswith(f", {currency}"))
    found = {r["Kod"]: Decimal(r[column]) for r in rows if r[column]}
    assert found == {code: Decimal(amount) for code, amount in expected.items() if amount is not None}
    sheet = next(iter(sheets_of(got(files, "sweden/karta.xlsx", **query)).values()))
    at = [str(c) for c in sheet[0]].index(column)
    numbers = {str(line[1]): line[at] for line in sheet[1:] if line[at] != ""}
    assert all(isinstance(n, float | int) for n in numbers.values())
    assert numbers == pytest.approx({code: float(n) for code, n in found.items()})


def test_an_indicator_is_the_apis_and_the_pages(files: TestClient) -> None:
    answer = api(files, "/indicators/unemployment_15_74", period="2024", sex="T", limit="400")
    expected = {r["region_code"]: r["value"] for r in answer["data"] if r["level"] in ("lan", "riket")}
    rows = rows_of_csv(got(files, "sweden/karta.csv", indikator="unemployment_15_74", ar="2024"))
    column = next(c for c in rows[0] if c.startswith("Arbetslöshet"))
    assert {r["Kod"]: float(r[column]) for r in rows if r[column]} == {
        code: x for code, x in expected.items() if x is not None
    }


def test_a_list_is_the_whole_selection_and_not_a_page(files: TestClient) -> None:
    total = api(files, "/operations", malgrupp="nyanlanda")["total"]
    rows = rows_of_csv(got(files, "initiatives/lista.csv", malgrupp="nyanlanda", sida="3"))
    every = rows_of_csv(got(files, "initiatives/lista.csv"))
    assert len(rows) == total
    assert len(every) == api(files, "/operations")["total"] > 50
    amounts = {r["operation_id"]: r["amount"] for r in api(files, "/operations", limit="500")["data"]}
    column = next(c for c in every[0] if c.endswith(", SEK"))
    for r in every:
        if r["Beteckning"] in amounts:
            assert r[column] == (amounts[r["Beteckning"]] or "")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_hidden_stays_hidden_and_what_is_missing_is_empty(files: TestClient, form: str) -> None:
    query = {"snapshot": SPOILT, "indikator": "unemployment_15_74", "ar": "2025"}
    if form == "csv":
        rows = rows_of_csv(got(files, "sweden/karta.csv", **query))
        column = next(c for c in rows[0] if c.startswith("Arbetslöshet"))
        cells = {r["Kod"]: r[column] for r in rows}
    else:
        sheet = next(iter(sheets_of(got(files, "sweden/karta.xlsx", **query)).values()))
        cells = {str(line[1]): line[2] for line in sheet[1:]}
    assert cells[HIDDEN] == ".."
    assert cells["14"] == ".."
    assert cells[MISSING] == ""
    assert "0" not in cells.values()
    assert 0 not in cells.values()


def test_hostile_titles_are_text(files: TestClient) -> None:
    query = {"snapshot": SPOILT, "lan": "18"}
    rows = rows_of_csv(got(files, "initiatives/lista.csv", **query))
    titles = [r["Initiativ"] for r in rows]
    assert f"'{TITLE}" in titles
    assert "'@SUM(A1)" in [r["Ägare"] for r in rows]
    body = got(files, "initiatives/lista.xlsx", **query)
    names = [line[0] for line in next(iter(sheets_of(body).values()))]
    assert TITLE in names
    assert LONG in names
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        for name in file.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in file.read(name)
                assert b"<f " not in file.read(name)


def test_a_workbook_of_a_page_has_a_sheet_an_exhibit(files: TestClient) -> None:
    book = sheets_of(got(files, "county.xlsx", lan="18"))
    made = [make(view_of("county", {"lan": "18"})) for make in CATALOGUE["county"].values()]
    assert len(book) == sum(of is not None for of in made) + 1
    assert all(len(name) <= 31 for name in book)
    told = [str(line[1]) for line in book["Om data"] if line[0] == "Rubrik"]
    assert told == [of.title for of in made if of]


def test_the_package_holds_report_workbook_and_slides(files: TestClient) -> None:
    with zipfile.ZipFile(io.BytesIO(got(files, "county.zip", lan="18", lang="en"))) as file:
        assert sorted(name.rpartition(".")[2] for name in file.namelist()) == ["pdf", "pptx", "xlsx"]
        assert all(name.isascii() and "-18-" in name for name in file.namelist())
        book = sheets_of(file.read(next(name for name in file.namelist() if name.endswith("xlsx"))))
    titles = " ".join(str(line[1]) for line in book["About the data"] if line[0] == "Title")
    for words in ("three most alike", "Running now", "Ends within six months", "White spots"):
        assert words in titles


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("county/trend.csv", 404, "inget att visa"),
        ("county.pdf", 404, "Välj ett län"),
        ("county.zip?lan=99", 404, "Välj ett län"),
        ("county/okand.csv?lan=18", 404, "nyckeltal"),
        ("county/pagar.png?lan=18", 404, "csv, xlsx, pptx"),
        ("county/trend.exe?lan=18", 404, "xlsx"),
        ("sources.csv", 404, "initiatives"),
        ("sources/rader.csv", 404, "initiatives"),
        ("sweden/karta.csv?snapshot=20200101-aaaaaaaa&lang=en", 404, "no longer kept"),
        ("county/../../etc.csv", 404, ""),
    ],
)
def test_what_cannot_be_had_is_said_in_words(files: TestClient, path: str, status: int, words: str) -> None:
    answer = files.get(f"/export/{path}")
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text


def test_a_malformed_query_falls_back(files: TestClient) -> None:
    query = {"lan": "18", "indikator": "'; DROP", "satt": "%%", "bas": "x", "portfolj": "<b>", "p1": "{}"}
    assert len(rows_of_csv(got(files, "county/trend.csv", **query))) == 21


def test_a_file_is_kept_by_snapshot_and_never_by_others(files: TestClient) -> None:
    answer = files.get("/export/sweden/karta.csv")
    tag = answer.headers["etag"]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert re.search(
        r'attachment; filename="inkluderingskartan-sweden-karta-sv-[\w-]+\.csv"', answer.headers["content-disposition"]
    )
    assert files.get("/export/sweden/karta.csv", headers={"if-none-match": tag}).status_code == 304
    other = {
        files.get(path, headers={"host": host}).headers["etag"]
        for path in (
            "/export/sweden/karta.csv",
            "/export/sweden/karta.csv?lang=en",
            f"/export/sweden/karta.csv?snapshot={SPOILT}",
        )
        for host in ("region.example", "annan.example")
    }
    assert len(other) == 6
    assert files.get("/export/sweden/karta.csv", headers={"host": 'a b"><x'}).status_code == 400


def test_a_pinned_snapshot_keeps_its_own_figures(files: TestClient) -> None:
    rows = rows_of_csv(got(files, "sweden/karta.csv", snapshot=SPOILT))
    assert {r["Dataversion"] for r in rows} == {SPOILT}
    assert all(f"snapshot={SPOILT}" in r["Länk"] for r in rows)


@given(cells=st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_no_text_becomes_a_formula_in_a_csv(cells: list[str]) -> None:
    from dashboard.api.answers import cell

    for text in cells:
        written = cell(text)
        assert not written.startswith(("=", "@", "\t", "\r"))
        assert not (written[:1] in "+-" and written) or re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", written)


@given(names=st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_any_titles_become_sheet_names_that_excel_takes(names: list[str]) -> None:
    from dashboard.export.sheets import sheet_name

    taken: set[str] = set()
    made = [sheet_name(name, taken) for name in names]
    assert len({name.lower() for name in made}) == len(made)
    for name in made:
        assert 1 <= len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")
