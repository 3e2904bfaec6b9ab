"""Every route of the stage, the room and the phones."""

from __future__ import annotations

from starlette.routing import BaseRoute

from dashboard.live.decks import shelf
from dashboard.live.polls import group_page, moderating, poll_routes
from dashboard.live.results import beside_page, mentimeter_page, result_routes
from dashboard.live.room import phone_routes, room_routes, shows
from dashboard.live.room.room_source import Here

ROUTES: list[BaseRoute] = [
    *shelf.ROUTES, *shows.ROUTES, *room_routes.ROUTES, *phone_routes.ROUTES, *poll_routes.ROUTES, *moderating.ROUTES,
    *mentimeter_page.ROUTES,
    *result_routes.routes(Here()), *beside_page.routes(Here()), *group_page.routes(Here()),
]  # fmt: skip
