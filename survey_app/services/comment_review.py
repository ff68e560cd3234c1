"""Reviewing comments: what may be read by others, what it is about, and what has to be masked further.

A person works through masked words, each of them once. Words are never rewritten: a part can be masked, nothing
else. The audit log gets numbers, no words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.analysis.comments.likeness import clusters, suggestions
from survey_app.analysis.comments.masks import hidden
from survey_app.questionnaire.text import Text
from survey_app.services import audit, surveys
from survey_app.services.access import Actor, NotFound
from survey_app.services.collect import questionnaire_of
from survey_app.services.comments import Standing, label_of, standing, text_fields, theme_names
from survey_app.services.context import ConstraintViolated, Database
from survey_app.storage.models import Comment, CommentReading, CommentTheme, Survey
from survey_app.storage.queries import comments as queries
from survey_app.storage.queries import retention
from survey_app.storage.session import Session
from survey_app.words import CommentState

ON_A_PAGE = 40
"""Comments on a page at least, where there are as many; a group of like ones is not cut."""
IN_A_BUNDLE = 100
"""Like comments that are decided about together at most."""
MOST_THEMES = 50


class NotNow(Exception):
    """The comments cannot be reviewed: `standing` says why."""

    def __init__(self, found: Standing) -> None:
        super().__init__(found)
        self.standing = found


class NothingToHide(Exception):
    """The comment does not have the words that were to be masked."""


class ThemeExists(Exception):
    """The campaign has a theme of this name."""


class TooManyThemes(Exception):
    """A campaign has `MOST_THEMES` themes at most: more are no help to anybody."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision was about: different sentences, and the comments that say them."""

    wordings: int
    comments: int


@dataclass(frozen=True, slots=True)
class FieldCount:
    """A question with its distinct comments by state."""

    code: str
    label: Text
    count: Mapping[CommentState, int]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Comments that are alike, with the words that they share; or, without words, some that are like no other."""

    words: tuple[str, ...]
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A page of the review: of `field` and `state`, page `page` of `pages`; empty where `standing` forbids it.

    `suggested` gives a theme for words that have none.
    """

    survey: Survey
    standing: Standing
    reading: CommentReading | None
    ballots: int
    fields: tuple[FieldCount, ...] = ()
    field: str | None = None
    state: CommentState = CommentState.WAITING
    bundles: tuple[Bundle, ...] = ()
    page: int = 1
    pages: int = 1
    themes: Mapping[int, Text] | None = None
    theme_comments: Mapping[int, int] | None = None
    suggested: Mapping[str, int] | None = None


def review(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    field: str | None = None,
    state: CommentState = CommentState.WAITING,
    page: int = 1,
    now: datetime,
) -> Review:
    """Return a page of comments to review; by default of the first question that has some waiting.

    Raises `NotFound`.
    """
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        found = standing(session, survey, now)
        reading, ballots = queries.reading(session, survey_id), queries.ballots(session, survey_id)
        if found != Standing.SHOWN or survey.erased_at is not None:
            return Review(survey, found, reading, ballots)
        rows = queries.comments(session, survey_id)
        fields = _fields(session, survey, rows)
        themes = theme_names(session, survey.campaign_id)
    code = _chosen_field(fields, field)
    own = [row for row in rows if row.field == code and row.state == state]
    pages = _pages(_bundles(own))
    number = min(max(page, 1), max(len(pages), 1))
    bundles = pages[number - 1] if pages else ()
    return Review(
        survey, found, reading, ballots,
        fields=fields, field=code, state=state, bundles=bundles, page=number, pages=max(len(pages), 1),
        themes=themes, theme_comments=_by_theme(rows),
        suggested=_suggested(bundles, rows, themes),
    )  # fmt: skip


def decide(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    field: str,
    digests: Collection[str],
    state: CommentState,
    now: datetime,
) -> Decided:
    """Release comments, hold them back, or put them back to be decided; return what changed.

    Raises `NotFound`, `NotNow`.
    """
    with database.transaction() as session:
        survey = _reviewable(session, actor, survey_id, now)
        rows = [row for row in queries.chosen(session, survey_id, field, digests) if row.state != state]
        for row in rows:
            row.state = state
            row.reviewed_by, row.reviewed_at = actor.user_id, now
        if rows:
            undecided = "comments_held" if state == CommentState.HELD else "comments_put_back"
            action = "comments_released" if state == CommentState.RELEASED else undecided
            surveys.record(session, actor, action, survey, now, comments=len(rows), field=field)
        return Decided(len(rows), sum(row.copies for row in rows))


def about_to_release(
    database: Database, *, actor: Actor, survey_id: int, field: str, digests: Collection[str], now: datetime
) -> Review:
    """Return the chosen comments that are not released yet as one bundle, to be looked at once more.

    Raises `NotFound`, `NotNow`.
    """
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        found = standing(session, survey, now)
        if found != Standing.SHOWN or survey.erased_at is not None:
            raise NotNow(found)
        wanted = frozenset(digests)
        rows = tuple(
            row
            for row in queries.comments(session, survey_id, field)
            if row.digest in wanted and row.state != CommentState.RELEASED
        )
        reading = queries.reading(session, survey_id)
        return Review(survey, found, reading, 0, field=field, bundles=(Bundle((), rows),) if rows else ())


def put_under(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    field: str,
    digests: Collection[str],
    theme_id: int,
    is_on: bool = True,
    now: datetime,
) -> int:
    """Put comments under a theme, or take them from it; return how many changed. Raises `NotFound`, `NotNow`."""
    with database.transaction() as session:
        survey = _reviewable(session, actor, survey_id, now)
        if theme_id not in theme_names(session, survey.campaign_id):
            raise NotFound
        rows = [
            row
            for row in queries.chosen(session, survey_id, field, digests)
            if (theme_id in row.themes) is not is_on
        ]
        for row in rows:
            row.themes = sorted({*row.themes, theme_id} if is_on else {*row.themes} - {theme_id})
        if rows:
            action = "comments_themed" if is_on else "comments_unthemed"
            surveys.record(session, actor, action, survey, now, comments=len(rows), theme=theme_id)
    return len(rows)


def hide(
    database: Database, *, actor: Actor, survey_id: int, field: str, digest: str, part: str, now: datetime
) -> None:
    """Mask a part of a comment for good. Raises `NotFound`, `NotNow`, `NothingToHide`."""
    with database.transaction() as session:
        survey = _reviewable(session, actor, survey_id, now)
        rows = queries.chosen(session, survey_id, field, [digest])
        if not rows:
            raise NotFound
        words = hidden(rows[0].words, part)
        if words is None:
            raise NothingToHide
        retention.overwrite(session)
        rows[0].words = words
        surveys.record(session, actor, "comments_masked", survey, now, comments=1, field=field)


def add_theme(
    database: Database, *, actor: Actor, survey_id: int, name: str, name_en: str = "", now: datetime
) -> None:
    """Add a theme to the campaign of a survey. Raises `NotFound`, `ThemeExists`, `TooManyThemes`."""
    try:
        with database.transaction() as session:
            survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
            if len(queries.themes(session, survey.campaign_id)) >= MOST_THEMES:
                raise TooManyThemes
            theme = CommentTheme(campaign_id=survey.campaign_id, name=name, name_en=name_en, made_at=now)
            session.add(theme)
            session.flush()
            _record_theme(session, actor, "comment_theme_added", survey, theme, now)
    except ConstraintViolated as error:
        if error.constraint == "uq_comment_theme_campaign_id_name":
            raise ThemeExists from error
        raise


def remove_theme(database: Database, *, actor: Actor, survey_id: int, theme_id: int, now: datetime) -> None:
    """Remove a theme of the campaign of a survey; its comments stay, without it. Raises `NotFound`."""
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        themes = {theme.id: theme for theme in queries.themes(session, survey.campaign_id)}
        if theme_id not in themes:
            raise NotFound
        for row in queries.of_campaign(session, survey.campaign_id):
            if theme_id in row.themes:
                row.themes = [theme for theme in row.themes if theme != theme_id]
        session.delete(themes[theme_id])
        _record_theme(session, actor, "comment_theme_removed", survey, themes[theme_id], now)


def _record_theme(
    session: Session, actor: Actor, action: str, survey: Survey, theme: CommentTheme, now: datetime
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="campaign",
        subject_id=survey.campaign_id,
        now=now,
        unit_id=survey.campaign.unit_id,
        name=theme.name,
    )


def _reviewable(session: Session, actor: Actor, survey_id: int, now: datetime) -> Survey:
    survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
    found = standing(session, survey, now)
    if found != Standing.SHOWN or survey.erased_at is not None:
        raise NotNow(found)
    return survey


def _fields(session: Session, survey: Survey, rows: Sequence[Comment]) -> tuple[FieldCount, ...]:
    """Return the questions that have comments, those of the survey's version first."""
    count = Counter((row.field, CommentState(row.state)) for row in rows)
    labels: dict[str, Text] = {}
    for version in queries.versions(session, survey.id):
        for code, each in text_fields(questionnaire_of(version)).items():
            labels.setdefault(code, label_of(each))
    present = {row.field for row in rows}
    return tuple(
        FieldCount(code, label, {state: count[code, state] for state in CommentState})
        for code, label in labels.items()
        if code in present
    )


def _chosen_field(fields: Sequence[FieldCount], wanted: str | None) -> str | None:
    codes = [each.code for each in fields]
    if wanted in codes:
        return wanted
    waiting = [each.code for each in fields if each.count[CommentState.WAITING]]
    return next(iter((*waiting, *codes)), None)


def _bundles(rows: Sequence[Comment]) -> list[Bundle]:
    """Return like comments together, the largest group first, then the others, the most frequent first."""
    by_words: dict[str, list[Comment]] = {}
    for row in rows:
        by_words.setdefault(row.words, []).append(row)
    copies = {words: sum(row.copies for row in same) for words, same in by_words.items()}
    bundles = []
    for cluster in clusters(copies):
        members = [row for words in cluster.members for row in by_words.pop(words)]
        bundles += [
            Bundle(cluster.words, tuple(members[start : start + IN_A_BUNDLE]))
            for start in range(0, len(members), IN_A_BUNDLE)
        ]
    rest = sorted((row for same in by_words.values() for row in same), key=lambda row: (-row.copies, row.digest))
    return bundles + [
        Bundle((), tuple(rest[start : start + ON_A_PAGE])) for start in range(0, len(rest), ON_A_PAGE)
    ]


def _pages(bundles: Sequence[Bundle]) -> list[tuple[Bundle, ...]]:
    pages: list[tuple[Bundle, ...]] = []
    held: list[Bundle] = []
    for bundle in bundles:
        held.append(bundle)
        if sum(len(each.comments) for each in held) >= ON_A_PAGE:
            pages.append(tuple(held))
            held = []
    return [*pages, tuple(held)] if held else pages


def _by_theme(rows: Sequence[Comment]) -> Mapping[int, int]:
    """Return how many comments are under each theme."""
    count: Counter[int] = Counter()
    for row in rows:
        for theme in row.themes:
            count[theme] += row.copies
    return count


def _suggested(bundles: Sequence[Bundle], rows: Sequence[Comment], themes: Mapping[int, Text]) -> Mapping[str, int]:
    open_words = [row.words for bundle in bundles for row in bundle.comments if not row.themes]
    themed = {row.words: [theme for theme in row.themes if theme in themes] for row in rows if row.themes}
    return suggestions(open_words, themed, {key: f"{name.zh} {name.en}" for key, name in themes.items()})
