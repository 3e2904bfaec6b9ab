from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from etl.privacy import (
    REMOVED,
    SOLE_TRADER,
    has_personnummer,
    mask_sole_trader,
    redact,
    refuse_personnummer,
    row_has_personnummer,
)
from etl.spec import Row, SourceError

BIRTHS = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def number(born: date, serial: int, *, coordination: bool = False) -> str:
    day = born.day + 60 if coordination else born.day
    digits = f"{born:%y%m}{day:02}{serial:03}"
    return digits + luhn.calc_check_digit(digits)


@given(BIRTHS, st.integers(0, 999), st.booleans(), st.sampled_from(["{}", "Hej {}.", "({}),", "pnr: {}\n"]))
def test_every_written_form_of_a_personnummer_is_seen(born: date, serial: int, samordning: bool, frame: str) -> None:
    digits = number(born, serial, coordination=samordning)
    century = f"{born:%Y}"[:2]
    for text in (
        digits,
        f"{digits[:6]}-{digits[6:]}",
        f"{digits[:6]}+{digits[6:]}",
        century + digits,
        f"{century}{digits[:6]}-{digits[6:]}",
    ):
        assert has_personnummer(frame.format(text)), text


@given(BIRTHS, st.integers(0, 999), st.integers(1, 9))
def test_a_wrong_check_digit_is_no_personnummer(born: date, serial: int, off: int) -> None:
    digits = number(born, serial)
    wrong = digits[:-1] + str((int(digits[-1]) + off) % 10)
    assert not has_personnummer(f"{wrong[:6]}-{wrong[6:]}")


@pytest.mark.parametrize(
    "text",
    [
        "212000-3005",
        "2018/00076",
        "24-030-S04",
        "2018-01-01",
        "8802300016",
        "x8803200016x",
        "59.8803200016",
        "https://example.org/8803200016/a",
        "070-123 45 67",
        "208803200016",
        "88032000161",
    ],
)
def test_other_numbers_are_not_personnummer(text: str) -> None:
    assert not has_personnummer(text)


def test_a_file_is_refused_with_rows_and_never_numbers() -> None:
    rows = [Row(1, {"a": "ingen"}), Row(2, {"a": ["x", {"b": "880320-0016"}]}), Row(3, {"a": 8803200016})]
    with pytest.raises(SourceError, match="row 2, 3 holds") as caught:
        refuse_personnummer("lista.csv", rows)
    assert "0016" not in str(caught.value)
    assert str(caught.value).startswith("lista.csv: ")


def test_many_guilty_rows_are_counted() -> None:
    rows = [Row(row_no, {"a": "880320-0016"}) for row_no in range(1, 31)]
    with pytest.raises(SourceError, match="20 and 10 more"):
        refuse_personnummer("lista.csv", rows)


def test_declared_columns_are_exempt() -> None:
    row = Row(1, {"orgnr": "8803200016", "belopp": "8803200016", "text": "ok"})
    refuse_personnummer("lista.csv", [row], exempt={"orgnr", "belopp"})
    assert row_has_personnummer(row, {"orgnr"})


PHONES = [
    "070-123 45 67",
    "0701234567",
    "070 123 45 67",
    "08-123 456 78",
    "08 123 45 67",
    "018-727 10 00",
    "0734-12 34 56",
    "(018) 727 10 00",
    "+46 70 123 45 67",
    "+46(0)18-7271000",
    "0046701234567",
]
KEPT = [
    "2018/00076",
    "24-030-S04",
    "2021SE05SFPR001_23-017-S01",
    "19 126 097 kr",
    "1 012 345 678 kr",
    "91.100,16",
    "2018-2020",
    "2018–2020",
    "2018-01-01 – 2020-02-03",
    "01-02-2020",
    "31.01.2020-08.02.2021",
    "kl 08-12 13-17",
    "dnr 0301-2018-00123",
    "https://example.org/070-123 kr",
    "https://example.org/0701234567",
    "www.example.org/0701234567",
    "0114",
    "212000-3005",
    "50 %",
]


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("frame", ["{}", "Ring {}!", "tel: {}, eller", "år 2024 ({})."])
def test_telephone_numbers_are_removed(phone: str, frame: str) -> None:
    assert redact(frame.format(phone)) == frame.format(REMOVED)


@given(st.from_regex(r"[a-zåäö][a-zåäö0-9._+-]{0,10}@[a-z0-9]{1,10}(\.[a-z]{2,5}){1,2}", fullmatch=True))
def test_addresses_are_removed(address: str) -> None:
    assert redact(f"Skriv till {address} nu") == f"Skriv till {REMOVED} nu"


@given(st.lists(st.sampled_from(KEPT), min_size=1, max_size=4))
def test_numbers_that_are_not_contact_details_are_left_alone(parts: list[str]) -> None:
    text = "; ".join(parts)
    assert redact(text) == text


@given(st.integers(10, 99), st.integers(0, 999), st.integers(1, 99))
def test_case_numbers_are_left_alone(year: int, case: int, region: int) -> None:
    for text in (f"{year}-{case:03}-S{region:02}", f"20{year}/{case:05}", f"Dnr 20{year}/{case:05}."):
        assert redact(text) == text


@given(st.integers(0, 10**12), st.sampled_from([" ", "\u00a0", "\u202f"]))
def test_amounts_are_left_alone(amount: int, space: str) -> None:
    text = f"Totalt {amount:,} kr".replace(",", space)
    assert redact(text) == text


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_dates_and_their_ranges_are_left_alone(one: date, other: date) -> None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y"):
        for between in ("-", " - ", "–", " – ", " till "):
            text = f"{one.strftime(form)}{between}{other.strftime(form)}"
            assert redact(text) == text


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_a_sole_trader_is_masked_and_an_organisation_is_not() -> None:
    person = {"nr": "19880320-0016", "namn": "Syntetisk Person", "x": "1"}
    assert mask_sole_trader(person, "nr", "namn")
    assert person == {"nr": "", "namn": SOLE_TRADER, "x": "1"}
    kommun = {"nr": "2120003005", "namn": "Uppsala kommun"}
    assert not mask_sole_trader(kommun, "nr", "namn")
    assert kommun["namn"] == "Uppsala kommun"
