"""Against a synthetic document: no real reply of Vinnova's older API is at hand."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.sources.vinnova import SOURCES
from etl.spec import Operation, Reject, Row, SourceError
from tests.conftest import World

ORIGIN = SOURCES[0]
SYNTHETIC = {
    "Diarienummer": "2099-00001", "Ärenderubrik": "Syntetiskt projekt", "ÄrenderubrikEngelska": "Synthetic project",
    "DiarienummerAnsokningsomgang": "2099-1", "DiarienummerUtlysning": "2099-2", "DiarienummerProgram": "2099-3",
    "MalSvenska": "Mål.", "ResultatSvenska": None, "ImplementationSvenska": "", "MalEngelska": "Aim.",
    "ResultatEngelska": None, "ImplementationEngelska": None, "Projektreferat": "<p>Referat.</p>",
    "BeviljatBidrag": 2168728, "ProjektStart": "2015-09-01T00:00:00", "ProjektSlut": "2017-06-30T00:00:00",
    "KoordinatorOrg": "Syntetiska AB", "KoordinatorArb": "Avdelning", "Status": "Avslutat",
    "LankLista": [{"Lanknamn": "Sida", "Lankadress": "https://example.org/"}, {"Lanknamn": "X", "Lankadress": "x:y"}],
}  # fmt: skip


def one(**changes: Any) -> Operation:
    return ORIGIN.operation(Row(1, SYNTHETIC | changes))


def test_the_fields() -> None:
    op = one()
    assert (op.local_id, op.diarienummer, op.fund_code) == ("2099-00001", "2099-00001", "Vinnova")
    assert (op.title_sv, op.title_en) == ("Syntetiskt projekt", "Synthetic project")
    assert (op.summary_sv, op.summary_en) == ("Referat. Mål.", "Aim.")
    assert (op.start_date, op.end_date, op.status_in_source) == (date(2015, 9, 1), date(2017, 6, 30), "ended")
    assert [(f.measure, f.amount, f.currency) for f in op.funding] == [("granted_support", Decimal(2168728), "SEK")]
    assert [(p.name, p.role) for p in op.parties] == [("Syntetiska AB", "beneficiary")]
    assert op.links == [("Sida", "https://example.org/")]
    assert op.warnings == []


def test_only_the_four_documented_names_are_needed() -> None:
    few = ("Diarienummer", "Ärenderubrik", "BeviljatBidrag", "ProjektStart")
    op = ORIGIN.operation(Row(1, {name: SYNTHETIC[name] for name in few}))
    assert (op.end_date, op.parties, op.links, op.warnings) == (None, [], [], [])


def test_a_synthetic_reply_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "vinnova.json"
    items = [SYNTHETIC | {"Diarienummer": f"2099-{n:05}", "BeviljatBidrag": n} for n in range(1, 31)]
    path.write_text(json.dumps([*items, SYNTHETIC, "trasig"]), "utf-8")
    world = World(also=lambda loader: loader.operations(ORIGIN, path))
    (count,) = world.loader.counts
    assert (count.rows_read, count.rows_loaded, count.rows_quarantined) == (32, 30, 2)
    assert world.all("SELECT sum(amount_split), min(location_type) FROM mart_money") == [(Decimal(465), "unknown")]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("BeviljatBidrag", 0, "zero_amount"),
        ("BeviljatBidrag", "mycket", "bad_amount"),
        ("BeviljatBidrag", {"a": 1}, "bad_amount"),
        ("ProjektStart", "igår", "bad_date"),
        ("ProjektSlut", "2010-01-01T00:00:00", "ends_before_start"),
    ],
)
def test_a_bad_cell_warns_and_keeps_the_project(column: str, value: Any, rule: str) -> None:
    op = one(**{column: value})
    assert [(warning.rule, warning.column) for warning in op.warnings] == [(rule, column)]


@pytest.mark.parametrize(("column", "rule"), [("Diarienummer", "missing_id"), ("Ärenderubrik", "missing_title")])
def test_a_record_without_what_it_needs_is_quarantined(column: str, rule: str) -> None:
    with pytest.raises(Reject) as caught:
        one(**{column: None})
    assert caught.value.rule == rule


def test_a_new_name_is_refused() -> None:
    with pytest.raises(SourceError, match="NyttFält"):
        one(NyttFält=1)


def test_a_reply_in_another_shape_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "vinnova.json"
    path.write_text(json.dumps([{"diarienummer": "2099-00001"}]), "utf-8")
    with pytest.raises(SourceError, match="lacks Diarienummer"):
        ORIGIN.records(path)
