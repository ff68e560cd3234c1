"""Questionnaires and their versions. Lists leave the long definitions of versions where they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, joinedload

from survey_app.storage.models import Campaign, Questionnaire, QuestionnaireVersion, Survey, Unit, User
from survey_app.storage.queries.scope import within

_WITH_UNIT = joinedload(Questionnaire.unit, innerjoin=True)
_WITHOUT_DEFINITION = defer(QuestionnaireVersion.definition, raiseload=True)


def questionnaire(session: Session, questionnaire_id: int, *, for_change: bool = False) -> Questionnaire | None:
    """Return the questionnaire with its unit; `for_change` makes whoever else wants to change it wait."""
    query = select(Questionnaire).where(Questionnaire.id == questionnaire_id).options(_WITH_UNIT)
    return session.scalar(query.with_for_update(of=Questionnaire) if for_change else query)


def questionnaires_within(
    session: Session, paths: Sequence[str], *, search: str = "", is_archived: bool = False
) -> Sequence[Questionnaire]:
    """Return the questionnaires of the subtrees, last changed first, with their units.

    `search` keeps those with these words in a title.
    """
    archived = Questionnaire.archived_at.is_not(None) if is_archived else Questionnaire.archived_at.is_(None)
    query = (
        select(Questionnaire)
        .join(Questionnaire.unit)
        .where(within(paths), archived, titled(Questionnaire.title, Questionnaire.title_en, search))
        .options(_WITH_UNIT)
        .order_by(Questionnaire.updated_at.desc(), Questionnaire.id.desc())
    )
    return session.scalars(query).all()


def titled(
    title: InstrumentedAttribute[str], title_en: InstrumentedAttribute[str], search: str
) -> ColumnElement[bool]:
    """Return the condition that one of the two titles has the words of `search` in it, whatever their case."""
    wanted = search.strip().lower()
    return or_(*(func.lower(each).contains(wanted, autoescape=True) for each in (title, title_en)))


def newest_versions(session: Session, questionnaire_ids: Collection[int]) -> Mapping[int, QuestionnaireVersion]:
    """Return the newest version of each questionnaire that has one, without its definition."""
    newest = (
        select(QuestionnaireVersion.questionnaire_id, func.max(QuestionnaireVersion.number).label("number"))
        .where(QuestionnaireVersion.questionnaire_id.in_(questionnaire_ids))
        .group_by(QuestionnaireVersion.questionnaire_id)
        .subquery()
    )
    query = (
        select(QuestionnaireVersion)
        .join(
            newest,
            (QuestionnaireVersion.questionnaire_id == newest.c.questionnaire_id)
            & (QuestionnaireVersion.number == newest.c.number),
        )
        .options(_WITHOUT_DEFINITION)
    )
    return {version.questionnaire_id: version for version in session.scalars(query)}


def newest_version(session: Session, questionnaire_id: int) -> QuestionnaireVersion | None:
    """Return the newest version of a questionnaire, whole."""
    return session.scalar(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )


def definitions(session: Session, questionnaire_id: int) -> Sequence[str]:
    """Return the definitions of all versions, newest first."""
    query = (
        select(QuestionnaireVersion.definition)
        .where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
        .order_by(QuestionnaireVersion.number.desc())
    )
    return session.scalars(query).all()


def definitions_in_use(session: Session, questionnaire_id: int) -> Sequence[str]:
    """Return the definitions under which there are or may be answers, newest first.

    A survey moves to newer versions only: where one uses a version, it may have used any before it.
    """
    last_used = (
        select(func.max(QuestionnaireVersion.number))
        .join(Survey, Survey.version_id == QuestionnaireVersion.id)
        .where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
        .scalar_subquery()
    )
    query = (
        select(QuestionnaireVersion.definition)
        .where(QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.number <= last_used)
        .order_by(QuestionnaireVersion.number.desc())
    )
    return session.scalars(query).all()


def versions(session: Session, questionnaire_id: int) -> Sequence[tuple[QuestionnaireVersion, str | None, int]]:
    """Return the versions, newest first and without definitions, each with its publisher and count of surveys."""
    surveys = (
        select(func.count()).where(Survey.version_id == QuestionnaireVersion.id).scalar_subquery().label("surveys")
    )
    query = (
        select(QuestionnaireVersion, User.name, surveys)
        .outerjoin(User, User.id == QuestionnaireVersion.published_by)
        .where(QuestionnaireVersion.questionnaire_id == questionnaire_id)
        .options(_WITHOUT_DEFINITION)
        .order_by(QuestionnaireVersion.number.desc())
    )
    return [(version, publisher, count) for version, publisher, count in session.execute(query)]


def version(session: Session, version_id: int) -> QuestionnaireVersion | None:
    """Return the version, whole, with its questionnaire and that one's unit."""
    return session.scalar(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.id == version_id)
        .options(joinedload(QuestionnaireVersion.questionnaire, innerjoin=True).options(_WITH_UNIT))
    )


def unit(session: Session, unit_id: int) -> Unit | None:
    """Return the unit that a questionnaire is to belong to."""
    return session.get(Unit, unit_id)


def newer_versions(session: Session, version: QuestionnaireVersion) -> Sequence[QuestionnaireVersion]:
    """Return the versions of the same questionnaire that came after this one, newest first, whole."""
    return session.scalars(
        select(QuestionnaireVersion)
        .where(
            QuestionnaireVersion.questionnaire_id == version.questionnaire_id,
            QuestionnaireVersion.number > version.number,
        )
        .order_by(QuestionnaireVersion.number.desc())
    ).all()


def version_before(session: Session, version: QuestionnaireVersion) -> QuestionnaireVersion | None:
    """Return the version that came just before this one, whole."""
    return session.scalar(
        select(QuestionnaireVersion)
        .where(
            QuestionnaireVersion.questionnaire_id == version.questionnaire_id,
            QuestionnaireVersion.number < version.number,
        )
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )


def publisher(session: Session, version: QuestionnaireVersion) -> str | None:
    """Return the name of whoever published the version; None for the system."""
    return session.scalar(select(User.name).where(User.id == version.published_by))


def surveys_with(session: Session, version_id: int, paths: Sequence[str]) -> Sequence[Survey]:
    """Return the surveys that use the version, of campaigns in the subtrees, newest first."""
    query = (
        select(Survey)
        .join(Survey.campaign)
        .join(Campaign.unit)
        .where(Survey.version_id == version_id, within(paths))
        .order_by(Survey.id.desc())
    )
    return session.scalars(query).all()


def templates_for(session: Session, paths: Sequence[str]) -> Sequence[tuple[Questionnaire, QuestionnaireVersion]]:
    """Return what units offer as templates to the subtrees: theirs and those of all units above them.

    Each comes with its unit and its newest version, whole; by title.
    """
    above = {path[: end + 1] for path in paths for end, char in enumerate(path) if char == "/" and end}
    newest = (
        select(func.max(QuestionnaireVersion.number))
        .where(QuestionnaireVersion.questionnaire_id == Questionnaire.id)
        .correlate(Questionnaire)
        .scalar_subquery()
    )
    query = (
        select(Questionnaire, QuestionnaireVersion)
        .join(Questionnaire.unit)
        .join(
            QuestionnaireVersion,
            (QuestionnaireVersion.questionnaire_id == Questionnaire.id) & (QuestionnaireVersion.number == newest),
        )
        .where(
            Questionnaire.is_template.is_(True),
            Questionnaire.archived_at.is_(None),
            or_(Unit.path.in_(above), within(paths)),
        )
        .options(_WITH_UNIT)
        .order_by(Questionnaire.title, Questionnaire.id)
    )
    return [(row, version) for row, version in session.execute(query)]
