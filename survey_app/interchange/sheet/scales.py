"""The scales that a template names: shipped ones, its own, and options that are one by their words."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app import library
from survey_app.interchange.known_scales import shipped_scale
from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.grades import satisfaction
from survey_app.interchange.pasted.scales import scale_named, shipped
from survey_app.interchange.sheet.book import Row, Table
from survey_app.interchange.sheet.context import Context
from survey_app.interchange.xlsform.codes import Codes, option_codes
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.definition import Grade, Option, Scale
from survey_app.questionnaire.text import EMPTY, Text

NO_SCALE = Text("不用量表", "No scale")
"""In the column for the scale of a single choice: its words are those of a scale, and it is none all the same."""
_NO_SCALE = {normal(NO_SCALE.zh), normal(NO_SCALE.en), "无", "不用", "none", "no"}
_MOST_SCORE = 100


def read_scales(table: Table | None, report: Report) -> dict[str, Scale]:
    """Return the scales on the file's own sheet, by code: rows with the same code are one scale."""
    if table is None:
        return {}
    context = Context(report, {})
    rows: dict[str, list[Row]] = {}
    current = ""
    for row in table.rows:
        current = row.get("scale") or current
        if not current:
            report.error("scale_without_code", row.place("scale"))
            continue
        rows.setdefault(current, []).append(row)
    codes = Codes()
    found: dict[str, Scale] = {}
    for name, each in rows.items():
        code = codes.make(name, "scale")
        if code != name:
            report.changed("renamed", each[0].place("scale"), old=name[:80], new=code)
        found[code] = _scale(code, each, context)
    return found


def _scale(code: str, rows: list[Row], context: Context) -> Scale:
    names = [row.get("code") for row in rows]
    codes = option_codes([name or str(number) for number, name in enumerate(names, start=1)])
    for row, name, made in zip(rows, names, codes, strict=True):
        if name and name != made:
            context.report.changed("option_renamed", row.place("code"), old=name[:80], new=made)
    grades = tuple(_grade(row, made, context) for row, made in zip(rows, codes, strict=True))
    if len(grades) < 2:
        context.report.error("scale_too_short", rows[0].place("text"), scale=code)
    named = next((text for row in rows if (text := row.text("scale_name"))), EMPTY)
    return Scale(code, named, grades)


def _grade(row: Row, code: str, context: Context) -> Grade:
    text = row.text("text")
    if not text:
        context.report.error("no_grade_text", row.place("text"))
    score = context.number(row, "score")
    if score is not None and not 0 <= score <= _MOST_SCORE:
        context.report.error("bad_score", row.place("score"), value=row.get("score")[:40])
        score = None
    in_base = context.yes(row, "in_base", default=True)
    satisfied, strict = context.yes(row, "satisfied"), context.yes(row, "strict")
    if strict and not satisfied:
        context.report.error("strict_not_satisfied", row.place("strict"))
    if satisfied and not in_base:
        context.report.error("satisfied_not_in_base", row.place("satisfied"))
    return Grade(code, text, score, satisfied, strict, in_base)


def says_no_scale(cell: str) -> bool:
    """Tell whether a cell says that options are no scale."""
    return normal(cell) in _NO_SCALE


def scale_of_cell(row: Row, context: Context) -> str | None:
    """Return the code of the scale that a row names; one that is not known is an error."""
    cell = row.get("scale")
    own = _own(cell, context)
    if own is not None:
        return own
    code = scale_named(cell) or scale_named(cell.split()[0]) or scale_named(cell.partition(" ")[2])
    if code is None:
        codes = dict.fromkeys([*context.scales, *(each.code for each in library.scales())])
        known = "、".join(list(codes)[:30])
        context.report.error("scale_unknown", row.place("scale"), scale=cell[:60], known=known)
        return None
    return _take(shipped(code), context)


def _own(cell: str, context: Context) -> str | None:
    """Return the code of the scale of the file's own that a cell names, by its code, its name or both."""
    first, _, rest = cell.partition(" ")
    if first in context.scales:
        return first
    for words in (cell, first, rest):
        plain = normal(words)
        for code, scale in context.scales.items():
            if plain and plain in {code.casefold(), normal(scale.name.zh), normal(scale.name.en)}:
                return code
    return None


def _take(scale: Scale, context: Context) -> str:
    """Make a shipped scale one of the questionnaire's; where its code stands for another, it gets a new one."""
    for code, known in context.scales.items():
        if known.grades == scale.grades and (known.name == scale.name or code == scale.code):
            return code
    code = context.scale_codes.make(scale.code, "scale")
    context.scales[code] = Scale(code, scale.name, scale.grades)
    return code


def scale_of_options(row: Row, options: Sequence[Option], name: str, context: Context) -> str:
    """Return the code of the scale that a row's options are: a shipped one by its words, or a new one."""
    known = shipped_scale([each.text for each in options])
    if known is not None:
        _tell_codes(row, options, known, context)
        return _take(known, context)
    grades = _grades(options)
    for code, scale in context.scales.items():
        if scale.grades == grades:
            return code
    code = context.scale_codes.make(f"{name[:33]}_scale", "scale")
    context.scales[code] = Scale(code, EMPTY, grades)
    satisfied = "、".join(each.text.zh for each in grades if each.satisfied)
    if satisfied:
        words = " / ".join(each.text.zh for each in grades)[:80]
        context.report.changed("scale_guessed", row.place("options"), grades=words, satisfied=satisfied[:80])
    else:
        context.report.changed("scale_made", row.place("options"), scale=code)
    return code


def _grades(options: Sequence[Option]) -> tuple[Grade, ...]:
    """Return options as grades, with what their words are worth if they are of satisfaction."""
    standings = satisfaction([each.text.zh for each in options])
    if standings is None:
        return tuple(Grade(each.code, each.text, None) for each in options)
    return tuple(
        Grade(each.code, each.text, worth.score, worth.satisfied, worth.strict, worth.in_base)
        for each, worth in zip(options, standings, strict=True)
    )


def recognised(row: Row, options: Sequence[Option], context: Context) -> str | None:
    """Return the code of the shipped scale that the options of a single choice are, which is reported, or None."""
    known = shipped_scale([each.text for each in options])
    if known is None:
        return None
    context.report.changed("scale_recognised", row.place("options"), scale=known.name.zh, code=known.code)
    return _take(known, context)


def _tell_codes(row: Row, options: Sequence[Option], scale: Scale, context: Context) -> None:
    """Report where options that are a shipped scale get its codes instead of their own."""
    if [each.code for each in options] != [grade.code for grade in scale.grades]:
        context.report.changed("scale_codes", row.place("options"), scale=scale.name.zh, code=scale.code)
