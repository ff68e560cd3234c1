"""What the page shows of each section and question, beyond the form's fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from flask_babel import gettext

from survey_app.questionnaire import codec
from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import (
    BaseQuestion,
    DateQuestion,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
    Statement,
    options_of,
    specify_code,
)
from survey_app.questionnaire.rules import plain_number
from survey_app.services.collect import INVITATION
from survey_app.services.invitations import Standing
from survey_app.web import problems, rule_words
from survey_app.web.question_words import nps_ends
from survey_app.web.respond import shapes
from survey_app.web.respond.forms import NPS_VALUES, PREFIX
from survey_app.web.respond.wording import Wording

_ASKS_TO_SAY = re.compile("请?(?:填写|注明|说明|写明|列出)|specify|please", re.IGNORECASE)
"""What in an option's own words asks for more: 其他（请填写）."""


@dataclass
class Block:
    """A question, or a row of a matrix, as the templates take it.

    `next` is the place after it, for a page without script that shows one at a time.
    `layout` is the classes of its answers, `must` what to say when a needed answer is missing, `data` what the
    script is told: which rows, how many choices, what to say when an answer cannot be taken.
    """

    code: str
    kind: str
    text: str
    number: int | None = None
    question: BaseQuestion | None = None
    help: str = ""
    condition: str = ""
    error: str = ""
    must: str = ""
    layout: str = ""
    unit: str = ""
    apart: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    specify: Sequence[tuple[str, str, str]] = ()
    ends: tuple[str, str] | None = None
    next: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    rows: list[Block] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The element's id, which is also the name of its field."""
        return f"{PREFIX}{self.code}"

    @property
    def described(self) -> str:
        """Return the ids of what describes the field."""
        there = (("c", self.condition), ("h", self.help), ("e", self.error))
        return " ".join(f"{letter}_{self.id}" for letter, words in there if words)


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the templates take it."""

    id: str
    title: str
    progress: str
    intro: str
    condition: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all blocks of one page need: the questionnaire, how it is worded, and what is wrong by field."""

    questionnaire: Questionnaire
    word: Wording
    errors: Mapping[str, str]

    def parts(self) -> list[Part]:
        """Return all sections. With a single one nobody needs to be told where they are.

        No total is promised: which sections are asked follows from the answers.
        """
        sections = self.questionnaire.sections
        last = len(sections)
        parts = [
            self.part(each, gettext("Last part") if number == last else gettext("Part %(number)s", number=number))
            if last > 1
            else self.part(each)
            for number, each in enumerate(sections, start=1)
        ]
        if self.word.size:
            _link(parts)
        return parts

    def part(self, section: Section, progress: str = "") -> Part:
        """Return one section; its place in the whole stands in `progress`."""
        rule = section.shown_if
        return Part(
            id=f"s_{section.code}",
            title=self.word(section.title),
            progress=progress,
            intro=self.word(section.intro),
            condition=rule_words.section_only_if(rule, self.questionnaire, self.word) if rule else "",
            blocks=[self.block(question) for question in section.questions],
        )

    def block(self, question: BaseQuestion) -> Block:
        """Return one question with what is particular to its kind."""
        rule = question.shown_if
        block = Block(
            code=question.code,
            kind=codec.kind_of(question),
            text=self.word(question.text),
            number=rule_words.question_numbers(self.questionnaire).get(question.code),
            question=question,
            help=self.word(question.help),
            condition=rule_words.only_if(rule, self.questionnaire, self.word) if rule else "",
            error=self.error_at(question),
            must=self.say(question.code, "required") if question.required else "",
        )
        fill_block(question, block, self)
        return block

    def error_at(self, question: BaseQuestion) -> str:
        """Return what is wrong with a question, or with the words behind one of its options."""
        codes = [question.code, *(specify_code(question.code, each.code) for each in options_of_any(question))]
        return " ".join(self.errors[code] for code in codes if code in self.errors)

    def say(self, code: str, kind: str, **params: Any) -> str:
        """Return the catalogue's words for a problem that the page's script may find at a field."""
        return problems.answer_problem_words(AnswerProblem(code, kind, params), self.questionnaire)

    def grades(self, scale: str) -> tuple[str, frozenset[str]]:
        """Return how a scale is laid out, and which grades stand apart because they are no grades (不了解).

        In large type there is no room for a row: one below the other.
        """
        grades = self.questionnaire.scale_by_code[scale].grades
        if self.word.size:
            return "o", frozenset()
        layout = shapes.row_class([self.word(grade.text) for grade in grades]) or "o"
        return layout, frozenset(grade.code for grade in grades if not grade.in_base)


def _link(parts: Sequence[Part]) -> None:
    """Let each place name the one after it; the last one, the button that sends."""
    blocks = [block for part in parts for block in part.blocks]
    places = [each for block in blocks for each in block.rows or (block,)]
    for place, following in zip(places, [*(each.id for each in places[1:]), "send"], strict=True):
        place.next = following


def errors_by_field(found: Sequence[AnswerProblem], questionnaire: Questionnaire) -> dict[str, str]:
    """Return the words for what is wrong, by field."""
    return {
        each.field: invitation_words(each.kind)
        if each.field == INVITATION
        else problems.answer_problem_words(each, questionnaire)
        for each in found
    }


def invitation_words(kind: str) -> str:
    """Return what is wrong with a single-use code, and what to do."""
    match kind:
        case "missing":
            return gettext("Please type the code that stands on your slip.")
        case Standing.USED:
            return gettext("This code has been used. If it was not you, please ask your union for a new one.")
        case Standing.REVOKED:
            return gettext("This code has been replaced by another one. Please ask your union for it.")
        case _:
            return gettext("There is no such code. Please check its letters and digits.")


def options_of_any(question: BaseQuestion) -> Iterator[Any]:
    """Yield the options with a place to say more."""
    if isinstance(question, SingleChoice | MultipleChoice | Ranking):
        yield from (option for option in options_of(question) if option.specify)


@singledispatch
def fill_block(question: BaseQuestion, block: Block, drawing: Drawing) -> None:
    """Add what the page needs of this kind of question."""
    raise NotImplementedError(type(question).__name__)


@fill_block.register
def _(question: ShortText | LongText, block: Block, drawing: Drawing) -> None:
    """The template takes the limit from the question itself."""


@fill_block.register
def _(question: SingleChoice, block: Block, drawing: Drawing) -> None:
    _choices(question, block, drawing)


@fill_block.register
def _(question: MultipleChoice, block: Block, drawing: Drawing) -> None:
    _choices(question, block, drawing)
    block.alone = frozenset(option.code for option in question.options if option.exclusive)
    if question.max_choices is not None:
        block.data |= {
            "most": str(question.max_choices),
            "refusal": drawing.say(question.code, "too_many", most=question.max_choices),
        }
    if question.min_choices > 1:
        least = drawing.say(question.code, "too_few", least=question.min_choices)
        block.data |= {"least": str(question.min_choices), "refusal": least}
    block.help = " ".join(filter(None, (block.help, limits(question, block.text + block.help))))


@fill_block.register
def _(question: Ranking, block: Block, drawing: Drawing) -> None:
    _choices(question, block, drawing)
    block.data["refusal"] = drawing.say(question.code, "ranked_twice")


@fill_block.register
def _(question: ScaleQuestion, block: Block, drawing: Drawing) -> None:
    block.layout, block.apart = drawing.grades(question.scale)


@fill_block.register
def _(question: Matrix, block: Block, drawing: Drawing) -> None:
    block.layout, block.apart = drawing.grades(question.scale)
    block.must = ""  # said and checked row by row
    if question.rows_from is not None:
        block.data["from"] = question.rows_from
        rows = rule_words.only_chosen_rows(question, drawing.questionnaire)
        block.condition = " ".join(filter(None, (block.condition, rows)))
    for item in question.items:
        block.rows.append(
            Block(
                code=item.code,
                kind="matrix",
                text=drawing.word(item.text),
                error=drawing.errors.get(item.code, ""),
                must=drawing.say(item.code, "required") if question.required else "",
                apart=block.apart,
                data={"when": item.when} if item.when is not None else {},
            )
        )


@fill_block.register
def _(question: Nps, block: Block, drawing: Drawing) -> None:
    block.layout = shapes.row_class(NPS_VALUES)
    block.ends = nps_ends(question, drawing.word)


@fill_block.register
def _(question: Number, block: Block, drawing: Drawing) -> None:
    low, high = question.minimum, question.maximum
    limits = {"least": low, "most": high, "decimals": question.decimals}
    block.unit = drawing.word(question.unit)
    block.limits = {name: plain_number(value) for name, value in limits.items() if value is not None}
    kind = "not_whole" if not question.decimals and low is None and high is None else "out_of_range"
    block.data["refusal"] = drawing.say(question.code, kind, low=low, high=high)


@fill_block.register
def _(question: DateQuestion, block: Block, drawing: Drawing) -> None:
    kind, params = "not_a_date", {}
    if question.earliest is not None:
        kind, params = "too_early", {"earliest": question.earliest}
    elif question.latest is not None:
        kind, params = "too_late", {"latest": question.latest}
    block.data["refusal"] = drawing.say(question.code, kind, **params)


@fill_block.register
def _(question: Statement, block: Block, drawing: Drawing) -> None:
    block.number = None


def _choices(question: SingleChoice | MultipleChoice | Ranking, block: Block, drawing: Drawing) -> None:
    block.layout = shapes.choice_class([drawing.word(option.text) for option in question.options])
    block.specify = [
        (specify_code(question.code, option.code), option.code, _say_more(drawing.word(option.text)))
        for option in options_of_any(question)
    ]


def _say_more(option: str) -> str:
    """Return what stands before the box behind an option; what the option asks for itself is not asked twice."""
    if _ASKS_TO_SAY.search(option):
        return gettext("%(option)s:", option=option)
    return gettext("%(option)s, please say:", option=option)


def limits(question: MultipleChoice, words: str) -> str:
    """Return how many may be chosen, said before somebody runs into it, unless the author's `words` say so."""
    least, most = question.min_choices, question.max_choices
    if any(str(number) in words for number in (least, most) if number):
        return ""
    if least > 1 and most is not None:
        return gettext("Choose %(least)s to %(most)s.", least=least, most=most)
    if most is not None:
        return gettext("Choose at most %(most)s.", most=most)
    return gettext("Choose at least %(least)s.", least=least) if least > 1 else ""
