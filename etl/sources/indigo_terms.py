"""What an INDIGO record says of its contract: metrics, targets, prices, who validates, who risks what, its type.

Confirmed in ``schema/project.json`` of the standard: ``outcome_metrics`` with target and validation method,
``outcome_pricings`` with a price per unit, ``results`` with the validators, ``configuration_contracting_parties``, and
``maximum_potential_loss`` of the contract or of each investment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from etl.normalise import money, plain
from etl.privacy import REMOVED
from etl.sources.cells import text
from etl.spec import Term


def at(item: Any, *path: str) -> Any:
    """What lies at a path of names; None where there is no such thing."""
    for name in path:
        item = item.get(name) if isinstance(item, dict) else None
    return item


def value(item: Any, *path: str) -> str:
    """The text of a cell, which INDIGO keeps in ``value``."""
    return text(at(item, *path, "value"))


def items(item: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list; none where there is no list."""
    found = at(item, name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def terms(cell: Mapping[str, Any]) -> list[Term]:
    """Every statement of the record, in its own words."""
    finance = cell["overall_project_finance"]
    metrics = {text(each.get("id")): n for n, each in enumerate(items(cell, "outcome_metrics"), 1)}
    whole = [Term("contract_type", plain(value(finance, "configuration_contracting_parties")))]
    losses = [value(finance, "maximum_potential_loss")]
    losses += [value(each, "maximum_potential_loss") for each in items(cell, "investments")]
    whole += [Term("risk", f"Maximum potential loss: {plain(loss)}") for loss in dict.fromkeys(filter(None, losses))]
    return [each for each in (*whole, *_metrics(cell), *_prices(cell, metrics), *_validators(cell)) if each.text_sv]


def _metrics(cell: Mapping[str, Any]) -> Iterator[Term]:
    for number, metric in enumerate(items(cell, "outcome_metrics"), 1):
        yield Term("metric", plain(value(metric, "definition")), number=number)
        yield Term("target", plain(value(metric, "outcome_metric_target")), number=number)
        yield Term("validation", plain(value(metric, "outcome_validation_method")), number=number)


def _prices(cell: Mapping[str, Any], metrics: Mapping[str, int]) -> Iterator[Term]:
    default = value(cell["overall_project_finance"], "total_investment_commitment", "currency")
    for pricing in items(cell, "outcome_pricings"):
        number = metrics.get(value(pricing, "outcome_metric_id"), 0)
        said = value(pricing, "price_per_unit", "amount")
        currency = value(pricing, "currency") or default
        try:
            amount = money(said, decimal=".")
        except ValueError:
            amount = None
        if amount is None or not _is_exact(amount) or not re.fullmatch("[A-Z]{3}", currency):
            words = plain(value(pricing, "price_description")) or f"{said} {currency if said else ''}".strip()
            yield Term("price", words, number=number)
        else:
            yield Term("price", f"{said} {currency}", number=number, amount=amount, currency=currency)


def _is_exact(amount: Decimal) -> bool:
    return 0 <= amount < 10**16 and amount == amount.quantize(Decimal("0.01"))


def _validators(cell: Mapping[str, Any]) -> Iterator[Term]:
    names = {text(each.get("id")): plain(value(each, "name")) for each in items(cell, "organisations")}
    ids = [value(each, "outcomes_validator_organisation_ids").split(",") for each in items(cell, "results")]
    for number in dict.fromkeys(each.strip() for found in ids for each in found):
        if (name := names.get(number, "")) and name != REMOVED:
            yield Term("validator", name)
