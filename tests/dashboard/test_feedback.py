"""Messages about accessibility: kept without a name, refused when personal, limited, listed, and gone in time."""

from __future__ import annotations

import asyncio
import html
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from typer.testing import CliRunner

from dashboard import feedback as routes
from dashboard.blocks.accessibility import ACTION, TRAP
from dashboard.cli import app as cli
from dashboard.store import FILE, Database, feedback
from dashboard.store.views import RefusedError
from dashboard.texts import t
from tests.dashboard.payloads import PAYLOADS

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    return Database(tmp_path / FILE)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "_limit", routes.Limit())
    for right in ("INKARTA_EDIT", "INKARTA_IMPORT"):
        monkeypatch.setenv(right, "off")


def send(text: str, *, origin: str = "http://karta.example", lang: str = "sv", **more: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=routes.ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://karta.example") as client:
            return await client.post(
                f"{ACTION}?lang={lang}", data={"text": text, **more}, headers={"origin": origin}, follow_redirects=False
            )

    return asyncio.run(ask())


def test_a_visitor_may_always_write_and_nothing_tells_who(db: Database) -> None:
    answer = send("Kartan går inte att nå.\r\nInte ens med Tabb.", sida="sweden")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/tillganglighet?lang=sv&sagt=tack"
    (one,) = feedback.every(db)
    assert (one.page, one.lang, one.text, one.done_at) == (
        "sweden",
        "sv",
        "Kartan går inte att nå.\nInte ens med Tabb.",
        None,
    )
    with db.read() as con:
        assert {r["name"] for r in con.execute("SELECT name FROM pragma_table_info('feedback')")} == {
            "id", "page", "lang", "text", "sent_at", "done_at"
        }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("   \n ", "empty"),
        ("x" * 2001, "too_long"),
        ("Osynligt \x07 tecken", "odd_character"),
        ("Jag är 19811218-9876 och ser inget", "number"),
        ("8112189876", "number"),
        ("811218 9876", "number"),
        ("skriv till anna.b@exempel.se", "email"),
        ("anna(at)exempel.se", "email"),
        ("ring 070-123 45 67", "phone"),
        ("ring 0739876543", "phone"),
        ("+46 70 123 45 67", "phone"),
        ("019-12 34 56", "phone"),
    ],
)
def test_what_is_refused_is_told_in_words_and_still_stands_in_the_form(db: Database, text: str, rule: str) -> None:
    for lang in ("sv", "en"):
        answer = send(text, lang=lang, sida="need")
        assert answer.status_code == 400
        assert t(f"access.refused_{rule}", lang, most=feedback.MOST_TEXT) in answer.text
        assert '<option value="need" selected>' in answer.text
        if rule in ("number", "email", "phone"):
            assert text in answer.text
    assert feedback.every(db) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Diagrammet för 2014–2020 och 2021–2027 går inte att läsa i 320 pixlar.",
        "Beloppet 12 345 678 kr syns inte, inte heller 0,5 %.",
        "Sidan /lan?lan=18&ar=2024 hoppar vid 1440x900.",
        "WCAG 2.2, 1.4.12 och EN 301 549 V3.2.1",
        "Version 20261126-4bb02879 av data",
        "Klockan 08.30 den 26 november 2026 stod det 19 av 21 län.",
    ],
)
def test_figures_dates_and_addresses_are_not_taken_for_persons(text: str) -> None:
    assert feedback.personal(text) == ""


@given(st.text(max_size=3000))
def test_any_text_is_kept_as_it_is_or_refused_by_a_rule_with_words(text: str) -> None:
    rule = said = ""
    try:
        said = feedback.written(text)
    except RefusedError as error:
        rule = error.rule
    assert (rule in routes.RULES and t(f"access.refused_{rule}", "sv", most=1)) or said
    assert rule or said == text.replace("\r\n", "\n").strip()


def test_another_site_may_not_send_and_a_machine_that_fills_everything_in_is_thanked_for_nothing(db: Database) -> None:
    assert send("Köp nu", origin="http://annan.example").status_code == 403
    assert send("Köp nu", **{TRAP: "http://kop.example"}).status_code == 303
    assert send("x" * 20_000).status_code == 400
    assert feedback.every(db) == ()


def test_an_address_may_send_ten_an_hour_and_all_of_them_two_hundred_a_day(db: Database) -> None:
    assert [send(f"Fel {n}").status_code for n in range(11)] == [303] * 10 + [429]
    assert len(feedback.every(db)) == 10
    later = datetime.now(UTC) + timedelta(days=9)
    for n in range(feedback.MOST_A_DAY):
        feedback.add(db, f"Fel {n}", "", "sv", later)
    with pytest.raises(RefusedError) as told:
        feedback.add(db, "Ett till", "", "sv", later + timedelta(hours=23))
    assert told.value.rule == "full"
    feedback.add(db, "Dagen efter", "", "sv", later + timedelta(hours=25))


def test_the_limit_forgets_after_an_hour_and_keeps_no_address() -> None:
    now = [0.0]
    limit = routes.Limit(2, lambda: now[0])
    assert [limit.takes("10.0.0.7") for _ in range(3)] == [True, True, False]
    assert limit.takes("10.0.0.8")
    assert b"10.0.0.7" not in b"".join(limit._sent)
    now[0] = 3601
    assert limit.takes("10.0.0.7")
    assert len(limit._sent) == 1


def test_the_operator_reads_and_ticks_off(db: Database) -> None:
    first, second = (feedback.add(db, text, "county", "en", AT) for text in ("Cannot reach it", "Too small"))
    told = json.loads(CliRunner().invoke(cli, ["feedback", "--done", first.id, "--json"]).stdout)["messages"]
    assert [(one["id"], one["done_at"] is None) for one in told] == [(second.id, True), (first.id, False)]
    assert "Too small" in CliRunner().invoke(cli, ["feedback"]).stdout
    assert CliRunner().invoke(cli, ["feedback", "--done", "nosuchthing9"]).exit_code == 2


def test_messages_go_when_their_time_is_up_and_nothing_is_left_in_the_file(db: Database, monkeypatch: Any) -> None:
    old = feedback.add(db, "Gammalt ärende om kartan", "", "sv", AT)
    done = feedback.add(db, "Rättat ärende om tabellen", "", "sv", AT + timedelta(days=200))
    feedback.done(db, done.id, AT + timedelta(days=201))
    assert feedback.purge(db, AT + timedelta(days=feedback.DAYS) - timedelta(seconds=1)) == 1  # the one seen to
    assert [one.id for one in feedback.every(db)] == [old.id]
    monkeypatch.setattr(feedback, "now", lambda: AT + timedelta(days=feedback.DAYS))
    told = json.loads(CliRunner().invoke(cli, ["tidy", "--json"]).stdout)
    assert told["messages"] == 1
    held = b"".join(path.read_bytes() for path in db.path.parent.glob(f"{FILE}*"))
    assert b"om kartan" not in held
    assert b"om tabellen" not in held


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_would_run_or_lead_away_is_shown_as_it_was_written(db: Database, payload: str) -> None:
    answer = send(f"{payload} anna@exempel.se")
    assert answer.status_code == 400
    shown = re.search(r"<textarea[^>]*>(.*)</textarea>", answer.text, re.DOTALL)
    assert shown is not None
    assert "<" not in shown[1]
    assert html.unescape(shown[1]).split() == f"{payload} anna@exempel.se".split()
    assert "script-src 'self'" in answer.headers["content-security-policy"]
