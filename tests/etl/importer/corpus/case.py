"""One list with its truth, and how much of it the importer gets right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from etl.importer.preview import Preview, preview
from etl.importer.store import open_list
from etl.spec import Operation, SourceError
from tests.etl.importer.corpus.projects import Project, projects

ANY = object()
"""In a truth: the field is open to judgement, and either way is right."""

Row = list[Any]
Column = tuple[str, str | Callable[[Project], Any], Callable[[Any], Any] | None]
FIELDS = {"title": "title", "beneficiary": "beneficiary", "start": "start", "end": "end",
          "total": "total_eligible_cost", "eu": "eu_contribution", "granted": "granted_support"}  # fmt: skip


def column(header: str, what: str | Callable[[Project], Any], form: Callable[[Any], Any] | None = None) -> Column:
    """A column that holds an attribute of the operation (which it is then held to), or any filling of its own."""
    return header, what, form


@dataclass(frozen=True)
class Case:
    """A list: its columns, how it is written (``write``: rows with the header first, to a file), and its truth.

    ``truth`` says otherwise than the columns what is right; None means that nothing is.
    """

    name: str
    language: str
    columns: Sequence[Column]
    write: Callable[[Path, list[Row]], Path]
    currency: str = "EUR"
    n: int = 24
    whole: bool = False
    scale: int = 1
    truth: Mapping[str, Callable[[Project], Any] | None] = field(default_factory=dict)

    def projects(self) -> list[Project]:
        return projects(self.language, self.n, whole=self.whole, scale=self.scale)

    def file(self, folder: Path) -> Path:
        """The list as a file in ``folder``."""
        rows: list[Row] = [[header for header, _, _ in self.columns]]
        rows += [[_cell(project, what, form) for _, what, form in self.columns] for project in self.projects()]
        return self.write(folder, rows)

    def right(self) -> list[dict[str, Any]]:
        """What is right of each operation."""
        named = {what for _, what, _ in self.columns if isinstance(what, str) and what in FIELDS}
        found = []
        for project in self.projects():
            one: dict[str, Any] = {FIELDS[what]: getattr(project, what) for what in named}
            one |= {FIELDS[what]: say(project) for what, say in self.truth.items() if say}
            for what, say in self.truth.items():
                if say is None:
                    one.pop(FIELDS[what], None)
            found.append(one)
        return found


@dataclass(frozen=True)
class Score:
    """``right`` of ``expected`` operations; ``loaded``: how many there are; ``wrong``: fields with how often."""

    case: str
    expected: int
    loaded: int
    right: int
    wrong: Mapping[str, int]
    note: str = ""

    @property
    def share(self) -> float:
        return self.right / max(self.expected, self.loaded, 1)


def score(case: Case, folder: Path) -> Score:
    """Import the list without any mapping, and hold it to its truth."""
    wanted = case.right()
    try:
        found, operations = imported(case.file(folder))
    except SourceError as error:
        return Score(case.name, len(wanted), 0, 0, {}, f"refused: {error.rule} {error}"[:200])
    assert found.rows_read == found.rows_loaded + found.rows_quarantined
    told = [_told(op) for op in operations]
    wrong: dict[str, int] = {}
    right = 0
    left = list(told)
    for number, want in enumerate(wanted):
        want = {**want, "currency": case.currency}
        got = next((one for one in left if not differences(want, one)), None)
        if got is not None:
            right += 1
            left.remove(got)
            continue
        near = told[number] if number < len(told) else {}
        for name in differences(want, near):
            wrong[name] = wrong.get(name, 0) + 1
    return Score(case.name, len(wanted), len(told), right, wrong)


def imported(path: Path) -> tuple[Preview, list[Operation]]:
    """What the importer makes of a file: its counts, and every operation that it loads."""
    found = preview(open_list(path, "Prov"))
    again = open_list(path, "Prov")
    return found, [again.operation(row) for row in again.records(path).rows if row.fault is None]


def differences(want: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """The fields in which an operation is not what it should be."""
    names = {*want, *got}
    return sorted(name for name in names if want.get(name) is not ANY and want.get(name) != got.get(name))


def _told(op: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": op.title_sv,
        "beneficiary": op.parties[0].name if op.parties else None,
        "start": op.start_date,
        "end": op.end_date,
    }
    told |= {f.measure: Decimal(f.amount) for f in op.funding if f.amount is not None}
    told["currency"] = op.funding[0].currency if op.funding else None
    return told


def _cell(project: Project, what: str | Callable[[Project], Any], form: Callable[[Any], Any] | None) -> Any:
    value = getattr(project, what) if isinstance(what, str) else what(project)
    return form(value) if form and value is not None else value
