"""One comparison of a written condition: which question, said to be what, and which of its answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from survey_app.interchange.condition_words import (
    ABOVE,
    ANSWERED,
    ANYTHING,
    AT_LEAST,
    AT_MOST,
    BELOW,
    BETWEEN_VALUES,
    CHINESE_DIGITS,
    DELIMITER,
    DOWN,
    EVERY,
    FIRST,
    GROUP_AND,
    GROUP_NOT,
    GROUP_OR,
    INSIDE,
    IS,
    IS_NOT,
    IS_ONE_OF,
    IS_SHORT,
    LAST,
    LEAD,
    LETTER,
    NUMBER,
    POSITION,
    QUESTION,
    QUOTES,
    RANGE,
    UNANSWERED,
    UP,
)
from survey_app.interchange.labels import normal
from survey_app.interchange.references import References, Target
from survey_app.questionnaire.rules import (
    LARGEST,
    All,
    Answered,
    AnyOf,
    AtLeast,
    AtMost,
    Is,
    IsNot,
    Not,
    Rule,
    plain_number,
)

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_INSIDE_WORD = re.compile(r"[a-z0-9_]")
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
        signs: list[str] = []
        self._origins: list[int] = []
        for index, sign in enumerate(text):
            plain = unicodedata.normalize("NFKC", sign).casefold()
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
        rest = self.text[self._origins[self.position] :].strip()
        return rest if len(rest) <= 40 else f"{rest[:39]}…"

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

    def question(self) -> Target:
        """Go past the name of a question: its code or number. Without one, the question just before is meant.

        Unless that one is answered in free words: then some other question is.
        """
        named = self._question()
        if named is not None:
            return named
        before = self._previous()
        if not before.choices and not before.is_number:
            raise NotUnderstood("condition_without_question", rest=self.rest())
        return before

    def _question(self) -> Target | None:
        start = self._past_blanks(self.position)
        if match := QUESTION.match(self.normal, start):
            self.position = match.end()
            return self._numbered(match[1] or match[2]) if not match[3] else self._previous()
        quoted = self.normal[start : start + 1] == "“"
        match = _WORD.match(self.normal, start + quoted)
        if match is None:
            return None
        target = self.references.earlier.get(match[0])
        if target is not None:
            self.position = match.end() + quoted
            return target
        if match[0] in self.references.known:
            raise NotUnderstood("condition_later_question", code=self._written(match))
        if match[0] not in _PLAIN_WORDS and len(match[0]) > 1:
            raise NotUnderstood("condition_unknown_question", code=self._written(match))
        return None

    def _written(self, match: re.Match[str]) -> str:
        return self.text[self._origins[match.start()] : self._origins[match.end()]]

    def _numbered(self, number: str) -> Target:
        codes = self.references.numbers.get(number, ())
        if len(codes) > 1:
            raise NotUnderstood("condition_number_twice", number=number)
        target = self.references.find(codes[0] if codes else None)
        if target is not None:
            return target
        is_later = bool(codes) or number in self.references.known
        raise NotUnderstood("condition_later_question" if is_later else "condition_unknown_question", code=number)

    def _previous(self) -> Target:
        target = self.references.find(self.references.previous)
        if target is None:
            raise NotUnderstood("condition_without_question", rest=self.rest())
        return target

    def _past_blanks(self, position: int) -> int:
        while position < len(self.normal) and self.normal[position].isspace():
            position += 1
        return position

    # --- answers -----------------------------------------------------------------------------------

    def values(self, target: Target) -> list[str]:
        """Go past one or more answers of a question."""
        found = self._value(target)
        if found is None:
            raise NotUnderstood("condition_unknown_option", option=self.rest(), question=target.code)
        while True:
            start = self.position
            if not self.takes(BETWEEN_VALUES) or (more := self._value(target, may_guess=False)) is None:
                self.position = start
                return found
            found += more

    def _value(self, target: Target, *, may_guess: bool = True) -> list[str] | None:
        start = self._past_blanks(self.position)
        if not target.choices:
            return self._free(start)
        closing = QUOTES.get(self.normal[start : start + 1], "")
        if (code := self._label(target, start + bool(closing))) is not None:
            if closing:
                self.takes_sign(closing)
            return [code]
        # A label may itself begin with a quotation mark.
        if closing and (code := self._label(target, start)) is not None:
            return [code]
        self.position = start
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
            exact = self.text[self._origins[start] : self._origins[end]] == code
            if best is None or (end, exact) > best[:2]:
                best = (end, exact, code)
        if best is None:
            return None
        self.position = best[0]
        return best[2]

    def _labels_of(self, target: Target) -> tuple[tuple[str, str], ...]:
        if target.code not in self._labels:
            self._labels[target.code] = tuple(
                (words, choice.code)
                for choice in target.choices
                for words in (normal(choice.code), normal(choice.text.zh), normal(choice.text.en))
                if words
            )
        return self._labels[target.code]

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
            return _at(codes, _digit(match[1]) - 1)
        if match := self.takes(FIRST):
            return counted[: _digit(match[1])]
        if match := self.takes(LAST):
            return counted[-_digit(match[1]) :]
        if self.takes(ANYTHING):
            return codes
        if match := self.takes(LETTER):
            return _at(codes, ord(match[1]) - ord("a"))
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


def _at(codes: list[str], index: int) -> list[str] | None:
    return [codes[index]] if 0 <= index < len(codes) else None


def read_comparison(scanner: Scanner) -> Rule:
    """Read one comparison. Raises `NotUnderstood`."""
    target = scanner.question()
    scanner.takes(INSIDE)
    if scanner.takes(UNANSWERED):
        return Not(Answered(target.code))
    if scanner.takes(ANSWERED):
        return Answered(target.code)
    if target.is_number and (bounded := _bounded(scanner, target)) is not None:
        return bounded
    return _chosen(scanner, target)


def _chosen(scanner: Scanner, target: Target) -> Rule:
    """Read which answers are meant. A word such as 不是 may be the verb, or itself an answer: whatever fits."""
    start = scanner.position
    refusal: NotUnderstood | None = None
    for pattern, rule_of in _VERBS:
        scanner.position = start
        if pattern is not None and not scanner.takes(pattern):
            continue
        if pattern is None and not target.choices:
            continue
        try:
            return rule_of(target.code, tuple(scanner.values(target)))
        except NotUnderstood as error:
            refusal = refusal or error
    raise refusal or NotUnderstood("condition_unknown_comparison", rest=scanner.rest(), question=target.code)


def _is(code: str, values: tuple[str, ...]) -> Rule:
    return Is(code, values[0]) if len(values) == 1 else AnyOf(code, values)


def _is_not(code: str, values: tuple[str, ...]) -> Rule:
    rules = tuple(IsNot(code, value) for value in values)
    return rules[0] if len(rules) == 1 else All(rules)


def _every(code: str, values: tuple[str, ...]) -> Rule:
    return All(tuple(Is(code, value) for value in values))


_VERBS: tuple[tuple[re.Pattern[str] | None, Callable[[str, tuple[str, ...]], Rule]], ...] = (
    (IS_NOT, _is_not),
    (EVERY, _every),
    (IS_ONE_OF, AnyOf),
    (IS, _is),
    (IS_SHORT, _is),
    (None, _is),
)


def _bounded(scanner: Scanner, target: Target) -> Rule | None:
    """Read how large a number is said to be; None where it is named, not bounded."""
    for pattern, is_least, step in ((AT_LEAST, True, 0), (AT_MOST, False, 0), (ABOVE, True, 1), (BELOW, False, -1)):
        if scanner.takes(pattern):
            value = _number(scanner)
            if step and not (target.is_whole and float(value).is_integer()):
                raise NotUnderstood("condition_strict_bound", question=target.code)
            bound = value + step
            return AtLeast(target.code, bound) if is_least else AtMost(target.code, bound)
    start = scanner.position
    if scanner.takes(IS_NOT) is None:
        scanner.takes(IS)
        if NUMBER.match(scanner.normal, scanner.position):
            first = _number(scanner)
            if scanner.takes(UP):
                return AtLeast(target.code, first)
            if scanner.takes(DOWN):
                return AtMost(target.code, first)
            if scanner.takes(RANGE):
                return All((AtLeast(target.code, first), AtMost(target.code, _number(scanner))))
            if not target.choices:
                return _named(scanner, target, first)
    scanner.position = start
    return None


def _named(scanner: Scanner, target: Target, first: float) -> Rule:
    """Read the other numbers of a list of them."""
    values = [plain_number(first)]
    while True:
        start = scanner.position
        if not scanner.takes(BETWEEN_VALUES) or not NUMBER.match(scanner.normal, scanner.position):
            scanner.position = start
            break
        values.append(plain_number(_number(scanner)))
    return Is(target.code, values[0]) if len(values) == 1 else AnyOf(target.code, tuple(values))


def _number(scanner: Scanner) -> float:
    match = scanner.takes(NUMBER)
    if match is None:
        raise NotUnderstood("condition_without_number", rest=scanner.rest())
    value = float(match[1])
    if not -LARGEST <= value <= LARGEST:
        raise NotUnderstood("condition_without_number", rest=match[1][:40])
    return int(value) if value.is_integer() else value
