"""Addresses of collectors as respondents use them, and the names of the files that hold their codes."""

from __future__ import annotations

import re

from flask import request
from flask_babel import gettext as _

from survey_app.web import context

_NOT_IN_FILE_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def base_url() -> str:
    """Return where respondents reach the site: the address that is set, else the one this page was asked at."""
    return context.settings().public_url or request.host_url.rstrip("/")


def file_name(*parts: str, extension: str) -> str:
    """Return a file name of the form “收集码_武钢_职工.png”, without signs that Windows refuses."""
    named = "_".join(filter(None, (_NOT_IN_FILE_NAMES.sub(" ", part).strip() for part in parts)))
    return f"{named[:120]}.{extension}"


def qr_file_name(unit: str, audience: str, label: str, extension: str) -> str:
    """Return the file name of one collector's code."""
    return file_name(_("QR code"), unit, audience, label, extension=extension)
