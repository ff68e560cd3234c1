"""What a written condition may refer to: earlier questions, by code or by number, and what they can be answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.questionnaire.definition import (
    Field,
    Grade,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Ranking,
    Scale,
    fields_of,
    options_of,
    scale_of,
)
from survey_app.questionnaire.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen. `in_base` is false for "don't know" on a scale."""

    code: str
    text: Text
    in_base: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a condition can ask about, of the question `of`; in a matrix, `row` are the words of its row.

    `is_whole` holds for numbers without decimals.
    """

    code: str
    of: str
    row: Text | None = None
    choices: tuple[Choice, ...] = ()
    takes_several: bool = False
    is_number: bool = False
    is_whole: bool = False
    is_words: bool = False
    """Whether it is for the words behind an option such as 其他____."""


@dataclass(frozen=True, slots=True)
class References:
    """The fields before a place, by code, and the codes that a number stands for.

    `later` are the codes and numbers of what follows, which no condition may ask about. `previous` is the code of
    the question just before.
    """

    earlier: Mapping[str, Target] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: Collection[str] = frozenset()
    previous: str | None = None
    always: Collection[str] = frozenset()

    def find(self, code: str | None) -> Target | None:
        """Return the field before the place with this code."""
        return self.earlier.get(code.casefold()) if code is not None else None

    def fields(self, question: str) -> tuple[Target, ...]:
        """Return what an earlier question asks for, but for words behind an option; of a matrix, all rows."""
        wanted = question.casefold()
        return tuple(each for each in self.earlier.values() if each.of.casefold() == wanted and not each.is_words)

    def nearest_first(self) -> Iterator[tuple[Target, ...]]:
        """Yield the fields of each earlier question that has answers to choose or numbers, the last one first."""
        found: dict[str, list[Target]] = {}
        for each in self.earlier.values():
            if each.choices or each.is_number:
                found.setdefault(each.of, []).append(each)
        yield from (tuple(found[question]) for question in reversed(found))


def targets_of(question: Question, scales: Mapping[str, Scale]) -> Iterable[Target]:
    """Yield the fields of a question as conditions see them."""
    scale = scales.get(scale_of(question) or "")
    for each in fields_of(question):
        yield _target(each, question, scale)


def _target(place: Field, question: Question, scale: Scale | None) -> Target:
    if place.specify is not None:
        return Target(place.code, question.code, is_words=True)
    listed: Iterable[Option | Grade] = scale.grades if scale is not None else options_of(question)
    choices = tuple(Choice(each.code, each.text, getattr(each, "in_base", True)) for each in listed)
    if isinstance(question, Nps):
        choices = tuple(Choice(str(value), Text()) for value in range(11))
    return Target(
        place.code,
        question.code,
        place.item.text if place.item is not None else None,
        choices,
        takes_several=isinstance(question, MultipleChoice | Ranking),
        is_number=isinstance(question, Nps | Number),
        is_whole=isinstance(question, Nps) or (isinstance(question, Number) and question.decimals == 0),
    )
