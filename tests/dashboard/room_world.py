"""A room opened over HTTP and led, for the tests of rooms and of their pages."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

DECK = "konferensen-sessioner"
SITE = "http://region.example"
OWN = {"origin": SITE}


def opened(site: TestClient, **more: str) -> str:
    """A room opened over HTTP; its code. The client holds the presenter's cookie."""
    answer = site.post("/rum", data={"deck": DECK, **more}, headers=OWN)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("rum=")[1].split("#")[0]


def lead(site: TestClient, code: str, scene: int = 2, **more: Any) -> Any:
    body = {"scene": scene, "black": False, "highlight": ""} | more
    return site.post(f"/rum/{code}/lage", json=body, headers=OWN)
