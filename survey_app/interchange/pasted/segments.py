"""Goes through the lines once and puts each where it belongs in the outline."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from survey_app.interchange.pasted.asides import asks_more, is_rule_of_question, scoped
from survey_app.interchange.pasted.directives import OF_QUESTIONNAIRE, OPENS_TEXT, Directive, Key
from survey_app.interchange.pasted.grids import header_of, unknown_header_of
from survey_app.interchange.pasted.lines import Line, Sign
from survey_app.interchange.pasted.marks import Marks
from survey_app.interchange.pasted.options import in_stem
from survey_app.interchange.pasted.outline import (
    ATTACHED,
    CONSENT,
    THANKS,
    Outline,
    Part,
    QuestionLines,
    SectionLines,
    Seen,
    asks,
    asks_plainly,
    begins_options,
    bracketed_title,
    grades_or_ladder,
    is_separator,
    look_for_evidence,
    looks_like_heading,
    read_signs,
    see,
)
from survey_app.interchange.pasted.scales import scale_named
from survey_app.interchange.pasted.texts import BLANK, is_only_blanks

_CODED = {Sign.CODE, Sign.BARE_CODE}
_OF_OPTIONS = {Sign.LETTER, Sign.BARE_LETTER, Sign.BULLET, Sign.CIRCLED, Sign.PAREN}
_CHOICES = {"single", "plain_single", "multiple", "scale", "matrix", "matrix_multiple", "ranking"}
_MATRICES = {"matrix", "matrix_multiple"}
_SPAN = re.compile(r"([A-Za-z]{1,10})([0-9]{1,5})(?:_([A-Za-z]{0,10})([0-9]{1,5}))?\Z")


def outline_of(lines: Sequence[Line]) -> Outline:
    """Put every line where it belongs."""
    seen = [see(line) for line in lines]
    look_for_evidence(seen)
    outliner = _Outliner(seen)
    for index in range(len(seen)):
        outliner.place(index)
    outliner.close()
    return outliner.outline


class _Outliner:
    """Where the reader is in the text."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self.outline = Outline()
        self._seen = seen
        self._signs = read_signs(seen)
        self._section: SectionLines | None = None
        self._question: QuestionLines | None = None
        self._part: Part | None = None
        self._loose: list[Seen] = []
        self._last = 0
        """The number of the last question."""
        self._run = 0
        """The number of the last option, where options have numbers as questions do."""
        self._is_unnumbered = not any(each.sign in self._signs.questions for each in seen)
        if self._is_unnumbered:
            for each in seen[1:]:
                each.is_evident = each.is_evident or asks(each)
        self._title = int(len(seen) > 1 and ATTACHED.match(seen[0].line.text) is not None)
        """Where the title stands: on the first line, unless that says 附件2."""
        following = seen[self._title + 1 : self._title + 2]
        if following and seen[self._title].sign is None and header_of(following[0].line.text) is not None:
            seen[self._title].is_evident = False
        self._notice_end, self._consent = self._find_notice()
        self._thanks = self._find_thanks()

    def place(self, index: int) -> None:
        """Put one line where it belongs."""
        each = self._seen[index]
        if is_separator(each.line.text) and not is_only_blanks(each.line.text):
            self.outline.notes.append(each)
        elif self._belongs_to_part(each):
            assert self._part is not None  # noqa: S101  # what the line belongs to
            self._part.lines.append(each)
        elif each.directive is not None:
            self._directive(each, each.directive)
        elif index == self._consent:
            self.outline.consent = each
        elif index >= self._thanks:
            self.outline.after.append(each)
        elif index < self._notice_end:
            self.outline.before.append(each)
        elif (title := self._section_title(index)) is not None:
            self._begin_section(each, title)
        elif self._begins_question(index):
            self._begin_question(each)
        else:
            self._further(each)

    def close(self) -> None:
        """Put away what still waits: words after the last question are the closing words."""
        self.outline.after[:0] = self._loose

    # --- what stands before ------------------------------------------------------------------------

    def _find_notice(self) -> tuple[int, int]:
        """Return how far the words before the first question go where that is plain, and where consent is asked."""
        certain = self._first(lambda each, following: self._is_certain(each, following))
        for index in range(certain):
            text = self._seen[index].line.text
            if CONSENT.search(text[:60]) and (self._seen[index].sign is Sign.BULLET or text[:1] in "我□☐"):
                return index, index
        first = self._first(lambda each, _: each.is_evident and each.sign in self._signs.questions)
        section = self._first(lambda each, _: self._is_section_sign(each))
        return (section, -1) if section < min(first, certain) else (0, -1)

    def _find_thanks(self) -> int:
        """Return where words of thanks begin after which no question comes; the number of lines for nowhere."""
        for index in range(len(self._seen) - 1, 0, -1):
            each = self._seen[index]
            if each.directive is not None or each.is_evident or each.sign is not None:
                break
            if THANKS.match(each.line.text):
                return index
        return len(self._seen)

    def _first(self, holds: Callable[[Seen, Seen | None], bool]) -> int:
        """Return the first line, after the very first, of which something holds; the number of lines for none."""
        for index in range(1, len(self._seen)):
            following = self._seen[index + 1] if index + 1 < len(self._seen) else None
            if self._seen[index].directive is None and holds(self._seen[index], following):
                return index
        return len(self._seen)

    def _is_certain(self, each: Seen, following: Seen | None) -> bool:
        """Tell whether a line is a question for certain, or a section."""
        by_options = following is not None and following.sign in {Sign.LETTER, Sign.BULLET}
        counts = each.sign in self._signs.questions
        return each.marks.kind is not None or (counts and (by_options or each.sign in _CODED))

    def _is_section_sign(self, each: Seen) -> bool:
        if each.sign not in self._signs.sections or each.directive is not None:
            return False
        return each.marks.kind is None or each.sign in {Sign.PART, Sign.HASH}

    # --- lines that say what they hold -------------------------------------------------------------

    def _belongs_to_part(self, each: Seen) -> bool:
        part = self._part
        if part is None:
            return False
        is_scale = part.head.directive is not None and part.head.directive.key is Key.SCALE
        if each.directive is None and is_scale and each.sign in {Sign.BULLET, Sign.LETTER}:
            return True
        ends = (
            is_scale
            or each.directive is not None
            or self._is_section_sign(each)
            or bracketed_title(each) is not None
            or each.marks.kind is not None
            or (each.sign in _CODED and each.sign in self._signs.questions)
        )
        if ends:
            self._part = None
        return not ends

    def _directive(self, each: Seen, directive: Directive) -> None:
        key = directive.key
        is_first = self._section is None and self._question is None
        if key in OF_QUESTIONNAIRE or (key is Key.DESCRIPTION and is_first):
            self.outline.headings.append(part := Part(each))
            if key in OPENS_TEXT and not directive.rest and not each.line.more and each.line.english is None:
                self._part = part
        elif key is Key.SCALE and (directive.name or (self._question is None and scale_named(directive.rest))):
            self._part = Part(each)
            self.outline.scales.append(self._part)
        elif self._question is not None and not self._loose:
            self._question.pieces.append(each)
        elif self._section is not None and key in {Key.DESCRIPTION, Key.HELP, Key.RULE} and not self._question:
            self._section.intro.append(each)
        elif is_first and key is Key.HELP:
            self.outline.before.append(each)
        else:
            self.outline.lost.append(each)

    # --- sections ----------------------------------------------------------------------------------

    def _section_title(self, index: int) -> str | None:
        each = self._seen[index]
        if self._is_section_sign(each):
            is_title = each.sign is Sign.HASH and index <= self._title
            name = each.line.text if each.sign is not Sign.HASH and each.marks == Marks() else ""
            return None if is_title else each.words or name
        if each.sign not in _OF_OPTIONS and (title := bracketed_title(each)) is not None:
            return title if index > self._title else None
        following = self._seen[index + 1] if index + 1 < len(self._seen) else None
        if index <= self._title or following is None or not looks_like_heading(each) or each.is_evident:
            return None
        stands_apart = each.line.after_blank if self._question is not None else True
        is_before = following.sign in self._signs.questions and following.sign is not None
        return each.words if stands_apart and is_before and following.is_evident else None

    def _begin_section(self, each: Seen, title: str) -> None:
        self._put_statement()
        self._section = SectionLines(each, title)
        self.outline.sections.append(self._section)
        self._question = None
        self._run = 0

    # --- questions ---------------------------------------------------------------------------------

    def _begins_question(self, index: int) -> bool:
        each = self._seen[index]
        following = self._seen[index + 1] if index + 1 < len(self._seen) else None
        if not each.words and not each.marks.kind and each.sign not in _CODED:
            return False
        if each.sign is Sign.ORDINAL and self._is_about_others(each):
            return False
        if each.sign is None and self._question is not None and asks_more(each.line.text):
            return True
        if each.sign in self._signs.questions:
            return not self._is_row(each) and not self._is_numbered_option(each)
        if each.sign is Sign.BARE_CODE and Sign.CODE in self._signs.questions and each.is_evident:
            return not self._is_row(each)
        if each.sign in {Sign.LETTER, Sign.BULLET}:
            return False
        if each.marks.kind is not None:
            return bool(each.words) or each.line.english is not None
        before_letters = following is not None and following.sign is Sign.LETTER and following.value == 1
        if each.sign in {Sign.PAREN, Sign.CIRCLED}:
            return before_letters
        return each.is_evident and self._may_begin_without_number(each, following)

    def _is_about_others(self, each: Seen) -> bool:
        """Tell whether a line only begins with a question's number: 第2题选“否”请跳到第5题."""
        is_rule = each.value <= self._last and is_rule_of_question(each.words)
        return is_rule or scoped(each.line.text) is not None

    def _may_begin_without_number(self, each: Seen, following: Seen | None) -> bool:
        by_options = (
            following is not None
            and following.sign not in self._signs.questions
            and begins_options(following, each.sign)
        )
        is_header = header_of(each.line.text) is not None
        if self._question is None:
            return by_options or self._section is not None or self._is_unnumbered or is_header
        pieces = [piece for piece in self._question.pieces if piece.directive is None]
        if any(piece.sign in _OF_OPTIONS for piece in pieces) or len(pieces) > 1 or self._is_unnumbered:
            return not is_header or bool(pieces)
        if is_header:
            return bool(pieces) and each.line.after_blank
        return each.line.after_blank and (bool(pieces) or self._question.head.marks.kind not in _CHOICES)

    def _begin_question(self, each: Seen) -> None:
        self._put_statement()
        if self._section is None:
            self._section = SectionLines(None, "")
            self.outline.sections.append(self._section)
        self._question = QuestionLines(each)
        self._section.questions.append(self._question)
        self._last = each.value or self._last
        self._run = 0

    def _is_row(self, each: Seen) -> bool:
        """Tell whether a line with a code is a row of the matrix above it: W11 below W11–W16."""
        question = self._question
        if question is None or each.sign not in _CODED or each.line.label is None or each.marks.kind is not None:
            return False
        head = question.head.line.label
        if head is not None and _spans(head.name, head.last, each.line.label.name):
            return True
        pieces = [piece for piece in question.pieces if piece.directive is None]
        scales = [piece for piece in pieces if grades_or_ladder(piece.words)]
        if question.head.marks.kind not in _MATRICES and not scales:
            return False
        rows = [piece for piece in pieces if piece not in scales]
        in_place = not each.line.after_blank or not rows
        return in_place and not each.is_evident and all(row.sign in _CODED for row in rows)

    def _is_numbered_option(self, each: Seen) -> bool:
        """Tell whether a number counts options or rows: it begins with 1 again within a question."""
        question = self._question
        if (
            each.sign not in {Sign.NUMBER, Sign.PAREN, Sign.CIRCLED}
            or question is None
            or each.marks.kind is not None
        ):
            return False
        head = question.head.sign
        if self._run:
            begins_next = each.value == self._last + 1 and (each.line.after_blank or each.is_evident)
            is_option = each.value == self._run + 1 and not begins_next
        else:
            stands_apart = head is not each.sign or self._last > 0
            pieces = [piece for piece in question.pieces if piece.directive is None]
            is_first = not pieces or (len(pieces) == 1 and _heads_rows(pieces[0]))
            is_option = each.value == 1 and stands_apart and is_first and not each.is_evident
        self._run = each.value if is_option else 0
        return is_option

    # --- other lines -------------------------------------------------------------------------------

    def _further(self, each: Seen) -> None:
        """Put a line that begins nothing where it goes on."""
        question = self._question
        if question is None:
            if self._section is not None:
                self._section.intro.append(each)
            else:
                self.outline.before.append(each)
        elif not self._loose and asks(each) and (asks_plainly(each) or _is_complete(question)):
            self._begin_question(each)
        elif self._loose and each.sign in _OF_OPTIONS:
            self.outline.lost.append(each)
        elif self._loose or not self._goes_on(question, each):
            self._loose.append(each)
        else:
            question.pieces.append(each)

    def _goes_on(self, question: QuestionLines, each: Seen) -> bool:
        """Tell whether a line belongs to the question above it."""
        if each.sign is not None and each.sign is not Sign.NESTED:
            return True
        if not each.line.after_blank or is_only_blanks(each.line.text) or each.line.text.startswith("依赖于"):
            return True
        pieces = [piece for piece in question.pieces if piece.directive is None]
        return not pieces and question.head.marks.kind in _CHOICES

    def _put_statement(self) -> None:
        """Make the words between two questions something to read."""
        if self._loose and self._section is not None:
            head, *pieces = self._loose
            self._section.questions.append(QuestionLines(head, pieces, is_statement=True))
        self._loose = []


def _heads_rows(piece: Seen) -> bool:
    """Tell whether a line gives the grades of the rows below it."""
    return (
        grades_or_ladder(piece.words)
        or unknown_header_of(piece.line.text, is_first_empty=piece.line.starts_with_tab) is not None
    )


def _is_complete(question: QuestionLines) -> bool:
    """Tell whether a question has its answers, so that a line that asks something is another one."""
    listed = [piece for piece in question.pieces if piece.sign in _OF_OPTIONS or grades_or_ladder(piece.words)]
    blanks = len(BLANK.findall(question.head.words))
    return question.head.marks.kind not in _MATRICES and (
        bool(listed) or blanks > 1 or in_stem(question.head.words) is not None
    )


def _spans(first: str, last: str, code: str) -> bool:
    """Tell whether a code lies in a span: W13 in W11–W16, or in W11_W16."""
    span, place = _SPAN.match(first), _SPAN.match(code)
    if span is None or place is None or place[3] is not None or span[1] != place[1]:
        return False
    until = _SPAN.match(last) if last else None
    end = until[2] if until is not None else span[4]
    return end is not None and int(span[2]) <= int(place[2]) <= int(end)
