"""What a questionnaire loses on its way through a file format: found by reading back what was written.

A report made so cannot forget anything: whatever differs is named, with the code of its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from survey_app.interchange.findings import Finding, Imported, Place, Severity
from survey_app.questionnaire.definition import Question, Questionnaire, Section

_OF_QUESTIONS = {
    "text": "lost_text",
    "help": "lost_help",
    "required": "lost_setting",
    "shown_if": "lost_rule",
    "options": "lost_options",
    "items": "lost_rows",
    "rows_from": "lost_rows",
    "scale": "lost_scale",
    "low": "lost_text",
    "high": "lost_text",
    "unit": "lost_text",
}
"""Kinds of findings by field; every other field of a question is a setting."""
_OF_SECTIONS = {"title": "lost_text", "intro": "lost_text", "shown_if": "lost_rule"}
_OF_HEADINGS = {
    "code": "lost_code",
    "title": "lost_text",
    "description": "lost_text",
    "notice": "lost_text",
    "consent": "lost_text",
    "closing": "lost_text",
    "minutes": "lost_setting",
    "headline": "lost_setting",
    "wave_link": "lost_setting",
    "paged": "lost_setting",
}


def losses(before: Questionnaire, imported: Imported) -> tuple[Finding, ...]:
    """Return what of `before` is not in what was read back, one finding for each place and kind of thing."""
    after = imported.questionnaire
    if after is None:
        return (Finding(Severity.ERROR, "lost_all"),)
    found = dict.fromkeys(_all(before, after))
    return tuple(Finding(Severity.DROPPED, kind, Place(path=where or None)) for where, kind in found)


def _all(before: Questionnaire, after: Questionnaire) -> Iterator[tuple[str, str]]:
    for name, kind in _OF_HEADINGS.items():
        if getattr(before, name) != getattr(after, name):
            yield "", kind
    for scale in before.scales:
        if after.scale_by_code.get(scale.code) != scale:
            yield scale.code, "lost_scale"
    if [each.code for each in before.scales] != [each.code for each in after.scales]:
        yield "", "lost_scales"
    yield from _sections(before, after)
    for question in before.questions:
        yield from _question(question, after.question_by_code.get(question.code))
    if [each.code for each in before.questions] != [each.code for each in after.questions]:
        yield "", "lost_order"


def _sections(before: Questionnaire, after: Questionnaire) -> Iterator[tuple[str, str]]:
    kept = {section.code: section for section in after.sections}
    for section in before.sections:
        other = kept.get(section.code)
        if other is None or _codes(other) != _codes(section):
            yield section.code, "lost_section"
        if other is not None:
            for name, kind in _OF_SECTIONS.items():
                if getattr(section, name) != getattr(other, name):
                    yield section.code, kind
    if [*kept] != [section.code for section in before.sections]:
        yield "", "lost_order"


def _codes(section: Section) -> list[str]:
    return [question.code for question in section.questions]


def _question(before: Question, after: Question | None) -> Iterator[tuple[str, str]]:
    if type(after) is not type(before):
        yield before.code, "lost_question"
        return
    for each in fields(before):
        if getattr(before, each.name) != getattr(after, each.name):
            yield before.code, _OF_QUESTIONS.get(each.name, "lost_setting")
