"""Puts conditions on questions and sections: those written with them, and those that a jump over them makes."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from survey_app.interchange.conditions import NotUnderstood, read_condition
from survey_app.interchange.labels import normal
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
)
from survey_app.questionnaire.rules import All, AnyOf, Is, Rule

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
        known = {number for _, made in self._all for number in numbers_of(made)}
        self._known = known | set(self._positions)

    def run(self) -> None:
        """Put every condition where it belongs."""
        index = 0
        for section in self._sections:
            own: dict[str, tuple[str, ...]] = {}
            section.shown_if = self._read(section.rules, self._references(own, None), section.code)
            previous = self._all[index - 1][1].question.code if index else None
            for made in section.made:
                references = self._references(own, previous)
                self._put(index, made, references)
                self._note(made, section, own)
                previous = made.question.code
                index += 1
        hide(self._sections, self._jumps, self._always)

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
            (leads if read_lead(words) is not None or read_otherwise(words) is not None else rules).append(
                (words, seen)
            )
        question = replace(made.question, shown_if=self._read(rules, references, made.question.code))
        if isinstance(question, Matrix):
            question = self._rows_from(question, made, references)
        made.question = question
        self._read_jumps(index, made, leads)

    def _read(self, rules: Iterable[tuple[str, Seen]], references: References, code: str) -> Rule | None:
        found: list[Rule] = []
        for words, seen in rules:
            self._ledger.mark(seen.line, Understood.RULE if seen.sign is None else Understood.QUESTION, code)
            try:
                condition = read_condition(words, references)
            except NotUnderstood as error:
                self._ledger.refuse(error.kind, seen.line, **error.params)
                continue
            found.append(condition.rule)
            for written, taken in condition.guesses:
                self._ledger.changed("option_guessed", seen.line, written=written, taken=taken)
        return found[0] if len(found) == 1 else All(tuple(found)) if found else None

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
        for entry, value in made.codes:
            if entry.jump is not None:
                self._add_jump(Jump(index, (value,), entry.jump), entry.line)
        for words, seen in leads:
            self._ledger.mark(seen.line, Understood.RULE if seen.sign is None else Understood.QUESTION, code)
            parts = [words] if read_otherwise(words) is not None else split_leads(words)
            for part in parts:
                self._lead(made, part, seen.line)

    def _lead(self, made: Made, words: str, line: Line) -> None:
        """Read 选C跳到第10题."""
        others = read_otherwise(words)
        found = others or read_lead(words)
        if found is None or not found[0]:
            self._ledger.refuse("jump_not_understood", line, words=words[:40])
            return
        here = {each.code.casefold(): each for each in targets_of(made.question, self._scales)}
        earlier: Mapping[str, Target] = ChainMap(here, self._earlier)
        itself: tuple[str, ...] = (made.question.code,)
        numbers = ChainMap(dict.fromkeys(numbers_of(made), itself), self._numbers)
        references = References(earlier, numbers, self._known, made.question.code, self._always)
        try:
            rule = read_condition(found[0], references).rule
        except NotUnderstood as error:
            self._ledger.refuse(error.kind, line, **error.params)
            return
        values = (rule.value,) if isinstance(rule, Is) else rule.values if isinstance(rule, AnyOf) else ()
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
