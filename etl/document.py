"""A JSON or TOML document that a visitor sends, parsed in a confined child process.

Such a file is small, and yet a TOML key with a hundred thousand dots in it takes more memory than a server has.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl.confined import confined, main
from etl.spec import SourceError

MEMORY = 256 * 2**20
SECONDS = 10
LEVELS = 64
_JSON_ONLY = "json"
_JSON = re.compile(r"\s*(\{|\[\s*[{\]])")
"""How JSON begins; a table of TOML begins with a bracket too."""


class DocumentError(Exception):
    """A file that is no document: ``rule``, ``where`` in it, and what stood there.

    The rules: ``not_utf8`` (where: the byte), ``not_json`` (where: line:column), ``not_toml`` (value: what the reader
    says), ``twice`` (where: a key that stands twice), ``too_nested`` (value: the levels that are allowed),
    ``too_heavy`` (more memory or time than a document needs).
    """

    def __init__(self, rule: str, where: str = "", value: str = "") -> None:
        self.rule, self.where, self.value = rule, where, value
        super().__init__(f"{where}: {rule} {value}")


def document(data: bytes, *, is_toml_too: bool = True) -> Any:
    """What stands in a file of JSON, or of TOML (its dates as texts). Raises :class:`DocumentError`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        path.write_bytes(data)
        more = () if is_toml_too else (_JSON_ONLY,)
        try:
            with confined("etl.document", path, *more, memory=MEMORY, seconds=SECONDS) as answer:
                told = json.load(answer)
        except SourceError as error:
            raise DocumentError("too_heavy") from error
    if "fault" in told:
        raise DocumentError(*told["fault"])
    return told["document"]


def parsed(data: bytes, *, is_toml_too: bool = True) -> Any:
    """As :func:`document`, without any bounds: for the child, and for what comes from ourselves."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError("not_utf8", str(error.start)) from error
    is_json = not is_toml_too or bool(_JSON.match(text))
    try:
        found = json.loads(text, object_pairs_hook=_once) if is_json else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError("not_json", f"{error.lineno}:{error.colno}") from error
    except ValueError as error:
        raise DocumentError("not_json" if is_json else "not_toml", "1:1" if is_json else "", str(error)[:80]) from error
    except RecursionError as error:
        raise DocumentError("too_nested", value=str(LEVELS)) from error
    if _levels(found) > LEVELS:
        raise DocumentError("too_nested", value=str(LEVELS))
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            raise DocumentError("twice", key[:40].encode("utf-8", "replace").decode())
        out[key] = value
    return out


def _levels(document: Any) -> int:
    level, levels = [document], 0
    while level := [
        inner
        for one in level
        if isinstance(one, dict | list)
        for inner in (one.values() if isinstance(one, dict) else one)
    ]:
        levels += 1
    return levels


# -- in the child ------------------------------------------------------------------------------------------------------


def _read(path: Path, arguments: Sequence[str]) -> None:
    try:
        told = {"document": parsed(path.read_bytes(), is_toml_too=_JSON_ONLY not in arguments)}
        answer = json.dumps(told, default=str)
    except DocumentError as error:
        answer = json.dumps({"fault": [error.rule, error.where, error.value]})
    sys.stdout.write(answer)


if __name__ == "__main__":
    main(_read)
