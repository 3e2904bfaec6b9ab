"""The review list says what each pair shows, and gives the line that decides it."""

from __future__ import annotations

import csv
import html
import io
import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from dashboard import layout
from dashboard.blocks import links as block
from dashboard.db import Warehouse
from dashboard.layout import View
from dashboard.questions import links
from dashboard.selection import Selection, decode
from dashboard.texts import LANGS, catalogue
from etl.evidence import Evidence, Number, Owner, judge
from etl.links import read_links
from etl.spec import Party
from tests.conftest import Given, World, operation, registry

DAY = date(2023, 9, 1)


def told(name: str, title: str, owner: str | None = "Uppsala kommun", **fields: Any) -> Any:
    parties = [Party(owner, "beneficiary")] if owner else []
    fields = {"start_date": DAY, "start_precision": "day", **fields}
    return operation(name, title_sv=title, parties=parties, **fields)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    path = tmp_path_factory.mktemp("links") / "20261123-00000000.duckdb"
    best = [
        told("a", "Unga till arbete", amount="10.00"),
        told("b", 'Grön "rehab", Garpenberg', None, amount="5.00"),
        told("c", "Språkvän i Uppsala <b>", diarienummer="23-001-S01"),
    ]
    other = [
        told("a", "UNGA TILL ARBETE", amount="11.00"),
        told("b", 'Grön "rehab", Garpenberg', amount="500.00", start_date=DAY + timedelta(5)),
        told("c", "Språkvän i Uppsala <b> 2", start_date=DAY + timedelta(1)),
    ]
    for source, ops in (("best", best), ("other", other)):
        for op in ops:
            op.registry = source
    World(Given(registry("best", 10), best), Given(registry("other", 40), other), path=path).close()
    return Warehouse(path)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pieces: list[str] = []
    monkeypatch.setattr(layout, "html", lambda *given: pieces.extend(map(str, given)))
    return pieces


@pytest.mark.parametrize("lang", LANGS)
def test_each_doubtful_pair_stands_side_by_side_with_its_reason(
    warehouse: Warehouse, shown: list[str], lang: Any
) -> None:
    v = View(warehouse, Selection(lang=lang), "sources")
    block.review(v)
    text = "".join(shown)
    found = links.doubtful(warehouse)
    assert [p["reason"] for p in found] == ["owner_unknown", "marks_differ"]
    for pair in found:
        assert v.t(f"links.reason_{pair['reason']}") in text
    for r in links.records(warehouse, ["best:b", "other:b"]).values():
        assert f"insats={r['operation_id']}" in text
        assert f"kalla={r['source_id']}:{r['row_no']}" in text
    assert v.t("links.amounts_differ", measure=v.t("measure.granted_support")) in text
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_the_line_to_copy_decides_the_pair(warehouse: Warehouse, shown: list[str], tmp_path: Path) -> None:
    block.review(View(warehouse, Selection(), "sources"))
    lines = [html.unescape(x) for x in re.findall("<code>(.*?)</code>", "".join(shown))]
    assert len(lines) == 4
    (tmp_path / "links.csv").write_text("\n".join(["a,b,decision,why,source", *lines[::2]]) + "\n", "utf-8")
    decided = read_links([tmp_path / "links.csv"])
    assert [(d.pair, d.word) for d in decided] == [
        (("best:b", "other:b"), "same"),
        (("best:c", "other:c"), "same"),
    ]
    assert [next(csv.reader(io.StringIO(line)))[2] for line in lines[1::2]] == ["different", "different"]


@pytest.mark.parametrize("lang", LANGS)
def test_an_initiative_says_how_its_records_were_linked_and_how_surely(warehouse: Warehouse, lang: Any) -> None:
    v = View(warehouse, Selection(lang=lang), "initiatives")
    text = str(block.together(v, {"operation_id": "best:a"}))
    assert [m["method"] for m in links.members(warehouse, "best:a")] == ["self", "orgnr_title_start"]
    for key in ("links.method_self", "links.method_orgnr_title_start", "links.owner_name", "links.start_same"):
        assert v.t(key) in text
    assert v.t("links.share", n=90) in text


def test_nothing_doubtful_is_said(w: Warehouse, shown: list[str]) -> None:
    v = View(w, Selection(), "sources")
    block.review(v)
    assert v.t("links.none") in "".join(shown)


@pytest.mark.parametrize("lang", LANGS)
def test_whatever_a_pair_shows_there_are_words_for_it(lang: Any) -> None:
    """Every verdict that the rules can reach over all kinds of evidence, and what the joining can refuse."""
    v = View(None, Selection(lang=lang), "sources")  # type: ignore[arg-type]
    kinds = itertools.product(
        get_args(Number), get_args(Owner), (0.0, 85.0, 95.0, 100.0), (False, True), (None, 0, 40, 400), (False, True),
        (None, Decimal(3)),
    )  # fmt: skip
    reasons = {"several", "same_source", "decided_different"}
    for number, owner, title, marks, gap, periods, ratio in kinds:
        verdict, _, reason = judge(Evidence(number, owner, title, marks, gap, periods, None, ratio))
        if verdict == "doubtful":
            reasons.add(reason)
        pair = {"number": number, "owner": owner, "title_similarity": title, "marks_differ": marks,
                "start_gap_days": gap, "periods_differ": periods, "measure": None, "is_same_key": False}  # fmt: skip
        assert all(block.in_words(v, pair))
    assert {key.removeprefix("links.reason_") for key in catalogue() if key.startswith("links.reason_")} == reasons


@pytest.mark.parametrize("name", ["swecris:165/12_SNSB", "interreg:" + "a-long-name-" * 14])
def test_a_records_own_id_opens_its_page(name: str) -> None:
    assert decode({"insats": name}).insats == name
    assert replace(Selection(), insats=name).url("/initiativ").startswith("/initiativ?lang=sv&insats=")
