"""What the two engines of the store must have in common, and what only a server can do wrong."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.postgres import Cluster
from dashboard.live.room.hub import Hub
from dashboard.store import (
    Database,
    StoreError,
    configured,
    dialect,
    imported,
    polls,
    postgresql,
    records,
    rooms,
    views,
)  # fmt: skip
from dashboard.store.records import ConflictError
from dashboard.store.views import RefusedError
from tests.conftest import ROOT
from tests.dashboard.poll_world import opened

ONE, SENSITIVE, TEXT = "poll-em1-1", "poll-em1-2", "poll-fm2-3"
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
storable = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)


@pytest.fixture
def server(server_store: str, tmp_path: Path) -> Database:
    return configured(tmp_path)


def in_processes(code: str, home: Path, *arguments: str, n: int = 4) -> list[str]:
    """What each of some processes says that do the same at the same time."""
    head = "import sys; from pathlib import Path\nfrom dashboard.store import configured\n"
    head += "db = configured(Path(sys.argv[1]))\nprint('on', flush=True); sys.stdin.readline()\n"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", head + code, str(home), *arguments], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(n)
    ]  # fmt: skip
    for one in processes:
        assert one.stdout
        one.stdout.readline()
    told = []
    for one in processes:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    for one in processes:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
        told.append(out.strip())
    return told


# SQL ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_sql", "expected"),
    [
        ("SELECT ?, ?", "SELECT $1, $2"),
        ("SELECT '?', ?", "SELECT '?', $1"),
        ("SELECT 'it''s ?' || ?", "SELECT 'it''s ?' || $1"),
        ('SELECT "a?" FROM t WHERE b = ?', 'SELECT "a?" FROM t WHERE b = $1'),
        ("SELECT 1 -- why?\nWHERE a = ?", "SELECT 1 -- why?\nWHERE a = $1"),
        ("SELECT /* ? */ ?", "SELECT /* ? */ $1"),
        ("SELECT a LIKE '50%?' AND b = ?", "SELECT a LIKE '50%?' AND b = $1"),
    ],
)
def test_values_are_numbered_and_texts_names_and_comments_stay(given_sql: str, expected: str) -> None:
    assert dialect.statement(given_sql) == expected


def test_a_definition_gets_the_servers_types_and_loses_what_sqlite_alone_knows() -> None:
    made = dialect.definition(
        "-- TEXT, as INTEGER\nCREATE TABLE t (a TEXT CHECK (a <> 'TEXT'), b INTEGER, c REAL, d BLOB) "
        "STRICT, WITHOUT ROWID;"
    )
    assert made == (
        "-- TEXT, as INTEGER\nCREATE TABLE t (a TEXT COLLATE \"C\" CHECK (a <> 'TEXT'), b BIGINT, c DOUBLE PRECISION, "
        "d BYTEA);"
    )


@SHARED
@given(values=st.lists(st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), storable, st.binary())))
def test_what_goes_in_comes_out_as_it_does_of_a_file(server: Database, values: list[Any]) -> None:
    """Through statements whose types follow from the columns, as all of the store's do."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as lite, server.write() as con:
        lite.row_factory = sqlite3.Row
        sql = "CREATE TABLE echo (n INTEGER PRIMARY KEY, i INTEGER, t TEXT, b BLOB) STRICT"
        lite.execute(sql)
        con.execute("DROP TABLE IF EXISTS echo")
        con.execute(dialect.definition(sql))
        for n, value in enumerate(values):
            cell = [
                value if isinstance(value, int) else None, value if isinstance(value, str) else None,
                value if isinstance(value, bytes) else None,
            ]  # fmt: skip
            for one in (lite, con):
                done = one.execute("INSERT INTO echo VALUES (?, ?, ?, ?)", (n, *cell))
                assert done.rowcount == 1
        found = [one.execute("SELECT * FROM echo ORDER BY t, n DESC").fetchall() for one in (lite, con)]
        at = "SELECT * FROM echo WHERE t IS NOT NULL ORDER BY t, n"
        assert [dict(row) for row in lite.execute(at)] == [dict(row) for row in con.execute(at)]
        assert sorted(map(tuple, found[0]), key=lambda row: row[0]) == sorted(
            map(tuple, found[1]), key=lambda row: row[0]
        )
        for row in found[1]:
            assert (row["n"], row["i"], row["t"], row["b"]) == (*row,) == tuple(row[k] for k in range(4))
            assert list(row.keys()) == ["n", "i", "t", "b"]
        con.execute("DROP TABLE echo")


def test_an_id_with_a_nul_in_it_is_the_id_of_nothing(db: Database) -> None:
    assert views.find(db, "abc\0defgh") is None


# The schema -----------------------------------------------------------------------------------------------------------


def test_both_engines_have_the_same_tables_columns_and_keys(server: Database, file_db: Database) -> None:
    """Whatever a migration says in one form or in two."""
    kinds = {"TEXT": "text", "INTEGER": "bigint", "BLOB": "bytea", "REAL": "double precision"}
    with file_db.read() as lite, server.read() as con:
        tables = [row[0] for row in lite.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        told = con.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
        ).fetchall()
        assert [row[0] for row in told if row[0] != postgresql.VERSIONS] == [t for t in tables if t[:7] != "sqlite_"]
        for table in (name for name in tables if name[:7] != "sqlite_"):
            expected = [
                (row["name"], kinds[row["type"]], bool(row["notnull"] or row["pk"]))
                for row in lite.execute(f"PRAGMA table_info({table})")
            ]
            found = [
                (row[0], row[1], row[2] == "NO")
                for row in con.execute(
                    "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
                    "WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
                    (table,),
                )
            ]
            assert found == expected, table
            odd = con.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND atttypid = 'text'::regtype "
                "AND attcollation <> '\"C\"'::regcollation",
                (table,),
            ).fetchall()
            assert not odd, "texts are ordered byte by byte on both"
            counted = "SELECT count(*) FROM pg_constraint WHERE conrelid = ?::regclass AND contype = ?"
            keys = {row[0] for row in lite.execute(f"PRAGMA foreign_key_list({table})")}
            assert con.execute(counted, (table, "f")).fetchone()[0] == len(keys), table
            of_table = lite.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
            assert con.execute(counted, (table, "c")).fetchone()[0] == of_table.count("CHECK ("), table


def test_a_database_of_another_encoding_is_refused_in_words(cluster: Cluster, tmp_path: Path) -> None:
    with closing(psycopg.connect(cluster.url("postgres"), autocommit=True)) as con:
        con.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    url = cluster.url("latin")
    with pytest.raises(StoreError, match="UTF8 is needed"):
        views.every(Database(tmp_path / "app.sqlite3", url))
    postgresql.forget(url)


# Several at once ------------------------------------------------------------------------------------------------------


def test_hosts_that_come_to_an_empty_database_at_once_make_it_once(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = cluster.fresh()
    monkeypatch.setenv("INKARTA_STORE", url)
    code = "from dashboard.store import polls\nprint(polls.signing_key(db).hex())"
    keys = in_processes(code, tmp_path)
    assert len(set(keys)) == 1, "one key, whoever came first"
    with configured(tmp_path).read() as con:
        numbers = [row[0] for row in con.execute("SELECT number FROM schema_version ORDER BY 1")]
    assert numbers == list(range(1, len(numbers) + 1))
    postgresql.forget(url)
    cluster.drop(url)


def at_once(*what: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(what)) as pool:
        return [each.result() for each in [pool.submit(one) for one in what]]


def outcome(do: Callable[[], Any]) -> str:
    try:
        do()
    except (RefusedError, ConflictError) as error:
        return getattr(error, "rule", "conflict")
    return "done"


def test_limits_hold_however_many_come_at_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks how many there are and then adds one."""
    for module, name in ((views, "MOST"), (records, "MOST"), (imported, "MOST"), (rooms, "MOST_OPEN")):
        monkeypatch.setattr(module, name, 3)

    def view() -> None:
        views.add(db, views.made("x", "", "county", views.Selection(), "20261123-0a1b2c3d", is_pinned=False))

    def session() -> None:
        imported.keep(db, title="t", held_on=None, number=1, file="f", sha256=secrets.token_hex(32), body={})

    adding: dict[str, tuple[Callable[[], Any], str]] = {
        "saved_view": (view, "full"),
        "record": (lambda: records.add(db, "deck", {}), "full"),
        "imported_session": (session, "full"),
        "room": (lambda: rooms.open_room(db, deck="d", lang="sv", snapshot="s"), "too_many"),
    }
    for table, (add, rule) in adding.items():
        told = at_once(*[lambda add=add: outcome(add)] * 8)
        assert sorted(told) == sorted(["done"] * 3 + [rule] * 5), table
        with db.read() as con:
            assert con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 3


def test_a_session_that_many_read_in_at_once_is_kept_once(db: Database) -> None:
    def keep() -> bool:
        return imported.keep(db, title="t", held_on=date(2023, 5, 4), number=1, file="f", sha256="0" * 64, body={})[1]

    assert sorted(at_once(*[keep] * 6)) == [False] * 5 + [True]
    assert len(imported.every(db)) == 1


def test_one_token_has_one_vote_however_many_processes_take_it(db: Database) -> None:
    """Four processes take the same twenty tokens' votes; each vote is kept once and counted as often as it changed."""
    code = opened(db, ONE)[0].code
    told = in_processes(
        "from dashboard.store import polls; from dashboard.store.polls import Ballot\n"
        "code, stored = sys.argv[2], 0\n"
        "for n in range(1, 26):\n"
        f"    who = [polls.voter_of(code, '{ONE}', str(w)) for w in range(20)]\n"
        f"    batch = [Ballot(code, '{ONE}', one, 'kommun' if n % 2 else 'region', n) for one in who]\n"
        "    stored += sum(r.outcome == 'stored' for r in polls.cast(db, batch))\n"
        "print(stored)",
        db.path.parent, code,
    )  # fmt: skip
    assert sum(map(int, told)) >= 20
    assert polls.state(db, code, ONE).n == 20
    assert polls.answers(db, code, ONE) == ["kommun"] * 20
    room = rooms.room(db, code)
    assert room is not None
    assert room.tally == sum(map(int, told)), "what phones were told was stored is what the screen counts"


def test_a_statement_that_failed_takes_the_transaction_with_it_though_nobody_says_so(server: Database) -> None:
    def swallowed() -> None:
        with server.write() as con:
            views.insert(con, views.made("x", "", "county", views.Selection(), "20261123-0a1b2c3d", is_pinned=False))
            with suppress(psycopg.Error):
                con.execute("SELECT * FROM nowhere")

    with pytest.raises(StoreError, match="has failed"):
        swallowed()
    assert views.every(server) == ()


def test_a_writer_that_hangs_is_not_waited_for_for_ever(server: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    views.every(server)
    monkeypatch.setattr(postgresql, "_SETTINGS", postgresql._SETTINGS.replace("20s", "200ms", 1))
    postgresql.forget(server.url)
    with closing(psycopg.connect(server.url)) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({postgresql._LOCK})")
        with pytest.raises(StoreError, match="lock timeout"):
            records.add(server, "deck", {})
        assert records.every(server, "deck") == (), "who only looks does not wait"
    records.add(server, "deck", {})


def test_the_hub_hears_of_another_host_also_when_notices_are_lost(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _ = rooms.open_room(server, deck="d", lang="sv", snapshot="s")
    monkeypatch.setattr(postgresql, "CHANNEL", "elsewhere")
    monkeypatch.setattr(postgresql, "LOOK_ANYWAY_SECONDS", 0.2)

    async def heard() -> int:
        async with aclosing(Hub(server).listen(room.code)) as news:
            await anext(news)
            await asyncio.to_thread(rooms.show, server, room.code, scene=4, is_black=False, highlight="")
            return (await asyncio.wait_for(anext(news), 20))[0]

    assert asyncio.run(heard()) == room.revision + 1


def test_whoever_was_cut_off_by_the_server_comes_back(server: Database) -> None:
    room, _ = rooms.open_room(server, deck="d", lang="sv", snapshot="s")

    def cut() -> None:
        with closing(psycopg.connect(server.url, autocommit=True)) as con:
            con.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    async def heard() -> int:
        async with aclosing(Hub(server).listen(room.code)) as news:
            await anext(news)
            await asyncio.sleep(0.2)  # the watch has begun
            await asyncio.to_thread(cut)
            await asyncio.to_thread(rooms.show, server, room.code, scene=4, is_black=False, highlight="")
            return (await asyncio.wait_for(anext(news), 30))[0]

    for _ in range(2):
        at = rooms.room(server, room.code)
        assert at is not None
        rooms.show(server, room.code, scene=0, is_black=False, highlight="")
        assert asyncio.run(heard()) >= at.revision + 1
