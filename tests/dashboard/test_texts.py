"""Every text in both languages, every key used and every used key there, no sentence outside the catalogue."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from dashboard.questions import provenance
from dashboard.texts import LANGS, catalogue, has, t
from etl.spec import DatePrecision, LocationType, Measure, Party, Status
from tests.conftest import ROOT

CODE = sorted([*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "pages").glob("*.py")])
UI = [p for p in CODE if p.name == "layout.py" or p.parent.name in ("blocks", "pages")]
SAME_IN_BOTH = {
    "group.data",
    "page.admin",
    "admin.person",
    "signin.role_moderator",
    "about.kind_keynote",
    "about.kind_n",
    "about.kind_organisation",
    "about.kind_session",
    "about.test",
    "concepts.period",
    "event.kind_keynote",
    "event.kind_session",
    "event.material_film",
    "event.material_presentation",
    "event.organisation",
    "search.of_organisation",
    "search.way",
    "groups.of_group",
    "themes.each",
    "compare.area",
    "compare.finding_apart",
    "compare.finding_one",
    "compare.gap_one",
    "compare.n_of",
    "compare.near_one",
    "compare.trend_now",
    "compare.variable",
    "compare.why",
    "counting.bas_euro",
    "counting.measure_in",
    "facet.status",
    "list.status",
    "detail.status",
    "detail.si",
    "field.total_eligible_cost",
    "figure.period",
    "measure.total_eligible_cost",
    "portfolio.col_hhi",
    "portfolio.col_jaccard",
    "portfolio.col_median",
    "portfolio.col_per",
    "portfolio.col_start",
    "site.english",
    "site.name",
    "site.swedish",
    "sources.checksum",
    "sources.form",
    "value.agare_region",
    "value.role_partner",
    "value.tema_si",
}
MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}|--[\w-]+:[^;]*;|[\w-]+:\s*[\w#-]+;")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def strings(path: Path) -> Iterator[ast.Constant]:
    """String constants that are not docstrings."""
    said = {
        id(node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node


def keys(node: ast.AST) -> Iterator[str]:
    """The keys that a first argument may be: literals, both arms of a choice, f-strings as patterns."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from keys(node.body)
        yield from keys(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        parts = [re.escape(v.value) if isinstance(v, ast.Constant) else r"(.+)" for v in node.values]  # type: ignore[arg-type]
        yield "".join(parts)


@cache
def used() -> dict[str, str]:
    """Pattern of a key -> where it is asked for: ``t(…)``, ``v.t(…)``, ``has(…)``."""
    found: dict[str, str] = {}
    for path in CODE:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in ("t", "has"):
                    for key in keys(node.args[0]):
                        found[key] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


@cache
def families() -> tuple[re.Pattern[str], ...]:
    """F-strings that begin like a key, wherever they stand: a name may hold the key."""
    sections = {key.split(".")[0] for key in catalogue()}
    found = set()
    for path in CODE:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found |= {p for p in keys(node) if str(node.values[0].value).split(".")[0] in sections}
    return tuple(re.compile(pattern) for pattern in found)


@cache
def spoken() -> frozenset[str]:
    """Every string constant of the code: what the open part of a family of keys may be."""
    return frozenset(node.value for path in CODE for node in strings(path) if isinstance(node.value, str))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", catalogue())
def test_a_text_stands_in_both_languages_with_the_same_places_to_fill(key: str) -> None:
    both = catalogue()[key]
    assert set(both) == set(LANGS)
    assert all(text.strip() == text and text for text in both.values())
    assert fields(both["sv"]) == fields(both["en"])
    assert all(name.isidentifier() for name in fields(both["sv"]))
    assert (both["sv"] == both["en"]) <= (key in SAME_IN_BOTH)


def test_the_list_of_texts_that_are_alike_is_no_longer_than_needed() -> None:
    assert {key for key, both in catalogue().items() if both["sv"] == both["en"]} == SAME_IN_BOTH


@pytest.mark.parametrize("pattern", used())
def test_a_key_that_code_asks_for_is_in_the_catalogue(pattern: str) -> None:
    assert any(re.fullmatch(pattern, key) for key in catalogue()), used()[pattern]


def test_every_key_of_the_catalogue_is_asked_for(w: Any) -> None:
    """An open part of a key must be a word of the code or a value of the data."""
    data = {
        str(value)
        for sql in (
            "SELECT DISTINCT owner_type FROM mart_operation",
            "SELECT DISTINCT fund_code FROM mart_operation",
            "SELECT DISTINCT field FROM operation_conflict",
            "SELECT DISTINCT measure FROM operation_funding",
            "SELECT DISTINCT role FROM operation_party",
            "SELECT unnest(periods) FROM (SELECT list(DISTINCT programming_period) AS periods FROM mart_operation)",
        )
        for row in w.rows(sql)
        for value in row.values()
    }
    data |= {r["field"] for r in provenance.missing(w)}
    declared = {word for kind in (Measure, Status, LocationType, DatePrecision) for word in get_args(kind)}
    roles = get_args(get_type_hints(Party)["role"])
    rules = {node.value for path in ROOT.glob("etl/**/*.py") for node in strings(path)}
    known = spoken() | data | declared | set(roles) | rules | {"other", "si", "okänd"}

    def is_used(key: str) -> bool:
        if key in spoken():
            return True
        matches = [found for family in families() if (found := family.fullmatch(key))]
        return any(known.issuperset(found.groups()) for found in matches)

    unused = [key for key in catalogue() if not is_used(key)]
    assert not unused, ", ".join(unused)


def test_what_is_filled_in_is_what_the_text_asks_for() -> None:
    """``v.t("key", name=…)`` with a literal key names exactly the text's places."""
    wrong = []
    for path in CODE:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            key = node.args[0].value
            if name != "t" or not isinstance(key, str) or not has(key):
                continue
            given = {k.arg for k in node.keywords}
            if None not in given and given != fields(catalogue()[key]["sv"]):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {key} {sorted(map(str, given))}")
    assert wrong == []


@pytest.mark.parametrize("path", UI, ids=lambda p: p.name)
def test_no_sentence_stands_in_the_code(path: Path) -> None:
    """Three words with spaces between, once tags, style and places to fill are taken away; SQL apart."""
    sentences = []
    for node in strings(path):
        text = MARKUP.sub(" ", str(node.value)).strip()
        if re.search(r"\b(SELECT|FROM|JOIN|WHERE|ORDER BY)\b", text) or "<" in text or "=" in text:
            continue
        if re.search(r"[^\W\d_]{2,} [^\W\d_]{2,} [^\W\d_]{2,}", text):
            sentences.append(f"{path.name}:{node.lineno}: {text}")
    assert sentences == []


def test_swedish_letters_stand_only_in_the_catalogue() -> None:
    """A word with å, ä or ö in a page's code is a text that has no English."""
    found = [
        f"{path.name}:{node.lineno}: {node.value}"
        for path in UI
        for node in strings(path)
        if re.search("[åäöÅÄÖ]", str(node.value))
    ]
    assert found == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_text_is_filled_in_and_a_key_that_is_not_there_is_an_error(lang: Any) -> None:
    assert "{" not in t("list.page", lang, page=2, of=3)
    assert t("filter.search", lang, q="{n} <b>").count("{n} <b>") == 1
    assert not has("nothing.here")
    with pytest.raises(KeyError):
        t("nothing.here", lang)


def test_english_texts_hold_no_swedish_letters_but_in_names() -> None:
    names = {"site.name", "site.swedish"}
    found = {k: b["en"] for k, b in catalogue().items() if re.search("[åäöÅÄÖ]", b["en"]) and k not in names}
    assert found == {}


def test_no_text_holds_an_emoji_or_an_ellipsis_of_dots() -> None:
    for key, both in catalogue().items():
        for text in both.values():
            assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", text), key
            assert "..." not in text, key
