"""Every rule that the ETL can break a file or a record by has a sentence in both languages."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from dashboard.texts import catalogue
from etl.spec import SourceError
from tests.conftest import ROOT


@cache
def rules() -> dict[str, str]:
    """Rule -> the module that knows it: a ``Reject``, warning, ``SourceError`` or helper with ``rule`` names it."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in ROOT.glob("etl/**/*.py")}
    shared = {"Reject": 1, "warn": 1, "SourceError": 1}
    own: dict[Path, dict[str, int]] = {path: {} for path in trees}
    found: dict[str, str] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg != "self"]
                if "rule" in names:
                    (own[path] if node.name.startswith("_") else shared).setdefault(node.name, names.index("rule"))
                    usual = dict(zip(reversed(names), reversed(node.args.defaults), strict=False)).get("rule")
                    found |= dict.fromkeys(words(usual), path.name)
    for path, tree in trees.items():
        place = shared | own[path]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in place:
                    given = [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
                    given += node.args[place[name] : place[name] + 1]
                    found |= {rule: path.name for one in given for rule in words(one)}
            elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["rule"]:
                found |= dict.fromkeys(words(node.value), path.name)
            elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["_REASONS"]:
                found |= dict.fromkeys(ast.literal_eval(node.value), path.name)
    return found


def words(node: ast.AST | None) -> set[str]:
    """The ids that an expression may be: both arms of a choice, not what it is chosen by."""
    if isinstance(node, ast.IfExp):
        return words(node.body) | words(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else set()


def test_the_rules_are_found_in_the_code() -> None:
    assert len(rules()) > 80
    assert {"unclosed_quote", "personnummer", "wrong_document", "total_row", "bad_date", "missing"} <= set(rules())


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_has_a_sentence_in_both_languages(rule: str) -> None:
    both = catalogue().get(f"rule.{rule}") or catalogue().get(f"refusal.{rule}", {})
    assert set(both) == {"sv", "en"}, f"{rules()[rule]} breaks by {rule!r}: add it to dashboard/wording/rules.toml"
    assert all(text.endswith(".") for text in both.values())


def test_no_sentence_is_left_for_a_rule_that_is_gone() -> None:
    assert {key.removeprefix("rule.") for key in catalogue() if key.startswith("rule.")} <= set(rules())


def test_an_error_names_its_rule() -> None:
    error = SourceError("a.csv: empty. Look.", "empty_file")
    assert (str(error), error.rule) == ("a.csv: empty. Look.", "empty_file")
    assert SourceError("a.csv: wrong. Look.").rule == ""
