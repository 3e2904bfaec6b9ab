"""What a person has decided about pairs of records: ``data/links/links.csv`` and the user's own ``links.csv``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from etl.readers import csv_records
from etl.spec import SourceError

Word = Literal["same", "different"]
COLUMNS = ("a", "b", "decision", "why", "source")


@dataclass(frozen=True)
class Decision:
    """Two operation ids as the file has them, and what was decided; ``file`` and ``row_no`` say where."""

    a: str
    b: str
    word: Word
    why: str
    source: str
    file: str
    row_no: int

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids in order."""
        return min(self.a, self.b), max(self.a, self.b)


def read_links(paths: Iterable[Path]) -> tuple[Decision, ...]:
    """The decisions of the files that exist, ordered by pair; of two files on the same pair the later decides.

    Raises :class:`SourceError` naming file, row and column.
    """
    found: dict[tuple[str, str], Decision] = {}
    for path in paths:
        if path.exists():
            found |= _file(path)
    return tuple(found[pair] for pair in sorted(found))


def _file(path: Path) -> dict[tuple[str, str], Decision]:
    found: dict[tuple[str, str], Decision] = {}
    for row in csv_records(path, required=COLUMNS, known=COLUMNS).rows:
        if row.fault is not None:
            raise SourceError(f"{path.name}, row {row.row_no}: {row.fault.message}")
        cell = {name: str(row.raw[name]).strip() for name in COLUMNS}
        for name in ("a", "b", "why"):
            if not cell[name]:
                raise _fault(path.name, row.row_no, name, "is empty")
        if cell["a"] == cell["b"]:
            raise _fault(path.name, row.row_no, "b", f"is {cell['b']!r}, the same record as a")
        if cell["decision"] not in ("same", "different"):
            raise _fault(path.name, row.row_no, "decision", f"is {cell['decision']!r}; write same or different")
        word = cast("Word", cell["decision"])
        made = Decision(cell["a"], cell["b"], word, cell["why"], cell["source"], path.name, row.row_no)
        earlier = found.setdefault(made.pair, made)
        if earlier.word != word:
            said = f"is {word!r}, but row {earlier.row_no} decides {earlier.word!r} on the same pair"
            raise _fault(path.name, row.row_no, "decision", said)
    return found


def in_force(
    decisions: Iterable[Decision], portfolios: Mapping[str, str], loaded: Collection[str], known: Collection[str]
) -> tuple[tuple[Decision, ...], int]:
    """(the decisions on records that are loaded, how many wait for a registry that is not).

    ``portfolios``: operation id -> portfolio, of those named and loaded. ``loaded``: registries with a record here;
    ``known``: those that could have one.
    Raises :class:`SourceError` for an id that its registry does not hold, a registry that nobody knows, and a "same"
    across portfolios.
    """
    held, waiting = [], 0
    for d in decisions:
        missing = [(column, name) for column, name in (("a", d.a), ("b", d.b)) if name not in portfolios]
        for column, name in missing:
            registry = name.partition(":")[0]
            if registry in loaded or registry not in known:
                said = "no record has this id" if registry in loaded else f"no registry is called {registry!r}"
                raise _fault(d.file, d.row_no, column, f"is {name!r}, but {said}")
        if missing:
            waiting += 1
        elif d.word == "same" and portfolios[d.a] != portfolios[d.b]:
            raise _fault(d.file, d.row_no, "decision", "is 'same' for records of two portfolios, which are kept apart")
        else:
            held.append(d)
    return tuple(held), waiting


def _fault(file: str, row_no: int, column: str, said: str) -> SourceError:
    return SourceError(f"{file}, row {row_no}: column {column} {said}.")
