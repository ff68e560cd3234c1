"""A questionnaire → the template filled in, which `read` reads back; and the template empty, for filling in."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.interchange.findings import Finding
from survey_app.interchange.labels import normal
from survey_app.interchange.losses import losses
from survey_app.interchange.sheet.columns import Part
from survey_app.interchange.sheet.example import example
from survey_app.interchange.sheet.layout import Sheets, workbook
from survey_app.interchange.sheet.reading import read
from survey_app.interchange.sheet.rows import Cells, number, row_of, words, yes
from survey_app.interchange.spoken import Speaker
from survey_app.questionnaire.definition import Grade, Questionnaire, Scale
from survey_app.questionnaire.text import ZH


def write(questionnaire: Questionnaire, *, locale: str = ZH) -> bytes:
    """Return the questionnaire as a filled-in template (.xlsx), headed in the language of `locale`."""
    return workbook(sheets_of(questionnaire, locale), locale, with_room=False)


def template(*, locale: str = ZH) -> bytes:
    """Return the template to fill in (.xlsx): drop-downs, explanations, and a sheet with an example."""
    empty: Sheets = {Part.QUESTIONS: [], Part.FORM: _form(None, locale), Part.SECTIONS: [], Part.SCALES: []}
    return workbook({**empty, Part.EXAMPLE: example(locale)}, locale, with_room=True)


def write_report(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return what of the questionnaire does not come back from the file that `write` makes."""
    return losses(questionnaire, read(write(questionnaire), filename=questionnaire.code))


def sheets_of(questionnaire: Questionnaire, locale: str) -> dict[Part, list[Cells]]:
    """Return the rows of each sheet."""
    names = _section_names(questionnaire, locale)
    rules = _rules(questionnaire)
    return {
        Part.QUESTIONS: [
            {
                **row_of(question, names[section.code], questionnaire, locale),
                ("shown_if", ""): rules.get(id(question), ""),
            }
            for section in questionnaire.sections
            for question in section.questions
        ],
        Part.FORM: _form(questionnaire, locale),
        Part.SECTIONS: [
            {
                ("code", ""): section.code,
                **words("title", section.title),
                **words("intro", section.intro),
                ("shown_if", ""): rules.get(id(section), ""),
            }
            for section in questionnaire.sections
        ],
        Part.SCALES: [
            _grade(scale, grade, is_first=grade is scale.grades[0], locale=locale)
            for scale in questionnaire.scales
            for grade in scale.grades
        ],
    }


def _rules(questionnaire: Questionnaire) -> dict[int, str]:
    """Return the conditions of sections and questions in words; codes name the questions."""
    speaker = Speaker(questionnaire, {})
    rules: dict[int, str] = {}
    for section in questionnaire.sections:
        if section.shown_if is not None:
            rules[id(section)] = speaker.say(section.shown_if)
        for question in section.questions:
            if question.shown_if is not None:
                rules[id(question)] = speaker.say(question.shown_if)
            speaker.add(question)
    return rules


def _section_names(questionnaire: Questionnaire, locale: str) -> Mapping[str, str]:
    """Return what each section is called in the column for it: its title, where that is its own, or its code."""
    codes = {section.code.casefold() for section in questionnaire.sections}
    titles = [
        name for section in questionnaire.sections for name in {normal(section.title.zh), normal(section.title.en)}
    ]
    names = {}
    for section in questionnaire.sections:
        title = section.title.in_locale(locale).strip()
        plain = normal(title)
        is_own = bool(plain) and titles.count(plain) == 1 and plain not in codes
        names[section.code] = title if is_own else section.code
    return names


def _grade(scale: Scale, grade: Grade, *, is_first: bool, locale: str) -> Cells:
    return {
        ("scale", ""): scale.code,
        **(words("scale_name", scale.name) if is_first else {}),
        ("code", ""): grade.code,
        **words("text", grade.text),
        ("score", ""): number(grade.score),
        ("satisfied", ""): yes(grade.satisfied, locale),
        ("strict", ""): yes(grade.strict, locale),
        ("in_base", ""): yes(grade.in_base, locale),
    }


def _form(questionnaire: Questionnaire | None, locale: str) -> list[Cells]:
    """Return the rows of the sheet on the questionnaire as a whole, in the order of `columns.FORM_ITEMS`."""
    form = questionnaire
    if form is None:
        return [{} for _ in range(10)]
    plain = [form.code, form.minutes, form.headline, form.wave_link, yes(form.paged, locale)]
    texts = [form.title, form.description, form.notice, form.consent, form.closing]
    rows: list[Cells] = [words("value", text) for text in texts]
    code, *others = [{("value", "zh"): value} for value in plain]
    return [code, *rows, *others]
