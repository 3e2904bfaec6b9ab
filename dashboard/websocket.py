"""The wire below ASGI: a websocket that looks back far enough, and answers to what is no request at all."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request, Response

from dashboard.guard import BASE_HEADERS


class WideWindowProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol looks back 4 kB; a page's messages are longer than that. This one looks back 32 kB.

    Of what zlib holds for each connection beside that, little makes answers shorter: a smaller table of places costs
    four thousandths of their bytes and saves 56 kB, and not looking back over what browsers send, which is short, 40.

    A handshake that is refused before any app sees it has the headers of every other answer.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.config.ws_per_message_deflate:
            self.conn.available_extensions = [
                ServerPerMessageDeflateFactory(client_no_context_takeover=True, compress_settings={"memLevel": 4})
            ]
        accept = self.conn.accept

        def answered(request: Request) -> Response:
            response = accept(request)
            if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
                for name, value in BASE_HEADERS:
                    response.headers[name.decode()] = value.decode()
            return response

        self.conn.accept = answered  # type: ignore[method-assign]


class PlainProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, whose answer to what is no request has the headers of every other answer."""

    def send_400_response(self, msg: str) -> None:
        body = msg.encode("ascii")
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"),
            (b"content-length", str(len(body)).encode()), *BASE_HEADERS,
        ]  # fmt: skip
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            if (output := self.conn.send(event)) is not None:
                self.transport.write(output)
        self.transport.close()
