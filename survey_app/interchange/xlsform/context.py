"""What the reader of an XLSForm knows while it goes down the rows, and the cells that every kind of row has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from survey_app.interchange.scope import CannotSay, Scope
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.choices import Choice, ChoiceList, bare_scale, differs, named
from survey_app.interchange.xlsform.codes import LONGEST, Codes
from survey_app.interchange.xlsform.conditions import read_rule, write_rule
from survey_app.interchange.xlsform.limits import Limits, read_limits
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sheets import Row, row_list
from survey_app.interchange.xlsform.texts import Texts
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import CODE, Scale
from survey_app.questionnaire.rules import Rule, comparisons
from survey_app.questionnaire.text import ZH, Text

MAX_OPTIONS = 100_000
"""Most options of all questions together; the longest shipped questionnaire has some hundreds."""


class TooLarge(Exception):
    """The form is larger than any questionnaire; the report says in what."""


class Context:
    """One file being read. `as_written` says that the file is one of ours, with columns of our own."""

    def __init__(
        self,
        *,
        texts: Texts,
        choices: Mapping[str, ChoiceList],
        names: Sequence[str],
        report: Report,
        as_written: bool,
    ) -> None:
        self.texts = texts
        self.choices = choices
        self.report = report
        self.as_written = as_written
        self.scope = Scope(names, folds=False)
        self.codes = Codes()
        self.scales: dict[str, Scale] = {}
        self.unlimited_texts: list[Row] = []
        self._scale_codes = Codes()
        self._scale_of_list: dict[str, str] = {}
        self._appearances: dict[str, list[Row]] = {}
        self._options = 0
        if as_written:
            for each in choices.values():
                if each.scale is not None:
                    self.scale_code(each, each.choices[0].row)

    # --- cells -------------------------------------------------------------------------------------

    def code(self, row: Row, codes: Codes, stem: str, *, longest: int = LONGEST) -> str:
        """Return the code for a row, made from its name; a name that cannot be one is reported."""
        name = row.get("name")
        if self.as_written and CODE.match(own := row.get(marks.CODE)) and own not in codes:
            codes.take(own)
            return own
        code = codes.make(name, stem, longest)
        if not name:
            self.report.changed("name_made", row.place("name"), new=code)
        elif code != name:
            self.report.changed("renamed", row.place("name"), old=name, new=code)
        return code

    def label(self, row: Row) -> Text:
        """Return a row's label, or its name where it has none."""
        text = self.texts.read(row, "label")
        if text:
            return text
        self.report.changed("no_label", row.place("label"), name=row.get("name"))
        return named(row.get("name") or "?")

    def rule(self, row: Row) -> Rule | None:
        """Return the rule in a row's `relevant`; one that we cannot say is reported."""
        cell = row.get("relevant")
        if not cell:
            return None
        if self.as_written and (own := self._own_rule(row.get(marks.RULE), cell)) is not None:
            return own
        try:
            return read_rule(cell, self.scope)
        except CannotSay as reason:
            self.report.dropped(reason.kind, row.place("relevant"), **{"expression": cell[:200], **reason.params})
            return None

    def _own_rule(self, cell: str, relevant: str) -> Rule | None:
        """Return the rule in our own column, if it still says what `relevant` says."""
        if not cell:
            return None
        try:
            rule = codec.decode_rule(json.loads(cell))
        except (ValueError, RecursionError):
            return None
        fields = self.scope.by_code()
        if any(each.question not in fields for each in comparisons(rule)):
            return None
        return rule if write_rule(rule, fields) == relevant else None

    def is_required(self, row: Row) -> bool:
        """Tell whether a row must be answered; a condition on that is reported."""
        cell = row.get("required")
        if marks.is_no(cell) or marks.is_yes(cell):
            return marks.is_yes(cell)
        self.report.dropped("required_expression", row.place("required"), expression=cell[:200])
        return False

    def limits(self, row: Row, *used: str) -> Limits:
        """Return the limits in a row's constraint that are among those `used`; all others are reported."""
        cell = row.get("constraint")
        if not cell:
            return Limits()
        limits = read_limits(cell)
        unused = [name for name in _LIMITS if name not in used and getattr(limits, name) not in {None, ()}]
        for part in limits.left_out:
            self.report.dropped("constraint_part", row.place("constraint"), part=part[:200])
        if unused:
            self.report.dropped("constraint_part", row.place("constraint"), part=cell[:200])
        return limits

    # --- appearances and parameters ----------------------------------------------------------------

    def appearance(self, row: Row, *understood: str) -> set[str]:
        """Return the words in a row's appearance that are understood; the others are noted for the report."""
        words = row.get("appearance").split()
        for word in words:
            if word.casefold() not in understood:
                self._appearances.setdefault(word, []).append(row)
        return {word.casefold() for word in words} & set(understood)

    def parameters(self, row: Row, *understood: str) -> dict[str, str]:
        """Return a row's parameters that are understood; others are reported."""
        found: dict[str, str] = {}
        for part in row.get("parameters").replace(",", " ").replace(";", " ").split():
            name, _, value = part.partition("=")
            if name.casefold() in understood and value:
                found[name.casefold()] = value
            else:
                self.report.dropped("parameter_dropped", row.place("parameters"), parameter=part[:80])
        return found

    def report_appearances(self) -> None:
        """Report each word of appearance that means nothing to us, once."""
        for word, rows in self._appearances.items():
            self.report.dropped(
                "appearance_ignored",
                rows[0].place("appearance"),
                appearance=word[:80],
                rows=row_list([row.number for row in rows]),
            )

    # --- lists -------------------------------------------------------------------------------------

    def count_options(self, more: int, row: Row) -> None:
        """Count the options of one more question. Raises `TooLarge`, which is reported, when there are too many."""
        self._options += more
        if self._options > MAX_OPTIONS:
            self.report.error("too_many_options", row.place("type"), most=MAX_OPTIONS)
            raise TooLarge

    def scale_code(self, choice_list: ChoiceList, row: Row) -> str:
        """Return the code of a list's scale, which becomes one of the questionnaire's."""
        known = self._scale_of_list.get(choice_list.name)
        if known is not None:
            return known
        scale = choice_list.scale
        if scale is None:
            scale = bare_scale(choice_list, choice_list.name)
            self.report.changed("scale_without_marks", row.place("type"), list=choice_list.name)
        elif differs(choice_list) and not self.as_written:
            self.report.changed(
                "scale_recognised",
                choice_list.choices[0].row.place(),
                list=choice_list.name,
                scale=scale.name.in_locale(ZH),
            )
        code = scale.code
        if self.scales.get(code) != scale:
            code = self._scale_codes.make(scale.code, "scale")
            if code != scale.code:
                self.report.changed("scale_renamed", row.place("type"), old=scale.code, new=code)
            self.scales[code] = Scale(code, scale.name, scale.grades)
        self._scale_of_list[choice_list.name] = code
        return code


_LIMITS = (
    "least",
    "most",
    "decimals",
    "first_day",
    "last_day",
    "most_characters",
    "fewest",
    "at_most",
    "exclusive",
)


def chosen(choice_list: ChoiceList, names: Sequence[str]) -> set[str]:
    """Return our codes of the choices that a constraint names."""
    return {choice_list.codes[name] for name in names if name in choice_list.codes}


def subset(choice_list: ChoiceList, choices: Sequence[Choice]) -> ChoiceList:
    """Return a list with some of its choices only; it is no scale any more."""
    return ChoiceList(choice_list.name, tuple(choices))
