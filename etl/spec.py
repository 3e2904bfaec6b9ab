"""What a source module declares, and the canonical records that it yields.

A source module is one file in ``etl/sources``. An *operations* source has ``SOURCE``, ``records(path)`` and
``operation(row)``; an *indicator* source has ``SOURCE``, ``INDICATORS``, ``records(path)`` and ``values(row)``.
``records`` yields every physical record of a file; the two others turn one record into canonical form, or raise
:class:`Reject` to quarantine it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

Measure = Literal[
    "total_eligible_cost",
    "eu_contribution",
    "granted_support",
    "requested_support",
    "state_cofinancing",
    "own_cofinancing",
    "disbursed",
    "outcome_payment",
    "social_investment",
]
"""What an amount is. Two measures are never added. ``requested_support`` was applied for and prioritised;
``social_investment`` is what an investor or a kommun commits outside the funds."""

DatePrecision = Literal["day", "month", "year"]
Status = Literal["planned", "running", "ended", "granted", "unknown"]
Severity = Literal["warning", "quarantine"]
LocationType = Literal["operation", "beneficiary", "national", "unknown"]


SWEDEN, ABROAD = "sverige", "utland"


class SourceError(Exception):
    """A whole file cannot be loaded. The message names the file, what is wrong, and what to do.

    ``rule``: a stable snake_case id, where the product has words of its own for what is wrong.
    """

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.rule = rule


class Reject(Exception):
    """One record cannot be loaded: it is quarantined with this reason.

    ``column`` is the source's own column name, ``rule`` a stable snake_case id, ``message`` plain English.
    """

    def __init__(self, column: str, rule: str, value: object, message: str) -> None:
        super().__init__(message)
        self.column, self.rule, self.value, self.message = column, rule, value, message


@dataclass(frozen=True)
class Remote:
    """A file to download: ``name`` in the user's data folder, ``url`` relative to the source's base address.

    ``forms``: other names under which a person may put the same list there; the first name that exists is read.
    """

    name: str
    url: str
    media: tuple[str, ...] = ("text/csv",)
    min_bytes: int = 1
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A registry or indicator publisher's file(s), as the warehouse knows it.

    ``expected_rows``: (least, most) physical records per file; fewer fails the build, more warns.
    ``ignore``: column -> reason, for columns that are read and left out on purpose.
    ``personal``: columns with personal data, dropped before anything is stored.
    ``id_columns``: identifiers and amounts, whose digits are not searched for personnummer.
    ``quarantine_ceiling``: greatest share of records that may be quarantined before ``inkarta check`` fails.
    """

    id: str
    kind: Literal["operations", "indicators", "reference"]
    registry: str
    publisher: str
    title_sv: str
    title_en: str
    url: str
    licence: str
    caveat_sv: str = ""
    caveat_en: str = ""
    base_url: str = ""
    remotes: tuple[Remote, ...] = ()
    expected_rows: tuple[int, int] = (1, 1_000_000)
    ignore: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    id_columns: tuple[str, ...] = ()
    quarantine_ceiling: float = 0.0
    stale_after_days: int = 400
    priority: int = 50
    """Lower wins when the same operation stands in several registries."""
    licence_en: str = ""
    """The licence in English, where ``licence`` is a Swedish sentence and no name; falls back to it when empty."""
    portfolio: str = SWEDEN
    """What its operations belong to: :data:`SWEDEN`, :data:`ABROAD`, or ``import_NAME`` for a list of the user's own.

    Operations of different portfolios are never added to each other, nor linked."""
    person_columns: tuple[str, ...] = ()
    """Columns that hold counts of persons as they turned out: kept in the source row only where the count is shown.

    A column with such counts that is not loaded as a value belongs in ``personal``."""


@dataclass(frozen=True)
class Indicator:
    """One published series. ``better`` says which direction is good; ``decimals`` how it is shown.

    ``unit`` and ``note`` are Swedish; ``unit_en`` and ``note_en`` fall back to them when empty.
    """

    code: str
    title_sv: str
    title_en: str
    unit: str
    better: Literal["high", "low", "neutral"]
    publisher: str
    table_id: str
    licence: str
    decimals: int = 1
    note: str = ""
    unit_en: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Row:
    """One physical record: 1-based ``row_no`` (header excluded), raw text by the source's own column names.

    ``fault``: the reader could not line the record up with its header; it is quarantined with this reason.
    ``parts``: further physical records of the same operation, such as partner rows; they share the record's fate.
    """

    row_no: int
    raw: MutableMapping[str, Any]
    fault: Reject | None = None
    parts: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Records:
    """A file's physical records, read once, with what was found out about its form."""

    rows: Iterable[Row]
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Party:
    name: str
    role: Literal["beneficiary", "lead", "partner", "funder", "provider", "investor"]
    orgnr: str | None = None
    org_type: str | None = None
    kommun_code: str | None = None
    country: str | None = "SE"


@dataclass(frozen=True)
class Funding:
    """An amount as the source gives it. ``label_in_source`` is the source's own word for it."""

    measure: Measure
    amount: Decimal | None
    currency: str
    label_in_source: str
    is_rounded: bool = False
    is_derived: bool = False


@dataclass(frozen=True)
class Location:
    """A place of an operation. ``share`` None = equal parts, assumed; published shares must sum to 1."""

    location_type: LocationType
    lan_code: str | None = None
    kommun_code: str | None = None
    share: Decimal | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Theme:
    scheme: str
    code: str
    label: str
    label_en: str = ""


@dataclass(frozen=True)
class Participants:
    """A count of persons. ``sex``: K, M, X or T (total)."""

    indicator_code: str
    kind: Literal["output", "result"]
    value_type: Literal["planned", "actual"]
    value: int
    sex: Literal["K", "M", "X", "T"] = "T"
    as_of: date | None = None


@dataclass(frozen=True)
class Conflict:
    """Two sources that disagree on a field; both values stand, neither is corrected."""

    field: str
    value_a: str
    source_a: str
    value_b: str
    source_b: str
    note: str = ""


TermField = Literal[
    "contract_type", "metric", "target", "price", "validator", "validation", "risk", "content", "marker", "result",
    "caveat",
]  # fmt: skip


@dataclass(frozen=True)
class Term:
    """What an outcome contract or a social investment says of itself, in the source's words.

    ``number``: the metric that it is about, from 1; 0 for the whole. ``amount``: a unit's price, in ``currency``.
    ``text_en`` falls back to ``text_sv`` when empty. ``source_title``, ``source_url``: where it says so.
    """

    field: TermField
    text_sv: str
    text_en: str = ""
    number: int = 0
    amount: Decimal | None = None
    currency: str | None = None
    source_title: str = ""
    source_url: str = ""


@dataclass
class Operation:
    """A funded project. Mutable only while its source module fills it."""

    local_id: str
    title_sv: str
    registry: str
    title_en: str = ""
    diarienummer: str | None = None
    summary_sv: str = ""
    summary_en: str = ""
    cci: str | None = None
    programme: str | None = None
    managing_authority: str | None = None
    fund_code: str | None = None
    programming_period: str | None = None
    priority: str | None = None
    specific_objective: str | None = None
    start_date: date | None = None
    start_precision: DatePrecision | None = None
    end_date: date | None = None
    end_precision: DatePrecision | None = None
    decided_on: date | None = None
    """The day of award, decision or signature; the dates above are of the activity itself."""
    decided_precision: DatePrecision | None = None
    portfolio: str | None = None
    """Where one record belongs elsewhere than its source's others; None = :attr:`Source.portfolio`."""
    common_key: str | None = None
    """What two registries call the same operation by, such as ``interreg:PROGRAMME:ACRONYM``; for linking only."""
    status_in_source: Status | None = None
    is_social_innovation: bool | None = None
    si_basis: str | None = None
    source_url: str | None = None
    source_title: str | None = None
    seen_on: date | None = None
    note: str | None = None
    parties: list[Party] = field(default_factory=list)
    funding: list[Funding] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    target_groups: list[str] = field(default_factory=list)
    target_group_basis: Literal["declared", "indicator", "text"] = "declared"
    methods: list[str] = field(default_factory=list)
    participants: list[Participants] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    warnings: list[Reject] = field(default_factory=list)

    def warn(self, column: str, rule: str, value: object, message: str) -> None:
        """Keep the record, and keep the complaint about one of its cells."""
        self.warnings.append(Reject(column, rule, value, message))


@dataclass(frozen=True)
class IndicatorValue:
    """``value`` None needs a ``flag``: p preliminary, b break, u low reliability, s suppressed, m missing.

    ``region_code``: "00" riket, two digits län, four digits kommun. ``period``: "2024", "2021-2024" or "2025-06".
    """

    indicator: str
    region_code: str
    period: str
    value: float | None
    sex: Literal["K", "M", "T"] = "T"
    flag: str | None = None


class OperationSource(Protocol):
    @property
    def SOURCE(self) -> Source: ...  # noqa: N802 (a constant of the module)

    def records(self, path: Path) -> Records: ...

    def operation(self, row: Row) -> Operation: ...


class IndicatorSource(Protocol):
    @property
    def SOURCE(self) -> Source: ...  # noqa: N802 (a constant of the module)

    @property
    def INDICATORS(self) -> tuple[Indicator, ...]: ...  # noqa: N802 (a constant of the module)

    def records(self, path: Path) -> Records: ...

    def values(self, row: Row) -> Iterator[IndicatorValue]: ...


def audit(row: Row, source: Source) -> None:
    """What is left in ``row.raw`` after every used column was popped must be ignored for a reason.

    Raises :class:`SourceError` for an undeclared column: the file's structure is not what was declared.
    """
    left = [name for name in row.raw if name not in source.ignore and name not in source.personal]
    if left:
        raise SourceError(
            f"{source.id}, row {row.row_no}: column {left[0]!r} is neither used nor ignored for a reason. "
            "The publisher has probably changed the file; update the source module.",
            "undeclared_column",
        )


@dataclass(frozen=True)
class ExchangeRate:
    """What a euro cost in ``currency``: the mean of the days of ``year``, dated by the last of them."""

    currency: str
    year: int
    rate: Decimal
    last_day: date


class RateSource(Protocol):
    @property
    def SOURCE(self) -> Source: ...  # noqa: N802 (a constant of the module)

    def records(self, path: Path) -> Records: ...

    def rate(self, row: Row) -> ExchangeRate: ...
