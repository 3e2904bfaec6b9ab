"""``data/effects/``: effect-logic cards of initiatives, and trees of causes, problem and effects."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from etl.initiatives import LICENCE, LICENCE_EN, REGISTRY, one_of, parts
from etl.spec import Reject, Row, Source

if TYPE_CHECKING:
    from etl.files import Here
    from etl.load import Loader

EFFECTS = Source(
    id="effects", kind="reference", registry=REGISTRY, publisher="Inkluderingskartan",
    title_sv="Effektkort och problemträd", title_en="Effect cards and problem trees",
    url="https://www.ri.se/sv/shic", licence=LICENCE, licence_en=LICENCE_EN, expected_rows=(10, 10_000),
    stale_after_days=4000,
    caveat_sv="Vad källorna säger om varje steg. Tomt betyder att källan inte säger något, aldrig noll.",
    caveat_en="What the sources say of each step. Empty means that the source says nothing, never zero.",
)  # fmt: skip

CARD_COLUMNS = (
    "initiative_id", "part", "text_sv", "text_en", "whom_sv", "whom_en", "indicator_code", "fit", "measured_sv",
    "measured_en", "why_sv", "why_en", "source_title", "source_url",
)  # fmt: skip
TREE_COLUMNS = (
    "tree_id", "title_sv", "title_en", "node_id", "kind", "parent", "is_stated", "text_sv", "text_en",
    "indicator_code", "initiatives", "source_title", "source_url",
)  # fmt: skip
STEPS = ("need", "group", "activity", "output", "outcome_short", "outcome_long")
QUALITY = ("baseline", "comparison", "validator", "follow_up")
_PARTS = {part: part for part in (*STEPS, *QUALITY)}
_FITS = {"direct": "direct", "proxy": "proxy"}
_KINDS = {"problem": "problem", "cause": "cause", "effect": "effect"}
_ID = re.compile(r"[\w.-]{1,80}")


@dataclass
class Cards:
    """Takes the rows of ``cards.csv``. An indicator that is not loaded may stand there."""

    loader: Loader
    known: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, row: Row, here: Here) -> None:
        r = row.raw
        op_id = self.loader.known_operation(f"{REGISTRY}:{r['initiative_id']}")
        part = one_of(r["part"], "part", _PARTS)
        if (op_id, part) in self.known:
            raise Reject("part", "duplicate_id", part, "The part stands in an earlier record of the card.")
        _both(r, "text", "whom", "measured", "why")
        fit = one_of(r["fit"], "fit", _FITS) if r["fit"] else None
        if (fit is None) != (not r["indicator_code"]):
            raise Reject("fit", "unknown_value", r["fit"], "Write direct or proxy with an indicator, and only there.")
        if part in QUALITY and (fit or r["measured_sv"] or r["whom_sv"]):
            raise Reject("part", "unknown_value", part, "What is measured, and for whom, belongs to a step.")
        is_measured = bool(r["text_sv"]) if part in QUALITY else bool(r["measured_sv"] or fit == "direct")
        if not (is_measured or r["why_sv"]):
            raise Reject("why_sv", "missing", None, "Say why it is not measured, or what the series stands for.")
        if not r["source_title"]:
            raise Reject("source_title", "missing", None, "Say where it is stated, or where it was looked for.")
        self.known.add((op_id, part))
        self.loader.tables.add(
            "effect_part", op_id, part, r["text_sv"] or None, r["text_en"] or None, r["whom_sv"] or None,
            r["whom_en"] or None, r["indicator_code"] or None, fit, r["measured_sv"] or None, r["measured_en"] or None,
            r["why_sv"] or None, r["why_en"] or None, r["source_title"], r["source_url"] or None, here.source.id,
            here.file_name, here.row_no,
        )  # fmt: skip


@dataclass
class Trees:
    """Takes the rows of ``trees.csv``: a node stands after its parent, causes on one side and effects on the other."""

    loader: Loader
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)

    def __call__(self, row: Row, here: Here) -> None:
        r = row.raw
        tree, node, parent = r["tree_id"], r["node_id"], r["parent"]
        kind = one_of(r["kind"], "kind", _KINDS)
        for name in ("tree_id", "node_id"):
            if not _ID.fullmatch(r[name]):
                raise Reject(name, "missing", r[name], "Write an id of letters, digits, hyphens and full stops.")
        for name in ("title_sv", "title_en", "text_sv", "text_en", "source_title"):
            if not r[name]:
                raise Reject(name, "missing", None, "A node has words in both languages, and a source.")
        if (tree, node) in self.kinds:
            raise Reject("node_id", "duplicate_id", node, "The node stands in an earlier record of the tree.")
        if kind == "problem" and (parent or any(of == tree for of, _ in self.kinds)):
            raise Reject("parent", "misplaced_node", parent, "The problem comes first, and has no parent.")
        if kind != "problem" and self.kinds.get((tree, parent)) not in ("problem", kind):
            raise Reject("parent", "misplaced_node", parent, "Causes hang on causes or the problem, effects likewise.")
        is_stated = one_of(r["is_stated"], "is_stated", {"yes": True, "no": False})
        initiatives = [
            self.loader.known_operation(f"{REGISTRY}:{one}").partition(":")[2] for one in parts(r["initiatives"])
        ]
        self.kinds[tree, node] = kind
        self.loader.tables.add(
            "tree_node", tree, r["title_sv"], r["title_en"], node, kind, parent or None, is_stated, r["text_sv"],
            r["text_en"], r["indicator_code"] or None, initiatives, r["source_title"], r["source_url"] or None,
            here.source.id, here.file_name, here.row_no,
        )  # fmt: skip


def _both(r: MutableMapping[str, Any], *names: str) -> None:
    for name in names:
        if bool(r[f"{name}_sv"]) != bool(r[f"{name}_en"]):
            lacking = f"{name}_en" if r[f"{name}_sv"] else f"{name}_sv"
            raise Reject(lacking, "missing", None, "A text stands in both languages or in neither.")
