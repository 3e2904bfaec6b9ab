"""What the user has said about a file's form, as a TOML file: kept for the next file with the same columns."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from etl.normalise import DecimalMark, fold
from etl.spec import SourceError

FIELDS = (
    "title", "beneficiary", "start_date", "end_date", "total_eligible_cost", "eu_contribution", "granted_support",
    "cofinancing_rate", "currency", "location", "theme", "summary", "local_id", "fund", "country", "orgnr",
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """The user's own word. ``columns``: field -> column name, "" = no column; the rest is found out where None."""

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None
    currency: str | None = None
    date_order: Literal["dmy", "mdy"] | None = None
    decimal: DecimalMark | None = None


_SETTINGS = ("sheet", "header_row", "currency", "date_order", "decimal")


def load(path: Path) -> Chosen:
    """Read a mapping file. Raises :class:`SourceError` that names the key that cannot be right."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SourceError(f"{path.name}: the mapping file is not there. Check the name and the folder.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name}: not a mapping in TOML ({error}).") from error
    columns = document.pop("columns", {})
    _check(path, document, columns)
    return Chosen(columns=dict(columns), **document)


def _check(path: Path, settings: Mapping[str, Any], columns: Any) -> None:
    def refuse(what: str) -> None:
        raise SourceError(f"{path.name}: {what}")

    if not isinstance(columns, dict):
        refuse("[columns] must be a table of field = column name.")
    for target, name in columns.items():
        if target not in FIELDS:
            refuse(f"columns.{target} is no field. The fields are {', '.join(FIELDS)}.")
        if not isinstance(name, str):
            refuse(f"columns.{target} must be a column's name in quotation marks, or empty for none.")
    for key in settings:
        if key not in _SETTINGS:
            refuse(f"{key!r} is no setting. The settings are {', '.join(_SETTINGS)} and [columns].")
    number = settings.get("header_row")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
        refuse("header_row must be the header's row in the file, 1 or more.")
    if not re.fullmatch(r"[A-Z]{3}", str(settings.get("currency", "EUR"))):
        refuse("currency must be three capital letters, such as SEK.")
    if settings.get("date_order", "dmy") not in ("dmy", "mdy"):
        refuse('date_order must be "dmy" (day first) or "mdy" (month first).')
    if settings.get("decimal", ".") not in (".", ","):
        refuse('decimal must be "." or ",".')


def dump(chosen: Chosen) -> str:
    """The mapping as TOML."""
    lines = [f"{key} = {quoted(value)}" for key in _SETTINGS if (value := getattr(chosen, key)) is not None]
    lines += ["", "[columns]"]
    lines += [f"{target} = {quoted(name)}" for target, name in chosen.columns.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def quoted(value: str | int) -> str:
    """A value as TOML writes it."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'


def fingerprint(names: Iterable[str]) -> str:
    """A name for a set of columns, by which a saved mapping is found again; their order does not matter."""
    joined = "\n".join(sorted(fold(name) for name in names))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]
