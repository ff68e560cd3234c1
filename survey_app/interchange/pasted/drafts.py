"""Questions as they were written: stem, options, rows, grades, conditions; not yet of a kind, and without codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_app.interchange.pasted.asides import ALWAYS, looks_like_condition, scoped
from survey_app.interchange.pasted.directives import Directive, Key
from survey_app.interchange.pasted.grades import Ladder, counted_points, ladder_on, listed_grades
from survey_app.interchange.pasted.grids import header_of, row_of, unknown_header_of
from survey_app.interchange.pasted.ledger import Ledger, Understood
from survey_app.interchange.pasted.lines import Label, Line, Sign
from survey_app.interchange.pasted.marks import Marks, last_group, read_marks, strip_marks
from survey_app.interchange.pasted.options import Entry, inline, read_entry
from survey_app.interchange.pasted.outline import QuestionLines, Seen
from survey_app.interchange.pasted.scales import scale_named, split_list
from survey_app.interchange.pasted.stems import Stem, is_rule, plain_rule, read_stem, ticked_behind
from survey_app.interchange.pasted.texts import CHINESE, is_only_blanks, parts_of, text_of
from survey_app.questionnaire.text import EMPTY, Text

_OF_OPTIONS = {
    Sign.LETTER,
    Sign.BARE_LETTER,
    Sign.BULLET,
    Sign.CIRCLED,
    Sign.PAREN,
    Sign.NUMBER,
    Sign.CODE,
    Sign.BARE_CODE,
}
_CODED = {Sign.CODE, Sign.BARE_CODE}
_JUMPS = re.compile(r"(?:跳转?|转)\s*(?:过|到|至|往|去|答|填|第|[0-9])|→|⇒|结束(?:答题|问卷|作答)")
_RULE_LINE = re.compile(r"(?:填写?|回答|作答|显示|填答|答题|评价|跳过|不用填)(?:本题|此题|该题)?[。.)）]*\Z")
_MAIN_PARTS = re.compile(r"\s*[/／|｜]\s*|\t\s*|\s{2,}")
_ANY_PARTS = re.compile(r"\s*[/／|｜、,，;；]\s*|\s+")
_TABS = re.compile(r"\t[\t ]*|\s{3,}")
_STOPS = re.compile(r"[，。；：、,;:]")


MOST_ENTRIES = 500
"""Most options, or rows, of one question."""


@dataclass(slots=True)
class Draft:
    """A question as it was written. `rules` are conditions with the line they stand on; `jumps` lead from an entry,
    or from answers named in words, to a place. `grades` are the words of a scale, best or worst first.
    """

    lines: QuestionLines
    stem: Stem
    text: Text
    marks: Marks
    help: Text = EMPTY
    low: Text = EMPTY
    high: Text = EMPTY
    unit: Text = EMPTY
    entries: list[Entry] = field(default_factory=list)
    grades: list[Entry] = field(default_factory=list)
    rules: list[tuple[str, Seen]] = field(default_factory=list)
    is_settled: bool = False
    """Whether a line of its own says when it is asked, so that its words do not."""
    writing_lines: int = 0
    ladder: Ladder | None = None
    """The numbers of its grades, where they are counted, and the words at the ends, which are also `ends`."""
    ends: tuple[Text, Text] = (EMPTY, EMPTY)

    @property
    def head(self) -> Line:
        """The line that it begins with."""
        return self.lines.head.line

    @property
    def label(self) -> Label | None:
        """Its number or code."""
        return self.head.label

    @property
    def kind(self) -> str | None:
        """The kind that its marks name."""
        return self.marks.kind


def read_draft(lines: QuestionLines, ledger: Ledger, *, is_english: bool) -> Draft:
    """Read a question's lines."""
    return _Reader(lines, ledger, is_english=is_english).draft()


class _Reader:
    def __init__(self, lines: QuestionLines, ledger: Ledger, *, is_english: bool) -> None:
        self._lines = lines
        self._ledger = ledger
        self._is_english = is_english
        head = lines.head
        is_labelled = head.sign is not None and not lines.is_statement
        has_options = any(each.sign in _OF_OPTIONS for each in lines.pieces if each.directive is None)
        words = head.words if is_labelled or lines.is_statement is False else head.line.text
        self._stem = read_stem(head.line, words, head.marks, has_options=has_options)
        if lines.is_statement:
            self._stem = Stem(head.line.text, "", Marks(kind="statement"))
        text = text_of(head.line, self._stem.whole, is_english=is_english)
        self._draft = Draft(lines, self._stem, text, self._stem.marks)
        self._plain: list[Entry] = []

    def draft(self) -> Draft:
        draft, stem = self._draft, self._stem
        self._ledger.mark(draft.head, Understood.QUESTION)
        draft.rules.extend((rule, self._lines.head) for rule in stem.rules)
        draft.low, draft.high, draft.unit = (self._one(words) for words in (stem.low, stem.high, stem.unit))
        draft.grades = [self._entry(draft.head, None, words) for words in stem.grades]
        draft.entries = [self._entry(draft.head, label, words) for label, words in stem.options]
        for piece in self._lines.pieces:
            self._piece(piece)
        self._sort_plain()
        self._take_bare_letters()
        self._take_points()
        if len(draft.entries) > MOST_ENTRIES:
            self._ledger.refuse("too_many_entries", draft.entries[MOST_ENTRIES].line, most=MOST_ENTRIES)
            draft.entries = draft.entries[:MOST_ENTRIES]
        return draft

    def _one(self, words: str) -> Text:
        if not words:
            return EMPTY
        return Text(en=words) if self._is_english else Text(words)

    def _entry(self, line: Line, label: Label | None, words: str, *, is_alone: bool = False) -> Entry:
        return read_entry(line, label, words, is_english=self._is_english, is_alone=is_alone)

    # --- one line ----------------------------------------------------------------------------------

    def _piece(self, piece: Seen) -> None:
        line = piece.line
        if piece.directive is not None:
            self._directive(piece, piece.directive)
        elif self._draft.kind == "statement":
            self._add_to_text(line)
        elif is_only_blanks(line.text):
            self._writing_line(line)
        elif self._is_bracketed(piece) or self._is_loose_rule(piece):
            return
        elif piece.sign in _OF_OPTIONS and line.label is not None:
            self._labelled(piece, line.label)
        else:
            self._plain.append(self._entry(line, None, line.text, is_alone=True))

    def _writing_line(self, line: Line) -> None:
        """Take a line to write on; a colon before the first one goes with it."""
        draft = self._draft
        if not draft.writing_lines and draft.head.english is None:
            draft.text = Text(draft.text.zh.rstrip(":："), draft.text.en.rstrip(":"))
        draft.writing_lines += 1
        self._ledger.mark(line, Understood.NOTE)

    def _labelled(self, piece: Seen, label: Label) -> None:
        line = piece.line
        several = inline(line.body, label) if line.english is None and not line.more else []
        self._ledger.mark(line, Understood.OPTION)
        if len(several) < 2 or not all(words for _, words in several):
            self._draft.entries.append(self._entry(line, label, line.body, is_alone=True))
            return
        self._draft.entries.extend(self._entry(line, each, words) for each, words in several)

    def _is_bracketed(self, piece: Seen) -> bool:
        """Take a line that is all in brackets: marks, a condition, or a hint."""
        text = piece.line.text
        group = last_group(text)
        if group is None or group[0] != 0:
            words, marks = strip_marks(text)
            if words or marks == Marks():
                return False
            self._draft.marks.add(marks)
            self._ledger.mark(piece.line, Understood.QUESTION)
            return True
        _, content, is_round = group
        marks_in = read_marks(content)
        if marks_in is not None and (marks_in.is_hard or not is_round):
            self._draft.marks.add(marks_in)
            self._ledger.mark(piece.line, Understood.QUESTION)
        elif (
            is_rule(content)
            or _JUMPS.search(content)
            or scoped(content) is not None
            or looks_like_condition(content)
        ):
            self._draft.rules.append((content, piece))
        elif is_round:
            strip_marks_into(self._draft.marks, text)
            self._add_help(piece.line, content)
        else:
            return False
        return True

    def _is_loose_rule(self, piece: Seen) -> bool:
        """Take a line that says when the question is asked, without brackets or a word before it."""
        text = piece.line.text
        if piece.sign in {None, Sign.ORDINAL} and scoped(text) is not None:
            self._draft.rules.append((text, piece))
            return True
        if piece.sign not in {None, Sign.ORDINAL} or len(text) > 400:
            return False
        rule = plain_rule(text)
        if is_rule(text) and (rule != text or _RULE_LINE.search(text[-40:]) or _JUMPS.search(text)):
            self._draft.rules.append((rule, piece))
            return True
        return False

    def _directive(self, piece: Seen, directive: Directive) -> None:
        draft, line, rest = self._draft, piece.line, directive.rest
        text = text_of(line, rest, is_english=self._is_english)
        understood = Understood.QUESTION
        match directive.key:
            case Key.RULE:
                draft.is_settled = True
                if rest.casefold() not in ALWAYS:
                    draft.rules.append((rest, piece))
                    return
                understood = Understood.RULE
            case Key.HELP if scoped(rest) is not None:
                draft.rules.append((rest, piece))
                return
            case Key.HELP | Key.DESCRIPTION:
                strip_marks_into(draft.marks, rest)
                draft.help = joined(draft.help, text)
                understood = Understood.HINT
            case Key.LOW:
                draft.low = text
            case Key.HIGH:
                draft.high = text
            case Key.UNIT:
                draft.unit = text
            case Key.SCALE:
                understood = Understood.SCALE
                self._scale(line, rest)
            case Key.OPTIONS | Key.ROWS:
                understood = Understood.OPTION if directive.key is Key.OPTIONS else Understood.ROW
                parts = split_list(rest)
                draft.entries.extend(self._entry(line, Label(Sign.BULLET, directive.key), each) for each in parts)
            case _:
                self._ledger.refuse("not_here", line)
                return
        self._ledger.mark(line, understood)

    def _scale(self, line: Line, words: str) -> None:
        code = scale_named(words)
        if code is not None:
            self._draft.marks.scale = code
        else:
            self._draft.grades = [self._entry(line, None, each) for each in split_list(words)]

    def _add_help(self, line: Line, words: str) -> None:
        self._draft.help = joined(self._draft.help, text_of(line, words, is_english=self._is_english))
        self._ledger.mark(line, Understood.HINT)

    def _add_to_text(self, line: Line) -> None:
        self._draft.text = joined(self._draft.text, text_of(line, line.text, is_english=self._is_english))
        self._ledger.mark(line, Understood.QUESTION)

    # --- lines without a sign ----------------------------------------------------------------------

    def _sort_plain(self) -> None:
        """Find out what the lines without a sign are: a scale, options, rows, or more of the stem."""
        self._take_scale_line()
        if not self._plain:
            return
        draft = self._draft
        if draft.kind in {"short_text", "long_text", "number", "date", "nps"}:
            for entry in self._plain:
                self._add_help(entry.line, entry.line.text)
        elif draft.entries and not draft.grades and not _is_matrix(draft):
            self._go_on_with_stem(self._plain)
        elif len(self._plain) == 1 and not draft.entries and not draft.grades:
            self._single_line(self._plain[0])
        else:
            for entry in self._plain:
                draft.entries.extend(self._tabbed(entry))

    def _take_bare_letters(self) -> None:
        """Take letters off options that have nothing behind them: A男 B女."""
        entries = self._draft.entries
        if len(entries) < 2 or len(entries) > 26 or any(each.label is not None for each in entries):
            return
        if all(CHINESE.match(each.words[1:]) and each.words[0] == chr(65 + n) for n, each in enumerate(entries)):
            self._draft.entries = [self._entry(each.line, None, each.words[1:]) for each in entries]

    def _take_points(self) -> None:
        """Make grades of the points that the stem asks for: （1-5分，5分最满意）."""
        draft, points = self._draft, self._draft.stem.points
        if points is None or draft.grades or draft.marks.scale is not None or draft.stem.is_nps:
            return
        if draft.kind not in {None, "scale", "matrix"} or counted_points([each.words for each in draft.entries]):
            return
        if points == (0, 10):
            draft.marks.scale = "SCORE10"
            return
        low, high = points
        draft.grades = [self._entry(draft.head, None, self._point(value)) for value in range(high, low - 1, -1)]

    def _point(self, value: int, words: str = "") -> str:
        return f"{value} {'points' if self._is_english else '分'} {words}".strip()

    def _climb(self, entry: Entry, ladder: Ladder) -> None:
        """Take a line of numbers with words at the ends as grades, the highest first."""
        draft = self._draft
        ends = {ladder.numbers[0]: ladder.low, ladder.numbers[-1]: ladder.high}
        numbers = sorted(ladder.numbers, reverse=True)
        draft.ladder = ladder
        draft.ends = (self._one(ends[numbers[-1]]), self._one(ends[numbers[0]]))
        draft.grades = [self._entry(entry.line, None, self._point(each, ends.get(each, ""))) for each in numbers]

    def _take_scale_line(self) -> None:
        """Take the line that lists the grades of a scale, or a table's header."""
        draft = self._draft
        numbers = [each.line.number for each in (*draft.entries, *self._plain)]
        top = min(numbers) if len(set(numbers)) > 1 else None
        for entry in list(self._plain):
            if draft.grades or draft.marks.scale is not None:
                return
            if draft.kind in {None, "scale", "matrix", "nps", "single"} and (found := ladder_on(entry.line.text)):
                self._climb(entry, found)
                self._ledger.mark(entry.line, Understood.SCALE)
                self._plain.remove(entry)
                return
            words = _grades_on(entry, is_matrix=_is_matrix(draft))
            if words is None and entry.line.number == top:
                words = unknown_header_of(entry.line.text, is_first_empty=entry.line.starts_with_tab)
            if words is not None:
                draft.grades = [self._entry(entry.line, None, each) for each in words]
                self._ledger.mark(entry.line, Understood.SCALE)
                self._plain.remove(entry)
                return

    def _tabbed(self, entry: Entry) -> list[Entry]:
        """Split a line of several options at its tabs; of a table's row, take the first cell with words."""
        cells = [cell.strip() for cell in _TABS.split(entry.line.text) if cell.strip()]
        self._ledger.mark(entry.line, Understood.OPTION)
        if (row := row_of(entry.line.text)) is not None:
            return [self._entry(entry.line, None, row)]
        if len(cells) < 2 or self._draft.grades or _is_matrix(self._draft):
            return [entry]
        return [self._entry(entry.line, None, cell) for cell in cells]

    def _single_line(self, entry: Entry) -> None:
        """Take the only line below a stem: options on one line, or more of the stem."""
        draft = self._draft
        parts = _parts(entry, is_choice=draft.kind is not None)
        if len(parts) > 1 or draft.kind is not None:
            draft.entries = [self._entry(entry.line, None, each) for each in parts] if len(parts) > 1 else [entry]
            self._ledger.mark(entry.line, Understood.OPTION)
        else:
            self._go_on_with_stem([entry])

    def _go_on_with_stem(self, entries: Sequence[Entry]) -> None:
        """Add lines to the stem, if they stand before the options; behind them they belong nowhere."""
        first = min((each.line.number for each in self._draft.entries), default=1 << 30)
        for entry in entries:
            if entry.line.number < first:
                self._add_to_text(entry.line)
                strip_marks_into(self._draft.marks, entry.line.text)
            else:
                self._ledger.refuse("loose_line", entry.line)


def strip_marks_into(marks: Marks, text: str) -> None:
    """Note what marks in a wording say."""
    marks.add(strip_marks(f"（{text}）" if len(text) < 60 else text)[1])


def _is_matrix(draft: Draft) -> bool:
    return draft.kind in {"matrix", "matrix_multiple"}


def joined(first: Text, second: Text) -> Text:
    """Return two texts one below the other."""
    if not first:
        return second
    zh = "\n".join(words for words in (first.zh, second.zh) if words)
    return Text(zh, "\n".join(words for words in (first.en, second.en) if words))


def _grades_on(entry: Entry, *, is_matrix: bool) -> list[str] | None:
    """Return the grades that a line lists: those of a shipped scale, or any list below the stem of a matrix."""
    text = entry.line.text
    if entry.line.english is not None or len(text) > 400:
        return None
    if (found := listed_grades(text)) is not None:
        return found
    if (header := header_of(text)) is not None:
        return header[1]
    if not is_matrix:
        return None
    for separators in (_MAIN_PARTS, _ANY_PARTS):
        parts = [part for part in separators.split(text) if part]
        if len(parts) > 2 and all(len(part) <= 12 for part in parts):
            return parts
    return None


def _parts(entry: Entry, *, is_choice: bool) -> list[str]:
    """Split a line that may list several options."""
    text = entry.line.text
    if entry.line.english is not None or len(text) > 2000 or parts_of(text)[1]:
        return [text]
    if (found := ticked_behind(text)) is not None:
        return found
    parts = [part for part in _MAIN_PARTS.split(text) if part]
    if len(parts) > 1:
        return parts
    if is_choice:
        parts = [part for part in _ANY_PARTS.split(text.rstrip("。.")) if part]
        return parts if all(len(part) <= 20 for part in parts) else [text]
    parts = text.split()
    return (
        parts
        if all(len(part) <= 8 and CHINESE.search(part) for part in parts) and not _STOPS.search(text)
        else [text]
    )
