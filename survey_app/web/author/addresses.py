"""Addresses of collectors as respondents use them, and the names of the files that hold their codes."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _

from survey_app.web import context
from survey_app.web.author.room import blueprint

_OFFICE_NAMES = (".local", ".lan", ".internal", ".home.arpa")
_NOT_IN_FILE_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


class Reach(StrEnum):
    """Which phones can open an address: all, those in the office's own network, or none."""

    EVERYWHERE = "everywhere"
    OFFICE = "office"
    NOWHERE = "nowhere"


def reach_of(url: str) -> Reach:
    """Return which phones can open `url`, as far as its host tells: nothing is asked of the network."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    try:
        number = ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return Reach.NOWHERE
        return Reach.EVERYWHERE if "." in host and not host.endswith(_OFFICE_NAMES) else Reach.OFFICE
    if number.is_loopback or number.is_unspecified:
        return Reach.NOWHERE
    return Reach.EVERYWHERE if number.is_global else Reach.OFFICE


def reach_words() -> tuple[str, str] | None:
    """Return what must be known before printing: that phones do not reach the address, and how they would.

    The first words are for whoever prints, the second ones for the administrator. None where all phones reach it.
    """
    url = base_url()
    match reach_of(url):
        case Reach.NOWHERE:
            said = _(
                "Phones cannot open these codes yet. Please ask your administrator to enter the address of this "
                "platform that phones reach, before you print or send anything."
            )
        case Reach.OFFICE:
            said = _(
                "Only phones in the office network (the same Wi-Fi) can open these codes. If others are to answer, "
                "please ask your administrator to enter the public address of this platform before you print."
            )
        case _:
            return None
    return said, _(
        "The codes hold the address %(address)s. Set SURVEY_APP_PUBLIC_URL to an address that phones reach, such "
        "as https://survey.example.org, and restart the platform.",
        address=url,
    )


@blueprint.context_processor
def _for_templates() -> dict[str, object]:
    return {"reach_words": reach_words}


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
