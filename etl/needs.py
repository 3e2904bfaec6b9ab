"""``data/vocabulary/needs.csv``: which indicator measures the need of a target group, and why, or why none does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.initiatives import one_of
from etl.spec import Reject, Row

if TYPE_CHECKING:
    from etl.files import Here
    from etl.load import Loader

COLUMNS = ("target_group_code", "indicator_code", "fit", "reason_sv", "reason_en")
_FITS = {"direct": "direct", "proxy": "proxy", "none": "none"}


@dataclass
class Needs:
    """Takes the rows of the file: one a target group. An indicator that is not loaded may stand there."""

    loader: Loader
    groups: Collection[str]
    known: set[str] = field(default_factory=set)

    def __call__(self, row: Row, here: Here) -> None:
        r = row.raw
        group, indicator, fit = r["target_group_code"], r["indicator_code"] or None, one_of(r["fit"], "fit", _FITS)
        if group not in self.groups:
            raise Reject("target_group_code", "unknown_target_group", group, "Not in vocabulary/target_groups.csv.")
        if group in self.known:
            raise Reject("target_group_code", "duplicate_id", group, "The group stands in an earlier record.")
        if (indicator is None) != (fit == "none"):
            raise Reject("fit", "unknown_value", fit, "Write none where, and only where, there is no indicator.")
        for name in ("reason_sv", "reason_en"):
            if not r[name]:
                raise Reject(name, "missing", None, "Say why.")
        self.known.add(group)
        self.loader.tables.add(
            "group_need",
            group,
            indicator,
            fit,
            r["reason_sv"],
            r["reason_en"],
            here.source.id,
            here.file_name,
            here.row_no,
        )
