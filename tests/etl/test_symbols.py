"""One rule for symbols: the same one means the same in every service and file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.sources.folkhalsodata import SOURCES as FOLKHALSODATA
from etl.sources.kolada import SOURCES as KOLADA
from etl.sources.scb import SOURCES as SCB
from etl.spec import IndicatorValue, Row
from etl.symbols import SYMBOLS, absent
from tests.etl import test_pxfile
from tests.replay.documents import kolada_rows

Reader = Callable[[str, Path], IndicatorValue]


def _pxweb_value(symbol: str, _: Path) -> IndicatorValue:
    table = FOLKHALSODATA[0]
    raw = {"Region": "03", "År": "2024", "Kön": "00", **table.dimensions.chosen, "value": symbol, "status": ""}
    return next(table.values(Row(1, raw)))


def _pxweb_status(symbol: str, _: Path) -> IndicatorValue:
    table = FOLKHALSODATA[0]
    raw = {"Region": "03", "År": "2024", "Kön": "00", **table.dimensions.chosen, "value": None, "status": symbol}
    return next(table.values(Row(1, raw)))


def _scb(symbol: str, _: Path) -> IndicatorValue:
    raw = {"Region": "03", "Kon": "1", "ContentsCode": "x", "Tid": "2025M06", "Alder": {"TotSA": symbol}}
    return next(iter(SCB[0].values(Row(1, raw))))


def _kolada(symbol: str, _: Path) -> IndicatorValue:
    (record,) = kolada_rows("N02797", ["0003"], ["2024"])
    record["values"] = [{"gender": "T", "value": None, "status": symbol, "count": 1, "isdeleted": False}]
    return next(KOLADA[0].values(Row(1, record)))


def _px(symbol: str, folder: Path) -> IndicatorValue:
    path = test_pxfile.written(folder, test_pxfile.TINY.replace("1 2.5", f'"{symbol}" 2.5'))
    return next(test_pxfile.TABLE.values(next(iter(test_pxfile.TABLE.records(path).rows))))


@pytest.mark.parametrize("reader", [_pxweb_value, _pxweb_status, _scb, _kolada, _px])
@pytest.mark.parametrize(("symbol", "flag"), [("..", "s"), (".", "m"), ("-", "m")])
def test_a_symbol_means_the_same_wherever_it_stands_and_is_never_zero(
    reader: Reader, symbol: str, flag: str, tmp_path: Path
) -> None:
    value = reader(symbol, tmp_path)
    assert (value.value, value.flag) == (None, flag)


@pytest.mark.parametrize("text", ["<5", " < 5 ", "<10", "..", " .. ", "C", "Private"])
def test_what_is_withheld(text: str) -> None:
    assert absent(text) == "s"


@pytest.mark.parametrize("text", ["", "0", "5", ">5", "<", "okänd", "5<", "-1"])
def test_what_is_no_symbol(text: str) -> None:
    assert absent(text) is None


def test_every_symbol_is_written_in_lower_case() -> None:
    assert all(symbol == symbol.casefold().strip() for symbol in SYMBOLS)
