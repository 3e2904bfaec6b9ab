"""*Utfallskontrakt*: the heading, the contracts in the data with what each states, and the concepts."""

from __future__ import annotations

from markupsafe import Markup

from dashboard import layout, numbers, parts
from dashboard.blocks import rows
from dashboard.db import Row
from dashboard.exhibit import Cell, Column, Exhibit, draw
from dashboard.layout import View
from dashboard.questions import contracts, initiatives
from dashboard.selection import SWEDEN, Selection

ABROAD = "utland"
SHOWN = 50
WAYS = {
    "simulator": "simulator",
    "case": "referensfall",
    "investment": "investering",
    "list": "kontrakten",
    "concepts": "begreppen",
}
FIELDS = ("contract_type", "metric", "target", "price", "commitment", "payments", "validator", "risk")
CONCEPTS = {
    "contract": "utfallskontrakt",
    "payment": "utfallsbaserad",
    "investment": "social investering",
    "partnership": "innovationspartnerskap",
}
"""Concept -> what the initiatives that belong to it are found by."""


def heading(v: View) -> None:
    """What the page is, and how many contracts the data holds."""
    home, abroad = (len(contracts.listed(v.w, portfolio)) for portfolio in (SWEDEN, ABROAD))
    layout.title(v.t("page.contracts"), v.t("contracts.lede", home=v.n(home), abroad=v.n(abroad)))


def ways(v: View) -> None:
    """What the page holds, with a way to each part."""
    links = (parts.link(f"#{WAYS[name]}", v.t(f"contracts.way_{name}")) for name in WAYS)
    layout.html(
        Markup('<nav class="ik-pages" aria-label="{}">{}</nav>').format(v.t("contracts.ways"), parts.join(links, " "))
    )


def place(name: str) -> None:
    """Where :func:`ways` leads to."""
    layout.html(Markup('<span id="{}"></span>').format(WAYS[name]))


def listed(v: View) -> None:
    """The contracts in Sweden and abroad, apart."""
    draw(v, in_sweden(v), is_open=True)
    found = abroad(v)
    draw(v, found, is_open=True)
    if found is None:
        layout.html(parts.heading(2, v.t("contracts.abroad")), parts.missing(v.t("contracts.none_abroad")))


def in_sweden(v: View) -> Exhibit | None:
    """Swedish contracts and social investments with what each states of itself."""
    return _list(v, SWEDEN, "contracts-sweden", v.t("contracts.home"))


def abroad(v: View) -> Exhibit | None:
    """Contracts outside Sweden with what each states of itself; None when none are loaded."""
    return _list(v, ABROAD, "contracts-abroad", v.t("contracts.abroad"))


def _list(v: View, portfolio: str, name: str, title: str) -> Exhibit | None:
    found = contracts.listed(v.w, portfolio)
    if not found:
        return None
    said, money = contracts.grouped(contracts.terms(v.w)), contracts.grouped(contracts.amounts(v.w))
    investors = contracts.grouped(contracts.investors(v.w, portfolio))
    cells = [_cells(v, said[r["operation_id"]], money[r["operation_id"]], investors[r["operation_id"]]) for r in found]
    lacking = {field: sum(each[field] is None for each in cells) for field in FIELDS}
    fields = ", ".join(
        v.t("contracts.missing_field", field=v.t(f"contracts.{field}").lower(), lacking=v.n(n), n=v.n(len(found)))
        for field, n in lacking.items()
        if n
    )
    missing = [v.t("contracts.missing", fields=fields)] if fields else []
    if len(found) > SHOWN:
        missing.append(v.t("contracts.more", n=v.n(len(found) - SHOWN)))
    at = v.but(portfolj=portfolio, villkor="", utfall="", kalkyl="")
    body: list[tuple[Cell, ...]] = [
        (v.of(r), *(each[field] for field in FIELDS)) for r, each in zip(found[:SHOWN], cells, strict=False)
    ]
    return Exhibit(
        id=name, title=title,
        finding=v.t(
            "contracts.found", n=v.n(len(found)), price=v.n(len(found) - lacking["price"]),
            validator=v.n(len(found) - lacking["validator"]),
        ),
        columns=(Column(v.t("contracts.name")), *(Column(v.t(f"contracts.{field}")) for field in FIELDS)),
        rows=tuple(body), links=tuple(rows.href(at, r) for r in found[:SHOWN]),
        basis=(v.t("contracts.apart"),), missing=tuple(missing),
        source=(at.behind(**({"fond": ("INDIGO",)} if portfolio == ABROAD else {"q": CONCEPTS["contract"]})),),
    )  # fmt: skip


def _cells(v: View, said: list[Row], money: list[Row], investors: list[Row]) -> dict[str, str | None]:
    words: dict[str, list[str]] = {}
    for term in said:
        words.setdefault(term["field"], []).append(_words(v, term))
    methods = words.get("validation", [])
    validated = words.get("validator", []) + [
        v.t("contracts.validated_by", method=each) for each in dict.fromkeys(methods)
    ]
    names = ", ".join(r["name"] for r in investors)
    risks = words.get("risk", []) + ([v.t("contracts.investors", names=names)] if names else [])
    promised, paid = [], []
    for f in money:
        amount = numbers.exact(f["amount"], f["currency"], v.lang)
        if f["measure"] == "disbursed":
            paid.append(amount)
        elif f["measure"] == "outcome_payment":
            promised.append(v.t("contracts.at_most", amount=amount))
        else:
            promised.append(v.t("contracts.invested", amount=amount, label=f["label_in_source"]))
    found = words | {"validator": validated, "risk": risks, "commitment": promised, "payments": paid}
    return {field: "; ".join(dict.fromkeys(found.get(field, []))) or None for field in FIELDS}


def _words(v: View, term: Row) -> str:
    if term["amount"] is not None:
        return numbers.exact(term["amount"], term["currency"], v.lang)
    return v.of(term, "text")


def concepts(v: View) -> None:
    """Each concept in a sentence, with the initiatives that belong to it."""
    items = []
    for name, words in CONCEPTS.items():
        at = Selection(lang=v.lang, snapshot=v.sel.snapshot, q=words)
        found = initiatives.listed(v.w, at)
        n = found[0]["matches"] if found else 0
        lead = Markup("")
        if n:
            lead = parts.link(at.url("/initiativ"), v.t("contracts.concept_lead", n=v.n(n)))
        items.append(
            Markup("<div><dt>{}</dt><dd>{} {}</dd></div>").format(
                v.t(f"contracts.concept_{name}"), v.t(f"contracts.concept_{name}_is"), lead
            )
        )
    layout.html(
        parts.heading(2, v.t("contracts.concepts")), Markup('<dl class="ik-facts">{}</dl>').format(parts.join(items))
    )
