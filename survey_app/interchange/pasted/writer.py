"""A questionnaire → text that people can read and change, and that reads back as the same questionnaire."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app import library
from survey_app.interchange.chinese_numbers import chinese_number
from survey_app.interchange.findings import Finding
from survey_app.interchange.kind_words import KIND_WORDS
from survey_app.interchange.labels import normal
from survey_app.interchange.losses import losses
from survey_app.interchange.pasted.asides import is_misread
from survey_app.interchange.pasted.drafts import strip_marks_into
from survey_app.interchange.pasted.lines import Sign, label_of
from survey_app.interchange.pasted.marks import NUMBERED, Marks, strip_marks
from survey_app.interchange.pasted.options import asks_to_say, says_exclusive
from survey_app.interchange.pasted.own_scales import NOT_COUNTED, SATISFIED, STRICT, are_scored
from survey_app.interchange.pasted.reader import read
from survey_app.interchange.pasted.texts import CHINESE, parts_of
from survey_app.interchange.spoken import Speaker
from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    SHORT_TEXT_LIMIT,
    DateQuestion,
    Grade,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
    Statement,
    options_of,
    scale_of,
)
from survey_app.questionnaire.rules import plain_number
from survey_app.questionnaire.text import Text

_NUMBERED = re.compile(r"q([1-9][0-9]{0,3})\Z")
_ASKS = re.compile(r"[?？_＿]")
_BARS = re.compile(r"[|｜\n]")


def write(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as text. What it cannot hold is left out; `write_report` names it."""
    blocks = ["\n".join(_heading(questionnaire))]
    if questionnaire.scales and not _are_plain(questionnaire):
        blocks.extend("\n".join(_scale(scale)) for scale in questionnaire.scales)
    speaker = Speaker(questionnaire, _numbers(questionnaire))
    for number, section in enumerate(questionnaire.sections, start=1):
        if number > 1 or not _is_bare(section):
            blocks.append("\n".join(_section(section, number, questionnaire, speaker)))
        for question in section.questions:
            blocks.append("\n".join(_question(question, speaker)))
            speaker.add(question)
    if questionnaire.closing:
        blocks.append("\n".join(_text("【结束语】", questionnaire.closing)))
    return "\n\n".join(blocks) + "\n"


def write_report(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return what `write` cannot express: all that differs once the text is read back."""
    return losses(questionnaire, read(write(questionnaire)).imported)


def _text(before: str, text: Text, marks: str = "") -> list[str]:
    """Return the lines of a text: both languages on one line where that is plain, otherwise each on its own."""
    marks = f" {marks}" if marks else ""
    fits = text.zh and text.en and not _BARS.search(text.zh + text.en) and not CHINESE.search(text.en)
    if fits:
        return [f"{before}{text.zh} | {text.en}{marks}"]
    first, *more = text.zh.split("\n")
    lines = [f"{before}{first}{marks}", *(f"> {line}" for line in more)]
    if text.en or (not more and parts_of(text.zh)[1]):
        first, *more = text.en.split("\n")
        lines += [f"| {first}".rstrip(), *(f"> {line}" for line in more)]
    return lines


def _heading(questionnaire: Questionnaire) -> Iterator[str]:
    yield from _text("【标题】", questionnaire.title)
    yield f"【编码】{questionnaire.code}"
    for word, text in (
        ("说明", questionnaire.description),
        ("告知", questionnaire.notice),
        ("同意", questionnaire.consent),
    ):
        if text:
            yield from _text(f"【{word}】", text)
    if questionnaire.minutes is not None:
        yield f"【预计时长】{questionnaire.minutes} 分钟"
    if questionnaire.headline is not None:
        yield f"【主指标】{questionnaire.headline}"
    if questionnaire.wave_link is not None:
        yield f"【首测对应题】{questionnaire.wave_link}"
    if questionnaire.paged:
        yield "【分页】是"


# --- scales ----------------------------------------------------------------------------------------


def _are_plain(questionnaire: Questionnaire) -> bool:
    """Tell whether the scales are the shipped ones, in the order in which the questions use them."""
    used = dict.fromkeys(code for each in questionnaire.questions if (code := scale_of(each)) is not None)
    return [*used] == [scale.code for scale in questionnaire.scales] and all(map(_is_shipped, questionnaire.scales))


def _is_shipped(scale: Scale) -> bool:
    return scale in library.scales()


def _scale(scale: Scale) -> Iterator[str]:
    if _is_shipped(scale):
        yield f"【量表】{scale.code}"
        return
    yield from _text(f"【量表 {scale.code}】", scale.name)
    for number, grade in enumerate(scale.grades, start=1):
        yield from _text("- ", grade.text, _grade_marks(grade, number))


def _grade_marks(grade: Grade, number: int) -> str:
    marks = [f"编码:{grade.code}"] if grade.code != str(number) else []
    if grade.score is not None:
        marks.append(f"{plain_number(grade.score)}分")
    marks += [SATISFIED] * (grade.satisfied and not grade.strict) + [STRICT] * grade.strict
    marks += [NOT_COUNTED] * (not grade.in_base)
    return _bracketed(marks)


def _bracketed(marks: list[str]) -> str:
    return " ".join(f"[{mark}]" for mark in marks)


# --- sections --------------------------------------------------------------------------------------


def _is_bare(section: Section) -> bool:
    return section.code == "s1" and not section.title and not section.intro and section.shown_if is None


def _numbers(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the numbers that questions have in the text, by code."""
    return {
        question.code: match[1]
        for question in questionnaire.questions
        if not isinstance(question, Statement) and (match := _NUMBERED.match(question.code)) is not None
    }


def _section(section: Section, number: int, questionnaire: Questionnaire, speaker: Speaker) -> Iterator[str]:
    marks = f"[编码:{section.code}]" if section.code != f"s{number}" else ""
    title = section.title
    if not title.zh:
        label = "#"
    elif _says_its_number(title.zh) and _is_plain_heading(title.zh):
        label, marks = "", f"{marks} [{NUMBERED}]".strip()
    elif number < 100 and _is_plain_heading(title.zh) and any(_label(each) for each in questionnaire.questions):
        label = f"{chinese_number(number)}、"
    else:
        label = f"第{number}部分 "
    yield from _text(label, title, marks)
    if section.shown_if is not None:
        yield f"【显示条件】{speaker.say(section.shown_if)}"
    if section.intro:
        yield from _text("【说明】", section.intro)


def _is_plain_heading(words: str) -> bool:
    return not _ASKS.search(words) and strip_marks(words)[1] == Marks()


# --- questions -------------------------------------------------------------------------------------


def _label(question: Question) -> str:
    """Return the number or code that a question begins with; "" where its code cannot stand there."""
    if (match := _NUMBERED.match(question.code)) is not None and not isinstance(question, Statement):
        return f"{match[1]}. "
    label, rest = label_of(f"{question.code}. x")
    is_code = label is not None and label.sign is Sign.CODE and label.name == question.code and rest == "x"
    return f"{question.code}. " if is_code else ""


def _says_its_number(words: str) -> bool:
    """Tell whether a heading begins with a number itself: 二、您的评价."""
    label, rest = label_of(words)
    return label is not None and label.sign in {Sign.CHINESE, Sign.CHINESE_PAREN, Sign.PART} and bool(rest)


def _question(question: Question, speaker: Speaker) -> Iterator[str]:
    label = _label(question)
    marks = [_kind(question)]
    if not label:
        marks.append(f"编码:{question.code}")
    if question.required:
        marks.append("必答")
    marks += _settings(question)
    yield from _text(label, question.text, _bracketed(marks))
    if question.help:
        yield from _text("【提示】", question.help)
    if question.shown_if is not None:
        yield f"【显示条件】{speaker.say(question.shown_if)}"
    elif is_misread(question.text.zh, speaker.references):
        yield "【显示条件】始终"
    yield from _ends(question)
    for number, option in enumerate(options_of(question), start=1):
        sign = f"{chr(64 + number)}. " if number <= 26 else "- "
        yield from _text(sign, option.text, _option_marks(option, number, question))
    if isinstance(question, Matrix):
        for item in question.items:
            marks = [f"编码:{item.code}", *([f"对应:{item.when}"] if item.when is not None else [])]
            yield from _text("- ", item.text, _bracketed(marks))


def _ends(question: Question) -> Iterator[str]:
    """Return what stands at the ends of 0-10, or behind a number."""
    if isinstance(question, Nps):
        for word, text in (("左端", question.low), ("右端", question.high)):
            if text:
                yield from _text(f"【{word}】", text)
    if isinstance(question, Number) and question.unit:
        yield from _text("【单位】", question.unit)


def _kind(question: Question) -> str:
    options = [option.text.zh or option.text.en for option in options_of(question)]
    words = [normal(each) for each in options]
    is_number = words in ([str(number) for number in range(11)], [str(number) for number in range(10, -1, -1)])
    if isinstance(question, SingleChoice) and (is_number or are_scored(options)):
        return "普通单选题"
    return KIND_WORDS[kind_of(question)].zh.partition("（")[0]  # brackets cannot stand in brackets


def _option_marks(option: Option, number: int, question: Question) -> str:
    marks = [f"编码:{option.code}"] if option.code != str(number) else []
    if option.exclusive:
        marks.append("排他")
    elif isinstance(question, MultipleChoice) and says_exclusive(option.text):
        marks.append("可同选")
    says = asks_to_say(option.text.zh.split("\n")[0])
    if option.specify is not says:
        marks.append("请注明" if option.specify else "无需注明")
    return _bracketed(marks)


def _implied(question: Question) -> Marks:
    """Return what the wording alone would be taken to say."""
    marks = strip_marks(question.text.zh.split("\n")[0])[1]
    strip_marks_into(marks, question.help.zh.split("\n")[0])
    return marks


def _settings(question: Question) -> list[str]:
    """Return the marks for what a kind of question has of its own."""
    implied = _implied(question)
    match question:
        case ScaleQuestion(scale=scale):
            return [f"量表:{scale}"]
        case Matrix(scale=scale, rows_from=source):
            return [f"量表:{scale}", *([f"行来自:{source}"] if source is not None else [])]
        case SingleChoice(random_order=is_random):
            return ["选项随机"] * is_random
        case MultipleChoice():
            return _choices(question, implied)
        case Ranking(top=top):
            return [f"前{top}项"]
        case ShortText(max_length=length) | LongText(max_length=length):
            limit = SHORT_TEXT_LIMIT if isinstance(question, ShortText) else LONG_TEXT_LIMIT
            return [f"最多{length}字"] if length != limit or implied.length is not None else []
        case Number(minimum=low, maximum=high, decimals=decimals):
            marks = [f"最小{plain_number(low)}"] if low is not None else []
            marks += [f"最大{plain_number(high)}"] if high is not None else []
            return [*marks, *([f"小数位{decimals}"] if decimals or implied.decimals else [])]
        case DateQuestion(earliest=earliest, latest=latest):
            marks = [f"最早{earliest}"] if earliest is not None else []
            return [*marks, *([f"最晚{latest}"] if latest is not None else [])]
    return []


def _choices(question: MultipleChoice, implied: Marks) -> list[str]:
    marks = []
    if question.max_choices is not None:
        marks.append(f"最多选{question.max_choices}项")
    elif implied.most is not None:
        marks.append("不限项数")
    if question.min_choices or implied.least:
        marks.append(f"至少选{question.min_choices}项")
    return [*marks, *(["选项随机"] * question.random_order)]
