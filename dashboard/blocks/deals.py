"""The deal that is simulated: an example, a contract's own figures, or terms that the viewer has written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboard import payout as exact
from dashboard.blocks import assumed
from dashboard.db import Row
from dashboard.layout import View
from dashboard.payout import EXAMPLE, FIELDS, LIMIT, ORE, Terms, TermsError
from dashboard.questions import contracts
from dashboard.selection import SWEDEN

_AT = 75


@dataclass(frozen=True)
class Deal:
    """What is simulated: the terms, the outcome in per cent of the target, the currency, and the record begun from.

    ``stated``: field -> the record's own figure. ``is_own``: the viewer has written terms.
    """

    terms: Terms
    at: int
    currency: str
    record: Row | None
    stated: dict[str, Decimal]
    is_own: bool


def records(v: View) -> dict[str, tuple[Row, dict[str, Decimal], str]]:
    """Contracts that state a price or a cap: local id -> record, field -> figure, currency. Nothing else is taken."""
    said, money = contracts.grouped(contracts.terms(v.w)), contracts.grouped(contracts.amounts(v.w))
    found = {}
    for portfolio in (SWEDEN, "utland"):
        for row in contracts.listed(v.w, portfolio):
            mine = said[row["operation_id"]]
            prices = [(t["amount"], t["currency"]) for t in mine if t["field"] == "price" and t["amount"]]
            of = money[row["operation_id"]]
            caps = [(f["amount"], f["currency"]) for f in of if f["measure"] == "outcome_payment"]
            currency = (prices or caps or [(None, "")])[0][1]
            targets = (assumed.read(t["text_en"], "en") for t in mine if t["field"] == "target")
            figures = {
                "price": next((amount for amount, code in prices if code == currency), None),
                "cap": next((amount for amount, code in caps if code == currency), None),
                "target": next(filter(None, targets), None),
            }
            stated = {name: amount for name, amount in figures.items() if amount and amount < 10**11}
            if stated.keys() & {"price", "cap"}:
                found[row["local_id"]] = (row, stated, currency)
    return found


def deal(v: View) -> Deal:
    """What the address says, else the record's figures, else the example; whatever cannot be falls back."""
    record, stated, currency = records(v).get(v.sel.insats, (None, {}, "SEK"))
    own = exact.read(v.sel.villkor)
    start = _begun(stated)
    at = min(int(v.sel.utfall), LIMIT) if v.sel.utfall else _AT
    return Deal(own or start, at, currency, record, stated, own is not None)


def _begun(stated: dict[str, Decimal]) -> Terms:
    """Terms to begin with: the stated figures, and for the rest examples in proportion to them."""
    if not stated:
        return EXAMPLE
    none = Decimal(0)
    target = stated.get("target", EXAMPLE.target)
    price = stated.get("price") or (stated["cap"] / target).quantize(ORE)
    cap = stated.get("cap") or (price * target).quantize(ORE)
    try:
        return Terms(
            target=target, price=price, beyond=none, floor=none, bonus=none, fixed=none, cap=cap,
            cost=(cap * 2 / 3).quantize(Decimal(1)), investor=EXAMPLE.investor,
            saving=(price * EXAMPLE.saving / EXAMPLE.price).quantize(ORE),
        )  # fmt: skip
    except TermsError:
        return EXAMPLE


def told(v: View, d: Deal) -> str:
    """Whose figures they are, in a sentence."""
    if d.is_own:
        return v.t("assumed.yours")
    return v.t("assumed.record" if d.record else "assumed.example")


def fields(v: View, d: Deal) -> list[assumed.Field]:
    """The terms as assumptions, each with its unit and where it is from."""
    money = assumed.currency(v, d.currency)
    out = []
    for name in FIELDS:
        value = getattr(d.terms, name)
        unit = {
            "target": v.t("payout.unit_target"), "floor": v.t("payout.unit_floor"),
            "investor": v.t("payout.unit_investor"),
            **dict.fromkeys(("price", "beyond", "saving"), v.t("payout.unit_price", currency=money)),
        }.get(name, money)  # fmt: skip
        if d.stated.get(name) == value:
            origin = v.t("assumed.origin_record")
        else:
            origin = v.t("assumed.origin_yours" if d.is_own else "assumed.origin_example")
        short = {
            "investor": v.t("assumed.percent"),
            **dict.fromkeys(("price", "beyond", "saving"), v.t("payout.unit_price_short", currency=money)),
        }.get(name, "")
        out.append(assumed.Field(name, v.t(f"payout.{name}"), unit, value, origin, short))
    return out
