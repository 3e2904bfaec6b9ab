"""What is English on a Swedish page, asked of made-up accessibility trees."""

from __future__ import annotations

from typing import Any

import pytest

from bench.access.look import in_english, our_english, said_in, streamlits
from dashboard.texts import t

TITLE = "Bridging the Gap with Work"


def node(name: str, role: str = "StaticText", **more: Any) -> dict[str, Any]:
    return {"role": {"value": role}, "name": {"value": name}, **more}


def said(*nodes: dict[str, Any], **free: list[str]) -> list[str]:
    return in_english(said_in(nodes), **free)


@pytest.mark.parametrize(
    "text",
    [
        t("page.need", "en"),
        t("page.trees", "en"),
        t("mentimeter.none", "en"),
        "Fullscreen",
        "Decrement",
        "Connecting",
        "Scroll tabs left",
        "Page 3",
        "Remove Örebro län",
        "Show data: Antal",
        "Nothing of the kind",
    ],
)
def test_english_is_found_wherever_the_tree_has_it(text: str) -> None:
    hidden = node("x", properties=[{"name": "roledescription", "value": {"value": text}}])
    for one in (node(text), node("Knapp", description={"value": text}), hidden):
        assert said(node("Sverige"), one) == [text]
    assert said(node(text, ignored=True), node(text, "InlineTextBox")) == []
    assert said(node(text), data=[text]) == [], "as a text of the data"
    assert said(node(text), data=[f"Before {text} after"]) == [text], "as a part of one it is not excused"


def test_what_is_swedish_or_the_same_in_both_is_not() -> None:
    swedish = [t(key, "sv") for key in ("page.need", "page.trees", "mentimeter.none", "site.name", "access.kind_axe")]
    assert said(*(node(text) for text in (*swedish, "Start", "Median", "X-axel", "Sida 3", "12 345"))) == []


def test_titles_may_stand_in_a_text_and_labels_before_one() -> None:
    assert said(node(f"Öppna {TITLE}"), titles=[TITLE]) == []
    assert said(node(f"Open {TITLE}"), titles=[TITLE]) == [f"Open {TITLE}"]
    assert said(node(f"Titel {TITLE}"), labels=["Titel"], data=[TITLE]) == []
    assert said(node("One and\n two"), data=["One  andtwo"]) == [], "space between cells is not read"


def test_the_lists_are_those_of_the_product() -> None:
    words, phrases = streamlits()
    assert len(words) > 100
    assert {"Fullscreen", "Clear all", "rule", "more"} <= words
    assert "Median" not in words
    assert len(phrases) > 10
    assert len(our_english()) > 1000
