"""Files that people write in TOML, read table by table. What is wrong is told by file and key, with what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from dashboard.texts import Said

ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")
"""What may stand in an address."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class FileError(ValueError):
    """A file cannot be read. The message names file and key, and says what to do."""


def opened(path: Path, error: type[FileError], example: str) -> Table:
    """The top table of a file whose name can stand in an address. ``example``: such a name."""
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise error(f"{path.name}: not a TOML file ({fault}).") from fault
    if not ID.fullmatch(path.stem):
        raise error(f"{path.name}: name the file with lower-case letters, digits and hyphens, such as {example}.")
    return Table(path.name, "", given, error)


@dataclass
class Table:
    """A table of the file; what has not been taken at the end is unknown, and refused with ``error``."""

    file: str
    place: str
    given: Mapping[str, Any]
    error: type[FileError] = FileError

    def __post_init__(self) -> None:
        self.left = dict(self.given)

    def refuse(self, key: str, what: str, do: str) -> Any:
        """Say what is wrong with a key and what to do."""
        raise self.error(f"{self.file}: {self.place}{key}: {what}. {do}")

    def take(self, key: str) -> Any:
        """Whatever the key holds, None for nothing."""
        return self.left.pop(key, None)

    def text(self, key: str, *, needed: bool = True) -> str:
        """A text without space at its ends."""
        value = self.take(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.refuse(key, "it is missing" if value is None else f"{value!r} is no text", f'Write {key} = "…".')
        return str(value).strip()

    def said(self, key: str, *, needed: bool = True, with_item: bool = False) -> Said:
        """Both languages; Swedish may be left out where an item has it, and both or neither where not ``needed``."""
        both = Said(
            *(self.text(f"{key}_{lang}", needed=needed and not (with_item and lang == "sv")) for lang in ("sv", "en"))
        )
        if bool(both.sv) != bool(both.en) and not with_item:
            self.refuse(f"{key}_{'en' if both.sv else 'sv'}", "it is missing", "Write both languages or neither.")
        return both

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            self.refuse(key, f"{value!r} is no list of texts", f'Write {key} = ["…", "…"].')
        return tuple(each.strip() for each in value)

    def one_of(self, key: str, value: str, allowed: Any) -> Any:
        """A value that is one of those allowed."""
        if value not in allowed:
            self.refuse(key, f"{value!r} is not known", f"Write one of {', '.join(filter(None, allowed))}.")
        return value

    def word(self, key: str, allowed: Any, default: str | None = None) -> Any:
        """One of some words."""
        if key not in self.left and default is not None:
            return default
        return self.one_of(key, self.text(key), allowed)

    def whole(self, key: str, least: int, most: int, default: int) -> int:
        """A whole number within bounds."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(key, f"{value!r} is no such number", f"Write a whole number from {least} to {most}.")
        return int(value)

    def clock(self, key: str) -> time | None:
        """A time of day."""
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, time):
            return value
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            self.refuse(key, f"{value!r} is no time", 'Write "09:30".')
        return time.fromisoformat(str(value))

    def address(self, key: str, pages: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
        """An address of the product as page and query. ``pages``: page -> path."""
        address = self.text(key)
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        page = next((name for name, path in pages.items() if path == parts.path), "")
        if not page or parts.scheme or parts.netloc:
            self.refuse(key, f"{address!r} is no page", f"Begin with one of {', '.join(pages.values())}.")
        return page, tuple(pair for pair in parse_qsl(parts.query) if pair[0] not in ("lang", "snapshot"))

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables, each with its number in what is said of it."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.refuse(key, "it is no list of tables", f"Write [[{key}]] above each.")
        return tuple(Table(self.file, f"{self.place}{key} {n}, ", each, self.error) for n, each in enumerate(value, 1))

    def done(self) -> None:
        """Refuse what is left."""
        for key in self.left:
            self.refuse(key, "there is no such key", "Take it away, or mend its spelling.")
