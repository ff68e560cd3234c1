"""SurveyJS JSON → a questionnaire, with a finding for each thing that is dropped or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.interchange.findings import Imported, Place, UnreadableFile
from survey_app.interchange.surveyjs import marks
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.loading import MAX_BYTES, load
from survey_app.interchange.surveyjs.nodes import Node, scalar
from survey_app.interchange.surveyjs.pages import ELEMENTS, Pages
from survey_app.interchange.surveyjs.statements import parted
from survey_app.interchange.surveyjs.texts import Texts
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire import codec
from survey_app.questionnaire.codec import MalformedDefinition
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import EMPTY, Text

MAX_QUESTIONS = 2_000
"""Most elements in a file."""
_INNER = (*ELEMENTS, "templateElements", "pages")


def read(data: bytes, *, most_bytes: int = MAX_BYTES) -> Imported:
    """Read a SurveyJS file. Raises `UnreadableFile` where the file as a whole cannot be taken."""
    survey = load(data, most_bytes)
    report = Report()
    found = marks.marks_in(survey)
    names = Counter(name.casefold() for name in _names(survey))
    if names.total() > MAX_QUESTIONS:
        raise UnreadableFile("too_many_questions", most=MAX_QUESTIONS)
    texts = Texts(survey, names, report, as_written=found.is_ours)
    if not texts.has_language:
        report.error("no_language", Place(path="$"))
        return Imported(None, report.in_order())
    context = Context(texts, found, names, report)
    questionnaire = _questionnaire(Node(survey, "$"), context)
    return Imported(None if report.has_errors else questionnaire, report.in_order())


def _names(survey: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of all elements, at whatever depth; that of pages too, as "" where they have none."""
    waiting: list[Any] = [each for name in _INNER for each in _listed(survey.get(name))]
    while waiting:
        element = waiting.pop()
        if isinstance(element, dict):
            if "type" in element:
                yield scalar(element.get("name")) or ""
            waiting.extend(each for name in _INNER for each in _listed(element.get(name)))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _questionnaire(survey: Node, context: Context) -> Questionnaire | None:
    survey.mark("locale", marks.ROOT, "$schema", "sjsVersion")
    _read_scales(context)
    _leave_out_logic(survey, context)
    pages = Pages(context)
    pages.read(survey)
    headed = _headed(survey, pages, context)
    context.ignore(survey)
    context.report_ignored()
    if nodes := context.unlimited_texts:
        context.report.changed("texts_limited", nodes[0].place(), count=len(nodes))
    if not any(section.questions for section in pages.found):
        context.report.error("no_questions", survey.place())
        return None
    return headed


def _headed(survey: Node, pages: Pages, context: Context) -> Questionnaire:
    own, texts = context.marks, context.texts
    mode = survey.string("questionsOnPageMode")
    is_paged = mode != "singlePage" and (context.as_written or len(pages.found) > 1)
    closing = texts.read(survey, "completedHtml", is_html=True)
    minutes = own.form.get(marks.MINUTES)
    return Questionnaire(
        code=own.text(marks.CODE) or "survey",
        title=_title(survey, context),
        sections=tuple(pages.found),
        scales=tuple(context.scales.values()),
        description=texts.read(survey, "description"),
        notice=parted(pages.start[marks.NOTICE])[0] if marks.NOTICE in pages.start else EMPTY,
        consent=pages.start.get(marks.CONSENT, EMPTY),
        closing=parted(closing)[0] if context.as_written else closing,
        minutes=minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else None,
        headline=own.text(marks.HEADLINE),
        wave_link=own.text(marks.WAVE_LINK),
        paged=is_paged,
    )


def _title(survey: Node, context: Context) -> Text:
    title = context.texts.read(survey, "title")
    if title or context.as_written:
        return title
    context.report.changed("no_title", survey.place("title"))
    return context.spoken(Text("未命名问卷", "Untitled questionnaire"))


def _read_scales(context: Context) -> None:
    """Take in the scales that our own object lists."""
    given = context.marks.form.get(marks.SCALES)
    for index, data in enumerate(_listed(given)):
        path = f"$.{marks.ROOT}.{marks.SCALES}[{index}]"
        try:
            context.keep_scale(codec.decode_scale(data, path))
        except MalformedDefinition as error:
            context.report.dropped("mark_broken", Place(path=error.where))


def _leave_out_logic(survey: Node, context: Context) -> None:
    """Report what SurveyJS computes and does by itself while somebody answers."""
    for each in survey.nodes("calculatedValues"):
        context.leave_out(each, "calculation", each.place())
    for each in survey.nodes("triggers"):
        context.report.dropped("trigger_dropped", each.place(), trigger=each.string("type")[:40] or "?")
