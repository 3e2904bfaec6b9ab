"""The store in a PostgreSQL database, for more than one host; named by ``INKARTA_STORE``.

Writers of one database come one after the other here too: each transaction begins by taking the same advisory lock. So
whoever looks before writing finds what holds until the commit, as with SQLite, and every module of the store is written
once. A lock ends with its transaction, and the server ends a transaction whose host has gone silent.

The driver is loaded by whoever names a server only.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import Lock
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from dashboard.store import contract, dialect
from dashboard.store.contract import BUSY_SECONDS, FOLDER, StoreError, newer

MOST: Final = 8
"""Connections of one process, apart from the one that watches."""
WAIT_SECONDS: Final = 5
"""How long for one of them. The driver logs why a server gives none."""
LOOK_ANYWAY_SECONDS: Final = 2.0
"""A watch says so often that something may have changed, whatever it has heard: a proxy may swallow notices."""
LEAST_VERSION: Final = 140000
VERSIONS: Final = "schema_version"
CHANNEL: Final = "inkarta_store"
_LOCK: Final = 0x1A_4B_A7_7A
_BEGIN: Final = f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({_LOCK}); NOTIFY {CHANNEL}"
_DEFAULTS: Final = {
    "application_name": "inkarta", "connect_timeout": "5", "client_encoding": "utf8", "keepalives_idle": "10",
    "keepalives_interval": "5", "keepalives_count": "3",
}  # fmt: skip
_SETTINGS: Final = (
    f"SET lock_timeout = '{BUSY_SECONDS}s'; SET idle_in_transaction_session_timeout = '{BUSY_SECONDS}s'; "
    "SET client_min_messages = warning; "
    # A commit is told of when it is on disk. A server that also waits for its replicas goes on doing so.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
_pools: dict[str, ConnectionPool[Any]] = {}
_guard = Lock()


class _Row(tuple[Any, ...]):
    """A row whose cells are had by number and by name."""

    names: tuple[str, ...]

    def __getitem__(self, at: Any, /) -> Any:
        return super().__getitem__(self.names.index(at) if isinstance(at, str) else at)

    def keys(self) -> tuple[str, ...]:
        return self.names


@lru_cache(256)
def _kind(names: tuple[str, ...]) -> type[_Row]:
    return type("_Row", (_Row,), {"names": names})


def _rows(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], _Row]:
    return _kind(tuple(column.name for column in cursor.description or ()))


class Connection:
    """A connection that takes the store's SQL."""

    def __init__(self, con: psycopg.Connection[Any]) -> None:
        self.raw = con

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run a statement with ``?`` for its values."""
        return self.raw.execute(dialect.statement(sql).encode(), [_value(value) for value in values])


def _value(value: Any) -> Any:
    """As SQLite would store it; PostgreSQL's texts hold no NUL, which is no letter of anything that is kept."""
    if isinstance(value, bool):
        return int(value)
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


@contextmanager
def read(url: str) -> Iterator[Connection]:
    """A connection to the database, whose tables are made and migrated when it is first used."""
    with opened(url) as con:
        yield Connection(con)


@contextmanager
def write(url: str) -> Iterator[Connection]:
    """A connection inside a transaction; see :meth:`dashboard.store.Database.write`."""
    with opened(url) as con, transaction(con):
        yield Connection(con)


@contextmanager
def transaction(con: psycopg.Connection[Any]) -> Iterator[None]:
    """A transaction that no other writer of the database shares time with."""
    try:
        con.execute(_BEGIN.encode())
        yield
        if con.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            raise psycopg.errors.InFailedSqlTransaction("a statement of the transaction has failed")
    except BaseException:
        with suppress(psycopg.Error):
            con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


@contextmanager
def opened(url: str) -> Iterator[psycopg.Connection[Any]]:
    """The driver's own connection, sound and migrated. Raises :class:`StoreError`, which tells no password or row."""
    try:
        pool = _pool(url)
        con = _sound(pool, url)
        try:
            yield con
        finally:
            pool.putconn(con)
    except (psycopg.Error, OSError) as error:
        raise StoreError("unreadable", f"{place(url)}: {said(url, error)}") from None


def scrub(url: str) -> bool:
    """Leave nothing of what has been deleted in the tables' files; False while others hold them, and then again.

    The server's log of changes, its archives and replicas are its administrator's.
    """
    with opened(url) as con:
        try:
            for table in tables(con):
                con.execute(psycopg.sql.SQL("VACUUM (FULL) {}").format(psycopg.sql.Identifier(table)))
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            return False
    return True


def tables(con: psycopg.Connection[Any]) -> list[str]:
    """The names of the store's tables: those that the user of the schema owns."""
    found = con.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user "
        "ORDER BY tablename"
    )
    return [row[0] for row in found]


def migrate(con: psycopg.Connection[Any], url: str) -> None:
    """Bring the schema up to date, one transaction a migration; refuses the schema of a later version."""
    newest, here = contract.migrations()[-1][0], version(con)
    if here == newest:
        return
    if here > newest:
        raise newer(place(url), here)
    encoding = con.info.parameter_status("server_encoding")
    if encoding != "UTF8" or con.info.server_version < LEAST_VERSION:
        found = f"PostgreSQL {con.info.server_version // 10000} with {encoding}"
        raise StoreError("unreadable", f"{place(url)}: {found}; {LEAST_VERSION // 10000} or later with UTF8 is needed.")
    for number, statements in contract.migrations():
        with transaction(con):
            con.execute("CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY)")
            if version(con) < number:
                for script in _own(number) or map(dialect.definition, statements):
                    con.execute(script.encode())
                con.execute("INSERT INTO schema_version VALUES ($1)", [number])


def version(con: psycopg.Connection[Any]) -> int:
    """The number of the schema, 0 for none."""
    try:
        found = con.execute("SELECT max(number) FROM schema_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(found[0] or 0) if found else 0


def _own(number: int) -> list[str]:
    """A migration in PostgreSQL's own words, where it holds what has no form in common, such as a trigger."""
    return [path.read_text("utf-8") for path in (FOLDER / "postgresql").glob(f"{number:04}_*.sql")]


class Watch:
    """Hears of every commit of the store through the server's notices. Belongs to no thread."""

    def __init__(self, url: str) -> None:
        self._url, self._looked = url, 0.0
        try:
            self._con = connect(url)
            self._con.execute(f"LISTEN {CHANNEL}".encode())
        except (psycopg.Error, OSError) as error:
            raise StoreError("unreadable", f"{place(url)}: {said(url, error)}") from None

    def changed(self) -> bool:
        """Whether anybody may have committed since the last time; reads what has arrived and waits for nothing."""
        heard = False
        try:
            self._con.pgconn.consume_input()
            while self._con.pgconn.notifies():
                heard = True
        except psycopg.Error as error:
            raise StoreError("unreadable", f"{place(self._url)}: {said(self._url, error)}") from None
        if not heard and time.monotonic() - self._looked < LOOK_ANYWAY_SECONDS:
            return False
        self._looked = time.monotonic()
        return True

    def close(self) -> None:
        """No more looks."""
        self._con.close()


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A plain connection of the driver's, for what is no reading or writing of the store's. Raises its errors."""
    return psycopg.connect(autocommit=True, **_parameters(url))


def place(url: str) -> str:
    """What a database is called in messages: never with its password."""
    at = _parameters(url)
    host = at.get("host") or at.get("hostaddr") or "local"
    return f"postgresql://{host}:{at.get('port') or 5432}/{at.get('dbname') or at.get('user') or ''}"


def said(url: str, error: Exception) -> str:
    """An error in one line, without a password and without the cells that the server quotes in its details."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    text = " ".join((primary or str(error)).split()) or type(error).__name__
    secret = str(_parameters(url).get("password") or "")
    return text.replace(secret, "…") if secret else text


def forget(url: str) -> None:
    """Close this process's connections to a database."""
    with _guard:
        pool = _pools.pop(url, None)
    if pool is not None:
        pool.close(timeout=2)


def _parameters(url: str) -> dict[str, Any]:
    try:
        return {**_DEFAULTS, **conninfo_to_dict(url)}
    except psycopg.ProgrammingError:  # its words would quote the address, password and all
        raise StoreError(
            "unreadable", "INKARTA_STORE cannot be read as postgresql://user@host:port/database."
        ) from None


def _pool(url: str) -> ConnectionPool[Any]:
    with _guard:
        if url not in _pools:
            kwargs = {"autocommit": True, "row_factory": _rows, "cursor_factory": psycopg.RawCursor, **_parameters(url)}
            _pools[url] = ConnectionPool(
                "", kwargs=kwargs, min_size=0, max_size=MOST, timeout=WAIT_SECONDS, configure=_configure, name="store",
                open=True,
            )  # fmt: skip
        return _pools[url]


def _configure(con: psycopg.Connection[Any]) -> None:
    con.execute(_SETTINGS.encode())


def _sound(pool: ConnectionPool[Any], url: str) -> psycopg.Connection[Any]:
    """A connection that answers, with a schema that this version knows; those that the server has closed are left."""
    for _ in range(MOST + 1):
        con: psycopg.Connection[Any] = pool.getconn()
        try:
            migrate(con, url)
        except psycopg.OperationalError:
            lost = con.closed
            pool.putconn(con)
            if not lost:
                raise
        except BaseException:
            pool.putconn(con)
            raise
        else:
            return con
    raise psycopg.OperationalError("the server closes every connection")


@atexit.register
def _close() -> None:
    for url in list(_pools):
        forget(url)
