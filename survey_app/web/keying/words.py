"""What stands in the way, and what is wrong with a sheet, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.questionnaire import keys
from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services.import_responses import TotalsDoNotReconcile
from survey_app.services.paper import Obstacle
from survey_app.services.paper_double import KIND, Reading
from survey_app.services.paper_keying import SERIAL
from survey_app.web import formats, problems
from survey_app.words import BallotKind

_OBSTACLES: Mapping[str, Callable[[int], str]] = {
    "nothing_keyed": lambda count: _("No sheet has been keyed or put aside yet."),
    "issued_unknown": lambda count: _("State how many ballots were handed out."),
    "returned_unknown": lambda count: _("State how many ballots came back."),
    "returned_differs": lambda count: _(
        "Keyed sheets and those put aside add up to %(count)s; as many must have come back. Look for sheets that "
        "are not keyed yet, or count again.",
        count=count,
    ),
    "issued_too_few": lambda count: _("At least %(count)s ballots must have been handed out.", count=count),
    "to_key_twice": lambda count: ngettext(
        "%(num)s sheet is still to be keyed a second time.",
        "%(num)s sheets are still to be keyed a second time.",
        count,
    ),
    "unsettled": lambda count: ngettext(
        "%(num)s sheet was keyed differently and is not settled.",
        "%(num)s sheets were keyed differently and are not settled.",
        count,
    ),
}

_SHEETS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "no_such_sheet": lambda params: _(
        "This batch has the sheets 1 to %(copies)s. Look at the number at the foot of the sheet.",
        copies=params["copies"],
    ),
    "keyed_already": lambda params: _("Sheet %(serial)s has been keyed already.", serial=params["serial"]),
    "not_keyed_once": lambda params: _("This sheet has not been keyed a first time yet."),
    "own_sheet": lambda params: _("You keyed this sheet yourself. Somebody else has to key it a second time."),
    "keyed_twice": lambda params: _(
        "This sheet has been keyed twice. Where both differ, an organiser settles it; nothing is changed here."
    ),
    "nothing_keyed": lambda params: _("No answer was keyed. Mark a sheet that was handed in empty as blank."),
    "number_needed": lambda params: _("Key the number at the foot of the sheet."),
}


def obstacle(found: Obstacle) -> str:
    """Return what stands in the way of closing, and what to do."""
    return _OBSTACLES[found.kind](found.count)


def problem(found: AnswerProblem, questionnaire: Questionnaire) -> str:
    """Return what is wrong at a field or with the sheet's number."""
    if found.field == SERIAL:
        return sheet_problem(found)
    if found.kind == "unknown_option":
        return _("The key %(key)s stands in no box here.", key=found.params["value"])
    return problems.answer_problem_words(found, questionnaire)


def sheet_problem(found: AnswerProblem) -> str:
    """Return what is wrong with a sheet as a whole."""
    return _SHEETS[found.kind](found.params)


def impossible(error: TotalsDoNotReconcile) -> str:
    """Return why numbers cannot be."""
    if error.kind == "issued":
        return _("At least as many were handed out as came back: %(count)s.", count=error.expected)
    if error.kind == "copies":
        return _("Sheet %(number)s has been keyed, so at least as many were printed.", number=error.expected)
    return _("At least as many came back as were put aside: %(count)s.", count=error.expected)


def kind_words(kind: BallotKind) -> str:
    """Return what a sheet is."""
    match kind:
        case BallotKind.VALID:
            return _("valid")
        case BallotKind.SPOILT:
            return _("spoilt")
        case BallotKind.BLANK:
            return _("blank")


def answer_words(reading: Reading, code: str, questionnaire: Questionnaire) -> str:
    """Return what a keyer read at a place: “2 满意”; that nothing was answered where it is so."""
    if code == KIND:
        return kind_words(reading.kind)
    answer = reading.answers.get(code)
    if answer is None:
        return _("nothing")
    place = questionnaire.fields[code]
    boxes = {each.code: each for each in keys.keys_of(place, questionnaire)}
    if isinstance(answer, int | float) or not boxes:
        return keys.typed_of(place, answer, questionnaire)
    chosen = [answer] if isinstance(answer, str) else answer
    return _(", ").join(f"{boxes[each].key} {formats.words(boxes[each].text)}" for each in chosen)


def numbers(serials: Sequence[int]) -> str:
    """Write sheet numbers with runs drawn together: 3, 17-19."""
    parts: list[list[int]] = []
    for serial in sorted(serials):
        if parts and serial == parts[-1][-1] + 1:
            parts[-1].append(serial)
        else:
            parts.append([serial])
    return _(", ").join(str(part[0]) if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts)
