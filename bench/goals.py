"""The goals, each with the measurement and the line that shows it; ``inkarta bench`` fills in what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """``what`` begins the line's first column, ``peer`` is its fourth, None any. ``why`` is told while there is a gap.

    Without a measurement, ``shown_by`` names the tests that hold it.
    """

    words: str
    measurement: str = ""
    what: str = ""
    peer: str | None = None
    why: str = ""
    shown_by: str = ""


_MESSAGES = (
    "what is left is Streamlit's own cost a message, and a full page has several times the messages of an empty one "
    "(PROFILE.md)"
)
GOALS = (
    Goal("a page's data, no answer kept, <= 1.5x one raw DuckDB UNION ALL", "page", "data of /lan", "one UNION ALL"),
    Goal("server time of a rerun <= 1.2x an empty page", "rerun", "server time, ", "empty page", _MESSAGES),
    Goal("server time of a rerun >= 6x better than stock Streamlit", "rerun", "server time, /lan", "stock"),
    Goal(
        "a click <= 8 kB on the wire", "click", "on the wire, a click", "",
        "deflate looks back 32 kB, and after a län whose page is longer than that what the next one repeats is sent "
        "anew; the outlines of a län's kommuner come with its first visit (PROFILE.md)",
    ),
    Goal(
        "a click <= 8 kB on the wire, 5,000 operations", "click", "5,000 operations: on the wire, a click", "",
        "every page is longer than the 32 kB that deflate looks back then, and a click on a län that has not been seen "
        "brings the outlines of its kommuner (PROFILE.md)",
    ),
    Goal(
        "5,000 operations: a click >= 200x below stock on the wire", "click", "5,000 operations: on the wire, a click",
        "stock",
        "the goal was set against a page that sends all 5,000 rows, 1,650 kB a click; the stock page here sends the "
        "rows of its län, most of the rest being its outlines",
    ),
    Goal("click to the new heading <= 2x the empty page", "click", "select box to new heading", "empty page"),
    Goal(
        "click to the new heading <= 2x the empty page, 5,000 operations", "click",
        "5,000 operations: select box to new heading", "empty page",
    ),
    Goal(
        "5,000 operations: click to the new heading >= 8x faster than Dash", "click",
        "5,000 operations: select box to new heading", "Dash",
        "the goal was set against a page that Dash took 1.3 s for; ours with Dash asks DuckDB in three requests side "
        "by side, and its heading is there in about the time of an empty page of Streamlit",
    ),
    Goal(
        "95th percentile of a click: heading <= 500 ms, charts <= 1,000 ms", "felt", "", "empty page, p95",
        "a change to Sverige makes its map anew, which a browser without a graphics card draws on the same cores; half "
        "of the changes are settled within 400 ms",
    ),
    Goal(
        "every choice <= 8 kB on the wire", "felt", "on the wire: ",
        why="only what changes is sent, but each message carries a hash, and a page of more than 32 kB of markup sends "
        "anew what it repeats, since deflate looks no further back",
    ),
    Goal("cold start to a settled first page <= 3 s", "cold", "first page settled"),
    Goal("first page <= 1.2 MB on the wire", "cold", "first page on the wire"),
    Goal(
        "2M operations: a page's questions <= 50 ms, no answer kept", "questions", "/",
        why="a page puts fifteen to forty questions, each a millisecond or more of DuckDB's planning, which is 30 to "
        "200 ms at 5,000 too, and what is no sum of cells grows; what has been asked is kept (interaction)",
    ),
    Goal(
        "2M operations: by region with three filters <= 3x one pass of numpy", "questions", "by region",
        "one pass of numpy",
        "most of it is DuckDB's planning of the question, which other work on the machine slows",
    ),
    Goal(
        "2M operations: by region with three filters >= 100x faster than pandas as st.cache_data keeps it", "questions",
        "by region", "pandas as st.cache_data keeps it",
        "the frame that is copied at every rerun has six columns here; with every column of an operation it is larger",
    ),
    Goal(
        "questions of every page at 2M <= 2x those at 5,000", "questions", "all of these together",
        why="a search that finds every fourth operation, single amounts, costs a person and owners on Portföljer, "
        "pairs of organisations on Aktörer and a group of län on Jämför are no sums of cells: they are counted by "
        "number, a few bytes an operation (docs/scale.md)",
    ),
    Goal(
        "reruns of every page at 2M, no answer kept and answers kept, <= 2x those at 5,000", "interaction", "all, ",
        why="without kept answers the questions' growth; with them Portföljer, which reckons with thousands of owners",
    ),
    Goal(
        "2M operations: a word in title and summary <= 100 ms", "questions", "a word in", "bare ILIKE, counted",
        "the word stands in every fourth of the synthetic operations: half a million places are read, counted by facet "
        "and put in order",
    ),
    Goal("search, 95th percentile <= 100 ms", "search"),
    Goal(
        "2 cores, 2 replicas: >= 100 reruns/s", "many", "reruns a second, 2 replicas",
        why="what a rerun of Mitt län takes of a core is the measurement 'rerun'; the clients share the two cores with "
        "the servers and the proxy",
    ),
    Goal(
        "200 sessions at 5 s think time: 95th percentile of a rerun <= 200 ms", "many",
        "200 sessions, 2 replicas: a rerun", None,
        "some forty reruns a second, each with its client's unpacking, on two cores that clients, servers and proxy "
        "share",
    ),
    Goal(
        "<= 0.3 MB a session", "many", "memory a session",
        why="half of it is what zlib holds to look back 32 kB, without which a click takes twice as much on the wire; "
        "from run to run it is 0.28 to 0.31 MB",
    ),
    Goal("300 sessions on 2 replicas: 0 errors", "many", "300 sessions, 2 replicas: errors"),
    Goal(
        "300 sessions on 2 replicas: 95th percentile of a first view <= 10 s", "many",
        "300 sessions, 2 replicas: a first view",
    ),
    Goal("a replica killed: every session back <= 10 s", "replica", "the last session back"),
    Goal("a replica killed: state from the address", "replica", "sessions that lost"),
    Goal("100 snapshot swaps under load: 0 exceptions", "swaps", "exceptions"),
    Goal("100 snapshot swaps under load: no page mixes versions", "swaps", "pages of two versions"),
    Goal("memory does not grow with sessions that have come and gone", "soak", "growth"),
    Goal(
        "loading of 2M rows with every check: <= 5x DuckDB's parsing only", "etl", "2,000,000 rows: build",
        "read_csv, parsed only",
        "it is the whole way to a snapshot, not the loading alone: each row kept as it came, looked through for "
        "personal data, linked, folded and indexed word by word, and every mart and cube; reading into a bare "
        "table is itself several times parsing (the next line of the measurement)",
    ),
    Goal(
        "loading of 2M rows with every check: <= 1 GB", "etl", "2,000,000 rows: peak memory",
        why="DuckDB may hold 560 MB (etl.tables); the rest is Python's, 250 MB with the embedded data",
    ),
    Goal(
        "the cost of a build grows no faster than its rows", "etl", "2,000,000 rows: cost a row",
        why="within a gigabyte the sorts and joins of two millions go to disk and come back, in more rounds than those "
        "of half a million",
    ),
    Goal(
        "2M operations: large marts on Spark, a worker killed: none differs from DuckDB's", "spark",
        "2,000,000 operations: marts that differ",
    ),
    Goal("fetch, build, publish killed at 500 points: 0 inconsistent", "kills", "inconsistent states"),
    Goal("0 faults of accessibility, every page in every state", "access"),
    Goal("the 21 county reports <= 10 s", "report"),
    Goal("1,000 phones, 20 kills: 0 votes lost, 0 twice; screen <= 200 ms", "votes"),
    Goal("a press on the stage to the painted scene: 95th percentile <= 300 ms", "presses"),
    Goal("zero outside requests on every page", shown_by="tests/browser/test_pages.py"),
)  # fmt: skip
"""In the order of what a reader feels. Lines of a measurement that carry a goal are found by how they begin."""
