"""What changed between two versions, in words for whoever publishes one or moves a survey to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.questionnaire.definition import Questionnaire, Scale, options_of
from survey_app.questionnaire.difference import Change, Weight, difference
from survey_app.questionnaire.edits import RenameCodes, apply
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services.versions import Comparison
from survey_app.web import formats
from survey_app.web.author.designer_places import SHORT, WHOLE, Place, place_of, place_words
from survey_app.web.author.kinds import kind_words
from survey_app.web.rule_words import question_numbers, rule_words


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words: what it is about, what is otherwise, and where the designer shows it."""

    where: str
    words: str
    at: Place = WHOLE


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes by what they do to comparing answers: refused, asked anew, to be told, without effect.

    `unanswered` would be refused, had anybody answered under the versions before.
    """

    refused: tuple[Told, ...]
    unanswered: tuple[Told, ...]
    anew: tuple[Told, ...]
    care: tuple[Told, ...]
    harmless: tuple[Told, ...]

    @property
    def all(self) -> tuple[Told, ...]:
        """All changes, those of weight first."""
        return (*self.refused, *self.unanswered, *self.anew, *self.care, *self.harmless)

    def __bool__(self) -> bool:
        return bool(self.all)


def told(comparison: Comparison) -> Difference:
    """Return the changes in the reader's language. What only got a new code is told as that."""
    renewed = _renewed(comparison)
    seen = comparison
    if renewed:
        old = apply(RenameCodes(tuple(renewed.items())), comparison.old)
        seen = replace(comparison, old=old, changes=difference(old, comparison.new))
    new_codes = set(renewed.values())
    told_anew = [each for each in seen.changes if each.weight is Weight.MEANING and each.code in new_codes]
    refused = {change.code for change in comparison.refused}
    meaning = [change for change in comparison.changes if change.weight is Weight.MEANING]
    care = [change for change in seen.changes if change.weight is Weight.COMPARISON]
    harmless = [change for change in seen.changes if change.weight is Weight.NONE]
    return Difference(
        tuple(_group(comparison.refused, comparison)),
        tuple(_group((change for change in meaning if change.code not in refused), comparison)),
        (*_group(told_anew, seen), *_new_codes(renewed, comparison.new)),
        tuple(_group(care, seen)),
        tuple(_group(harmless, seen)),
    )


def _renewed(comparison: Comparison) -> Mapping[str, str]:
    """Return the codes under which a question or row was asked before, with those that it has now."""
    gone = {
        field.label: code
        for code, field in comparison.old.fields.items()
        if code not in comparison.new.fields and field.specify is None and field.label
    }
    return {
        gone[field.label]: code
        for code, field in comparison.new.fields.items()
        if code not in comparison.old.fields and field.specify is None and field.label in gone
    }


def _new_codes(renewed: Mapping[str, str], questionnaire: Questionnaire) -> Iterator[Told]:
    """Yield for each question which new codes it or its rows have."""
    by_question: dict[str, list[str]] = {}
    for old, new in renewed.items():
        question = questionnaire.fields[new].question.code
        by_question.setdefault(question, []).append(f"{old} → {new}")
    for question, pairs in by_question.items():
        where = place_words(Place("question", question), questionnaire)
        words = _("is counted on its own from now on (codes in data files: %(codes)s)", codes=_(", ").join(pairs))
        yield Told(where, words)


def _group(changes: Iterable[Change], comparison: Comparison) -> Iterator[Told]:
    """Yield the changes; what a scale does to all questions on it is told once."""
    on_scale: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.kind in _SCALES and isinstance(change.new, Scale):
            on_scale.setdefault((change.kind, change.new.code), []).append(change)
        else:
            at = place_of(change.code, comparison.new)
            yield Told(_where(change, comparison), _words(change, comparison), at)
    for several in on_scale.values():
        scale: Any = several[0].new
        words = _words(several[0], comparison)
        yield Told(_scale_place(several, comparison.new), words, Place("scale", scale.code))


# --- where -----------------------------------------------------------------------------------------

_GONE = {"removed", "statement_removed", "section_removed", "scale_removed"}


def _where(change: Change, comparison: Comparison) -> str:
    """Return the place as it is called in the new version; what is gone, as in the old one."""
    questionnaire = comparison.old if change.kind in _GONE else comparison.new
    field = questionnaire.fields.get(change.code)
    if field is not None and (field.item is not None or field.specify is not None):
        number = question_numbers(questionnaire)[field.question.code]
        return _("“%(item)s” in question %(number)s", number=number, item=formats.words(field.label))
    return place_words(place_of(change.code, questionnaire) if change.code else Place(), questionnaire)


def _scale_place(changes: Sequence[Change], questionnaire: Questionnaire) -> str:
    scale: Any = changes[0].new
    numbers = question_numbers(questionnaire)
    fields = (questionnaire.fields[change.code] for change in changes)
    asked = sorted({numbers[field.question.code] for field in fields})
    return _(
        "scale “%(name)s”, which questions %(numbers)s use",
        name=formats.words(scale.name) or scale.code,
        numbers=_(", ").join(map(str, asked)),
    )


# --- what ------------------------------------------------------------------------------------------


def _words(change: Change, comparison: Comparison) -> str:
    if change.kind in _WORDED:
        return _WORDED[change.kind](change, comparison)
    return str(_PLAIN[change.kind])


_PLAIN: Mapping[str, LazyString] = {
    "added": _l("is new"),
    "statement_added": _l("is new"),
    "section_added": _l("is new"),
    "scale_added": _l("is new"),
    "removed": _l("has been taken out"),
    "statement_removed": _l("has been taken out"),
    "section_removed": _l("has been taken out"),
    "scale_removed": _l("has been taken out"),
    "translated": _l("a translation has been added"),
    "description_changed": _l("what it is about is worded otherwise"),
    "notice_changed": _l("the notice before the first question is worded otherwise"),
    "consent_changed": _l("the words of consent are others"),
    "closing_changed": _l("the thanks after sending are worded otherwise"),
    "settings_changed": _l("its code, minutes or pages are others"),
    "row_condition_changed": _l("another option brings this row up"),
    "rows_from_changed": _l("which of its rows are asked depends on another question"),
    "swapped": _l("its words stood under another code before"),
    "options_swapped": _l("wordings of its options have changed places among the codes"),
    "options_reordered": _l("its options stand in another order"),
    "random_order_changed": _l("whether its options come in random order has changed"),
    "help_changed": _l("the help below it is worded otherwise"),
    "ends_reworded": _l("the words at 0 and 10 are others"),
    "limits_changed": _l("the limits of its answers are others"),
    "scale_switched": _l("it uses another scale with the same grades"),
    "order_changed": _l("questions are asked in another order"),
    "unused_scale_changed": _l("its grades have changed; no earlier question uses it"),
}
"""The words for changes that say it all by their kind."""


def _from_to(change: Change, __: Comparison) -> str:
    old, new = _texts(change.old), _texts(change.new)
    chinese = old.zh != new.zh
    before, after = (old.zh, new.zh) if chinese else (old.en, new.en)
    if before == after:
        return _("what stands below it is worded otherwise")
    if not chinese:
        return _("in English “%(old)s” becomes “%(new)s”", old=_cut(before), new=_cut(after))
    return _("“%(old)s” becomes “%(new)s”", old=_cut(before), new=_cut(after))


def _option_from_to(change: Change, comparison: Comparison) -> str:
    return _("option: %(change)s", change=_from_to(change, comparison))


def _unit(change: Change, comparison: Comparison) -> str:
    return _("unit behind the number: %(change)s", change=_from_to(change, comparison))


def _kind(change: Change, __: Comparison) -> str:
    before: Any = change.old
    after: Any = change.new
    old, new = str(kind_words(before)), str(kind_words(after))
    return _("%(old)s becomes %(new)s", old=old, new=new) if old != new else _("the words behind it are asked anew")


def _options(change: Change, comparison: Comparison) -> str:
    added = _option_words(change.code, comparison.new, change.params.get("added", ()))
    removed = _option_words(change.code, comparison.old, change.params.get("removed", ()))
    return _("; ").join(
        words
        for words in (
            _("options added: %(options)s", options=added) if added else "",
            _("options taken out: %(options)s", options=removed) if removed else "",
        )
        if words
    )


def _option_words(code: str, questionnaire: Questionnaire, options: object) -> str:
    wanted = set(options) if isinstance(options, Iterable) else set()
    found = options_of(questionnaire.fields[code].question)
    return _(", ").join(_quoted(option.text, option.code) for option in found if option.code in wanted)


def _exclusive(change: Change, __: Comparison) -> str:
    return _("whether “%(option)s” excludes all others has changed", option=formats.words(_texts(change.new)))


def _required(change: Change, __: Comparison) -> str:
    return _("must be answered now") if change.new else _("need not be answered any more")


def _rule(change: Change, comparison: Comparison) -> str:
    old: Any = change.old
    new: Any = change.new
    before = rule_words(old, comparison.old) if old is not None else ""
    after = rule_words(new, comparison.new) if new is not None else ""
    if not before:
        return _("is asked only if %(after)s; before, of everybody", after=after)
    if not after:
        return _("is asked of everybody; before, only if %(before)s", before=before)
    return _("is asked if %(after)s; before, if %(before)s", before=before, after=after)


def _moved(change: Change, comparison: Comparison) -> str:
    place = place_words(Place("section", str(change.new)), comparison.new)
    return _("stands in %(section)s now", section=place)


def _named_codes(change: Change, comparison: Comparison) -> tuple[str, str]:
    pairs = ((change.old, comparison.old), (change.new, comparison.new))
    old, new = (_named(code, questionnaire) for code, questionnaire in pairs)
    return old, new


def _named(code: object, questionnaire: Questionnaire) -> str:
    if code is None:
        return _("none")
    field = questionnaire.fields.get(str(code))
    return _quoted(field.label, str(code)) if field is not None else str(code)


def _headline(change: Change, comparison: Comparison) -> str:
    old, new = _named_codes(change, comparison)
    return _("headline question: %(new)s; before: %(old)s", old=old, new=new)


def _wave_link(change: Change, comparison: Comparison) -> str:
    old, new = _named_codes(change, comparison)
    return _("counterpart in the first evaluation: %(new)s; before: %(old)s", old=old, new=new)


# --- scales ----------------------------------------------------------------------------------------


def _grades(change: Change, __: Comparison) -> str:
    """Return which grades are others, and what counts otherwise."""
    old: Any = change.old
    new: Any = change.new
    found = [*_grade_sets(old, new), *_grade_changes(old, new)]
    return _("; ").join(found) or _("the grades stand in another order")


def _grade_sets(old: Scale, new: Scale) -> Iterator[str]:
    added = [grade for code, grade in new.by_code.items() if code not in old.by_code]
    removed = [grade for code, grade in old.by_code.items() if code not in new.by_code]
    for words, grades in ((_("grades added: %(grades)s"), added), (_("grades taken out: %(grades)s"), removed)):
        if grades:
            yield words % {"grades": _(", ").join(_quoted(grade.text, grade.code) for grade in grades)}


def _grade_changes(old: Scale, new: Scale) -> Iterator[str]:
    for code, after in new.by_code.items():
        before = old.by_code.get(code)
        if before is None:
            continue
        name = _quoted(after.text, code)
        if before.text != after.text:
            yield _("%(old)s becomes %(new)s", old=_quoted(before.text, code), new=name)
        if before.score != after.score:
            yield _(
                "%(grade)s: score %(new)s instead of %(old)s", grade=name, old=_score(before), new=_score(after)
            )
        for attribute, words in _COUNTS.items():
            if getattr(before, attribute) != getattr(after, attribute):
                word = words[0] if getattr(after, attribute) else words[1]
                yield _("%(grade)s: %(counts)s", grade=name, counts=word)


_COUNTS: Mapping[str, tuple[LazyString, LazyString]] = {
    "satisfied": (_l("counts as satisfied now"), _l("counts as satisfied no longer")),
    "strict": (_l("counts as strictly satisfied now"), _l("counts as strictly satisfied no longer")),
    "in_base": (_l("is in the base now"), _l("is left out of the base now")),
}


def _score(grade: Any) -> str:
    return "–" if grade.score is None else f"{grade.score:g}"


_SCALES = {"scale_changed", "scoring_changed", "grades_reworded"}
_WORDED: Mapping[str, Callable[[Change, Comparison], str]] = {
    "reworded": _from_to,
    "title_changed": _from_to,
    "section_reworded": _from_to,
    "scale_renamed": _from_to,
    "option_reworded": _option_from_to,
    "unit_changed": _unit,
    "kind_changed": _kind,
    "options_changed": _options,
    "exclusive_changed": _exclusive,
    "required_changed": _required,
    "rule_changed": _rule,
    "moved": _moved,
    "headline_changed": _headline,
    "wave_link_changed": _wave_link,
    **dict.fromkeys(_SCALES, _grades),
}


# --- texts -----------------------------------------------------------------------------------------


def _texts(value: object) -> Text:
    return value if isinstance(value, Text) else EMPTY


def _quoted(text: Text, code: str) -> str:
    return _("“%(words)s”", words=_cut(formats.words(text)) or code)


def _cut(words: str) -> str:
    """Cut long words: the reader is to recognise them, not to read them."""
    return words if len(words) <= 2 * SHORT else f"{words[: 2 * SHORT - 1]}…"
