"""Documents as files: TOML and JSON out, either of them in, with no key twice and no size without end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dashboard.theory import Fault, RefusedError
from etl.document import DocumentError, document

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
        return document(data)
    except DocumentError as error:
        raise RefusedError([Fault(*_told(error))]) from error


def _told(error: DocumentError) -> tuple[str, str, str]:
    """Where, by which rule, and what stood there; where a file cannot be read on, that place is what is told."""
    if error.rule in ("not_utf8", "not_json"):
        return "", error.rule, error.where
    return error.where, error.rule, error.value


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
