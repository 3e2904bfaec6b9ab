"""Organisations and what they have to do with each other: the maintained files of ``data/actors``, and who is who."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from etl.actor_names import Actor, Meaning, Organisation, kind_by_name, merged, similar
from etl.files import Here
from etl.initiatives import LICENCE, LICENCE_EN, PUBLISHER, REGISTRY, URL, one_of, parts
from etl.load import Loader
from etl.normalise import fold, kommun_code, lookup, orgnr
from etl.spec import Party, Reject, Row, Source

RELATIONS = Source(
    id="actors", kind="reference", registry=REGISTRY, publisher=PUBLISHER, url=URL,
    licence=LICENCE, licence_en=LICENCE_EN,
    title_sv="Aktörer: roller, stavningar och plattformar", title_en="Actors: roles, spellings and platforms",
    caveat_sv="Roller som källornas texter nämner. En organisation som saknas nämns inte av någon sedd källa.",
    caveat_en="Roles that the sources' texts mention. An organisation that is missing is named by no source seen.",
    expected_rows=(1, 5_000), stale_after_days=4000,
)  # fmt: skip
RELATION_COLUMNS = (
    "organisation", "org_type", "initiative_id", "item_id", "role", "source", "reason_sv", "reason_en",
)  # fmt: skip
ALIAS_COLUMNS = ("alias", "name", "org_type", "orgnr", "why_sv", "why_en")
REVIEW_COLUMNS = ("a", "b", "decision", "why_sv", "why_en")
PLATFORM_COLUMNS = (
    "platform_id", "name_sv", "name_en", "kind", "level", "lan_codes", "organisation", "initiative_id", "item_id",
    "portfolio", "source", "reason_sv", "reason_en",
)  # fmt: skip
ORG_TYPES = (
    "kommun", "region", "samordningsförbund", "civilsamhälle", "företag", "lärosäte", "myndighet", "EU-fond", "fond",
    "investerare", "annan",
)  # fmt: skip
"""The kinds of organisation that these files know."""
_PARTY_ROLES = ("lead", "partner", "provider", "funder", "investor")
_ITEM_ROLES = ("funder", "organiser", "co_organiser", "host", "represented", "recipient", "publisher", "part_of")


@dataclass
class ActorFiles:
    """Takes the rows of the four files; what must be unique or known is held here."""

    loader: Loader
    items: set[str]
    _aliases: set[str] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def relation(self, row: Row, here: Here) -> None:
        """One relation of an organisation, or of a party that is counted and not named."""
        r = row.raw
        self._once(tuple(r[name] for name in ("organisation", "org_type", "initiative_id", "item_id", "role")))
        if bool(r["initiative_id"]) == bool(r["item_id"]):
            raise Reject("initiative_id", "missing", r["initiative_id"], "Name one initiative or one seed item.")
        allowed = (*_PARTY_ROLES, "dialogue") if r["initiative_id"] else _ITEM_ROLES
        role = one_of(r["role"], "role", {name: name for name in allowed})
        if not r["organisation"] and not r["org_type"]:
            raise Reject("org_type", "missing", "", "A party without a name needs its kind.")
        one_of(r["org_type"], "org_type", {kind: kind for kind in ORG_TYPES})
        operation, item = self._operation(r["initiative_id"]), self._item(r["item_id"])
        self._sourced(r)
        self.loader.tables.add(
            "actor_relation", self._organisation(r["organisation"], r["org_type"]), r["org_type"] or None, operation,
            item, role, r["source"], r["reason_sv"], r["reason_en"], here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def alias(self, row: Row, here: Here) -> None:
        """One reviewed spelling; a name that is itself a spelling is refused, so that no order can matter."""
        r = row.raw
        alias, name = fold(r["alias"]), fold(r["name"])
        self._once((alias, name))
        if not alias or not name or not r["why_sv"]:
            raise Reject("alias", "missing", r["alias"], "A spelling needs a name and a reason.")
        if name in self._aliases or alias in self._names or alias == name:
            raise Reject("name", "alias_chain", r["name"], "A name that a spelling stands for is no spelling itself.")
        number = orgnr(r["orgnr"])
        if r["orgnr"] and not number:
            raise Reject("orgnr", "bad_orgnr", r["orgnr"], "Not an organisation number with a right check digit.")
        self._aliases.add(alias)
        self._names.add(name)
        self.loader.tables.add(
            "actor_alias", r["alias"], r["name"], r["org_type"] or None, number, r["why_sv"], r["why_en"],
            here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def review(self, row: Row, here: Here) -> None:
        """One pair of names that stays apart."""
        r = row.raw
        self._once(tuple(sorted((fold(r["a"]), fold(r["b"])))))
        decision = one_of(r["decision"], "decision", {"apart": "apart", "open": "open"})
        self.loader.tables.add(
            "actor_review", r["a"], r["b"], decision, r["why_sv"], r["why_en"], here.source.id, here.file_name,
            here.row_no,
        )  # fmt: skip

    def platform(self, row: Row, here: Here) -> None:
        """One support structure or platform."""
        r = row.raw
        self._once((r["platform_id"],))
        self._sourced(r)
        lans = [code for code in parts(r["lan_codes"]) if code != "SE"]
        unknown = [code for code in lans if not self.loader.is_region(code)]
        if unknown or (r["portfolio"] == "utland" and r["lan_codes"]):
            raise Reject("lan_codes", "unknown_region", r["lan_codes"], "Län codes, SE or nothing; abroad nothing.")
        levels = ("lokal", "regional", "nationell", "internationell", "ej_angiven")
        self.loader.tables.add(
            "platform", r["platform_id"], r["name_sv"], r["name_en"],
            one_of(r["kind"], "kind", {k: k for k in ("support", "platform", "network", "example")}),
            one_of(r["level"], "level", {level: level for level in levels}), lans, r["lan_codes"] == "SE",
            self._organisation(r["organisation"], ""), self._operation(r["initiative_id"]), self._item(r["item_id"]),
            one_of(r["portfolio"], "portfolio", {"sverige": "sverige", "utland": "utland"}), r["source"],
            r["reason_sv"], r["reason_en"], here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def _once(self, key: tuple[str, ...]) -> None:
        if key in self._seen:
            raise Reject("*", "duplicate_id", " ".join(key), "The same stands in an earlier record.")
        self._seen.add(key)

    def _sourced(self, r: Mapping[str, str]) -> None:
        for column in ("source", "reason_sv", "reason_en"):
            if not r[column]:
                raise Reject(column, "missing", "", "A relation needs its source and a reason in both languages.")

    def _operation(self, initiative: str) -> str | None:
        return self.loader.known_operation(f"{REGISTRY}:{initiative}") if initiative else None

    def _item(self, item: str) -> str | None:
        if item and item not in self.items:
            raise Reject("item_id", "unknown_item", item, "Not an item of seed/items.csv.")
        return item or None

    def _organisation(self, name: str, org_type: str) -> str | None:
        return self.loader.organisation(Party(name, "partner", org_type=org_type or None)) if name else None


def identify(con: duckdb.DuckDBPyConnection) -> None:
    """Fills ``actor``, ``organisation_actor`` and ``actor_similar``, and adds the kept roles to ``operation_party``.

    Called when operations are linked and the marts stand: a partner kept by hand is no evidence for linking two
    records, and never an operation's owner. Two kommuner are two, however alike their names are.
    """
    aliases: dict[str, tuple[Meaning, ...]] = defaultdict(tuple)
    typed: dict[str, str] = {}
    spelt: dict[str, str] = {}
    for alias, name, org_type, number in con.execute(
        "SELECT alias, name, org_type, orgnr FROM actor_alias ORDER BY alias, name"
    ).fetchall():
        aliases[fold(alias)] += (Meaning(name, org_type, number),)
        spelt[fold(name)] = name
        if org_type:
            typed[fold(name)] = org_type
    rows = con.execute(
        "SELECT o.org_id, o.orgnr, o.name, o.org_type, o.country, list(DISTINCT n.name ORDER BY n.name) "
        "FROM organisation o LEFT JOIN organisation_name n USING (org_id) GROUP BY ALL ORDER BY o.org_id"
    ).fetchall()
    actors = merged([Organisation(r[0], r[1], tuple(filter(None, r[5])), r[4]) for r in rows], aliases)
    members: dict[str, list[tuple[str, str, str | None, str | None]]] = defaultdict(list)
    for org_id, _, name, org_type, country, _ in rows:
        for actor in actors[org_id]:
            is_it = actor.method != "alias"
            members[actor.actor_id].append((name if is_it else "", actor.method, org_type if is_it else None, country))
    shown: dict[str, str] = {}
    known: list[tuple[str | None, ...]] = []
    for actor_id, found in members.items():
        own = min((name for name, method, *_ in found if name and method == "self"), default="")
        any_name = min((name for name, *_ in found if name), default="")
        key = actor_id.removeprefix("name:") if actor_id.startswith("name:") else fold(own or any_name)
        name = own or any_name or spelt.get(key, key)
        kinds = Counter(org_type for *_, org_type, _ in found if org_type)
        country = min((c for *_, c in found if c), default=None)
        org_type, basis = typed.get(key), "review"
        if not org_type and kinds:
            org_type, basis = min(kinds, key=lambda kind: (-kinds[kind], kind)), "source"
        if not org_type and country in (None, "SE"):
            org_type, basis = kind_by_name(name), "name"
        number = actor_id.removeprefix("orgnr:") if actor_id.startswith("orgnr:") else None
        known.append((actor_id, name, number, org_type, basis if org_type else None, country))
        shown[actor_id] = name
    _insert(con, "actor", known)
    _insert(con, "organisation_actor", [(o, a.actor_id, a.method) for o, those in actors.items() for a in those])
    pairs = con.execute("SELECT a, b FROM actor_review").fetchall()
    codes = lookup(con.execute("SELECT code, [name_sv] FROM region WHERE level = 'kommun'").fetchall())
    kommun = {actor_id: kommun_code(name, codes) for actor_id, name in shown.items()}
    alike = similar(_compared(con, shown, actors), pairs)
    _insert(con, "actor_similar", [pair for pair in alike if not _are_two(kommun[pair[0]], kommun[pair[1]])])
    con.execute(
        "INSERT INTO operation_party SELECT DISTINCT operation_id, org_id, role FROM actor_relation r "
        "WHERE operation_id IS NOT NULL AND org_id IS NOT NULL AND list_contains($roles, role) AND NOT EXISTS "
        "(FROM operation_party p WHERE p.operation_id = r.operation_id AND p.org_id = r.org_id AND p.role = r.role)",
        {"roles": list(_PARTY_ROLES)},
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        found = pa.table(columns, names=[f"c{at}" for at in range(len(columns))])
        con.register("found", found)
        con.execute(f"INSERT INTO {table} SELECT * FROM found")  # noqa: S608 (a constant)
        con.unregister("found")


def _are_two(a: str | None, b: str | None) -> bool:
    return bool(a and b and a != b)


def _compared(
    con: duckdb.DuckDBPyConnection, names: dict[str, str], actors: Mapping[str, tuple[Actor, ...]]
) -> dict[str, str]:
    """The names to compare: those of organisations in Sweden that a Swedish operation or a kept relation names."""
    home = {
        actor.actor_id
        for (org_id,) in con.execute(
            "SELECT DISTINCT org_id FROM operation_party JOIN operation USING (operation_id) "
            "JOIN organisation USING (org_id) WHERE portfolio = 'sverige' AND coalesce(country, 'SE') = 'SE' "
            "UNION SELECT org_id FROM actor_relation WHERE org_id IS NOT NULL"
        ).fetchall()
        for actor in actors[org_id]
    }
    return {actor_id: name for actor_id, name in names.items() if actor_id in home}
