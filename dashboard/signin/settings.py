"""The settings of sign-in: one file in the form of Streamlit's own ``secrets.toml``, checked before anything is served.

``INKARTA_SIGN_IN`` names the file; without it nobody signs in. ``INKARTA_SIGN_IN_HOURS`` is how long a session lasts,
and ``INKARTA_PUBLIC=off`` closes the pages to whoever has no role.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from packaging.version import Version

HOURS: Final = 8.0
LEAST_SECRET: Final = 32
CALLBACK: Final = "/oauth2callback"
ACCOUNT: Final = "/konto"
"""Where whoever comes back from the provider is led."""
_KEYS: Final = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_ODD: Final = ("xxx", "changeme", "secret", "password", "...")


@dataclass(frozen=True)
class Settings:
    """What a valid file says. ``file``: where it lies."""

    file: Path
    redirect_uri: str
    cookie_secret: str
    client_id: str
    client_secret: str
    server_metadata_url: str
    prompt: str = "login"

    @property
    def secrets(self) -> dict[str, Any]:
        """What Streamlit is given. ``openid`` alone is asked for: neither name nor address of mail."""
        said: dict[str, Any] = {key: getattr(self, key) for key in _KEYS}
        return {"auth": {**said, "client_kwargs": {"scope": "openid", "prompt": self.prompt}}}


_serving: Settings | None = None


def is_on() -> bool:
    """Whether people sign in here. A file that cannot be used turns nothing off: the server does not start then."""
    return bool(os.environ.get("INKARTA_SIGN_IN", "").strip())


def hours() -> float:
    """How long a session lasts. Raises :class:`ValueError` for what is no number of hours from 0.25 to 24."""
    said = os.environ.get("INKARTA_SIGN_IN_HOURS", "").strip()
    try:
        found = float(said) if said else HOURS
    except ValueError:
        found = 0.0
    if not 0.25 <= found <= 24:
        raise ValueError(f"INKARTA_SIGN_IN_HOURS is {said!r}, which is no number of hours from 0.25 to 24.")
    return found


def is_public() -> bool:
    """Whether whoever is not signed in may look."""
    return os.environ.get("INKARTA_PUBLIC", "on") != "off"


def read() -> Settings | None:
    """The settings, None where sign-in is off. Raises :class:`ValueError` that says what is wrong, and where."""
    global _serving
    if not is_on():
        _serving = None
        if not is_public():
            raise ValueError("INKARTA_PUBLIC=off needs sign-in, or nobody could look: set INKARTA_SIGN_IN.")
        return None
    file = Path(os.environ["INKARTA_SIGN_IN"].strip())
    try:
        whole = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"INKARTA_SIGN_IN: {file} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"INKARTA_SIGN_IN: {file} is no TOML: {error}.") from error
    hours()
    _installed()
    _serving = _checked(file, whole)
    return _serving


def serving() -> Settings | None:
    """The settings that :func:`read` found last, as when the server started."""
    return _serving


def exposed_faults(settings: Settings, names: tuple[str, ...], *, is_https: bool) -> tuple[str, ...]:
    """Why sign-in is not safe where others than this machine reach the server; nothing when it is."""
    found = []
    to, provider = urlsplit(settings.redirect_uri), urlsplit(settings.server_metadata_url)
    if not is_https:
        found.append("Sign-in without https lets whoever listens take a session over. Set INKARTA_HTTPS=on.")
    if to.scheme != "https":
        found.append(f"redirect_uri is {settings.redirect_uri!r}, which is not https.")
    if provider.scheme != "https" and not _is_here(provider.hostname):
        found.append(f"server_metadata_url is {settings.server_metadata_url!r}, which is not https.")
    host = to.hostname or ""
    if not any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in names):
        found.append(f"redirect_uri leads to {host!r}, which INKARTA_ALLOWED_HOSTS does not name.")
    if os.name != "nt" and settings.file.stat().st_mode & 0o027:
        found.append(f"{settings.file} holds secrets and can be read by others: chmod 600 {settings.file}.")
    return tuple(found)


def _checked(file: Path, whole: dict[str, Any]) -> Settings:
    def wrong(what: str) -> ValueError:
        return ValueError(f"INKARTA_SIGN_IN: {file}: {what}")

    auth = whole.get("auth")
    if not isinstance(auth, dict):
        raise wrong("there is no section [auth].")
    if odd := [*(f"[{name}]" for name in whole if name != "auth"), *(k for k in auth if k not in (*_KEYS, "prompt"))]:
        raise wrong(f"{odd[0]} is not known. [auth] holds {', '.join(_KEYS)} and, if need be, prompt.")
    for key in (*_KEYS, "prompt"):
        value = auth.get(key, "login" if key == "prompt" else "")
        if not isinstance(value, str) or not value.strip():
            raise wrong(f"{key} is missing or no text.")
    made = Settings(file, **{key: auth[key].strip() for key in (*_KEYS, "prompt") if key in auth})
    if len(made.cookie_secret) < LEAST_SECRET or len(set(made.cookie_secret)) < 8:
        raise wrong(
            f"cookie_secret must be at least {LEAST_SECRET} characters by chance, such as "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' prints."
        )
    if any(made.client_secret.lower() == odd for odd in _ODD):
        raise wrong("client_secret is an example's. Use the one that the provider gave.")
    to = urlsplit(made.redirect_uri)
    if to.path != CALLBACK or to.query or to.fragment or to.username or not to.hostname:
        raise wrong(f"redirect_uri must be the server's own address followed by {CALLBACK}, and nothing more.")
    for key, url in (("redirect_uri", to), ("server_metadata_url", urlsplit(made.server_metadata_url))):
        if not url.hostname or url.scheme not in ("http", "https"):
            raise wrong(f"{key} is no address of the web.")
        if url.scheme == "http" and not _is_here(url.hostname):
            raise wrong(f"{key} is not https.")
    return made


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _installed() -> None:
    try:
        if Version(version("authlib")) >= Version("1.3.2"):
            return
    except PackageNotFoundError:
        pass
    raise ValueError("INKARTA_SIGN_IN: the package Authlib is not there. Run python3 start.py, which installs it.")
