"""Read-only API under ``/api/v1``."""

from starlette.routing import Route

ROUTES: list[Route] = []
