"""What the product is made of: hash-locked without a registry's address, a tampered file refused, a true bill."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from packaging.utils import canonicalize_name
from typer.testing import CliRunner

from dashboard.cli import app
from tests.conftest import ROOT
from tests.lacking import unable

LOCKS = ("requirements.txt", "requirements-dev.txt")
TEXT = {"type": "string", "minLength": 1}
COMPONENT = {
    "type": "object",
    "required": ["type", "name"],
    "properties": {
        "type": {"enum": ["application", "library"]},
        "name": TEXT,
        "version": TEXT,
        "bom-ref": TEXT,
        "purl": {"type": "string", "pattern": r"^pkg:pypi/[a-z0-9-]+@[0-9A-Za-z.+!-]+$"},
        "licenses": {
            "type": "array",
            "maxItems": 1,
            "items": {
                "oneOf": [
                    {
                        "type": "object",
                        "required": ["expression"],
                        "additionalProperties": False,
                        "properties": {"expression": TEXT},
                    },
                    {
                        "type": "object",
                        "required": ["license"],
                        "additionalProperties": False,
                        "properties": {
                            "license": {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
                        },
                    },
                ]
            },
        },
    },
    "additionalProperties": False,
}
SHAPE = {
    "type": "object",
    "required": ["bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"],
    "additionalProperties": False,
    "properties": {
        "bomFormat": {"const": "CycloneDX"},
        "specVersion": {"const": "1.6"},
        "version": {"type": "integer", "minimum": 1},
        "serialNumber": {"type": "string", "pattern": "^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "metadata": {
            "type": "object",
            "required": ["component"],
            "additionalProperties": False,
            "properties": {
                "component": COMPONENT,
                "properties": {"type": "array"},
                "tools": {
                    "type": "object",
                    "required": ["components"],
                    "properties": {"components": {"type": "array", "items": COMPONENT}},
                },
            },
        },
        "components": {"type": "array", "minItems": 20, "uniqueItems": True, "items": COMPONENT},
        "dependencies": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": ["ref"],
                "additionalProperties": False,
                "properties": {"ref": TEXT, "dependsOn": {"type": "array", "uniqueItems": True, "items": TEXT}},
            },
        },
    },
}
"""The part of the CycloneDX 1.6 schema that the bill uses; nothing else may stand in it."""


def wheel(folder: Path, content: str) -> str:
    """A package of one module; its file's hash."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "tiny-1.0-py3-none-any.whl"
    files = {
        "tiny.py": content,
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for name, text in files.items()
    )
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in {**files, "tiny-1.0.dist-info/RECORD": record + "tiny-1.0.dist-info/RECORD,,\n"}.items():
            packed.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def install(links: Path, lock: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """As ``start.py`` installs, from a folder instead of a registry."""
    installer = [sys.executable, "-m", "pip", "install", "--isolated"]
    if importlib.util.find_spec("pip") is None:  # uv makes environments without it
        if (uv := shutil.which("uv")) is None:
            unable("neither pip nor uv is here")
        installer = [uv, "pip", "install", "--no-config", "--python", sys.executable]
    command = [
        *installer,
        "--no-index",
        "--find-links",
        str(links),
        "--require-hashes",
        "-r",
        str(lock),
    ]
    return subprocess.run([*command, "--target", str(into)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_by_hash_and_no_address_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    packages = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(packages) > 60
    for package in packages:
        lines = package.splitlines()
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==\S+", lines[0]), lines[0]
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}\b", package), lines[0]
    assert not re.search(r"://|index-url|find-links|trusted-host", text)


def test_the_set_up_installs_by_hash_only() -> None:
    text = (ROOT / "start.py").read_text("utf-8")
    assert '"--require-hashes", "-r", requirements' in text
    assert "index" not in text


def test_a_file_of_the_right_hash_is_installed_and_a_tampered_one_is_refused(tmp_path: Path) -> None:
    digest = wheel(tmp_path / "sound", "said = 'as published'\n")
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n", "utf-8")
    done = install(tmp_path / "sound", lock, tmp_path / "in")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "in/tiny.py").read_text() == "said = 'as published'\n"

    assert wheel(tmp_path / "tampered", "said = 'as an attacker has it'\n") != digest
    done = install(tmp_path / "tampered", lock, tmp_path / "not")
    assert done.returncode != 0
    assert "hash" in done.stderr.lower()
    assert not (tmp_path / "not/tiny.py").exists()


def test_a_tampered_lock_is_refused_and_so_is_one_without_a_hash(tmp_path: Path) -> None:
    digest = wheel(tmp_path / "sound", "said = 'as published'\n")
    for number, line in enumerate(
        (f"tiny==1.0 --hash=sha256:{digest[:-1]}{'0' if digest[-1] != '0' else '1'}", "tiny==1.0")
    ):
        lock = tmp_path / f"{number}.txt"
        lock.write_text(f"{line}\n", "utf-8")
        done = install(tmp_path / "sound", lock, tmp_path / f"in{number}")
        assert done.returncode != 0
        assert not (tmp_path / f"in{number}/tiny.py").exists()


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    done = CliRunner().invoke(app, ["sbom"])
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_bill_has_the_form_of_cyclonedx(bill: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(SHAPE)
    assert not list(Draft202012Validator(SHAPE).iter_errors(bill))
    refs = [one["bom-ref"] for one in (*bill["components"], bill["metadata"]["component"])]
    assert len(refs) == len(set(refs))
    assert {one["ref"] for one in bill["dependencies"]} == set(refs)
    assert {ref for one in bill["dependencies"] for ref in one["dependsOn"]} <= set(refs)
    assert "://" not in json.dumps(bill)


def test_the_bill_is_what_is_installed_and_what_is_locked(bill: dict[str, Any]) -> None:
    named = {one["name"]: one["version"] for one in bill["components"]}
    assert all(version(name) == number for name, number in named.items())
    text = (ROOT / "requirements.txt").read_text("utf-8")
    locked = {
        canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==", text, re.MULTILINE)
    }
    wanted = {
        canonicalize_name(re.split(r"[\s<>=;\[]", line)[0])
        for line in text.splitlines()
        if "==" in line and line[0].isalnum()
    }
    assert wanted == locked
    assert set(named) <= locked, "nothing is in use that is not locked"
    assert {"streamlit", "duckdb", "altair", "uvicorn", "starlette"} <= set(named)


def test_the_same_installation_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        assert CliRunner().invoke(app, ["sbom", "--out", str(tmp_path / name)]).exit_code == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert CliRunner().invoke(app, ["sbom", "--out", str(tmp_path / "none" / "x.json")]).exit_code == 2


def test_most_packages_state_their_licence(bill: dict[str, Any]) -> None:
    without = [one["name"] for one in bill["components"] if "licenses" not in one]
    assert len(without) < len(bill["components"]) / 5, without
