"""Which operations a word stands in: what the search of lists reads instead of every text."""

from __future__ import annotations

import duckdb

CHUNK = 200_000
"""So many operations at a time, which bounds the memory whatever their number."""

_WORDS = """
INSERT INTO words
SELECT word, $first AS chunk, list(place ORDER BY place) AS places, count(*) AS n
FROM (
    SELECT r.place, unnest(list_distinct(string_split(o.search_text, ' '))) AS word
    FROM mart_operation o JOIN mart_order r USING (operation_id)
    WHERE r.place > $first AND r.place <= $last
) WHERE word <> '' GROUP BY word
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
    con.execute("CREATE TABLE mart_word AS FROM words ORDER BY word, chunk")
    con.execute("DROP TABLE words")
