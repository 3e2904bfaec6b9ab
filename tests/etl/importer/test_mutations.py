"""A damaged file is read as far as it goes or refused in words: never a traceback, never a record unaccounted for."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from etl.importer.operations import Importer
from etl.importer.preview import as_json, preview
from etl.importer.store import open_list
from etl.spec import SourceError
from tests.etl.importer.corpus.case import Case, imported
from tests.etl.importer.corpus.lists import CASES

MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda data, dice: data[: dice.randrange(len(data))],
    "headless": lambda data, dice: data[dice.randrange(1, 200) :],
    "noise": lambda data, dice: bytes(b ^ (dice.randrange(256) if dice.random() < 0.01 else 0) for b in data),
    "nulls": lambda data, dice: data.replace(b" ", b"\x00", dice.randrange(1, 40)),
    "quotes": lambda data, dice: b"".join(bytes([b]) + (b'"' if dice.random() < 0.01 else b"") for b in data),
    "marks": lambda data, dice: data.translate(bytes.maketrans(b";,\t|", b",;|\t")),
    "twice": lambda data, dice: data + data[len(data) // 3 :],
    "shuffled": lambda data, dice: b"\n".join(dice.sample(rows := data.split(b"\n"), len(rows))),
    "holes": lambda data, dice: b"\n".join(row for row in data.split(b"\n") if dice.random() < 0.7),
    "endless": lambda data, dice: data.replace(b"\n", b" "),
}
SOME = CASES[:: max(1, len(CASES) // 8)]


def opened(path: Path) -> tuple[Importer | None, SourceError | None]:
    try:
        importer = open_list(path, "Prov")
        preview(importer)
    except SourceError as error:
        return None, error
    return importer, None


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_a_damaged_file_is_refused_or_accounted_for(case: Case, kind: str, tmp_path: Path) -> None:
    path = case.file(tmp_path)
    path.write_bytes(MUTATIONS[kind](path.read_bytes(), random.Random(f"{case.name} {kind}")))
    importer, refused = opened(path)
    if refused:
        assert str(refused).startswith(path.name)
        assert refused.rule
        return
    assert importer
    found = preview(importer)
    assert found.rows_read == found.rows_loaded + found.rows_quarantined
    told = as_json(importer, found, full=True)
    aside = [issue for issue in told["issues"] if issue["severity"] == "quarantine"]
    assert bool(aside) == bool(found.rows_quarantined)


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_the_total_is_the_sum_of_the_main_amounts(case: Case, tmp_path: Path) -> None:
    path = case.file(tmp_path)
    importer = open_list(path, "Prov")
    found, operations = imported(path)
    told = as_json(importer, found, full=False)
    main = told["amount_field"]
    amounts = [f.amount for op in operations for f in op.funding if f.measure == main and f.amount is not None]
    assert Decimal(str(told["total_amount"])) == sum(amounts, Decimal(0))
    assert {"rows_read", "rows_loaded", "rows_quarantined", "issues", "mapping", "currency"} <= told.keys()
    assert set(told["mapping"].values()) <= set(importer.reading.names)
