"""Goes through a written condition: which question is named, and which of its answers."""

from __future__ import annotations

import re
import unicodedata

from survey_app.interchange.chinese_numbers import chinese_value
from survey_app.interchange.condition_words import (
    AFTER_ROW,
    ANYTHING,
    BETWEEN_VALUES,
    CHINESE_DIGITS,
    DELIMITER,
    ENDS_VALUE,
    FIRST,
    GROUP_AND,
    GROUP_NOT,
    GROUP_OR,
    LAST,
    LEAD,
    LETTERS,
    NUMBER,
    POSITION,
    QUESTION,
    QUOTES,
    ROW,
)
from survey_app.interchange.labels import normal
from survey_app.interchange.references import References, Target

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_INSIDE_WORD = re.compile(r"[a-z0-9_]")
_PLACE = re.compile(r"\d+|[一二三四五六七八九十]")
_CIRCLED = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿")
_MOST_GUESSED = 60


class NotUnderstood(Exception):
    """A condition says something that cannot be made a rule. `kind` and `params` are those of a finding."""

    def __init__(self, kind: str, /, **params: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.params = params


class Scanner:
    """Goes through a condition once, in normal form, and knows which characters of the original stand where."""

    def __init__(self, text: str, references: References) -> None:
        self.text = text
        self.references = references
        self.position = 0
        self.guesses: list[tuple[str, str]] = []
        self.found: list[str] = []
        """Questions that were found by their answers, as none was named."""
        self.is_exact = False
        """Whether answers are only looked for by their words as they stand."""
        signs: list[str] = []
        self._origins: list[int] = []
        for index, sign in enumerate(text):
            plain = _plain(sign)
            if plain.isspace():  # one blank says as much as many, and is looked at once
                plain = "" if signs and signs[-1] == " " else " "
            if plain:
                signs.append(plain)
            self._origins.extend([index] * len(plain))
        self.normal = "".join(signs)
        self._origins.append(len(text))
        self._labels: dict[str, tuple[tuple[str, str], ...]] = {}

    def takes(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past a pattern if it stands here."""
        if match := pattern.match(self.normal, self.position):
            self.position = match.end()
        return match

    def takes_sign(self, sign: str) -> bool:
        """Go past one sign, and blanks before it."""
        start = self._past_blanks(self.position)
        if self.normal.startswith(sign, start):
            self.position = start + len(sign)
            return True
        return False

    def rest(self) -> str:
        """Return what was not read, as it is written, cut to a length that a message can hold."""
        rest = self.remainder()
        return rest if len(rest) <= 40 else f"{rest[:39]}…"

    def remainder(self) -> str:
        """Return all that was not read, as it is written."""
        return self.text[self._origins[self.position] :].strip()

    def is_at_condition(self) -> bool:
        """Tell whether a further condition begins here."""
        start = self.position
        self.takes(LEAD)
        group = any(pattern.match(self.normal, self.position) for pattern in (GROUP_AND, GROUP_OR, GROUP_NOT))
        found = group or self.normal.startswith("(", self.position) or self._names_question()
        self.position = start
        return found

    def _names_question(self) -> bool:
        if QUESTION.match(self.normal, self.position):
            return True
        match = _WORD.match(self.normal, self.position + self.normal.startswith("“", self.position))
        return match is not None and (match[0] in self.references.earlier or match[0] in self.references.known)

    def question(self) -> tuple[Target, ...] | None:
        """Go past the name of a question: its code or number, of a matrix also the row.

        All rows are returned where none is named; None where no question is, or only 上题.
        """
        start = self._past_blanks(self.position)
        if match := QUESTION.match(self.normal, start):
            self.position = match.end()
            if match["last"]:
                return None
            number = match["n"] or match["after"] or match["before"]
            return self._row(self._numbered(number if number[0].isdigit() else str(chinese_value(number))))
        quoted = self.normal[start : start + 1] == "“"
        match = _WORD.match(self.normal, start + quoted)
        if match is None:
            return None
        fields = self._coded(match[0])
        if fields:
            self.position = match.end() + quoted
            return fields if len(fields) == 1 else self._row(fields)
        if match[0] in self.references.known:
            raise NotUnderstood("condition_later_question", code=self._written(match))
        if match[0] not in _PLAIN_WORDS and not self._are_letters(match[0]):
            raise NotUnderstood("condition_unknown_question", code=self._written(match))
        return None

    def _coded(self, code: str) -> tuple[Target, ...]:
        """Return what a code names: a field, all rows of a matrix, or (Q3) a question by its number."""
        if (target := self.references.find(code)) is not None:
            return (target,)
        if fields := self.references.fields(code):
            return fields
        is_number = code[0] == "q" and code[1:].isdecimal()
        codes = self.references.numbers.get(code[1:], ()) if is_number else ()
        return self.references.fields(codes[0]) if len(codes) == 1 else ()

    def _are_letters(self, word: str) -> bool:
        """Tell whether a word may be letters of answers: 若A, 若AB."""
        return len(word) == 1 or (word.isalpha() and len(set(word)) == len(word) and max(word) <= "h")

    def _written(self, match: re.Match[str]) -> str:
        return self.text[self._origins[match.start()] : self._origins[match.end()]]

    def _numbered(self, number: str) -> tuple[Target, ...]:
        codes = self.references.numbers.get(number, ())
        if len(codes) > 1:
            raise NotUnderstood("condition_number_twice", number=number)
        fields = self.references.fields(codes[0]) if codes else ()
        if fields:
            return fields
        is_later = bool(codes) or number in self.references.known
        raise NotUnderstood("condition_later_question" if is_later else "condition_unknown_question", code=number)

    def _row(self, fields: tuple[Target, ...]) -> tuple[Target, ...]:
        """Go past the row of a matrix that is meant; without one, all rows are."""
        if fields[0].row is None:
            return fields
        if match := self.takes(ROW):
            place = int(match[1])
            if 0 < place <= len(fields):
                fields = (fields[place - 1],)
            else:
                raise NotUnderstood("condition_rest", rest=f"{match[0].strip()}{self.rest()}"[:40])
        start = self._past_blanks(self.position)
        closing = QUOTES.get(self.normal[start : start + 1], "")
        for each in fields if closing else ():
            end = self._end_of(normal(each.row.zh or each.row.en), start + 1) if each.row is not None else None
            if end is not None and end > start + 1 and self.normal.startswith(closing, end):
                self.position = end + len(closing)
                self.takes(AFTER_ROW)
                return (each,)
        return fields

    def _past_blanks(self, position: int) -> int:
        while position < len(self.normal) and self.normal[position].isspace():
            position += 1
        return position

    # --- answers -----------------------------------------------------------------------------------

    def values(self, target: Target) -> list[str]:
        """Go past one or more answers of a question."""
        found = self._value(target)
        if found is None:
            raise NotUnderstood("condition_unknown_option", option=self.rest(), question=target.of)
        while True:
            start = self.position
            is_parted = self.takes(BETWEEN_VALUES) or POSITION.match(self.normal, start)
            if not is_parted or (more := self._value(target, may_guess=False)) is None:
                self.position = start
                return found
            found += more

    def _value(self, target: Target, *, may_guess: bool = True) -> list[str] | None:
        start = self._past_blanks(self.position)
        if not target.choices:
            found = self._free(start)
            # 选D is no number, so it cannot be meant of a question that asks for one.
            return found if found is None or not target.is_number or NUMBER.fullmatch(normal(found[0])) else None
        closing = QUOTES.get(self.normal[start : start + 1], "")
        if (code := self._label(target, start + bool(closing))) is not None:
            if closing:
                self.takes_sign(closing)
            return [code]
        # A label may itself begin with a quotation mark.
        if closing and (code := self._label(target, start)) is not None:
            return [code]
        self.position = start
        if self.is_exact:
            return None
        if (several := self._by_place(target)) is not None:
            return several
        return self._guess(target, start) if may_guess else None

    def _label(self, target: Target, start: int) -> str | None:
        """Go past the longest code or wording of an answer that stands at `start`."""
        best: tuple[int, bool, str] | None = None
        for words, code in self._labels_of(target):
            end = self._end_of(words, start)
            if end is None or (self._is_inside_word(end) and _INSIDE_WORD.match(words[-1])):
                continue
            if self.is_exact and not self._ends_value(end):
                continue
            exact = self.text[self._origins[start] : self._origins[end]] == code
            if best is None or (end, exact) > best[:2]:
                best = (end, exact, code)
        if best is None:
            return None
        self.position = best[0]
        return best[2]

    def _ends_value(self, position: int) -> bool:
        closings = set(QUOTES.values())
        return self.normal[position : position + 1] in closings or bool(ENDS_VALUE.match(self.normal, position))

    def _labels_of(self, target: Target) -> tuple[tuple[str, str], ...]:
        """Return the words for each answer; its code is no word where only words as they stand count."""
        if target.code not in self._labels:
            self._labels[target.code] = tuple(
                (words, choice.code)
                for choice in target.choices
                for words in (normal(choice.code), normal(choice.text.zh), normal(choice.text.en))
                if words
            )
        labels = self._labels[target.code]
        return tuple(each for each in labels if each[0] != normal(each[1])) if self.is_exact else labels

    def _end_of(self, words: str, start: int) -> int | None:
        """Return where `words` end if they stand at `start`, blanks left aside."""
        position = start
        for sign in words:
            position = self._past_blanks(position)
            if not self.normal.startswith(sign, position):
                return None
            position += 1
        return position

    def _is_inside_word(self, position: int) -> bool:
        return _INSIDE_WORD.match(self.normal, position) is not None

    def _by_place(self, target: Target) -> list[str] | None:
        """Go past an answer named by its place: 第2项, 前两项, B."""
        codes = [choice.code for choice in target.choices]
        counted = [choice.code for choice in target.choices if choice.in_base] or codes
        if match := self.takes(POSITION):
            return _every([_at(codes, _digit(each) - 1) for each in _PLACE.findall(match[1])])
        if match := self.takes(FIRST):
            return counted[: _digit(match[1])]
        if match := self.takes(LAST):
            return counted[-_digit(match[1]) :]
        if self.takes(ANYTHING):
            return codes
        if match := self.takes(LETTERS):
            return _every([_at(codes, ord(sign) - ord("a")) for sign in match[1]])
        return None

    def _guess(self, target: Target, start: int) -> list[str] | None:
        """Take a part of a wording for it, if it is part of one only."""
        end = DELIMITER.search(self.normal, start, start + _MOST_GUESSED)
        stop = end.start() if end is not None else min(len(self.normal), start + _MOST_GUESSED)
        part = normal(self.normal[start:stop].strip("“”‘’\"'「」"))
        if len(part) < 2:
            return None
        found = {code for words, code in self._labels_of(target) if part in words}
        if len(found) != 1:
            return None
        code = found.pop()
        text = next(choice.text for choice in target.choices if choice.code == code)
        self.guesses.append((self.text[self._origins[start] : self._origins[stop]].strip(), text.zh or text.en))
        self.position = stop
        return [code]

    def _free(self, start: int) -> list[str] | None:
        """Go past an answer in free words: in quotation marks, or up to the next sign."""
        closing = QUOTES.get(self.normal[start : start + 1])
        if closing:
            end = self.normal.find(closing, start + 1)
            if end < 0:
                return None
            self.position = end + 1
            return [self.text[self._origins[start + 1] : self._origins[end]]]
        found = DELIMITER.search(self.normal, start)
        end = found.start() if found is not None else len(self.normal)
        value = self.text[self._origins[start] : self._origins[end]].strip()
        if not value:
            return None
        self.position = end
        return [value]


_PLAIN_WORDS = {"if", "when", "only", "and", "or", "not", "in", "is", "at", "any", "chose", "selected", "answered"}


def _digit(text: str) -> int:
    return int(text) if text.isdecimal() else CHINESE_DIGITS[text]


def _at(codes: list[str], index: int) -> str | None:
    return codes[index] if 0 <= index < len(codes) else None


def _every(codes: list[str | None]) -> list[str] | None:
    found = [code for code in codes if code is not None]
    return found if len(found) == len(codes) == len(set(found)) else None


def _plain(sign: str) -> str:
    """Return a sign in normal form; a number in a circle is the answer at that place."""
    plain = unicodedata.normalize("NFKC", sign).casefold()
    return f"第{plain}项" if sign in _CIRCLED else plain
