"""The report: a tagged PDF/UA-1 in the reader's language, with the API's figures, whatever the data holds."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.fonts import legible
from tests.dashboard.export_world import SPOILT, TITLE, api, got, sheets_of


def reader(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body))


def text_of(pdf: PdfReader) -> str:
    text = "\n".join(page.extract_text() for page in pdf.pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def tags(node: Any, found: list[Any] | None = None) -> list[Any]:
    """Every structure element of a document."""
    found = [] if found is None else found
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            tags(one, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            tags(node["/K"], found)
    return found


@pytest.mark.parametrize(("lan", "lang", "name"), [("18", "sv", "Örebro län"), ("14", "en", "Västra Götaland County")])
def test_a_report_is_tagged_and_says_what_it_is(files: TestClient, lan: str, lang: str, name: str) -> None:
    pdf = reader(got(files, "county.pdf", lan=lan, lang=lang))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"].startswith(lang)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", xmp)
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"{name} – Inkluderingskartan"
    kinds = [node["/S"] for node in tags(root["/StructTreeRoot"])]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= set(kinds)
    figures = [node for node in tags(root["/StructTreeRoot"]) if node["/S"] == "/Figure"]
    assert len(figures) >= 5
    assert all(str(node.get("/Alt", "")).strip() for node in figures)
    assert len(pdf.pages) <= 8
    box = pdf.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_the_reports_figures_are_the_apis(files: TestClient) -> None:
    pdf = text_of(reader(got(files, "county.pdf", lan="18")))
    money = next(r for r in api(files, "/funding")["data"] if r["code"] == "18")
    touched = next(r for r in api(files, "/funding", satt="touched")["data"] if r["code"] == "18")
    for amount in (money["amount"], touched["amount"]):
        shown = f"{float(amount) / 1e6:.1f}".replace(".", ",")
        assert f"{shown} mn kr" in pdf
    operations = api(files, "/operations", lan="18")
    assert f"{operations['total']} initiativ i Örebro län" in pdf
    value = api(files, "/indicators/unemployment_15_74", region="18", period="2025", sex="T")["data"][0]["value"]
    assert f"Arbetslöshet 15–74 år: {value:.1f}".replace(".", ",") in pdf
    assert api(files, "/snapshot")["data"]["snapshot_id"] in pdf
    for words in ("mest lika", "Utveckling", "Pågår nu", "Slutar inom sex månader", "Vita fläckar", "Källor och metod"):
        assert words in pdf


def test_hidden_figures_stay_hidden_in_the_report(files: TestClient) -> None:
    pdf = text_of(reader(got(files, "county.pdf", lan="18", snapshot=SPOILT)))
    shown = text_of(reader(got(files, "county.pdf", lan="18")))
    assert "Arbetslöshet 15–74 år 2025 % .. 8,8" in pdf
    assert "Arbetslöshet 15–74 år 2025 % 8,8 8,8" in shown
    assert "Två punkter (..)" in pdf


def test_what_strangers_write_is_text_and_stays_on_the_page(files: TestClient) -> None:
    for path in ("county.pdf", "initiatives.pdf"):
        pdf = reader(got(files, path, lan="18", snapshot=SPOILT))
        text = text_of(pdf).replace(" ", "")
        assert legible(TITLE).replace(" ", "") in text
        assert "🙂" not in text
    assert text.count("Ettmyckettlångtord") >= 160, "broken over lines, none of it lost"
    assert legible("a\x00") == "a"
    assert "?" in legible("🙂") or "□" in legible("🙂")


def test_a_report_is_the_same_bytes_again(files: TestClient) -> None:
    assert got(files, "county.pdf", lan="05") == got(files, "county.pdf", lan="05")


@pytest.mark.parametrize("page", ["sweden", "initiatives"])
def test_other_pages_are_pdfs_too(files: TestClient, page: str) -> None:
    pdf = reader(got(files, f"{page}.pdf", lang="en"))
    assert pdf.trailer["/Root"]["/Lang"].startswith("en")
    assert api(files, "/snapshot")["data"]["snapshot_id"] in text_of(pdf)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["report", *arguments], env={"COLUMNS": "200"})


def test_the_command_writes_every_form_of_the_counties_asked_for(files: TestClient, tmp_path: Path) -> None:
    done = run("--lan", "18", "--lan", "05", "--lang", "en", "--format", "all", "--out", str(tmp_path / "r"), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [f["lan"] for f in told["files"]] == ["18"] * 3 + ["05"] * 3
    for one in told["files"]:
        path = Path(one["path"])
        assert path.stat().st_size == one["bytes"]
        if path.suffix == ".pdf":
            assert told["snapshot_id"] in text_of(PdfReader(path))
        if path.suffix == ".xlsx":
            assert "About the data" in sheets_of(path.read_bytes())


def test_the_command_writes_all_21(files: TestClient, tmp_path: Path) -> None:
    done = run("--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert len(list(tmp_path.glob("*.pdf"))) == 21
    assert "21 files of snapshot" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--lan", "99"], 2, "no county has this code"),
        (["--snapshot", "20200101-aaaaaaaa"], 2, "is not kept"),
        (["--url", "ftp://x"], 2, "is no address"),
        (["--lang", "de"], 2, ""),
    ],
)
def test_wrong_usage_is_said_in_words(
    files: TestClient, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    done = run(*arguments, "--out", str(tmp_path))
    assert done.exit_code == code
    assert words in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_and_nothing_built(
    files: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    assert run("--lan", "18", "--out", str(tmp_path / "file" / "under")).exit_code == 2
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path / "empty"))
    done = run("--out", str(tmp_path / "out"))
    assert done.exit_code == 4
    assert "inkarta build" in done.output
