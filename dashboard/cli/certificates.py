"""The certificate that visitors meet at a name, as a browser would judge it."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from typing import Literal

RENEW_DAYS = 21
SECONDS = 4


def judged(name: str, port: int = 443) -> tuple[Literal["ok", "note", "bad"], str, str]:
    """State, what was found, and what to do, of the certificate that is shown at ``name``."""
    try:
        with (
            socket.create_connection((name, port), timeout=SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=name) as secure,
        ):
            told = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return "bad", f"{name}: {error.verify_message}", "Renew the proxy's certificate, for this name, with its chain."
    except (OSError, ssl.SSLError) as error:
        said = f"{name}:{port} is not reached from here ({error.strerror or error})"
        return "note", said, "See that the proxy runs; from inside the network a name may lead elsewhere."
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    said = f"{name}: good until {ends:%Y-%m-%d}, {days} days"
    return ("note", said, "Renew the proxy's certificate soon.") if days < RENEW_DAYS else ("ok", said, "")
