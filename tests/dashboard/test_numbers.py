"""Numbers as Swedish and English readers write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import numbers
from dashboard.texts import LANGS, Lang

NBSP = "\u00a0"
values = st.one_of(
    st.integers(-(10**15), 10**15),
    st.decimals(-(10**15), 10**15, places=4),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.builds(lambda n, places: Decimal(10 * n + 5).scaleb(-places), st.integers(-999, 999), st.integers(1, 5)),
)


def plain(text: str, lang: Lang) -> Decimal:
    group, mark = (NBSP, ",") if lang == "sv" else (",", ".")
    return Decimal(text.replace(group, "").replace(mark, "."))


@given(values, st.sampled_from(LANGS), st.integers(0, 4))
def test_a_number_reads_back_as_itself_rounded_half_away_from_zero(value: object, lang: Lang, decimals: int) -> None:
    text = numbers.number(value, lang, decimals)  # type: ignore[arg-type]
    assert plain(text, lang) == Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    form = r"-?\d{1,3}(?:\u00a0\d{3})*" if lang == "sv" else r"-?\d{1,3}(?:,\d{3})*"
    tail = rf"[{',' if lang == 'sv' else '.'}]\d{{{decimals}}}" if decimals else ""
    assert re.fullmatch(form + tail, text, re.ASCII)


@pytest.mark.parametrize(
    ("value", "decimals", "sv", "en"),
    [
        (9118.25, 1, f"9{NBSP}118,3", "9,118.3"),
        (1000, 0, f"1{NBSP}000", "1,000"),
        (0.5, 0, "1", "1"),
        (2.5, 0, "3", "3"),
        (-2.5, 0, "-3", "-3"),
        (1.005, 2, "1,01", "1.01"),
        (5, 1, "5,0", "5.0"),
        (None, 1, "–", "–"),
        (0, 0, "0", "0"),
        (-0.4, 0, "0", "0"),
    ],
)
def test_a_number_by_hand(value: float | None, decimals: int, sv: str, en: str) -> None:
    assert (numbers.number(value, "sv", decimals), numbers.number(value, "en", decimals)) == (sv, en)


@pytest.mark.parametrize(
    ("amount", "sv", "en"),
    [
        ("99999", f"99{NBSP}999 kr", "SEK 99,999"),
        ("100000", "0,1 mn kr", "SEK 0.1 m"),
        ("9118250", "9,1 mn kr", "SEK 9.1 m"),
        ("999949999", "999,9 mn kr", "SEK 999.9 m"),
        ("1000000000", "1,00 md kr", "SEK 1.00 bn"),
        ("12345678901", "12,35 md kr", "SEK 12.35 bn"),
        ("-9118250", "-9,1 mn kr", "SEK -9.1 m"),
        ("0", "0 kr", "SEK 0"),
    ],
)
def test_short_money_by_hand(amount: str, sv: str, en: str) -> None:
    assert numbers.money(Decimal(amount), "SEK", "sv") == sv.replace(" ", NBSP)
    assert numbers.money(Decimal(amount), "SEK", "en") == en.replace(" ", NBSP)


def test_money_names_its_currency() -> None:
    assert numbers.money(Decimal("427000"), "EUR", "sv") == f"0,4{NBSP}mn{NBSP}euro"
    assert numbers.exact(Decimal("1275915.80"), "EUR", "en") == f"EUR{NBSP}1,275,915.80"
    assert numbers.exact(Decimal("1275915.00"), "SEK", "sv") == f"1{NBSP}275{NBSP}915{NBSP}kr"
    assert (numbers.money(None, "SEK", "sv"), numbers.exact(None, "SEK", "en")) == ("–", "–")


@given(st.integers(0, 10**14).map(lambda n: Decimal(n) / 100), st.sampled_from(LANGS))
def test_exact_money_keeps_every_ore(amount: Decimal, lang: Lang) -> None:
    text = numbers.exact(amount, "SEK", lang)
    assert plain(text.removesuffix(f"{NBSP}kr").removeprefix(f"SEK{NBSP}"), lang) == amount


@pytest.mark.parametrize("lang", LANGS)
def test_short_money_never_shows_a_thousand_of_a_smaller_unit(lang: Lang) -> None:
    for amount in ("999950000", "999999999.99"):
        shown = numbers.money(Decimal(amount), "SEK", lang)
        assert not re.search(r"1[\u00a0,]000[,.]0 m", shown), shown


@pytest.mark.parametrize(
    ("precision", "sv", "en"),
    [("day", "23 nov. 2026", "23 Nov 2026"), ("month", "november 2026", "November 2026"), ("year", "2026", "2026")],
)
def test_a_day_is_as_precise_as_its_source(precision: str, sv: str, en: str) -> None:
    for value in (date(2026, 11, 23), datetime(2026, 11, 23, 12)):
        assert numbers.day(value, "sv", precision) == sv
        assert numbers.day(value, "en", precision) == en
    assert numbers.day(None, "sv", precision) == "–"
