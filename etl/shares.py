"""How an operation in several places is divided between them, to exactly 1."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from etl.spec import Location, Reject

SHARE_UNIT = Decimal("0.0000000001")


def shares(places: list[Location]) -> tuple[list[Decimal], str]:
    """Parts of 1, one a place, to ten decimals. Published shares must sum to 1; else equal parts per län are assumed.

    A län's part is divided equally among its kommuner, so that an operation in three län gives each a third however
    many kommuner each names.
    """
    published = [p.share for p in places if p.share is not None]
    if len(places) == 1 and published in ([], [1]):
        return [Decimal(1)], "whole"
    if published:
        if len(published) != len(places) or sum(published) != 1:
            raise Reject("share", "shares_do_not_sum", str(published), "Published shares must sum to exactly 1.")
        return published, "published"
    kommuner: defaultdict[str | None, int] = defaultdict(int)
    for place in places:
        kommuner[place.lan_code] += 1
    lans = len(kommuner)
    exact = [Decimal(1) / lans / kommuner[place.lan_code] for place in places]
    parts, done, target = [], Decimal(0), Decimal(0)
    for number, part in enumerate(exact, 1):
        target = Decimal(1) if number == len(exact) else target + part
        upto = target.quantize(SHARE_UNIT, ROUND_HALF_UP)
        parts.append(upto - done)
        done = upto
    return parts, "assumed equal"
