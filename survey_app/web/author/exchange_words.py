"""What the formats of questionnaire files are called, and what reading and writing them tells, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.interchange.findings import Finding, Place, Severity, UnreadableFile
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.web import formats
from survey_app.web.author import (
    import_words_files,
    import_words_json,
    import_words_limesurvey,
    import_words_losses,
    import_words_pasted,
    import_words_sheet,
    import_words_surveyjs,
    import_words_xlsform,
)
from survey_app.web.rule_words import question_numbers


@dataclass(frozen=True, slots=True)
class FormatWords:
    """A format in words: its name, what it is for, and the sentence for each kind of finding or refusal."""

    name: LazyString
    use: LazyString
    findings: Mapping[str, LazyString]


FORMAT_WORDS: Mapping[str, FormatWords] = {
    "sheet": FormatWords(
        _l("Excel template"),
        _l("One row for each question: to edit in Excel or WPS, alone or together."),
        import_words_sheet.WORDS,
    ),
    "pasted": FormatWords(
        _l("Plain text"),
        _l("As people write questionnaires in Word or WeChat: to discuss, print or send it."),
        import_words_pasted.WORDS,
    ),
    "own_json": FormatWords(
        _l("File of this platform (JSON)"),
        _l("Holds everything: to keep it, or to take it to another installation."),
        import_words_json.WORDS,
    ),
    "xlsform": FormatWords(
        _l("XLSForm workbook"),
        _l("For KoboToolbox, ODK, SurveyCTO and other programs for collecting answers on tablets."),
        import_words_xlsform.WORDS,
    ),
    "surveyjs": FormatWords(
        _l("SurveyJS (JSON)"),
        _l("For the programs of SurveyJS, and for web pages that show its questionnaires."),
        import_words_surveyjs.WORDS,
    ),
    "limesurvey": FormatWords(
        _l("LimeSurvey (.lss)"),
        _l("Survey structures exported from LimeSurvey 2 to 6; they are only read."),
        import_words_limesurvey.WORDS,
    ),
}
"""Every format of `interchange.formats`, by key, in the order in which people see them."""

_GENERAL: Mapping[str, LazyString] = {
    **import_words_losses.WORDS,
    **import_words_files.WORDS,
    "chinese_missing": _l(
        "Only in English: %(count)s texts. Respondents read Chinese first; the Chinese has to be completed in the"
        " designer before the questionnaire can be published."
    ),
    "usual_notice": _l(
        "The file has no privacy notice. The usual one of the shipped templates is put in, unless you untick the"
        " box."
    ),
    "usual_consent": _l(
        "The file asks for no consent. The usual box of the shipped templates is put in, unless you untick the box."
    ),
    "usual_closing": _l(
        "The file has no words of thanks. The usual ones of the shipped templates are put in, unless you untick the"
        " box."
    ),
    "too_large": _l("The file is larger than %(most)s MB."),
    "document": _l(
        "This is a document of Word, WPS or a PDF reader; such files are not read. Open it there, select everything"
        " (Ctrl+A), copy it (Ctrl+C), press “Paste text” above, and paste it there (Ctrl+V)."
    ),
    "not_recognised": _l(
        "The file is in none of the formats listed below. Save it in one of them, or paste its text."
    ),
    "encoding": _l("Line %(line)s cannot be read as text. Save the file in UTF-8."),
    "nul": _l("Line %(line)s holds signs that no text has. Save the file as text in UTF-8."),
}
"""What concerns files of any format; a format's own words go before."""

LACKING_WORDS: Mapping[str, LazyString] = {
    "notice": _l("a privacy notice"),
    "consent": _l("a box to consent"),
    "closing": _l("words of thanks"),
}
"""What a file may have no words for, by `services.exchange.lacking`."""

SEVERITIES: Mapping[Severity, tuple[LazyString, str]] = {
    Severity.ERROR: (_l("To mend"), "late"),
    Severity.DROPPED: (_l("Left out"), "wait"),
    Severity.CHANGED: (_l("Changed"), "off"),
    Severity.TO_COMPLETE: (_l("To complete"), "late"),
    Severity.ADDED: (_l("Added"), "good"),
}
"""The word for how much a finding matters, and the kind of state that gives its shape."""


@dataclass(frozen=True, slots=True)
class WordedFinding:
    """A finding as people read it. `path` is where it stands in a file that has no rows, as that format says it."""

    severity: Severity
    place: str
    path: str
    words: str

    @property
    def state(self) -> tuple[str, str]:
        """The word and the kind of the state."""
        word, kind = SEVERITIES[self.severity]
        return str(word), kind


def refusal_words(key: str, refusal: UnreadableFile) -> str:
    """Return why a file as a whole cannot be taken. Raises `KeyError` for a kind that has no words."""
    return _sentence(key, refusal.kind) % refusal.params


def worded(key: str, finding: Finding) -> WordedFinding:
    """Return a finding about a file in words. Raises `KeyError` for a kind that has none."""
    words = _sentence(key, finding.kind) % finding.params
    return WordedFinding(finding.severity, _place(finding.place), finding.place.path or "", words)


@dataclass(frozen=True, slots=True)
class Loss:
    """What a written file does not say, or says otherwise, and of which questions or other parts."""

    words: str
    places: tuple[str, ...]


def losses(key: str, findings: tuple[Finding, ...], questionnaire: Questionnaire) -> list[Loss]:
    """Return what writing a format tells, each sentence once with all its places."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        words = _sentence(key, finding.kind) % finding.params
        places = found.setdefault(words, [])
        if finding.place.path:
            places.append(_part(finding.place.path, questionnaire))
    return [Loss(words, tuple(places)) for words, places in found.items()]


def _sentence(key: str, kind: str) -> str:
    own = FORMAT_WORDS[key].findings if key in FORMAT_WORDS else {}
    return str(own[kind] if kind in own else _GENERAL[kind])


def _place(place: Place) -> str:
    parts = []
    if place.sheet is not None:
        parts.append(_("sheet “%(sheet)s”", sheet=place.sheet))
    if place.row is not None:
        parts.append(_("row %(row)s", row=place.row))
    if place.column is not None:
        is_number = place.column.isdecimal()
        words = _("column %(column)s") if is_number else _("column “%(column)s”")
        parts.append(words % {"column": place.column})
    return pgettext("between the parts of a place", ", ").join(parts)


def _part(code: str, questionnaire: Questionnaire) -> str:
    """Return what people call a part of the questionnaire."""
    place = questionnaire.fields.get(code)
    question = questionnaire.question_by_code.get(code) or (place.question if place is not None else None)
    if question is not None:
        number = question_numbers(questionnaire).get(question.code)
        return _("question %(number)s", number=number) if number is not None else _short(question.text)
    if code in questionnaire.scale_by_code:
        return _("scale “%(name)s”", name=formats.words(questionnaire.scale_by_code[code].name) or code)
    for section in questionnaire.sections:
        if section.code == code:
            return _("section “%(name)s”", name=_short(section.title) or code)
    return code


def _short(text: Text) -> str:
    words = formats.words(text)
    return words if len(words) <= 24 else f"{words[:23]}…"
