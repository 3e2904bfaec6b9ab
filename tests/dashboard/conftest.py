"""The API on a warehouse of its own, and the application's database on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from bench.postgres import Cluster, NoServerError
from dashboard.api import ROUTES
from dashboard.api.spec import BASE
from dashboard.export.routes import ROUTES as EXPORT_ROUTES
from dashboard.live.routes import ROUTES as ROOM_ROUTES
from dashboard.middleware import Shell
from dashboard.store import SETTING, Database, configured, postgresql, views
from etl.warehouse import build
from tests.conftest import ROOT
from tests.dashboard.api_world import spoil
from tests.dashboard.export_world import spoil as spoil_exports
from tests.dashboard.results_world import Hall
from tests.dashboard.room_world import SITE
from tests.lacking import unable


@pytest.fixture(scope="session", autouse=True)
def settings_of_the_program() -> None:
    """Streamlit reads its settings once, where the first to ask runs: here as the program does."""
    config._main_script_path = str(ROOT / "dashboard/app.py")
    config.get_config_options(force_reparse=True)


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


def started(*, is_safe: bool) -> Cluster:
    """A real PostgreSQL server; skips where none is installed, fails there if CI=true."""
    try:
        return Cluster(is_safe=is_safe)
    except NoServerError as error:
        unable(str(error))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real PostgreSQL server that waits for no disk."""
    found = started(is_safe=False)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the newest schema, to be copied."""
    url = cluster.fresh()
    views.every(Database(tmp_path_factory.mktemp("template") / "app.sqlite3", url))
    postgresql.forget(url)
    return url.split("@/")[1].split("?")[0]


@pytest.fixture
def server_store(cluster: Cluster, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """``INKARTA_STORE`` names a database of the test's own; its address."""
    url = cluster.fresh(template)
    monkeypatch.setenv(SETTING, url)
    yield url
    postgresql.forget(url)
    cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_engine(request: pytest.FixtureRequest) -> str:
    """The test runs once with each engine behind the application's database."""
    if request.param == "postgresql":
        request.getfixturevalue("server_store")
    return str(request.param)


@pytest.fixture
def db(store_engine: str, tmp_path: Path) -> Database:
    """An empty database on each engine; what this process and its children find in the data folder ``tmp_path``."""
    return configured(tmp_path)


@pytest.fixture
def file_db(tmp_path: Path) -> Database:
    """An empty database in a file."""
    return Database(tmp_path / "app.sqlite3")


@pytest.fixture
def room_home(store_engine: str, tmp_path: Path, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
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


@pytest.fixture(scope="module")
def room(export_folder: Path) -> Iterator[Hall]:
    """What results are made from, over the embedded data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKARTA_HOME", str(export_folder))
        yield Hall()
