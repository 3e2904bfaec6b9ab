"""What each role may, and what each page and each route of our own asks for: the one table, which tests walk whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from dashboard.store.roles import Role

Right = Literal["look", "edit", "import", "present", "moderate", "admin"]
"""``look``: the pages and what leaves them; ``edit``: views, cards, trees; ``import``: lists of operations, sessions
of Mentimeter; ``present``: decks, rooms, their questions; ``moderate``: a room's texts; ``admin``: roles, journal."""
RIGHTS: Final[tuple[Right, ...]] = get_args(Right)

GRANTS: Final[Mapping[Role | Literal[""], frozenset[Right]]] = {
    "": frozenset(),
    "viewer": frozenset({"look"}),
    "coordinator": frozenset({"look", "edit", "import"}),
    "presenter": frozenset({"look", "edit", "import", "present", "moderate"}),
    "moderator": frozenset({"look", "moderate"}),
    "admin": frozenset(RIGHTS),
}
"""Role -> rights. ``""``: whoever is not signed in, or has no role yet; looks unless ``INKARTA_PUBLIC`` is off."""

PAGES: Final[Mapping[str, Right | Literal["open"]]] = {
    **dict.fromkeys(
        (
            "sweden", "county", "kommun", "compare", "need", "portfolios", "initiatives", "actors", "platforms",
            "contracts", "effects", "concepts", "event", "trees", "stage", "sources", "import_file", "views", "search",
        ),
        "look",
    ),
    "about": "open",
    "accessibility": "open",
    "account": "open",
    "admin": "admin",
}  # fmt: skip
"""Page -> what it asks for. ``open``: also who may not look: what is kept of persons, accessibility, and signing in."""

ROUTES: Final[Mapping[tuple[str, str], Right | Literal["open"]]] = {
    ("GET", "/healthz"): "open",
    ("GET", "/geo/{snapshot}/lan.json"): "look",
    ("GET", "/geo/{snapshot}/kommuner.json"): "look",
    ("GET", "/geo/{snapshot}/kommun-{lan}.json"): "look",
    ("*", "/api/v1"): "look",
    ("GET", "/export/{page:str}/{name:str}.{form:str}"): "look",
    ("GET", "/export/{page:str}.{form:str}"): "look",
    ("POST", "/importera/fil"): "import",
    ("GET", "/vyer.json"): "look",
    ("POST", "/vyer/fil"): "edit",
    ("GET", "/vy/{id}"): "look",
    ("POST", "/effekter/fil"): "edit",
    ("POST", "/problemtrad/fil"): "edit",
    ("POST", "/scen/fil"): "present",
    ("GET", "/scen/fil/{deck:str}.toml"): "look",
    ("GET", "/scen/visa/{deck:str}"): "look",
    ("GET", "/scen/talare/{deck:str}"): "look",
    ("POST", "/scen/kod"): "present",
    ("POST", "/rum"): "present",
    ("POST", "/rum/{code:str}/lage"): "present",
    ("POST", "/rum/{code:str}/stang"): "present",
    ("GET", "/rum/{code:str}/nyheter"): "open",
    ("GET", "/rum/{code}/fragor"): "moderate",
    ("POST", "/rum/{code}/fraga"): "moderate",
    ("GET", "/rum/{code:str}/grupper/{question:str}"): "moderate",
    ("POST", "/rum/{code:str}/grupper/{question:str}"): "moderate",
    ("GET", "/rum/{code:str}/resultat/{question:str}.json"): "look",
    ("GET", "/rum/{code:str}/resultat/{question:str}.{form:str}"): "look",
    ("GET", "/rum/{code:str}/resultat.{form:str}"): "look",
    ("GET", "/rum/{code:str}/bredvid/{question:str}"): "look",
    ("GET", "/r"): "open",
    ("GET", "/r/{code:str}"): "open",
    ("GET", "/r/{code:str}/nu"): "open",
    ("GET", "/r/{code:str}/bild/{scene:str}.svg"): "open",
    ("GET", "/r/{code}/fraga"): "open",
    ("GET", "/r/{code}/lage"): "open",
    ("POST", "/r/{code}/in"): "open",
    ("POST", "/r/{code}/svar"): "open",
    ("POST", "/tillganglighet/synpunkt"): "open",
    ("GET", "/guide"): "open",
    ("GET", "/guide/{name:str}.png"): "open",
    ("GET", "/mentimeter"): "look",
    ("POST", "/mentimeter/fil"): "import",
    ("GET", "/mentimeter/{id:str}"): "look",
    ("POST", "/mentimeter/{id:str}/last"): "import",
    ("POST", "/mentimeter/{id:str}/bort"): "import",
    ("GET", "/admin/logg.{form:str}"): "admin",
}
"""Method and path of a route -> what it asks for; ``*``: whatever lies under a path. ``open``: phones, and health.

A question of a room that is opened, closed or shown also asks for ``present``, and all of a room for its secret.
"""
