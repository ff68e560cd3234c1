"""Pasted text → a questionnaire, with what became of each line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from survey_app.interchange.findings import Imported
from survey_app.interchange.pasted.asides import looks_like_condition, scoped
from survey_app.interchange.pasted.build import Builder
from survey_app.interchange.pasted.conditions import Ruler
from survey_app.interchange.pasted.directives import Key
from survey_app.interchange.pasted.drafts import read_draft
from survey_app.interchange.pasted.jumps import Placed
from survey_app.interchange.pasted.ledger import Ledger, Pasted, Understood
from survey_app.interchange.pasted.lines import Line, Sign, read_lines, split_lines
from survey_app.interchange.pasted.marks import KIND_NAMES, last_group, read_marks, strip_marks
from survey_app.interchange.pasted.outline import ATTACHED, Outline, Part, QuestionLines, SectionLines, Seen
from survey_app.interchange.pasted.own_scales import Scales
from survey_app.interchange.pasted.segments import outline_of
from survey_app.interchange.pasted.stems import is_rule
from survey_app.interchange.pasted.texts import BLANK, CHINESE, is_field, text_of
from survey_app.interchange.pasted.unsaid import Unsaid
from survey_app.questionnaire.definition import CODE, Questionnaire, Section
from survey_app.questionnaire.text import EMPTY, Text

MAX_CHARACTERS = 1024 * 1024
"""Longest text taken; a questionnaire of 2,000 questions takes about a third."""
MAX_QUESTIONS = 2_000
MAX_LINES = 50_000
MAX_LINE = 5_000
"""Longest line, in characters."""
DEFAULT_CODE = "questionnaire"

_TITLE_MARKS = re.compile(r"^(?:《([^《》]{1,200})》|【([^【】]{1,200})】)$")
_MINUTES = re.compile(r"(?:约|大约|需要?|用时|花费?|耗时)[^0-9。]{0,8}([0-9]{1,3})\s*分钟")
_MINUTES_ALONE = re.compile(r"([0-9]{1,3})\s*(?:分钟|minutes?)?\Z")
_PRIVATE = re.compile(r"匿名|保密|隐私|个人信息|不记名|anonym|confidential|privacy", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[（(][^（()）]{0,60}[)）]")
_BOX = re.compile(r"^[□☐○◯\[【（(]\s?[\]】）)]?\s*")


def read(text: str) -> Pasted:
    """Read a questionnaire as people paste it. Nothing that is not understood is left without a finding."""
    if len(text) > MAX_CHARACTERS:
        return _refused("text_too_long", most=MAX_CHARACTERS)
    raw = split_lines(text)
    if not any(line.strip() for line in raw):
        return _refused("empty_text")
    if len(raw) > MAX_LINES:
        return _refused("too_many_lines", most=MAX_LINES)
    return _Reading(raw).run()


def _refused(kind: str, **params: object) -> Pasted:
    ledger = Ledger(())
    ledger.error(kind, **params)
    return Pasted(Imported(None, ledger.findings), ())


class _Reading:
    """One text while it is read."""

    def __init__(self, raw: Sequence[str]) -> None:
        self._ledger = Ledger(raw)
        lines = read_lines(raw)
        self._is_english = not any(CHINESE.search(line) for line in raw)
        self._lines = [line for line in lines if self._is_short(line)]
        self._outline: Outline = outline_of(self._lines)
        self._scales = Scales(self._ledger, is_english=self._is_english)
        self._texts: dict[Key, Text] = {}
        self._values: dict[Key, str] = {}
        self._code: str | None = None
        self._has_too_many = False

    def _is_short(self, line: Line) -> bool:
        if max(len(line.text), *map(len, line.more), *map(len, line.english or [""]), 0) <= MAX_LINE:
            return True
        self._ledger.refuse("line_too_long", line, most=MAX_LINE)
        return False

    def run(self) -> Pasted:
        """Read everything."""
        outline, ledger = self._outline, self._ledger
        for part in outline.scales:
            self._scales.define(part)
        for part in outline.headings:
            self._heading(part)
        self._before(outline.before)
        sections = self._sections(outline.sections)
        scales = {scale.code: scale for scale in self._scales.all}
        Ruler(sections, scales, ledger).run()
        self._after(outline.after)
        for each in outline.lost:
            ledger.refuse("loose_line", each.line)
        for each in outline.notes:
            ledger.mark(each.line, Understood.NOTE)
        return Pasted(self._imported(sections), ledger.lines)

    def _imported(self, sections: Sequence[Placed]) -> Imported:
        count = sum(len(section.made) for section in sections)
        if self._has_too_many:
            self._ledger.error("too_many_questions", most=MAX_QUESTIONS)
            return Imported(None, self._ledger.findings)
        if not count:
            self._ledger.error("no_questions")
        title = self._texts.get(Key.TITLE, EMPTY)
        if count and not title:
            self._ledger.changed("no_title")
        questionnaire = Questionnaire(
            code=self._code or DEFAULT_CODE,
            title=title,
            sections=tuple(
                Section(
                    each.code,
                    self._title_of(each.lines),
                    tuple(made.question for made in each.made),
                    self._intro(each.lines),
                    each.shown_if,
                )
                for each in sections
            ),
            scales=self._scales.all,
            description=self._texts.get(Key.DESCRIPTION, EMPTY),
            notice=self._texts.get(Key.NOTICE, EMPTY),
            consent=self._texts.get(Key.CONSENT, EMPTY),
            closing=self._texts.get(Key.CLOSING, EMPTY),
            minutes=self._minutes(),
            headline=self._values.get(Key.HEADLINE),
            wave_link=self._values.get(Key.WAVE_LINK),
            paged=Key.PAGED in self._values,
        )
        if not count:
            return Imported(None, self._ledger.findings)
        self._look_for_unsaid(questionnaire)
        return Imported(questionnaire, self._ledger.findings)

    def _look_for_unsaid(self, questionnaire: Questionnaire) -> None:
        """Tell which lines were left aside altogether, and which words of the others are nowhere."""
        unsaid = Unsaid(questionnaire)
        for line in self._lines:
            understood = self._ledger.understood(line)
            if understood is None:
                self._ledger.refuse("loose_line", line)
            elif understood not in {Understood.RULE, Understood.NOT_UNDERSTOOD}:
                is_header = "\t" in line.text and understood in {Understood.SCALE, Understood.QUESTION}
                if words := unsaid.in_line(line, self._ledger.used(line), is_header=is_header):
                    self._ledger.refuse("words_left_out", line, words=words[:60])

    def _minutes(self) -> int | None:
        written = self._values.get(Key.MINUTES)
        return int(written) if written is not None else None

    # --- about the whole questionnaire -------------------------------------------------------------

    def _heading(self, part: Part) -> None:
        directive, line = part.head.directive, part.head.line
        assert directive is not None  # noqa: S101  # how the part was found
        key, rest = directive.key, directive.rest
        self._ledger.mark(line, Understood.TITLE if key is Key.TITLE else Understood.HEADING)
        if key is Key.PAGED:
            self._values[key] = rest
        elif key in {Key.CODE, Key.HEADLINE, Key.WAVE_LINK}:
            self._named(key, rest, line)
        elif key is Key.MINUTES:
            match = _MINUTES_ALONE.search(rest[-20:])
            if match is None:
                self._ledger.refuse("not_minutes", line, words=rest[:40])
            else:
                self._values[key] = match[1]
        else:
            text = text_of(line, rest, is_english=self._is_english)
            self._texts[key] = _joined([text, *(self._plain(each) for each in part.lines)])
            for each in part.lines:
                self._ledger.mark(each.line, Understood.HEADING)

    def _named(self, key: Key, code: str, line: Line) -> None:
        if not CODE.match(code):
            self._ledger.refuse("not_a_code", line, code=code[:40])
        elif key is Key.CODE:
            self._code = code
        else:
            self._values[key] = code

    def _plain(self, each: Seen) -> Text:
        return text_of(each.line, each.line.text, is_english=self._is_english)

    def _before(self, lines: Sequence[Seen]) -> None:
        """Take the title, and what stands between it and the first question."""
        rest = list(lines)
        if len(rest) > 1 and ATTACHED.match(rest[0].line.text):
            self._ledger.refuse("attachment_mark", rest.pop(0).line)
        if rest and Key.TITLE not in self._texts and _is_title(rest[0]):
            self._title(rest.pop(0))
        consent = self._outline.consent
        if consent is not None:
            text = text_of(consent.line, _BOX.sub("", consent.line.text), is_english=self._is_english)
            self._texts.setdefault(Key.CONSENT, text)
            self._ledger.mark(consent.line, Understood.HEADING)
        rest = self._without_fields(rest)
        if not rest:
            return
        text = _joined([self._plain(each) for each in rest])
        is_private = consent is not None or _PRIVATE.search(text.zh or text.en) is not None
        key = Key.NOTICE if is_private and Key.NOTICE not in self._texts else Key.DESCRIPTION
        self._texts[key] = _joined([self._texts.get(key, EMPTY), text])
        for each in rest:
            self._ledger.mark(each.line, Understood.HEADING)
        if (match := _MINUTES.search(text.zh)) is not None:
            self._values.setdefault(Key.MINUTES, match[1])

    def _without_fields(self, lines: Iterable[Seen], *, in_section: bool = False) -> list[Seen]:
        """Leave out places to write that belong to no question, and say so: nobody could fill them in."""
        kept: list[Seen] = []
        for each in lines:
            if is_field(each.line.text, in_section=in_section):
                self._ledger.refuse("field_without_question", each.line)
            else:
                kept.append(each)
        return kept

    def _title(self, each: Seen) -> None:
        words = each.words if each.sign is Sign.HASH else strip_marks(each.line.text)[0]
        match = _TITLE_MARKS.match(words)
        text = text_of(each.line, match[1] or match[2] if match is not None else words, is_english=self._is_english)
        self._texts[Key.TITLE] = text
        self._code = self._code or each.marks.code
        self._ledger.mark(each.line, Understood.TITLE)

    def _after(self, lines: Sequence[Seen]) -> None:
        lines = self._without_fields(lines)
        if not lines:
            return
        closing = [self._plain(each) for each in lines]
        self._texts[Key.CLOSING] = _joined([*closing, self._texts.get(Key.CLOSING, EMPTY)])
        for each in lines:
            self._ledger.mark(each.line, Understood.HEADING)

    # --- sections ----------------------------------------------------------------------------------

    def _sections(self, sections: Sequence[SectionLines]) -> list[Placed]:
        heads = [question.head for lines in sections for question in lines.questions]
        builder = Builder(self._ledger, self._scales, {f"q{head.value}" for head in heads if head.value})
        placed: list[Placed] = []
        taken: set[str] = set()
        count = 0
        for index, lines in enumerate(sections, start=1):
            section = Placed(lines, self._section_code(lines, index, taken))
            lines.intro = self._without_fields(lines.intro, in_section=True)
            section.rules = self._section_rules(lines, section.code)
            if lines.head is not None:
                section.number = lines.head.value or index
                self._ledger.mark(lines.head.line, Understood.SECTION, section.code)
            kind = _kind_of(lines)
            for question in lines.questions:
                count += 1
                if count > MAX_QUESTIONS:
                    self._has_too_many = True
                    return placed
                _take_kind(question, kind)
                draft = read_draft(question, self._ledger, is_english=self._is_english)
                section.made.extend(builder.make(draft, index))
            placed.append(section)
        return placed

    def _section_code(self, lines: SectionLines, index: int, taken: set[str]) -> str:
        written = lines.head.marks.code if lines.head is not None else None
        code = written or f"s{index}"
        if written is not None and (not CODE.match(written) or written.casefold() in taken):
            code = next(f"s{number}" for number in range(index, index + 9_999) if f"s{number}" not in taken)
            assert lines.head is not None  # noqa: S101  # where the code is written
            self._ledger.changed("renamed", lines.head.line, old=written, new=code)
        while code.casefold() in taken:
            code = f"{code}_"
        taken.add(code.casefold())
        return code

    def _section_rules(self, lines: SectionLines, code: str) -> list[tuple[str, Seen]]:
        """Return the conditions of a whole section: in brackets behind its heading, or on lines below it."""
        rules: list[tuple[str, Seen]] = []
        group = last_group(lines.title) if lines.head is not None else None
        if group is not None and lines.head is not None and read_marks(group[1]) is None and is_rule(group[1]):
            lines.title = lines.title[: group[0]].rstrip()
            rules.append((group[1], lines.head))
        if lines.head is not None and is_rule_in_brackets(lines.head, lines.title):
            rules.append((lines.title, lines.head))
            lines.title = ""
            self._ledger.doubt("section_by_condition", lines.head.line)
        for each in list(lines.intro):
            text = each.line.text.strip("（()）")
            is_named = each.directive is not None and each.directive.key is Key.RULE
            says_when = is_rule(text) or scoped(text) is not None
            if is_named or (each.directive is None and says_when and not BLANK.search(text)):
                rules.append((each.directive.rest if each.directive is not None else text, each))
                lines.intro.remove(each)
            else:
                self._ledger.mark(each.line, Understood.HINT, code)
        return rules

    def _title_of(self, lines: SectionLines) -> Text:
        if lines.head is None:
            return EMPTY
        line = lines.head.line
        number = line.text[: len(line.text) - len(line.body)] if lines.head.marks.numbered else ""
        return text_of(line, number + lines.title, is_english=self._is_english)

    def _intro(self, lines: SectionLines) -> Text:
        return _joined(
            [
                text_of(
                    each.line,
                    each.directive.rest if each.directive is not None else each.line.text,
                    is_english=self._is_english,
                )
                for each in lines.intro
            ]
        )


def is_rule_in_brackets(head: Seen, title: str) -> bool:
    """Tell whether a heading is nothing but a condition: 【选“是”的填写】."""
    return head.line.text[:1] in "【[" and (is_rule(title) or looks_like_condition(title))


def _kind_of(lines: SectionLines) -> str | None:
    """Return the kind of question that a section's heading names: 二、多项选择题（每题至少选一项）."""
    words = _IN_BRACKETS.sub("", lines.title).strip(" ：:")
    kind = KIND_NAMES.get(words.casefold())
    return kind if kind in {"single", "multiple", "ranking", "short_text", "long_text"} else None


def _take_kind(question: QuestionLines, kind: str | None) -> None:
    """Give a question the kind that its section's heading names, unless it says another itself."""
    marks = question.head.marks
    is_open = kind in {"short_text", "long_text"}
    if kind is None or marks.kind is not None or question.is_statement:
        return
    if not is_open or (kind == "long_text" and not any(piece.sign for piece in question.pieces)):
        marks.kind = kind


def _is_title(each: Seen) -> bool:
    """Tell whether the first line is a title: short, and no sentence."""
    text = each.line.text
    return (
        len(text) <= 80
        and text[-1] not in "。；;，,：:"
        and not text.startswith(("您好", "尊敬的", "亲爱的", "各位"))
    )


def _joined(texts: Sequence[Text]) -> Text:
    return Text(
        "\n".join(each.zh for each in texts if each.zh),
        "\n".join(each.en for each in texts if each.en),
    )
