"""LimeSurvey .lss → a questionnaire, with a finding for each thing that is dropped or changed."""

from __future__ import annotations

from survey_app.interchange.findings import Imported, Place, UnreadableFile
from survey_app.interchange.limesurvey import arrays, questions
from survey_app.interchange.limesurvey.context import Context
from survey_app.interchange.limesurvey.loading import MAX_BYTES, Document, Record, load
from survey_app.interchange.limesurvey.names import Names
from survey_app.interchange.limesurvey.structure import Group, Question, Words, read_groups
from survey_app.interchange.limesurvey.texts import Texts
from survey_app.interchange.scope import CannotSay
from survey_app.interchange.xlsform.codes import Codes
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.definition import Question as OurQuestion
from survey_app.questionnaire.definition import Questionnaire, Section
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import EMPTY, Text

MAX_QUESTIONS = 2_000
_READERS = {**questions.READERS, **arrays.READERS}
_NOT_OURS = {
    "*": "calculation",
    ";": "array_of_fields",
    ":": "array_of_fields",
    "|": "file_upload",
    "I": "language_switch",
}
"""Types that become nothing here, and the finding that says so."""
_MATTERS = {
    "alphasort", "array_filter", "array_filter_exclude", "commented_checkbox_auto",
    "date_max", "date_min", "em_validation_q", "em_validation_sq", "equals_num_value", "exclude_all_others",
    "exclude_all_others_auto", "location_mapservice", "max_answers", "max_num_value", "max_num_value_n",
    "maximum_chars", "min_answers", "min_num_value", "min_num_value_n", "num_value_int_only", "numbers_only",
    "other_comment_mandatory", "other_numbers_only", "other_replace_text", "prefix", "random_group",
    "random_order", "suffix", "time_limit",
}  # fmt: skip
"""Attributes that change what is asked or stored; all others change only how it looks."""
_NOT_OF_QUESTIONS = ("statistics_", "public_statistics", "save_as_default", "clear_default", "scale_export")
"""What attributes begin with that are about LimeSurvey's own pages, and say nothing of the question."""
_TABLES = {"quota": "quotas_dropped", "assessments": "assessments_dropped", "defaultvalues": "defaults_dropped"}
_MOST_NAMES = 12
_UNNAMED = Text("未命名问卷", "Untitled questionnaire")


def read(data: bytes, *, most_bytes: int = MAX_BYTES) -> Imported:
    """Read an .lss file. Raises `UnreadableFile` where the file as a whole cannot be taken."""
    document = load(data, most_bytes)
    report = Report()
    groups = read_groups(document)
    if sum(len(group.questions) for group in groups) > MAX_QUESTIONS:
        raise UnreadableFile("too_many_questions", most=MAX_QUESTIONS)
    survey = next(iter(document.rows("surveys")), {})
    fields = frozenset(question.code.casefold() for group in groups for question in group.questions)
    texts = Texts(_languages(document, survey, groups), fields, report)
    if not texts.has_language:
        report.error("no_language", Place())
        return Imported(None, report.in_order())
    context = Context(texts, Names(groups, survey.get("sid", "")), report)
    questionnaire = _questionnaire(document, survey, groups, context)
    return Imported(None if report.has_errors else questionnaire, report.in_order())


def _languages(document: Document, survey: Record, groups: list[Group]) -> dict[str, list[str]]:
    """Return all languages that the file says it has, or has words in, each with what questions say in it."""
    named = [*document.languages, survey.get("language", ""), *survey.get("additional_languages", "").split()]
    named += [row.get("surveyls_language", "") for row in document.rows("surveys_languagesettings")]
    said: dict[str, list[str]] = {language: [] for language in named if language}
    for group in groups:
        for words in (group.names, *(question.words for question in group.questions)):
            for language, text in words.items():
                if language:
                    said.setdefault(language, []).append(text)
    return said


def _questionnaire(
    document: Document, survey: Record, groups: list[Group], context: Context
) -> Questionnaire | None:
    report = context.report
    sections = _Sections(context)
    for group in groups:
        sections.read(group)
    form = _headed(document, survey, sections, context)
    context.texts.report_markup()
    if context.unlimited:
        report.changed("texts_limited", context.unlimited[0], count=len(context.unlimited))
    if context.looks:
        names = "、".join(list(context.looks)[:_MOST_NAMES])
        place = next(iter(context.looks.values()))
        report.dropped("looks_ignored", place, names=names, count=len(context.looks))
    for table, kind in _TABLES.items():
        if rows := document.rows(table):
            report.dropped(kind, Place(), count=len(rows))
    if not form.fields:
        report.error("no_questions", Place())
        return None
    return form


# --- the survey as a whole -------------------------------------------------------------------------


def _headed(document: Document, survey: Record, sections: _Sections, context: Context) -> Questionnaire:
    rows = document.rows("surveys_languagesettings")

    def words(name: str) -> Words:
        return {
            row.get("surveyls_language", ""): row[f"surveyls_{name}"] for row in rows if row.get(f"surveyls_{name}")
        }

    def text(name: str) -> Text:
        return context.texts.read(words(name), Place(path=f"surveyls_{name}"))

    title = text("title")
    if not title:
        context.report.changed("no_title", Place(path="surveyls_title"))
        title = context.texts.spoken(_UNNAMED)
    has_policy = survey.get("showsurveypolicynotice", "0").strip() in {"1", "2"}
    layout = survey.get("format", "G").strip()
    if layout == "S":
        context.report.changed("one_by_one", Place(path="format"))
    return Questionnaire(
        code=_code(survey),
        title=title,
        sections=tuple(sections.found),
        scales=tuple(context.scales.values()),
        description=_together(text("description"), text("welcometext")),
        notice=text("policy_notice") if has_policy else EMPTY,
        consent=text("policy_notice_label") if has_policy else EMPTY,
        closing=text("endtext"),
        paged=layout != "A" and len(sections.found) > 1,
    )


def _code(survey: Record) -> str:
    number = survey.get("sid", "").strip()
    return f"lime_{number}" if number.isascii() and number.isalnum() and len(number) <= 20 else "lime"


def _together(one: Text, other: Text) -> Text:
    """Return the description and the words of welcome as one text."""
    if one == other:
        return one
    return Text(*("\n".join(filter(None, pair)) for pair in ((one.zh, other.zh), (one.en, other.en))))


# --- groups ----------------------------------------------------------------------------------------


class _Sections:
    """Goes through the groups once, in order, and collects the sections."""

    def __init__(self, context: Context) -> None:
        self.found: list[Section] = []
        self._context = context
        self._codes = Codes()

    def read(self, group: Group) -> None:
        """Take in a group."""
        context = self._context
        context.enter(group)
        if group.data.get("randomization_group", "").strip():
            context.report.dropped("group_random", context.place(), name=context.place().path or "?")
        try:
            rule = context.rule(group.relevance)
        except CannotSay as reason:
            names = [question.code for question in group.questions]
            for name in names:
                context.names.drop(name)
            self._leave_out(context.place(), reason, names)
            return
        code = self._codes.make(f"g{group.data.get('gid', '')}", "g")
        title = context.texts.read(group.names, context.place())
        intro = context.texts.read(group.descriptions, context.place())
        asked = [each for question in group.questions for each in self._questions(question, rule)]
        if asked:
            self.found.append(Section(code, title, tuple(asked), intro, rule))
        elif group.questions:
            context.report.dropped("group_empty", context.place(), name=context.place().path or "?")

    def _questions(self, question: Question, group_rule: Rule | None) -> list[OurQuestion]:
        """Return what a question becomes, under its own condition; that of the group stands on the section."""
        context = self._context
        if question.take("hidden") in {"1", "Y"}:
            context.drop(question, "hidden")
            return []
        try:
            rule = context.relevance(question)
            asked = context.joined(group_rule, rule)
        except CannotSay as reason:
            context.names.drop(question.code)
            self._leave_out(context.place(question), reason, [question.code])
            return []
        reader = _READERS.get(question.type)
        if reader is None:
            kind = _NOT_OURS.get(question.type, "type_unknown")
            context.drop(question, kind, type=question.type[:10] or "?", count=len(question.parts))
            return []
        found = reader(question, rule, context)
        context.names.asked_under(question, asked)
        if found:
            self._report_rest(question)
        return found

    def _leave_out(self, place: Place, reason: CannotSay, names: list[str]) -> None:
        shown = "、".join(name[:80] or "?" for name in names[:_MOST_NAMES])
        name = f"{shown}…" if len(names) > _MOST_NAMES else shown or "?"
        self._context.report.dropped(reason.kind, place, **{"expression": "", **reason.params, "name": name})

    def _report_rest(self, question: Question) -> None:
        """Report what of a question has not been read: one by one what matters, and the looks all together."""
        context = self._context
        if question.data.get("preg", "").strip():
            context.lost(question, "preg")
        for name, values in question.attributes.items():
            is_set = any(value.strip() not in {"", "0", "N"} for value in values.values())
            if name in question.taken or not is_set or name.startswith(_NOT_OF_QUESTIONS):
                continue
            if name in _MATTERS:
                context.lost(question, name)
            else:
                context.looks.setdefault(name[:60], context.place(question))
