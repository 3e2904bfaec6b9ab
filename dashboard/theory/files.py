"""Documents as files: TOML and JSON out, either of them in, with no key twice and no size without end."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from dashboard.theory import Fault, RefusedError

MOST_BYTES = 256 * 1024


def to_json(document: dict[str, Any]) -> bytes:
    """A document as JSON: the same document gives the same bytes."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def to_toml(document: dict[str, Any]) -> bytes:
    """A document of texts, whole numbers, truth values, tables and lists of tables or texts, as TOML."""
    return ("\n".join(_lines(document, ())).strip("\n") + "\n").encode()


def from_bytes(data: bytes) -> Any:
    """The document of a JSON or TOML file. Raises :class:`dashboard.theory.RefusedError`."""
    if len(data) > MOST_BYTES:
        raise RefusedError([Fault("", "too_large", str(len(data)))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError([Fault("", "not_utf8", str(error.start))]) from error
    try:
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text, object_pairs_hook=_once)
        return tomllib.loads(text)
    except RefusedError:
        raise
    except json.JSONDecodeError as error:
        raise RefusedError([Fault("", "not_json", f"{error.lineno}:{error.colno}")]) from error
    except (ValueError, RecursionError) as error:
        raise RefusedError([Fault("", "not_toml", str(error)[:80])]) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            raise RefusedError([Fault(key[:40].encode("utf-8", "replace").decode(), "twice")])
        out[key] = value
    return out


def _lines(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _is_inner(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{key} = {_value(value)}"
    for key, value in inner.items():
        here = (*path, key)
        for each in value if isinstance(value, list) else (value,):
            name = ".".join(here)
            yield from ("", f"[[{name}]]" if isinstance(value, list) else f"[{name}]")
            yield from _lines(each, here)


def _is_inner(value: Any) -> bool:
    """Whether a value stands under a heading of its own: a table of more than texts, or a list of tables."""
    if isinstance(value, list):
        return any(isinstance(each, dict) for each in value)
    return isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # A JSON string is a TOML string, but for the one sign that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
