"""Persons, roles and sessions: what is accepted, until when, and what is left when somebody is removed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.signin import who
from dashboard.store import FILE, Database, audit, roles
from dashboard.store.views import RefusedError
from tests.dashboard.poll_world import files_of

ISSUER = "https://id.region.example"
COOKIE = "c" * 64


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    at = [datetime(2026, 11, 26, 8, tzinfo=UTC)]
    monkeypatch.setattr(roles, "now", lambda: at[0])

    def advance(hours: float) -> None:
        at[0] += timedelta(hours=hours)

    return advance


def test_whoever_signs_in_has_no_role_and_is_the_same_person_next_time(db: Database) -> None:
    first = roles.begin(db, COOKIE, ISSUER, "anna")
    assert (first.role, first.label) == ("", "")
    assert roles.begin(db, "d" * 64, ISSUER, "anna").id == first.id
    assert roles.begin(db, "e" * 64, ISSUER, "bo").id != first.id
    assert roles.begin(db, "f" * 64, "https://other.example", "anna").id != first.id


def test_issuer_and_subject_cannot_be_moved_into_each_other() -> None:
    assert roles.identity("https://a", "b") != roles.identity("https://", "ab")
    assert roles.identity('a"', "b") != roles.identity("a", '"b')


def test_neither_subject_nor_issuer_nor_cookie_is_in_the_file(db: Database) -> None:
    person = roles.begin(db, COOKIE, ISSUER, "anna.andersson@region.example")
    roles.grant(db, person.id, "coordinator", "Samordnare, Örebro län")
    held = files_of(db)
    assert b"anna" not in held
    assert b"id.region.example" not in held


def test_a_session_lasts_for_its_hours_and_no_longer(db: Database, clock: Callable[[float], None]) -> None:
    roles.begin(db, COOKIE, ISSUER, "anna")
    clock(7.99)
    found = roles.session(db, COOKIE, 8)
    assert found is not None
    assert found.until - found.signed_in_at == timedelta(hours=8)
    clock(0.02)
    assert roles.session(db, COOKIE, 8) is None


def test_a_clock_that_is_put_back_lets_nobody_in(db: Database, clock: Callable[[float], None]) -> None:
    roles.begin(db, COOKIE, ISSUER, "anna")
    clock(-1)
    assert roles.session(db, COOKIE, 8) is None


def test_a_cookie_that_has_signed_out_is_refused_for_ever(db: Database) -> None:
    roles.begin(db, COOKIE, ISSUER, "anna")
    assert roles.end(db, COOKIE)
    assert roles.session(db, COOKIE, 8) is None
    assert not roles.end(db, COOKIE)
    roles.begin(db, "d" * 64, ISSUER, "anna")
    assert roles.session(db, COOKIE, 8) is None
    assert roles.session(db, "d" * 64, 8)


def test_a_cookie_that_was_never_written_down_is_no_session(db: Database) -> None:
    roles.begin(db, COOKIE, ISSUER, "anna")
    for other in ("", "C" * 64, "d" * 64, "%", COOKIE[:-1]):
        assert roles.session(db, other, 8) is None


def test_taking_a_role_away_ends_the_sessions(db: Database) -> None:
    person = roles.begin(db, COOKIE, ISSUER, "anna")
    roles.begin(db, "d" * 64, ISSUER, "anna")
    roles.grant(db, person.id, "presenter")
    assert roles.session(db, COOKIE, 8).person.role == "presenter"  # type: ignore[union-attr]
    roles.revoke(db, person.id)
    assert [roles.session(db, one, 8) for one in (COOKIE, "d" * 64)] == [None, None]
    assert roles.find(db, person.id).role == ""  # type: ignore[union-attr]


def test_a_removed_person_is_nowhere_but_as_an_id_in_the_journal(db: Database) -> None:
    person = roles.begin(db, COOKIE, ISSUER, "anna")
    roles.grant(db, person.id, "admin", "Anna")
    roles.remove(db, person.id)
    assert roles.find(db, person.id) is None
    assert roles.session(db, COOKIE, 8) is None
    with db.read() as con:
        assert [con.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("person", "sign_in")] == [0, 0]
    assert roles.begin(db, "d" * 64, ISSUER, "anna").id != person.id
    assert audit.verify(db).wrong_at == 0


def test_the_last_administrator_is_spared_where_that_is_asked(db: Database) -> None:
    one = roles.grant(db, roles.expect(db, ISSUER, "anna").id, "admin")
    for change in (
        lambda: roles.grant(db, one.id, "viewer", keep_admin=True),
        lambda: roles.revoke(db, one.id, keep_admin=True),
        lambda: roles.remove(db, one.id, keep_admin=True),
    ):
        with pytest.raises(RefusedError, match="last_admin"):
            change()
    assert roles.grant(db, one.id, "admin", "Anna", keep_admin=True).label == "Anna"
    other = roles.grant(db, roles.expect(db, ISSUER, "bo").id, "admin")
    roles.revoke(db, one.id, keep_admin=True)
    with pytest.raises(RefusedError, match="last_admin"):
        roles.revoke(db, other.id, keep_admin=True)


def test_the_journal_tells_who_gave_what_to_whom(db: Database) -> None:
    person = roles.begin(db, COOKIE, ISSUER, "anna")
    roles.grant(db, person.id, "viewer", "x")
    roles.grant(db, person.id, "viewer", "y")
    roles.sign_out(db, person.id)
    roles.end(db, COOKIE)
    told = [(one.who, one.what, one.thing) for one in reversed(audit.entries(db))]
    assert told == [
        (person.id, "sign_in", ""), ("local", "role_grant", f"{person.id} viewer"),
        ("local", "signed_out_by_other", person.id),
    ]  # fmt: skip


def test_time_removes_old_sessions_and_those_who_were_given_nothing(
    db: Database, clock: Callable[[float], None]
) -> None:
    roles.begin(db, COOKIE, ISSUER, "passer-by")
    kept = roles.begin(db, "d" * 64, ISSUER, "anna")
    roles.grant(db, kept.id, "viewer")
    clock(29 * 24)
    assert roles.tidy(db, 8) == (2, 0)
    clock(2 * 24)
    assert roles.tidy(db, 8) == (0, 1)
    assert [one.id for one in roles.every(db)] == [kept.id]


@pytest.mark.parametrize("label", ["x" * 81, "a\x00b", "\x1b[31m"])
def test_a_label_that_cannot_be_shown_is_refused(db: Database, label: str) -> None:
    person = roles.expect(db, ISSUER, "anna")
    with pytest.raises(RefusedError):
        roles.grant(db, person.id, "viewer", label)
    assert roles.find(db, person.id).role == ""  # type: ignore[union-attr]


# What a session is known by


def chunked(n: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(f"chunks-{n}").encode()).decode().rstrip("=") + ".t.s"


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=2, max_size=5), st.data())
def test_all_parts_of_a_long_cookie_count(parts: list[str], data: Any) -> None:
    cookies = {who.COOKIE: chunked(len(parts))} | {f"{who.COOKIE}_{n}": part for n, part in enumerate(parts, 1)}
    found = who.digest(cookies)
    at = data.draw(st.integers(1, len(parts)))
    assert who.digest(cookies | {f"{who.COOKIE}_{at}": "other"}) != found
    assert who.digest(cookies | {f"{who.COOKIE}_{len(parts) + 1}": "left from before"}) == found
    assert who.digest({name: value for name, value in cookies.items() if name != f"{who.COOKIE}_{at}"}) != found


@given(st.text(max_size=200))
def test_whatever_a_cookie_is_it_has_a_digest_or_none(text: str) -> None:
    assert len(who.digest({who.COOKIE: text})) == (64 if text else 0)


# The command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return Database(tmp_path / FILE)


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["role", *words], env={"COLUMNS": "200"})


def test_the_first_administrator_is_made_on_the_server(home: Database) -> None:
    assert "Nobody" in run("list").output
    person = roles.begin(home, COOKIE, ISSUER, "anna")
    spaced = "-".join(person.id[at : at + 4] for at in (0, 4, 8)).upper()
    assert run("grant", spaced, "admin", "--label", "Anna").exit_code == 0
    assert json.loads(run("list", "--json").stdout)["persons"][0]["role"] == "admin"
    assert run("grant", "anna", "viewer").exit_code == 0
    assert roles.find(home, person.id).role == "viewer"  # type: ignore[union-attr]
    assert run("revoke", "Anna").exit_code == 0
    assert roles.session(home, COOKIE, 8) is None
    assert run("revoke", person.id, "--remove").exit_code == 0
    assert roles.every(home) == ()


def test_a_role_can_be_given_before_the_first_sign_in(home: Database) -> None:
    assert run("grant", "-", "admin", "--issuer", ISSUER, "--subject", "anna").exit_code == 0
    assert roles.begin(home, COOKIE, ISSUER, "anna").role == "admin"


@pytest.mark.parametrize(
    "words",
    [
        ["grant", "nobody", "admin"], ["grant", "-", "admin"], ["grant", "-", "admin", "--issuer", "x"],
        ["grant", "abc", "king"], ["revoke", "nobody"], ["grant", "abc", "admin", "--issuer", "x", "--subject", "y"],
    ],
)  # fmt: skip
def test_wrong_words_are_told_of_and_change_nothing(home: Database, words: list[str]) -> None:
    told = run(*words)
    assert told.exit_code == 2
    assert "Traceback" not in told.output
    assert roles.every(home) == ()
