"""Questionnaires: taken from the library, edited as drafts, published as numbered versions that never change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from survey_app import library
from survey_app.questionnaire import checks, codec
from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.definition import Questionnaire as Definition
from survey_app.questionnaire.difference import Change, difference, meaning_changes
from survey_app.questionnaire.fresh import finished
from survey_app.questionnaire.text import Text
from survey_app.services import drafts
from survey_app.services.access import PERMISSIONS, Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.drafts import Archived, EditedMeanwhile, changeable, decoded, readable
from survey_app.storage.models import Questionnaire, QuestionnaireVersion
from survey_app.storage.queries import questionnaires as queries
from survey_app.storage.session import Session

__all__ = [
    "Archived",
    "Detail",
    "Draft",
    "EditedMeanwhile",
    "Entry",
    "HasProblems",
    "Home",
    "MeaningChanged",
    "Published",
    "archive",
    "copy_template",
    "detail",
    "entries",
    "homes",
    "load_draft",
    "publish",
    "publish_in",
    "readable",
    "readable_version",
    "refusals",
    "refused_changes",
    "rename",
    "restore",
    "save_draft",
    "version",
]


class MeaningChanged(Exception):
    """Answers under an old code would mean something else: the questions named by `changes` need new codes."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__(", ".join(change.code for change in changes))
        self.changes = changes


class HasProblems(Exception):
    """The draft cannot be published before its problems are mended; they are all listed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """A questionnaire in the list: its newest version (without definition), and how many errors the draft has.

    `first_error` is the code of the place that the first one is about.
    """

    questionnaire: Questionnaire
    newest: QuestionnaireVersion | None
    errors: int
    first_error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether the draft differs from the newest version, or none was published yet."""
        return self.newest is None or self.newest.sha256 != _sha256(self.questionnaire.draft)


@dataclass(frozen=True, slots=True)
class Published:
    """A version in the list of versions: who published it (None: the system), and how many surveys use it."""

    version: QuestionnaireVersion
    publisher: str | None
    surveys: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor works on. `revision` goes back with the edit, so that two editors notice each other."""

    questionnaire: Questionnaire
    definition: Definition
    revision: int


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything about one questionnaire: its draft, all problems of it, its versions, newest first."""

    entry: Entry
    definition: Definition
    problems: tuple[Problem, ...]
    versions: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A unit that a new questionnaire may belong to."""

    unit_id: int
    name: str


def homes(actor: Actor) -> tuple[Home, ...]:
    """Return the units in which the person designs, each once: where a copy of a template may go."""
    found = {
        grant.unit_id: Home(grant.unit_id, grant.unit_name)
        for grant in actor.grants
        if grant.unit_id is not None and Permission.DESIGN in PERMISSIONS[grant.role]
    }
    return tuple(found.values())


def entries(database: Database, *, actor: Actor, search: str = "", is_archived: bool = False) -> tuple[Entry, ...]:
    """Return the questionnaires that the person may edit, last changed first."""
    with database.reading() as session:
        rows = queries.questionnaires_within(
            session, actor.paths(Permission.DESIGN), search=search, is_archived=is_archived
        )
        newest = queries.newest_versions(session, [row.id for row in rows])
    return tuple(_entry(row, newest.get(row.id), _errors(row.draft)) for row in rows)


def _entry(row: Questionnaire, newest: QuestionnaireVersion | None, errors: Sequence[Problem]) -> Entry:
    return Entry(row, newest, len(errors), errors[0].where if errors else "")


def detail(database: Database, *, actor: Actor, questionnaire_id: int) -> Detail:
    """Return the questionnaire with all that its page shows. Raises `NotFound`."""
    with database.reading() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id)
        versions = tuple(Published(*each) for each in queries.versions(session, row.id))
    definition = finished(decoded(row.draft))
    problems = checks.check(definition)
    newest = versions[0].version if versions else None
    errors = [problem for problem in problems if problem.is_error]
    return Detail(_entry(row, newest, errors), definition, problems, versions)


def load_draft(database: Database, *, actor: Actor, questionnaire_id: int) -> Draft:
    """Return the draft to edit. Raises `NotFound`."""
    with database.reading() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id)
    return Draft(row, decoded(row.draft), row.draft_revision)


def version(database: Database, *, actor: Actor, version_id: int) -> QuestionnaireVersion:
    """Return a published version, whole, with its questionnaire. Raises `NotFound`."""
    with database.reading() as session:
        return readable_version(session, actor=actor, version_id=version_id)


def copy_template(
    database: Database, *, actor: Actor, template_code: str, unit_id: int, now: datetime
) -> Questionnaire:
    """Make a questionnaire of `unit_id` from a shipped one: a copy, not a link.

    Raises `library.UnknownTemplate`, `NotFound` (no such unit) or `access.Forbidden`.
    """
    template = library.template(template_code)
    with database.transaction() as session:
        return drafts.begin(
            session,
            actor=actor,
            unit_id=unit_id,
            definition=template.questionnaire,
            action="questionnaire_copied",
            now=now,
            copied_from=template.code,
            template=template.code,
        )


def save_draft(
    database: Database,
    *,
    actor: Actor,
    questionnaire_id: int,
    definition: Definition,
    revision: int,
    now: datetime,
) -> Questionnaire:
    """Replace the draft that was loaded as `revision`. A draft may have problems; publishing it may not.

    Raises `NotFound`, `Archived`, or `EditedMeanwhile`, after which nothing is changed.
    """
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        drafts.save(session, row, definition, actor=actor, kind="draft_replaced", now=now)
    return row


def rename(
    database: Database,
    *,
    actor: Actor,
    questionnaire_id: int,
    title: str,
    title_en: str,
    revision: int | None = None,
    now: datetime,
) -> Questionnaire:
    """Give the draft another title, which respondents see from the next version on.

    Raises as `save_draft` does; without `revision`, the title of whatever draft there is changes.
    """
    with database.transaction() as session:
        row = changeable(session, actor, questionnaire_id, revision)
        before = row.title
        renamed = replace(decoded(row.draft), title=Text(title, title_en))
        drafts.save(session, row, renamed, actor=actor, kind="heading_changed", now=now)
        drafts.record(session, actor, "questionnaire_renamed", row, now, before=before, after=row.title)
    return row


def publish(
    database: Database, *, actor: Actor, questionnaire_id: int, revision: int | None = None, now: datetime
) -> QuestionnaireVersion:
    """Make the draft the next numbered version, or return the newest one if the draft is just that.

    Empty lines at the ends of lists do not go into it.

    With `revision`, only the draft that the person has seen is published. Raises `NotFound`, `Archived`,
    `EditedMeanwhile`, `HasProblems`, or `MeaningChanged` where a code of an earlier version that a survey uses
    would say something else.
    """
    with database.transaction() as session:
        return publish_in(session, changeable(session, actor, questionnaire_id, revision), actor=actor, now=now)


def publish_in(session: Session, row: Questionnaire, *, actor: Actor, now: datetime) -> QuestionnaireVersion:
    """Publish within a transaction that has the questionnaire to change. Raises as `publish` does."""
    definition = finished(decoded(row.draft))
    if problems := checks.errors(definition):
        raise HasProblems(problems)
    newest = queries.newest_version(session, row.id)
    sha256 = codec.sha256(definition)
    if newest is not None and newest.sha256 == sha256:
        return newest
    if refused := refused_changes(session, row, definition):
        raise MeaningChanged(refused)
    made = QuestionnaireVersion(
        questionnaire=row,
        number=newest.number + 1 if newest is not None else 1,
        code=definition.code,
        definition=codec.dumps(definition),
        sha256=sha256,
        changes=_summary(newest, definition),
        published_at=now,
        published_by=actor.user_id,
    )
    session.add(made)
    session.flush()
    drafts.record(session, actor, "questionnaire_published", row, now, number=made.number, sha256=sha256)
    return made


def archive(database: Database, *, actor: Actor, questionnaire_id: int, now: datetime) -> Questionnaire:
    """Put the questionnaire away. Its versions stay, and so do the surveys that use them. Raises `NotFound`."""
    with database.transaction() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id, for_change=True)
        if row.archived_at is None:
            row.archived_at = now
            drafts.record(session, actor, "questionnaire_archived", row, now)
    return row


def restore(database: Database, *, actor: Actor, questionnaire_id: int, now: datetime) -> Questionnaire:
    """Take a questionnaire out of the archive. Raises `NotFound`."""
    with database.transaction() as session:
        row = readable(session, actor=actor, questionnaire_id=questionnaire_id, for_change=True)
        if row.archived_at is not None:
            row.archived_at = None
            drafts.record(session, actor, "questionnaire_restored", row, now)
    return row


def readable_version(session: Session, *, actor: Actor, version_id: int) -> QuestionnaireVersion:
    """Return the version with its questionnaire if the person designs there. Raises `NotFound`."""
    row = queries.version(session, version_id)
    if row is None or not actor.may(Permission.DESIGN, row.questionnaire.unit.path):
        raise NotFound
    return row


def refused_changes(session: Session, row: Questionnaire, definition: Definition) -> tuple[Change, ...]:
    """Return the first refused change of each code, compared with all versions in use, newest first."""
    return tuple(change for change, __ in refusals(session, row, definition))


def refusals(session: Session, row: Questionnaire, definition: Definition) -> tuple[tuple[Change, Definition], ...]:
    """Return the refused changes, each with the version since which it is one.

    Only versions that a survey uses, or may have used, count: under any other one nobody has answered.
    """
    found: dict[str, tuple[Change, Definition]] = {}
    for draft in queries.definitions_in_use(session, row.id):
        old = decoded(draft)
        for change in meaning_changes(old, definition):
            found.setdefault(change.code, (change, old))
    return tuple(found.values())


def _summary(newest: QuestionnaireVersion | None, definition: Definition) -> str:
    """Return what changed since the version before, as JSON: for each change its code, kind and weight."""
    if newest is None:
        return ""
    changes = difference(decoded(newest.definition), definition)
    return json.dumps([{"code": each.code, "kind": each.kind, "weight": each.weight} for each in changes])


@lru_cache(maxsize=1024)
def _errors(draft: str) -> tuple[Problem, ...]:
    return checks.errors(finished(decoded(draft)))


@lru_cache(maxsize=1024)
def _sha256(draft: str) -> str:
    return codec.sha256(finished(decoded(draft)))
