"""Files through the browser: whose are taken, under which names, and what a correction says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import importing
from dashboard.importing import FIELDS, Form

OWN = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
forms = st.builds(
    Form,
    st.dictionaries(st.sampled_from(FIELDS), st.integers(-1, 200)),
    st.fixed_dictionaries(
        {},
        optional={
            "valuta": st.sampled_from(["SEK", "EUR"]), "datum": st.sampled_from(["dmy", "mdy"]),
            "rubrikrad": st.integers(1, 999).map(str),
        },
    ),
)  # fmt: skip


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_IMPORT", "on")
    app = Starlette(routes=[Route("/importera/fil", importing.take, methods=["POST"])])
    return TestClient(app, follow_redirects=False)


def send(client: TestClient, name: str, headers: dict[str, str]) -> tuple[int, str]:
    answer = client.post("/importera/fil?lang=en", files={"fil": (name, b"a;b\n1;2\n")}, headers=headers)
    return answer.status_code, answer.headers.get("location", "")


def test_a_file_is_kept_under_a_token_of_its_own(client: TestClient, tmp_path: Path) -> None:
    status, where = send(client, "min lista.csv", OWN)
    assert status == 303
    token = where.split("fil=")[1]
    kept = importing.uploaded(token)
    assert kept == tmp_path / "uploads" / token / "min lista.csv"
    assert kept.read_bytes() == b"a;b\n1;2\n"
    assert importing.uploaded("../../etc") is None
    assert importing.uploaded("nosuchtoken") is None


@pytest.mark.parametrize(
    "name", ["../../x.csv", "..\\..\\x.csv", "/etc/passwd", "a\x00b.csv", "...", "x" * 300 + ".csv"]
)
def test_no_name_leaves_its_folder(name: str, client: TestClient, tmp_path: Path) -> None:
    status, where = send(client, name, OWN)
    if status == 303 and "fil=" in where:
        kept = importing.uploaded(where.split("fil=")[1])
        assert kept is not None
        assert kept.parent.parent == tmp_path / "uploads"
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"origin": "http://elsewhere.example", "sec-fetch-site": "cross-site"},
        {"origin": "http://elsewhere.example"}, {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    ],
)  # fmt: skip
def test_another_sites_form_is_refused(headers: dict[str, str], client: TestClient, tmp_path: Path) -> None:
    assert send(client, "a.csv", headers)[0] == 403
    assert not (tmp_path / "uploads").exists()


def test_nothing_is_taken_where_importing_is_off(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_IMPORT", "off")
    assert send(client, "a.csv", OWN)[0] == 403
    monkeypatch.delenv("INKARTA_IMPORT")
    assert send(client, "a.csv", OWN)[0] == 403


def test_a_file_too_large_and_no_file_are_said(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_BYTES", 10)
    assert "fel=too_large" in send(client, "a.csv", OWN)[1]
    monkeypatch.undo()


@given(forms)
def test_corrections_survive_the_address(form: Form) -> None:
    assert Form.decode(form.encode()) == form


@given(st.text(max_size=300))
def test_a_malformed_correction_is_left_out(text: str) -> None:
    form = Form.decode(text)
    assert set(form.columns) <= set(FIELDS)
    assert set(form.settings) <= {"valuta", "datum", "rubrikrad"}


def test_a_correction_stands_beside_what_was_found() -> None:
    form = Form({"title": 1, "theme": -1}, {"valuta": "SEK"})
    text = form.toml(["Nr", 'Namn "A"'], {"beneficiary": "Nr", "title": "Nr"})
    assert text == 'currency = "SEK"\n[columns]\nbeneficiary = "Nr"\ntitle = "Namn \\"A\\""\ntheme = ""\n'
