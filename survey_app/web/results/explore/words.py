"""The words of exploring: subjects, conditions, groups, and why something cannot be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from survey_app.analysis import explore
from survey_app.analysis.classes import name_of_classes
from survey_app.analysis.closed import Closed, Reason
from survey_app.analysis.layout import Sort
from survey_app.analysis.openings import CROWD
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import PERIOD, PERIOD_DAYS, AnswerFilter, BadSelection, Selection, Trouble
from survey_app.reporting import charts
from survey_app.reporting.cells import Form, Table
from survey_app.reporting.rule_words import asks_for_satisfaction
from survey_app.scoring.measure import counted_grades
from survey_app.scoring.rounding import NOTHING
from survey_app.scoring.rules import SATISFACTION_RATE, NpsRule
from survey_app.services.explore import Subject
from survey_app.web import formats
from survey_app.web.results.explore.asked import ANSWER, CONDITION, PLACE
from survey_app.words import Audience, Mode, Purpose

_LONGEST = 40
_KNOWN = ("survey", "audience", "unit", "team", "mode", CONDITION)
"""Parts of an address, besides days and answers, that every view knows."""
_MOST_NAMED = 2
"""Answers that are named one by one where they count together."""
_MOST_LISTED = 3
"""Grades that are named one by one where they are offered together."""


def occasion(found: Subject) -> str:
    """Name what a survey was held for: its purpose, or the month of a return visit."""
    return formats.wave(found.wave) if found.wave else str(formats.label(Purpose, found.purpose))


def subject(found: Subject, *, with_title: bool) -> str:
    """Name an audience, where its occasion is named beside; with the survey's title where that is not enough."""
    audience = str(formats.label(Audience, found.audience))
    if not with_title:
        return audience
    return _("%(survey)s · %(audience)s", survey=formats.words(found.titles[0]), audience=audience)


def trouble(found: BadSelection) -> str:
    """Say why a selection cannot be shown, and what to do."""
    match found.trouble:
        case Trouble.TOO_MANY:
            return _(
                "More than two conditions are set. Besides unit and team at most two can be combined: with more, "
                "single people could be found out. Take one away."
            )
        case Trouble.UNKNOWN_FIELD if found.where == plain(found.where):
            return _(
                "The address names something under “%(name)s” that is not here. Choose it again on this page.",
                name=found.where,
            )
        case Trouble.UNKNOWN_FIELD:
            return _("The questionnaire has no question “%(name)s” to filter by.", name=plain(found.where))
        case Trouble.UNKNOWN_CODE:
            return _("Question %(name)s has no such answer.", name=plain(found.where))
        case Trouble.NOT_HERE if found.where == PERIOD:
            return _("This view cannot be narrowed by weeks: they belong to one measurement only.")
        case Trouble.NOT_HERE if found.where != plain(found.where):
            return _(
                "No return visit asks question %(name)s with the same answers, so that measurements cannot be "
                "narrowed by it.",
                name=plain(found.where),
            )
        case Trouble.NOT_HERE:
            return _("This view cannot be narrowed by answers.")
        case Trouble.ONE_ONLY:
            return _(
                "Two conditions are set. This view puts two questions together, so that besides unit and team one "
                "condition at most can be set. Take one away."
            )
        case Trouble.DAYS_REVERSED:
            return _("The first day is later than the last one.")
        case _ if found.where == PLACE:
            return _("There is no such unit. Type a part of its name and pick one from the suggestions.")
        case _:
            return _unreadable(found.where)


def missing() -> str:
    """Say that something is not there, or not for this reader: which of both must not be told."""
    return _(
        "The address names a survey, a unit or a team that is not here, or that you may not read. Choose it again "
        "on this page."
    )


def _unreadable(where: str) -> str:
    """Say what of an address cannot be read, and how to mend it."""
    name = plain(where)
    if where in ("since", "until"):
        return _(
            "“%(name)s” in the address is no day, or stands there twice. Write a day as 2026-04-30.",
            name=name,
        )
    if where in _KNOWN or where.startswith(ANSWER):
        return _(
            "What the address says under “%(name)s” cannot be read, or it stands there twice. Choose it again on "
            "this page.",
            name=name,
        )
    return _("The address says something under “%(name)s”, which this view does not know. Take it out.", name=name)


def plain(where: str) -> str:
    """Return a part of an address without the sign for answers."""
    return where.removeprefix(ANSWER)[:_LONGEST]


def question(entry: Entry) -> str:
    """Name a question shortly, with its code."""
    name = charts.short(formats.words(entry.label))
    if entry.stem and "." in entry.name:
        name = _led_by(shortened(charts.short(formats.words(entry.stem))), name)
    return f"{entry.name} {shortened(name)}"


def _led_by(stem: str, rest: str) -> str:
    """Put words behind a question: after its mark there is no colon."""
    if stem.endswith("？"):
        return stem + rest
    return f"{stem} {rest}" if stem.endswith("?") else f"{stem}{_(': ')}{rest}"


def whole(option: Entry) -> str:
    """Name the question that has an option, with its code."""
    return f"{option.question} {shortened(charts.short(formats.words(option.stem)))}"


def shortened(text: str) -> str:
    """Cut what would not fit into a field to choose from."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def dashes(table: Table, note: str) -> list[str]:
    """Return what a dash means where one stands in the table, and what bounds mean where some stand there."""
    cells = [cell for row in table.rows for cell in row.cells]
    said = [note] if any(cell.text == NOTHING for cell in cells) else []
    if any(cell.form is Form.PERCENT and cell.number is None for cell in cells):
        said.append(bounds_note())
    return said


def bounds_note() -> str:
    """Say what a rate with a sign before it means."""
    return _(
        "≥, ≤ or a range: so few of these people stand on one side that the exact rate could tell about them; that "
        "it lies there follows from other figures shown."
    )


def spelled_out(entry: Entry, groups: Iterable[Sequence[str]]) -> list[str]:
    """Return a sentence for each group whose short name leaves some of its answers out."""
    return [
        _("%(short)s: %(answers)s.", short=answers(entry, group), answers=answers(entry, group, in_full=True))
        for group in groups
        if answers(entry, group) != answers(entry, group, in_full=True)
    ]


def answers(entry: Entry, codes: Sequence[str], *, in_full: bool = False) -> str:
    """Name some answers to a question: by the name of the group where they are one, neighbours in an order by the
    first and the last, many others by the first of them; `in_full` names each that is not a number.
    """
    for name, group in groups_of(entry):
        if set(group) == set(codes):
            return name
    is_run = len(codes) > 1 and _are_next(list(entry.labels), codes)
    if entry.measured is not None and _are_next(list(entry.labels), codes):
        return formats.words(name_of_classes(entry.measured, codes))
    if entry.sort is Sort.PLACE and is_run and codes[-1] != "0":
        return _("Places %(first)s–%(last)s", first=codes[0], last=codes[-1])
    if entry.is_nps and is_run:
        return _("%(first)s–%(last)s points", first=codes[0], last=codes[-1])
    if entry.is_nps and len(codes) == 1:
        return _("%(points)s points", points=codes[0])
    names = [formats.words(entry.labels[code]) if code in entry.labels else code for code in codes]
    if in_full or len(names) <= _MOST_NAMED:
        return either(names)
    if entry.is_rated and is_run:
        return _span(names)
    if len(names[0]) + len(names[1]) > _LONGEST // 2:
        return _("%(first)s and others, %(all)s in all", first=names[0], all=len(names))
    return _("%(first)s, %(second)s and others, %(all)s in all", first=names[0], second=names[1], all=len(names))


def either(names: Sequence[str]) -> str:
    """Write alternatives: A, B or C."""
    before = _(", ").join(names[:-1])
    if not before:
        return "".join(names)
    between = _(" or ")
    # Between Chinese and figures stands a space.
    space = " " if names[-1][:1].isascii() and not between.endswith(" ") else ""
    return f"{before}{between}{space}{names[-1]}"


def _span(names: Sequence[str]) -> str:
    return _("%(first)s to %(last)s", first=names[0], last=names[-1])


def _are_next(every: Sequence[str], codes: Sequence[str]) -> bool:
    """Tell whether codes are neighbours, in order."""
    first = every.index(codes[0]) if codes and codes[0] in every else -1
    return first >= 0 and list(codes) == every[first : first + len(codes)]


def groups_of(entry: Entry) -> list[tuple[str, tuple[str, ...]]]:
    """Return what people want to filter by at once: the satisfied, the others; promoters and detractors."""
    if entry.is_nps:
        told = zip(camps(entry.nps), entry.nps.camps, strict=True)
        return [(name, tuple(sorted(str(each) for each in answers))) for name, answers in told if answers]
    if not entry.is_rated or entry.scale is None:
        return []
    satisfied = counted_grades(SATISFACTION_RATE, entry.scale)
    rest = tuple(code for code in entry.labels if code not in satisfied)
    if asks_for_satisfaction(entry.scale):
        names = [_("Satisfied in all"), _("Not satisfied in all")]
    else:
        names = [_together(entry, codes) for codes in (satisfied, rest)]
    return [
        (name, tuple(sorted(codes))) for name, codes in zip(names, (satisfied, rest), strict=True) if len(codes) > 1
    ]


def _together(entry: Entry, codes: Sequence[str]) -> str:
    """Name grades that count alike by their own words: nobody is satisfied on a scale of agreement."""
    names = [formats.words(label) for code, label in entry.labels.items() if code in codes]
    return _("%(grades)s together", grades=_span(names) if len(names) > _MOST_LISTED else _(", ").join(names))


def camps(rule: NpsRule) -> tuple[str, str, str]:
    """Name promoters, passives and detractors with their answers."""
    promoters, passives, detractors = (_numbers(each) for each in rule.camps)
    return (
        _("Promoters (%(answers)s)", answers=promoters),
        _("Passives (%(answers)s)", answers=passives),
        _("Detractors (%(answers)s)", answers=detractors),
    )


def _numbers(answers: range) -> str:
    return f"{answers[0]}–{answers[-1]}" if len(answers) > 1 else "".join(str(each) for each in answers)


def condition(each: AnswerFilter, entries: Mapping[str, Entry]) -> str:
    """Say a condition in words."""
    entry = entries.get(each.field)
    if entry is None:
        return f"{each.field} = {', '.join(each.codes)}"
    return _led_by(question(entry), answers(entry, each.codes, in_full=True))


def days(selection: Selection) -> str:
    """Say the weeks of a selection."""
    if selection.since is None:
        return _("until %(day)s", day=formats.day(selection.until))
    return formats.day_range(selection.since, selection.until)


def least(selection: Selection, threshold: int, *, by_answers: bool = False) -> int:
    """Return how many ballots a group needs at least: more where answers tell people apart."""
    return max(threshold, CROWD) if selection.answers or by_answers else threshold


def mostly_withheld(selection: Selection, threshold: int) -> str:
    """Say why conditions leave hardly anything to be seen side by side."""
    return _(
        "With the conditions that are set, most groups here are withheld: each needs at least %(least)d ballots "
        "that meet them, and no small group may be worked out from the others. Fewer conditions show more.",
        least=least(selection, threshold),
    )


def closed(found: Sequence[Closed], entries: Mapping[str, Entry]) -> str:
    """Say why questions can be shown beside no other answers, whatever the ballots say; all for the same reason."""
    names = {"questions": _quoted([each.question for each in found], entries)}
    answers = _quoted([name for each in found for name in each.about], entries)
    match found[0].reason:
        case Reason.OPTIONS | Reason.BY_OPTIONS | Reason.IMPLIED as reason:
            return _by_options(reason, answers, **names)
        case Reason.MANY:
            return _(
                "Not shown: %(questions)s. Who is asked hangs on many answers at once, and the number of those who "
                "were asked would tell how many gave them all.",
                **names,
            )
        case Reason.LIVE:
            return _(
                "Shown once the survey is over: %(questions)s. Several answers decide who is asked (%(answers)s).",
                **names,
                answers=answers,
            )
        case Reason.WORDS:
            return _(
                "Shown by itself only: %(questions)s. Who is asked hangs on words and on an answer besides: small "
                "groups could follow.",
                **names,
            )
        case Reason.TOGETHER:
            return _(
                "Not shown beside what decides who is asked (%(answers)s): %(questions)s. Small groups by all of "
                "these answers would follow.",
                **names,
                answers=answers,
            )
        case Reason.BEYOND:
            return _(
                "Shown with fewer conditions only: %(questions)s. With the answers that decide who is asked "
                "(%(answers)s), these are more questions at once than can be told apart.",
                **names,
                answers=answers,
            )


def _by_options(reason: Reason, options: str, questions: str) -> str:
    """Say what options of one question have to do with it."""
    if reason is Reason.OPTIONS:
        return _(
            "Not put together: %(options)s. What few people chose would follow from all of the options.",
            options=options,
        )
    if reason is Reason.BY_OPTIONS:
        return _(
            "Not shown: %(questions)s. Who is asked hangs on options that cannot be put together (%(options)s).",
            questions=questions,
            options=options,
        )
    return _(
        "Shown by itself or with fewer conditions only: %(questions)s. What few people chose would follow from "
        "other options (%(options)s).",
        questions=questions,
        options=options,
    )


_MOST_QUOTED = 5


def _quoted(names: Sequence[str], entries: Mapping[str, Entry]) -> str:
    every = [_("“%(question)s”", question=question(entries[name])) for name in dict.fromkeys(names)]
    first = _(", ").join(every[:_MOST_QUOTED])
    return (
        first
        if len(every) <= _MOST_QUOTED
        else _("%(first)s and others, %(all)s in all", first=first, all=len(every))
    )


def mostly_small(least: int) -> str:
    """Say why hardly anything is to be seen side by side where no conditions are set."""
    return _(
        "Most groups here are withheld: each needs at least %(least)d ballots, and no small group may be worked "
        "out from the others. A larger unit, or groups by something else, show more.",
        least=least,
    )


def modes(chosen: Sequence[Mode]) -> str:
    """Name ways of answering."""
    return _(" or ").join(str(formats.label(Mode, mode)) for mode in chosen)


def group(by: str, key: Sequence[str], names: Mapping[int, str], entries: Mapping[str, Entry]) -> str:
    """Name a group of a grouping."""
    if by in (explore.BY_UNIT, explore.BY_TEAM):
        return names.get(int(key[0])) or (_("No team") if by == explore.BY_TEAM else key[0])
    if by == explore.BY_MODE:
        return modes([Mode(each) for each in key])
    if by == explore.BY_PERIOD:
        first, last = (date.fromisoformat(each) for each in (key[0], key[-1]))
        return formats.day_range(first, last + timedelta(days=PERIOD_DAYS - 1))
    return answers(entries[by], key)
