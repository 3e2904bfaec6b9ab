"""``data/vocabulary``: methods, challenges, themes; and ``data/seed/register.csv``, where each seed item lives."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.initiatives import LICENCE, LICENCE_EN, PUBLISHER, REGISTRY, URL, parts
from etl.normalise import fold
from etl.spec import Reject, Row, Source

if TYPE_CHECKING:
    from etl.files import Here
    from etl.load import Loader

METHOD_COLUMNS = (
    "code", "title_sv", "title_en", "synonyms", "item_id", "about_sv", "about_en", "checklist_sv", "checklist_en",
)  # fmt: skip
CHALLENGE_COLUMNS = ("code", "title_sv", "title_en", "item_ids", "indicators", "reason_sv", "reason_en")
THEME_COLUMNS = ("code", "title_sv", "title_en", "words", "item_ids", "about_sv", "about_en")
REGISTER_COLUMNS = ("item_id", "route", "shows", "used", "test")
REGISTER = Source(
    id="seed_register", kind="reference", registry=REGISTRY, publisher=PUBLISHER, url=URL,
    licence=LICENCE, licence_en=LICENCE_EN,
    title_sv="Var varje post finns i produkten", title_en="Where each item lives in the product",
    expected_rows=(1, 500), stale_after_days=4000,
)  # fmt: skip
_CODE = re.compile(r"[a-z0-9_]{2,60}")
_ROUTE = re.compile(r"/[a-z]*(\?[^\s\x00-\x1f]{1,400})?")


@dataclass
class Terms:
    """Takes the rows of the files; ``items`` are the seed items that they may name.

    An indicator that is not loaded may stand at a challenge, as at a target group's need.
    """

    loader: Loader
    items: Collection[str]
    _codes: set[tuple[str, str]] = field(default_factory=set)

    def method(self, row: Row, here: Here) -> None:
        """One method: its synonyms stand for it alone; questions come in pairs, one a language."""
        r = row.raw
        self._term("method", r)
        synonyms = parts(r["synonyms"])
        asked_sv, asked_en = parts(r["checklist_sv"]), parts(r["checklist_en"])
        if len(asked_sv) != len(asked_en):
            raise Reject("checklist_en", "unequal_lists", r["checklist_en"], "One question in each language.")
        if bool(r["about_sv"]) != bool(asked_sv):
            raise Reject("about_sv", "missing", r["about_sv"], "A checklist needs a sentence on the method.")
        self.loader.tables.add(
            "method", r["code"], r["title_sv"], r["title_en"], synonyms, self._item(r["item_id"]),
            r["about_sv"] or None, r["about_en"] or None, asked_sv, asked_en,
            sorted({fold(name) for name in (r["title_sv"], *synonyms)}), here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def challenge(self, row: Row, here: Here) -> None:
        """One challenge with the indicators that tell something of it, or none, and why."""
        r = row.raw
        self._term("challenge", r)
        for name in ("reason_sv", "reason_en"):
            if not r[name]:
                raise Reject(name, "missing", None, "Say why these indicators, or why none.")
        self.loader.tables.add(
            "challenge", r["code"], r["title_sv"], r["title_en"], [self._item(i) for i in parts(r["item_ids"])],
            parts(r["indicators"]), r["reason_sv"], r["reason_en"], here.source.id, here.file_name, here.row_no,
        )  # fmt: skip

    def theme(self, row: Row, here: Here) -> None:
        """One theme and the words that an operation of it is found by."""
        r = row.raw
        self._term("theme", r)
        words = [re.sub(r"[^a-z0-9]+", " ", fold(word)).strip() for word in parts(r["words"])]
        if not words or min(map(len, words)) < 4:
            raise Reject("words", "missing", r["words"], "A theme needs words of four letters or more, with | between.")
        self.loader.tables.add(
            "theme", r["code"], r["title_sv"], r["title_en"], parts(r["words"]), words,
            [self._item(i) for i in parts(r["item_ids"])], r["about_sv"], r["about_en"], here.source.id,
            here.file_name, here.row_no,
        )  # fmt: skip

    def home(self, row: Row, here: Here) -> None:
        """Where one seed item lives in the product, what is seen there, and where it is put to use."""
        r = row.raw
        item = self._item(r["item_id"])
        self._once("seed_home", "item_id", r["item_id"])
        for name in ("route", "used"):
            if not item or not _ROUTE.fullmatch(r[name] or ("/" if name == "used" else "")):
                raise Reject(name, "bad_address", r[name], "An address of the product, such as /initiativ?q=ord.")
        for name in ("shows", "test"):
            if not r[name]:
                raise Reject(name, "missing", None, "Write the text that is seen there, and the test that looks.")
        self.loader.tables.add(
            "seed_home",
            item,
            r["route"],
            r["shows"],
            r["used"] or None,
            r["test"],
            here.source.id,
            here.file_name,
            here.row_no,
        )

    def _term(self, table: str, r: Mapping[str, str]) -> None:
        if not _CODE.fullmatch(r["code"]):
            raise Reject("code", "unknown_value", r["code"], "Lower-case letters, digits and _.")
        for name in ("title_sv", "title_en"):
            if not r[name]:
                raise Reject(name, "missing", None, "Write the title in both languages.")
        self._once(table, "code", r["code"])

    def _once(self, table: str, column: str, code: str) -> None:
        if (table, code) in self._codes:
            raise Reject(column, "duplicate_id", code, "The same stands in an earlier record.")
        self._codes.add((table, code))

    def _item(self, item: str) -> str | None:
        if item and item not in self.items:
            raise Reject("item_id", "unknown_item", item, "Not in seed/items.csv.")
        return item or None
