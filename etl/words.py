"""Which operations a word stands in: what the search of lists reads instead of every text."""

from __future__ import annotations

from itertools import zip_longest

import duckdb

CHUNK = 200_000
"""So many operations at a time, which bounds the memory whatever their number."""
SORTED = 10_000_000
"""So many places, or those of one word, are put in the order of their words at a time."""

_WORDS = """
INSERT INTO words
SELECT word, $first AS chunk, list(place ORDER BY place) AS places, count(*) AS n
FROM (
    SELECT r.place, unnest(list_distinct(string_split(o.search_text, ' '))) AS word
    FROM mart_operation o JOIN mart_order r USING (operation_id)
    WHERE r.place > $first AND r.place <= $last
) WHERE word <> '' GROUP BY word
"""

_STARTS = """
SELECT min(word) FROM (
    SELECT word, (sum(sum(n)) OVER (ORDER BY word) - 1) // $most AS part FROM words GROUP BY word
) GROUP BY part ORDER BY 1
"""
_PART = """
INSERT INTO mart_word FROM words
WHERE word >= $first AND ($last IS NULL OR word < $last) ORDER BY word, chunk
"""


def index(con: duckdb.DuckDBPyConnection) -> None:
    """``mart_word``: what stands between spaces in ``mart_operation.search_text``, and where it does, as in lists.

    Grain: a word and a chunk of operations. A part of a word without spaces stands in an operation exactly when it is
    part of one of its words here.
    """
    con.execute("CREATE TEMP TABLE words (word VARCHAR, chunk INTEGER, places INTEGER[], n INTEGER)")
    row = con.execute("SELECT coalesce(max(place), 0) FROM mart_order").fetchone()
    for first in range(0, row[0] if row else 0, CHUNK):
        con.execute(_WORDS, {"first": first, "last": first + CHUNK})
    con.execute("CREATE TABLE mart_word AS FROM words LIMIT 0")
    starts = [word for (word,) in con.execute(_STARTS, {"most": SORTED}).fetchall()]
    for start, end in zip_longest(starts, starts[1:]):
        con.execute(_PART, {"first": start, "last": end})
    con.execute("DROP TABLE words")
