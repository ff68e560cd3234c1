"""Puts conditions on questions and sections: those written with them, and those that a jump over them makes."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from survey_app.interchange.conditions import Condition, NotUnderstood, read_condition, read_with_rest
from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.asides import Scoped, groups, opens, perhaps, says_chosen, scoped
from survey_app.interchange.pasted.build import Made
from survey_app.interchange.pasted.jumps import (
    MOST_JUMPS,
    Jump,
    Placed,
    hide,
    numbers_of,
    place_of,
    read_lead,
    read_otherwise,
    split_leads,
)
from survey_app.interchange.pasted.ledger import Ledger, Understood
from survey_app.interchange.pasted.lines import Line
from survey_app.interchange.pasted.options import Entry
from survey_app.interchange.pasted.outline import Seen
from survey_app.interchange.references import References, Target, targets_of
from survey_app.questionnaire.definition import (
    Item,
    Matrix,
    MultipleChoice,
    Question,
    Ranking,
    Scale,
    ScaleQuestion,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import All, AnyOf, Is, Rule
from survey_app.questionnaire.text import Text

_CODE = re.compile(r"[A-Za-z]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Ruler:
    """Goes through all questions once, in order, and reads the conditions of each with what stands before it."""

    def __init__(self, sections: Sequence[Placed], scales: Mapping[str, Scale], ledger: Ledger) -> None:
        self._sections = sections
        self._scales = scales
        self._ledger = ledger
        self._all = [(section, made) for section in sections for made in section.made]
        self._positions = {made.question.code.casefold(): index for index, (_, made) in enumerate(self._all)}
        self._earlier: dict[str, Target] = {}
        self._numbers: dict[str, tuple[str, ...]] = {}
        self._always: set[str] = set()
        self._jumps: list[tuple[Jump, int]] = []
        self._tried = 0
        self._pending: dict[int, list[Rule]] = {}
        """Conditions that stand before the questions that they are about, by position."""
        self._spent: set[int] = set()
        """Positions of words that only say who is asked what follows."""
        known = {number for _, made in self._all for number in numbers_of(made)}
        self._known = known | set(self._positions)

    def run(self) -> None:
        """Put every condition where it belongs."""
        index = 0
        for section in self._sections:
            own: dict[str, tuple[str, ...]] = {}
            references = self._references(own, None)
            rules = [each for each in section.rules if not self._limit(index - 1, *each, references, section.code)]
            section.shown_if = _all([each.rule for each in self._read(rules, references, section.code)])
            previous = self._all[index - 1][1].question.code if index else None
            for made in section.made:
                references = self._references(own, previous)
                self._put(index, made, references)
                self._note(made, section, own)
                previous = made.question.code
                index += 1
        hide(self._sections, self._jumps, self._always)
        spent = {id(self._all[index][1]) for index in self._spent}
        for section in self._sections:
            section.made = [made for made in section.made if id(made) not in spent]

    def _references(self, own: dict[str, tuple[str, ...]], previous: str | None) -> References:
        return References(self._earlier, ChainMap(own, self._numbers), self._known, previous, self._always)

    def _note(self, made: Made, section: Placed, own: dict[str, tuple[str, ...]]) -> None:
        """Take a question in among those that later conditions may ask about."""
        question = made.question
        for target in targets_of(question, self._scales):
            self._earlier[target.code.casefold()] = target
        for number in numbers_of(made):
            own[number] = (question.code,)
            self._numbers[number] = (*self._numbers.get(number, ()), question.code)
        if question.required and question.shown_if is None and section.shown_if is None:
            self._always.add(question.code)

    # --- conditions --------------------------------------------------------------------------------

    def _put(self, index: int, made: Made, references: References) -> None:
        draft = made.draft
        rules: list[tuple[str, Seen]] = []
        leads: list[tuple[str, Seen]] = []
        for words, seen in draft.rules:
            is_lead = read_lead(words) is not None or read_otherwise(words) is not None
            (leads if is_lead else rules).append((words, seen))
        here = self._including(made)
        rules = [each for each in rules if not self._limit(index, *each, here, made.question.code)]
        if isinstance(made.question, Statement) and self._is_only_scope(index, made, references):
            return
        found = self._read(rules, references, made.question.code, made)
        if not draft.is_settled and not draft.lines.is_statement:
            found += self._from_wording(made, references)
        shown_if = _all([*self._pending.get(index, ()), *(each.rule for each in found)])
        question = replace(made.question, shown_if=shown_if)
        if isinstance(question, Matrix):
            question = self._rows_from(question, made, references)
        made.question = question
        self._read_jumps(index, made, leads)

    def _read(
        self, rules: Iterable[tuple[str, Seen]], references: References, code: str, made: Made | None = None
    ) -> list[Condition]:
        """Read the conditions of a question or section. Words that follow one in the same brackets are a hint."""
        found: list[Condition] = []
        for words, seen in rules:
            self._ledger.mark(seen.line, _role(seen, words), code)
            try:
                condition, rest = (
                    read_with_rest(words, references)
                    if made is not None
                    else (read_condition(words, references), "")
                )
            except NotUnderstood as error:
                self._ledger.refuse(error.kind, seen.line, **error.params)
                continue
            found.append(condition)
            if made is not None and rest:
                made.question = replace(made.question, help=_below(made.question.help, rest))
                self._ledger.use(seen.line, words.removesuffix(rest))
            self._tell(condition, seen.line)
        return found

    def _tell(self, condition: Condition, line: Line) -> None:
        """Tell what of a condition was not said in so many words."""
        for written, taken in condition.guesses:
            self._ledger.changed("option_guessed", line, written=written, taken=taken)
        for question in condition.found:
            asked = self._question(question)
            words = (asked.text.zh or asked.text.en)[:40] if asked is not None else question
            self._ledger.doubt("question_found", line, question=words)

    # --- conditions in the midst of wording --------------------------------------------------------

    def _from_wording(self, made: Made, references: References) -> list[Condition]:
        """Take conditions out of a question's words; what may be one and cannot be read is told, and stays."""
        line, text = made.draft.head, made.question.text
        found: list[Condition] = []
        words = text.zh
        for group in groups(words):
            taken = self._condition_in(group.content, line, references)
            if taken is not None:
                condition, rest = taken
                found.append(condition)
                before, after = words[: group.start].rstrip(), words[group.end :].lstrip(" ：:")
                self._ledger.use(line, group.content.removesuffix(rest))
                rest = "" if normal(rest).rstrip("?:") in normal(before + after) else rest
                words = f"{before}（{rest}）{after}" if rest and before + after else f"{before}{rest}{after}"
        if opens(words):
            taken = self._condition_in(words, line, references)
            if taken is not None:
                condition, rest = taken
                found.append(condition)
                if rest.strip(" _＿。"):
                    self._ledger.use(line, words.removesuffix(rest).rstrip())
                    words = rest
        if words != text.zh:
            made.question = replace(made.question, text=Text(words, text.en))
        return found

    def _condition_in(self, words: str, line: Line, references: References) -> tuple[Condition, str] | None:
        try:
            condition, rest = read_with_rest(words, references)
        except NotUnderstood as error:
            if says_chosen(words):
                self._ledger.refuse(error.kind, line, **error.params)
            elif perhaps(words):
                self._ledger.doubt("perhaps_condition", line, words=words[:40])
            return None
        self._tell(condition, line)
        return condition, rest

    # --- conditions that stand before what they are about ------------------------------------------

    def _including(self, made: Made) -> References:
        """Return what a condition may refer to that stands below a question: that question, too."""
        here = {each.code.casefold(): each for each in targets_of(made.question, self._scales)}
        earlier: Mapping[str, Target] = ChainMap(here, self._earlier)
        itself: tuple[str, ...] = (made.question.code,)
        numbers = ChainMap(dict.fromkeys(numbers_of(made), itself), self._numbers)
        return References(earlier, numbers, self._known, made.question.code, self._always)

    def _is_only_scope(self, index: int, made: Made, references: References) -> bool:
        """Tell whether words between questions only say who is asked the next ones; those are not shown."""
        seen = made.draft.lines.head
        if not self._limit(index, made.question.text.zh.strip("（()） "), seen, references, made.question.code):
            return False
        self._spent.add(index)
        return True

    def _limit(self, index: int, words: str, seen: Seen, references: References, code: str) -> bool:
        """Put the condition of 第4题仅选“是”者回答 on the questions that it names; False for other words.

        `index` is the position of the question above.
        """
        asked = scoped(words)
        if asked is None:
            return False
        places = self._places(asked, index)
        if not places and all(number in self._known for number in asked.numbers):
            return False
        self._ledger.mark(seen.line, _role(seen, words), code)
        if not places:
            self._ledger.refuse("jump_target_unknown", seen.line, target="、".join(asked.numbers))
            return True
        try:
            condition = read_condition(asked.answer, references)
        except NotUnderstood as error:
            self._ledger.refuse(error.kind, seen.line, **error.params)
            return True
        self._tell(condition, seen.line)
        for place in places:
            self._pending.setdefault(place, []).append(condition.rule)
        return True

    def _places(self, asked: Scoped, index: int) -> list[int]:
        """Return the positions of the questions further down that a text names."""
        if not asked.numbers:
            return [index + 1] if index + 1 < len(self._all) else []
        found = []
        for number in asked.numbers:
            later = (
                place for place in range(max(index, 0), len(self._all)) if number in numbers_of(self._all[place][1])
            )
            place = next(later, None)
            if place is None:
                return []
            found.append(place)
        return found

    # --- rows --------------------------------------------------------------------------------------

    def _rows_from(self, question: Matrix, made: Made, references: References) -> Matrix:
        """Let the rows come from the question that the draft names."""
        draft = made.draft
        wanted = draft.marks.rows_from or draft.stem.rows_from
        if wanted is None:
            return question
        number = _NUMBER.search(wanted)
        codes = references.numbers.get(number[0], ()) if number is not None and not _CODE.search(wanted) else ()
        code = codes[-1] if codes else wanted.strip()
        code = references.previous or "" if "上" in wanted or "前" in wanted else code
        source = self._question(code)
        if not isinstance(source, MultipleChoice | Ranking) or code.casefold() not in self._earlier:
            self._ledger.refuse("rows_from_unknown", draft.head, code=wanted)
            return question
        by_words = {
            normal(words): each.code for each in source.options for words in (each.text.zh, each.text.en) if words
        }
        items = tuple(self._item(item, by_words, draft.head) for item in question.items)
        return replace(question, rows_from=source.code, items=items)

    def _item(self, item: Item, by_words: Mapping[str, str], line: Line) -> Item:
        if item.when is not None:
            return item
        when = by_words.get(normal(item.text.zh)) or by_words.get(normal(item.text.en))
        if when is None:
            self._ledger.changed("row_without_option", line, row=item.text.zh or item.text.en)
        return replace(item, when=when)

    def _question(self, code: str) -> Question | None:
        position = self._positions.get(code.casefold())
        return self._all[position][1].question if position is not None else None

    # --- jumps -------------------------------------------------------------------------------------

    def _read_jumps(self, index: int, made: Made, leads: Iterable[tuple[str, Seen]]) -> None:
        code = made.question.code
        has_jumps = any(entry.jump is not None for entry, _ in made.codes)
        for entry, value in made.codes:
            if entry.jump is not None:
                self._add_jump(Jump(index, (value,), entry.jump), entry.line)
            elif entry.only is not None:
                self._ledger.use(entry.line, entry.line.body)
                if not has_jumps:
                    self._only(index, made, value, entry)
        for words, seen in leads:
            self._ledger.mark(seen.line, _role(seen, words), code)
            parts = [words] if read_otherwise(words) is not None else split_leads(words)
            for part in parts:
                self._lead(made, part, seen.line)

    def _only(self, index: int, made: Made, value: str, entry: Entry) -> None:
        """Ask questions only of those who chose an option: C. 不满意（请回答第4题）."""
        places = self._places(Scoped("", entry.only or ()), index)
        if not places:
            target = ", ".join(entry.only or ())
            self._ledger.refuse("jump_target_unknown", entry.line, target=target)
        for place in places:
            rules = self._pending.setdefault(place, [])
            before = next((each for each in rules if _is_about(each, made.question.code)), None)
            if before is None:
                rules.append(Is(made.question.code, value))
            else:
                rules[rules.index(before)] = AnyOf(made.question.code, (*_chosen(before), value))

    def _lead(self, made: Made, words: str, line: Line) -> None:
        """Read 选C跳到第10题."""
        others = read_otherwise(words)
        found = others or read_lead(words)
        if found is None or not found[0]:
            self._ledger.refuse("jump_not_understood", line, words=words[:40])
            return
        try:
            condition = read_condition(found[0], self._including(made))
        except NotUnderstood as error:
            self._ledger.refuse(error.kind, line, **error.params)
            return
        rule = condition.rule
        self._tell(condition, line)
        values = _chosen(rule)
        if others is not None and isinstance(rule, Is | AnyOf):
            values = _all_but(values, self._question(rule.question), self._scales)
        source = self._positions.get(rule.question.casefold()) if isinstance(rule, Is | AnyOf) else None
        if source is None or not values:
            self._ledger.refuse("jump_not_understood", line, words=words[:40])
        else:
            self._add_jump(Jump(source, values, found[1]), line)

    def _add_jump(self, jump: Jump, line: Line) -> None:
        self._tried += 1
        if self._tried > MOST_JUMPS:
            self._ledger.refuse("too_many_jumps", line, most=MOST_JUMPS)
            return
        place = place_of(jump, self._sections)
        if place is None:
            self._ledger.refuse("jump_target_unknown", line, target=jump.target)
        elif place <= jump.source:
            self._ledger.refuse("jump_back", line, target=jump.target)
        else:
            self._jumps.append((jump, place))


def _all_but(values: Sequence[str], question: Question | None, scales: Mapping[str, Scale]) -> tuple[str, ...]:
    """Return the other answers of a question that has one; none for other questions."""
    if isinstance(question, ScaleQuestion) and question.scale in scales:
        return tuple(grade.code for grade in scales[question.scale].grades if grade.code not in values)
    if isinstance(question, SingleChoice):
        return tuple(option.code for option in question.options if option.code not in values)
    return ()


def _all(rules: Sequence[Rule]) -> Rule | None:
    return rules[0] if len(rules) == 1 else All(tuple(rules)) if rules else None


def _below(text: Text, words: str) -> Text:
    return Text("\n".join(each for each in (text.zh, words) if each), text.en)


def _is_about(rule: Rule, code: str) -> bool:
    return isinstance(rule, Is | AnyOf) and rule.question == code


def _chosen(rule: Rule) -> tuple[str, ...]:
    return (rule.value,) if isinstance(rule, Is) else rule.values if isinstance(rule, AnyOf) else ()


def _role(seen: Seen, words: str) -> Understood:
    """Return what a line is that holds a condition: nothing else, or a question, too."""
    is_whole = seen.sign is None or words == seen.line.text
    return Understood.RULE if is_whole else Understood.QUESTION
