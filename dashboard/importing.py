"""The user's own lists through the browser: a file is taken in, and ``inkarta import`` run on it as its own process.

A file from a stranger is never parsed in the server. Importing is on when the server listens on this machine only;
``INKARTA_IMPORT=on`` turns it on elsewhere, ``off`` turns it off.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import permission
from dashboard.layout import snapshot_folder
from dashboard.signin import who

log = logging.getLogger("inkarta")
MOST_BYTES = 60 * 2**20
SECONDS = 300
_DAY = 24 * 3600
_TOKEN = re.compile(r"[\w-]{8,40}")
FIELDS = (
    "title", "beneficiary", "start_date", "end_date", "total_eligible_cost", "granted_support", "eu_contribution",
    "cofinancing_rate", "currency", "location", "theme", "summary", "local_id",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """The user's corrections: ``columns``: field -> column number from 0, -1 for none; settings by name.

    In the address as ``title:3,end_date:x,valuta:SEK,rubrikrad:4,datum:mdy``.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def decode(cls, text: str) -> Form:
        """The corrections of an address; what is malformed is left out."""
        columns: dict[str, int] = {}
        settings: dict[str, str] = {}
        for part in text.split(","):
            name, _, value = part.partition(":")
            if name in FIELDS and re.fullmatch(r"\d{1,3}|x", value):
                columns[name] = -1 if value == "x" else int(value)
            elif (
                (name == "valuta" and re.fullmatch("[A-Z]{3}", value))
                or (name == "rubrikrad" and re.fullmatch("[1-9][0-9]{0,3}", value))
                or (name == "datum" and value in ("dmy", "mdy"))
            ):
                settings[name] = value
        return cls(columns, settings)

    def encode(self) -> str:
        """The corrections as an address holds them."""
        parts = [f"{name}:{'x' if at < 0 else at}" for name, at in self.columns.items()]
        return ",".join([*parts, *(f"{name}:{value}" for name, value in self.settings.items())])

    def toml(self, names: list[str], proposed: Mapping[str, str]) -> str:
        """The mapping file for ``inkarta import``; ``names``: the file's columns, ``proposed``: what stands else."""
        lines = []
        if "valuta" in self.settings:
            lines.append(f"currency = {json.dumps(self.settings['valuta'])}")
        if "rubrikrad" in self.settings:
            lines.append(f"header_row = {int(self.settings['rubrikrad'])}")
        if "datum" in self.settings:
            lines.append(f"date_order = {json.dumps(self.settings['datum'])}")
        chosen = dict(proposed)
        chosen |= {name: names[at] if at >= 0 else "" for name, at in self.columns.items() if at < len(names)}
        lines.append("[columns]")
        lines += [f"{name} = {json.dumps(column, ensure_ascii=False)}" for name, column in chosen.items()]
        return "\n".join(lines) + "\n"


def is_allowed() -> bool:
    """Whether this server takes files in."""
    return permission.may("import")


def _home() -> Path:
    return snapshot_folder().parent


def _uploads() -> Path:
    return _home() / "uploads"


async def take(request: Request) -> Response:
    """Store an uploaded file for a day, and show what would be loaded of it. Only this site's own form may send one."""
    lang = "en" if request.query_params.get("lang") == "en" else "sv"

    def back(**params: str) -> Response:
        return RedirectResponse(f"/importera?{urlencode({'lang': lang, **params})}", status_code=303)

    if not is_allowed() or not permission.is_own(request):
        return Response("forbidden", status_code=403)
    if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        return back(fel="too_large")
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("fil")
        if not isinstance(file, UploadFile) or not file.filename:
            return back(fel="no_file")
        folder = new_folder()
        with (folder / safe_name(file.filename)).open("wb") as out:
            while block := await file.read(2**20):
                out.write(block)
    return back(fil=folder.name)


def new_folder() -> Path:
    """A folder for what a visitor sends, gone after a day; its name is the token that an address holds."""
    sweep()
    folder = _uploads() / secrets.token_urlsafe(9)
    folder.mkdir(parents=True)
    return folder


def safe_name(name: str) -> str:
    """A file name without folders and odd signs, its ending kept."""
    bare = re.sub(r"[^\w.() -]+", "_", Path(name.replace("\\", "/")).name).strip(". ")
    return (bare or "lista")[-100:]


def sweep(now: float | None = None) -> int:
    """Remove what visitors sent more than a day before ``now`` (seconds; None: the present). How many there were."""
    at, gone = time.time() if now is None else now, 0
    for folder in _uploads().glob("*") if _uploads().is_dir() else ():
        if folder.is_dir() and at - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)
            gone += not folder.exists()
    return gone


def uploaded(token: str) -> Path | None:
    """The file that a token stands for, None when it is gone."""
    folder = folder_of(token)
    if folder is None:
        return None
    return next((p for p in folder.iterdir() if p.is_file() and not p.name.startswith("_inkarta")), None)


def folder_of(token: str) -> Path | None:
    """The folder that a token stands for, None when it is gone."""
    folder = _uploads() / token
    return folder if _TOKEN.fullmatch(token) and folder.is_dir() else None


def preview(path: Path, form: Form) -> dict[str, Any]:
    """What ``inkarta import --dry-run`` says of the file so corrected; ``{"error": …}`` when it is refused."""
    digest = hashlib.sha256(form.encode().encode()).hexdigest()[:12]
    kept = path.parent / f"_inkarta-{digest}.json"
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text("utf-8"))
        return found
    answer = _run(path, "preview", form, "--dry-run")
    kept.write_text(json.dumps(answer), "utf-8")
    return answer


def load(path: Path, name: str, form: Form) -> dict[str, Any]:
    """Import the file for good and build; what the command says, with ``snapshot_id``."""
    return _run(path, name, form)


def _run(path: Path, name: str, form: Form, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "dashboard.cli", "import", str(path), "--name", name, "--json", *more]
    if form.columns or form.settings:
        first = preview(path, Form({}, form.settings)) if form.columns else {}
        names = [column["name"] for column in first.get("columns", [])]
        mapping = path.parent / f"_inkarta-{secrets.token_hex(4)}.toml"
        mapping.write_text(form.toml(names, first.get("mapping", {})), "utf-8")
        command += ["--mapping", str(mapping)]
    try:
        done = subprocess.run(  # noqa: S603 (our own command; every value is an argument of its own)
            command, capture_output=True, text=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "INKARTA_HOME": str(_home()), "INKARTA_ACTOR": who.actor()},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"error": {"rule": "too_slow", "message": ""}}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.strip()[-600:] or f"inkarta import ended with {done.returncode} and said nothing."
        log.error("import failed: %s", said)
        return {"error": {"rule": "failed", "message": said}}
    return answer
