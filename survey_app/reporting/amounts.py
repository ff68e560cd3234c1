"""How reported counts are written: with the word of their bound, as the report had it (2250余小时, 约150万人)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from survey_app.questionnaire.text import EN
from survey_app.words import Bound

TEN_THOUSAND = Decimal(10_000)

_CHINESE = {
    Bound.EXACT: "{number}{measure}",
    Bound.AT_LEAST: "{number}余{measure}",
    Bound.ABOUT: "约{number}{measure}",
    Bound.LESS_THAN: "近{number}{measure}",
}
_ENGLISH = {
    Bound.EXACT: "{number} {measure}",
    Bound.AT_LEAST: "more than {number} {measure}",
    Bound.ABOUT: "about {number} {measure}",
    Bound.LESS_THAN: "nearly {number} {measure}",
}


def written(amount: Decimal, bound: str, measure: str, locale: str) -> str:
    """Write a count with its bound and its measure word, for a reader of `locale`.

    Chinese writes whole thousands from 10,000 up in 万 (1.7万); English groups by thousands.
    """
    words = _ENGLISH if locale == EN else _CHINESE
    return words[Bound(bound)].format(number=number(amount, locale), measure=measure).strip()


def number(amount: Decimal, locale: str) -> str:
    """Write a number without trailing zeros."""
    if locale == EN:
        return _plain(amount, "{:,f}")
    if amount >= TEN_THOUSAND and amount % 1000 == 0:
        return f"{_plain(amount / TEN_THOUSAND, '{:f}')}万"
    return _plain(amount, "{:f}")


def combined(bounds: Iterable[str]) -> Bound:
    """Return how exact a sum is, given how exact its parts are.

    Exact parts change nothing. "More than" with "nearly" is off in both directions, and so is anything with
    "about": the sum is then "about".
    """
    inexact = {Bound(each) for each in bounds} - {Bound.EXACT}
    if not inexact:
        return Bound.EXACT
    return inexact.pop() if len(inexact) == 1 else Bound.ABOUT


def _plain(amount: Decimal, form: str) -> str:
    text = form.format(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text
