"""Two web servers with a data folder each and one database between them: what is done at one is seen at the other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench import voters
from dashboard.store import configured, polls, rooms
from tests.dashboard.poll_world import Served, ask, opened

ONE, DECK = "poll-em1-1", "konferensen-sessioner"


class Screen:
    """What one server's stream tells of a room, newest last."""

    def __init__(self, url: str, code: str) -> None:
        self.told: list[dict[str, Any]] = []
        self._news = threading.Condition()
        threading.Thread(target=self._listen, args=(f"{url}/rum/{code}/nyheter",), daemon=True).start()

    def _listen(self, url: str) -> None:
        with suppress(httpx.HTTPError), httpx.stream("GET", url, timeout=60) as answer:  # it ends with its server
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    with self._news:
                        self.told.append(json.loads(line[5:]))
                        self._news.notify_all()

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        with self._news:
            assert self._news.wait_for(lambda: bool(self.told) and wanted(self.told[-1]), 30), self.told
            return self.told[-1]


@pytest.fixture
def hosts(
    server_store: str, warehouse_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Served]]:
    monkeypatch.setenv("INKARTA_EDIT", "on")
    found = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "snapshots").symlink_to(warehouse_folder, target_is_directory=True)
        found.append(Served(tmp_path / name, is_stage=True))
    for each in found:
        each.start()
    yield found
    for each in found:
        each.stop()


def test_a_vote_and_the_presenters_hand_at_one_show_at_the_other(hosts: list[Served], tmp_path: Path) -> None:
    one, two = hosts
    db = configured(tmp_path)
    room, secret = rooms.open_room(db, deck=DECK, lang="sv", snapshot="", expected=30)
    code = room.code
    ask(db, code, ONE)
    phone, other = voters.voters(db, code, 2)
    screens = [Screen(each.url, code) for each in hosts]
    for screen in screens:
        screen.until(lambda told: told["polls"][ONE]["open"])

    def lead(at: Served, **fields: Any) -> None:
        headers = {"origin": at.url, "cookie": f"ik_presenter_{code}={secret}"}
        assert httpx.post(f"{at.url}/rum/{code}/lage", json=fields, headers=headers).status_code == 200

    def vote(at: Served, who: voters.Voter, answer: str, number: int) -> str:
        headers = {"origin": at.url, "cookie": who.cookie, "accept": "application/json"}
        sent = httpx.post(
            f"{at.url}/r/{code}/svar", data={"fraga": ONE, "svar": answer, "nummer": str(number)}, headers=headers
        )
        assert sent.status_code == 200, sent.text
        return str(sent.json()["outcome"])

    lead(one, scene=2, black=False, highlight="18")
    for screen in screens:
        told = screen.until(lambda told: told["scene"] == 2)
        assert told["highlight"] == "18"
    lead(two, scene=1, black=True, highlight="")
    screens[0].until(lambda told: told["scene"] == 1 and told["black"])

    start = time.monotonic()
    assert vote(one, phone, "kommun", 1) == "stored"
    screens[1].until(lambda told: told["polls"][ONE]["n"] == 1)
    assert time.monotonic() - start < 30
    assert vote(two, other, "region", 1) == "stored"
    assert vote(two, phone, "kommun", 1) == "same", "the same phone at the other server has the same token"
    assert vote(two, phone, "region", 2) == "stored"
    assert vote(one, phone, "kommun", 1) == "stale"
    told = screens[0].until(lambda told: told["tally"] == 3)
    assert told["polls"][ONE]["n"] == 2
    for each in hosts:
        polls.show_poll(db, code, ONE, is_shown=True)
        seen = httpx.get(f"{each.url}/r/{code}/lage?lang=sv", headers={"cookie": phone.cookie}).json()
        assert seen["poll"]["n"] == 2 if "poll" in seen else seen["n"] == 2, seen

    one.kill()
    assert vote(two, phone, "kommun", 3) == "stored"
    screens[1].until(lambda told: told["tally"] == 4)
    lead(two, scene=0, black=False, highlight="")
    screens[1].until(lambda told: told["scene"] == 0)
    assert opened(db)[0].code != code
