"""The index of words is the same, row for row, however much of it is put in order at a time."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import words

TEXTS = st.lists(st.text(alphabet="abåö é", max_size=12), max_size=12)


def indexed(texts: list[str]) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE mart_operation (operation_id VARCHAR, search_text VARCHAR)")
        con.execute("CREATE TABLE mart_order (place INTEGER, operation_id VARCHAR)")
        for place, text in enumerate(texts, 1):
            con.execute("INSERT INTO mart_operation VALUES (?, ?)", [str(place), text])
            con.execute("INSERT INTO mart_order VALUES (?, ?)", [place, str(place)])
        words.index(con)
        return con.execute("SELECT word, chunk, places, n FROM mart_word").fetchall()


@given(texts=TEXTS, most=st.integers(1, 9), chunk=st.integers(1, 5))
def test_it_lies_in_the_order_of_its_words_whatever_is_sorted_at_a_time(
    texts: list[str], most: int, chunk: int
) -> None:
    expected = sorted(
        (
            word,
            first,
            [at for at in range(first + 1, first + chunk + 1) if at <= len(texts) and word in of(texts[at - 1])],
        )
        for word in {word for text in texts for word in of(text)}
        for first in range(0, len(texts), chunk)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "SORTED", most)
        patch.setattr(words, "CHUNK", chunk)
        found = indexed(texts)
    assert found == [(word, first, places, len(places)) for word, first, places in expected if places]


def of(text: str) -> set[str]:
    return set(text.split(" ")) - {""}
