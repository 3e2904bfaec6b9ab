"""Serve the empty page on a port, as the command ``inkarta serve`` serves the product."""

import sys

import uvicorn

from bench.peers.empty import create_app
from dashboard.websocket import WideWindowProtocol

uvicorn.run(
    create_app(),
    host="127.0.0.1",
    port=int(sys.argv[1]),
    ws=WideWindowProtocol,
    log_level="warning",
    access_log=False,
)
