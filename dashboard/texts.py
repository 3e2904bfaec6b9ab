"""Every text of the product, Swedish and English side by side, from ``texts.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["sv", "en"]
LANGS: tuple[Lang, ...] = ("sv", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key -> language -> text. Keys are dotted: section, then name."""
    with (Path(__file__).parent / "texts.toml").open("rb") as handle:
        sections = tomllib.load(handle)
    return {f"{section}.{name}": both for section, texts in sections.items() for name, both in texts.items()}


def t(key: str, lang: Lang, /, **values: object) -> str:
    """The text of ``key``, with ``{name}`` filled in. Raises :class:`KeyError` for a key that is not there."""
    text = catalogue()[key][lang]
    return text.format(**values) if values else text


def has(key: str) -> bool:
    """Whether the catalogue holds ``key``."""
    return key in catalogue()
