"""Every route of the stage, the room and the phones."""

from __future__ import annotations

from starlette.routing import BaseRoute

from dashboard.live import (
    beside_page,
    mentimeter_page,
    moderating,
    phone_routes,
    poll_routes,
    result_routes,
    room_routes,
    shelf,
    shows,
)
from dashboard.live.here import Here

ROUTES: list[BaseRoute] = [
    *shelf.ROUTES, *shows.ROUTES, *room_routes.ROUTES, *phone_routes.ROUTES, *poll_routes.ROUTES, *moderating.ROUTES,
    *mentimeter_page.ROUTES,
    *result_routes.routes(Here()), *beside_page.routes(Here()),
]  # fmt: skip
