"""The embedded default: the maintained files of ``data/``, each with its sources, as the warehouse's first layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from etl.actors import ALIAS_COLUMNS, PLATFORM_COLUMNS, RELATION_COLUMNS, REVIEW_COLUMNS, ActorFiles
from etl.actors import RELATIONS as ACTORS
from etl.boundaries import VIEW_BOX, boundaries
from etl.effects import CARD_COLUMNS, EFFECTS, TREE_COLUMNS, Cards, Trees
from etl.files import Here
from etl.initiatives import (
    INITIATIVES,
    LICENCE,
    LICENCE_EN,
    PUBLISHER,
    REGISTRY,
    URL,
    Initiatives,
    one_of,
    parts,
    persons,
)
from etl.load import Loader
from etl.needs import COLUMNS as NEED_COLUMNS
from etl.needs import Needs
from etl.normalise import dated, money
from etl.prices import EXCHANGE_RATE, INDEX_COLUMNS, PRICE_INDEX, RATE_COLUMNS, index, rate
from etl.privacy import redact
from etl.readers import csv_records
from etl.spec import Conflict, Funding, Indicator, IndicatorValue, Records, Reject, Row, Source, Term, audit
from etl.terms import CHALLENGE_COLUMNS, METHOD_COLUMNS, REGISTER, REGISTER_COLUMNS, THEME_COLUMNS, Terms

DATA = Path(__file__).resolve().parents[1] / "data"
SEEN = date(2026, 11, 22)

REGIONS = Source(
    id="regions", kind="reference", registry="SCB", publisher="SCB", title_sv="Län och kommuner",
    title_en="Counties and municipalities",
    url="https://www.scb.se/hitta-statistik/regional-statistik-och-kartor/regionala-indelningar/lan-och-kommuner/",
    licence="CC0 1.0", expected_rows=(21, 290), stale_after_days=800,
)  # fmt: skip
VOCABULARY = Source(
    id="vocabulary", kind="reference", registry=REGISTRY, title_sv="Målgrupper: kontrollerad lista",
    title_en="Target groups: controlled list", expected_rows=(5, 500), stale_after_days=800, publisher=PUBLISHER,
    url=URL,
    licence=LICENCE, licence_en=LICENCE_EN,
)  # fmt: skip
DERIVED = Source(
    id="derived", kind="reference", registry=REGISTRY, publisher=PUBLISHER, url=URL,
    licence=LICENCE, licence_en=LICENCE_EN,
    title_sv="Beräknade skillnader: vilka serier de består av", title_en="Derived gaps: which series they consist of",
    expected_rows=(1, 100), stale_after_days=4000,
)  # fmt: skip
SEED = Source(
    id="seed", kind="reference", registry=REGISTRY, title_sv="Konferensen 2023 och SHIC: poster",
    title_en="The 2023 conference and SHIC: items", expected_rows=(100, 500), stale_after_days=4000,
    publisher=PUBLISHER,
    url=URL,
    licence=LICENCE, licence_en=LICENCE_EN,
)  # fmt: skip
POPULATION = Source(
    id="population_kommun", kind="indicators", registry="SCB", publisher="SCB",
    title_sv="Folkmängd per kommun, som återgiven på sedda sidor",
    title_en="Population by municipality, as reproduced on the pages seen",
    url="https://www.scb.se/hitta-statistik/statistik-efter-amne/befolkning-och-levnadsforhallanden/"
    "befolkningens-sammansattning-och-utveckling/befolkningsstatistik/",
    licence="CC0 1.0", expected_rows=(200, 290), person_columns=("population",),
    caveat_sv="81 kommuner saknas; för en del är senast sedda år 2022 eller 2023. Varje tal har sin egen adress.",
    caveat_en="81 municipalities are missing; for some the latest year seen is 2022 or 2023. Each figure has its own "
    "address.",
)  # fmt: skip

CATALOGUE = replace(
    VOCABULARY,
    id="indicators",
    title_sv="Indikatorer: katalog",
    title_en="Indicators: catalogue",
    expected_rows=(1, 500),
)

_LAN_COLUMNS = (
    "lan_code", "name_sv", "name_en", "short_name", "region_authority", "iso_3166_2", "nuts3", "nuts2", "nuts2_name",
    "kolada_id",
)  # fmt: skip
_CATALOGUE_COLUMNS = (
    "code", "title_sv", "title_en", "unit_sv", "unit_en", "better", "decimals", "publisher", "table_id", "licence",
    "licence_en", "note_sv", "note_en", "source_url",
)  # fmt: skip
_DERIVED_COLUMNS = (
    "code", "title_sv", "title_en", "unit_sv", "unit_en", "better", "decimals", "minuend", "minuend_sex", "subtrahend",
    "subtrahend_sex", "note_sv", "note_en",
)  # fmt: skip
_AMOUNT_COLUMNS = ("initiative_id", "measure", "amount", "currency", "label_in_source", "is_rounded")
_CONFLICT_COLUMNS = ("initiative_id", "field", "value_a", "source_a", "value_b", "source_b", "note")
_TERM_COLUMNS = (
    "initiative_id", "number", "field", "text_sv", "text_en", "amount", "currency", "source_title", "source_url",
)  # fmt: skip
_SEED_COLUMNS = ("item_id", "kind", "name", "parent", "lan_code", "facts", "seed", "speakers")
_POINT = re.compile(r"\[(-?[0-9.]+),\s?(-?[0-9.]+)\]")


def _corners(geojson: str) -> tuple[float, float, float, float]:
    """West, south, east and north of a geometry, in degrees."""
    points = [(float(lon), float(lat)) for lon, lat in _POINT.findall(geojson)]
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


_VALUE_COLUMNS = ("region_code", "period", "sex", "value")
_POPULATION_COLUMNS = ("code", "name", "population", "date", "source_url", "note")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)


@dataclass(frozen=True)
class Values:
    """One file of ``data/indicators/values``: region_code, period, sex, value."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]

    def records(self, path: Path) -> Records:
        return csv_records(path, required=_VALUE_COLUMNS, known=_VALUE_COLUMNS)

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        region, period, sex, text = (row.raw.pop(name) for name in _VALUE_COLUMNS)
        audit(row, self.SOURCE)
        if not _NUMBER.fullmatch(text):
            raise Reject("value", "bad_number", text, "Not a number such as 12.5; leave a missing value out.")
        yield IndicatorValue(self.INDICATORS[0].code, region, period, float(text), sex)


@dataclass(frozen=True)
class KommunPopulation:
    """``data/regions/population_kommun.csv``: the newest figure seen for a kommun."""

    SOURCE: Source = POPULATION
    INDICATORS: tuple[Indicator, ...] = ()

    def records(self, path: Path) -> Records:
        return csv_records(path, required=_POPULATION_COLUMNS, known=_POPULATION_COLUMNS)

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        code, text, day = row.raw["code"], row.raw["population"], row.raw["date"]
        people = persons(text, "population")
        if not people:
            raise Reject("population", "bad_count", text, "Leave out a kommun whose population is not known.")
        try:
            moment = dated(day, order="ymd")
        except ValueError as error:
            raise Reject("date", "bad_date", day, str(error)) from error
        if moment is None:
            raise Reject("date", "missing", day, "A population needs its date.")
        yield IndicatorValue("population", code, f"{moment[0].year}", float(people))


@dataclass
class Embedded:
    """Loads ``folder`` (``data/`` by default) into ``loader``."""

    loader: Loader
    folder: Path = DATA
    seen: datetime = field(default_factory=lambda: datetime(SEEN.year, SEEN.month, SEEN.day))

    def load(self) -> None:
        """Everything, in the order that foreign keys need. Raises :class:`etl.spec.SourceError` on bad structure."""
        kommuner = self._regions()
        groups = self._target_groups()
        self._file(VOCABULARY, "vocabulary/needs.csv", NEED_COLUMNS, Needs(self.loader, groups.values()))
        self._indicators()
        self._derived()
        self._initiatives(Initiatives(kommuner, groups, self._programme_areas()))
        self._file(PRICE_INDEX, "prices/price_index.csv", INDEX_COLUMNS, index)
        self._file(EXCHANGE_RATE, "prices/exchange_rate.csv", RATE_COLUMNS, rate)
        items = SeedItems(self.loader)
        self._file(SEED, "seed/items.csv", _SEED_COLUMNS, items)
        terms = Terms(self.loader, items.known)
        self._file(VOCABULARY, "vocabulary/methods.csv", METHOD_COLUMNS, terms.method)
        self._file(VOCABULARY, "vocabulary/challenges.csv", CHALLENGE_COLUMNS, terms.challenge)
        self._file(VOCABULARY, "vocabulary/themes.csv", THEME_COLUMNS, terms.theme, (1, 500))
        self._file(REGISTER, "seed/register.csv", REGISTER_COLUMNS, terms.home)
        actors = ActorFiles(self.loader, items.known)
        self._file(ACTORS, "actors/aliases.csv", ALIAS_COLUMNS, actors.alias)
        self._file(ACTORS, "actors/reviewed.csv", REVIEW_COLUMNS, actors.review)
        self._file(ACTORS, "actors/relations.csv", RELATION_COLUMNS, actors.relation)
        self._file(ACTORS, "actors/platforms.csv", PLATFORM_COLUMNS, actors.platform)
        self._file(EFFECTS, "effects/cards.csv", CARD_COLUMNS, Cards(self.loader))
        self._file(EFFECTS, "effects/trees.csv", TREE_COLUMNS, Trees(self.loader))

    def _file(
        self,
        source: Source,
        name: str,
        columns: tuple[str, ...],
        take: Callable[[Row, Here], None],
        expected: tuple[int, int] | None = None,
    ) -> None:
        path = self.folder / name
        self.loader.file(
            replace(source, expected_rows=expected) if expected else source,
            path,
            csv_records(path, required=columns, known=columns),
            take,
            snapshot_date=SEEN,
            retrieved_at=self.seen,
            file_name=name,
        )

    def _regions(self) -> dict[str, str]:
        """Loads län, kommuner and their outlines; returns kommun name -> code."""
        add = self.loader.add_region
        codes: dict[str, str] = {}
        nuts2: dict[str, str] = {}
        add("00", None, "riket", "Riket", "Sweden", "Riket", None, "SE", None, None, None, "0000", None)

        def lan(row: Row, _: Here) -> None:
            r = row.raw
            add(
                r["lan_code"], None, "lan", r["name_sv"], r["name_en"], r["short_name"], r["lan_code"], r["iso_3166_2"],
                r["nuts3"], r["nuts2"], r["nuts2_name"], r["kolada_id"], r["region_authority"],
            )  # fmt: skip
            nuts2[r["nuts2"]] = r["nuts2_name"]

        def kommun(row: Row, _: Here) -> None:
            r = row.raw
            if r["name"] in codes:
                raise Reject("name", "duplicate_id", r["name"], "The name stands in an earlier record.")
            add(
                r["code"], r["lan_code"], "kommun", r["name"], r["name"], r["name"], r["lan_code"], None, None, None,
                None, r["code"], None,
            )  # fmt: skip
            codes[r["name"]] = r["code"]

        self._file(REGIONS, "regions/lan.csv", _LAN_COLUMNS, lan, (21, 21))
        for code, name in nuts2.items():
            add(code, None, "nuts2", name, name, name, None, None, None, code, name, None, None)
        self._file(REGIONS, "regions/kommun.csv", ("code", "name", "lan_code"), kommun, (290, 290))
        self.loader.tables.add("map_frame", VIEW_BOX)
        for b in boundaries():
            if self.loader.is_region(b.code):
                self.loader.tables.add(
                    "boundary",
                    b.code,
                    b.geojson,
                    b.svg_path,
                    b.label_x,
                    b.label_y,
                    b.lon,
                    b.lat,
                    *_corners(b.geojson),
                    list(b.neighbours),
                )
        return codes

    def _target_groups(self) -> dict[str, str]:
        """Loads the vocabulary; returns Swedish title or synonym -> code."""
        codes: dict[str, str] = {}

        def term(row: Row, _: Here) -> None:
            r = row.raw
            self.loader.add_target_group(r["code"], r["title_sv"], r["title_en"], parts(r["synonyms"]))
            for name in (r["title_sv"], *parts(r["synonyms"])):
                codes.setdefault(name, r["code"])

        columns = ("code", "title_sv", "title_en", "synonyms")
        self._file(VOCABULARY, "vocabulary/target_groups.csv", columns, term)
        return codes

    def _programme_areas(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Loads the programme areas; returns (period, code) -> Swedish and English title."""
        titles: dict[tuple[str, str], tuple[str, str]] = {}

        def area(row: Row, _: Here) -> None:
            titles[row.raw["period"], row.raw["code"]] = (row.raw["title_sv"], row.raw["title_en"])

        columns = ("period", "code", "title_sv", "title_en", "basis")
        self._file(VOCABULARY, "vocabulary/programme_areas.csv", columns, area)
        return titles

    def _indicators(self) -> None:
        declared: list[Values] = []

        def entry(row: Row, _: Here) -> None:
            c = row.raw
            if not re.fullmatch("[0-6]", c["decimals"]):
                raise Reject("decimals", "unknown_value", c["decimals"], "Write a number from 0 to 6.")
            if any(c["code"] == other.INDICATORS[0].code for other in declared):
                raise Reject("code", "duplicate_id", c["code"], "The indicator stands in an earlier record.")
            indicator = Indicator(
                code=c["code"], title_sv=c["title_sv"], title_en=c["title_en"], unit=c["unit_sv"], unit_en=c["unit_en"],
                better=one_of(c["better"], "better", {"high": "high", "low": "low", "neutral": "neutral"}),
                publisher=c["publisher"], table_id=c["table_id"], licence=c["licence"], decimals=int(c["decimals"]),
                note=c["note_sv"], note_en=c["note_en"],
            )  # fmt: skip
            source = Source(
                id=f"indicator_{c['code']}", kind="indicators", registry=c["publisher"], publisher=c["publisher"],
                title_sv=c["title_sv"], title_en=c["title_en"], url=c["source_url"], licence=c["licence"],
                licence_en=c["licence_en"], caveat_sv=c["note_sv"], caveat_en=c["note_en"], expected_rows=(20, 5_000),
                person_columns=("value",) if c["unit_en"] == "persons" else (),
            )  # fmt: skip
            declared.append(Values(source, (indicator,)))

        self._file(CATALOGUE, "indicators/catalogue.csv", _CATALOGUE_COLUMNS, entry)
        for origin in declared:
            self._values(origin, f"indicators/values/{origin.INDICATORS[0].code}.csv")
        self._values(KommunPopulation(), "regions/population_kommun.csv")

    def _derived(self) -> None:
        """Differences of two series that the marts work out; their values are stored nowhere as a publisher's."""

        def entry(row: Row, _: Here) -> None:
            c = row.raw
            if not re.fullmatch("[0-6]", c["decimals"]):
                raise Reject("decimals", "unknown_value", c["decimals"], "Write a number from 0 to 6.")
            sexes = {sex: sex for sex in ("K", "M", "T")}
            self.loader.add_derived(
                c["code"], c["title_sv"], c["title_en"], c["unit_sv"], c["unit_en"],
                one_of(c["better"], "better", {"high": "high", "low": "low", "neutral": "neutral"}),
                int(c["decimals"]), c["note_sv"], c["note_en"], c["minuend"],
                one_of(c["minuend_sex"], "minuend_sex", sexes), c["subtrahend"],
                one_of(c["subtrahend_sex"], "subtrahend_sex", sexes),
            )  # fmt: skip

        self._file(DERIVED, "indicators/derived.csv", _DERIVED_COLUMNS, entry)

    def _values(self, origin: Values | KommunPopulation, name: str) -> None:
        self.loader.indicator_values(
            origin, self.folder / name, snapshot_date=SEEN, retrieved_at=self.seen, file_name=name
        )

    def _initiatives(self, origin: Initiatives) -> None:
        name = "initiatives/initiatives.csv"
        self.loader.operations(origin, self.folder / name, snapshot_date=SEEN, retrieved_at=self.seen, file_name=name)

        def amount(row: Row, here: Here) -> None:
            r = row.raw
            try:
                value = money(r["amount"], decimal=".")
            except ValueError as error:
                raise Reject("amount", "bad_amount", r["amount"], str(error)) from error
            is_rounded = one_of(r["is_rounded"], "is_rounded", {"yes": True, "no": False})
            funding = Funding(r["measure"], value, r["currency"], r["label_in_source"], is_rounded)
            self.loader.funding(f"{REGISTRY}:{r['initiative_id']}", funding, here)

        def conflict(row: Row, here: Here) -> None:
            r = row.raw
            both = Conflict(r["field"], r["value_a"], r["source_a"], r["value_b"], r["source_b"], r["note"])
            self.loader.conflict(f"{REGISTRY}:{r['initiative_id']}", both, here)

        def term(row: Row, here: Here) -> None:
            r = row.raw
            try:
                value = money(r["amount"], decimal=".")
            except ValueError as error:
                raise Reject("amount", "bad_amount", r["amount"], str(error)) from error
            said = Term(
                r["field"], r["text_sv"], r["text_en"], persons(r["number"], "number") or 0, value,
                r["currency"] or None, r["source_title"], r["source_url"],
            )  # fmt: skip
            self.loader.term(f"{REGISTRY}:{r['initiative_id']}", said, here)

        self._file(INITIATIVES, "initiatives/amounts.csv", _AMOUNT_COLUMNS, amount)
        self._file(INITIATIVES, "initiatives/conflicts.csv", _CONFLICT_COLUMNS, conflict, (10, 5_000))
        self._file(INITIATIVES, "initiatives/terms.csv", _TERM_COLUMNS, term, (10, 5_000))


@dataclass
class SeedItems:
    """Takes the rows of ``data/seed/items.csv``."""

    loader: Loader
    known: set[str] = field(default_factory=set)

    def __call__(self, row: Row, here: Here) -> None:
        r = row.raw
        if r["item_id"] in self.known:
            raise Reject("item_id", "duplicate_id", r["item_id"], "The item stands in an earlier record.")
        self.known.add(r["item_id"])
        self.loader.tables.add(
            "seed_item", r["item_id"], r["kind"], r["name"], r["parent"] or None, r["lan_code"] or None,
            redact(r["facts"]) or None, r["seed"] or None, r["speakers"] or None, here.source.id, here.file_name,
            here.row_no,
        )  # fmt: skip
