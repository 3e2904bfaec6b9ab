"""Who is whom: by organisation number or review, never by likeness; what is kept by hand is checked row by row."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.actor_names import Actor, Meaning, Organisation, kind_by_name, merged, similar
from etl.normalise import fold
from etl.warehouse import build
from tests.conftest import AS_OF, Sheet

NAMES = (
    "Örebro kommun",
    "Uppsala kommun",
    "Uppsala kommun, Omsorg",
    "Göteborgs Stad",
    "SDF Lundby",
    "A och B",
    "A",
    "B",
)
NUMBERS = (None, None, "2120001967", "2120003005", "5560219338")
ALIASES = {
    fold("Uppsala kommun, Omsorg"): (Meaning("Uppsala kommun"),),
    fold("SDF Lundby"): (Meaning("Göteborgs Stad"),),
    fold("A och B"): (Meaning("A"), Meaning("B", orgnr="5560219338")),
}


@st.composite
def worlds(draw: Any) -> list[Organisation]:
    named = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NUMBERS)), min_size=1, unique=True))
    found: dict[str, Organisation] = {}
    for name, number in named:
        org_id = f"orgnr:{number}" if number else f"name:{fold(name)}"
        names = (*found[org_id].names, name) if org_id in found else (name,)
        found[org_id] = Organisation(org_id, number, tuple(sorted(set(names))))
    return list(found.values())


@given(worlds(), st.randoms(use_true_random=False))
def test_who_is_whom_does_not_hang_on_the_order(world: list[Organisation], dice: random.Random) -> None:
    shuffled, aliases = list(world), list(ALIASES.items())
    dice.shuffle(shuffled)
    dice.shuffle(aliases)
    assert merged(world, ALIASES) == merged(shuffled, dict(aliases))


@given(worlds())
def test_merging_what_is_merged_changes_nothing(world: list[Organisation]) -> None:
    first = merged(world, ALIASES)
    again = []
    spelt = {fold(name): name for name in NAMES} | {fold("B"): "B", fold("A"): "A"}
    for actor_id in sorted({actor.actor_id for actors in first.values() for actor in actors}):
        kind, _, key = actor_id.partition(":")
        names = [o.names for o in world if o.org_id == actor_id]
        own = names[0] if names else (("B",) if kind == "orgnr" else (spelt[key],))
        again.append(Organisation(actor_id, key if kind == "orgnr" else None, own))
    assert {org_id: [a.actor_id for a in actors] for org_id, actors in merged(again, ALIASES).items()} == {
        o.org_id: [o.org_id] for o in again
    }


@given(worlds())
def test_two_numbers_are_never_one_and_a_shared_name_is_nobodys(world: list[Organisation]) -> None:
    found = merged(world, ALIASES)
    numbered = [o for o in world if o.orgnr]
    assert all(found[o.org_id] == (Actor(o.org_id, "self"),) for o in numbered)
    for o in world:
        bearers = {n.orgnr for n in numbered if set(map(fold, n.names)) & set(map(fold, o.names))}
        if not o.orgnr and fold(o.names[0]) not in ALIASES and len(bearers) > 1:
            assert found[o.org_id] == (Actor(o.org_id, "self"),)


def test_one_letter_apart_is_two_and_is_listed_until_someone_has_looked() -> None:
    world = [Organisation(f"name:{fold(name)}", None, (name,)) for name in ("Borgholms kommun", "Borghoms kommun")]
    assert all(actors[0].method == "self" for actors in merged(world, {}).values())
    names = {o.org_id: o.names[0] for o in world}
    assert [pair[:2] for pair in similar(names, [])] == [("name:borgholms kommun", "name:borghoms kommun")]
    assert similar(names, [("Borghoms kommun", "borgholms  Kommun")]) == []


def test_a_name_abroad_is_not_taken_for_a_swedish_number() -> None:
    home = Organisation("orgnr:2120001967", "2120001967", ("Örebro kommun",))
    abroad = Organisation("name:orebro kommun", None, ("Örebro kommun",), "NO")
    assert merged([home, abroad], {})["name:orebro kommun"][0].method == "self"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Karlstads kommun", "kommun"), ("Göteborgs Stad", "kommun"), ("Region Värmland", "region"),
        ("Västra Götalandsregionen", "region"), ("Samordningsförbundet Delta", "samordningsförbund"),
        ("Sjuhärads samordningsförbund", "samordningsförbund"), ("Länsstyrelsen Norrbotten", "myndighet"),
        ("Botkyrka kommun och Örnsköldsviks kommun", None), ("Regionförbundet Uppsala län", None),
        ("Kommunförbundet Skåne", None), ("Yalla Trappan", None), ("Stockholms Stadsmission", None),
    ],
)  # fmt: skip
def test_a_kind_is_told_from_a_name_only_where_the_name_says_it(name: str, kind: str | None) -> None:
    assert kind_by_name(name) == kind


@pytest.fixture(scope="module")
def con(embedded_build: Any, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A copy: another test of the same process may hold the file open with the dashboard's settings."""
    copy = shutil.copy(embedded_build.snapshot.path, tmp_path_factory.mktemp("actors") / "copy.duckdb")
    return duckdb.connect(str(copy), read_only=True)


def test_every_organisation_is_someone_and_every_actor_is_some_organisation(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("SELECT count(*) FROM organisation ANTI JOIN organisation_actor USING (org_id)").fetchone() == (
        0,
    )
    assert con.execute("SELECT count(*) FROM actor ANTI JOIN organisation_actor USING (actor_id)").fetchone() == (0,)


def test_two_organisations_in_one_field_are_two_parties(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT a.name, r.role FROM mart_relation r JOIN actor a USING (actor_id) "
        "WHERE operation_id LIKE '%:arbetsmiljo-halsa-botkyrka-ornskoldsvik' ORDER BY a.name"
    ).fetchall()
    assert rows == [
        ("Botkyrka kommun", "beneficiary"),
        ("RISE SHIC", "partner"),
        ("Örnsköldsviks kommun", "beneficiary"),
    ]


def test_a_partner_kept_by_hand_is_a_party_and_never_the_owner(con: duckdb.DuckDBPyConnection) -> None:
    owner = con.execute("SELECT beneficiary FROM mart_operation WHERE local_id = 'outcome-norrbotten'").fetchone()
    parties = con.execute(
        "SELECT count(*) FROM operation_party WHERE operation_id LIKE '%:outcome-norrbotten' AND role = 'partner'"
    ).fetchone()
    assert (owner, parties) == ((None,), (4,))


def test_every_relation_leads_to_a_source_row(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute(
        "SELECT count(*) FROM mart_relation ANTI JOIN raw_record USING (source_id, file_name, row_no)"
    ).fetchone() == (0,)
    assert con.execute(
        "SELECT count(*) FROM mart_relation WHERE actor_id IS NULL AND party_type IS NULL"
    ).fetchone() == (0,)


STHLM = "Samordningsförbundet i Stockholm"
FAULTS = [
    ("aliases", 20, {"name": "SHIC"}, "alias_chain"),
    ("aliases", 2, {"orgnr": "212000-1966"}, "bad_orgnr"),
    ("aliases", 3, {"why_sv": ""}, "missing"),
    ("reviewed", 2, {"a": "Samordningsförbundet Stockholms stad", "b": STHLM}, "duplicate_id"),
    ("reviewed", 3, {"decision": "kanske"}, "unknown_value"),
    ("relations", 1, {"initiative_id": "finns-inte"}, "unknown_operation"),
    ("relations", 2, {"item_id": "org-skr"}, "missing"),
    ("relations", 3, {"role": "organiser"}, "unknown_value"),
    ("relations", 4, {"organisation": "", "org_type": ""}, "missing"),
    ("relations", 5, {"source": ""}, "missing"),
    ("relations", 6, {"org_type": "klubb"}, "unknown_value"),
    ("relations", 170, {"item_id": "finns-inte"}, "unknown_item"),
    ("platforms", 1, {"level": "hög"}, "unknown_value"),
    ("platforms", 2, {"lan_codes": "99"}, "unknown_region"),
    ("platforms", 13, {"lan_codes": "01"}, "unknown_region"),
]  # fmt: skip


def test_a_spoilt_row_is_quarantined_by_its_rule(small_data: Path, tmp_path: Path) -> None:
    for name, row, cells, _ in FAULTS:
        Sheet(small_data / f"actors/{name}.csv").set(row, **cells)
    built = build(tmp_path / "snapshots", embedded=small_data, as_of=AS_OF)
    with duckdb.connect(str(built.snapshot.path), read_only=True) as con:
        told = con.execute(
            "SELECT file_name, row_no, rule FROM load_issue WHERE source_id = 'actors' AND severity = 'quarantine'"
        ).fetchall()
    assert sorted(told) == sorted((f"actors/{name}.csv", row, rule) for name, row, _, rule in FAULTS)
