"""Malformed files: each is refused with a reason and a remedy, or each of its records is loaded or set aside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl import catalogue
from etl.spec import SourceError
from tests.etl.malformed.mutations import PERSONNUMMER
from tests.etl.malformed.originals import ORIGINALS, SOURCES, WORKBOOKS
from tests.etl.malformed.suite import Variant, file_name, load, original, variants

VARIANTS = list(variants())


def test_every_source_is_spoilt_in_at_least_200_ways_in_all() -> None:
    assert len(VARIANTS) >= 200
    assert {one.SOURCE.id for one in catalogue.SOURCES} <= set(ORIGINALS) | WORKBOOKS, "add the source to ORIGINALS"


@pytest.mark.parametrize("source", ORIGINALS)
def test_the_original_is_sound(source: str, tmp_path: Path) -> None:
    found = load(source, original(source), tmp_path)
    assert found.error is None
    assert found.read == found.kept == found.loaded + found.quarantined
    assert found.loaded >= found.quarantined


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_a_malformed_file_is_refused_in_words_or_its_records_add_up(variant: Variant, tmp_path: Path) -> None:
    data = variant.mutation.spoil(original(variant.source))
    if data is None:
        return
    found = load(variant.source, data, tmp_path)
    if found.error is not None:
        said = str(found.error)
        assert isinstance(found.error, SourceError)
        assert file_name(variant.source) in said
        assert len(re.findall(r"[.!](?:\s|$)", said.replace(file_name(variant.source), ""))) >= 2, said
        assert "Traceback" not in said
        assert PERSONNUMMER not in said
        return
    assert not variant.mutation.refused, (found.read, found.rules)
    assert found.read == found.loaded + found.quarantined == found.kept
    assert found.quarantined == found.reasons
    assert PERSONNUMMER not in found.stored


@pytest.mark.parametrize("source", [s for s in ORIGINALS if SOURCES[s].SOURCE.expected_rows[0] > 4])
def test_fewer_records_than_declared_refuse_the_file(source: str, tmp_path: Path) -> None:
    found = load(source, original(source), tmp_path, least=1_000_000)
    assert found.rules == {"too_few_rows"}
    assert file_name(source) in str(found.error)
