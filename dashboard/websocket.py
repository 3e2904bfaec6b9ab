"""Streamlit's websocket with the whole deflate window, so that what a rerun repeats is not sent again."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory


class WideWindowProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol looks back 4 kB; a page's messages are longer than that. This one looks back 32 kB."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.config.ws_per_message_deflate:
            self.conn.available_extensions = [ServerPerMessageDeflateFactory(compress_settings={"memLevel": 7})]
