"""XLSForm (.xlsx or .xls) → a questionnaire, with a finding for each thing that is dropped or changed."""

from __future__ import annotations

from pathlib import PurePath

from survey_app.interchange.findings import Imported, Place
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.choices import KNOWN_COLUMNS as CHOICE_COLUMNS
from survey_app.interchange.xlsform.choices import read_choices
from survey_app.interchange.xlsform.codes import Codes
from survey_app.interchange.xlsform.context import Context, TooLarge
from survey_app.interchange.xlsform.languages import CHINESE, ENGLISH, looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sections import Sections
from survey_app.interchange.xlsform.sheets import Row, Table, read_sheets, row_list
from survey_app.interchange.xlsform.texts import Texts, plain_text, report_unread
from survey_app.interchange.xlsform.tree import Group, read_tree
from survey_app.questionnaire.definition import CODE, LONG_TEXT_LIMIT, SHORT_TEXT_LIMIT, Questionnaire
from survey_app.questionnaire.text import EN, UNPRINTABLE, ZH, Text

_SURVEY_COLUMNS = {
    "type", "name", "label", "hint", "relevant", "required", "constraint", "appearance", "parameters", "disabled",
    "choice_filter", marks.CODE, marks.RULE, marks.TOP, *marks.both(marks.UNIT),
}  # fmt: skip
_SETTINGS = {
    "form_title", "form_id", "default_language", "style", "version", "allow_choice_duplicates", marks.FORMAT,
    marks.MINUTES, marks.HEADLINE, marks.WAVE_LINK, *marks.both(marks.TITLE),
}  # fmt: skip
MAX_QUESTIONS = 2_000
_MEDIA = {"image", "big-image", "audio", "video"}


def read(data: bytes, *, filename: str) -> Imported:
    """Read an XLSForm. `filename` only names a questionnaire that does not name itself.

    Raises `UnreadableFile` where the file as a whole cannot be taken.
    """
    report = Report()
    tables = read_sheets(data, report)
    survey = tables.get("survey")
    if survey is None:
        report.error("no_survey_sheet", Place())
        return Imported(None, report.in_order())
    if not survey.has("type") or not survey.has("name"):
        missing = "type" if not survey.has("type") else "name"
        report.error("no_column", Place(survey.title), column=missing, headers=_headers(survey))
        return Imported(None, report.in_order())
    tree = read_tree(survey, report)
    if report.has_errors:
        return Imported(None, report.in_order())
    questionnaire = _questionnaire(tree, tables, filename, report)
    return Imported(None if report.has_errors else questionnaire, report.in_order())


def _headers(table: Table) -> str:
    return "、".join(column.header[:30] for column in table.columns[:10])


def _questionnaire(tree: Group, tables: dict[str, Table], filename: str, report: Report) -> Questionnaire | None:
    survey, settings = tables["survey"], _settings(tables.get("settings"), report)
    as_written = settings.get(marks.FORMAT) == marks.FORMAT_VERSION
    text_tables = [tables[name] for name in ("survey", "choices") if name in tables]
    texts = Texts(text_tables, settings.get("default_language"), report, as_written=as_written)
    if not texts.understands(survey):
        report.error("no_language", Place(survey.title), chinese=CHINESE, english=ENGLISH)
        return None
    if "choices" not in tables and any(line.type.list_name for line in tree.lines()):
        report.error("no_choices_sheet", Place())
        return None
    context = Context(
        texts=texts,
        choices=read_choices(tables.get("choices"), texts, report, as_written=as_written),
        names=[name for name in tree.names() if name],
        report=report,
        as_written=as_written,
    )
    sections = Sections(context)
    try:
        sections.read(tree)
    except TooLarge:
        return None
    _report_rest(tables, context)
    questionnaire = _headed(sections, settings, filename, context)
    if len(questionnaire.questions) > MAX_QUESTIONS:
        report.error("too_many_questions", Place(survey.title), most=MAX_QUESTIONS)
    if not questionnaire.fields:
        report.error("no_questions", Place(survey.title))
    return questionnaire


def _settings(table: Table | None, report: Report) -> Row:
    """Return the one row of the settings sheet."""
    if table is None or not table.rows:
        return Row("settings", 0, {})
    if len(table.rows) > 1:
        report.dropped("settings_rows", Place(table.title, table.rows[1].number))
    report_unread(table, _SETTINGS, (), report)
    return table.rows[0]


def _headed(sections: Sections, settings: Row, filename: str, context: Context) -> Questionnaire:
    stem = PurePath(UNPRINTABLE.sub("", filename).replace("\\", "/")).stem.strip()[:200]
    heading = sections.heading
    title = _title(settings, sections.title, stem, context)
    minutes = settings.get(marks.MINUTES)
    return Questionnaire(
        code=_code(settings, sections.form_id, stem, context),
        title=title,
        sections=tuple(sections.found),
        scales=tuple(context.scales.values()),
        description=heading.get(marks.DESCRIPTION, Text()),
        notice=heading.get(marks.NOTICE, Text()),
        consent=heading.get(marks.CONSENT, Text()),
        closing=heading.get(marks.CLOSING, Text()),
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) <= 3 else None,
        headline=settings.get(marks.HEADLINE) or None,
        wave_link=settings.get(marks.WAVE_LINK) or None,
        paged="pages" in settings.get("style").split(),
    )


def _title(settings: Row, in_survey: str, stem: str, context: Context) -> Text:
    """Return the title: from the settings, from a row of the survey, or from the file's name."""
    words = next((text for column, text in settings.cells.items() if column.name == "form_title"), "")
    own = marks.text_in(settings, marks.TITLE)
    if context.as_written and words == (own.in_locale(ZH) or settings.get("form_id")):
        return own
    words = words.strip() or in_survey or settings.get("form_id") or stem
    if not context.as_written:
        words = context.texts.plain(words, settings.place("form_title"))
    words = words or "XLSForm"
    return plain_text(words, ZH if looks_chinese([words]) else EN)


def _code(settings: Row, in_survey: str, stem: str, context: Context) -> str:
    name = settings.get("form_id") or in_survey
    if not name:
        return Codes().make(stem, "form")
    if CODE.match(name):
        return name
    code = Codes().make(name, "form")
    context.report.changed("renamed", settings.place("form_id"), old=name[:80], new=code)
    return code


def _report_rest(tables: dict[str, Table], context: Context) -> None:
    """Report what concerns no single row."""
    report = context.report
    report_unread(tables["survey"], _SURVEY_COLUMNS, _MEDIA, report)
    choices = tables.get("choices")
    if choices is not None:
        report_unread(choices, {*CHOICE_COLUMNS, *_filter_columns(tables["survey"], choices)}, _MEDIA, report)
    context.report_appearances()
    if rows := context.unlimited_texts:
        report.changed(
            "texts_limited",
            rows[0].place("type"),
            short=SHORT_TEXT_LIMIT,
            long=LONG_TEXT_LIMIT,
            rows=row_list([row.number for row in rows]),
        )


def _filter_columns(survey: Table, choices: Table) -> set[str]:
    """Return the columns of the choices sheet that a choice filter names; those are reported with the filter."""
    filters = " ".join(row.get("choice_filter") for row in survey.rows).casefold()
    return {column.name for column in choices.columns if column.name in filters}
