from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise import (
    dated,
    fold,
    is_personal_orgnr,
    kommun_code,
    lan_code,
    lookup,
    money,
    orgnr,
    percent,
    plain,
)
from etl.sources.esf_projektbanken import KOMMUN_CSV

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("19 126 097", "19126097"),
        ("19\u00a0126\u202f097", "19126097"),
        ("1580,38", "1580.38"),
        ("1,234.56", "1234.56"),
        ("15.414.794", "15414794"),
        ("91.100,16 €", "91100.16"),
        ("€ 2.034.550", "2034550"),
        ("50 000 kr", "50000"),
        ("SEK 7", "7"),
        ("0.125", "0.13"),
        ("2.005", "2.01"),
        ("1'234'567", "1234567"),
    ],
)
def test_money_as_it_is_written(text: str, amount: str) -> None:
    decimal = "." if text == "2.005" else None
    assert money(text, decimal=decimal) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "inf",
        "1e999",
        "-5",
        "−5",
        "(5)",
        "1.234",
        "1,234",
        "1 23",
        "1,23,456",
        "1.234,567.8",
        "12a",
        ".5",
        "99999999999999999",
        "٣",
        "1e5",
        "5 %",
        "SEK",
        "1.2.3",
    ],
)
def test_money_refuses_to_guess(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|ambiguous|thousands"):
        money(text)


def test_the_decimal_mark_settles_what_is_ambiguous() -> None:
    assert money("1.234", decimal=",") == Decimal("1234")
    assert money("1.234", decimal=".") == Decimal("1.23")
    assert money("1.5E7", decimal=".") == Decimal("15000000")
    for text in ("1,5", "1 234,5", "1.234,5"):
        with pytest.raises(ValueError, match=r"decimal|thousands"):
            money(text, decimal=".")


def test_an_empty_cell_is_no_amount_and_a_number_needs_no_mark() -> None:
    assert money("") is None
    assert money(" \u00a0") is None
    assert money(None) is None
    assert money(0) == 0
    assert money(1234.5) == Decimal("1234.50")
    with pytest.raises(ValueError, match="not an amount"):
        money(True)


@given(AMOUNTS, st.sampled_from([" ", "\u00a0", "\u202f", ".", ""]))
def test_swedish_amounts_round_trip_to_the_ore(amount: Decimal, group: str) -> None:
    text = f"{amount:,.2f}".replace(",", "_").replace(".", ",").replace("_", group)
    assert money(text) == amount
    assert money(text, decimal=",") == amount


@given(AMOUNTS)
def test_english_amounts_round_trip_to_the_cent(amount: Decimal) -> None:
    assert money(f"{amount:,.2f}", decimal=".") == amount


@given(st.text())
def test_money_gives_an_amount_or_a_value_error(text: str) -> None:
    try:
        amount = money(text)
    except ValueError:
        return
    assert amount is None or (amount.is_finite() and amount >= 0 and amount.as_tuple().exponent == -2)


@pytest.mark.parametrize(("text", "share"), [("90%", "90"), ("50,00 %", "50"), ("0.4", "0.4"), ("100", "100")])
def test_percent(text: str, share: str) -> None:
    assert percent(text) == Decimal(share)


@pytest.mark.parametrize("text", ["101", "-1", "NaN", "40 kr", "1.2.3"])
def test_percent_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="not a percentage"):
        percent(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2016", (date(2016, 1, 1), "year")),
        ("2016-05", (date(2016, 5, 1), "month")),
        ("2016-05-10", (date(2016, 5, 10), "day")),
        ("31/12/2020", (date(2020, 12, 31), "day")),
        ("31.12.2020", (date(2020, 12, 31), "day")),
        ("2026-06-08T06:00:00Z", (date(2026, 6, 8), "day")),
        ("", None),
    ],
)
def test_dates_as_they_are_written(text: str, found: object) -> None:
    assert dated(text) == found


@pytest.mark.parametrize("text", ["1989", "2061-01-01", "31/02/2020", "05/31/2020", "31/12/20", "0", "2020-13", "maj"])
def test_dates_that_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dated(text)


def test_a_year_first_source_has_no_day_first_dates() -> None:
    with pytest.raises(ValueError, match="order ymd"):
        dated("01/02/2020", order="ymd")
    assert dated("2020/02/01", order="ymd") == (date(2020, 2, 1), "day")


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]))
def test_dates_round_trip(day: date, form: str) -> None:
    assert dated(day.strftime(form)) == (day, "day")


def test_lan_by_any_spelling() -> None:
    codes = lookup([("01", ["SE-AB", "SE110", "0001", "Stockholms län", "Stockholm"]), ("03", ["Uppsala län"])])
    for text in ("01", "SE-AB", "SE110", "0001", "Stockholms län", "STOCKHOLM", " stockholms  län "):
        assert lan_code(text, codes) == "01"
    assert lan_code("Skåne", codes) is None
    assert lan_code("", codes) is None
    assert lan_code(None, codes) is None


def test_a_spelling_for_two_codes_is_refused() -> None:
    with pytest.raises(ValueError, match="stands for both"):
        lookup([("01", ["X"]), ("02", ["x"])])


def test_every_kommun_is_found_by_name_and_by_name_with_kommun() -> None:
    with KOMMUN_CSV.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    codes = lookup((row["code"], [row["name"]]) for row in rows)
    assert len(rows) == 290
    for row in rows:
        for text in (
            row["code"],
            row["name"],
            row["name"].upper(),
            f"{row['name']} kommun",
            f"{row['name']}s kommun",
        ):
            assert kommun_code(text, codes) == row["code"], text
    assert kommun_code("Göteborgs Stad", codes) == "1480"
    assert kommun_code("Falu kommun", codes) == "2080"
    assert kommun_code("Region Gotland", codes) == "0980"
    assert kommun_code("Håbo", codes) != kommun_code("Habo", codes)
    assert kommun_code("Knivsta by", codes) is None
    assert kommun_code("kommun", codes) is None


def test_organisation_numbers() -> None:
    assert orgnr("212000-3005") == orgnr("162120003005") == orgnr(" 2120003005 ") == "2120003005"
    for text in ("2120003006", "212000", "", None, "abc", "99212000-3005"):
        assert orgnr(text) is None
    assert not is_personal_orgnr("2120003005")
    assert is_personal_orgnr("8803200016")
    assert is_personal_orgnr("8803800016")
    assert not is_personal_orgnr("8802300016")


def test_text() -> None:
    assert fold("  Malmö \n STAD Østfold é ß") == "malmo stad ostfold e ss"
    assert plain("<p>Färre än&nbsp;<b>5</b></p><p>a &amp; b</p>") == "Färre än 5 a & b"
    assert plain("a < b och <5 personer") == "a < b och <5 personer"
    assert plain("<script>alert(1)</script>Kvar<style>p{}</style> text") == "Kvar text"
    assert plain(None) == ""


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
