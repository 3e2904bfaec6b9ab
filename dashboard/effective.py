"""The settings in effect, whatever file they came from, and what makes them unsafe where strangers reach the server.

Under an ASGI server Streamlit ignores its ``STREAMLIT_*`` variables and reads ``config.toml`` of the user's home, of
the working folder and of the program; so what holds is asked for, not what was written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from streamlit import config

from dashboard.guard import Hosts, host_names
from dashboard.signin import settings as sign_in

CONFIG: Final = Path(__file__).parent / ".streamlit" / "config.toml"
MOST_UPLOAD_MB: Final = 1


@dataclass(frozen=True)
class Rule:
    """A setting, whether a value of it is safe, what to set, and why. ``severe`` False: told, never a refusal."""

    name: str
    is_safe: Callable[[Any], bool]
    remedy: str
    why: str
    severe: bool = True


@dataclass(frozen=True)
class Unsafe:
    """A rule that is broken, and by what."""

    rule: Rule
    value: Any

    def __str__(self) -> str:
        return f"{self.rule.name} is {self.value!r}: {self.rule.why} Set {self.rule.remedy}."


def _is(wanted: Any) -> Callable[[Any], bool]:
    return lambda value: bool(value == wanted)


def _streamlit(name: str, wanted: Any, why: str) -> Rule:
    section, key = name.split(".")
    said = str(wanted).lower() if isinstance(wanted, bool) else repr(wanted).replace("'", '"')
    return Rule(name, _is(wanted), f"[{section}] {key} = {said} in {CONFIG}", why)


STREAMLIT: Final = (
    _streamlit(
        "client.disableDataExport", True, "Streamlit's own download of a table writes cells that a spreadsheet runs."
    ),
    _streamlit("client.showErrorDetails", "none", "An error would show visitors code and paths."),
    _streamlit("client.showErrorLinks", False, "An error would offer visitors links that carry its text to others."),
    _streamlit("client.toolbarMode", "minimal", "Visitors would be offered a developer's menu."),
    _streamlit("client.allowedOrigins", [], "A page of another site could steer this one by messages."),
    _streamlit("browser.gatherUsageStats", False, "Visitors' browsers would report to Streamlit's owner."),
    _streamlit("server.enableXsrfProtection", True, "Another site could send in a visitor's name."),
    _streamlit("server.enableCORS", True, "False turns the same-origin rule for Streamlit's socket off."),
    _streamlit("server.corsAllowedOrigins", [], "Another site could open Streamlit's socket."),
    _streamlit("server.trustedUserHeaders", {}, "Whoever sends such a header would be believed to be that user."),
    _streamlit("server.unsafeMetricsUserAttributes", [], "Metrics would name visitors."),
    _streamlit("server.enableAgentApi", False, "Streamlit's agent API would open a door of its own."),
    _streamlit("server.scriptHealthCheckEnabled", False, "Anybody could run pages without a session's limits."),
    _streamlit("server.enableStaticServing", True, "The pages' own styles and fonts would not be served."),
    _streamlit("server.fileWatcherType", "none", "A changed file would be run in visitors' sessions."),
    _streamlit("server.runOnSave", False, "A changed file would be run in visitors' sessions."),
    _streamlit("global.developmentMode", False, "Development mode accepts commands that stop the server."),
    Rule(
        "server.maxUploadSize",
        lambda value: int(value) <= MOST_UPLOAD_MB,
        f"[server] maxUploadSize = {MOST_UPLOAD_MB} in {CONFIG}",
        "Uploads to Streamlit lie in memory; files go to the server's own address instead.",
    ),
    Rule(
        "server.maxWidgetStateSize",
        lambda value: int(value) <= 5,
        f"[server] maxWidgetStateSize = 5 in {CONFIG}",
        "One message of a visitor could fill the memory.",
    ),
    Rule(
        "server.xsrfCookieSameSite",
        lambda value: str(value).lower() in ("lax", "strict"),
        f'[server] xsrfCookieSameSite = "lax" in {CONFIG}',
        "The cookie against forged requests would be sent along from other sites.",
    ),
    _streamlit("runner.postScriptGC", False, "The whole memory would be searched after every click of everybody."),
)
OWN: Final = (
    Rule(
        "INKARTA_EDIT",
        lambda value: value != "on",
        "INKARTA_EDIT=off unless everybody who reaches the server may",
        "Anybody who reaches this server may save, change and delete.",
        severe=False,
    ),
    Rule(
        "INKARTA_IMPORT",
        lambda value: value != "on",
        "INKARTA_IMPORT=off unless everybody who reaches the server may",
        "Anybody who reaches this server may read lists in.",
        severe=False,
    ),
    Rule(
        "INKARTA_HTTPS",
        _is("on"),
        "INKARTA_HTTPS=on once a proxy with a certificate stands before the server",
        "What visitors send and see can be read on the way.",
        severe=False,
    ),
    Rule(
        "INKARTA_EMBED_ORIGINS",
        lambda value: "*" not in str(value).replace(",", " ").split() and "http://" not in str(value),
        "INKARTA_EMBED_ORIGINS to the https addresses of the sites that may",
        "Any site, or one that can be changed on the way, may frame the figures.",
        severe=False,
    ),
)


def effective() -> dict[str, Any]:
    """The value of every setting that a rule speaks of, as the running program has it.

    Ours are asked for after :func:`dashboard.permission.settle`. Where people sign in, a right that is ``on`` is so for
    those whose role has it, and is told of as ``roles``.
    """
    found: dict[str, Any] = {rule.name: config.get_option(rule.name) for rule in STREAMLIT}
    found |= {rule.name: os.environ.get(rule.name, "") for rule in OWN}
    if sign_in.is_on():
        found |= {name: "roles" for name in ("INKARTA_EDIT", "INKARTA_IMPORT") if found[name] == "on"}
    return found


def sign_in_faults(hosts: Hosts) -> list[str]:
    """Why sign-in is not safe for a server that others reach. Raises as :func:`dashboard.signin.settings.read`."""
    on = sign_in.read()
    is_https = os.environ.get("INKARTA_HTTPS") == "on"
    return list(sign_in.exposed_faults(on, hosts.names, is_https=is_https)) if on else []


def unsafe(settings: Mapping[str, Any]) -> tuple[Unsafe, ...]:
    """The rules that ``settings`` break, the severe ones first."""
    broken = [Unsafe(rule, settings[rule.name]) for rule in (*STREAMLIT, *OWN) if not rule.is_safe(settings[rule.name])]
    return tuple(sorted(broken, key=lambda one: not one.rule.severe))


def hosts(bound: str, more: tuple[str, ...] = ()) -> Hosts:
    """What the server answers to when it listens on ``bound``: ``INKARTA_ALLOWED_HOSTS`` and ``more``.

    Raises :class:`ValueError` naming what is no host name.
    """
    return Hosts.of(bound, host_names(" ".join((os.environ.get("INKARTA_ALLOWED_HOSTS", ""), *more))))
