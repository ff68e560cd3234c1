"""Flask commands: set up, serve, import, rebuild."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Put the commands on `app`."""
