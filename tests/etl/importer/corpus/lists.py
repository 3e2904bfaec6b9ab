"""Every list."""

from __future__ import annotations

from tests.etl.importer.corpus import east, forms, north, older, period21, south, west
from tests.etl.importer.corpus.case import Case

CASES: tuple[Case, ...] = (
    *west.CASES, *north.CASES, *east.CASES, *south.CASES, *forms.CASES, *older.CASES, *period21.CASES
)  # fmt: skip
