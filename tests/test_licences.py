"""Under which terms figures may be used is said in the reader's language: on pages, in files and in the API."""

from __future__ import annotations

import re

import pytest

from dashboard.db import Warehouse
from dashboard.questions import export, provenance
from etl.catalogue import SOURCES

SWEDISH = re.compile(r"[åäö]|\b(licens|angiven|ange|som|och|egen|inläst|varje|uppgift|villkor|ej|fri)\b", re.I)


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.SOURCE.id)
def test_a_licence_told_in_swedish_is_told_in_english_too(source: object) -> None:
    told = source.SOURCE  # type: ignore[attr-defined]
    names = re.sub(r"Svenska ESF-rådet|Tillväxtverket|Allmänna arvsfonden", "", told.licence_en or told.licence)
    assert not SWEDISH.search(names), f"{told.id}: give licence_en"


def test_what_the_embedded_data_rests_on_is_told_in_both_languages(w: Warehouse) -> None:
    for kind in ("operations", "indicators", "reference", ""):
        swedish, english = export.licences(w, kind, "sv"), export.licences(w, kind, "en")
        assert english
        assert not SWEDISH.search(english), english
        assert len(english.split("; ")) == len(swedish.split("; "))
    for row in provenance.source_titles(w).values():
        assert provenance.licence(w, row["licence"], "sv") == row["licence"]
        assert not SWEDISH.search(provenance.licence(w, row["licence"], "en"))


def test_a_licence_that_no_file_has_in_english_stands_as_it_is(w: Warehouse) -> None:
    assert provenance.licence(w, "Egna villkor", "en") == "Egna villkor"
