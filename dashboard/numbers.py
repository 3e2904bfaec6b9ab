"""Numbers, money and dates as Swedish and English readers expect, whatever the browser's locale."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from dashboard.texts import Lang, has, t

Number = int | float | Decimal
_LOCALE = {"sv": "sv_SE", "en": "en_GB"}


@lru_cache(maxsize=20_000)
def number(value: Number | None, lang: Lang, decimals: int = 0) -> str:
    """``9118.25`` -> "9 118,3" (no-break space) or "9,118.3"; None -> an en dash. Halves round away from zero."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    rounded = _half_up(value, decimals)
    text = format_decimal(
        rounded if rounded else abs(rounded), pattern, locale=_LOCALE[lang], decimal_quantization=False
    )
    return text.replace("−", "-")


@lru_cache(maxsize=20_000)
def money(value: Number | None, currency: str, lang: Lang) -> str:
    """Short money: "9,1 mn kr", "SEK 9.1 m", "EUR 0.4 m"; below 100 000 in full. None -> an en dash."""
    if value is None:
        return "–"
    amount = Decimal(value)
    if abs(_half_up(amount, -5)) >= 10**9:
        return _said("bn", currency, lang, number(amount / 10**9, lang, 2))
    if abs(_half_up(amount, 0)) >= 10**5:
        return _said("mn", currency, lang, number(amount / 10**6, lang, 1))
    return _said("full", currency, lang, number(amount, lang))


def unit(size: str, currency: str, lang: Lang) -> str:
    """What amounts are written in: "mn kr" for mn, "kr" for full; in English "SEK m" and "SEK"."""
    return " ".join(_said(size, currency, lang, "").split())


def exact(value: Number | None, currency: str, lang: Lang) -> str:
    """Money in full, with öre only when there are any."""
    if value is None:
        return "–"
    amount = Decimal(value)
    return _said("full", currency, lang, number(amount, lang, 0 if amount == amount.to_integral() else 2))


def _said(size: str, currency: str, lang: Lang, n: str) -> str:
    """Currencies without words of their own are said by their code."""
    key = f"money.{size}_{currency}"
    return t(key, lang, n=n) if has(key) else t(f"money.{size}_other", lang, n=n, currency=currency)


def country(code: str, lang: Lang) -> str:
    """A country's name, "Storbritannien" or "United Kingdom" for GB; the code itself when it is none."""
    return str(Locale.parse(_LOCALE[lang]).territories.get(code, code))


def day(value: date | datetime | None, lang: Lang, precision: str = "day") -> str:
    """ "23 nov. 2026", "november 2026" or "2026", as precise as the source is."""
    if value is None:
        return "–"
    pattern = {"day": "d MMM y", "month": "MMMM y", "year": "y"}[precision]
    return format_date(value, pattern, locale=_LOCALE[lang])


def _half_up(value: Number, decimals: int) -> Decimal:
    from decimal import ROUND_HALF_UP

    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
