"""Waiting for what another process does."""

import time
from collections.abc import Callable

_PATIENCE_SECONDS = 120
_POLL_SECONDS = 0.02


def wait_until(condition: Callable[[], bool]) -> bool:
    """Look until the condition holds; False where it still does not after two minutes."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
