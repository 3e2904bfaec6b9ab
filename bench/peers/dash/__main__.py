"""Serve the Dash page on a port, as ``app.run`` serves it."""

import logging
import sys
from pathlib import Path

from bench.peers.dash.page import create

logging.getLogger("werkzeug").setLevel(logging.ERROR)
create(Path(sys.argv[2])).run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
