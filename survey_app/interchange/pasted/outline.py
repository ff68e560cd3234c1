"""Lines → an outline: what stands before, sections, and questions with the lines that belong to each.

What a number at the beginning of a line means depends on the others: "1." counts questions, unless they have codes
or letters count them; "一、" is a section, unless it has options itself. So the whole text is looked at first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_app.interchange.pasted.directives import Directive, directive_of
from survey_app.interchange.pasted.grades import ladder_on, listed_grades
from survey_app.interchange.pasted.grids import header_of, row_of
from survey_app.interchange.pasted.lines import Line, Sign
from survey_app.interchange.pasted.marks import Marks, read_marks, strip_marks
from survey_app.interchange.pasted.options import in_stem
from survey_app.interchange.pasted.texts import BLANK, CHINESE, is_field, is_only_blanks

_QUESTION_END = re.compile(r"[?？]\s*(?:[（(][^（()）]{0,80}[)）]\s*)?(?:[|｜].*)?\Z")
_SLASHES = re.compile(r"\S\s*[/／]\s*\S")
_SEPARATOR = re.compile(r"[-=—–_*·.…~～＝－+]{3,}\Z")
_WHOLE_BRACKET = re.compile(
    r"[【\[](?P<title>[^【】\[\]]{1,60})[】\]]\s*(?P<rest>(?:[【\[][^【】\[\]]{1,60}[】\]]\s*)?)\Z"
)
_ASKS = re.compile(
    r"(?:请问|[您你](?!好|们好))[^。，；：！,;:]{2,60}\Z|.{0,16}(?:意见|建议|想说的话?|想法|看法|心里话)(?:[（(].{0,20}[)）])?[:：]?\Z"
)
_PLAINLY = re.compile(r"(?:意见|建议|想说的话?|心里话)\s*[:：]?\Z|[?？:：]\Z")
THANKS = re.compile(r"(?:再次|最后|衷心|非常)*(?:感谢|谢谢|祝您?|Thank)[^?？]{0,80}\Z", re.IGNORECASE)
"""Words of thanks."""
ATTACHED = re.compile(r"附[件表录]?\s*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})?\s*[:：.、]?\Z")
"""附件2: says where the page belongs in a letter, and nothing to respondents."""
CONSENT = re.compile(r"(?:我已|本人已?|已)(?:认真|仔细)?(?:阅读|知悉|了解)|我?(?:自愿|同意)(?:参加|参与)|我同意")


@dataclass(slots=True)
class Seen:
    """A line, and what is plain from it alone: its wording without marks, the marks, what it says that it holds."""

    line: Line
    words: str
    marks: Marks
    directive: Directive | None
    is_evident: bool = False
    """Whether it looks like a question, whatever number it has."""

    @property
    def sign(self) -> Sign | None:
        """What the line begins with."""
        return self.line.label.sign if self.line.label is not None else None

    @property
    def value(self) -> int:
        """The number that it begins with."""
        return self.line.label.value if self.line.label is not None else 0


@dataclass(slots=True)
class QuestionLines:
    """The line that a question begins with, and those that belong to it; `is_statement` for words between two."""

    head: Seen
    pieces: list[Seen] = field(default_factory=list)
    is_statement: bool = False


@dataclass(slots=True)
class SectionLines:
    """A section's heading, what stands between it and its first question, and the questions."""

    head: Seen | None
    title: str
    intro: list[Seen] = field(default_factory=list)
    questions: list[QuestionLines] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A line that says what it holds, and the lines that belong to it: a scale and its grades, a notice."""

    head: Seen
    lines: list[Seen] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A pasted questionnaire in its parts. `lost` are lines that belong nowhere; `notes` only part others."""

    before: list[Seen] = field(default_factory=list)
    consent: Seen | None = None
    headings: list[Part] = field(default_factory=list)
    scales: list[Part] = field(default_factory=list)
    sections: list[SectionLines] = field(default_factory=list)
    after: list[Seen] = field(default_factory=list)
    lost: list[Seen] = field(default_factory=list)
    notes: list[Seen] = field(default_factory=list)


def see(line: Line) -> Seen:
    """Look at a line alone."""
    directive = directive_of(line.text)
    words, marks = strip_marks(line.body)
    if line.is_starred and marks.required is None:
        marks.required = True
    return Seen(line, words, marks, directive)


def look_for_evidence(seen: Sequence[Seen]) -> None:
    """Note which lines look like questions: by marks, by a question mark, by what follows."""
    for index, each in enumerate(seen):
        following = seen[index + 1] if index + 1 < len(seen) else None
        each.is_evident = each.directive is None and bool(each.words) and _is_evident(each, following)


def _is_evident(each: Seen, following: Seen | None) -> bool:
    if each.marks.kind is not None or each.marks.scale is not None:
        return each.sign not in {Sign.LETTER, Sign.BULLET}
    if (header := header_of(each.line.text)) is not None and header[0]:
        return True
    is_of_table = row_of(each.line.text) is not None or grades_or_ladder(each.words)
    if each.sign in {Sign.LETTER, Sign.BULLET, Sign.BARE_LETTER} or is_of_table:
        return False
    if _QUESTION_END.search(each.words[-200:]) or (BLANK.search(each.words) and not is_only_blanks(each.line.text)):
        return True
    return in_stem(each.words) is not None or (following is not None and begins_options(following, each.sign))


def asks(each: Seen) -> bool:
    """Tell whether a line without a number may be a question in a text where none has one."""
    return each.sign is None and each.directive is None and _ASKS.match(each.words) is not None


def asks_plainly(each: Seen) -> bool:
    """Tell whether a line that stands apart is a question even behind one that has no answers yet: 意见或建议：."""
    return each.line.after_blank and _PLAINLY.search(each.words[-20:]) is not None


def begins_options(each: Seen, before: Sign | None) -> bool:
    """Tell whether options begin on a line, of a question that begins with the sign `before`."""
    if each.directive is not None:
        return False
    if each.sign is Sign.BULLET or (each.sign is Sign.LETTER and each.value == 1):
        return True
    if each.sign in {Sign.CIRCLED, Sign.PAREN} and each.sign is not before:
        return each.value == 1 and each.marks.kind is None
    return each.sign is None and ("\t" in each.line.text or grades_or_ladder(each.words))


def grades_or_ladder(words: str) -> bool:
    """Tell whether a line lists grades, in words or numbers."""
    return listed_grades(words) is not None or ladder_on(words) is not None


# --- what numbers mean -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signs:
    """Which signs begin questions and which begin sections in this text."""

    questions: frozenset[Sign]
    sections: frozenset[Sign]


def read_signs(seen: Sequence[Seen]) -> Signs:
    """Find out what the numbers in this text count."""
    counts = Counter(each.sign for each in seen if each.directive is None)
    evident = Counter(each.sign for each in seen if each.is_evident)
    questions: set[Sign] = {Sign.ORDINAL}
    sections = {Sign.PART, Sign.HASH, Sign.CHINESE, Sign.CHINESE_PAREN}
    if counts[Sign.CODE] > 1 or evident[Sign.CODE]:
        questions.add(Sign.CODE)
    if counts[Sign.BARE_CODE] > 1 and evident[Sign.BARE_CODE] * 3 >= counts[Sign.BARE_CODE]:
        questions.add(Sign.BARE_CODE)
    has_codes = bool(questions & {Sign.CODE, Sign.BARE_CODE})
    if evident[Sign.NESTED]:
        questions.add(Sign.NESTED)
    for sign in (Sign.NUMBER, Sign.PAREN, Sign.CIRCLED):
        finer = any(evident[other] for other in (Sign.NESTED, Sign.PAREN, Sign.CIRCLED) if other is not sign)
        if sign is Sign.NUMBER and counts[sign] and not evident[sign] and (has_codes or evident[Sign.CHINESE]):
            continue
        if sign is Sign.NUMBER and counts[sign] and not evident[sign] and finer:
            sections.add(sign)
        elif counts[sign] and (sign is Sign.NUMBER or evident[sign]):
            questions.add(sign)
            break
    for sign in (Sign.CHINESE, Sign.CHINESE_PAREN):
        others = any(evident[other] for other in questions)
        if counts[sign] and not others and evident[sign] * 2 >= counts[sign]:
            questions.add(sign)
            sections.discard(sign)
    return Signs(frozenset(questions), frozenset(sections))


def is_separator(text: str) -> bool:
    """Tell whether a line only parts what stands above from what stands below."""
    return _SEPARATOR.match(text) is not None


def bracketed_title(each: Seen) -> str | None:
    """Return the heading on a line that is all in brackets, unless the brackets hold marks."""
    match = _WHOLE_BRACKET.match(each.line.text)
    if match is None or each.directive is not None:
        return None
    marks = read_marks(match["title"])
    if (marks is not None and marks.scale is None) or not CHINESE.search(match["title"]):
        return None
    return match["title"].strip() + match["rest"]


def looks_like_heading(each: Seen) -> bool:
    """Tell whether a line without a number may be a heading: short, and no sentence."""
    text = each.words
    return (
        each.sign is None
        and each.directive is None
        and 1 < len(text) <= 24
        and text[-1] not in "。！？：；，、.!?:;,)）_…"
        and not BLANK.search(text)
        and not _SLASHES.search(text)
        and not text.startswith("依赖于")
        and not is_field(text)
    )
