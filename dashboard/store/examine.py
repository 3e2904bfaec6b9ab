"""What a PostgreSQL server says of itself before it is used, for ``inkarta doctor``: nothing in it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg

from dashboard.store import postgresql
from dashboard.store.contract import StoreError, migrations


def examine(url: str) -> tuple[str, list[tuple[str, str]]]:
    """The server in a few words, and what is wrong with it, each with what to do. Raises :class:`StoreError`.

    That it takes writes is tried with a table that is taken back.
    """
    try:
        with closing(postgresql.connect(url)) as con:
            return _about(con, url), [*_wrong(con, url)]
    except (psycopg.Error, OSError) as error:
        raise StoreError("unreadable", f"{postgresql.place(url)}: {postgresql.said(url, error)}") from None


def is_empty(url: str) -> bool:
    """Whether nothing has been kept there yet: the first use makes the schema. Raises :class:`StoreError`."""
    try:
        with closing(postgresql.connect(url)) as con:
            return postgresql.version(con) == 0
    except (psycopg.Error, OSError) as error:
        raise StoreError("unreadable", f"{postgresql.place(url)}: {postgresql.said(url, error)}") from None


def is_plain(url: str) -> bool:
    """Whether what is sent to the server can be read on the way: no TLS, and not this machine."""
    with closing(postgresql.connect(url)) as con:
        local = con.info.host.startswith("/") or con.info.hostaddr in ("127.0.0.1", "::1")
        return not local and not con.pgconn.ssl_in_use


def _about(con: psycopg.Connection[tuple[object, ...]], url: str) -> str:
    here, newest = postgresql.version(con), migrations()[-1][0]
    schema = f"schema {here}" if here == newest else f"schema {here}, to be {newest} at the first use"
    return f"{postgresql.place(url)}: PostgreSQL {con.info.server_version // 10000}, {schema if here else 'empty yet'}"


def _wrong(con: psycopg.Connection[tuple[object, ...]], url: str) -> Iterator[tuple[str, str]]:
    here, newest = postgresql.version(con), migrations()[-1][0]
    if here > newest:
        yield f"its schema is number {here}, this version knows {newest}", "Use the version that made it."
    if con.info.server_version < postgresql.LEAST_VERSION:
        yield "it is too old", f"Use PostgreSQL {postgresql.LEAST_VERSION // 10000} or later."
    if (encoding := con.info.parameter_status("server_encoding")) != "UTF8":
        yield f"the database is in {encoding}", "Make one with ENCODING 'UTF8'."
    for name in ("fsync", "full_page_writes"):
        found = con.execute("SELECT current_setting(%s)", (name,)).fetchone()
        if found and found[0] != "on":
            yield f"{name} is off: a power cut loses what was acknowledged", f"Set {name} = on on the server."
    try:
        with con.transaction(force_rollback=True):
            con.execute("CREATE TABLE inkarta_doctor (x BIGINT)")
            con.execute("INSERT INTO inkarta_doctor VALUES (1)")
    except psycopg.Error as error:
        do = "Let the user own the database (createdb --owner), and name the server that takes writes."
        yield f"it takes no writes: {postgresql.said(url, error)}", do
