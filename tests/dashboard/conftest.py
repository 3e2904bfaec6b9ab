"""The API on a warehouse of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import ROUTES
from dashboard.api.spec import BASE
from dashboard.export.routes import ROUTES as EXPORT_ROUTES
from dashboard.live.routes import ROUTES as ROOM_ROUTES
from dashboard.middleware import Shell
from etl.warehouse import build
from tests.dashboard.api_world import spoil
from tests.dashboard.export_world import spoil as spoil_exports
from tests.dashboard.room_world import SITE


@pytest.fixture(scope="module")
def api_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("inkarta")
    built = build(home / "snapshots")
    spoil(home / "snapshots", built.snapshot.snapshot_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def api(api_home: Path) -> TestClient:
    client = TestClient(Shell(Starlette(routes=ROUTES)), base_url=f"http://testserver{BASE}")
    client.headers["accept-encoding"] = "identity"
    return client


@pytest.fixture(scope="module")
def spec(api: TestClient) -> dict[str, Any]:
    return dict(api.get("/openapi.json").json())


@pytest.fixture(scope="session")
def export_folder(tmp_path_factory: pytest.TempPathFactory, outlines: object) -> Path:
    """A home with the embedded snapshot and a spoilt one, built once."""
    home = tmp_path_factory.mktemp("exports")
    built = build(home / "snapshots")
    spoil_exports(home / "snapshots", built.snapshot.snapshot_id)
    return home


@pytest.fixture(scope="module")
def files(export_folder: Path) -> Iterator[TestClient]:
    """The API and the files of that home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(export_folder))
        yield TestClient(Shell(Starlette(routes=[*ROUTES, *EXPORT_ROUTES])), base_url="http://region.example")


@pytest.fixture
def room_home(tmp_path: Path, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own with the embedded snapshot, where visitors may save."""
    (tmp_path / "snapshots").symlink_to(warehouse_folder, target_is_directory=True)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_EDIT", "on")
    monkeypatch.delenv("INKARTA_AUDIENCE_URL", raising=False)
    return tmp_path


@pytest.fixture
def venue(room_home: Path) -> Iterator[TestClient]:
    with TestClient(Shell(Starlette(routes=ROOM_ROUTES)), base_url=SITE, follow_redirects=False) as client:
        yield client
