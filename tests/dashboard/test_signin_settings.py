"""The file of sign-in is checked before anything is served, and what is unsafe is refused where others reach it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dashboard import effective, permission
from dashboard.cli import app, serve
from dashboard.guard import Hosts
from dashboard.signin import settings

GOOD = {
    "redirect_uri": "https://karta.region.example/oauth2callback",
    "cookie_secret": "Zk3vQ9sX1mT7pL2aB8nR4wY6uC0eH5jD",
    "client_id": "inkarta",
    "client_secret": "given-by-the-provider",
    "server_metadata_url": "https://id.region.example/.well-known/openid-configuration",
}
EXPOSED = Hosts.of("0.0.0.0", ["karta.region.example"])


def write(path: Path, auth: dict[str, object], more: str = "") -> Path:
    path.write_text("[auth]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in auth.items()) + more, "utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INKARTA_SIGN_IN", "INKARTA_SIGN_IN_HOURS", "INKARTA_PUBLIC", "INKARTA_HTTPS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("INKARTA_EDIT", "INKARTA_IMPORT"):  # settle writes them
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write(tmp_path / "sign-in.toml", GOOD)
    monkeypatch.setenv("INKARTA_SIGN_IN", str(path))
    return path


def test_without_the_file_nobody_signs_in() -> None:
    assert not settings.is_on()
    assert settings.read() is None


def test_a_good_file_is_read_and_asks_for_an_id_only(file: Path) -> None:
    found = settings.read()
    assert found is not None
    assert found.secrets["auth"]["client_kwargs"] == {"scope": "openid", "prompt": "login"}
    assert settings.exposed_faults(found, EXPOSED.names, is_https=True) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        *(({key: ""}, key) for key in GOOD),
        *(({key: 7}, key) for key in GOOD),
        ({"cookie_secret": "short"}, "cookie_secret"),
        ({"cookie_secret": "a" * 60}, "cookie_secret"),
        ({"client_secret": "xxx"}, "client_secret"),
        ({"redirect_uri": "https://karta.region.example/"}, "/oauth2callback"),
        ({"redirect_uri": "https://karta.region.example/oauth2callback?next=//evil.example"}, "nothing more"),
        ({"redirect_uri": "https://user@karta.region.example/oauth2callback"}, "nothing more"),
        ({"redirect_uri": "http://karta.region.example/oauth2callback"}, "not https"),
        ({"redirect_uri": "ftp://karta.region.example/oauth2callback"}, "no address"),
        ({"server_metadata_url": "http://id.region.example/x"}, "not https"),
        ({"server_metadata_url": "id.region.example"}, "no address"),
        ({"expose_tokens": ["id"]}, "expose_tokens is not known"),
        ({"prompt": ""}, "prompt"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(
    file: Path, change: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, {**GOOD, **change})
    with pytest.raises(ValueError, match="INKARTA_SIGN_IN") as fault:
        settings.read()
    assert said in str(fault.value)
    for secret in ("given-by-the-provider", GOOD["cookie_secret"]):
        assert secret not in str(fault.value)


def test_a_missing_key_a_missing_file_and_no_toml_are_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(file, {key: value for key, value in GOOD.items() if key != "client_id"})
    with pytest.raises(ValueError, match="client_id is missing"):
        settings.read()
    write(file, GOOD, "[other]\nx = 1\n")
    with pytest.raises(ValueError, match=r"\[other\] is not known"):
        settings.read()
    for text, said in (("x", "no TOML"), ("x = 1", "no section"), ("auth = 1", "no section")):
        file.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=said):
            settings.read()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="no TOML"):
        settings.read()
    file.unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        settings.read()


@pytest.mark.parametrize("said", ["0", "25", "-1", "x", "nan", "inf"])
def test_hours_are_a_number_within_bounds(file: Path, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_SIGN_IN_HOURS", said)
    with pytest.raises(ValueError, match="INKARTA_SIGN_IN_HOURS"):
        settings.read()
    monkeypatch.setenv("INKARTA_SIGN_IN_HOURS", "0.5")
    settings.read()
    assert settings.hours() == 0.5


def test_pages_are_not_closed_to_everybody_by_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_PUBLIC", "off")
    with pytest.raises(ValueError, match="INKARTA_PUBLIC=off needs sign-in"):
        settings.read()


# Where others reach the server


def faults(**changed: str) -> tuple[str, ...]:
    found = settings.read()
    assert found is not None
    return settings.exposed_faults(found, EXPOSED.names, is_https=True)


def test_each_unsafe_thing_is_told_of_beyond_the_loopback(file: Path) -> None:
    found = settings.read()
    assert found is not None
    assert "INKARTA_HTTPS" in settings.exposed_faults(found, EXPOSED.names, is_https=False)[0]
    assert "INKARTA_ALLOWED_HOSTS" in settings.exposed_faults(found, ("other.example",), is_https=True)[0]
    assert settings.exposed_faults(found, ("*.region.example",), is_https=True) == ()
    write(file, {**GOOD, "redirect_uri": "http://localhost:8501/oauth2callback"})
    assert len(faults()) == 2  # no https, and no name of ours
    if os.name != "nt":
        write(file, GOOD).chmod(0o644)
        assert "chmod 600" in faults()[0]


def start(host: str) -> str:
    """What the command says when it does not start; empty when it would."""
    try:
        serve._application(host, ("karta.region.example",) if host != "127.0.0.1" else ())
    except typer.Exit as ended:
        return {2: "refused"}[ended.exit_code]
    return ""


def test_the_server_starts_only_with_safe_sign_in(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start("0.0.0.0") == "refused"
    monkeypatch.setenv("INKARTA_HTTPS", "on")
    assert start("0.0.0.0") == ""
    file.write_text("nothing", "utf-8")
    assert start("0.0.0.0") == "refused"
    assert start("127.0.0.1") == "refused"  # a file that is wrong never turns sign-in off


def test_with_sign_in_rights_are_the_roles_and_that_is_no_warning(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    permission.settle(is_local=False)
    assert os.environ["INKARTA_EDIT"] == "on"
    assert not permission.may("edit")
    told = [one.rule.name for one in effective.unsafe(effective.effective()) if not one.rule.severe]
    assert "INKARTA_EDIT" not in told
    monkeypatch.delenv("INKARTA_SIGN_IN")
    told = [one.rule.name for one in effective.unsafe(effective.effective()) if not one.rule.severe]
    assert "INKARTA_EDIT" in told


def test_the_doctor_tells(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path / "home"))

    def found(*more: str) -> list[tuple[str, str]]:
        done = CliRunner().invoke(app, ["doctor", "--json", *more])
        told = json.loads(done.stdout)["findings"]
        return [(one["state"], one["said"]) for one in told if one["check"] == "sign-in"]

    assert found()[-1][0] == "note"  # this machine only: without https
    monkeypatch.setenv("INKARTA_ALLOWED_HOSTS", "karta.region.example")
    assert ("bad", "Sign-in without https lets whoever listens take a session over. Set INKARTA_HTTPS=on.") in found()
    monkeypatch.setenv("INKARTA_HTTPS", "on")
    assert [state for state, _ in found()] == ["ok"]
    file.write_text("[auth]", "utf-8")
    assert found()[0][0] == "bad"
    monkeypatch.delenv("INKARTA_SIGN_IN")
    assert found() == [("ok", "off: nobody signs in")]
