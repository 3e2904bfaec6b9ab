"""Every record ends as loaded or quarantined; nothing personal is stored; broken records break no build."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etl.load
import etl.tables
from etl.spec import (
    Conflict,
    Funding,
    Indicator,
    IndicatorValue,
    Location,
    Operation,
    Participants,
    Party,
    Records,
    Reject,
    Row,
    Source,
    SourceError,
    Theme,
    audit,
)
from tests.conftest import ROOT, Given, World, operation, registry

MAIL = "anna.andersson@example.org"


@dataclass
class Raw:
    """A source of raw rows with the columns id, text, contact and note."""

    SOURCE: Source
    rows: list[Row]
    retrieved_at: Any = None

    def records(self, path: Path) -> Records:
        return Records(rows=self.rows)

    def operation(self, row: Row) -> Operation:
        op = operation(row.raw.pop("id"), summary_sv=row.raw.pop("text", ""), note=row.raw.pop("note", None))
        if op.summary_sv.startswith("bad"):
            raise Reject("text", "bad_text", op.summary_sv, "The text is bad.")
        audit(row, self.SOURCE)
        return op


def raw(*cells: Mapping[str, Any] | Row, **source: Any) -> World:
    rows = [c if isinstance(c, Row) else Row(n, dict(c)) for n, c in enumerate(cells, 1)]
    return World(Raw(replace(registry("r"), **source), rows))  # type: ignore[arg-type]


def everything(made: World) -> str:
    """All text of all tables."""
    tables = [name for (name,) in made.all("SELECT table_name FROM duckdb_tables() WHERE table_name <> 'region'")]
    return "\n".join(str(row) for table in tables for row in made.all(f'SELECT * FROM "{table}"'))


@settings(max_examples=12)
@given(st.lists(st.sampled_from(["good", "bad", "fault", "twice"]), max_size=25))
def test_records_read_are_records_loaded_plus_quarantined_each_with_its_row_kept(kinds: list[str]) -> None:
    fault = Reject("_record", "field_count", 3, "Three fields.")
    rows: list[Row] = []
    for n, kind in enumerate(kinds, 1):
        rows.append(
            Row(n, {"_record": ["a", "b", "c"]}, fault)
            if kind == "fault"
            else Row(n, {"id": "same" if kind == "twice" else f"p{n}", "text": "bad" if kind == "bad" else ""})
        )
    made = raw(*rows)
    again = max(kinds.count("twice") - 1, 0)
    set_aside = kinds.count("bad") + kinds.count("fault") + again
    counted = made.all("SELECT rows_read, rows_loaded, rows_quarantined FROM source_file")
    assert counted == [(len(kinds), len(kinds) - set_aside, set_aside)]
    assert made.all("SELECT count(*) FROM raw_record") == [(len(kinds),)]
    assert made.all("SELECT count(*) FROM operation") == [(len(kinds) - set_aside,)]
    rules = dict(made.all("SELECT rule, count(*) FROM load_issue WHERE severity = 'quarantine' GROUP BY 1"))
    expected = {"bad_text": kinds.count("bad"), "field_count": kinds.count("fault"), "duplicate_id": again}
    assert rules == {rule: n for rule, n in expected.items() if n}


PUBLISHED = (Decimal("0.5"), Decimal("0.4"))
RULES = {
    "unknown_region": operation("a", locations=[Location("operation", "99")]),
    "kommun_outside_lan": operation("a", locations=[Location("operation", "03", "0180")]),
    "shares_do_not_sum": operation(
        "a",
        locations=[Location("operation", lan, share=s) for lan, s in zip(("01", "03"), PUBLISHED, strict=True)],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_record_that_breaks_a_rule_is_quarantined_with_it(rule: str) -> None:
    made = World(Given(registry("r"), [RULES[rule], operation("good")]))
    assert made.all("SELECT operation_id FROM operation") == [("r:good",)]
    assert made.all("SELECT row_no, rule FROM load_issue") == [(1, rule)]


@pytest.mark.parametrize("code", ["0114", "00"])
def test_a_code_that_is_no_lan_is_no_lan(code: str) -> None:
    """Otherwise its money lies outside the 21 län, national and unknown."""
    made = World(Given(registry("r"), [operation("a", amount="1.00", locations=[Location("operation", code)])]))
    assert made.all("SELECT lan_code FROM mart_money") == []
    assert made.all("SELECT rule FROM load_issue") == [("unknown_region",)]


def _money(*amounts: str, measure: str = "granted_support", currency: str = "SEK") -> list[Funding]:
    return [Funding(measure, Decimal(a), currency, "x") for a in amounts]  # type: ignore[arg-type]


BROKEN = {
    "negative amount": {"funding": _money("-1.00")},
    "the same measure twice": {"funding": _money("1.00", "2.00")},
    "unknown measure": {"funding": _money("1.00", measure="stöd")},
    "a currency that is no code": {"funding": _money("1.00", currency="kr")},
    "a tenth of an öre": {"funding": _money("1.001")},
    "an amount beyond the column": {"funding": _money("1e17")},
    "unknown target group": {"target_groups": ["saknas"]},
    "a published share of nothing": {
        "locations": [
            Location("operation", "01", share=Decimal(1)),
            Location("operation", "03", share=Decimal(0)),
        ]
    },
    "a negative share": {
        "locations": [
            Location("operation", "01", share=Decimal("1.5")),
            Location("operation", "03", share=Decimal("-0.5")),
        ]
    },
    "half of one place": {"locations": [Location("operation", "01", share=Decimal("0.5"))]},
    "a place of activity without län": {"locations": [Location("operation")]},
    "unknown kommun of an owner": {"parties": [Party("X", "beneficiary", kommun_code="9999")]},
    "an orgnr of nine digits": {"parties": [Party("X", "lead", orgnr="212000300")]},
    "a negative count": {"participants": [Participants("p", "output", "planned", -1)]},
    "the same count twice": {"participants": [Participants("p", "output", "planned", n) for n in (1, 2)]},
    "no title": {"title_sv": ""},
    "a län code for a kommun": {"locations": [Location("operation", "01", "01")]},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_record_is_quarantined_or_refused_in_words_but_no_database_error_escapes(what: str) -> None:
    origin = Given(registry("r"), [operation("a", **BROKEN[what]), operation("good")])
    with contextlib.suppress(SourceError):
        world = World(origin)
        assert world.all("SELECT operation_id FROM operation") == [("r:good",)]
        assert world.all("SELECT row_no, severity FROM load_issue") == [(1, "quarantine")]


def test_two_values_of_a_row_for_one_cell_are_quarantined() -> None:
    class Twice:
        SOURCE = replace(registry("s"), kind="indicators")
        INDICATORS = (Indicator("x", "x", "x", "%", "low", "x", "x", "CC0"),)
        records = staticmethod(lambda path: Records(rows=[Row(1, {})]))
        values = staticmethod(lambda row: iter([IndicatorValue("x", "01", "2024", v) for v in (1.0, 2.0)]))

    made = World(also=lambda loader: loader.indicator_values(Twice(), ROOT / "LICENSE"))
    assert made.all("SELECT rule FROM load_issue") == [("duplicate_value",)]


def test_all_that_hangs_on_an_operation_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches of three too: a parent always stands before its children."""
    monkeypatch.setattr(etl.tables, "BATCH", 3)
    ops = [
        operation(
            f"p{n}", cci="2021SE05SFPR001", amount="1.00",
            parties=[Party("Bo", "lead"), Party("BO ", "lead")],
            themes=[Theme("s", "a", "A"), Theme("s", "a", "B")], target_groups=["x", "x"], methods=["m", "m"],
            participants=[Participants("p", "output", "planned", 7)], links=[("t", "https://example.org")],
            conflicts=[Conflict("title", "1", "a", "2", "b")],
        ) for n in range(10)
    ]  # fmt: skip
    made = World(Given(registry("r"), ops), target_groups=["x"])
    counted = {"party": 10, "theme": 10, "target_group": 10, "method": 10, "indicator": 10, "source_link": 10}
    for table, n in {**counted, "conflict": 10, "funding": 10, "location": 10}.items():
        assert made.all(f"SELECT count(*) FROM operation_{table}") == [(n,)], table
    assert made.all("SELECT name FROM organisation") == [("Bo",)]
    assert made.all("SELECT cci FROM programme") == [("2021SE05SFPR001",)]


def test_an_undeclared_column_refuses_the_file_and_names_row_and_column() -> None:
    with pytest.raises(SourceError, match=r"row 2.*'nytt'"):
        raw({"id": "a"}, {"id": "b", "nytt": "x"})


def test_a_personnummer_refuses_the_file_with_its_rows_but_without_the_number() -> None:
    with pytest.raises(SourceError) as refused:
        raw({"id": "a"}, {"id": "b", "text": "Kontakt 19121212-1212"}, {"id": "c", "note": "121212-1212"})
    assert "row 2, 3" in str(refused.value)
    assert "1212-1212" not in str(refused.value)


def test_personal_columns_are_not_kept() -> None:
    made = raw({"id": "a", "contact": "Anna Andersson"}, personal=("contact",))
    assert made.all("SELECT payload FROM raw_record") == [(json.dumps({"id": "a"}),)]


SPOILT = {
    "in a text": {"id": "a", "text": MAIL},
    "in a note": {"id": "a", "note": f"Skriv till {MAIL}"},
    "in a cell that is quarantined": {"id": "a", "text": f"bad: {MAIL}"},
    "in a record of too many fields": Row(
        1, {"_record": ["a", MAIL]}, Reject("_record", "field_count", 2, "Two fields.")
    ),
    "in a list within a cell": {"id": "a", "text": "", "more": ["x", MAIL]},
    "in an object within a cell": {"id": "a", "text": "", "more": {"mail": [MAIL]}},
}


@pytest.mark.parametrize("where", SPOILT)
def test_an_address_is_nowhere_in_the_warehouse(where: str) -> None:
    made = raw(SPOILT[where], ignore={"more": "not used"})
    assert made.all("SELECT count(*) FROM raw_record") == [(1,)]
    assert MAIL not in everything(made)


def test_a_record_of_too_many_fields_keeps_no_personal_column() -> None:
    """Its cells have no names, so none of them can be known not to be personal."""
    fault = Reject("_record", "field_count", 3, "Three fields.")
    made = raw(Row(1, {"_record": ["a", "Anna Andersson", "x"]}, fault), personal=("contact",))
    assert "Anna Andersson" not in everything(made)


def test_fewer_records_than_declared_refuse_the_file_and_more_are_remarked() -> None:
    with pytest.raises(SourceError, match=r"LICENSE.*2 records, at least 3"):
        raw({"id": "a"}, {"id": "b"}, expected_rows=(3, 9))
    made = raw({"id": "a"}, {"id": "b"}, expected_rows=(0, 1))
    assert made.all("SELECT rule, severity FROM load_issue") == [("more_than_expected", "warning")]


def test_an_amount_for_an_operation_that_is_not_there_is_rejected() -> None:
    def late(loader: Any) -> None:
        here = etl.load.Here(loader, registry("r"), "LICENSE", 1, etl.load.FileCount("r", "LICENSE"))
        with pytest.raises(Reject) as rejected:
            loader.funding("r:nobody", _money("1.00")[0], here)
        assert rejected.value.rule == "unknown_operation"

    World(Given(registry("r"), [operation("a")]), also=late)


def test_the_table_itself_refuses_counts_that_do_not_add_up() -> None:
    made = World(Given(registry("r"), [operation("a")]))
    with pytest.raises(duckdb.ConstraintException):
        made.all("UPDATE source_file SET rows_loaded = 2")
