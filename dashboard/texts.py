"""Every text of the product, Swedish and English side by side, from the files of ``wording/``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["sv", "en"]
LANGS: tuple[Lang, ...] = ("sv", "en")
WORDING = Path(__file__).parent / "wording"


@dataclass(frozen=True)
class Said:
    """A text in Swedish, English or both."""

    sv: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.sv or self.en)

    def of(self, lang: Lang) -> str:
        """The text in a language, else in the other one."""
        return (self.en or self.sv) if lang == "en" else (self.sv or self.en)

    def is_foreign(self, lang: Lang) -> bool:
        """Whether :meth:`of` gives the other language."""
        return bool(self) and not (self.en if lang == "en" else self.sv)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key -> language -> text. Keys are dotted: section, then name. Raises ``ValueError`` for a key in two files."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(WORDING.glob("*.toml")):
        for section, texts in tomllib.loads(path.read_text("utf-8")).items():
            for name, both in texts.items():
                if f"{section}.{name}" in found:
                    raise ValueError(f"{path.name}: {section}.{name} stands in another file too.")
                found[f"{section}.{name}"] = both
    return found


def t(key: str, lang: Lang, /, **values: object) -> str:
    """The text of ``key``, with ``{name}`` filled in. Raises :class:`KeyError` for a key that is not there."""
    text = catalogue()[key][lang]
    return text.format(**values) if values else text


def has(key: str) -> bool:
    """Whether the catalogue holds ``key``."""
    return key in catalogue()
