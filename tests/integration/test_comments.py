"""Comments: read masked, reviewed once, shown to those who read the whole campaign, never few enough to be told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from survey_app.analysis.store import ColumnStore
from survey_app.services import comment_reading, comment_review, comments, evaluate, retention, surveys
from survey_app.services.access import SYSTEM, Actor, Grant, NotFound
from survey_app.services.comments import Standing
from survey_app.storage.models import AuditEntry, Comment, Erasure, Response, Unit, Voiding
from survey_app.storage.session import Database
from survey_app.words import Audience, CommentState, Role, SurveyState
from tests.support.evaluated import NOW, Evaluated, make_campaign, open_survey, respond, sign_up

KEY = "a secret of this application"
CANTEEN = (
    "食堂的饭菜太贵", "食堂饭菜贵，品种少", "食堂菜太贵了", "希望食堂降价", "食堂饭菜太贵，吃不起", "食堂太贵",
    "饭菜贵，食堂要改进",
)  # fmt: skip
OTHERS = (
    "高温津贴没有发", "希望发高温津贴", "更衣室太小", "班车太少，下夜班回不了家", "王建国班长处事不公",
    "请打13812345678联系我", "宿舍没有热水", "体检一年没有做了", "工作队的人很热情", "安全帽质量差",
)  # fmt: skip


def _campaign(database: Database, said: tuple[str, ...] = CANTEEN + OTHERS, **options: object) -> Evaluated:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS, **options)
    _answer(database, made, said)
    return made


def _answer(database: Database, made: Evaluated, said: tuple[str, ...], **more: object) -> list:
    answers = [{"W01": ["1"], "W10": ["1"], "W32a": [words]} for words in said]
    return respond(database, made, "A_W", made.postings[0].id, answers, **more)


def _close(database: Database, made: Evaluated, state: SurveyState = SurveyState.CLOSED) -> None:
    surveys.change_state(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, state=state, now=NOW)


def _read(database: Database, made: Evaluated) -> comment_reading.Read:
    return comment_reading.read(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, key=KEY, now=NOW)


def _closed_and_read(database: Database, said: tuple[str, ...] = CANTEEN + OTHERS) -> Evaluated:
    made = _campaign(database, said)
    _close(database, made)
    _read(database, made)
    return made


def _stored(database: Database) -> dict[str, Comment]:
    with database.reading() as session:
        return {row.words: row for row in session.scalars(select(Comment))}


def _decide(
    database: Database, made: Evaluated, words: set[str], state: CommentState = CommentState.RELEASED
) -> comment_review.Decided:
    digests = [row.digest for row in _stored(database).values() if row.words in words]
    return comment_review.decide(
        database,
        actor=SYSTEM,
        survey_id=made.surveys["A_W"].id,
        field="W32a",
        digests=digests,
        state=state,
        now=NOW,
    )


def _shown(database: Database, made: Evaluated, actor: Actor = SYSTEM) -> comments.CampaignComments:
    return comments.comments(database, actor=actor, campaign_id=made.campaign.id, now=NOW)


def _quoted(found: comments.CampaignComments) -> list[str]:
    return [
        verbatim.words
        for survey in found.surveys
        for question in survey.questions
        for group in question.shown.groups
        for verbatim in group.verbatims
    ]


def test_only_masked_words_are_kept_and_nothing_that_leads_to_a_response(database: Database) -> None:
    made = _campaign(database, (*CANTEEN, *OTHERS, "食堂太贵", "13812345678"))
    _close(database, made)
    assert _read(database, made) == comment_reading.Read(fresh=17, waiting=0)
    stored = _stored(database)
    assert "〔姓名〕班长处事不公" in stored
    assert "请打〔电话〕联系我" in stored
    assert stored["食堂太贵"].copies == 2
    assert not any("王建国" in words or "138" in words for words in stored)
    assert {column.name for column in Comment.__table__.columns} == {
        "survey_id", "field", "digest", "words", "copies", "state", "themes", "reviewed_by", "reviewed_at",
    }  # fmt: skip
    assert _read(database, made) == comment_reading.Read(fresh=0, waiting=0)


def test_nobody_sees_words_before_a_person_has_released_them(database: Database) -> None:
    made = _closed_and_read(database)
    assert _quoted(_shown(database, made)) == []
    assert _decide(database, made, {"食堂太贵", "更衣室太小"}) == comment_review.Decided(2, 2)
    _decide(database, made, {"宿舍没有热水"}, CommentState.HELD)
    assert sorted(_quoted(_shown(database, made))) == ["更衣室太小", "食堂太贵"]
    _decide(database, made, {"更衣室太小"}, CommentState.WAITING)
    assert _quoted(_shown(database, made)) == ["食堂太贵"]
    (question,) = _shown(database, made).surveys[0].questions
    assert (question.shown.base, question.shown.released) == (17, 1)
    assert {each.word: each.comments for each in question.shown.keywords}["食堂"] == 7


def test_what_should_be_better_comes_before_what_was_good(database: Database) -> None:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS)
    answers = [{"W01": ["1"], "W10": ["1"], "W32a": [f"班车好{each}"], "W32b": ["食堂太贵"]} for each in range(12)]
    respond(database, made, "A_W", made.postings[0].id, answers)
    _close(database, made)
    _read(database, made)
    (survey,) = _shown(database, made).surveys
    assert [each.field for each in survey.questions] == ["W32b", "W32a"]
    better, good = (each.shown for each in survey.questions)
    assert (better.base, better.wordings, good.base) == (12, 1, 12)
    assert {each.word for each in better.keywords} == {"食堂", "太贵"}
    assert {each.word for each in good.keywords} == {"班车"}


def test_who_can_release_comments_is_named(database: Database) -> None:
    made = _closed_and_read(database)
    leader = sign_up(database, made.unit, username="leader")
    administrator = sign_up(database, made.unit, username="administrator", role=Role.ADMINISTRATOR)
    assert _shown(database, made, leader).to_ask == (administrator.name,)
    organiser = sign_up(database, made.unit, username="organiser", role=Role.ORGANISER)
    with database.reading() as session:
        elsewhere = session.get_one(Unit, made.postings[0].unit_id)
    sign_up(database, elsewhere, username="of-one-enterprise", role=Role.ORGANISER)
    assert _shown(database, made, leader).to_ask == (organiser.name,)


def test_fewer_than_ten_comments_are_never_read(database: Database) -> None:
    made = _closed_and_read(database, CANTEEN)
    assert _stored(database) == {}
    found = _shown(database, made)
    assert (found.is_empty, bool(found.surveys[0].withheld)) == (True, True)


def test_while_ballots_come_in_no_reading_tells_the_newest(database: Database) -> None:
    made = _campaign(database, CANTEEN + OTHERS)
    assert _read(database, made).fresh == 0
    _answer(database, made, tuple(f"希望多办第{number}类活动" for number in "一二三四五"))
    assert _read(database, made).fresh == 12
    before = _stored(database)
    _answer(database, made, ("今天刚写的意见", "食堂太贵"))
    assert _read(database, made).fresh == 0
    assert {words: row.copies for words, row in _stored(database).items()} == {
        words: row.copies for words, row in before.items()
    }
    _close(database, made)
    assert _read(database, made).fresh == 11
    assert "今天刚写的意见" in _stored(database)
    assert _stored(database)["食堂太贵"].copies == 2
    _close(database, made, SurveyState.OPEN)
    _answer(database, made, ("最后一条",))
    _close(database, made)
    assert _read(database, made) == comment_reading.Read(fresh=0, waiting=1)


def test_a_sealed_survey_is_neither_read_nor_shown(database: Database) -> None:
    made = _campaign(database, is_sealed=True)
    with pytest.raises(comment_reading.StillSealed):
        _read(database, made)
    assert _shown(database, made).surveys[0].standing == Standing.SEALED


def test_voided_and_erased_ballots_take_their_words_along(database: Database) -> None:
    made = _campaign(database)
    survey_id = made.surveys["A_W"].id
    ids = _answer(database, made, ("要作废的话", "要删除的话"))
    _close(database, made)
    _read(database, made)
    _decide(database, made, {"要作废的话", "要删除的话", "食堂太贵"})
    with database.transaction() as session:
        session.add(Voiding(survey_id=survey_id, response_id=ids[0], reason="重复", voided_at=NOW))
        session.connection().execute(delete(Response).where(Response.id == ids[1]))
        session.add(Erasure(survey_id=survey_id, response_id=ids[1], erased_at=NOW))
    found = _shown(database, made)
    assert (found.surveys[0].standing, _quoted(found)) == (Standing.STALE, [])
    with pytest.raises(comment_review.NotNow):
        _decide(database, made, {"食堂太贵"})
    _read(database, made)
    assert _quoted(_shown(database, made)) == ["食堂太贵"]
    assert "要删除的话" not in _stored(database)
    assert _stored(database)["要作废的话"].copies == 0
    with database.transaction() as session:
        session.execute(Voiding.__table__.update().values(restored_at=NOW))
    _read(database, made)
    assert sorted(_quoted(_shown(database, made))) == ["要作废的话", "食堂太贵"]


def test_other_ids_change_nothing_and_erasing_a_survey_erases_its_comments(
    database: Database, tmp_path: Path
) -> None:
    made = _closed_and_read(database)
    _decide(database, made, {"食堂太贵"})
    store = ColumnStore(tmp_path / "columns")
    later = NOW + timedelta(days=8)
    assert retention.tidy(database, store, now=later).responses == 17
    assert comments.comments(database, actor=SYSTEM, campaign_id=made.campaign.id, now=later).surveys[0].questions
    assert comment_reading.read(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, key=KEY, now=later
    ) == comment_reading.Read(0, 0)
    retention.erase(
        database, store, actor=SYSTEM, survey_id=made.surveys["A_W"].id, workbook=None, file_name="", months=12,
        now=NOW + timedelta(days=400),
    )  # fmt: skip
    assert _stored(database) == {}
    with pytest.raises(comment_reading.IsErased):
        _read(database, made)


def _leader(path: str) -> Actor:
    return Actor(None, "x", "x", None, False, 0, (Grant(Role.LEADER, 1, path, "x"),))


def test_who_reads_a_part_of_a_campaign_sees_no_comments(database: Database) -> None:
    made = _closed_and_read(database)
    _decide(database, made, {"食堂太贵"})
    path = made.unit.path
    assert _quoted(_shown(database, made, _leader(path))) == ["食堂太贵"]
    part = _shown(database, made, _leader(f"{path}{made.postings[0].unit_id}/"))
    assert (part.is_whole, part.surveys) == (False, ())
    with pytest.raises(NotFound):
        _shown(database, made, _leader("/987654/"))
    with pytest.raises(NotFound):
        comment_review.review(database, actor=_leader(path), survey_id=made.surveys["A_W"].id, now=NOW)


def test_themes_are_kept_suggested_and_shown_only_when_large_enough(database: Database) -> None:
    made = _closed_and_read(database)
    survey_id = made.surveys["A_W"].id
    for name in ("食堂", "津贴"):
        comment_review.add_theme(database, actor=SYSTEM, survey_id=survey_id, name=name, now=NOW)
    with pytest.raises(comment_review.ThemeExists):
        comment_review.add_theme(database, actor=SYSTEM, survey_id=survey_id, name="食堂", now=NOW)
    page = comment_review.review(database, actor=SYSTEM, survey_id=survey_id, now=NOW)
    assert page.themes is not None
    assert page.suggested is not None
    canteen, money = page.themes
    assert page.suggested["食堂太贵"] == canteen
    assert page.suggested["高温津贴没有发"] == money

    def put(words: set[str], theme: int, *, is_on: bool = True) -> int:
        digests = [row.digest for row in _stored(database).values() if row.words in words]
        return comment_review.put_under(
            database, actor=SYSTEM, survey_id=survey_id, field="W32a", digests=digests, theme_id=theme, is_on=is_on,
            now=NOW,
        )  # fmt: skip

    assert put(set(CANTEEN), canteen) == 7
    assert put({"高温津贴没有发", "希望发高温津贴"}, money) == 2
    (question,) = _shown(database, made).surveys[0].questions
    assert [(group.theme, group.comments) for group in question.shown.groups] == [(canteen, 7), (None, 10)]
    assert put({"食堂太贵"}, canteen, is_on=False) == 1
    comment_review.remove_theme(database, actor=SYSTEM, survey_id=survey_id, theme_id=canteen, now=NOW)
    assert not any(canteen in row.themes for row in _stored(database).values())


def test_a_part_can_be_masked_and_nothing_rewritten(database: Database) -> None:
    made = _closed_and_read(database)
    digest = _stored(database)["更衣室太小"].digest

    def hide(part: str) -> None:
        comment_review.hide(
            database,
            actor=SYSTEM,
            survey_id=made.surveys["A_W"].id,
            field="W32a",
            digest=digest,
            part=part,
            now=NOW,
        )

    for part in ("没有的话", " ", "〔"):
        with pytest.raises(comment_review.NothingToHide):
            hide(part)
    hide("更衣室")
    assert "〔…〕太小" in _stored(database)
    _read(database, made)
    assert "更衣室太小" not in _stored(database)


def test_the_log_has_numbers_and_no_words(database: Database) -> None:
    made = _closed_and_read(database)
    _decide(database, made, set(CANTEEN))
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("comments_"))).all()
    assert [(entry.action, entry.detail["comments"]) for entry in entries] == [
        ("comments_read", 17), ("comments_released", 7),
    ]  # fmt: skip
    assert "食堂" not in "".join(str(entry.detail) for entry in entries)


def test_like_comments_stand_together_on_the_page(database: Database) -> None:
    made = _closed_and_read(database)
    page = comment_review.review(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, now=NOW)
    assert (page.field, page.pages) == ("W32a", 1)
    first = page.bundles[0]
    assert "食堂" in first.words
    assert {row.words for row in first.comments} <= set(CANTEEN)
    assert len(first.comments) >= 5
    assert sum(len(bundle.comments) for bundle in page.bundles) == 17
    assert evaluate.is_sealed(page.survey, NOW) is False
