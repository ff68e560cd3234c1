"""Scales of the questionnaires that a person may read, to be copied into the one at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from survey_app import library
from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.questionnaire.definition import Scale
from survey_app.questionnaire.fresh import fresh_number
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.designing import Design
from survey_app.services.drafts import decoded, readable
from survey_app.storage.models import Questionnaire
from survey_app.storage.queries import questionnaires as queries

MOST_READ = 200
"""Questionnaires, last changed first, whose scales are looked at."""
MOST_SHOWN = 50
"""Scales that are offered at once; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Group:
    """The scales of one questionnaire that none of the groups before has."""

    questionnaire: Questionnaire
    scales: tuple[Scale, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is offered; `is_cut` says that there is more."""

    groups: tuple[Group, ...]
    is_cut: bool


def elsewhere(database: Database, *, actor: Actor, questionnaire_id: int, search: str = "") -> Found:
    """Return scales of other questionnaires that neither this one nor the library has, each once.

    `search` keeps those with all its words in the scale or in the questionnaire's title. Raises `NotFound`.
    """
    with database.reading() as session:
        here = readable(session, actor=actor, questionnaire_id=questionnaire_id)
        rows = queries.questionnaires_within(session, actor.paths(Permission.DESIGN))
    seen = {_said(scale) for scale in (*library.scales(), *decoded(here.draft).scales)}
    groups: list[Group] = []
    room = MOST_SHOWN
    for row in [each for each in rows if each.id != here.id][:MOST_READ]:
        found = tuple(_new(decoded(row.draft), row, search, seen))
        if found:
            groups.append(Group(row, found[:room]))
            room -= len(found)
        if room < 0:
            break
    return Found(tuple(group for group in groups if group.scales), room < 0 or len(rows) > MOST_READ + 1)


def one(database: Database, *, actor: Actor, questionnaire_id: int, code: str) -> Scale:
    """Return the scale `code` of a questionnaire that the person may read. Raises `NotFound`."""
    with database.reading() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id)
    scale = decoded(row.draft).scale_by_code.get(code)
    if scale is None:
        raise NotFound
    return scale


def copied(scale: Scale, design: Design) -> Scale:
    """Return the scale under a code that neither the draft, nor its newest version, nor the library has."""
    used = {each.code for each in (*library.scales(), *design.definition.scales)}
    if design.published is not None:
        used |= set(design.published.scale_by_code)
    return scale if scale.code not in used else replace(scale, code=fresh_number(used, "OWN"))


def _new(definition: Definition, row: Questionnaire, search: str, seen: set[tuple[object, ...]]) -> Iterator[Scale]:
    for scale in definition.scales:
        if _said(scale) not in seen and len(scale.grades) > 1 and _speaks_of(scale, row, search):
            seen.add(_said(scale))
            yield scale


def _said(scale: Scale) -> tuple[object, ...]:
    """Return what makes two scales the same for people: all but the code."""
    return (scale.name, scale.grades)


def _speaks_of(scale: Scale, row: Questionnaire, search: str) -> bool:
    texts = (scale.name, *(grade.text for grade in scale.grades))
    whole = "\n".join((row.title, row.title_en, *(words for text in texts for words in (text.zh, text.en))))
    return all(word in whole.casefold() for word in search.casefold().split())
