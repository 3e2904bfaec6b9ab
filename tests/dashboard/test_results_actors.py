"""Actors that a room names: recognised, doubted or unknown, and beside what the data has of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.layout import View, view_of
from dashboard.live.polls.question import Answer
from dashboard.live.results import known_actors
from dashboard.live.results.results import Occasion
from dashboard.live.results.tally import tally
from dashboard.questions import actors
from tests.dashboard.results_world import DAY, QUESTIONS, Hall


def listed(v: View) -> tuple[known_actors.Known, ...]:
    return known_actors.known(actors.listed(v.w, v.sel))


@pytest.mark.parametrize(
    ("said", "how", "name"),
    [
        ("Karlstads kommun", "name", "Karlstads kommun"),
        ("karlstad kommun", "like", "Karlstads kommun"),
        ("Arbetsförmedlingen!", "name", "Arbetsförmedlingen"),
        ("Arbetsformedlingen", "name", "Arbetsförmedlingen"),
        ("alla på Arbetsförmedlingen", "within", "Arbetsförmedlingen"),
        ("kommunerna", "kind", ""),
        ("Kanslibyrån i Ankeborg", "none", ""),
        ("kommun X", "none", ""),
        ("Region", "kind", ""),
        ("ESF", "none", ""),
    ],
)
def test_an_actor_is_recognised_or_said_not_to_be(room: Hall, said: str, how: str, name: str) -> None:
    v = view_of("event", {})
    one = known_actors.match(said, listed(v))
    assert one.how == how
    by = {row["actor_id"]: row["name"] for row in actors.listed(v.w, v.sel)}
    assert by.get(one.id, "") == name


@given(cut=st.integers(0, 30), letters=st.text("abcdefghijklmnopqrstuvwxyzåäö ", max_size=12), data=st.data())
def test_a_match_is_always_near_and_alone_in_being_so(room: Hall, cut: int, letters: str, data: st.DataObject) -> None:
    known = listed(view_of("event", {}))
    name = data.draw(st.sampled_from(known)).name
    said = name[:cut] + letters
    one = known_actors.match(said, known)
    if one.how == "like":
        assert one.score >= known_actors.THRESHOLD
        others = [
            known_actors._likeness(known_actors._bare(said), other.folded[0]) for other in known if other.id != one.id
        ]
        assert one.score - max(others) >= known_actors.MARGIN
    if one.how in ("none", "doubt", "kind"):
        assert one.id == ""


def test_two_that_are_equally_like_are_a_doubt_and_no_match() -> None:
    two = (known_actors.Known("1", "Stiftelsen Solen A", ("stiftelsen solen a",)),
           known_actors.Known("2", "Stiftelsen Solen B", ("stiftelsen solen b",)))  # fmt: skip
    one = known_actors.match("Stiftelsen Solen C", two)
    assert (one.how, one.id, one.near) == ("doubt", "", ("Stiftelsen Solen A", "Stiftelsen Solen B"))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_actors_named_by_the_room_stand_beside_their_initiatives_in_the_network(room: Hall, lang: str) -> None:
    v = view_of("event", {"lang": lang})
    texts: list[Answer] = [
        "Karlstads kommun och Arbetsförmedlingen",
        "arbetsförmedlingen",
        "Kommuner",
        "Ankeborgs stad",
    ]
    question = QUESTIONS["text"]
    of = known_actors.exhibit(v, question, tally(question, texts), Occasion("k7m2q", DAY, 250))
    assert of is not None
    rows = {row[2]: row for row in of.rows}
    network = {row["name"]: row for row in actors.listed(v.w, v.sel)}
    assert rows["Arbetsförmedlingen"][1] == 2
    for name in ("Arbetsförmedlingen", "Karlstads kommun"):
        assert rows[name][3] == network[name]["initiatives"]
        assert rows[name][4] == network[name]["partners"]
    assert rows[None][0] == "Ankeborgs stad"
    assert rows[None][-1] == v.t("beside.how_none")
