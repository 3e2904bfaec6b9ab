"""How a column's name may say a field: the concepts of ``words.toml`` that it holds, and those that speak against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """One way in which a column's name may say a field: it says ``all``, none of ``none``."""

    all: tuple[str, ...]
    score: float
    none: tuple[str, ...] = ()


_NOT_NAME = ("contractor",
    "programme", "fund", "location", "region", "postcode", "address", "country", "contact", "mail", "web",
             "status", "currency", "authority", "participants", "update")  # fmt: skip
_NOT_PARTY = ("contractor",
    "address", "postcode", "location", "region", "country", "type", "contact", "mail", "web", "own", "id",
              "amount", "cost", "date", "english")  # fmt: skip
_NOT_DAY = ("paid", "update", "participants", "amount", "cost", "web", "assessment")
_NOT_COST = (
    "ineligible",
    "duration",
    "other",
    "period",
    "type",
    "end",
    "start",
    "rate",
    "own",
    "private",
    "national",
    "date",
    "participants",
    "paid",
    "requested",
    "currency",
    "year",
)
_NOT_MONEY = (
    "ineligible",
    "duration",
    "other",
    "period",
    "type",
    "end",
    "start",
    "without",
    "theme",
    "rate",
    "own",
    "private",
    "date",
    "participants",
    "currency",
    "year",
)

SIGNS: Mapping[str, tuple[Sign, ...]] = {
    "title": (
        Sign(("project", "name"), 1.0, (*_NOT_NAME, "beneficiary", "priority", "organisation")),
        Sign(
            ("project", "name"), 0.8, ("beneficiary", "location", "region", "fund", "contact", "country", "programme")
        ),
        Sign(("name",), 0.7, (*_NOT_NAME, "beneficiary", "priority", "theme", "organisation", "id", "summary")),
        Sign(
            ("project",),
            0.65,
            (
                *_NOT_NAME,
                "beneficiary",
                "id",
                "date",
                "start",
                "end",
                "cost",
                "amount",
                "summary",
                "total",
                "theme",
                "period",
                "eu",
                "rate",
                "grant",
                "organisation",
                "priority",
                "approval",
                "year",
                "value",
                "type",
            ),
        ),
        Sign(("project", "name"), 0.5, ("location", "region", "contact", "programme")),
        Sign(("project", "id"), 0.2, ("date", "location")),
    ),
    "beneficiary": (
        Sign(("beneficiary", "name"), 1.0, _NOT_PARTY),
        Sign(("beneficiary",), 0.9, _NOT_PARTY),
        Sign(("beneficiary", "name"), 0.8, ("address", "postcode", "contact", "type", "country")),
        Sign(
            ("beneficiary",),
            0.55,
            ("own", "address", "postcode", "contact", "type", "country", "amount", "cost", "date"),
        ),
        Sign(("organisation", "name"), 0.7, (*_NOT_PARTY, "authority")),
        Sign(("organisation",), 0.6, (*_NOT_PARTY, "authority")),
        Sign(("name",), 0.4, (*_NOT_PARTY, "authority", "project", "programme", "fund", "priority", "theme")),
    ),
    "start_date": (
        Sign(("start", "date"), 1.0, (*_NOT_DAY, "end")),
        Sign(("start", "project"), 0.9, (*_NOT_DAY, "end")),
        Sign(("start",), 0.8, (*_NOT_DAY, "end")),
        Sign(("start", "date"), 0.7, _NOT_DAY),
        Sign(("since",), 0.6, (*_NOT_DAY, "name")),
        Sign(("start", "end"), 0.6, _NOT_DAY),
        Sign(("period",), 0.5, ("programme", "amount")),
    ),
    "end_date": (
        Sign(("end", "date"), 1.0, (*_NOT_DAY, "start")),
        Sign(("end", "project"), 0.9, (*_NOT_DAY, "start")),
        Sign(("end",), 0.8, (*_NOT_DAY, "start")),
        Sign(("end", "date"), 0.7, _NOT_DAY),
        Sign(("until",), 0.6, (*_NOT_DAY, "name")),
        Sign(("start", "end"), 0.6, _NOT_DAY),
        Sign(("period",), 0.45, ("programme", "amount")),
    ),
    "total_eligible_cost": (
        Sign(("total", "eligible", "cost"), 1.0, (*_NOT_COST, "public")),
        Sign(("eligible", "cost"), 0.95, (*_NOT_COST, "public")),
        Sign(("total", "eligible"), 0.95, (*_NOT_COST, "public", "grant")),
        Sign(("total", "eligible", "grant"), 0.9, (*_NOT_COST, "public", "eu", "granted")),
        Sign(("eligible",), 0.85, (*_NOT_COST, "public", "grant")),
        Sign(("eligible", "cost"), 0.85, ("rate", "own", "private", "date", "public")),
        Sign(("total", "cost"), 0.85, (*_NOT_COST, "public", "eu")),
        Sign(("total", "value"), 0.8, (*_NOT_COST, "public", "eu")),
        Sign(("total", "cost"), 0.75, ("rate", "own", "private", "date", "public", "national", "paid")),
        Sign(("cost", "project"), 0.75, (*_NOT_COST, "public", "eu")),
        Sign(("value", "project"), 0.75, (*_NOT_COST, "public", "eu", "requested")),
        Sign(("total", "grant", "project"), 0.72, (*_NOT_COST, "public", "eu", "granted")),
        Sign(("cost",), 0.65, (*_NOT_COST, "public", "eu")),
        Sign(("project", "amount", "approval"), 0.6, (*_NOT_COST, "public", "eu", "grant")),
        Sign(("total", "amount"), 0.6, (*_NOT_COST, "public", "eu", "granted")),
        Sign(("total", "grant"), 0.7, (*_NOT_COST, "public", "eu", "granted", "eligible")),
        Sign(("value",), 0.5, (*_NOT_COST, "public", "eu")),
        Sign(("total",), 0.5, (*_NOT_COST, "public", "eu", "grant")),
    ),
    "eu_contribution": (
        Sign(("eu", "grant"), 0.95, (*_NOT_MONEY, "national", "paid", "public", "eligible", "requested")),
        Sign(("eu", "amount"), 0.95, (*_NOT_MONEY, "national", "paid", "public", "eligible", "requested")),
        Sign(("eu", "cofinancing"), 0.85, (*_NOT_MONEY, "national", "paid", "eligible", "requested")),
        Sign(("eu", "cost"), 0.7, (*_NOT_MONEY, "national", "paid", "public", "eligible", "requested")),
        Sign(("eu", "granted"), 0.9, (*_NOT_MONEY, "national", "paid", "requested")),
        Sign(("eu",), 0.75, (*_NOT_MONEY, "national", "paid", "public", "theme", "requested")),
        Sign(("fund", "amount"), 0.6, (*_NOT_MONEY, "national", "paid", "public", "eligible", "requested")),
        Sign(("fund", "cost"), 0.6, (*_NOT_MONEY, "national", "paid", "public", "eligible", "requested", "total")),
        Sign(("eu", "rate"), 0.35, ("own", "private", "date")),
        Sign(("eu", "grant"), 0.4, ("rate", "own", "private", "national", "date")),
    ),
    "granted_support": (
        Sign(("grant", "granted"), 0.95, (*_NOT_MONEY, "paid", "eligible", "eu")),
        Sign(("granted", "amount"), 0.95, (*_NOT_MONEY, "paid", "eligible", "eu")),
        Sign(("public", "grant"), 0.9, (*_NOT_MONEY, "cofinancing", "national", "paid", "requested")),
        Sign(("public", "granted"), 0.9, (*_NOT_MONEY, "national", "paid", "requested")),
        Sign(("eu", "national", "granted"), 1.0, (*_NOT_MONEY, "paid", "requested")),
        Sign(("eu", "national", "grant"), 0.9, (*_NOT_MONEY, "paid", "requested")),
        Sign(("eu", "national"), 0.8, (*_NOT_MONEY, "paid", "requested")),
        Sign(("public", "amount"), 0.85, (*_NOT_MONEY, "national", "paid")),
        Sign(("public", "cost"), 0.8, (*_NOT_MONEY, "national", "paid")),
        Sign(
            ("grant", "amount"), 0.85, (*_NOT_MONEY, "paid", "eligible", "eu", "national", "requested", "cofinancing")
        ),
        Sign(
            ("grant",),
            0.7,
            (
                *_NOT_MONEY,
                "paid",
                "eligible",
                "eu",
                "national",
                "requested",
                "total",
                "id",
                "priority",
                "cofinancing",
            ),
        ),
        Sign(("grant", "total"), 0.45, (*_NOT_MONEY, "paid", "eligible", "eu", "national", "requested")),
        Sign(("granted",), 0.7, (*_NOT_MONEY, "paid", "eligible", "eu", "national", "requested", "cost", "id", "date")),
        Sign(("public",), 0.6, (*_NOT_MONEY, "cofinancing", "national", "paid", "private")),
        Sign(("amount",), 0.5, (*_NOT_MONEY, "paid", "eligible", "eu", "total", "national", "requested")),
        Sign(("grant", "requested"), 0.4, ("rate", "own", "private", "date")),
        Sign(("grant", "paid"), 0.33, ("rate", "own", "private", "date", "eu")),
    ),
    "cofinancing_rate": (
        Sign(("cofinancing", "rate"), 1.0, ("own", "private", "national")),
        Sign(("eu", "rate"), 0.9, ("own", "private", "national")),
        Sign(("grant", "rate"), 0.8, ("own", "private", "national")),
        Sign(("cofinancing",), 0.6, ("own", "private", "national", "granted", "total")),
        Sign(("rate",), 0.5, ("own", "private", "national")),
    ),
    "currency": (Sign(("currency",), 1.0, ("rate",)),),
    "location": (
        Sign(("location", "project"), 1.0, ("beneficiary", "country", "authority", "date")),
        Sign(("location",), 0.85, ("theme", "beneficiary", "country", "authority", "date", "amount", "coordinates")),
        Sign(("postcode", "project"), 0.7, ("beneficiary",)),
        Sign(("region",), 0.6, ("beneficiary", "country", "authority", "fund")),
        Sign(("location",), 0.5, ("date", "amount", "authority", "coordinates")),
        Sign(("postcode",), 0.5, ("beneficiary",)),
        Sign(("region",), 0.4, ()),
        Sign(("address",), 0.35, ("mail", "web", "beneficiary")),
    ),
    "theme": (
        Sign(("theme", "intervention"), 1.0, ("date", "beneficiary", "status")),
        Sign(("theme",), 0.9, ("date", "beneficiary", "status")),
        Sign(("theme",), 0.6, ()),
    ),
    "summary": (
        Sign(("summary",), 1.0, ("english", "theme", "location", "priority")),
        Sign(("summary",), 0.8, ("location", "priority")),
    ),
    "local_id": (
        Sign(("id", "project"), 1.0, ("location", "theme", "beneficiary", "programme", "date", "postcode", "priority")),
        Sign(
            ("id",),
            0.8,
            (
                "location",
                "region",
                "theme",
                "beneficiary",
                "programme",
                "date",
                "postcode",
                "priority",
                "country",
                "fund",
                "amount",
                "contact",
                "status",
                "organisation",
                "cost",
            ),
        ),
        Sign(("id", "project"), 0.6, ("location", "region", "postcode", "country")),
    ),
    "fund": (Sign(("fund",), 0.8, ("amount", "cost", "date", "total", "public", "rate")),),
    "country": (Sign(("country",), 0.8, ("amount", "date", "id", "name")),),
    "orgnr": (Sign(("beneficiary", "id"), 0.8, ("project", "postcode", "location")),),
}
