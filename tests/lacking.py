"""What a test does where the machine lacks what it needs."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def unable(reason: str) -> NoReturn:
    """Skip with a reason, or fail where nothing may be skipped (``CI=true``)."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
