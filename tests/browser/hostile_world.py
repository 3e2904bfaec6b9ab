"""A world where payloads stand in every text: what people keep, a list of operations, a deck, a room, a session."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from dashboard.layout import PAGES
from dashboard.live.polls import in_room
from dashboard.live.polls.question_files import to_json
from dashboard.selection import Selection
from dashboard.store import Database, imported, polls, records, rooms, views
from dashboard.texts import Said
from dashboard.theory import Source, tree
from dashboard.theory.card import QUALITY, STEPS, Card, Check, Step, document
from tests.dashboard.payloads import EVIL, PAYLOADS
from tests.etl.importer.lists import HEADER, projects, workbook

SPOILT = "20261126-0badf00d"
FREE: Final = "fri"
"""The question of the room that is answered in free text."""
SHORT = tuple(text for text in PAYLOADS if len(text) <= 110 and not re.search(r"[\x00-\x1f]", text))


def said(number: int) -> Said:
    text = PAYLOADS[number % len(PAYLOADS)]
    return Said(text, text)


def fill(home: Path) -> dict[str, str]:
    """What people keep and write: 60 saved views, cards, a tree and an event whose every text is a payload."""
    db = Database(home / "app.sqlite3")
    for number, text in enumerate(SHORT):
        views.add(
            db, views.made(text, PAYLOADS[-number], list(PAGES)[number % 3], Selection(), SPOILT, is_pinned=False)
        )
    ids = {}
    for first in (0, 30):
        steps = tuple(
            Step(said(first + n), said(first + n + 6), measured=said(first + n + 12), why=said(first + n + 18),
                 source=Source(PAYLOADS[first + n], f"{EVIL}/{quote(PAYLOADS[n])}"))
            for n in range(len(STEPS))
        )  # fmt: skip
        checks = tuple(Check(said(first + n), said(first + n + 4), Source(SHORT[n])) for n in range(len(QUALITY)))
        card = document(Card(Said(SHORT[first % len(SHORT)], SHORT[0]), steps=steps, quality=checks))
        ids[f"card{first}"] = records.add(db, "effect_card", card, SHORT[2]).id
    nodes = [tree.Node("n1", "problem", text=said(0))]
    nodes += [
        tree.Node(f"n{n}", ("cause", "effect")[n % 2], "n1", said(n), source=Source(SHORT[n % len(SHORT)]))
        for n in range(2, 56)
    ]
    made = tree.document(tree.Tree(Said(SHORT[1], SHORT[1]), nodes=tuple(nodes)))
    ids["tree"] = records.add(db, "problem_tree", made, SHORT[3]).id
    q = json.dumps  # a JSON string is a TOML string
    parts = "".join(
        f'[[parts]]\nid = "p{n}"\nkind = "session"\ntitle_sv = {q(text)}\ntitle_en = {q(text)}\nabout_sv = {q(text)}\n'
        f"about_en = {q(text)}\nspeakers = [{q(text)}]\n"
        f'[[parts.views]]\naddress = "/lan?lan=18"\nfigure = "county.money"\n'
        f"title_sv = {q(text)}\ntitle_en = {q(text)}\n"
        f"why_sv = {q(text)}\nwhy_en = {q(text)}\n"
        for n, text in enumerate(PAYLOADS)
    )
    (home / "events").mkdir()
    head = f"title_sv = {q(SHORT[0])}\ntitle_en = {q(SHORT[0])}\ndate = 2027-01-01\nplace = {q(SHORT[1])}\n"
    (home / "events" / "ond.toml").write_text(head + parts, "utf-8")
    (home / "events" / "fel.toml").write_text(f"title_sv = {q(SHORT[4])}\n{q(SHORT[5])} = 1\n", "utf-8")
    return ids


def staged(home: Path) -> dict[str, str]:
    """A room whose deck, questions, options and answers are the payloads, and a session from Mentimeter with the same.

    The room's code and secret, and the session's id.
    """
    q = json.dumps

    def both(key: str, text: str, *, is_filled: bool = False) -> str:
        text = text.replace("{", "{{").replace("}", "}}") if is_filled else text
        return f"{key}_sv = {q(text)}\n{key}_en = {q(text)}\n"

    asked = [f"q{n}" for n in range(5)]
    kinds = ("single", "multiple", "ranking", "single", "multiple")
    questions = "".join(
        f'[[questions]]\nid = "{ident}"\nkind = "{kinds[n]}"\nsv = {q(SHORT[n])}\nen = {q(SHORT[n])}\n'
        + "".join(
            f'[[questions.options]]\nid = "o{at}"\nsv = {q(text)}\nen = {q(text)}\n'
            for at, text in enumerate(PAYLOADS[n * 12 : n * 12 + 12])
        )
        for n, ident in enumerate(asked)
    )
    questions += (
        f'[[questions]]\nid = "{FREE}"\nkind = "text"\nsv = {q(SHORT[7])}\nen = {q(SHORT[7])}\n'
        f'[[questions]]\nid = "skala"\nkind = "scale"\nlowest = 1\nhighest = 5\n'
        f"sv = {q(SHORT[8])}\nen = {q(SHORT[8])}\n"
        + both("lowest_means", PAYLOADS[9])
        + both("highest_means", PAYLOADS[10])
    )
    scenes = [both("headline", "?") + f'question = "{ident}"\n' for ident in (*asked, FREE, "skala")]
    for n, text in enumerate(SHORT[:50]):
        more = 'address = "/?indikator=neet_16_24"\nhighlight = "18"\n' if n == 0 else ""
        notes = "".join(PAYLOADS[n::50])
        scenes.append(both("headline", text, is_filled=True) + both("annotation", PAYLOADS[-n - 1], is_filled=True)
                      + both("note", notes) + more)  # fmt: skip
    (home / "decks").mkdir()
    top = both("title", SHORT[0]) + "".join(f"[[scenes]]\n{one}" for one in scenes) + questions
    (home / "decks" / "ond.toml").write_text(top, "utf-8")
    db = Database(home / "app.sqlite3")
    room, secret = rooms.open_room(db, deck="ond", lang="sv", snapshot=SPOILT, expected=80)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(home))
        found = {one.id: one for one in in_room.offered(room)}
    for ident in (*asked, FREE, "skala"):
        one = found[ident]
        polls.open_poll(db, room.code, ident, kind=one.kind, is_sensitive=False, definition=to_json(one))
        answers: list[Any] = list(PAYLOADS) if ident == FREE else [1, 5, 3]
        ids = [option.id for option in one.options]
        if ids:
            answers = {"single": ids, "multiple": [tuple(ids)], "ranking": [tuple(ids)]}[one.kind]
        polls.cast(db, [polls.Ballot(room.code, ident, f"{n:032d}", each) for n, each in enumerate(answers)])
        polls.show_poll(db, room.code, ident, is_shown=True)
    with db.write() as con:
        con.execute("UPDATE vote SET status = 'approved' WHERE question = ?", (FREE,))
        con.execute("UPDATE vote SET status = 'waiting' WHERE question = ? AND voter LIKE '%1'", (FREE,))
    told = [
        {"words": SHORT[1], "kind": "text", "options": [], "answers": list(PAYLOADS), "lowest": 1, "highest": 5,
         "is_sensitive": False},
        {"words": SHORT[2], "kind": "single", "options": list(PAYLOADS), "answers": list(PAYLOADS), "lowest": 1,
         "highest": 5, "is_sensitive": False},
    ]  # fmt: skip
    body = {"questions": told, "dropped": list(SHORT[:5]), "left": []}
    session, _ = imported.keep(
        db, title=SHORT[3], held_on=None, number=1, file=SHORT[4], sha256="0" * 64, body=body
    )  # fmt: skip
    imported.read_through(db, session.id, set())
    return {"code": room.code, "secret": secret, "session": session.id}


def listed(path: Path) -> Path:
    """A list of operations whose names, owners and places are the payloads."""
    rows = projects(len(PAYLOADS))
    for row, text in zip(rows, PAYLOADS, strict=True):
        row[0], row[1], row[6] = text, f"{text} Ltd", text
    return workbook(path, {"L": [[*HEADER], *rows]})
