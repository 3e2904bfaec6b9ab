"""The embedded default: the maintained files of ``data/``, each with its sources, as the warehouse's first layer."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from etl.boundaries import VIEW_BOX, boundaries
from etl.load import Here, Loader
from etl.normalise import dated, money
from etl.readers import csv_records
from etl.spec import (
    Conflict,
    DatePrecision,
    Funding,
    Indicator,
    IndicatorValue,
    Location,
    LocationType,
    Operation,
    Participants,
    Party,
    Records,
    Reject,
    Row,
    Source,
    Status,
    Theme,
    audit,
)

DATA = Path(__file__).resolve().parents[1] / "data"
SEEN = date(2026, 11, 22)
REGISTRY = "inkarta"

_PUBLISHER = "Inkluderingskartan"
_URL = "https://www.esf.se/resultat/projektbanken/"
_LICENCE = "CC0 1.0 (sammanställningen); varje uppgift har sin egen källa"

REGIONS = Source(
    id="regions", kind="reference", registry="SCB", publisher="SCB", title_sv="Län och kommuner",
    title_en="Counties and municipalities",
    url="https://www.scb.se/hitta-statistik/regional-statistik-och-kartor/regionala-indelningar/lan-och-kommuner/",
    licence="CC0 1.0", expected_rows=(21, 290), stale_after_days=800,
)  # fmt: skip
VOCABULARY = Source(
    id="vocabulary", kind="reference", registry=REGISTRY, title_sv="Målgrupper: kontrollerad lista",
    title_en="Target groups: controlled list", expected_rows=(10, 200), stale_after_days=800, publisher=_PUBLISHER,
    url=_URL,
    licence=_LICENCE,
)  # fmt: skip
INITIATIVES = Source(
    id="inkarta", kind="operations", registry=REGISTRY, title_sv="Initiativ: inbyggt urval ur publicerade källor",
    title_en="Initiatives: embedded selection from published sources", expected_rows=(1, 5_000),
    caveat_sv="Ett urval, inte hela registret. Tomt betyder ej sett, aldrig noll. Beviljat ESF-stöd 2021–2027 kan "
    "innehålla statlig medfinansiering och är inte EU:s andel.",
    caveat_en="A selection, not the whole registry. Empty means not seen, never zero. Granted ESF support 2021–2027 "
    "may include state co-financing and is not the EU share.",
    priority=20, publisher=_PUBLISHER,
    url=_URL,
    licence=_LICENCE,
)  # fmt: skip
SEED = Source(
    id="seed", kind="reference", registry=REGISTRY, title_sv="Konferensen 2023 och SHIC: poster",
    title_en="The 2023 conference and SHIC: items", expected_rows=(100, 500), stale_after_days=4000,
    publisher=_PUBLISHER,
    url=_URL,
    licence=_LICENCE,
)  # fmt: skip
POPULATION = Source(
    id="population_kommun", kind="indicators", registry="SCB", publisher="SCB",
    title_sv="Folkmängd per kommun, som återgiven på sedda sidor",
    title_en="Population by municipality, as reproduced on the pages seen",
    url="https://www.scb.se/hitta-statistik/statistik-efter-amne/befolkning-och-levnadsforhallanden/"
    "befolkningens-sammansattning-och-utveckling/befolkningsstatistik/",
    licence="CC0 1.0", expected_rows=(100, 290),
    caveat_sv="81 kommuner saknas; för en del är senast sedda år 2022 eller 2023. Varje tal har sin egen adress.",
    caveat_en="81 municipalities are missing; for some the latest year seen is 2022 or 2023. Each figure has its own "
    "address.",
)  # fmt: skip

_STATUS: dict[str, Status] = {
    "avslutat": "ended", "pågående": "running", "beviljat": "granted", "okänd": "unknown", "planerat": "planned",
}  # fmt: skip
_PERIOD_AREA = {
    "2021-2027": re.compile(r"([A-F])(?:\d|\s|$)"),
    "2014-2020": re.compile(r"(?:PO)?([1-7])(?:[.: ]|$|\s)"),
    "2007-2013": re.compile(r"(?:Programområde )?(\d)"),
}


def csv_rows(path: Path) -> list[dict[str, str]]:
    """A maintained CSV file as dicts."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def parts(text: str) -> list[str]:
    """Cells that hold several values split them with a bar."""
    return [part.strip() for part in text.split("|") if part.strip()]


def _date(text: str, column: str) -> tuple[date | None, DatePrecision | None]:
    try:
        found = dated(text, order="ymd")
    except ValueError as error:
        raise Reject(column, "bad_date", text, f"{error}; write 2024, 2024-05 or 2024-05-31.") from error
    return found or (None, None)


def _persons(text: str, column: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise Reject(column, "bad_count", text, "A number of persons is digits only.")
    return int(text)


@dataclass(frozen=True)
class Initiatives:
    """``data/initiatives/initiatives.csv``, one row an initiative; its amounts and conflicts are files of their own."""

    kommun_codes: dict[str, str]
    target_groups: dict[str, str]
    programme_areas: dict[tuple[str, str], str]
    SOURCE: Source = INITIATIVES

    def records(self, path: Path) -> Records:
        return csv_records(path, required=("initiative_id", "title", "source_url"))

    def operation(self, row: Row) -> Operation:
        raw = row.raw
        take = raw.pop
        op = Operation(local_id=take("initiative_id"), title_sv=take("title"), registry=REGISTRY)
        if not op.local_id or not op.title_sv:
            raise Reject("title", "missing", "", "An initiative needs an id and a title.")
        op.fund_code = take("fund") or None
        op.programming_period = take("period") or None
        op.diarienummer = take("diarienummer") or None
        op.summary_sv = take("summary_sv")
        op.note = take("note") or None
        op.source_url = take("source_url") or None
        op.source_title = take("source_title") or None
        op.start_date, op.start_precision = _date(take("start"), "start")
        op.end_date, op.end_precision = _date(take("end"), "end")
        op.seen_on, _ = _date(take("seen_on"), "seen_on")
        if not op.source_url or not op.seen_on:
            raise Reject("source_url", "missing", "", "A fact needs an address and the day it was seen.")
        status = take("status")
        if status not in _STATUS:
            raise Reject("status", "unknown_status", status, f"Write one of {', '.join(_STATUS)}.")
        op.status_in_source = _STATUS[status]
        si = take("is_social_innovation")
        op.is_social_innovation = {"yes": True, "no": False}.get(si)
        op.si_basis = "source text" if op.is_social_innovation else None
        owner, owner_type = take("owner"), take("owner_type")
        if owner:
            op.parties.append(Party(owner, "beneficiary", org_type=owner_type or None))
        op.locations = self._locations(take("lan_codes"), take("kommuner"), take("location_basis"))
        for title in parts(take("target_groups")):
            if title not in self.target_groups:
                raise Reject("target_groups", "unknown_target_group", title, "Not in vocabulary/target_groups.csv.")
            op.target_groups.append(self.target_groups[title])
        op.methods = parts(take("methods"))
        op.priority = take("programme_area") or None
        op.themes = self._themes(op)
        for column, value_type in (("participants_planned", "planned"), ("participants_actual", "actual")):
            persons = _persons(take(column), column)
            if persons is not None:
                op.participants.append(Participants("participants", "output", value_type, persons))  # type: ignore[arg-type]
        remark = take("amount_remark")
        if remark:
            op.warn(
                "amount_remark",
                "amount_without_figure",
                remark,
                "The source words an amount without a figure.",
            )
        if op.start_date and op.end_date and op.end_date < op.start_date:
            raise Reject("end", "ends_before_start", op.end_date, "The end lies before the start.")
        audit(row, self.SOURCE)
        return op

    def _locations(self, lans: str, kommuner: str, basis: str) -> list[Location]:
        if lans == "SE":
            return [Location("national")]
        codes = []
        for name in parts(kommuner):
            if name not in self.kommun_codes:
                raise Reject("kommuner", "unknown_kommun", name, "Not a kommun name of regions/kommun.csv.")
            codes.append(self.kommun_codes[name])
        kind: LocationType = "beneficiary" if basis == "beneficiary" else "operation"
        out: list[Location] = []
        for lan in parts(lans):
            inside = [code for code in codes if code[:2] == lan]
            out += [Location(kind, lan, code) for code in inside] or [Location(kind, lan)]
        outside = [code for code in codes if code[:2] not in parts(lans)]
        if outside:
            raise Reject("kommuner", "kommun_outside_lan", outside[0], f"Kommun {outside[0]} lies outside {lans!r}.")
        return out

    def _themes(self, op: Operation) -> list[Theme]:
        themes = []
        pattern = _PERIOD_AREA.get(op.programming_period or "")
        found = pattern.match(op.priority or "") if pattern else None
        if found:
            key = (op.programming_period or "", found[1])
            themes.append(Theme("programme_area", ":".join(key), self.programme_areas.get(key, op.priority or "")))
        if op.is_social_innovation:
            themes.append(Theme("social_innovation", "si", "Social innovation"))
        return themes


@dataclass(frozen=True)
class Values:
    """One file of ``data/indicators/values``: region_code, period, sex, value."""

    SOURCE: Source
    INDICATORS: tuple[Indicator, ...]

    def records(self, path: Path) -> Records:
        return csv_records(path, required=("region_code", "period", "sex", "value"))

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        region, period, sex, text = (row.raw.pop(name) for name in ("region_code", "period", "sex", "value"))
        audit(row, self.SOURCE)
        if not re.fullmatch(r"\d{4}(-\d{4}|-\d{2})?", period):
            raise Reject("period", "bad_period", period, "Write 2024, 2021-2024 or 2024-05.")
        try:
            number = float(text)
        except ValueError as error:
            raise Reject("value", "bad_number", text, "Not a number; leave a missing value out.") from error
        yield IndicatorValue(self.INDICATORS[0].code, region, period, number, sex)


@dataclass(frozen=True)
class KommunPopulation:
    """``data/regions/population_kommun.csv``: the newest figure seen for a kommun."""

    SOURCE: Source = POPULATION
    INDICATORS: tuple[Indicator, ...] = ()

    def records(self, path: Path) -> Records:
        return csv_records(path, required=("code", "population", "date"))

    def values(self, row: Row) -> Iterator[IndicatorValue]:
        code, population, day = row.raw.pop("code"), row.raw.pop("population"), row.raw.pop("date")
        yield IndicatorValue("population", code, day[:4], float(_persons(population, "population") or 0))


@dataclass
class Embedded:
    """Loads ``folder`` (``data/`` by default) into ``loader``."""

    loader: Loader
    folder: Path = DATA
    seen: datetime = field(default_factory=lambda: datetime(SEEN.year, SEEN.month, SEEN.day))

    def load(self) -> None:
        """Everything, in the order that foreign keys need. Raises :class:`etl.spec.SourceError` on bad structure."""
        self._regions()
        self._target_groups()
        self._indicators()
        self._initiatives()
        self._file(SEED, "seed/items.csv", self._seed_item, ("item_id", "kind", "name"))

    def _file(self, source: Source, name: str, take, required: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
        path = self.folder / name
        self.loader.file(
            source, path, csv_records(path, required=required), take, snapshot_date=SEEN, retrieved_at=self.seen,
            file_name=name,
        )  # fmt: skip

    def _regions(self) -> None:
        add = self.loader.add_region
        add("00", None, "riket", "Riket", "Sweden", "Riket", None, "SE", None, None, None, "0000", None)

        def lan(row: Row, _: Here) -> None:
            r = row.raw
            add(
                r["lan_code"], None, "lan", r["name_sv"], r["name_en"], r["short_name"], r["lan_code"], r["iso_3166_2"],
                r["nuts3"], r["nuts2"], r["nuts2_name"], r["kolada_id"], r["region_authority"],
            )  # fmt: skip

        def kommun(row: Row, _: Here) -> None:
            r = row.raw
            add(
                r["code"], r["lan_code"], "kommun", r["name"], r["name"], r["name"], r["lan_code"], None, None, None,
                None, r["code"], None,
            )  # fmt: skip

        self._file(REGIONS, "regions/lan.csv", lan, ("lan_code", "name_sv", "nuts3"))
        self._file(REGIONS, "regions/kommun.csv", kommun, ("code", "name", "lan_code"))
        self.loader.tables.add("map_frame", VIEW_BOX)
        for b in boundaries():
            self.loader.tables.add(
                "boundary",
                b.code,
                b.geojson,
                b.svg_path,
                b.label_x,
                b.label_y,
                b.lon,
                b.lat,
                list(b.neighbours),
            )

    def _target_groups(self) -> None:
        def term(row: Row, _: Here) -> None:
            r = row.raw
            self.loader.add_target_group(r["code"], r["title_sv"], r["title_en"], parts(r["synonyms"]))

        self._file(VOCABULARY, "vocabulary/target_groups.csv", term, ("code", "title_sv", "title_en"))

    def _indicators(self) -> None:
        for c in csv_rows(self.folder / "indicators/catalogue.csv"):
            indicator = Indicator(
                code=c["code"], title_sv=c["title_sv"], title_en=c["title_en"], unit=c["unit_sv"], unit_en=c["unit_en"],
                better=c["better"],  # type: ignore[arg-type]
                publisher=c["publisher"], table_id=c["table_id"], licence=c["licence"], decimals=int(c["decimals"]),
                note=c["note_sv"], note_en=c["note_en"],
            )  # fmt: skip
            source = Source(
                id=f"indicator_{c['code']}", kind="indicators", registry=c["publisher"], publisher=c["publisher"],
                title_sv=c["title_sv"], title_en=c["title_en"], url=c["source_url"], licence=c["licence"],
                caveat_sv=c["note_sv"], caveat_en=c["note_en"], expected_rows=(20, 5_000),
            )  # fmt: skip
            name = f"indicators/values/{c['code']}.csv"
            self.loader.indicator_values(
                Values(source, (indicator,)), self.folder / name, snapshot_date=SEEN, retrieved_at=self.seen,
                file_name=name,
            )  # fmt: skip
        self.loader.indicator_values(
            KommunPopulation(), self.folder / "regions/population_kommun.csv", snapshot_date=SEEN,
            retrieved_at=self.seen, file_name="regions/population_kommun.csv",
        )  # fmt: skip

    def _initiatives(self) -> None:
        folder = self.folder
        origin = Initiatives(
            {k["name"]: k["code"] for k in csv_rows(folder / "regions/kommun.csv")},
            {t["title_sv"]: t["code"] for t in csv_rows(folder / "vocabulary/target_groups.csv")},
            {(a["period"], a["code"]): a["title_sv"] for a in csv_rows(folder / "vocabulary/programme_areas.csv")},
        )
        name = "initiatives/initiatives.csv"
        self.loader.operations(origin, folder / name, snapshot_date=SEEN, retrieved_at=self.seen, file_name=name)

        def amount(row: Row, here: Here) -> None:
            r = row.raw
            try:
                value = money(r["amount"], decimal=".")
            except ValueError as error:
                raise Reject("amount", "bad_amount", r["amount"], str(error)) from error
            funding = Funding(r["measure"], value, r["currency"], r["label_in_source"], r["is_rounded"] == "yes")
            self.loader.funding(f"{REGISTRY}:{r['initiative_id']}", funding, here)

        def conflict(row: Row, here: Here) -> None:
            r = row.raw
            both = Conflict(r["field"], r["value_a"], r["source_a"], r["value_b"], r["source_b"], r["note"])
            self.loader.conflict(f"{REGISTRY}:{r['initiative_id']}", both, here)

        self._file(INITIATIVES, "initiatives/amounts.csv", amount, ("initiative_id", "measure", "amount", "currency"))
        self._file(
            INITIATIVES,
            "initiatives/conflicts.csv",
            conflict,
            ("initiative_id", "field", "value_a", "value_b"),
        )

    def _seed_item(self, row: Row, here: Here) -> None:
        r = row.raw
        self.loader.tables.add(
            "seed_item", r["item_id"], r["kind"], r["name"], r["parent"] or None, r["lan_code"] or None,
            r["facts"] or None, r["seed"] or None, r["speakers"] or None, here.source.id, here.file_name, here.row_no,
        )  # fmt: skip
