"""Jumps, as paper questionnaires have them: 选C跳到第10题. What lies between is hidden from whoever chose C."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey_app.interchange.chinese_numbers import chinese_value
from survey_app.interchange.conditions import negated
from survey_app.interchange.pasted.build import Made
from survey_app.interchange.pasted.lines import Sign
from survey_app.interchange.pasted.options import END
from survey_app.interchange.pasted.outline import SectionLines, Seen
from survey_app.questionnaire.definition import Question, ScaleQuestion, SingleChoice
from survey_app.questionnaire.rules import All, AnyOf, Is, Rule

MOST_JUMPS = 1_000

_BEFORE = r"(?P<answer>.{0,300}?)(?:的|者|时|则|,|，|\s|请|直接|将){0,6}"
_JUMP = re.compile(
    _BEFORE + r"(?:(?:跳转?|转)\s*(?:过|到|至|往|去|答|填){0,3}|→|⇒|->)\s*"
    r"(?P<target>第?\s*[0-9]{1,4}(?:\.[0-9]{1,2})?\s*题?|第?\s*[一二三四五六七八九十]{1,4}\s*(?:大题|部分|、)?"
    r"|[A-Za-z]{1,10}_?[0-9]{1,5}[A-Za-z]?(?:_[A-Za-z0-9]{1,10}){0,3}"
    r"|(?:问卷|答题)?(?:末尾|结尾|最后|结束语?)|提交(?:问卷)?)"
    r"\s*(?:继续)?(?:作答|回答|填写)?\s*[。.;；]?\s*\Z"
)
_ENDS = re.compile(_BEFORE + r"结束(?:答题|问卷|作答|调查)?\s*[。.]?\s*\Z")
_OTHERWISE = re.compile(
    r"(?P<answer>.{1,200}?)(?:的话|的|者|时)?[,，\s]{0,2}(?:请|则|才)?(?:继续|直接)?(?:回答|作答|填写?|答)"
    r"\s*(?:第?\s*[0-9]{1,4}\s*题?|下一?题|下列题目|以下题目|下面的?题目?)?[,，;；。\s]{1,2}(?:否则|其他选项|其余)(?P<rest>.{1,80})\Z"
)
_PARTED = re.compile(r"[;；]|(?<=[题分])[,，。]\s*(?=选|答|若|如|回答|其[他余])")
_STAYS = (
    r"(?:请|则|再|就|\s)*(?:继续|往下|接着)(?:往下)?(?:作答|回答|填写|填|答)?"
    r"(?:第?\s*[0-9]{1,4}\s*题|下一?题|下去)?"
)
_PAUSE = "[,，;；。]"
_CLAUSE = "[^,，;；。]"
_GOES_ON = re.compile(
    rf"{_PAUSE}\s*{_CLAUSE}{{0,24}}?{_STAYS}[。.]?\s*\Z|\A{_CLAUSE}{{1,24}}?{_STAYS}{_PAUSE}\s*(?=.*[跳转])"
)
"""选C的请继续: what goes without saying beside 选A的跳到第5题."""
_LAST = re.compile(r"末尾|结尾|最后|结束|提交")
_CODE = re.compile(r"[A-Za-z]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_OF_SECTIONS = re.compile(r"[第部分大题、\s]")


@dataclass(frozen=True, slots=True)
class Jump:
    """Answering the question at position `source` with one of `values` leads to `target`, as it is written."""

    source: int
    values: tuple[str, ...]
    target: str


@dataclass(slots=True)
class Placed:
    """A section in the making. `number` is the one that its heading has."""

    lines: SectionLines
    code: str
    made: list[Made] = field(default_factory=list)
    rules: list[tuple[str, Seen]] = field(default_factory=list)
    shown_if: Rule | None = None
    number: int = 0


def read_lead(words: str) -> tuple[str, str] | None:
    """Return the answer and the target of 选C跳到第10题; None for words that lead nowhere."""
    parts = split_leads(words)
    match = _JUMP.match(parts[0]) or _ENDS.match(parts[0]) if parts else None
    if match is None:
        return None
    return match["answer"].strip(), match.groupdict().get("target") or END


def read_otherwise(words: str) -> tuple[str, str] | None:
    """Return the answer and the target of 选A的继续答第3题，否则跳到第5题: all other answers lead there."""
    match = _OTHERWISE.match(words)
    lead = _JUMP.match(match["rest"]) or _ENDS.match(match["rest"]) if match is not None else None
    if match is None or lead is None or lead["answer"].strip():
        return None
    return match["answer"], lead.groupdict().get("target") or END


def split_leads(words: str) -> list[str]:
    """Split several jumps in one line."""
    bare = _GOES_ON.sub("", words[:400]) + words[400:]
    return [part.strip() for part in _PARTED.split(bare) if part.strip()]


def numbers_of(made: Made) -> tuple[str, ...]:
    """Return the numbers by which a text may name a question."""
    label = made.draft.label
    if label is None or made.draft.lines.is_statement or label.sign in {Sign.CODE, Sign.BARE_CODE, Sign.HASH}:
        return ()
    if label.sign is Sign.NESTED:
        return (label.name,)
    return (str(label.value),) if label.value else ()


def place_of(jump: Jump, sections: Sequence[Placed]) -> int | None:
    """Return the position of the question that a jump leads to; past the last one for the end."""
    text = jump.target.strip(" 。.、")
    made = [each for section in sections for each in section.made]
    if _LAST.search(text):
        return len(made)
    if _CODE.search(text):
        wanted = text.casefold()
        return next((index for index, each in enumerate(made) if each.question.code.casefold() == wanted), None)
    number = _NUMBER.search(text)
    if number is not None and "部分" not in text:
        places = [index for index, each in enumerate(made) if number[0] in numbers_of(each)]
        return next((place for place in places if place > jump.source), places[0] if places else None)
    return _section_start(chinese_value(_OF_SECTIONS.sub("", text)) if number is None else int(number[0]), sections)


def _section_start(number: int, sections: Sequence[Placed]) -> int | None:
    start = 0
    for section in sections:
        if number and section.number == number and section.made:
            return start
        start += len(section.made)
    return None


def hide(sections: Sequence[Placed], jumps: Sequence[tuple[Jump, int]], always: Collection[str]) -> None:
    """Put conditions on what the jumps, each with its target's position, lead past: on whole sections if possible.

    `always` are the questions that everybody answers but for these jumps.
    """
    made = [each for section in sections for each in section.made]
    hidden: list[dict[int, list[str]]] = [{} for _ in made]
    for jump, target in jumps:
        for index in range(jump.source + 1, target):
            hidden[index].setdefault(jump.source, []).extend(jump.values)
    certain = {each.question.code for each, over in zip(made, hidden, strict=True) if not over} & set(always)
    questions = [each.question for each in made]
    start = 0
    for section in sections:
        inside = range(start, start + len(section.made))
        start += len(section.made)
        common = _common([hidden[index] for index in inside])
        if common:
            section.shown_if = _both(_unless(common, questions, certain), section.shown_if)
        for index in inside:
            own = questions[index].shown_if
            rest = {
                source: values
                for source, values in hidden[index].items()
                if source not in common and not _is_implied(questions[source], values, own)
            }
            if rest:
                shown_if = _both(_unless(rest, questions, certain), own)
                made[index].question = replace(questions[index], shown_if=shown_if)


def _common(hidden: Sequence[Mapping[int, list[str]]]) -> dict[int, list[str]]:
    """Return the jumps that lead past all questions of a section."""
    if not hidden:
        return {}
    return {
        source: values for source, values in hidden[0].items() if all(each.get(source) == values for each in hidden)
    }


def _unless(
    hidden: Mapping[int, Sequence[str]], questions: Sequence[Question], certain: Collection[str]
) -> list[Rule]:
    rules: list[Rule] = []
    for source, values in hidden.items():
        code, chosen = questions[source].code, tuple(dict.fromkeys(values))
        rules.append(negated(Is(code, chosen[0]) if len(chosen) == 1 else AnyOf(code, chosen), certain))
    return rules


def _is_implied(question: Question, values: Sequence[str], own: Rule | None) -> bool:
    """Tell whether a question's own condition already says that none of the values was chosen."""
    if not isinstance(question, SingleChoice | ScaleQuestion):
        return False
    for part in own.rules if isinstance(own, All) else (own,):
        if isinstance(part, Is) and part.question == question.code and part.value not in values:
            return True
        if isinstance(part, AnyOf) and part.question == question.code and not set(part.values) & set(values):
            return True
    return False


def _both(rules: Sequence[Rule], own: Rule | None) -> Rule | None:
    parts = [*rules, *(own.rules if isinstance(own, All) else [own] if own is not None else [])]
    return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else None
