"""Amounts, dates and shares as every country writes them: read exactly, or refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from etl.importer.dates import (
    LANGUAGES,
    date_order,
    read_date,
    read_period,
)
from etl.importer.values import (
    AmountForm,
    amount_form,
    rates_are_fractions,
    read_amount,
    read_rate,
)

AMOUNTS = st.decimals(min_value=0, max_value=10**11, places=2)
LOCALES = ("en_GB", "sv_SE", "de_DE", "de_CH", "fr_FR", "it_IT", "es_ES", "pt_PT", "nl_NL", "da_DK", "fi_FI", "pl_PL",
           "cs_CZ", "hu_HU", "ro_RO", "bg_BG", "el_GR", "et_EE", "lv_LV", "lt_LT", "hr_HR", "sl_SI")  # fmt: skip
DAYS = st.dates(date(1995, 1, 1), date(2055, 12, 31))


@given(st.lists(AMOUNTS, min_size=3, max_size=12), st.sampled_from(LOCALES), st.sampled_from(["", " €", " kr", " EUR"]))
def test_a_column_in_any_countrys_form_is_read_to_the_ore(values: list[Decimal], locale: str, unit: str) -> None:
    cells = [format_decimal(value, "#,##0.00", locale=locale) + unit for value in values]
    form = amount_form(cells)
    assert [read_amount(cell, form) for cell in cells] == values


@given(st.lists(st.integers(1_000, 10**11), min_size=3, max_size=12), st.sampled_from(LOCALES))
def test_whole_amounts_in_groups_of_three_are_thousands(values: list[int], locale: str) -> None:
    cells = [format_decimal(value, "#,##0", locale=locale) for value in values]
    form = amount_form(cells)
    assert [read_amount(cell, form) for cell in cells] == values


@given(DAYS, st.sampled_from(LANGUAGES), st.sampled_from(["d MMMM yyyy", "MMMM d, yyyy", "dd MMM yyyy"]))
def test_a_day_with_its_month_in_words(day: date, language: str, pattern: str) -> None:
    if language in ("mt", "ga") and "MMM yyyy" in pattern:
        return  # their abbreviations are other languages' for other months
    text = format_date(day, pattern, locale=language)
    try:
        found = read_date(text)
    except ValueError:
        return  # a month's name that is not letters
    if "MMMM" in pattern:
        assert found == (day, "day")


@given(DAYS)
def test_a_day_in_figures(day: date) -> None:
    for pattern in ("%Y-%m-%d", "%Y.%m.%d.", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d. %m. %Y", "%Y%m%d",
                    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d 00:00:00"):  # fmt: skip
        assert read_date(day.strftime(pattern)) == (day, "day")
    assert read_date(day.strftime("%m/%d/%Y"), "mdy") == (day, "day")
    assert read_date(day.strftime("%d.%m.%y")) == (day, "day")
    assert read_date((day - date(1899, 12, 30)).days) == (day, "day")
    assert read_date(day) == (day, "day")


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("31. Dez 18", date(2018, 12, 31), "day"),
        ("Tuesday, October 18, 2011", date(2011, 10, 18), "day"),
        ("3 de marzo de 2015", date(2015, 3, 3), "day"),
        ("2015. június 3.", date(2015, 6, 3), "day"),
        ("1 września 2016", date(2016, 9, 1), "day"),
        ("Jan-15", date(2015, 1, 1), "month"),
        ("05/2015", date(2015, 5, 1), "month"),
        ("2015", date(2015, 1, 1), "year"),
    ],
)
def test_dates_as_lists_have_them(text: str, day: date, precision: str) -> None:
    assert read_date(text) == (day, precision)


@pytest.mark.parametrize(
    "text", ["31.04.2018", "30/02/2016", "31.12.9999", "Q1", "Yet to commence", "425180", "00.00.0000"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|year|day"):
        read_date(text)


def test_the_order_of_day_and_month_is_the_columns() -> None:
    assert date_order(["11/16/2015", "8/22/2015", "1/2/2015"]) == "mdy"
    assert date_order(["16/11/2015", "1/2/2015"]) == "dmy"
    assert date_order(["1/2/2015"]) == "dmy"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5.172.338,50 kn", "5172338.50"), ("€ 2.034.550", "2034550"), ("£1.313.829,00", "1313829"),
        ("1,257.668,98", "1257668.98"), ("(1,200.00)", "-1200"), ("3 028 688 002 .- HUF", "3028688002"),
        ("1'234.50", "1234.50"), ("-15,5", "-15.5"), ("1777987.29;1751424.47", "3529411.76"), ("12 345 Kč", "12345"),
    ],
)  # fmt: skip
def test_amounts_as_lists_have_them(text: str, amount: str) -> None:
    assert read_amount(text, amount_form([text])) == Decimal(amount)


@pytest.mark.parametrize(
    "cell", ["12 persons", "01.02.2015 x", "abc", float("nan"), float("inf"), 1e18, True, date(2015, 1, 1)]
)
def test_what_is_no_amount_is_refused(cell: object) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read_amount(cell, AmountForm())  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [None, "", " - ", "n/a", "N/A", "k.A.", "#REF!", "..."])
def test_a_cell_that_says_nothing_is_empty(cell: str | None) -> None:
    assert read_amount(cell, AmountForm()) is None
    assert read_date(cell) is None
    assert read_rate(cell, is_fraction=False) is None


def test_shares() -> None:
    assert rates_are_fractions([0.5, 0.47])
    assert not rates_are_fractions(["50 %", "0,5"])
    assert read_rate(0.47, is_fraction=True) == 47
    assert read_rate("50,00 %", is_fraction=False) == 50
    assert read_rate("25%*", is_fraction=False) == 25
    for wrong in ("101", "half", "1.733.348,00"):
        with pytest.raises(ValueError, match="share"):
            read_rate(wrong, is_fraction=False)


def test_periods() -> None:
    assert read_period("01.01.2015 - 31.12.2016") == ("01.01.2015", "31.12.2016")
    assert read_period("2015-01-01 – 2016-12-31") == ("2015-01-01", "2016-12-31")
    assert read_period("10.2014 bis 12.2016") == ("10.2014", "12.2016")
    assert read_period("two years") is None
    assert read_period("2015-01-01") is None
