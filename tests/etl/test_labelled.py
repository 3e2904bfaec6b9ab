"""The labelled sample is what it says, and the measures on it are right."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.cli import app
from etl import labelled
from etl.catalogue import named_in
from etl.match import CONFIDENCE
from etl.retold import CHANGES, changed
from etl.spec import SourceError
from etl.warehouse import open_published

SAMPLE = labelled.read_sample()


def test_the_sample_is_large_labelled_both_ways_and_says_how_each_pair_was_drawn() -> None:
    drawn = Counter((p.drawn, p.is_same) for p in SAMPLE)
    assert len(SAMPLE) >= 120
    assert {kind for kind, _ in drawn} == {"real", "retold", "derived"}
    assert drawn["real", False] >= 60
    assert min(sum(p.is_same for p in SAMPLE), sum(not p.is_same for p in SAMPLE)) >= 60
    assert len({(p.a, p.b, p.changes) for p in SAMPLE}) == len(SAMPLE)


def test_every_change_of_the_sample_exists_and_changes_the_record() -> None:
    row = {
        "title_sv": "Värmlands Unga – i Arbete (VUA)", "title_en": "Youth at work", "diarienummer": "23-002-S02",
        "fund_code": "ESF+", "programming_period": "2021-2027", "start_date": date(2023, 9, 1),
        "start_precision": "day",
        "owners": [("beneficiary", None, "Karlstads kommun")],
        "amounts": [("granted_support", "SEK", 1, False, False)],
    }  # fmt: skip
    named = {part.partition("=")[0].partition("+")[0] for p in SAMPLE for part in p.changes.split("; ") if part}
    assert named <= set(CHANGES)
    for name in named:
        assert changed(row, f"{name}=9") != row, name
    assert row["title_sv"].startswith("Värmlands")


def test_a_row_that_is_no_pair_is_refused_by_number(tmp_path: Path) -> None:
    path = tmp_path / "labelled.csv"
    path.write_text("a,b,changes,label,drawn,why\nx,y,,same,real,z\nx,y,typo,same,real,z\n", "utf-8")
    with pytest.raises(SourceError, match=r"labelled.csv, row 2"):
        labelled.read_sample(path)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)]
)
def test_wilsons_interval_is_as_published(hits: int, n: int, low: float, high: float) -> None:
    """81 of 263 is Newcombe's example (1998), 0.2553 to 0.3662."""
    found = labelled.wilson(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_f1_is_the_harmonic_mean_and_lies_in_its_interval(right: int, wrong: int, missed: int) -> None:
    found = labelled.f1(right, wrong, missed)
    if right:
        precision, recall = right / (right + wrong), right / (right + missed)
        assert found.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert 0 <= found.low <= found.value + 1e-12 <= found.high + 2e-12 <= 1 + 3e-12


def test_the_embedded_part_of_the_sample_is_measured_without_any_file(embedded_build: Any) -> None:
    con = open_published(embedded_build.snapshot.path)
    try:
        held = labelled.at_hand(con, SAMPLE)
        scores = {s.method: s for s in labelled.measure(con, SAMPLE)}
    finally:
        con.close()
    assert 40 <= len(held) < len(SAMPLE)
    assert all(p.a.startswith("inkarta:") for p in held)
    assert scores["together"].wrong == 0


def test_with_the_real_files_every_pair_is_at_hand_and_confidence_promises_no_more_than_was_right(
    shared_data: Path,
) -> None:
    folder = shared_data / "registries"
    assert {f.source.SOURCE.id for f in named_in(folder)} >= {"esf_projektbanken", "interreg", "swecris"}
    told = CliRunner().invoke(app, ["links", "--files", str(folder), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["sample"]["not_at_hand"] == 0
    assert found["linked"] == {"diarienummer": 4}
    assert found["compared"]["compared"] < found["compared"]["possible"] / 10_000
    scores = {s["method"]: s for s in found["sample"]["scores"]}
    assert scores["diarienummer"]["precision"]["value"] >= CONFIDENCE["number"]
    assert scores["orgnr_title_start"]["precision"]["value"] >= max(CONFIDENCE["owner_orgnr"], CONFIDENCE["owner_name"])
    together = scores["together"]
    assert together["wrong"] == 0
    assert together["recall"]["value"] >= 0.85
    assert together["missed_but_doubtful"] >= 0.9 * together["missed"]


def test_before_anything_is_built_and_for_no_folder_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    assert CliRunner().invoke(app, ["links"]).exit_code == 4
    assert CliRunner().invoke(app, ["links", "--files", str(tmp_path / "none")]).exit_code == 2
