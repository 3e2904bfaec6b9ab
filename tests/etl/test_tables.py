"""What the tables' own words in SQL mean."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from etl.tables import FOLDED

LETTERS = st.sampled_from("aåäöéÅÄÖÉøÆßíİſK\u0301\u0308\u030a\u0327 –’")
"""Letters with accents and without, marks that follow a letter, and signs that lose nothing."""


@given(st.text(LETTERS | st.characters(exclude_categories=["Cs"])))
def test_folded_is_lower_case_without_accents(text: str) -> None:
    with duckdb.connect() as con:
        con.execute(FOLDED)
        found = con.execute("SELECT folded($t), lower(strip_accents($t))", {"t": text}).fetchone()
    assert found is not None
    assert found[0] == found[1]
