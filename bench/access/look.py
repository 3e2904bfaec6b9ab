"""One surface looked at in every state: axe and what axe cannot see, without loading the page anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import axe_playwright_python

import dashboard
from bench.access.surfaces import Surface
from dashboard.access import KINDS
from dashboard.texts import catalogue

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

AXE: Final = Path(axe_playwright_python.__file__).with_name("axe.min.js")
CHECKS: Final = Path(__file__).with_name("checks.js")
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
HEIGHTS: Final = {1440: 900, 390: 844, 320: 640}
PHONE: Final = 400
"""Screens narrower than this are phones, where targets are 44 pixels."""
# Names, terms of the data and words that are the same in both languages.
SAME: Final = {"inkluderingskartan", "kohesio", "start", "data", "status", "region", "partner", "total", "api", "norm"}
ENGLISH: Final = re.compile(
    r"\b(the|and|with|from|show|close|search|choose|select|clear|loading|fullscreen|download|results?|view|open|"
    r"options?|expand|collapse|figures|county|amount|button|toggle|remove|press|enter)\b",
    re.IGNORECASE,
)
SHIM: Final = Path(dashboard.__file__).with_name("static") / "shim.js"
_TRANSLATED: Final = ("WORDS", "PHRASES")
_RUN_AXE = """async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags},
    resultTypes: ['violations'], elementRef: false})).violations.flatMap(
    v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 140)}`))"""
__all__ = ["AXE", "KINDS", "Look", "Seen"]
_AT_REST = """() => Promise.race([new Promise(done => setTimeout(done, 6000)),
    Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))])"""
"""Until what unfolds has unfolded, on a busy machine too."""
_CLOSED = "details:not([open]) > summary"


@dataclass
class Seen:
    """What was looked at on a surface, and what was found: kind -> findings, each with the states it was seen in."""

    surface: str
    states: int = 0
    checks: Counter[str] = field(default_factory=Counter)
    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    texts: dict[str, float] = field(default_factory=dict)

    def add(self, kind: str, state: str, findings: Iterable[str]) -> None:
        """One check in one state."""
        self.checks[kind] += 1
        for one in findings:
            self.found.setdefault((kind, one), []).append(state)


@cache
def our_english() -> frozenset[str]:
    """English texts of the catalogue that are no Swedish text of it."""
    both = catalogue().values()
    return frozenset(text["en"] for text in both if "{" not in text["en"]) - our_swedish()


@cache
def our_swedish() -> frozenset[str]:
    """Swedish texts of the catalogue."""
    return frozenset(text["sv"] for text in catalogue().values())


@cache
def streamlits() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Streamlit's English that ``shim.js`` translates: words, and patterns of whole texts."""
    script = SHIM.read_text("utf-8")
    words, phrases = (re.search(rf"const {name} = (.*?)\n  [\]){{}}]+;", script, re.DOTALL) for name in _TRANSLATED)
    if words is None or phrases is None:
        raise ValueError(f"{SHIM.name} has not the tables {' and '.join(_TRANSLATED)}")
    pairs = re.findall(r'^ +(?:"([^"]+)"|(\w+)): "([^"]+)",$', words[1], re.MULTILINE)
    known = frozenset(quoted or bare for quoted, bare, swedish in pairs if (quoted or bare) != swedish)
    return known, tuple(re.compile(one) for one in re.findall(r"^ +\[/(.+?)/, ", phrases[1], re.MULTILINE))


def said_in(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every text of an accessibility tree: names, descriptions, descriptions of roles; once each, in order."""
    told = []
    for node in nodes:
        if node.get("ignored") or node.get("role", {}).get("value") == "InlineTextBox":
            continue
        values = [node.get("name", {}).get("value", ""), node.get("description", {}).get("value", "")]
        values += [p["value"].get("value", "") for p in node.get("properties", []) if p["name"] == "roledescription"]
        told += [" ".join(str(value).split()) for value in values if value]
    return list(dict.fromkeys(told))


def in_english(
    told: Iterable[str], *, data: Iterable[str] = (), labels: Iterable[str] = (), titles: Iterable[str] = ()
) -> list[str]:
    """The texts of a Swedish page that are English: the catalogue's, Streamlit's, and those with an English word.

    ``data``: texts of the data, which may be in any language, each as a whole. ``labels``: names of columns, which may
    stand before one. ``titles``: what may also stand inside another text.
    """
    free = {_bare(text) for text in (*data, *titles)}
    before = tuple(f"{one} " for one in labels)
    words, phrases = streamlits()
    found = []
    for text in told:
        if text in our_swedish() or text.lower() in SAME or _bare(text) in free:
            continue
        if any(text.startswith(one) and _bare(text.removeprefix(one)) in free for one in before):
            continue
        rest = re.sub(r"https?://\S+", "", text)
        for title in titles:
            rest = rest.replace(title, "")
        is_known = text in our_english() or text in words or any(one.fullmatch(text) for one in phrases)
        if is_known or ENGLISH.search(rest):
            found.append(text)
    return found


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def settle(page: Page, surface: Surface) -> None:
    """Until nothing on the page moves any longer."""
    if surface.is_own:
        page.wait_for_selector("h1")
    else:
        page.wait_for_selector(".ik-footer, .ik-embedded", timeout=60_000)
        page.wait_for_selector('.stApp:not([data-test-script-state="running"])', timeout=60_000)
        page.wait_for_selector("[data-testid=stSkeleton]", state="detached")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(150)


class Look:
    """A page of a browser, in which surfaces are looked at one after the other."""

    def __init__(self, page: Page, base: str, code: str) -> None:
        self.page, self.base, self.code = page, base, code
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        answer = page.context.request.get(f"{base}/api/v1/operations?limit=1000").json()["data"]
        self._titles = sorted({str(r[k]) for r in answer for k in r if "title" in k and r[k]}, key=len, reverse=True)

    def open(self, surface: Surface, lang: str, theme: str, width: int) -> None:
        """Load it."""
        self.page.emulate_media(color_scheme=_scheme(theme), forced_colors="none", reduced_motion="no-preference")
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        self.page.goto(surface.address(self.base, lang, self.code))
        settle(self.page, surface)
        for script in (AXE, CHECKS):
            self.page.evaluate(script.read_text("utf-8"))

    def turn(self, surface: Surface, theme: str, width: int) -> None:
        """Another theme or size of what is open; another theme runs the page anew."""
        is_run = self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") != (theme == "dark")
        self.page.emulate_media(color_scheme=_scheme(theme))
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        if is_run and not surface.is_own:
            self.page.wait_for_timeout(300)
        settle(self.page, surface)

    def unfold(self, surface: Surface) -> None:
        """Open what is folded, and what is folded in it."""
        for _ in range(4):
            if not self.page.locator(_CLOSED).count():
                return
            self.page.evaluate(
                "async (closed) => { for (const one of document.querySelectorAll(closed)) {"
                " if (one.checkVisibility()) one.click(); await new Promise(r => setTimeout(r, 60)); } }",
                _CLOSED,
            )
            settle(self.page, surface)
            self.page.evaluate(_AT_REST)
            self.page.wait_for_timeout(300)

    def axe(self) -> list[str]:
        """Axe's findings, A, AA and best practice; asked again while there are any, since colours change by degrees."""
        found: list[str] = self.page.evaluate(_RUN_AXE, list(TAGS))
        for patience in (600, 2400):
            if not found:
                break
            self.page.wait_for_timeout(patience)
            found = self.page.evaluate(_RUN_AXE, list(TAGS))
        return found

    def ask(self, check: str, *given: Any) -> Any:
        """One of the checks of ``checks.js``."""
        return self.page.evaluate("([check, given]) => window.inkartaAccess[check](...given)", [check, list(given)])

    def patiently(self, check: str, findings: Callable[[Any], list[str]]) -> Any:
        """What a check says, asked again while it finds what the page may be about to mend itself."""
        for patience in (400, 1200, 2400):
            if not findings(said := self.ask(check)):
                return said
            self.page.wait_for_timeout(patience)
        return self.ask(check)

    def language(self, surface: Surface, lang: str) -> list[str]:
        """Language and title of the document."""
        said = self.page.evaluate("[document.documentElement.lang, document.title]")
        found = [] if said[0] == lang else [f"lang is {said[0]!r}"]
        return found + ([] if said[1].strip() and (surface.is_own or " – " in said[1]) else [f"title is {said[1]!r}"])

    def english(self) -> list[str]:
        """What is said in English in the accessibility tree of a Swedish page, outside the texts of the data."""
        told = said_in(self._cdp.send("Accessibility.getFullAXTree")["nodes"])
        return in_english(told, data=self.ask("data"), labels=self.ask("labels"), titles=self._titles)

    def state(self, seen: Seen, surface: Surface, lang: str, theme: str, width: int, *, folded: bool) -> None:
        """Everything that depends on theme, size and what is unfolded."""
        name = f"{lang} {theme} {width} {'folded' if folded else 'unfolded'}"
        seen.states += 1
        seen.add("axe", name, self.axe())
        if width != surface.widths[-1] or len(surface.widths) == 1:  # the narrowest is drawn as the next
            told = self.patiently("svg", lambda it: it["findings"])
            seen.add("contrast", name, told["findings"])
            for key, pick in (("least", min), ("n", max), ("under7", max)):
                fold: Callable[[float, float], float] = pick
                seen.texts[key] = fold(seen.texts.get(key, told["worst"][key]), told["worst"][key])
        seen.add("targets", name, self.ask("targets", 44 if width < PHONE else 24))
        seen.add("sideways", name, self.patiently("sideways", _all))  # a chart follows its column a moment later

    def once(self, seen: Seen, surface: Surface, lang: str, width: int) -> None:
        """What is looked at once a language and size, unfolded: spacing, cut text, forced colours, stillness, words."""
        name = f"{lang} {width}"
        seen.add("clipped", name, self.patiently("clipped", _all))  # what unfolds is cut until it is unfolded
        seen.add("spacing", name, self.ask("spacing"))
        seen.add("language", name, self.language(surface, lang))
        if lang == "sv":
            seen.add("english", name, self.english())
        self.page.emulate_media(forced_colors="active")
        seen.add("forced", name, self.ask("forced"))
        self.page.emulate_media(forced_colors="none", reduced_motion="reduce")
        self.page.wait_for_timeout(100)
        seen.add("motion", name, self.ask("motion"))
        self.page.emulate_media(reduced_motion="no-preference")

    def whole(self, surface: Surface, langs: Iterable[str] = ("sv", "en")) -> Seen:
        """Every state of a surface: languages, themes and sizes with all of it unfolded, and once as it first is."""
        seen = Seen(surface.name)
        for lang in langs:
            self.open(surface, lang, surface.themes[0], surface.widths[0])
            if self.page.locator(_CLOSED).count():
                self.state(seen, surface, lang, surface.themes[0], surface.widths[0], folded=True)
                self.unfold(surface)
            for theme in surface.themes:
                for width in surface.widths:
                    self.turn(surface, theme, width)
                    self.state(seen, surface, lang, theme, width, folded=False)
                    if theme == surface.themes[0]:
                        self.once(seen, surface, lang, width)
        return seen


def _all(said: list[str]) -> list[str]:
    return said


def _scheme(theme: str) -> Any:
    return theme
