"""Events: the embedded file tells what the seed tells, and a file that is wrong is refused by file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.blocks import event, event_parts, event_tables
from dashboard.events import EMBEDDED, EventError, every, read
from dashboard.exhibit import Exhibit
from dashboard.layout import view_of
from dashboard.questions import seed

NAMES = frozenset(event.FIGURES)
GOOD = """
title_sv = "En dag"
title_en = "A day"
date = 2027-05-31
[[parts]]
id = "one"
kind = "session"
title_sv = "Ett"
title_en = "One"
starts = "09:30"
ends = "10:15"
speakers = ["A. Talare"]
[[parts.views]]
address = "/plattformar?lan=18"
figure = "platforms.levels"
title_sv = "Vy"
title_en = "View"
why_sv = "För att"
why_en = "Because"
"""


def written(folder: Path, text: str, name: str = "a-day.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_a_good_file_is_read(tmp_path: Path) -> None:
    one = read(written(tmp_path, GOOD), NAMES)
    assert (one.id, one.parts[0].views[0].page, dict(one.parts[0].views[0].query)) == (
        "a-day", "platforms", {"lan": "18"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("date = 2027-05-31", 'date = "i maj"', "date"),
        ('title_en = "A day"', "", "title_en"),
        ('kind = "session"', 'kind = "dans"', "parts 1, kind"),
        ('address = "/plattformar?lan=18"', 'address = "https://example.org/"', "parts 1, views 1, address"),
        ('address = "/plattformar?lan=18"', 'address = "/finnsinte"', "parts 1, views 1, address"),
        ('figure = "platforms.levels"', 'figure = "x.y"', "parts 1, views 1, figure"),
        ('starts = "09:30"', 'starts = "25:00"', "parts 1, starts"),
        ('ends = "10:15"', 'ends = "09:00"', "parts 1, ends"),
        ('id = "one"', 'id = "One two"', "parts 1, id"),
        ('speakers = ["A. Talare"]', "speakers = [1]", "parts 1, speakers"),
        ('why_en = "Because"', "", "parts 1, views 1, why_en"),
        ('why_en = "Because"', 'why_en = "Because"\nwhy_de = "Weil"', "parts 1, views 1, why_de"),
        ("[[parts]]", "[[parts", "TOML"),
        (GOOD[GOOD.index("[[parts]]") :], "", "parts"),
        (GOOD[GOOD.index("[[parts]]") :], "parts = 3", "parts"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(EventError) as refused:
        read(written(tmp_path, GOOD.replace(old, new, 1)), NAMES)
    assert str(refused.value).startswith("a-day.toml: ")
    assert told in str(refused.value)


def test_a_file_of_the_users_own_is_seen_and_a_wrong_one_told_of(
    w: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "events"
    try:
        written(folder, GOOD)
        written(folder, "title_sv = ", "wrong.toml")
        written(folder, GOOD, "innovativa-losningar-2023.toml")
        found = every(NAMES)
        assert [e.id for e in found.found] == ["a-day", "innovativa-losningar-2023"]
        assert [fault.split(":")[0] for fault in found.wrong] == ["innovativa-losningar-2023.toml", "wrong.toml"]
        v = view_of("event", {"konferens": "a-day"})
        programme = event_tables.programme(v)
        assert programme is not None
        assert programme.rows[0][1:4] == ("09:30–10:15", "Session", "A. Talare")
        assert event_tables.questions(v) is None
        assert event_tables.organisations(v) is None
        assert event_parts.views(v) is not None
    finally:
        for path in folder.glob("*.toml"):
            path.unlink()


def test_the_embedded_event_tells_what_the_seed_tells(w: Any) -> None:
    (path,) = EMBEDDED.glob("*.toml")
    one, items = read(path, NAMES), seed.by_id(w)
    parts = {part.item for part in one.parts}
    assert parts == {i for i, r in items.items() if r["kind"] in ("keynote", "session")}
    asked = {q.item for part in one.parts for q in part.questions}
    assert asked == {i for i, r in items.items() if r["kind"] == "poll_question"}
    assert {each.item for each in one.library} >= {i for i, r in items.items() if r["kind"] == "report"}
    for part in one.parts:
        known = seed.facts(items[part.item])
        assert len(part.questions) == int(known.get("poll_questions", "0"))
        slot = {"huvudscen": "main", "förmiddag": "morning", "eftermiddag": "afternoon"}.get(known.get("slot", ""), "")
        assert part.slot == slot
        kept = known.get("material", known.get("media", ""))
        for word, name in (("film", "film"), ("presentation", "presentation"), ("rapport", "report")):
            assert (word in kept) == (name in part.material), part.id
        assert part.views
    assert f"{one.date}" == seed.facts(items[one.item])["date"]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_prepared_view_leads_to_a_page_and_says_what_it_says_there(w: Any, lang: str) -> None:
    v = view_of("event", {"lang": lang})
    of = event_parts.views(v)
    one = event.chosen(v)
    assert of is not None
    assert one is not None
    prepared = [each for part in one.parts for each in part.views]
    for row, each in zip(of.rows, prepared, strict=True):
        made = event.FIGURES[each.figure](view_of(each.page, dict(each.query) | {"lang": lang}))
        assert row[2] == made.finding if isinstance(made, Exhibit) else row[2] == v.t("event.nothing_now")
    assert [r[2] for r in of.rows].count(v.t("event.nothing_now")) <= 1


def test_speakers_are_counted_once(w: Any) -> None:
    programme = event_tables.programme(view_of("event", {}))
    assert programme is not None
    names = {n for r in seed.items(w) if r["kind"] in ("keynote", "session") for n in seed.names(r["speakers"])}
    assert f"Namngivna talare: {len(names)}." in programme.finding
