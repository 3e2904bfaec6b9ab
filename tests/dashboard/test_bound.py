"""What an address says is bound to a question, never written into its SQL: on every page and every route of the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any
from unittest.mock import patch

import pytest
from starlette.testclient import TestClient

from bench.questions import questions
from dashboard.api.spec import BASE
from dashboard.db import Warehouse
from dashboard.selection import Selection
from tests.conftest import ROOT

MARK = "zqx9"
FREE = {"q": f"{MARK}' OR 1=1 --", "aktor": f"name:{MARK}'); DROP TABLE region; --"}
GIVEN = {field.name: FREE.get(field.name, MARK) for field in fields(Selection) if field.name != "lang"}
ONE_THING = ("insats", "snapshot", "jamfor", "aktor", "kort", "trad", "kalla", "konferens", "bildspel", "fil", "form")
"""With these a page tells of one thing, or that there is none, and asks nothing else."""
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("[a-z]*.py"))


@contextmanager
def noted() -> Iterator[dict[str, str]]:
    """SQL -> everything bound to it, while the context lasts."""
    seen: dict[str, str] = {}
    rows = Warehouse.rows

    def note(self: Warehouse, sql: str, params: Any = None) -> Any:
        seen[sql] = f"{seen.get(sql, '')} {params}"
        return rows(self, sql, params)

    with patch.object(Warehouse, "rows", note):
        yield seen


@pytest.mark.parametrize("page", PAGES)
def test_no_page_writes_the_address_into_sql(w: Warehouse, page: str) -> None:
    everything = questions(w, page, GIVEN)
    listed = questions(w, page, {name: value for name, value in GIVEN.items() if name not in ONE_THING})
    for sql, _ in (*everything, *listed):
        assert MARK not in sql


def test_the_pages_do_bind_it(w: Warehouse) -> None:
    bound = [str(params) for page in ("initiatives", "actors") for _, params in questions(w, page, FREE)]
    assert any(MARK in params for params in bound), "the test looks at what the address says"


def test_no_route_of_the_api_writes_the_address_into_sql(api: TestClient, spec: dict[str, Any]) -> None:
    tried = 0
    with noted() as seen:
        for path, methods in spec["paths"].items():
            where = path.removeprefix(BASE).replace("{id}", MARK).replace("{code}", MARK)
            named = [p["name"] for p in methods["get"].get("parameters", ()) if p["in"] == "query"]
            for name in named:
                answer = api.get(where, params={name: FREE.get(name, MARK)})
                assert answer.status_code in (200, 400, 404, 422), answer.text
                tried += 1
    assert tried > 50
    assert seen
    assert any(MARK in bound for bound in seen.values())
    assert not [sql for sql in seen if MARK in sql]
