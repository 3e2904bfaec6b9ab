"""Free texts grouped by what they mention: the rules as they are told, and that one more text moves no other."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.db import Warehouse
from dashboard.live.results import regrouping
from dashboard.live.results.beside import concepts
from dashboard.live.results.cloud import HIGH, LEAST, WIDE, Word, cloud
from dashboard.live.results.grouping import Concept, Group, Moved, grouped

NEET = Concept(
    "group:unga", ("unga utanför", "young people outside"), ("uvas", "unga som varken arbetar eller studerar")
)
WORDS = [
    "finansiering", "finansieringen", "samverkan", "samvekan", "pengar", "tid", "stuprör", "stuprören", "mandat",
    "ledarskap", "projekt", "och", "mer", "brist", "projektfinansiering", "uvas", "unga", "varken", "arbetar",
    "studerar", "som", "eller", "samverkansmodell", "förändring", "forandring", "2024",
]  # fmt: skip
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), max_size=18)


def named(groups: tuple[Group, ...]) -> dict[str, list[str]]:
    return {group.name.sv if group.id else "": [member.text for member in group.members] for group in groups}


def held(groups: tuple[Group, ...]) -> dict[str, set[str]]:
    """Text -> the ids of its groups."""
    found: dict[str, set[str]] = {}
    for group in groups:
        for member in group.members:
            found.setdefault(member.text, set()).add(group.id)
    return found


def test_the_same_word_in_other_forms_is_one_group_named_by_its_commonest_spelling() -> None:
    groups = grouped(["Finansiering", "finansieringen tryter", "långsiktig finansiering", "FINANSIERING!"])
    assert named(groups) == {
        "finansiering": ["Finansiering", "FINANSIERING!", "finansieringen tryter", "långsiktig finansiering"]
    }
    assert {member.how for member in groups[0].members} == {"word"}


def test_a_synonym_of_the_vocabulary_is_its_term() -> None:
    texts = ["UVAS", "Unga som varken arbetar eller studerar", "young people outside"]
    (group,) = grouped(texts, [NEET])
    assert (group.id, group.kind, group.name.of("en"), group.n) == ("group:unga", "term", "young people outside", 3)
    assert next(m for m in group.members if m.text == "UVAS").words == ("uvas",)


def test_a_misspelling_is_read_as_the_word_that_it_is_near_and_says_so() -> None:
    (group,) = grouped(["samverkan", "Samverkan saknas", "samvekan"])
    assert group.n == 3
    assert [(m.text, m.how) for m in group.members if m.how != "word"] == [("samvekan", "spelling")]


@pytest.mark.parametrize("text", ["tiden", "rid", "kamverkan", "samferkom"])
def test_a_short_a_far_or_a_differently_beginning_word_is_not_mended(text: str) -> None:
    found = held(grouped(["samverkan", "samverkan nu", "tid", "tid", text]))
    assert found[text] == ({""} if text != "tiden" else {"tid"})


def test_letters_without_their_dots_are_the_same_word() -> None:
    assert [group.n for group in grouped(["förändring", "forandring", "förändringar"])] == [3]


def test_a_compound_counts_as_the_word_that_it_begins_or_ends_with() -> None:
    groups = grouped(["finansiering", "projektfinansiering", "samverkan", "samverkansmodell"])
    assert named(groups) == {
        "finansiering": ["finansiering", "projektfinansiering"], "samverkan": ["samverkan", "samverkansmodell"]
    }  # fmt: skip
    assert [m.how for m in groups[0].members] == ["word", "compound"]


def test_a_text_may_stand_in_several_groups_and_one_that_shares_nothing_stands_alone() -> None:
    groups = grouped(["tid och pengar", "tid", "pengar", "GDPR"])
    assert named(groups) == {"pengar": ["pengar", "tid och pengar"], "tid": ["tid", "tid och pengar"], "": ["GDPR"]}
    assert groups[-1].members[0].how == "alone"


def test_small_words_and_numbers_make_no_group() -> None:
    assert [group.id for group in grouped(["mer och mer", "mer 2024", "brist 2024"])] == [""]


def test_a_word_whose_texts_all_stand_in_a_larger_group_is_in_its_name_only() -> None:
    groups = grouped(["långsiktig finansiering", "långsiktig finansiering", "finansiering"])
    assert named(groups) == {
        "finansiering, långsiktig": ["finansiering", "långsiktig finansiering", "långsiktig finansiering"]
    }


def test_a_person_moves_a_text_merges_groups_and_names_them() -> None:
    texts = ["tid", "tid", "pengar", "pengar", "GDPR"]
    moved = Moved({"GDPR": ("regler",)}, {"tid": "peng"}, {"peng": "Resurser", "regler": "Regler"})
    groups = grouped(texts, moved=moved)
    assert named(groups) == {"Resurser": ["pengar", "pengar", "tid", "tid"], "Regler": ["GDPR"]}
    assert [m.how for m in groups[0].members] == ["word", "word", "moved", "moved"]
    assert held(grouped(texts, moved=Moved({"tid": ()})))["tid"] == {""}


@given(TEXTS)
def test_every_text_is_in_a_group_or_alone_and_says_why(texts: list[str]) -> None:
    groups = grouped(texts, [NEET])
    assert {member.text for group in groups for member in group.members} == set(texts)
    for group in groups:
        assert group.n == len(group.members)
        for member in group.members:
            assert texts.count(member.text) == sum(other.text == member.text for other in group.members)
            if group.id:
                assert member.words
                assert set(member.words) <= set(member.text.split())
    alone = {member.text for group in groups if not group.id for member in group.members}
    assert not alone & {member.text for group in groups if group.id for member in group.members}


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_the_texts_tells_nothing(texts: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(texts, len(texts))
    assert grouped(texts, [NEET]) == grouped(shuffled, [NEET])


@given(TEXTS, st.lists(st.sampled_from(["alfa", "beta", "gamma", "delta"]), min_size=1, max_size=4).map(" ".join))
def test_a_text_of_other_words_moves_nothing(texts: list[str], other: str) -> None:
    before, after = held(grouped(texts, [NEET])), held(grouped([*texts, other], [NEET]))
    assert {text: after[text] for text in before} == before


@given(TEXTS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join))
def test_what_a_text_mentions_of_the_vocabulary_never_changes(texts: list[str], other: str) -> None:
    before, after = (
        held(grouped([*texts, "uvas", "uvas"], [NEET])),
        held(grouped([*texts, "uvas", "uvas", other], [NEET])),
    )
    for text, ids in before.items():
        assert ("group:unga" in ids) == ("group:unga" in after[text])


def test_the_vocabulary_of_the_warehouse_is_read_with_all_its_words(w: Warehouse) -> None:
    found = {concept.id: concept for concept in concepts(w)}
    assert {"challenge:social_exkludering", "group:unga_utanfor", "method:sprak", "theme:gron_omstallning"} <= set(
        found
    )
    assert "uvas" in found["group:unga_utanfor"].phrases
    groups = grouped(
        [
            "UVAS",
            "neet",
            "unga som varken arbetar eller studerar",
            "jämställdhet",
            "Bristande jämställdhet och jämlikhet",
        ],
        concepts(w),
    )
    assert {group.id: group.n for group in groups} == {"group:unga_utanfor": 3, "challenge:ojamlikhet": 2}


@given(st.lists(st.tuples(st.text("abcdefghijåäö ", min_size=1, max_size=24), st.integers(1, 300)), max_size=36))
def test_words_of_the_cloud_do_not_overlap_and_stay_inside(given_: list[tuple[str, int]]) -> None:
    words = [Word(str(at), text, n) for at, (text, n) in enumerate(given_)]
    placed, left = cloud(words)
    assert {p.key for p in placed} | set(left) == {word.key for word in words}
    assert cloud(list(reversed(words)))[0] == placed or len({(w.text, w.n) for w in words}) < len(words)
    for at, one in enumerate(placed):
        assert one.size >= LEAST
        assert one.x - one.width / 2 >= -0.1
        assert one.x + one.width / 2 <= WIDE + 0.1
        assert one.y - one.height / 2 >= -0.1
        assert one.y + one.height / 2 <= HIGH + 0.1
        for other in placed[at + 1 :]:
            apart_x = 2 * abs(one.x - other.x) >= one.width + other.width - 0.3
            assert apart_x or 2 * abs(one.y - other.y) >= one.height + other.height - 0.3


# By hand ----------------------------------------------------------------------------------------------------------


@given(TEXTS.filter(bool), st.data())
def test_a_text_that_is_moved_is_where_it_was_put_and_goes_back_when_left_to_the_method(
    texts: list[str], data: st.DataObject
) -> None:
    before = grouped(texts)
    text = data.draw(st.sampled_from(texts))
    away = data.draw(st.sampled_from(sorted(held(before)[text])))
    others = [group.id for group in before if group.id != away]
    to = data.draw(st.sampled_from(others)) if others else ""
    moved = regrouping.put(Moved(), before, text, away, to)
    inside = held(grouped(texts, moved=moved))[text]
    assert (to in inside) if to else not inside & {away} or inside == {""}
    assert not away or away not in inside
    assert regrouping.by_hand(grouped(texts, moved=moved))[0] == bool(moved.texts[text])
    assert set(held(grouped(texts, moved=moved))) == set(texts), "nobody's answer is lost"
    assert grouped(texts, moved=regrouping.left_to_method(moved, text)) == before


@given(TEXTS.filter(bool), st.data())
def test_groups_that_are_merged_are_one_and_part_again(texts: list[str], data: st.DataObject) -> None:
    before = grouped(texts)
    ids = [group.id for group in before if group.id]
    if len(ids) < 2:
        return
    one, other = data.draw(st.permutations(ids))[:2]
    moved = regrouping.merged(regrouping.named(Moved(), one, "Bort"), one, other)
    after = {group.id: {member.text for member in group.members} for group in grouped(texts, moved=moved)}
    both = {m.text for g in before if g.id in (one, other) for m in g.members}
    assert one not in after
    assert after[other] == both
    assert grouped(texts, moved=regrouping.parted(moved, other)) == before


def test_a_group_of_ones_own_a_name_and_what_is_forgotten_with_the_words() -> None:
    texts = ["Mandat saknas", "Tydligt mandat", "Tid"]
    before = grouped(texts)
    moved = regrouping.put_apart(Moved(), before, "Tydligt mandat", before[0].id)
    after = grouped(texts, moved=moved)
    own = next(group for group in after if group.id.startswith(regrouping.OWN))
    assert (own.name.sv, own.kind, [m.text for m in own.members]) == ("Tydligt mandat", "own", ["Tydligt mandat"])
    renamed = grouped(texts, moved=regrouping.named(moved, own.id, "Vem bestämmer"))
    assert "Vem bestämmer" in named(renamed)
    assert regrouping.by_hand(renamed) == (1, 1)
    assert regrouping.named(regrouping.named(moved, "x", "y"), "x", "") == moved
    assert regrouping.kept(moved, ["Mandat saknas", "Tid"]) == Moved()
    chain = regrouping.merged(regrouping.merged(Moved(), "a", "b"), "b", "c")
    assert dict(chain.into) == {"a": "c", "b": "c"}
