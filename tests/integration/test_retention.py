"""What the notice promises: no tie to an answer a week after closing, no ballot after its time, the totals kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from survey_app.analysis.store import ColumnStore
from survey_app.scoring.evaluation import Part
from survey_app.services import collect, evaluate, import_responses, invitations, retention, surveys
from survey_app.services.access import SYSTEM, NotFound
from survey_app.services.collectors import NotPossible
from survey_app.storage.models import (
    AuditEntry,
    Collector,
    Erasure,
    Invitation,
    PartialResponse,
    Response,
    Survey,
    Voiding,
)
from survey_app.storage.queries import retention as queries
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, Role, SurveyState
from tests.support.ballots import csv_file
from tests.support.evaluated import Evaluated, collectors, make_campaign, open_survey, respond, sign_up
from tests.support.field import A_W_ANSWERS

ANSWERED = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
CLOSED = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
BALLOTS = csv_file("W01,W10,count", "1,1,7", "1,4,2")


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    """An empty column cache."""
    return evaluate.store_in(tmp_path)


@pytest.fixture
def made(database: Database) -> Evaluated:
    """A campaign whose workers' survey has forty answers, three of them voided, and is still open."""
    made = make_campaign(database)
    survey = open_survey(database, made, "A_W", Audience.WORKERS)
    for number, grade in enumerate("1122"):
        raw = [{"W01": ["1"], "W10": [grade]}] * 10
        respond(database, made, "A_W", made.postings[number % 2].id, raw, received_at=ANSWERED + number * WEEK / 9)
    with database.transaction() as session:
        session.add_all(
            Voiding(survey_id=survey.id, response_id=each.id, reason="重复", voided_at=ANSWERED)
            for each in made.given[:3]
        )
    return made


def _survey(database: Database, made: Evaluated) -> Survey:
    with database.reading() as session:
        return session.get_one(Survey, made.surveys["A_W"].id)


def _close(database: Database, made: Evaluated, now: datetime = CLOSED) -> None:
    survey = made.surveys["A_W"]
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=now)


def _reopen(database: Database, made: Evaluated, now: datetime) -> None:
    survey = made.surveys["A_W"]
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=now)


def _ids(database: Database) -> set[UUID]:
    with database.reading() as session:
        return set(session.scalars(select(Response.id)))


def _stored(database: Database) -> Sequence[tuple[object, ...]]:
    """Everything of the responses but their ids."""
    with database.reading() as session:
        rows = session.scalars(select(Response)).all()
    return sorted(
        (str(row.received_at), row.collector_id, row.posting_id or 0, str(row.answers), row.batch_id or 0)
        for row in rows
    )


def _part(database: Database, store: ColumnStore, made: Evaluated, now: datetime) -> Part:
    found = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=now).leading
    assert found is not None
    return found


def _actions(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_week_after_closing_no_response_is_known_by_the_id_that_a_phone_had(
    database: Database, store: ColumnStore, made: Evaluated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 7)  # as if there were thousands
    before, rows = _ids(database), _stored(database)
    _close(database, made)
    figures = _part(database, store, made, CLOSED)
    assert figures.excluded.voided == 3
    done = retention.tidy(database, store, now=CLOSED + WEEK)
    assert (done.surveys, done.responses) == (1, 40)
    assert not before & _ids(database)
    assert _stored(database) == rows
    with database.reading() as session:
        assert set(session.scalars(select(Voiding.response_id))) <= _ids(database)
    after = _part(database, store, made, CLOSED)
    assert replace(after.excluded, with_voided=None) == replace(figures.excluded, with_voided=None)
    assert after.returned == figures.returned == 37
    assert _actions(database)[-1] == "survey_tidied"


def test_no_file_holds_an_old_id_afterwards(
    database: Database, store: ColumnStore, made: Evaluated, tmp_path: Path
) -> None:
    _close(database, made)
    _part(database, store, made, CLOSED)
    low = made.given[7].id.int.to_bytes(16)[8:][::-1]

    def holding() -> list[Path]:
        return [path for path in tmp_path.rglob("*") if path.is_file() and low in path.read_bytes()]

    assert holding()
    retention.tidy(database, store, now=CLOSED + WEEK)
    assert not holding()
    _part(database, store, made, CLOSED + WEEK)
    assert not holding()


def test_tidying_again_changes_nothing_until_the_survey_has_been_open_again(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    _close(database, made)
    retention.tidy(database, store, now=CLOSED + WEEK)
    ids = _ids(database)
    assert retention.tidy(database, store, now=CLOSED + 2 * WEEK) == retention.Tidied(0, 0, 0, 0, 0)
    assert _ids(database) == ids
    _reopen(database, made, CLOSED + 3 * WEEK)
    assert retention.tidy(database, store, now=CLOSED + 6 * WEEK).surveys == 0
    _close(database, made, CLOSED + 6 * WEEK)
    assert retention.tidy(database, store, now=CLOSED + 6 * WEEK + timedelta(days=5)).surveys == 0
    assert retention.tidy(database, store, now=CLOSED + 7 * WEEK).surveys == 1
    assert not ids & _ids(database)


@pytest.mark.parametrize(
    ("state", "closes_at", "is_tidied"),
    [
        (SurveyState.OPEN, None, False),
        (SurveyState.OPEN, CLOSED + timedelta(days=5), False),
        (SurveyState.OPEN, CLOSED, True),
        (SurveyState.PAUSED, None, False),
        (SurveyState.PAUSED, CLOSED, True),
    ],
)
def test_only_what_takes_nothing_any_more_is_tidied(
    database: Database,
    store: ColumnStore,
    made: Evaluated,
    state: SurveyState,
    closes_at: datetime | None,
    is_tidied: bool,
) -> None:
    with database.transaction() as session:
        survey = session.get_one(Survey, made.surveys["A_W"].id)
        survey.state, survey.closes_at = state, closes_at
    assert retention.tidy(database, store, now=CLOSED + WEEK).surveys == is_tidied


def test_a_run_that_was_interrupted_is_ended_by_the_next(
    database: Database, store: ColumnStore, made: Evaluated, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _ids(database)
    _close(database, made)
    with monkeypatch.context() as broken:
        broken.setattr(queries, "renew_voided", _power_cut)
        with pytest.raises(RuntimeError, match="power cut"):
            retention.tidy(database, store, now=CLOSED + WEEK)
    assert _part(database, store, made, CLOSED + WEEK).returned == 37
    retention.tidy(database, store, now=CLOSED + WEEK)
    assert not before & _ids(database)
    assert _part(database, store, made, CLOSED + WEEK).returned == 37


def _power_cut(*_: object) -> int:
    raise RuntimeError("power cut")


def test_paper_is_known_by_its_file_for_ever_so_that_it_does_not_count_twice(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    collector = collectors(database, made.surveys["A_W"])[made.postings[0].id]
    source = import_responses.Source("票箱.csv", BALLOTS, Mode.PAPER, allow_blanks=True)
    given = {"actor": SYSTEM, "collector_id": collector.id, "source": source}
    assert import_responses.carry_out(database, **given, now=CLOSED).added == 9
    _close(database, made)
    retention.tidy(database, store, now=CLOSED + WEEK)
    assert import_responses.carry_out(database, **given, now=CLOSED + WEEK).added == 0


def test_of_used_codes_nothing_is_kept_and_unused_ones_work_when_the_survey_is_reopened(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    key = "a secret key of at least thirty-two characters"
    collector = collectors(database, made.surveys["A_W"])[made.postings[2].id]
    with database.transaction() as session:
        session.get_one(Collector, collector.id).needs_invitation = True
    run = invitations.issue(database, actor=SYSTEM, key=key, collector_id=collector.id, count=9, now=ANSWERED)
    codes = [code for _, code in invitations.codes(key, run)]
    for code in codes[:2]:
        with database.transaction() as session:
            invitations.redeem(session, key=key, collector_id=collector.id, code=code)
    _close(database, made)
    assert retention.tidy(database, store, now=CLOSED + WEEK).codes == 2
    digests = {invitations.digest(key, code): code for code in codes}
    with database.reading() as session:
        kept = set(session.scalars(select(Invitation.code_hash)))
        assert {digests[each] for each in kept & set(digests)} == set(codes[2:])
        assert len(kept) == 9
        again = [
            invitations.standing(session, key=key, collector_id=collector.id, code=code)
            for code in (codes[0], codes[2])
        ]
    assert again == [invitations.Standing.UNKNOWN, invitations.Standing.USABLE]


def test_answers_that_were_never_sent_go_when_their_time_is_up(
    database: Database, store: ColumnStore, made: Evaluated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    collector = collectors(database, made.surveys["A_W"])[made.postings[0].id]
    with database.transaction() as session:
        session.add_all(
            PartialResponse(id=uuid4(), collector_id=collector.id, raw={"W32a": ["话"]}, expires_at=CLOSED + place)
            for place in (-WEEK, -WEEK, -WEEK / 7, timedelta(), WEEK)
        )
    assert retention.tidy(database, store, now=CLOSED).partials == 4
    with database.reading() as session:
        assert session.query(PartialResponse).one().expires_at == CLOSED + WEEK


def _erase(database: Database, store: ColumnStore, made: Evaluated, now: datetime, actor: object = SYSTEM) -> int:
    return retention.erase(
        database, store, actor=actor, survey_id=made.surveys["A_W"].id, workbook=b"PK figures",
        file_name="结果.xlsx", months=12, now=now,
    )  # fmt: skip


def test_ballots_are_erased_when_their_time_is_up_and_the_workbook_is_kept(
    database: Database, store: ColumnStore, made: Evaluated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 7)
    _close(database, made)
    _part(database, store, made, CLOSED)
    survey_id = made.surveys["A_W"].id
    with pytest.raises(retention.NotDue) as refused:
        _erase(database, store, made, datetime(2027, 3, 9, 4, tzinfo=UTC))
    assert refused.value.due_on == date(2027, 3, 10)
    assert len(_ids(database)) == 40
    now = datetime(2027, 3, 9, 17, tzinfo=UTC)  # the 10th has begun in China
    assert retention.keeping(_survey(database, made), months=12, now=now).is_overdue
    assert _erase(database, store, made, now) == 40
    assert not _ids(database)
    assert not list(tmp_path.rglob("*.bin"))
    found = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=now)
    assert found.is_empty
    (erased,) = retention.erased(database, campaign_id=made.campaign.id)
    assert (erased.survey.id, erased.survey.erased_at, erased.has_workbook) == (survey_id, now, True)
    kept = retention.kept_workbook(database, actor=SYSTEM, campaign_id=made.campaign.id, survey_id=survey_id)
    assert (kept.content, kept.file_name) == (b"PK figures", "结果.xlsx")
    assert not retention.keeping(_survey(database, made), months=12, now=now).is_overdue
    with database.reading() as session:
        entry = session.query(AuditEntry).filter_by(action="responses_erased").one()
        assert entry.detail == {"responses": 40}
        assert session.scalar(select(func.count()).select_from(Erasure)) == 0


def test_what_was_erased_stays_closed_and_takes_no_paper(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    collector = collectors(database, made.surveys["A_W"])[made.postings[0].id]
    _close(database, made)
    later = CLOSED + timedelta(days=400)
    _erase(database, store, made, later)
    with pytest.raises(NotPossible):
        _reopen(database, made, later)
    source = import_responses.Source("票箱.csv", BALLOTS, Mode.PAPER, allow_blanks=True)
    with pytest.raises(NotFound):
        import_responses.carry_out(database, actor=SYSTEM, collector_id=collector.id, source=source, now=later)
    surveys.revise_survey(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, title="测评", title_en="", opens_at=None,
        closes_at=later + WEEK, now=later,
    )  # fmt: skip
    with pytest.raises(collect.NotTaking):
        collect.submit(
            database, code=collector.code, submission_id=uuid4(), raw=A_W_ANSWERS, locale="zh_Hans_CN",
            mode=Mode.WEB, now=later + WEEK / 7,
        )  # fmt: skip


def test_an_erasure_that_was_interrupted_is_ended_by_the_next_tidying(
    database: Database, store: ColumnStore, made: Evaluated, monkeypatch: pytest.MonkeyPatch
) -> None:
    _close(database, made)
    later = CLOSED + timedelta(days=400)
    with monkeypatch.context() as broken:
        broken.setattr(queries, "erase_responses", _power_cut)
        with pytest.raises(RuntimeError, match="power cut"):
            _erase(database, store, made, later)
    assert len(_ids(database)) == 40
    assert retention.tidy(database, store, now=later).erased == 40
    assert not _ids(database)


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.LEADER, Role.TEAM_MEMBER])
def test_only_administrators_erase(database: Database, store: ColumnStore, made: Evaluated, role: Role) -> None:
    _close(database, made)
    actor = sign_up(database, made.unit, username="someone", role=role)
    with pytest.raises(NotFound):
        _erase(database, store, made, CLOSED + timedelta(days=400), actor)
    assert len(_ids(database)) == 40
