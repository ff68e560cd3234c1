"""Full-width digits and letters, as Chinese keyboards type them."""

from __future__ import annotations

from string import ascii_letters, digits

_TO_FULL_WIDTH = 0xFEE0
HALF_WIDTH = {ord(sign) + _TO_FULL_WIDTH: sign for sign in digits + ascii_letters}
"""Full-width digits and letters → plain ones, sign by sign, for `str.translate`: places in a text stay the same."""
