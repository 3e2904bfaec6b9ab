"""Methods, challenges, themes and the register: loaded with their source, refused by rule, found in operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.embedded import Embedded
from etl.load import Loader
from etl.normalise import fold
from tests.conftest import ROOT, Sheet

METHODS, CHALLENGES, THEMES, REGISTER = (
    "vocabulary/methods.csv", "vocabulary/challenges.csv", "vocabulary/themes.csv", "seed/register.csv",
)  # fmt: skip
FAULTS = [
    (METHODS, 1, {"code": "Behov"}, "unknown_value"),
    (METHODS, 2, {"checklist_en": "One?"}, "unequal_lists"),
    (METHODS, 3, {"about_sv": ""}, "missing"),
    (METHODS, 4, {"item_id": "con-finns-inte"}, "unknown_item"),
    (METHODS, 5, {"title_en": ""}, "missing"),
    (METHODS, 7, {"code": "forandringsledning"}, "duplicate_id"),
    (CHALLENGES, 1, {"reason_en": ""}, "missing"),
    (CHALLENGES, 2, {"item_ids": "con-finns-inte"}, "unknown_item"),
    (THEMES, 1, {"words": "eko|gr"}, "missing"),
    (THEMES, 2, {"words": ""}, "missing"),
    (REGISTER, 1, {"route": "https://example.org"}, "bad_address"),
    (REGISTER, 2, {"used": "begrepp"}, "bad_address"),
    (REGISTER, 3, {"shows": ""}, "missing"),
    (REGISTER, 4, {"item_id": "org-finns-inte"}, "unknown_item"),
    (REGISTER, 6, {"item_id": "org-malmo-universitet"}, "duplicate_id"),
]


def test_each_fault_is_quarantined_by_rule(small_data: Path) -> None:
    for name, row, cells, _ in FAULTS:
        Sheet(small_data / name).set(row, **cells)
    con = duckdb.connect()
    con.execute((ROOT / "etl/schema.sql").read_text("utf-8"))
    Embedded(Loader(con), small_data).load()
    found = {
        (file, row): rule
        for file, row, rule in con.execute("SELECT file_name, row_no, rule FROM load_issue").fetchall()
    }
    assert {(name, row): found.get((name, row)) for name, row, _, _ in FAULTS} == {
        (name, row): rule for name, row, _, rule in FAULTS
    }


def test_every_seed_item_has_a_home(w: Any) -> None:
    assert w.rows("SELECT item_id FROM seed_item WHERE item_id NOT IN (SELECT item_id FROM seed_home)") == ()
    for r in w.rows("SELECT DISTINCT test FROM seed_home"):
        assert (ROOT / r["test"]).is_file()


def test_an_operation_has_the_methods_whose_names_and_synonyms_it_uses(w: Any) -> None:
    methods = w.rows("SELECT * FROM method")
    expected = {
        (r["operation_id"], m["code"])
        for r in w.rows(
            "SELECT l.canonical_id AS operation_id, d.method FROM operation_method d JOIN operation_link l "
            "USING (operation_id)"
        )
        for m in methods
        if fold(r["method"]) in {fold(name) for name in (m["title_sv"], *m["synonyms"])}
    }
    assert expected
    assert {(r["operation_id"], r["method_code"]) for r in w.rows("SELECT * FROM mart_method")} == expected


def test_a_theme_is_found_by_a_word_and_not_inside_one(w: Any) -> None:
    found = {
        r["local_id"]: r["code"]
        for r in w.rows("SELECT o.local_id, m.code FROM mart_theme m JOIN mart_operation o USING (operation_id) "
                        "WHERE m.scheme = 'word'")
    }  # fmt: skip
    words = {t["code"]: t["words"] for t in w.rows("SELECT code, words FROM theme")}
    for local_id, code in found.items():
        text = w.row("SELECT search_text FROM mart_operation WHERE local_id = $id", {"id": local_id})["search_text"]
        assert any(word in text for word in words[code])
    assert found["gront-helande"] == "eko_socialt"
    assert "vaxtplats-lss" not in found


@pytest.mark.parametrize("synonym", ["psykologisk funktionsnedsättning", "mental illness"])
def test_a_synonym_finds_the_groups_initiatives(w: Any, synonym: str) -> None:
    from dashboard.questions import initiatives
    from dashboard.selection import Selection

    def ids(sel: Selection) -> set[str]:
        return {r["operation_id"] for r in initiatives.listed(w, sel, limit=1000)}

    assert ids(Selection(malgrupp=("psykisk_ohalsa",)))
    assert ids(Selection(malgrupp=("psykisk_ohalsa",))) <= ids(Selection(q=synonym))
