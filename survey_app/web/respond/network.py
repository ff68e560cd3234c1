"""Where a request comes from, for limits. It is looked at, and never kept or logged."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def network_of(environ: WSGIEnvironment, proxies: int) -> str:
    """Return an address, or in IPv6 the part that a line is given; "" where it cannot be read.

    With `proxies` of our own in front, it is what the outermost of them has seen.
    """
    forwarded = [each.strip() for each in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    seen = forwarded[-proxies] if 0 < proxies <= len(forwarded) else environ.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return ""
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
