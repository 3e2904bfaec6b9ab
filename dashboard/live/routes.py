"""Every route of the stage, the room and the phones."""

from __future__ import annotations

from starlette.routing import BaseRoute

from dashboard.live import phone_routes, room_routes, shelf, shows

ROUTES: list[BaseRoute] = [*shelf.ROUTES, *shows.ROUTES, *room_routes.ROUTES, *phone_routes.ROUTES]
