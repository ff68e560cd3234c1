"""Designing a questionnaire: edits of its draft, undone and made again, by several people who notice each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from survey_app import library
from survey_app.questionnaire import headlines
from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.questionnaire.definition import Section, options_of, scale_of
from survey_app.questionnaire.edits import Edit, apply_all
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services import drafts
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.services.drafts import Deed, changeable, decoded, readable
from survey_app.storage.models import Questionnaire
from survey_app.storage.queries import questionnaires as queries
from survey_app.storage.session import Session

_STANDARD = "A_W"
"""The shipped questionnaire whose promises and words of consent a new one starts with."""
_GREETING = Text(
    "您好。这是{organisation}的调查问卷。",
    "Hello. This is a questionnaire of {organisation}.",
)
_THANKS = Text(
    "谢谢您。您的意见将用于改进工会工作。", "Thank you. What you say will help the union to improve its work."
)


@dataclass(frozen=True, slots=True)
class UsualWords:
    """The notice, the words of consent, and the thanks."""

    notice: Text
    consent: Text
    thanks: Text


@dataclass(frozen=True, slots=True)
class Design:
    """A draft on the table. `undo` and `redo` are the edits that would be undone, or made again, next.

    `published` is the newest version: what its codes stood for must not be meant by anything new.
    """

    questionnaire: Questionnaire
    definition: Definition
    revision: int
    undo: Deed | None
    redo: Deed | None
    published: Definition | None


def open_design(database: Database, *, actor: Actor, questionnaire_id: int) -> Design:
    """Return the draft to work on. Raises `NotFound`."""
    with database.reading() as session:
        return _design(session, readable(session, actor=actor, questionnaire_id=questionnaire_id))


def deeds_since(database: Database, *, actor: Actor, questionnaire_id: int, revision: int) -> Sequence[Deed]:
    """Return what was done to the draft after `revision`, last first. Raises `NotFound`."""
    with database.reading() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id)
        return drafts.deeds(session, row.id, since=revision)


@dataclass(frozen=True, slots=True)
class LastWords:
    """What a question or row was called before it was taken out, and what its answers were, by their codes."""

    text: Text = EMPTY
    answers: Mapping[str, Text] = field(default_factory=dict)


def last_words(
    database: Database, *, actor: Actor, questionnaire_id: int, codes: Collection[str]
) -> Mapping[str, LastWords]:
    """Return the words that questions or rows had before they were taken out, by code, as far as they are known.

    Looks at the last removals that can be undone, then at the newest version. Raises `NotFound`.
    """
    found: dict[str, LastWords] = {}
    with database.reading() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id)
        newest = queries.newest_version(session, row.id)
        known = [*drafts.before_removals(session, row.id)]
        known.extend([decoded(newest.definition)] if newest is not None else ())
    for definition, code in product(known, codes):
        if code not in found and (words := words_of(code, definition)).text:
            found[code] = words
    return found


def words_of(code: str, definition: Definition) -> LastWords:
    """Return what the question or row is called in this draft, and its answers; nothing where it is not there."""
    place = definition.fields.get(code)
    if place is None:
        return LastWords()
    scale = definition.scale_by_code.get(scale_of(place.question) or "")
    answers = scale.grades if scale is not None else options_of(place.question)
    return LastWords(place.label, {each.code: each.text for each in answers})


def edit(
    database: Database,
    *,
    actor: Actor,
    questionnaire_id: int,
    revision: int,
    edits: Callable[[Definition], Sequence[Edit]] | Sequence[Edit],
    kind: str,
    place: str = "",
    now: datetime,
) -> Design:
    """Make `edits` as one step on the draft that was loaded as `revision`; `kind` and `place` name the step.

    Raises `NotFound`, `Archived`, or `EditedMeanwhile`, after which nothing is changed.
    """
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        definition = decoded(row.draft)
        wanted = edits(definition) if callable(edits) else edits
        made = headlines.followed(definition, apply_all(wanted, definition))
        drafts.save(session, row, made, actor=actor, kind=kind, place=place, now=now)
        return _design(session, row, made)


def undo(database: Database, *, actor: Actor, questionnaire_id: int, revision: int, now: datetime) -> Design:
    """Undo the last edit, whoever made it. Raises as `edit` does, and `NothingToUndo`."""
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        drafts.turn(session, row, actor=actor, redo=False, now=now)
        return _design(session, row)


def redo(database: Database, *, actor: Actor, questionnaire_id: int, revision: int, now: datetime) -> Design:
    """Make the edit again that was undone last. Raises as `edit` does, and `NothingToUndo`."""
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        drafts.turn(session, row, actor=actor, redo=True, now=now)
        return _design(session, row)


def create(database: Database, *, actor: Actor, unit_id: int, title: Text, now: datetime) -> Questionnaire:
    """Begin a questionnaire of the unit from nothing: one empty section, and the usual notice to respondents.

    Raises `NotFound` (no such unit) or `access.Forbidden`.
    """
    words = usual_words()
    definition = Definition(
        code="QUESTIONNAIRE",
        title=title,
        sections=(Section("part1", EMPTY, ()),),
        notice=words.notice,
        consent=words.consent,
        closing=words.thanks,
    )
    with database.transaction() as session:
        return drafts.begin(
            session, actor=actor, unit_id=unit_id, definition=definition, action="questionnaire_created", now=now
        )


def usual_words() -> UsualWords:
    """Return what stands around a new questionnaire: the shipped promises, with words that fit any subject."""
    standard = library.template(_STANDARD).questionnaire
    return UsualWords(_greeted(standard.notice), standard.consent, _THANKS)


def lacking(definition: Definition, copied_from: str | None) -> tuple[str, ...]:
    """Return which of the usual texts, "notice", "consent" and "closing", the questionnaire lacks.

    What the shipped template that it was copied from does without is not missed.
    """
    known = {template.code: template.questionnaire for template in library.templates()}
    model = known.get(copied_from or "")
    return tuple(
        name
        for name in usual_texts()
        if not getattr(definition, name) and (model is None or bool(getattr(model, name)))
    )


def usual_texts() -> Mapping[str, Text]:
    """Return the usual words by what the questionnaire calls them: "notice", "consent" and "closing"."""
    words = usual_words()
    return {"notice": words.notice, "consent": words.consent, "closing": words.thanks}


def _greeted(notice: Text) -> Text:
    """Return the notice with a first line that fits any subject."""
    pairs = ((_GREETING.zh, notice.zh), (_GREETING.en, notice.en))
    return Text(*("\n".join((greeting, *words.splitlines()[1:])) for greeting, words in pairs))


def _design(session: Session, row: Questionnaire, definition: Definition | None = None) -> Design:
    """Return the draft with its history; `definition` is what it holds, where that is known already."""
    newest = queries.newest_version(session, row.id)
    done = drafts.last(session, row.id, redo=False)
    undone = drafts.last(session, row.id, redo=True)
    published = decoded(newest.definition) if newest is not None else None
    return Design(row, definition or decoded(row.draft), row.draft_revision, done, undone, published)
