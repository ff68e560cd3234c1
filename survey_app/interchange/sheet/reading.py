"""A filled-in template → a questionnaire, or all that is wrong with it at once, each with sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from survey_app.interchange.findings import Imported, Place
from survey_app.interchange.labels import normal
from survey_app.interchange.sheet.book import Row, Table, read_book
from survey_app.interchange.sheet.columns import TITLES, Part, item_of
from survey_app.interchange.sheet.context import Context
from survey_app.interchange.sheet.questions import joined, question_of
from survey_app.interchange.sheet.scales import read_scales
from survey_app.interchange.sheet.sections import Sections
from survey_app.interchange.xlsform.codes import Codes
from survey_app.interchange.xlsform.languages import looks_chinese
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sheets import row_list
from survey_app.questionnaire.definition import CODE, Questionnaire, scale_of
from survey_app.questionnaire.text import EMPTY, UNPRINTABLE, Text

MAX_QUESTIONS = 2_000
MAX_MINUTES = 120


def read(data: bytes, *, filename: str) -> Imported:
    """Read a filled-in template.

    A questionnaire without a title gets what stands above the header of its questions, or else `filename`.

    Raises `UnreadableFile` where the file as a whole cannot be taken.
    """
    report = Report()
    book = read_book(data, report)
    questions = book.get(Part.QUESTIONS)
    if questions is None:
        report.error("no_question_sheet", Place(), sheet=TITLES[Part.QUESTIONS].zh)
        return Imported(None, report.in_order())
    if len(questions.rows) > MAX_QUESTIONS:
        report.error("too_many_questions", Place(questions.title), most=MAX_QUESTIONS)
        return Imported(None, report.in_order())
    context = Context(report, read_scales(book.get(Part.SCALES), report))
    sections = _sections(questions, book.get(Part.SECTIONS), context)
    name = questions.above or PurePath(UNPRINTABLE.sub("", filename).replace("\\", "/")).stem.strip()
    questionnaire = _headed(sections, book.get(Part.FORM), name[:200], context)
    if not questionnaire.fields and not report.has_errors:
        report.error("no_questions", Place(questions.title, questions.header))
    return Imported(None if report.has_errors else questionnaire, report.in_order())


def _sections(questions: Table, listed: Table | None, context: Context) -> Sections:
    sections = Sections(listed.rows if listed is not None else (), context)
    rows = joined(questions.rows, context)
    context.announce(rows)
    for row in rows:
        if set(row.keys()) == {"section"}:
            context.report.dropped("row_without_question", row.place())
            continue
        sections.enter(row)
        question = question_of(row, context)
        if question is not None:
            context.add(question)
            sections.add(question)
    for kind, made in (("codes_made", context.without_code), ("codes_numbered", context.numbered)):
        if made:
            context.report.changed(kind, made[0].place("code"), rows=row_list([row.number for row in made]))
    return sections


# --- the questionnaire as a whole ------------------------------------------------------------------


def _headed(sections: Sections, table: Table | None, stem: str, context: Context) -> Questionnaire:
    """Return the questionnaire. `stem` is what it is called where it has no title of its own."""
    items = _items(table, context)
    title = _words(items, "title")
    if not title:
        place = Place(table.title) if table is not None else Place()
        context.report.changed("title_from_file", place, title=stem or "问卷")
        is_english = not looks_chinese([stem]) and not any(each.text.zh for each in sections.questions())
        title = Text(en=stem) if stem and is_english else Text(stem or "问卷")
    found = Questionnaire(
        code=_code(items, stem, context),
        title=title,
        sections=tuple(sections.found()),
        scales=tuple(context.scales.values()),
        description=_words(items, "description"),
        notice=_words(items, "notice"),
        consent=_words(items, "consent"),
        closing=_words(items, "closing"),
        minutes=_minutes(items, context),
        headline=_field(items, "headline", context),
        wave_link=_first(items, "wave_link") or None,
        paged="paged" in items and context.yes(_valued(items["paged"]), "value"),
    )
    _check_headline(found, items, context)
    return found


def _items(table: Table | None, context: Context) -> dict[str, Row]:
    """Return the rows of the sheet by the item they are about."""
    found: dict[str, Row] = {}
    for row in table.rows if table is not None else ():
        written = row.get("item")
        item = item_of(written)
        if not row.has("value"):
            continue
        if item is None:
            context.report.dropped("item_unknown", row.place("item"), item=written[:60])
        elif item in found:
            context.report.dropped("item_twice", row.place("item"), item=written[:60], row=found[item].number)
        else:
            found[item] = row
    return found


def _words(items: Mapping[str, Row], item: str) -> Text:
    return items[item].text("value") if item in items else EMPTY


def _first(items: Mapping[str, Row], item: str) -> str:
    """Return what stands for an item that is no text, in whichever column."""
    return _valued(items[item]).get("value") if item in items else ""


def _valued(row: Row) -> Row:
    """Return a row whose value is not taken for words in one language."""
    value = row.get("value", "zh") or row.get("value", "en")
    return Row(row.sheet, row.number, {("value", ""): value}, row.headers)


def _code(items: Mapping[str, Row], stem: str, context: Context) -> str:
    written = _first(items, "code")
    if CODE.match(written):
        return written
    code = Codes().make(written or stem, "form")
    if written:
        context.report.changed("renamed", items["code"].place("value"), old=written[:80], new=code)
    return code


def _minutes(items: Mapping[str, Row], context: Context) -> int | None:
    if "minutes" not in items:
        return None
    row = _valued(items["minutes"])
    number = normal(row.get("value")).removesuffix("分钟").removesuffix("minutes")
    trimmed = Row(row.sheet, row.number, {("value", ""): number}, row.headers)
    return context.whole(trimmed, "value", 1, MAX_MINUTES)


def _field(items: Mapping[str, Row], item: str, context: Context) -> str | None:
    written = _first(items, item)
    return (context.field_named(written) or written) if written else None


def _check_headline(found: Questionnaire, items: Mapping[str, Row], context: Context) -> None:
    if found.headline is not None:
        place = found.fields.get(found.headline)
        if place is None or scale_of(place.question) is None:
            kind = "headline_unknown" if place is None else "headline_not_scale"
            context.report.error(kind, items["headline"].place("value"), code=found.headline[:40])
    if found.wave_link is not None and found.headline is None:
        context.report.error("wave_link_alone", items["wave_link"].place("value"))
