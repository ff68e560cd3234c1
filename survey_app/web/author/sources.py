"""What a new survey can be made from: a published version, or a draft that is published for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app import library
from survey_app.questionnaire.text import Text
from survey_app.services import questionnaires
from survey_app.web import formats
from survey_app.words import Audience, Purpose


@dataclass(frozen=True, slots=True)
class Source:
    """A version, or (without `version_id`) a draft with the revision that the person has seen."""

    value: str
    questionnaire_id: int
    title: Text
    words: str
    version_id: int | None
    revision: int | None
    purpose: Purpose
    wave: int | None
    audience: Audience


def sources(entries: Iterable[questionnaires.Entry]) -> list[Source]:
    """Return what can be used, newest first: every newest version, and every sound draft that differs from it."""
    found = []
    for entry in entries:
        if entry.is_changed and not entry.errors:
            found.append(_draft(entry))
        if entry.newest is not None:
            found.append(_version(entry, entry.newest.id, entry.newest.number))
    return found


def _draft(entry: questionnaires.Entry) -> Source:
    number = entry.newest.number + 1 if entry.newest is not None else 1
    row = entry.questionnaire
    words = _("%(title)s (draft, to be published as version %(number)s)", title=formats.named(row), number=number)
    return _source(entry, f"draft-{row.id}", words, None, row.draft_revision)


def _version(entry: questionnaires.Entry, version_id: int, number: int) -> Source:
    title = formats.named(entry.questionnaire)
    words = _("%(title)s (version %(number)s)", title=title, number=number)
    return _source(entry, f"version-{version_id}", words, version_id, None)


def _source(
    entry: questionnaires.Entry, value: str, words: str, version_id: int | None, revision: int | None
) -> Source:
    row = entry.questionnaire
    purpose, wave, audience = _meant_for(row.copied_from)
    return Source(
        value, row.id, Text(row.title, row.title_en), words, version_id, revision, purpose, wave, audience
    )


def _meant_for(template_code: str | None) -> tuple[Purpose, int | None, Audience]:
    """Return what the template was for; without one, an evaluation by workers."""
    if template_code is not None:
        try:
            template = library.template(template_code)
        except library.UnknownTemplate:
            pass
        else:
            return template.purpose, template.wave, template.audience
    return Purpose.ACTIVITY_EVALUATION, None, Audience.WORKERS
