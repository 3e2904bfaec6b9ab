"""Every route of the stage, the room and the phones."""

from __future__ import annotations

from starlette.routing import BaseRoute

from dashboard.live import moderating, phone_routes, poll_routes, room_routes, shelf, shows

ROUTES: list[BaseRoute] = [
    *shelf.ROUTES, *shows.ROUTES, *room_routes.ROUTES, *phone_routes.ROUTES, *poll_routes.ROUTES, *moderating.ROUTES,
]  # fmt: skip
