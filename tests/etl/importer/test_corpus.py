"""Lists in the form of some thirty authorities come out right without any mapping: the score of each, and of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.etl.importer.corpus.__main__ import BAR
from tests.etl.importer.corpus.case import Case, score
from tests.etl.importer.corpus.lists import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_list_nobody_mapped_comes_out_right(case: Case, tmp_path: Path) -> None:
    found = score(case, tmp_path)
    assert found.share >= BAR, f"{found.right} of {found.expected}, {found.loaded} loaded: {found.wrong} {found.note}"


def test_the_lists_are_of_many_kinds() -> None:
    assert len({case.language for case in CASES}) >= 23
    assert len({case.currency for case in CASES}) >= 9
    assert len({case.name for case in CASES}) == len(CASES) >= 40
