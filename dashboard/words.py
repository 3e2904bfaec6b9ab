"""Words as they are compared: without capitals and diacritics, and without the endings of Swedish and English."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile("[a-zåäöéèü]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l"})
_LEAST = 4
_own = threading.local()


def fold(text: str) -> str:
    """Text without capitals and diacritics: "malmo" for "Malmö"."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).casefold()


def apart(text: str) -> tuple[str, ...]:
    """The words of a text as they are spelt, without capitals, in order."""
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def split(text: str) -> tuple[str, ...]:
    """The words of a text, folded, in order."""
    return tuple(map(fold, apart(text)))


@lru_cache(maxsize=200_000)
def stems(word: str) -> tuple[str, ...]:
    """A folded word without its Swedish and without its English ending; one where they agree.

    A stem shorter than three letters is the word itself.
    """
    if not hasattr(_own, "stemmers"):  # a stemmer keeps the word that it is at: one a thread
        _own.stemmers = [snowballstemmer.stemmer(language) for language in ("swedish", "english")]
    found = [stemmer.stemWord(word) for stemmer in _own.stemmers]
    return tuple(dict.fromkeys(stem if len(stem) >= 3 else word for stem in found))


def root(word: str) -> str:
    """The beginning of a word that its Swedish inflections share; the word itself where that is too short.

    A text that contains the word contains its root, so a search by roots finds all that one by words does. Only words
    of plain letters have one: what else is written, the warehouse folds in its own way.
    """
    if not _PLAIN.fullmatch(word.lower()):
        return word
    folded = fold(word)
    stem = stems(folded)[0]
    return stem if len(stem) >= _LEAST and folded.startswith(stem) else word
