"""Cards and trees as values: files give back what went out, nothing malformed gets in, a tree stays a tree."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.texts import Said, has
from dashboard.theory import MOST, MOST_TITLE, Fault, Reader, RefusedError, Source, files
from dashboard.theory import tree as trees
from dashboard.theory.card import FITS, QUALITY, STEPS, Card, Check, Step, card_of
from dashboard.theory.card import document as card_document
from dashboard.theory.tree import KINDS, Node, Tree, document, tree_of
from etl.document import parsed

ODD = "\x7f\u0085\u2028\u2029"
letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=ODD) | st.sampled_from('"\\\n\t#=[]{}')
words = st.text(letters, max_size=60).map(lambda text: text.replace("\x00", "").strip())
said = st.builds(Said, words, words)
sources = st.builds(Source, words, st.sampled_from(["", "https://example.org/a?b=c&d=%20", "http://å.example/ö"]))
codes = st.from_regex(r"[\w.+:@-]{1,20}", fullmatch=True)
fitted = st.one_of(st.just(("", "")), st.tuples(codes, st.sampled_from(FITS)))
steps = st.builds(
    lambda what, whom, fit, measured, why, source: Step(what, whom, *fit, measured, why, source),
    said, said, fitted, said, said, sources,
)  # fmt: skip
cards = st.builds(
    Card, said.filter(bool), st.one_of(st.just(""), codes), st.one_of(st.just(""), codes),
    st.tuples(*[steps] * 6), st.tuples(*[st.builds(Check, said, said, sources)] * 4),
).filter(lambda card: any(step.what or step.whom for step in card.steps))  # fmt: skip


@st.composite
def whole_trees(draw: st.DrawFn, most: int = 14) -> Tree:
    """A tree grown node by node, so that it holds by construction."""
    tree = trees.blank(draw(said.filter(bool)), draw(said.filter(bool)))
    for _ in range(draw(st.integers(0, most))):
        at = draw(st.sampled_from([node.id for node, depth in tree.outline() if depth < trees.MOST_DEPTH]))
        tree, new = trees.add(tree, at, draw(st.sampled_from(KINDS[1:])))
        tree = trees.change(
            tree, new, text=draw(said.filter(bool)), is_stated=draw(st.booleans()),
            indicator=draw(st.one_of(st.just(""), codes)), source=draw(sources),
            initiatives=tuple(draw(st.lists(codes, max_size=2))),
        )  # fmt: skip
    return tree


@given(cards)
def test_a_card_comes_back_from_its_files_and_the_same_card_gives_the_same_bytes(card: Card) -> None:
    whole = card_document(card)
    for write in (files.to_toml, files.to_json):
        assert card_of(parsed(write(whole))) == card
        assert write(card_document(card_of(parsed(write(whole))))) == write(whole)
    assert tomllib.loads(files.to_toml(whole).decode()) == json.loads(files.to_json(whole))


@given(whole_trees())
def test_a_tree_comes_back_from_its_files(tree: Tree) -> None:
    for write in (files.to_toml, files.to_json):
        assert tree_of(parsed(write(document(tree)))) == tree


anything: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.data())
def test_whatever_a_document_says_it_is_taken_or_refused_with_a_place_and_words(data: st.DataObject) -> None:
    """One part of a sound card or tree replaced by anything at all."""
    whole: Any = data.draw(st.one_of(cards.map(card_document), whole_trees(5).map(document)))
    here, at = whole, data.draw(st.sampled_from(sorted(whole)))
    while isinstance(here[at], dict) and here[at] and data.draw(st.booleans()):
        here = here[at]
        at = data.draw(st.sampled_from(sorted(here)))
    here[at] = data.draw(anything)
    for read, write in ((card_of, card_document), (tree_of, document)):
        faults, found = faults_of(read, whole)
        if found is None:
            assert faults
            assert not [fault for fault in faults if not has(f"held.fault_{fault.rule}")]
        else:
            assert read(write(found)) == found


def faults_of(read: Any, given: Any) -> tuple[tuple[Fault, ...], Any]:
    """What does not hold, or what was read."""
    try:
        return (), read(given)
    except RefusedError as error:
        return error.faults, None


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"a": 1, "a": 2}')
@example(b"\xef\xbb\xbfformat = 'x'")
@example(b" " * (files.MOST_BYTES + 1))
@settings(max_examples=20)  # each is read in a child process
def test_no_bytes_end_in_anything_but_a_document_or_a_reason(data: bytes) -> None:
    faults, _ = faults_of(files.from_bytes, data)
    assert not [fault for fault in faults if not has(f"held.fault_{fault.rule}")]


def test_a_document_that_would_take_all_memory_is_refused_in_words() -> None:
    faults, _ = faults_of(files.from_bytes, b"a." * 120_000 + b"a = 1")
    assert [fault.rule for fault in faults] == ["too_heavy"]
    assert has("held.fault_too_heavy")


@pytest.mark.parametrize(
    ("change", "where", "rule"),
    [
        (lambda c: c.update(format="annat"), "format", "unknown_format"),
        (lambda c: c.update(version=2), "version", "unknown_version"),
        (lambda c: c.update(extra=1), "extra", "unknown_key"),
        (lambda c: c.update(title={"sv": " ", "en": ""}), "title", "empty"),
        (lambda c: c.update(title={"sv": "x" * (MOST_TITLE + 1)}), "title.sv", "too_long"),
        (lambda c: c["steps"]["need"].update(what={"sv": "x" * (MOST + 1)}), "steps.need.what.sv", "too_long"),
        (lambda c: c["steps"]["need"].update(what={"sv": "a\x00b"}), "steps.need.what.sv", "odd_character"),
        (lambda c: c["steps"]["need"].update(what=["a"]), "steps.need.what", "not_table"),
        (lambda c: c["steps"]["need"].update(indicator="", fit="proxy"), "steps.need.fit", "fit_alone"),
        (lambda c: c["steps"]["need"].update(fit=""), "steps.need.fit", "fit_missing"),
        (lambda c: c["steps"]["need"].update(fit="ganska"), "steps.need.fit", "unknown_fit"),
        (lambda c: c["steps"]["need"].update(indicator="två ord"), "steps.need.indicator", "bad_code"),
        (
            lambda c: c["steps"]["need"].update(source={"url": "javascript:alert(1)"}),
            "steps.need.source.url",
            "bad_url",
        ),
        (lambda c: c["quality"]["baseline"].update(what=7), "quality.baseline.what", "not_table"),
        (lambda c: c["quality"].update(sixth={}), "quality.sixth", "unknown_key"),
        (lambda c: c.update(steps={}), "steps", "no_step"),
    ],
)
def test_what_does_not_hold_in_a_card_is_told_with_its_place(change: Any, where: str, rule: str) -> None:
    card = Card(Said("Kort"), steps=(Step(Said("Behov"), indicator="x", fit="direct"),) + (Step(),) * 5)
    whole = card_document(card)
    assert card_of(whole) == card
    change(whole)
    with pytest.raises(RefusedError) as told:
        card_of(whole)
    assert (where, rule) in [(fault.where, fault.rule) for fault in told.value.faults]


def test_how_a_step_is_measured() -> None:
    assert Step().state == "unmeasured"
    assert Step(indicator="x", fit="proxy").state == "series"
    assert Step(measured=Said("21 %")).state == "own"
    assert Step(indicator="x", fit="proxy", measured=Said("21 %")).state == "own"
    assert (len(STEPS), len(QUALITY)) == (6, 4)


def a_tree(*nodes: tuple[str, str, str]) -> dict[str, Any]:
    return document(Tree(Said("T"), "", tuple(Node(i, kind, parent, Said(i)) for i, kind, parent in nodes)))


@pytest.mark.parametrize(
    ("nodes", "rules"),
    [
        ([("p", "problem", "")], []),
        ([("a", "cause", "p"), ("p", "problem", "")], []),
        ([], ["one_problem"]),
        ([("a", "cause", "b"), ("b", "cause", "a"), ("p", "problem", "")], ["cycle", "cycle"]),
        ([("p", "problem", ""), ("a", "cause", "a")], ["cycle"]),
        ([("p", "problem", ""), ("a", "cause", "gone")], ["orphan"]),
        ([("p", "problem", ""), ("a", "cause", "")], ["orphan"]),
        ([("p", "problem", ""), ("e", "effect", "p"), ("a", "cause", "e")], ["wrong_side"]),
        ([("p", "problem", ""), ("q", "problem", "")], ["one_problem"]),
        ([("p", "problem", "a"), ("a", "cause", "p")], ["problem_hangs"]),
        ([("p", "problem", ""), ("a", "cause", "p"), ("a", "cause", "p")], ["twice"]),
        ([("p", "problem", ""), ("a", "tanke", "p")], ["unknown_kind"]),
        ([("p", "problem", ""), *((f"n{i}", "cause", f"n{i - 1}" if i else "p") for i in range(9))], ["too_deep"]),
        ([("p", "problem", ""), *((f"n{i}", "cause", "p") for i in range(60))], ["too_many"]),
    ],
)
def test_cycles_orphans_and_wrong_sides_are_refused(nodes: list[tuple[str, str, str]], rules: list[str]) -> None:
    whole = a_tree(*nodes)
    if not rules:
        assert [node.id for node in tree_of(whole).nodes] == [i for i, _, _ in nodes]
        return
    with pytest.raises(RefusedError) as told:
        tree_of(whole)
    assert set(rules) <= {fault.rule for fault in told.value.faults}
    assert all(has(f"held.fault_{fault.rule}") for fault in told.value.faults)


@given(whole_trees(), st.data())
def test_no_change_by_hand_makes_less_than_a_tree(tree: Tree, data: st.DataObject) -> None:
    """Adding, moving, hanging elsewhere and deleting, any number of times; every node stays in the outline once."""
    for _ in range(6):
        at = data.draw(st.sampled_from([node.id for node in tree.nodes]))
        before = {node.id: node for node in tree.nodes}
        how = data.draw(st.sampled_from(["move", "rehang", "remove", "change"]))
        if how == "move":
            tree = trees.move(tree, at, data.draw(st.sampled_from([-1, 1])))
            assert {node.id: node for node in tree.nodes} == before
        elif how == "rehang":
            tree = trees.rehang(tree, at, data.draw(st.sampled_from([node.id for node in tree.nodes])))
        elif how == "remove":
            gone = trees.descendants(tree, at)
            tree = trees.remove(tree, at)
            left = set(before) - (set() if before[at].kind == "problem" else gone)
            assert {node.id for node in tree.nodes} == left
        else:
            tree = trees.change(tree, at, text=Said("annat"))
        assert sorted(node.id for node, _ in tree.outline()) == sorted(node.id for node in tree.nodes)
        shallow = max(depth for _, depth in tree.outline()) <= trees.MOST_DEPTH
        if shallow:
            assert tree_of(document(tree)) == tree


def test_moving_changes_places_with_the_sibling_next_to_it_and_stops_at_the_end() -> None:
    tree = tree_of(a_tree(("p", "problem", ""), ("a", "cause", "p"), ("e", "effect", "p"), ("b", "cause", "p")))
    assert [n.id for n in trees.move(tree, "b", -1).below("p", "cause")] == ["b", "a"]
    assert trees.move(tree, "a", -1) == tree
    assert trees.move(tree, "p", 1) == tree
    assert [n.id for n in trees.homes(tree, "a")] == ["p", "b"]
    assert trees.rehang(tree, "a", "e") == tree
    assert trees.rehang(tree, "a", "b").node("a").parent == "b"


def test_a_text_falls_back_to_the_other_language_and_says_so() -> None:
    assert Said("hej").of("en") == "hej"
    assert Said("hej").is_foreign("en")
    assert not Said("hej", "hello").is_foreign("en")
    assert not Said().is_foreign("en")


def test_a_fault_shows_little_of_what_stood_there() -> None:
    read = Reader()
    read.fault("x", "not_text", "\ud800" + "x" * 500)
    assert read.faults == [Fault("x", "not_text", "?" + "x" * 59)]
    assert replace(read.faults[0], value="").value == ""
