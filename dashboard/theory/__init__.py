"""What people write of causes and effects: effect-logic cards and problem trees, as values, files and plain text.

Nothing here knows the database or the screen. Whatever does not hold is told as :class:`Fault`, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dashboard.texts import Said

MOST, MOST_TITLE, MOST_URL = 800, 160, 500
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_CODE = re.compile(r"[\w.+:@-]{1,80}")


@dataclass(frozen=True)
class Fault:
    """What does not hold: where, as a path such as ``steps.need.what.sv``, by which rule, and what stood there."""

    where: str
    rule: str
    value: str = ""


class RefusedError(Exception):
    """Something cannot be a card or a tree; ``faults`` says why, in the order of reading."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.where}: {f.rule}" for f in self.faults))


@dataclass(frozen=True)
class Source:
    """Where something is said: in words, and an http(s) address where there is one."""

    title: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.url)


NOTHING, NOWHERE = Said(), Source()


class Reader:
    """Takes a document apart, strictly, and gathers its faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, rule: str, value: object = "") -> None:
        """Note what does not hold."""
        shown = str(value)[:60].encode("utf-8", "replace").decode()
        self.faults.append(Fault(where, rule, shown))

    def table(self, found: Any, where: str, keys: Collection[str]) -> dict[str, Any]:
        """A table with no other keys than these; an empty one for anything else."""
        if found is None:
            return {}
        if not isinstance(found, dict):
            self.fault(where, "not_table", found)
            return {}
        for key in found:
            if key not in keys:
                self.fault(_at(where, key), "unknown_key")
        return found

    def text(self, found: Any, where: str, most: int = MOST) -> str:
        """A text as it is kept: trimmed, one kind of line break, nothing that cannot be seen."""
        if found is None:
            return ""
        if not isinstance(found, str):
            self.fault(where, "not_text", found)
            return ""
        if len(found) > most * 4:
            self.fault(where, "too_long", found)
            return ""
        text = trimmed(found)
        if len(text) > most:
            self.fault(where, "too_long", text)
        if odd := _ODD.search(text):
            self.fault(where, "odd_character", f"U+{ord(odd[0]):04X}")
        return text

    def said(self, found: Any, where: str, most: int = MOST) -> Said:
        """A text in both languages."""
        both = self.table(found, where, ("sv", "en"))
        return Said(*(self.text(both.get(lang), f"{where}.{lang}", most) for lang in ("sv", "en")))

    def source(self, found: Any, where: str) -> Source:
        """Where something is said."""
        both = self.table(found, where, ("title", "url"))
        url = self.text(both.get("url"), f"{where}.url", MOST_URL)
        if url and not _is_address(url):
            self.fault(f"{where}.url", "bad_url", url)
        return Source(self.text(both.get("title"), f"{where}.title", MOST_TITLE * 2), url)

    def code(self, found: Any, where: str) -> str:
        """An id of an indicator, an initiative or a card."""
        code = self.text(found, where)
        if code and not _CODE.fullmatch(code):
            self.fault(where, "bad_code", code)
        return code

    def items(self, found: Any, where: str) -> list[Any]:
        """A list; an empty one for anything else."""
        if found is None:
            return []
        if not isinstance(found, list):
            self.fault(where, "not_list", found)
            return []
        return found

    def settled(self) -> None:
        """Raise :class:`RefusedError` when there are faults."""
        if self.faults:
            raise RefusedError(self.faults)


def trimmed(text: str) -> str:
    """A text as it is kept: no space at the ends, lines ended as on this side of the world."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def plain_said(said: Said) -> dict[str, str]:
    """A text as a document holds it."""
    return {"sv": said.sv, "en": said.en}


def plain_source(source: Source) -> dict[str, str]:
    """A source as a document holds it."""
    return {"title": source.title, "url": source.url}


def _at(where: str, key: object) -> str:
    name = str(key)[:40].encode("utf-8", "replace").decode()
    return f"{where}.{name}" if where else name


def _is_address(url: str) -> bool:
    try:
        parsed = urlsplit(url)
    except ValueError:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.netloc) and not re.search(r"\s", url)
