"""How the texts of a questionnaire are written for one reader: language, size, and what the collector knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.questionnaire.definition import VARIABLES, Questionnaire
from survey_app.questionnaire.text import EN, Text
from survey_app.services.collect import Place
from survey_app.web import formats
from survey_app.words import Audience

_VARIABLE = re.compile("{(" + "|".join(VARIABLES) + ")}")


_INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes a text in `locale` with its variables filled in.

    `size` is the size of the type: 0 for the ordinary page, 1 to 3 for the large ones (关怀版).
    """

    locale: str
    variables: Mapping[str, str]
    size: int = 0

    def __call__(self, text: Text) -> str:
        """Return the words; braces that name no variable stay as they are.

        Quotation marks in a value that stands between quotation marks become inner ones.
        """
        words = text.in_locale(self.locale)
        return _VARIABLE.sub(lambda match: self._value(match, words[: match.start()]), words)

    def _value(self, match: re.Match[str], before: str) -> str:
        value = self.variables[match[1]]
        is_quoted = before.count("“") > before.count("”")
        return value.translate(_INNER) if is_quoted else value


def at_place(place: Place, questionnaire: Questionnaire, locale: str, size: int = 0) -> Wording:
    """Return the wording with what the collector knows; words that fit any sentence where it knows nothing."""
    return Wording(
        locale,
        {
            "organisation": place.organisation.in_locale(locale),
            "campaign": place.campaign.in_locale(locale),
            "team": place.team.in_locale(locale) or _("the work team"),
            "unit": place.unit.in_locale(locale),
            "audience": str(formats.label(Audience, place.audience)),
            "posting_dates": _days(place.posted_from, place.posted_to, locale),
            "wave": ngettext("%(num)s month after the posting", "%(num)s months after the posting", place.wave)
            if place.wave
            else _("first evaluation"),
            "threshold": str(place.threshold),
            "minutes": _minutes(questionnaire),
        },
        size,
    )


def in_preview(questionnaire: Questionnaire, locale: str) -> Wording:
    """Return the wording of a questionnaire that is not in the field yet: what stands for each variable."""
    return Wording(
        locale,
        {
            "organisation": _("(organising union)"),
            "campaign": _("(campaign)"),
            "team": _("(work team)"),
            "unit": _("(enterprise)"),
            "audience": _("(audience)"),
            "posting_dates": _("(posting dates)"),
            "wave": _("(return visit)"),
            "threshold": "5",
            "minutes": _minutes(questionnaire),
        },
    )


def _days(first: date | None, last: date | None, locale: str) -> str:
    """Return from when to when, naming the year once: 2017年4月11日至4月25日, 11 Apr to 25 Apr 2017."""
    if first is None or last is None:
        return _("during the posting")
    days = [formats.day(first), formats.day(last)]
    if first.year == last.year:
        other = 0 if locale == EN else 1
        days[other] = days[other].removeprefix(f"{first.year}年").removesuffix(f" {first.year}")
    return _("%(first)s to %(last)s", first=days[0], last=days[1])


def _minutes(questionnaire: Questionnaire) -> str:
    return str(questionnaire.minutes) if questionnaire.minutes else _("a few")
