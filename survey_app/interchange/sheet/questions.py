"""One row of the template → one question, by its kind. Whatever cannot be understood is an error with its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from survey_app.interchange.pasted.options import asks_to_say, says_exclusive
from survey_app.interchange.pasted.texts import without_blank
from survey_app.interchange.sheet import kinds
from survey_app.interchange.sheet.book import Row
from survey_app.interchange.sheet.context import Context
from survey_app.interchange.sheet.lines import Line, Lines, read_lines
from survey_app.interchange.sheet.scales import recognised, says_no_scale, scale_of_cell, scale_of_options
from survey_app.questionnaire.definition import (
    CODE,
    LONG_TEXT_LIMIT,
    OPTION_CODE,
    SHORT_TEXT_LIMIT,
    DateQuestion,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    specify_code,
)
from survey_app.questionnaire.text import EMPTY, Text

MAX_OPTIONS = 1_000
MAX_DECIMALS = 6
LONGEST_TEXTS = {"short_text": 500, "long_text": 5000}
_Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One option or row with its words in both languages."""

    line: Line
    code: str
    text: Text


def question_of(row: Row, context: Context) -> Question | None:
    """Return the question of a row; None where there is none, with an error that says why."""
    kind = _kind(row, context)
    code = context.code(row)
    if kind is None:
        return None
    text = row.text("text")
    if not text:
        context.report.error("no_question_text", row.place("text"))
    is_plain = kind == kinds.PLAIN_SINGLE
    kind = "single" if is_plain else kind
    _report_unused(row, kind, context)
    fields: _Fields = {"code": code, "text": text, "help": row.text("help"), "shown_if": context.rule(row)}
    if kind != kinds.NOTHING_TO_ANSWER:
        fields["required"] = context.yes(row, "required")
    if is_plain:
        return _single(row, fields, context, may_be_scale=False)
    return _READERS[kind](row, fields, context)


def _kind(row: Row, context: Context) -> str | None:
    written = row.get("kind")
    if written:
        kind = kinds.kind_named(written)
        if kind is None:
            similar = kinds.similar_kind(written)
            meant = kinds.NAMES[similar].zh if similar else ""
            known = "、".join(name.zh for name in kinds.NAMES.values())
            context.report.error(
                "kind_similar" if meant else "kind_unknown", row.place("kind"),
                kind=written[:40], meant=meant, known=known,
            )  # fmt: skip
        return kind
    kind = (
        "matrix" if row.has("rows") else "scale" if row.has("scale") else "single" if row.has("options") else None
    )
    kind = kind or "short_text"
    context.report.changed("kind_guessed", row.place("kind"), kind=kinds.NAMES[kind].zh)
    return kind


def _report_unused(row: Row, kind: str, context: Context) -> None:
    """Report what stands in columns that this kind does not have; "no" says nothing there."""
    unused = [
        key
        for key in row.keys()  # noqa: SIM118  # a row is no mapping
        if key not in kinds.COLUMNS[kind] and not (key in {"required", "random"} and row.get(key) in {"否", "No"})
    ]
    if unused:
        names = "、".join(row.headers.get(key, key) for key in unused)
        context.report.dropped("cells_unused", row.place(unused[0]), columns=names, kind=kinds.NAMES[kind].zh)


# --- options ---------------------------------------------------------------------------------------


def _entries(row: Row, key: str, context: Context, default: Callable[[int], str]) -> list[_Entry]:
    """Return the lines of a cell paired with those of the other language."""
    zh, en = read_lines(row.get(key, "zh")), read_lines(row.get(key, "en"))
    main, other = (zh, en) if zh.lines else (en, Lines())
    if main.labels_off:
        context.report.changed("labels_off", row.place(key))
    if len(main.lines) > MAX_OPTIONS:
        context.report.error("too_many_lines", row.place(key), most=MAX_OPTIONS)
        return []
    codes = [line.code or default(number) for number, line in enumerate(main.lines, start=1)]
    words = _paired(row, key, codes, main, other, context)
    found = []
    for line, code, english in zip(main.lines, codes, words, strict=True):
        text = Text(line.words, english) if zh.lines else Text(en=line.words)
        if not text:
            context.report.error("line_without_words", row.place(key), code=code)
        found.append(_Entry(line, code, text))
    return found


def _paired(row: Row, key: str, codes: Sequence[str], main: Lines, other: Lines, context: Context) -> Sequence[str]:
    """Return the other language's words for each line: by code where it names them, and otherwise by place."""
    if not other.lines:
        return [""] * len(codes)
    if other.is_coded:
        words = {line.code or "": line.words for line in other.lines}
        if strange := [code for code in words if code not in codes]:
            context.report.error("translation_code", row.place(key), code="、".join(strange)[:80])
        return [words.get(code, "") for code in codes]
    for lines in (other.lines, other.blanks):
        if len(lines) == len(codes):
            return [line.words for line in lines]
    context.report.error("translation_count", row.place(key), count=len(codes), english=len(other.lines))
    return [""] * len(codes)


def _options(row: Row, fields: _Fields, context: Context, *, several: bool = False) -> tuple[Option, ...]:
    """Return the options of a question. What their words alone say of them is taken over, and reported."""
    entries = _entries(row, "options", context, str)
    if len(entries) < 2:
        context.report.error("too_few_options", row.place("options"))
    _check_codes(row, "options", [each.code for each in entries], OPTION_CODE.match, context)
    options = []
    for each in entries:
        specify = each.line.specify or (each.line.specify is None and asks_to_say(each.text.zh))
        exclusive = each.line.exclusive or (each.line.exclusive is None and several and says_exclusive(each.text))
        if specify and each.line.specify is None:
            context.report.changed("specify_read", row.place("options"), option=each.text.zh[:40])
        if exclusive and each.line.exclusive is None:
            context.report.changed("exclusive_read", row.place("options"), option=each.text.zh[:40])
        if exclusive and not several:
            context.report.dropped("exclusive_alone", row.place("options"), option=each.text.zh[:40])
        text = each.text
        if specify and each.line.specify is None:  # the place to write comes with the option: 其他____
            text = Text(without_blank(text.zh)[0] or text.zh, text.en)
        options.append(Option(each.code, text, exclusive and several, specify))
        if specify:
            context.take_field(specify_code(fields["code"], each.code), row, "options")
    return tuple(options)


def _check_codes(
    row: Row, key: str, codes: Sequence[str], is_code: Callable[[str], object], context: Context
) -> None:
    seen: set[str] = set()
    for code in codes:
        if not is_code(code):
            context.report.error("bad_line_code", row.place(key), code=code)
        if code in seen:
            context.report.error("line_code_twice", row.place(key), code=code)
        seen.add(code)


# --- kinds -----------------------------------------------------------------------------------------


def _single(row: Row, fields: _Fields, context: Context, *, may_be_scale: bool = True) -> Question | None:
    named = row.get("scale")
    if named and not says_no_scale(named):
        context.report.changed("single_as_scale", row.place("scale"))
        return _scale(row, fields, context)
    options = _options(row, fields, context)
    scale = recognised(row, options, context) if may_be_scale and not named else None
    if scale is not None:
        return ScaleQuestion(**fields, scale=scale)
    return SingleChoice(**fields, options=options, random_order=context.yes(row, "random"))


def _multiple(row: Row, fields: _Fields, context: Context) -> Question:
    options = _options(row, fields, context, several=True)
    ordinary = sum(not each.exclusive for each in options)
    # With too few options, which is told, any number will do: it may be right once they are there.
    limit = len(options) if len(options) > 1 else MAX_OPTIONS
    most = context.whole(row, "most", 1, limit)
    least = context.whole(row, "least", 0, most or (ordinary if len(options) > 1 else limit))
    return MultipleChoice(
        **fields,
        options=options,
        min_choices=least or 0,
        max_choices=most,
        random_order=context.yes(row, "random"),
    )


def _scale(row: Row, fields: _Fields, context: Context) -> Question | None:
    code = _scale_code(row, fields, context)
    return ScaleQuestion(**fields, scale=code) if code is not None else None


def _scale_code(row: Row, fields: _Fields, context: Context) -> str | None:
    """Return the code of the scale that a row names, or that its options are."""
    if row.get("scale"):
        if row.has("options"):
            context.report.dropped("options_and_scale", row.place("options"), scale=row.get("scale")[:60])
        return scale_of_cell(row, context)
    if not row.has("options"):
        context.report.error("no_scale", row.place("scale"))
        return None
    entries = _entries(row, "options", context, str)
    if len(entries) < 2:
        context.report.error("too_few_options", row.place("options"))
    _check_codes(row, "options", [each.code for each in entries], OPTION_CODE.match, context)
    return scale_of_options(row, [Option(each.code, each.text) for each in entries], fields["code"], context)


def _matrix(row: Row, fields: _Fields, context: Context) -> Question | None:
    code = _scale_code(row, fields, context)
    entries = _entries(row, "rows", context, lambda number: f"{fields['code']}_{number}")
    if not entries:
        context.report.error("rows_missing", row.place("rows"))
    codes = [each.code for each in entries]
    _check_codes(row, "rows", codes, CODE.match, context)
    for code_of_row in dict.fromkeys(codes):
        context.take_field(code_of_row, row, "rows")
    source = None
    if written := row.get("rows_from"):
        source = context.field_named(written)
        if source is None:
            context.report.error("rows_from_unknown", row.place("rows_from"), code=written[:40])
    items = []
    for each in entries:
        when = each.line.when if source is not None else None
        if source is not None and when is None:
            context.report.error("row_without_option", row.place("rows"), row=each.text.zh[:40] or each.code)
        if each.line.when is not None and not row.get("rows_from"):
            context.report.error("rows_from_missing", row.place("rows_from"), row=each.text.zh[:40] or each.code)
        items.append(Item(each.code, each.text, when))
    return Matrix(**fields, scale=code, items=tuple(items), rows_from=source) if code is not None else None


def _nps(row: Row, fields: _Fields, context: Context) -> Question:
    entries = _entries(row, "options", context, lambda number: {1: "0", 2: "10"}.get(number, str(number)))
    ends = {each.code: each.text for each in entries}
    if set(ends) - {"0", "10"}:
        context.report.error("nps_options", row.place("options"))
    return Nps(**fields, low=ends.get("0", EMPTY), high=ends.get("10", EMPTY))


def _number(row: Row, fields: _Fields, context: Context) -> Question:
    low, high = context.number(row, "minimum"), context.number(row, "maximum")
    if low is not None and high is not None and low > high:
        context.report.error("bounds_crossed", row.place("minimum"))
    return Number(
        **fields,
        minimum=low,
        maximum=high,
        decimals=context.whole(row, "decimals", 0, MAX_DECIMALS) or 0,
        unit=row.text("unit"),
    )


def _short_text(row: Row, fields: _Fields, context: Context) -> Question:
    most = context.whole(row, "maximum", 1, LONGEST_TEXTS["short_text"])
    return ShortText(**fields, max_length=most or SHORT_TEXT_LIMIT)


def _long_text(row: Row, fields: _Fields, context: Context) -> Question:
    most = context.whole(row, "maximum", 1, LONGEST_TEXTS["long_text"])
    return LongText(**fields, max_length=most or LONG_TEXT_LIMIT)


def _date(row: Row, fields: _Fields, context: Context) -> Question:
    first, last = _day(row, "minimum", context), _day(row, "maximum", context)
    if first is not None and last is not None and first > last:
        context.report.error("bounds_crossed", row.place("minimum"))
    return DateQuestion(**fields, earliest=first, latest=last)


def _day(row: Row, key: str, context: Context) -> str | None:
    """Return the day in a cell: as Excel stores one, or written 2017-04-11, 2017/4/11, 2017年4月11日."""
    cell = row.get(key)
    if not cell:
        return None
    parts = cell.translate(_DAY_SIGNS).strip("-").split("-")
    try:
        year, month, day = (int(part) for part in parts if part.isascii() and part.isdecimal())
        if len(parts) == 3:
            return date(year, month, day).isoformat()
    except ValueError:
        pass
    context.report.error("not_a_day", row.place(key), value=cell[:40])
    return None


_DAY_SIGNS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": "-", "－": "-", "／": "-"})


def _ranking(row: Row, fields: _Fields, context: Context) -> Question:
    options = _options(row, fields, context)
    top = context.whole(row, "most", 1, len(options) if len(options) > 1 else MAX_OPTIONS)
    return Ranking(**fields, options=options, top=top or len(options))


def _statement(row: Row, fields: _Fields, context: Context) -> Question:
    return Statement(**fields)


_READERS: Mapping[str, Callable[[Row, _Fields, Context], Question | None]] = {
    "single": _single,
    "multiple": _multiple,
    "scale": _scale,
    "matrix": _matrix,
    "nps": _nps,
    "number": _number,
    "short_text": _short_text,
    "long_text": _long_text,
    "date": _date,
    "ranking": _ranking,
    "statement": _statement,
}


def joined(rows: Sequence[Row], context: Context) -> list[Row]:
    """Join rows that only go on with the options or rows of the one above, as in merged cells, into that one."""
    found: list[Row] = []
    for row in rows:
        keys = set(row.keys())
        if found and keys <= {"options", "rows", "section"} and keys & {"options", "rows"} and not _is_new(row):
            above = found[-1]
            cells = dict(above.cells)
            for place, words in row.cells.items():
                if place[0] != "section":
                    cells[place] = f"{cells[place]}\n{words}" if place in cells else words
            found[-1] = replace(above, cells=cells)
            context.report.changed("row_joined", row.place(), row=above.number)
        else:
            found.append(row)
    return found


def _is_new(row: Row) -> bool:
    return row.has("text") or row.has("code") or row.has("kind")
