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
_MONEY = set("€£\u00a0'’´")
_BESIDE_DIGITS = re.compile(
    rb"(?<=[0-9])[\x80-\xff](?![A-Za-z])|(?<=[0-9] )[\x80-\xff](?![A-Za-z\x80-\xff])"
    rb"|(?<![A-Za-z\x80-\xff])[\x80-\xff](?= ?[0-9])"
)
_MOST = 200_000


def code_page(data: bytes) -> str:
    """The code page of bytes that are not UTF-8; Windows-1252 where nothing speaks for another."""
    beside = Counter(b"".join(_BESIDE_DIGITS.findall(data[:_MOST])))
    counts = Counter(byte for byte in data[:_MOST] if byte > 127) - beside
    among_latin = len(re.findall(rb"[a-zA-Z][\x80-\xff](?=[a-zA-Z])", data[:_MOST]))
    best, encoding = float("-inf"), "cp1252"
    for language, (letters, pages) in LANGUAGES.items():
        known = set(letters) | set(letters.upper())
        mixed = 3.0 * among_latin if language in ("bg", "el") else 0.0  # no word mixes Greek or Cyrillic with a–z
        for rank, page in enumerate(pages):
            score = _score(counts, page, known) + _marks(beside, page) - mixed - 0.001 * rank * counts.total()
            if score > best + 1e-9:
                best, encoding = score, page
    return encoding


def _marks(beside: Counter[int], page: str) -> float:
    """What stands between digits, or before or after them, is a blank or a sign of money, and no letter."""
    signs = [(bytes([byte]).decode(page, "replace"), n) for byte, n in beside.items()]
    return sum(n if sign in _MONEY else -2.0 * n for sign, n in signs)


def _score(counts: Counter[int], page: str, known: set[str]) -> float:
    score = 0.0
    for byte, n in counts.items():
        sign = bytes([byte]).decode(page, "replace")
        if sign in known:
            score += n if sign.islower() else 0.8 * n
        elif sign not in _NEUTRAL:
            score -= 1.5 * n
    return score


_TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}"
)


def mended(text: str) -> str:
    """Text with the letters put right that were UTF-8 and read as Windows-1252: "Ã¶" is "ö"."""
    return _TWICE.sub(_once, text) if max(text, default="") >= "\u00c2" else text


def _once(found: re.Match[str]) -> str:
    data = bytearray()
    for sign in found[0]:
        try:
            data += sign.encode("cp1252")
        except UnicodeEncodeError:
            data += sign.encode("latin-1", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
