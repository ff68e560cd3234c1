"""Numbers in Chinese digits: 二十一 ↔ 21."""

from __future__ import annotations

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}


def chinese_value(name: str) -> int:
    """Return the number that Chinese digits write, up to 999: 二十一 is 21; 0 for what is none."""
    total = digit = 0
    for sign in name:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            return 0
    return total + digit


def chinese_number(value: int) -> str:
    """Write a number from 1 to 99 in Chinese digits."""
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "")
