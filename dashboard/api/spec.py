"""What endpoints and parameters are: routes, checks, the OpenAPI document and the page come from these."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.responses import Response

from dashboard.db import Warehouse
from dashboard.selection import Selection

BASE = "/api/v1"
Json = dict[str, Any]
Vocabulary = Mapping[str, tuple[str, ...]]

_MOST_CODES = 25
_WHOLE = re.compile(r"[0-9]{1,9}")


class ProblemError(Exception):
    """An answer that is an error: RFC 9457 problem details with the members in ``more``."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


@dataclass(frozen=True)
class Param:
    """A parameter. ``allowed``: its ids, or the name of the vocabulary of the snapshot that holds them.

    Its value: ``codes`` a tuple of ids (comma-separated; empty = all), ``code`` one id, ``int`` a number,
    ``text`` words.
    """

    name: str
    kind: Literal["codes", "code", "int", "text"]
    text: str
    example: str
    allowed: tuple[str, ...] | str = ()
    default: str | int | None = None
    least: int = 0
    most: int = 0
    words: int = 0
    pattern: str = ""
    where: Literal["query", "path"] = "query"

    def ids(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """The ids that the parameter takes; empty when it takes no ids."""
        return vocabulary.get(self.allowed, ()) if isinstance(self.allowed, str) else self.allowed

    def read(self, text: str, vocabulary: Vocabulary) -> Any:
        """The value of a parameter that was given. Raises :class:`ProblemError` for what it does not take."""
        if self.kind == "int":
            if not _WHOLE.fullmatch(text) or not self.least <= int(text) <= self.most:
                raise self.refuse(text, f"a whole number from {self.least} to {self.most}")
            return int(text)
        if self.kind == "text":
            if len(text) > self.most or len(text.split()) > self.words:
                raise self.refuse(text, f"at most {self.words} words and {self.most} characters")
            return " ".join(text.split())
        if self.pattern:
            if not re.fullmatch(self.pattern, text):
                raise self.refuse(text, f"the pattern {self.pattern}")
            return text
        codes = tuple(dict.fromkeys(text.split(",")))
        if self.kind == "code" and len(codes) > 1:
            raise self.refuse(text, "one value")
        if len(codes) > _MOST_CODES:
            raise self.refuse(text, f"at most {_MOST_CODES} values")
        ids = self.ids(vocabulary)
        for code in codes:
            if code not in ids:
                raise self.refuse(code, "one of the ids in `allowed`", ids)
        return codes if self.kind == "codes" else codes[0]

    def refuse(self, given: str, expected: str, ids: tuple[str, ...] = ()) -> ProblemError:
        """A 400 that names the parameter, what was given and what is allowed."""
        detail = f"Parameter '{self.name}' does not take '{given[:120]}'. Expected {expected}."
        allowed: Any = list(ids) if ids else expected
        return ProblemError(400, detail, parameter=self.name, value=given[:120], allowed=allowed)

    def schema(self, vocabulary: Vocabulary) -> Json:
        """The parameter's JSON schema, with the ids of the snapshot."""
        if self.kind == "int":
            return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}
        if self.kind == "text":
            return {"type": "string", "maxLength": self.most}
        ids = list(self.ids(vocabulary))
        one: Json = {"type": "string"} | ({"enum": ids} if ids else {"pattern": f"^{self.pattern}$"})
        if self.kind == "codes":
            return {
                "type": "array",
                "items": one,
                "minItems": 1,
                "maxItems": _MOST_CODES,
                "uniqueItems": True,
            }
        return one | ({"default": self.default} if self.default is not None else {})


@dataclass(frozen=True)
class Asked:
    """A request that has been checked: the snapshot, the page's selection, and every value by parameter."""

    w: Warehouse
    sel: Selection
    values: Mapping[str, Any]
    given: Mapping[str, str]
    path: str
    vocabulary: Vocabulary

    def url(self, **changes: str) -> str:
        """The same request with some parameters changed, pinned to the snapshot that answers it."""
        pinned = {**self.given, "snapshot": self.w.snapshot_id, **changes}
        return f"{self.path}?{urlencode(pinned, safe=',:')}"


@dataclass(frozen=True)
class Endpoint:
    """A resource: where it is, what it takes, what it answers (a schema's name; none for text), and who.

    ``strict``: refuses parameters that it does not declare. ``lasting``: the same for ever in a snapshot.
    """

    path: str
    name: str
    summary: str
    answer: Callable[[Asked], Response]
    params: tuple[Param, ...] = ()
    text: str = ""
    media: str = "application/json"
    schema: str = ""
    strict: bool = True
    lasting: bool = True
    tag: str = "data"

    @property
    def query(self) -> dict[str, Param]:
        return {p.name: p for p in self.params if p.where == "query"}

    @property
    def example(self) -> str:
        """An address that answers."""
        path = BASE + self.path
        for p in self.params:
            if p.where == "path":
                path = path.replace(f"{{{p.name}}}", p.example)
        return path


@dataclass(frozen=True)
class Column:
    """A column of a CSV file: its header (with the unit) and how a row gives its cell."""

    name: str
    cell: Callable[[Json], Any] = field(repr=False)
