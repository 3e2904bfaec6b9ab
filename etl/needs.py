"""``data/codelists/need.csv``: the indicator that shows how great a target group's need is."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.initiatives import LICENCE, PUBLISHER, REGISTRY, URL, one_of
from etl.load import Here, Loader
from etl.spec import Reject, Row, Source

NEED_COLUMNS = ("target_group_code", "indicator_code", "why_sv", "why_en")
NEED = Source(
    id="need", kind="reference", registry=REGISTRY, publisher=PUBLISHER, url=URL, licence=LICENCE,
    title_sv="Målgruppernas behov: vilken indikator som visar det",
    title_en="The target groups' needs: which indicator shows them", expected_rows=(1, 100), stale_after_days=4000,
)  # fmt: skip


@dataclass
class Needs:
    """Takes the rows: one a target group of the vocabulary, none for a group that no indicator measures.

    An indicator may be named that only a fetched source has; then the group's need is not known in that snapshot.
    """

    loader: Loader
    groups: frozenset[str]
    known: set[str] = field(default_factory=set)

    def __call__(self, row: Row, here: Here) -> None:
        r = row.raw
        code = one_of(r["target_group_code"], "target_group_code", {group: group for group in sorted(self.groups)})
        if code in self.known:
            raise Reject("target_group_code", "duplicate_id", code, "The group stands in an earlier record.")
        if lacking := next((name for name in NEED_COLUMNS if not r[name]), None):
            raise Reject(lacking, "missing", "", "Say which indicator it is and why, in both languages.")
        self.known.add(code)
        self.loader.tables.add(
            "target_group_need", code, r["indicator_code"], r["why_sv"], r["why_en"], here.source.id, here.file_name,
            here.row_no,
        )  # fmt: skip
