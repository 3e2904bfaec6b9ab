"""Every surface that is looked at: each page of the menu, its forms, and the pages of stage, room and phones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.layout import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

DECK: Final = "konferensen-sessioner"
QUESTION: Final = "poll-fm2-2"


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
    Surface("mentimeter", "/mentimeter", True),
    Surface("no-room", "/rum/zzzzz/fragor", True),
    Surface("no-deck", "/scen/visa/finns-inte", True),
    Surface("guide", "/guide", True),
    Surface("no-view", "/vy/finnsinte", True),
)


def room(context: BrowserContext, base: str) -> str:
    """A room that this browser leads, with a question that is open, answered and shown: its code."""
    origin = {"origin": base}
    opened = context.request.post(
        f"{base}/rum?lang=sv", form={"deck": DECK, "lang": "sv", "expected": "40"}, headers=origin, max_redirects=0
    )  # fmt: skip
    found = re.search(r"rum=([0-9a-z]{5})", opened.headers["location"])
    if found is None:
        raise RuntimeError("no room was opened")
    code = found[1]
    for do in ("oppna", "visa"):
        context.request.post(
            f"{base}/rum/{code}/fraga", form={"gor": do, "fraga": QUESTION, "lang": "sv"}, headers=origin
        )  # fmt: skip
    return code
