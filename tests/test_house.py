"""The rules of the house: style, types, layers, size, and documentation that tells the truth."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.layout import PAGES
from dashboard.texts import catalogue as catalogue_of_texts
from etl import catalogue
from etl.embedded import DATA
from etl.warehouse import build
from tests.lacking import unable

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=["style", "format", "types", "layers"],
)
def test_the_code_passes(command: list[str]) -> None:
    tool = shutil.which(command[0], path=str(Path(sys.executable).parent))
    assert tool, f"{command[0]} is not installed in the environment"
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_a_page_has_at_most_80_lines() -> None:
    long = {p.name: n for p in ROOT.glob("pages/*.py") if (n := len(p.read_text("utf-8").splitlines())) > 80}
    assert not long


def test_readme_opens_with_the_two_commands() -> None:
    indented = [
        line.strip() for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("    ")
    ]
    assert indented[:2] == ["python3 start.py", "python3 start.py test"]


def test_readme_names_every_command_source_page_and_exit_code() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    for name in commands:
        assert f"`inkarta {name}" in readme, name
    for group in app.registered_groups:
        assert group.typer_instance, group.name
        inner = {c.name or c.callback.__name__ for c in group.typer_instance.registered_commands if c.callback}
        for name in (str(group.name), *(f"{group.name} {one}" for one in inner)):
            assert f"`inkarta {name}" in readme, name
    for source in catalogue.SOURCES:
        assert f"`{source.SOURCE.id}`" in readme, source.SOURCE.id
    for path in PAGES.values():
        assert f"`{path}" in readme, path


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "fetch",
        "build",
        "check",
        "sources",
        "snapshots",
        "bench",
        "diff",
        "links",
        "doctor",
        "backup",
        "restore",
        "rooms",
    ],
)
def test_every_command_explains_itself_and_speaks_json(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120"})
    assert told.exit_code == 0
    assert "--json" in told.output


def test_contributing_names_only_what_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:etl|dashboard|tests|data|pages)/[\w./]+)`", text)
    missing = [name for name in named if "NAME" not in name and "CODE" not in name and not (ROOT / name).exists()]
    assert named
    assert not missing


def test_every_test_that_the_threat_model_rests_upon_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`tests/" in line]
    assert len(rows) > 12
    for name in re.findall(r"`((?:tests|dashboard|deploy)/[\w./]+)`", text):
        assert (ROOT / name).exists(), name
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "`SECURITY.md`" in readme
    assert "`docs/operating.md`" in readme


def test_the_recipe_for_an_indicator_holds(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    with (folder / "indicators/catalogue.csv").open("a", encoding="utf-8") as handle:
        handle.write("new_one,Ny serie,New series,%,%,low,1,SCB,T1,CC0 1.0,,,,https://example.org/\n")
    rows = [
        f"{code:02d},2024,T,{code}.5"
        for code in (1, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 17, 18, 19, 20, 21, 22, 23, 24, 25)
    ]
    (folder / "indicators/values/new_one.csv").write_text("\n".join(["region_code,period,sex,value", *rows]) + "\n")
    done = build(tmp_path / "snapshots", embedded=folder, as_of=date(2026, 11, 23))
    assert [c.rows_loaded for c in done.counts if c.source_id == "indicator_new_one"] == [21]


def test_every_source_of_the_catalogue_is_declared_as_the_recipe_says() -> None:
    for source in catalogue.SOURCES:
        declared = source.SOURCE
        assert declared.publisher, declared.id
        assert declared.licence, declared.id
        assert declared.url.startswith("https://"), declared.id
        assert bool(declared.caveat_sv) == bool(declared.caveat_en), declared.id
        assert all(reason for reason in declared.ignore.values()), declared.id


def test_every_page_of_the_recipe_is_wired() -> None:
    texts = catalogue_of_texts()
    assert {path.stem for path in ROOT.glob("pages/*.py")} - {"__init__"} == set(PAGES)
    for name in PAGES:
        assert (ROOT / "pages" / f"{name}.py").exists()
        assert set(texts[f"page.{name}"]) == {"sv", "en"}


def test_no_register_address_or_lock_with_addresses_is_committed() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text
    assert "uv.lock" in (ROOT / ".gitignore").read_text("utf-8")


def test_the_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = {
        line.split("==")[0].lower()
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    for wanted in project["dependencies"]:
        assert re.split(r"[<>=\[]", wanted)[0].lower() in locked, wanted


def test_embedded_text_holds_no_contact_data() -> None:
    with (DATA / "initiatives/initiatives.csv").open(encoding="utf-8") as handle:
        text = " ".join(" ".join(row.values()) for row in csv.DictReader(handle))
    assert not re.search(r"[\w.]+@[\w-]+\.\w+", text)


def test_what_the_machine_lacks_is_a_fault_where_nothing_may_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no disk"):
        unable("no disk")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no disk"):
        unable("no disk")
    here = ROOT / "tests"
    skipping = {p.relative_to(here).as_posix() for p in here.rglob("*.py") if "pytest.skip(" in p.read_text("utf-8")}
    assert skipping - {"test_house.py"} == {"lacking.py"}


@pytest.mark.skipif(os.name == "nt", reason="the shell script is for Debian")
def test_ci_calls_the_second_command() -> None:
    script = ROOT / ".ci/run"
    assert "start.py test" in script.read_text("utf-8")
    assert os.access(script, os.X_OK)
