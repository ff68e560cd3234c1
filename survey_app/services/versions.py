"""Versions: what publishing a draft would change, what a version is, and moving a survey to a newer one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from survey_app.questionnaire import checks
from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.definition import CODE, Field
from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.questionnaire.difference import (
    Change,
    Weight,
    comparable_fields,
    difference,
    meaning_changes,
)
from survey_app.questionnaire.edits import RenameCodes, apply, apply_all
from survey_app.questionnaire.fresh import finished, used_codes
from survey_app.questionnaire.restoring import restoring
from survey_app.services import drafts, questionnaires, surveys
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.drafts import changeable, decoded
from survey_app.services.questionnaires import MeaningChanged
from survey_app.storage.models import Questionnaire, QuestionnaireVersion, Survey
from survey_app.storage.queries import questionnaires as queries
from survey_app.storage.queries import surveys as survey_queries
from survey_app.storage.session import Session
from survey_app.words import SurveyState


class NotMovable(Exception):
    """The survey is closed, or uses another version by now than the person has seen."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How many can be compared as they are, with care, or not; are gone, or are new."""

    same: int
    care: int
    other: int
    gone: int
    new: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two definitions side by side; `refused` are the changes after which answers under a code say otherwise."""

    old: Definition
    new: Definition
    changes: tuple[Change, ...]
    refused: tuple[Change, ...]

    @property
    def effect(self) -> Effect:
        """What the changes do to comparing answers, in places for an answer: each row of a matrix is one."""
        return Effect(*(len(codes) for __, codes in self._places()))

    @property
    def questions(self) -> Effect:
        """The same counted in questions. One of which some rows are new, say, counts both as old and as new."""
        return Effect(*(len({of.fields[code].question.code for code in codes}) for of, codes in self._places()))

    def _places(self) -> Iterator[tuple[Definition, Collection[str]]]:
        """Yield the codes that each number of an effect counts, with the definition that has them."""
        shared = self.old.fields.keys() & self.new.fields.keys()
        comparable = comparable_fields(self.old, self.new)
        touched = {change.code for change in self.changes if change.weight is Weight.COMPARISON}
        care = {code for code in comparable if touched & {code, self.new.fields[code].question.code}}
        yield self.new, comparable - care
        yield self.new, care
        yield self.new, shared - comparable
        yield self.old, self.old.fields.keys() - shared
        yield self.new, self.new.fields.keys() - shared


@dataclass(frozen=True, slots=True)
class Review:
    """A draft before it is published: its errors, the newest version, and what would change since then.

    `refused` may name changes since older versions, too: a code that a survey has used never gets another meaning.
    """

    questionnaire: Questionnaire
    definition: Definition
    errors: tuple[Problem, ...]
    newest: QuestionnaireVersion | None
    comparison: Comparison | None

    @property
    def number(self) -> int:
        """The number that the next version gets."""
        return self.newest.number + 1 if self.newest is not None else 1


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version with its publisher (None: the system), what changed since the one before, and its surveys."""

    version: QuestionnaireVersion
    definition: Definition
    publisher: str | None
    before: QuestionnaireVersion | None
    comparison: Comparison | None
    surveys: tuple[Survey, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Moving a survey to a newer version. `responses` were given under versions before it."""

    survey: Survey
    before: QuestionnaireVersion
    after: QuestionnaireVersion
    comparison: Comparison
    responses: int


def compared(old: Definition, new: Definition) -> Comparison:
    """Return the two definitions side by side."""
    return Comparison(old, new, difference(old, new), meaning_changes(old, new))


# --- publishing ------------------------------------------------------------------------------------


def review(database: Database, *, actor: Actor, questionnaire_id: int) -> Review:
    """Return what publishing the draft would mean. Raises `NotFound`."""
    with database.reading() as session:
        row = questionnaires.readable(session, actor=actor, questionnaire_id=questionnaire_id)
        newest = queries.newest_version(session, row.id)
        definition = finished(decoded(row.draft))
        refused = questionnaires.refused_changes(session, row, definition)
    comparison = None
    if newest is not None:
        old = decoded(newest.definition)
        comparison = Comparison(old, definition, difference(old, definition), refused)
    return Review(row, definition, checks.errors(definition), newest, comparison)


def renew_codes(
    database: Database, *, actor: Actor, questionnaire_id: int, revision: int, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Give new codes to the questions and rows whose answers would mean something else; returns old and new.

    Afterwards they count as removed and added, and the draft can be published. Raises as `drafts.changeable`.
    """
    with database.transaction() as session:
        return _renew(session, changeable(session, actor, questionnaire_id, revision), actor, now)


def publish_as_new(
    database: Database, *, actor: Actor, questionnaire_id: int, revision: int, now: datetime
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Give new codes as `renew_codes` does and publish, both or neither.

    Returns the version's number, and the codes, old and new. Raises as `questionnaires.publish`.
    """
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        pairs = _renew(session, row, actor, now)
        return questionnaires.publish_in(session, row, actor=actor, now=now).number, pairs


def _renew(session: Session, row: Questionnaire, actor: Actor, now: datetime) -> tuple[tuple[str, str], ...]:
    definition = decoded(row.draft)
    refused = questionnaires.refused_changes(session, row, definition)
    taken = used_codes(definition)
    for old in queries.definitions(session, row.id):
        taken |= used_codes(decoded(old))
    pairs = tuple(_renewed(_owners(refused, definition), taken))
    renamed = apply(RenameCodes(pairs), definition)
    place = pairs[0][1] if len(pairs) == 1 else ""
    drafts.save(session, row, renamed, actor=actor, kind="codes_renewed", place=place, now=now)
    return pairs


def take_back(
    database: Database, *, actor: Actor, questionnaire_id: int, revision: int, now: datetime
) -> tuple[str, ...]:
    """Bring back options, scales, units and kinds where answers would mean something else, as one edit.

    Returns the codes of the fields that say again what they said; afterwards the draft can be published without
    new codes. Raises as `drafts.changeable`.
    """
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        definition = decoded(row.draft)
        refused = questionnaires.refusals(session, row, definition)
        for change, old in refused:
            if change in meaning_changes(old, definition):  # else brought back together with another one
                definition = apply_all(restoring(change, old, definition), definition)
        codes = tuple(change.code for change, __ in refused)
        place = codes[0] if len(codes) == 1 else ""
        drafts.save(session, row, definition, actor=actor, kind="meaning_restored", place=place, now=now)
    return codes


def _owners(changes: Iterable[Change], definition: Definition) -> list[str]:
    """Return the codes to rename: of questions, and of rows of matrices, each once."""
    return list(dict.fromkeys(_owner(definition.fields[change.code]) for change in changes))


def _owner(field: Field) -> str:
    return field.item.code if field.item is not None else field.question.code


def _renewed(codes: Iterable[str], taken: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each code with a new one that nothing has or had: W10 becomes W10_2."""
    used = set(taken)
    for code in codes:
        stem = code[:36]
        new = next(
            made for number in count(2) if (made := f"{stem}_{number}").casefold() not in used and CODE.match(made)
        )
        used.add(new.casefold())
        yield code, new


# --- one version -----------------------------------------------------------------------------------


def detail(database: Database, *, actor: Actor, version_id: int) -> VersionDetail:
    """Return a version with all that its page shows. Raises `NotFound`."""
    with database.reading() as session:
        version = questionnaires.readable_version(session, actor=actor, version_id=version_id)
        before = queries.version_before(session, version)
        publisher = queries.publisher(session, version)
        using = queries.surveys_with(session, version.id, actor.paths(Permission.DESIGN))
    definition = decoded(version.definition)
    comparison = compared(decoded(before.definition), definition) if before is not None else None
    return VersionDetail(version, definition, publisher, before, comparison, tuple(using))


# --- a survey to a newer version -------------------------------------------------------------------


def newer(database: Database, *, actor: Actor, survey_id: int) -> Sequence[QuestionnaireVersion]:
    """Return the versions that the survey can be moved to, newest first. Raises `NotFound`."""
    with database.reading() as session:
        return _newer(session, surveys.readable(session, actor=actor, survey_id=survey_id))


def plan_move(database: Database, *, actor: Actor, survey_id: int, version_id: int) -> Move:
    """Return what moving the survey to that version would mean. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        return _plan(session, survey, version_id)


def move(
    database: Database, *, actor: Actor, survey_id: int, version_id: int, from_version_id: int, now: datetime
) -> Survey:
    """Let the survey ask a newer version of its questionnaire from now on; responses keep the one they were given.

    `from_version_id` is the version that the person has seen it with. Raises `NotFound`, `NotMovable`, or
    `MeaningChanged` where answers under an old code would say something else.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        if survey.state == SurveyState.CLOSED or survey.version_id != from_version_id:
            raise NotMovable
        planned = _plan(session, survey, version_id)
        if planned.comparison.refused:
            raise MeaningChanged(planned.comparison.refused)
        survey.version_id = planned.after.id
        surveys.record(
            session,
            actor,
            "survey_moved",
            survey,
            now,
            before=planned.before.number,
            before_sha256=planned.before.sha256,
            after=planned.after.number,
            after_sha256=planned.after.sha256,
            responses=planned.responses,
        )
    return survey


def _newer(session: Session, survey: Survey) -> Sequence[QuestionnaireVersion]:
    if survey.state == SurveyState.CLOSED:
        return ()
    return queries.newer_versions(session, survey.version)


def _plan(session: Session, survey: Survey, version_id: int) -> Move:
    after = next((version for version in _newer(session, survey) if version.id == version_id), None)
    before = queries.version(session, survey.version_id)
    if after is None or before is None:
        raise NotFound
    responses = survey_queries.responses_by_survey(session, [survey.id]).get(survey.id, 0)
    comparison = compared(decoded(before.definition), decoded(after.definition))
    return Move(survey, before, after, comparison, responses)
