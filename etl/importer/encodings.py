"""Which code page old text is in: the one in which its words are spelled with the letters of one language."""

from __future__ import annotations

import re
from collections import Counter

_WEST, _CENTRAL = ("cp1252", "cp850", "mac_roman"), ("cp1250", "iso8859_2", "cp852")
LANGUAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sv": ("åäöéü", _WEST), "de": ("äöüß", _WEST), "da": ("æøåé", _WEST), "fi": ("äöåšž", _WEST),
    "fr": ("àâæçéèêëîïôœùûü", _WEST), "es": ("áéíñóúüºª¿¡", _WEST), "it": ("àèéìíòóùú", _WEST),
    "pt": ("áâãàçéêíóôõúºª", _WEST), "nl": ("éëïöüèó", _WEST), "is": ("áéíóúýþæöð", _WEST),
    "pl": ("ąćęłńóśźż", _CENTRAL), "cs": ("áčďéěíňóřšťúůýž", _CENTRAL), "sk": ("áäčďéíĺľňóôŕšťúýž", _CENTRAL),
    "hu": ("áéíóöőúüű", _CENTRAL), "ro": ("ăâîşţșț", _CENTRAL), "hr": ("čćđšž", _CENTRAL),
    "et": ("äõöüšž", ("cp1257",)), "lv": ("āčēģīķļņšūž", ("cp1257",)), "lt": ("ąčęėįšųūž", ("cp1257",)),
    "bg": ("абвгдежзийклмнопрстуфхцчшщъьюяыэ", ("cp1251",)),
    "el": ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", ("cp1253", "iso8859_7")),
}  # fmt: skip
"""Language -> its letters beyond a–z, and the code pages that it is written in, the commonest first."""

_NEUTRAL = set("“”„–—’‘‚«»§°€•…·\u00a0´²³½×¹®©™£№ \u2028")
_MOST = 200_000


def code_page(data: bytes) -> str:
    """The code page of bytes that are not UTF-8; Windows-1252 where nothing speaks for another."""
    high = bytes(byte for byte in data[:_MOST] if byte > 127)
    counts = Counter(high)
    among_latin = len(re.findall(rb"[a-zA-Z][\x80-\xff](?=[a-zA-Z])", data[:_MOST]))
    best, encoding = float("-inf"), "cp1252"
    for language, (letters, pages) in LANGUAGES.items():
        known = set(letters) | set(letters.upper())
        mixed = 3.0 * among_latin if language in ("bg", "el") else 0.0  # no word mixes Greek or Cyrillic with a–z
        for rank, page in enumerate(pages):
            score = _score(counts, page, known) - mixed - 0.001 * rank * len(high)
            if score > best + 1e-9:
                best, encoding = score, page
    return encoding


def _score(counts: Counter[int], page: str, known: set[str]) -> float:
    score = 0.0
    for byte, n in counts.items():
        sign = bytes([byte]).decode(page, "replace")
        if sign in known:
            score += n if sign.islower() else 0.8 * n
        elif sign not in _NEUTRAL:
            score -= 1.5 * n
    return score
