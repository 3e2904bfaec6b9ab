"""Formulas in the data leave as text: every cell of CSV files, workbooks and slides, from a snapshot full of them."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import ROUTES
from dashboard.export.routes import ROUTES as EXPORT_ROUTES
from dashboard.middleware import Shell
from tests.dashboard.payloads import FORMULAS, poison

SPOILT = "20260103-0badf00d"
FIGURES = (
    "initiatives/lista", "actors/organisations", "actors/cofunding", "actors/seeds", "platforms/every",
    "contracts/terms",
    "contracts/parties", "concepts/malgrupper", "concepts/metoder", "concepts/begrepp", "county/pagar",
    "county/indikatorer",
    "sweden/karta", "about/register", "event/program", "kommun/kommuner", "portfolios/size",
)  # fmt: skip
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@pytest.fixture(scope="module")
def site(warehouse_folder: Path, w: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("formulas")
    (home / "snapshots").mkdir()
    served = (warehouse_folder / "current").read_text("utf-8").strip()
    file = home / "snapshots" / f"{SPOILT}.duckdb"
    shutil.copy(warehouse_folder / f"{served}.duckdb", file)
    assert poison(file, FORMULAS, FORMULAS) > 5000
    (home / "snapshots/current").write_text(SPOILT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(home))
        yield TestClient(Shell(Starlette(routes=[*ROUTES, *EXPORT_ROUTES])), base_url="http://region.example")


def body(site: TestClient, path: str) -> bytes:
    answer = site.get(path)
    assert answer.status_code == 200, (path, answer.text[:200])
    return answer.content


def formulas_of(book: bytes) -> list[str]:
    """The formulas of a workbook, and the text cells that would be taken for one when they are edited."""
    found = []
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml").decode() if "xl/styles.xml" in parts.namelist() else ""
        cells = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
        quoted = [i for i, xf in enumerate(re.findall(r"<xf [^>]*>", cells[0])) if "quotePrefix" in xf] if cells else []
        shared = parts.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in parts.namelist() else ""
        texts = [re.sub("<[^>]*>", "", one) for one in re.findall(r"<si>(.*?)</si>", shared, re.DOTALL)]
        for name in parts.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            sheet = parts.read(name).decode()
            found += re.findall(r"<f[ >].*?</f>", sheet)
            for style, at in re.findall(r'<c r="\w+"(?: s="(\d+)")? t="s"><v>(\d+)</v>', sheet):
                if texts[int(at)].startswith(STARTS) and int(style or 0) not in quoted:
                    found.append(texts[int(at)])
    return found


def test_there_are_enough_of_them() -> None:
    assert len(FORMULAS) >= 20
    assert len([one for one in FORMULAS if one.startswith(STARTS)]) >= 20


@pytest.mark.parametrize("figure", FIGURES)
def test_no_cell_of_a_csv_is_a_formula(site: TestClient, figure: str) -> None:
    rows = list(csv.reader(io.StringIO(body(site, f"/export/{figure}.csv?lan=18").decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert len(cells) > 10
    assert not [cell for cell in cells if cell.startswith(STARTS) and not NUMBER.fullmatch(cell)]


def test_the_formulas_were_there(site: TestClient) -> None:
    text = body(site, "/export/initiatives/lista.csv").decode("utf-8-sig")
    assert sum(one.strip() in text for one in ("=1+1", "@SUM(A1)", "+1+1", "=A1", "==1")) >= 4
    assert "'=1+1" in text


@pytest.mark.parametrize("figure", FIGURES)
def test_no_cell_of_a_workbook_is_a_formula(site: TestClient, figure: str) -> None:
    assert not formulas_of(body(site, f"/export/{figure}.xlsx?lan=18"))


@pytest.mark.parametrize("path", ["sweden.pptx", "county.pptx?lan=18", "contracts.pptx"])
def test_no_cell_behind_a_slide_is_a_formula(site: TestClient, path: str) -> None:
    with zipfile.ZipFile(io.BytesIO(body(site, f"/export/{path}"))) as deck:
        books = [name for name in deck.namelist() if name.endswith(".xlsx")]
        links = [name for name in deck.namelist() if "externalLink" in name]
        assert not links
        for name in books:
            inside = deck.read(name)
            with zipfile.ZipFile(io.BytesIO(inside)) as book:
                for sheet in book.namelist():
                    if sheet.startswith("xl/worksheets/sheet"):
                        assert not re.findall(rb"<f[ >]", book.read(sheet)), (path, name)


def test_no_cell_of_the_apis_csv_is_a_formula(site: TestClient) -> None:
    answer = site.get("/api/v1/operations.csv")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS) and not NUMBER.fullmatch(cell)]
