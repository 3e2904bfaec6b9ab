"""The accessibility statement says what was measured and what is known by hand, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bench.access.look import TAGS
from bench.access.surfaces import SURFACES
from dashboard import access
from dashboard.access import KINDS, Known, State, Surface
from dashboard.blocks import accessibility
from dashboard.layout import PAGES, View
from dashboard.selection import Selection
from dashboard.texts import LANGS, has

DAY = date(2026, 11, 26)
SOUND = Surface("sweden", DAY, 14, {"axe": 14, "contrast": 8}, {}, 120, 3)
FAULTY = replace(SOUND, name="county", found={"contrast": ("2.1:1 x", "3.0:1 y"), "axe": ("label: <a>",)})
BY_HAND = Known("WCAG 3.1.2", {"sv": "a", "en": "b"}, {"sv": "c", "en": "d"})


def test_full_needs_every_page_no_fault_and_nothing_known() -> None:
    pages = frozenset({"sweden"})
    assert State((SOUND,), {}, (), DAY).conformity(pages) == "full"
    assert State((SOUND,), {}, (replace(BY_HAND, is_outside=True),), DAY).conformity(pages) == "full"
    assert State((SOUND,), {}, (BY_HAND,), DAY).conformity(pages) == "partial"
    assert State((SOUND,), {}, (), DAY).conformity(pages | {"need"}) == "partial"
    assert State((SOUND, FAULTY), {}, (), DAY).conformity(pages) == "partial"
    assert State((), {}, (), DAY).conformity(pages) == "none"


def test_faults_are_counted_once_a_page_and_kind() -> None:
    assert State((SOUND, FAULTY), {}, (), DAY).found() == {"axe": 1, "contrast": 2}


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_says_what_was_checked_what_was_found_and_what_was_not_measured(
    w: Any, lang: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "state", lambda: State((SOUND, FAULTY), {"axe-core": "4.12.1"}, (BY_HAND,), DAY))
    of = accessibility.measured(View(w, Selection(lang=lang), "accessibility"))
    assert of is not None
    assert {(row[1], row[2]) for row in of.rows} >= {(28, 1), (16, 2)}
    assert of.finding.startswith("3 ")
    assert "4.12.1" in of.source[0]
    assert len(of.missing) == 1
    assert "240" in of.basis[0]


def test_a_finding_is_untold_until_a_known_shortcoming_names_it() -> None:
    found = State((SOUND, FAULTY), {}, (BY_HAND,), DAY)
    told = ("county contrast 2.1:1 x", "county contrast 3.0:1 y", "county axe label: <a>")
    assert found.untold() == found.findings() == set(told)
    assert replace(found, known=(BY_HAND, replace(BY_HAND, found=told[:2]))).untold() == {told[2]}
    assert replace(found, known=(replace(BY_HAND, found=told),)).untold() == set()
    assert State((SOUND,), {}, (), DAY).untold() == set()


def test_every_surface_is_measured_in_every_state_and_every_finding_is_told_of() -> None:
    state = access.state()
    assert [one.name for one in state.surfaces] == [one.name for one in SURFACES]
    for one, surface in zip(state.surfaces, SURFACES, strict=True):
        assert one.states >= 2 * len(surface.themes) * len(surface.widths), one.name
        assert set(KINDS) - set(one.checks) <= ({"spacing", "clipped"} if "stage" in one.name else set()), one.name
        assert one.checks["axe"] == one.states, one.name
    assert state.untold() == set()
    assert {text for known in state.known for text in known.found} <= state.findings(), "nothing is told that is mended"


def test_what_is_committed_can_be_read_and_speaks_of_every_page() -> None:
    state = access.state()
    assert set(PAGES) <= {one.name for one in SURFACES}
    assert state.known
    for one in state.surfaces:
        assert set(one.checks) | set(one.found) <= set(KINDS)
        assert one.states >= 1
    for known in state.known:
        assert set(known.text) == set(known.reason) == set(LANGS)
        assert known.criterion
    assert all(has(f"access.kind_{kind}") for kind in KINDS)
    assert {"wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"} <= set(TAGS)
