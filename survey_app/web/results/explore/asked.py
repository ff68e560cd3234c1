"""What a request asks to see: the selection and the choices of the page, as an address that says just that.

Forms may say the same in other words (one field for question and answer, a mode more than once); such a request is
sent on to the address that `Asked.query` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from survey_app.analysis.selection import BadSelection, Selection, Trouble, from_pairs
from survey_app.services.explore import Subject

OTHER = "b."
"""Stands before the parts of a second selection, the one that the first is compared with."""

CONDITION = "if"
"""A form's field that holds a question and its answers together, as `W10=1,2`."""

PLACE = "place"
"""A form's field that holds a unit that was typed or picked from suggestions, as `12 Name`."""

ABOUT = "about"
"""A form's field that holds survey and audience together, as `3.workers`."""

ANSWER = "q."
"""Stands before the code of a question that is a condition."""

_LIST = "mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A selection of `subject`, and the page's own choices. `trouble` says why it cannot be shown."""

    subject: Subject
    selection: Selection
    choices: Mapping[str, str] = field(default_factory=dict)
    trouble: BadSelection | None = None
    other: Selection | None = None

    def query(
        self, selection: Selection | None = None, other: Selection | None = None, **choices: str | None
    ) -> str:
        """Write the query of the same page, with other selections or other choices (None: without it)."""
        kept = {**self.choices, **choices}
        rest = [(name, value) for name, value in sorted(kept.items()) if value]
        second = other or self.other
        if second is not None:
            rest += [(OTHER + name, value) for name, value in parse_qsl(second.text())]
        return "&".join(part for part in ((selection or self.selection).text(), urlencode(rest, safe=",.")) if part)


def read(pairs: Sequence[tuple[str, str]], subjects: Sequence[Subject], names: Iterable[str]) -> Asked:
    """Read a request's arguments. What cannot be read becomes the `trouble`.

    `names` are the page's own arguments, `OTHER` among them where it compares.

    Raises `LookupError` where there is no such subject.
    """
    wanted = frozenset(names)
    choices = {name: value for name, value in pairs if name in wanted and value and name != OTHER}
    apart = OTHER if OTHER in wanted else "\n"
    others = [(name.removeprefix(OTHER), value) for name, value in pairs if name.startswith(apart)]
    own = [pair for pair in pairs if pair[0] not in wanted and not pair[0].startswith(apart)]
    first = subjects[0]
    try:
        selection, subject = _selected(own, first, subjects)
    except BadSelection as trouble:
        whole = Selection(survey=first.survey, audience=first.audience)
        return Asked(subject=first, selection=whole, choices=choices, trouble=trouble)
    asked = Asked(subject=subject, selection=selection, choices=choices)
    if not others:
        return asked
    try:
        return replace(asked, other=_selected(others, subject, subjects)[0])
    except BadSelection as trouble:
        return replace(asked, trouble=BadSelection(OTHER + trouble.where, trouble.trouble))


def _selected(
    pairs: Sequence[tuple[str, str]], first: Subject, subjects: Sequence[Subject]
) -> tuple[Selection, Subject]:
    selection = from_pairs(_plain(pairs, first))
    subject = subject_of(selection, subjects)
    return replace(selection, survey=subject.survey), subject


def subject_of(selection: Selection, subjects: Sequence[Subject]) -> Subject:
    """Return the subject that a selection is about. Raises `LookupError`."""
    for each in subjects:
        if selection.survey in each.surveys and each.audience == selection.audience:
            return each
    raise LookupError(selection.survey)


def without(selection: Selection, name: str) -> Selection:
    """Return a selection without one of its parts, named as in an address."""
    match name:
        case "unit":
            return replace(selection, unit=None)
        case "team":
            return replace(selection, team=None)
        case "since":
            return replace(selection, since=None)
        case "until":
            return replace(selection, until=None)
        case "mode":
            return replace(selection, modes=())
    return replace(selection, answers=tuple(each for each in selection.answers if ANSWER + each.field != name))


def _plain(pairs: Iterable[tuple[str, str]], first: Subject) -> list[tuple[str, str]]:
    """Return the arguments as a link has them. Raises `BadSelection` where a condition is said twice."""
    found: dict[str, str] = {}
    for name, given in pairs:
        key, value = name, given
        if name == CONDITION:
            code, separator, codes = given.partition("=")
            key, value = ANSWER + code, codes
            if given and not separator:
                raise BadSelection(CONDITION, Trouble.MALFORMED)
        elif name == PLACE and given:
            key, value = "unit", given.strip().partition(" ")[0]
            if not value.isdecimal():
                raise BadSelection(PLACE, Trouble.MALFORMED)
        elif name == ABOUT:
            survey, _dot, audience = given.partition(".")
            found |= {"survey": survey, "audience": audience}
            continue
        if not value:
            continue
        if key in found and key != _LIST and found[key] != value:
            raise BadSelection(key, Trouble.MALFORMED)
        found[key] = f"{found[key]},{value}" if key == _LIST and key in found else value
    if "survey" not in found and "audience" not in found:
        found |= {"survey": str(first.survey), "audience": first.audience.value}
    return list(found.items())
