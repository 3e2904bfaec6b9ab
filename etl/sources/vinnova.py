"""Vinnova's older API: projects with a grant, a JSON list with one object a project.

No real reply is at hand. The twenty names are those that KTH-Library/vinnova lists for ``/api/projekt``; of the values
only the forms seen there are known: amounts as numbers, dates as ``2015-09-01T00:00:00``, the status "Avslutat".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.normalise import money, plain
from etl.readers import json_records
from etl.sources.cells import kept, period, text
from etl.spec import Funding, Location, Operation, Party, Records, Reject, Remote, Row, Source, audit

COLUMNS = (
    "Diarienummer", "Ärenderubrik", "ÄrenderubrikEngelska", "Projektreferat", "BeviljatBidrag", "ProjektStart",
    "ProjektSlut", "KoordinatorOrg", "Status",
)  # fmt: skip
_SUMMARY_SV = ("MalSvenska", "ResultatSvenska", "ImplementationSvenska")
_SUMMARY_EN = ("MalEngelska", "ResultatEngelska", "ImplementationEngelska")
_ENDED = "avslutat"


@dataclass(frozen=True)
class Vinnova:
    SOURCE: Source

    def records(self, path: Path) -> Records:
        """The list's objects."""
        return json_records(path, required=("Diarienummer", "Ärenderubrik", "BeviljatBidrag", "ProjektStart"))

    def operation(self, row: Row) -> Operation:
        """A project; needs a diarienummer and a title. Other faults only warn."""
        cell = {name: row.raw.pop(name, None) for name in COLUMNS}
        swedish, english = ([plain(text(row.raw.pop(n, None))) for n in names] for names in (_SUMMARY_SV, _SUMMARY_EN))
        links = row.raw.pop("LankLista", None)
        audit(row, self.SOURCE)
        number, title = text(cell["Diarienummer"]), plain(text(cell["Ärenderubrik"]))
        if not number:
            raise Reject("Diarienummer", "missing_id", "", "The project has no diarienummer.")
        if not title:
            raise Reject("Ärenderubrik", "missing_title", "", "The project has no title.")
        op = Operation(number, title, self.SOURCE.registry)
        op.diarienummer, op.fund_code = number, "Vinnova"
        op.title_en = plain(text(cell["ÄrenderubrikEngelska"]))
        op.summary_sv = " ".join(filter(None, [plain(text(cell["Projektreferat"])), *swedish]))
        op.summary_en = " ".join(filter(None, english))
        op.status_in_source = "ended" if text(cell["Status"]).casefold() == _ENDED else None
        period(op, ("ProjektStart", text(cell["ProjektStart"])), ("ProjektSlut", text(cell["ProjektSlut"])))
        if amount := kept(op, "BeviljatBidrag", cell["BeviljatBidrag"], money, "bad_amount"):
            op.funding.append(Funding("granted_support", amount, "SEK", "BeviljatBidrag"))
        elif amount is not None:
            op.warn("BeviljatBidrag", "zero_amount", cell["BeviljatBidrag"], "A grant of 0 is read as unknown.")
        if name := text(cell["KoordinatorOrg"]):
            op.parties.append(Party(name, "beneficiary"))
        op.links = _links(links)
        op.locations = [Location("unknown")]
        return op


def _links(value: Any) -> list[tuple[str, str]]:
    found = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    pairs = [(text(item.get("Lanknamn")), text(item.get("Lankadress"))) for item in found]
    return [(name or url, url) for name, url in pairs if url.startswith(("https://", "http://"))]


SOURCES = (
    Vinnova(
        Source(
            id="vinnova",
            kind="operations",
            registry="vinnova",
            publisher="Vinnova",
            title_sv="Vinnova: beviljade projekt",
            title_en="Vinnova: projects granted support",
            url="https://www.vinnova.se/om-oss/om-webbplatsen/oppna-data/",
            licence="CC0 1.0",
            caveat_sv="Vinnovas äldre API, som ersätts av ett nytt med nyckel. Platsen är okänd: svaret har ingen ort. "
            "Beloppet är Vinnovas bidrag till hela projektet, inte bara till koordinatorn.",
            caveat_en="Vinnova's older API, being replaced by a new one that needs a key. The place is unknown: the "
            "reply has none. The amount is Vinnova's grant to the whole project, not to the coordinator alone.",
            base_url="https://data.vinnova.se/api/",
            remotes=(Remote("vinnova.json", "projekt/2001-01-01", media=("application/json",)),),
            expected_rows=(1, 100_000),
            ignore={
                "DiarienummerAnsokningsomgang": "the round's number; its name is not in the reply",
                "DiarienummerUtlysning": "the call's number; its name is not in the reply",
                "DiarienummerProgram": "the programme's number; its name is not in the reply",
                "KoordinatorArb": "the coordinator's department",
            },
            id_columns=("Diarienummer", "BeviljatBidrag"),
            quarantine_ceiling=0.02,
            priority=50,
        )
    ),
)
