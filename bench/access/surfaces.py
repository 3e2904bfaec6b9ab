"""Every surface that is looked at: each page of the menu, its forms, and the pages of stage, room and phones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.layout import PAGES
from dashboard.live.polls.door import work
from dashboard.store.poll_texts import ref_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Form = dict[str, str | float | bool]
"""What a form sends, as the browser's library has it."""
DECK: Final = "konferensen-sessioner"
QUESTION: Final = "poll-fm2-2"
TEXT: Final = "poll-fm2-3"
_SAID: Final = ("Pengar saknas", "Pengar till projekt", "Kortsiktig finansiering", "Tid")


@dataclass(frozen=True)
class Surface:
    """``path``: with a query, and ``{code}`` for the room. ``is_own``: without Streamlit. ``themes``: those it has."""

    name: str
    path: str
    is_own: bool = False
    themes: tuple[str, ...] = ("light", "dark")
    widths: tuple[int, ...] = (1440, 390, 320)

    def address(self, base: str, lang: str, code: str) -> str:
        """Where it is in a language."""
        path = self.path.replace("{code}", code)
        return f"{base}{path}{'&' if '?' in path else '?'}lang={lang}"


_FORMS: Final[dict[str, str]] = {
    "sweden-money": "/?visa=pengar&per=capita",
    "sweden-stage": "/?lage=scen",
    "sweden-counted": "/?visa=pengar&bas=fast&nationella=fordela&fond=ESF",
    "county-chosen": "/lan?lan=18",
    "county-counted": "/lan?lan=12&bas=euro&plats=bara",
    "county-embedded": "/lan?visa=inbaddad&lan=18&figur=trend",
    "kommun-chosen": "/kommun?lan=18&kommun=1880",
    "compare-chosen": "/jamfor?med=18,lika,00,1880",
    "need-county": "/behov?lan=18",
    "initiatives-filtered": "/initiativ?lan=18&malgrupp=psykisk_ohalsa",
    "initiatives-empty": "/initiativ?q=finnsinte",
    "initiative": "/initiativ?insats=kvinna-in-i-sverige",
    "actor": "/aktorer?aktor=name:arbetsformedlingen",
    "contracts-payout": "/kontrakt?utfall=75",
    "deck": f"/scen?bildspel={DECK}",
    "effect-card": "/effekter?kort=hon-kan-molndal",
    "tree": "/problemtrad?trad=konferensen-2023",
    "source-row": "/kallor?kalla=inkarta:1@initiatives.csv",
    "search-hits": "/sok?q=arbetsloshet",
    "search-empty": "/sok?q=finnsinte",
}
_STAGE: Final = ("light",)
SURFACES: Final[tuple[Surface, ...]] = (
    *(Surface(name, path) for name, path in PAGES.items()),
    *(Surface(name, path) for name, path in _FORMS.items()),
    Surface("stage-shown", f"/scen/visa/{DECK}", True, _STAGE, (1440,)),
    Surface("stage-room", f"/scen/visa/{DECK}?rum={{code}}", True, _STAGE, (1440,)),
    Surface("speaker", f"/scen/talare/{DECK}?rum={{code}}", True, ("dark",)),
    Surface("door", "/r", True),
    Surface("door-wrong", "/r?kod=zzzzz", True),
    Surface("phone", "/r/{code}", True),
    Surface("phone-county", "/r/{code}?lan=18", True),
    Surface("phone-question", "/r/{code}/fraga", True),
    Surface("moderator", "/rum/{code}/fragor", True),
    Surface("beside", f"/rum/{{code}}/bredvid/{QUESTION}", True),
    Surface("groups", f"/rum/{{code}}/grupper/{TEXT}", True),
    Surface("mentimeter", "/mentimeter", True),
    Surface("no-room", "/rum/zzzzz/fragor", True),
    Surface("no-deck", "/scen/visa/finns-inte", True),
    Surface("guide", "/guide", True),
    Surface("no-view", "/vy/finnsinte", True),
)


def room(context: BrowserContext, base: str) -> str:
    """A room that this browser leads, with approved texts, and a question that is open and shown: its code."""
    origin = {"origin": base}
    opened = context.request.post(
        f"{base}/rum?lang=sv", form={"deck": DECK, "lang": "sv", "expected": "40"}, headers=origin, max_redirects=0
    )  # fmt: skip
    found = re.search(r"rum=([0-9a-z]{5})", opened.headers["location"])
    if found is None:
        raise RuntimeError("no room was opened")
    code = found[1]

    def lead(do: str, question: str, **more: str) -> None:
        form: Form = {"gor": do, "fraga": question, "lang": "sv", **more}
        context.request.post(f"{base}/rum/{code}/fraga", form=form, headers=origin)

    lead("oppna", TEXT)
    for text in _SAID:
        _say(context, f"{base}/r/{code}", text, origin)
        lead("godkann", TEXT, text=ref_of(text))
    for do in ("oppna", "visa"):
        lead(do, QUESTION)
    return code


def _say(context: BrowserContext, room: str, text: str, origin: dict[str, str]) -> None:
    """Answer the question of free texts as a phone of its own."""
    if context.browser is None:
        raise RuntimeError("phones need a browser")
    phone = context.browser.new_context()
    headers = {**origin, "accept": "application/json"}
    told = phone.request.post(f"{room}/in", headers=headers).json()
    while not told.get("known"):
        nonce = work(told["challenge"], told["bits"])
        form: Form = {"bricka": told["challenge"], "tal": str(nonce)}
        told = phone.request.post(f"{room}/in", form=form, headers=headers).json()
    answer = phone.request.post(
        f"{room}/svar", form={"fraga": TEXT, "svar": text, "lang": "sv", "nummer": "1"}, headers=headers
    )
    if answer.json()["outcome"] != "stored":
        raise RuntimeError(f"an answer was not stored: {answer.text()[:200]}")
    phone.close()
