"""A rehearsal before a simulated audience: the same votes each time, and every one of them a vote."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dashboard.layout import view_of
from dashboard.live.polls import practice
from dashboard.live.polls.question import Answer, Question, checked
from dashboard.questions import regions
from tests.dashboard.results_world import QUESTIONS, Hall


def test_the_same_audience_votes_the_same_and_every_vote_is_a_vote(room: Hall) -> None:
    places = frozenset(row["code"] for row in regions.lan(view_of("event", {}).w))
    assert places == set(practice.LANS)
    for kind, question in QUESTIONS.items():
        votes = practice.audience(question, 200, seed=4)
        assert votes == practice.audience(question, 200, seed=4)
        assert votes != practice.audience(question, 200, seed=5)
        assert 150 <= len({vote.voter for vote in votes}) <= 190, kind
        assert all(0 <= vote.at <= practice.SECONDS for vote in votes)
        assert [vote.at for vote in votes] == sorted(vote.at for vote in votes)
        for vote in votes:
            answer = list(vote.answer) if isinstance(vote.answer, tuple) else vote.answer
            assert checked(question, answer, places) == vote.answer
    half = sum(vote.at <= practice.SECONDS / 2 for vote in practice.audience(QUESTIONS["single"], 400)) / 344
    assert 0.6 < half < 1.15


def test_a_rehearsal_votes_through_the_phones_that_it_is_given_and_survives_one_that_dies() -> None:
    sent: list[tuple[int, Any]] = []
    passed: list[float] = []

    def phone(number: int) -> practice.Send:
        async def send(question: Question, answer: Answer) -> None:
            if number == 3:
                raise ConnectionError
            sent.append((number, answer))

        return send

    async def wait(seconds: float) -> None:
        passed.append(seconds)

    question = QUESTIONS["single"]
    n = asyncio.run(practice.rehearse(question, [phone(at) for at in range(30)], seed=2, wait=wait))
    expected = [vote for vote in practice.audience(question, 30, seed=2) if vote.voter != 3]
    assert n == len(sent) == len(expected)
    assert sent == [(vote.voter, vote.answer) for vote in expected]
    assert sum(passed) == pytest.approx(practice.audience(question, 30, seed=2)[-1].at)
