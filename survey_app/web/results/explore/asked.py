"""What a request asks to see: the selection and the choices of the page, as an address that says just that.

Forms may say the same in other words (one field for question and answer, a mode more than once); such a request is
sent on to the address that `Asked.query` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from survey_app.analysis.selection import BadSelection, Selection, Trouble, from_pairs
from survey_app.services.explore import Subject

CONDITION = "if"
"""A form's field that holds a question and its answers together, as `W10=1,2`."""

_ANSWER = "q."
_LIST = "mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A selection of `subject`, and the page's own choices. `trouble` says why it cannot be shown."""

    subject: Subject
    selection: Selection
    choices: Mapping[str, str] = field(default_factory=dict)
    trouble: BadSelection | None = None

    def query(self, selection: Selection | None = None, **choices: str | None) -> str:
        """Write the query of the same page, with another selection or other choices (None: without it)."""
        kept = {**self.choices, **choices}
        rest = urlencode([(name, value) for name, value in sorted(kept.items()) if value], safe=",.")
        return "&".join(part for part in ((selection or self.selection).text(), rest) if part)


def read(pairs: Sequence[tuple[str, str]], subjects: Sequence[Subject], names: Iterable[str]) -> Asked:
    """Read a request's arguments; `names` are the page's own. What cannot be read becomes the `trouble`.

    Raises `LookupError` where there is no such subject.
    """
    wanted = frozenset(names)
    choices = {name: value for name, value in pairs if name in wanted and value}
    first = subjects[0]
    try:
        selection = from_pairs(_plain([pair for pair in pairs if pair[0] not in wanted], first))
    except BadSelection as trouble:
        whole = Selection(survey=first.survey, audience=first.audience)
        return Asked(subject=first, selection=whole, choices=choices, trouble=trouble)
    subject = subject_of(selection, subjects)
    return Asked(subject=subject, selection=replace(selection, survey=subject.survey), choices=choices)


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
    return replace(selection, answers=tuple(each for each in selection.answers if _ANSWER + each.field != name))


def _plain(pairs: Iterable[tuple[str, str]], first: Subject) -> list[tuple[str, str]]:
    """Return the arguments as a link has them. Raises `BadSelection` where a condition is said twice."""
    found: dict[str, str] = {}
    for name, given in pairs:
        key, value = name, given
        if name == CONDITION:
            code, separator, codes = given.partition("=")
            key, value = _ANSWER + code, codes
            if given and not separator:
                raise BadSelection(CONDITION, Trouble.MALFORMED)
        if not value:
            continue
        if key in found and key != _LIST and found[key] != value:
            raise BadSelection(key, Trouble.MALFORMED)
        found[key] = f"{found[key]},{value}" if key == _LIST and key in found else value
    if "survey" not in found and "audience" not in found:
        found |= {"survey": str(first.survey), "audience": first.audience.value}
    return list(found.items())
