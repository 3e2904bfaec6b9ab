"""A saved filter is a portfolio to pick; what is no filter, or cannot be read, is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import saving
from dashboard.blocks import portfolio
from dashboard.db import Warehouse
from dashboard.layout import View
from dashboard.portfolio import selection
from dashboard.selection import Selection
from dashboard.store import Database, StoreError, views

SNAPSHOT = "20261123-0a1b2c3d"


def test_a_saved_filter_is_offered_by_its_name_and_holds_the_same_initiatives(
    w: Warehouse, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "database", lambda: db)
    v = View(w, Selection(), "portfolios")
    assert portfolio.saved(v) == {}
    chosen = Selection(lan=("18",), malgrupp=("psykisk_ohalsa",))
    kept = views.made("Psykisk ohälsa i Örebro", "", "initiatives", chosen, SNAPSHOT, is_pinned=False)
    for one in (
        kept,
        views.made("En karta", "", "sweden", Selection(visa="pengar"), SNAPSHOT, is_pinned=False),
        views.made("Allt", "", "initiatives", Selection(), SNAPSHOT, is_pinned=False),
        replace(kept, id="bortaborta22", query="portfolj=import_borta", name="En lista som är borta"),
    ):
        views.add(db, one)
    ((word, name),) = portfolio.saved(v).items()
    assert name == "Psykisk ohälsa i Örebro"
    assert word in portfolio.suggestions(v)
    found = selection(word)
    assert found is not None
    assert (found.lan, found.malgrupp) == (chosen.lan, chosen.malgrupp)


def test_a_database_that_cannot_be_read_offers_nothing(w: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Database:
        raise StoreError("unreadable", "app.sqlite3")

    monkeypatch.setattr(saving, "database", broken)
    assert portfolio.saved(View(w, Selection(), "portfolios")) == {}
