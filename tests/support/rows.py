"""A database with at least one row in every table, for tests of constraints and migrations."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Table, inspect, text

from survey_app.services import questionnaires, surveys
from survey_app.services.access import SYSTEM
from survey_app.storage.models import (
    AccessToken,
    ActivityKind,
    Base,
    Batch,
    Case,
    CaseEvent,
    Collector,
    Comment,
    CommentReading,
    CommentTheme,
    Composite,
    DraftEdit,
    Erasure,
    FormerPlace,
    Indicator,
    InterviewCount,
    Invitation,
    InvitationOutcome,
    KeptWorkbook,
    KeyedBallot,
    KnownTotal,
    OpenInvitation,
    PaperBatch,
    PartialResponse,
    ParticipationFloor,
    ProxyLimits,
    Response,
    Resumption,
    Survey,
    Throttle,
    Unit,
    Unsealing,
    User,
    Voiding,
)
from survey_app.storage.session import Database, Session
from survey_app.words import Audience, BallotKind, CaseSource, Mode, Purpose, SealEnd
from tests.support.union import NOW, Union, make_union


def fill(database: Database) -> None:
    """Put rows into every table; those of the office through the services, the rest as they will be."""
    union = make_union(database)
    survey = _survey(database, union, Purpose.ACTIVITY_EVALUATION, None)
    _survey(database, union, Purpose.RETURN_VISIT, 1)
    with database.transaction() as session:
        session.get_one(Unit, union.root.id).code = "11420100"
        collector = session.query(Collector).filter_by(survey_id=survey.id).first()
        assert collector is not None
        _responses(session, survey, collector)
        _cases(session, union)
        session.add(AccessToken(
            user_id=session.query(User.id).limit(1).scalar(), name="报表", hash="0" * 64, created_at=NOW,
            expires_at=NOW + timedelta(days=30),
        ))  # fmt: skip
        session.add(ActivityKind(
            campaign_id=union.north.campaign.id, family="own", code="own", name="自定", measure="次",
        ))  # fmt: skip
        session.add(Indicator(
            campaign_id=union.north.campaign.id, code="I1", name="一级指标", weight=Decimal("0.5"), fields=["W10"],
        ))  # fmt: skip
        session.add_all([
            CommentTheme(campaign_id=union.north.campaign.id, name="食堂", made_at=NOW),
            Comment(survey_id=survey.id, field="W40", digest="d" * 64, words="饭菜太贵", copies=2, themes=[1]),
            CommentReading(survey_id=survey.id, at=NOW, ballots=12, waiting=0, totals={"W40": 2}, left_out=""),
        ])  # fmt: skip
        session.add(Composite(
            campaign_id=union.north.campaign.id, version=1, weights={"workers": "0.6"}, missing="nothing",
            made_at=NOW,
        ))  # fmt: skip
        session.add(Throttle(bucket="0" * 64, window=1, count=1, expires_at=NOW))
        session.add(DraftEdit(
            questionnaire_id=1, revision=1, at=NOW, kind="question_added", place="s1", draft="{}",
        ))  # fmt: skip


def _survey(database: Database, union: Union, purpose: Purpose, wave: int | None) -> Survey:
    copy = questionnaires.copy_template(
        database, actor=SYSTEM, template_code="A_W", unit_id=union.north.unit.id, now=NOW
    )
    version = questionnaires.publish(database, actor=SYSTEM, questionnaire_id=copy.id, now=NOW)
    return surveys.create_survey(
        database,
        actor=SYSTEM,
        campaign_id=union.north.campaign.id,
        version_id=version.id,
        title="测评",
        purpose=purpose,
        wave=wave,
        audiences=[Audience.WORKERS],
        now=NOW,
    )


def _responses(session: Session, survey: Survey, collector: Collector) -> None:
    batch = Batch(
        collector_id=collector.id, posting_id=collector.posting_id, unit_id=collector.unit_id, mode=Mode.PAPER,
        label="纸质", note="", created_at=NOW,
    )  # fmt: skip
    former = FormerPlace(collector_id=collector.id, posting_id=collector.posting_id, until=NOW)
    book = KeptWorkbook(survey_id=survey.id, file_name="测评.xlsx", content=b"PK", made_at=NOW)
    session.add_all([batch, former, book])
    session.flush()
    one = uuid.uuid4()
    session.add_all([
        Response(
            id=one, survey_id=survey.id, version_id=survey.version_id, collector_id=collector.id,
            posting_id=collector.posting_id, unit_id=collector.unit_id, batch_id=batch.id,
            audience=Audience.WORKERS, mode=Mode.PAPER, locale="zh_Hans_CN", received_at=NOW, seconds=90,
            answers={"W10": "1"},
        ),
        Voiding(survey_id=survey.id, response_id=one, reason="重复", voided_at=NOW),
        Erasure(survey_id=survey.id, response_id=uuid.uuid4(), erased_at=NOW),
        PartialResponse(id=uuid.uuid4(), collector_id=collector.id, raw={}, expires_at=NOW + timedelta(days=7)),
    ])  # fmt: skip
    invitation = Invitation(
        collector_id=collector.id, posting_id=collector.posting_id, serial=1, code_hash="a" * 64, issued_at=NOW
    )
    session.add(invitation)
    session.flush()
    session.add(OpenInvitation(invitation_id=invitation.id))
    _rules_of(session, survey)
    person = session.query(User).first()
    assert person is not None
    session.add(InterviewCount(survey_id=survey.id, user_id=person.id, day=NOW.date(), interviews=3))
    paper = PaperBatch(batch_id=batch.id, version_id=survey.version_id, copies=20, filled_on=NOW.date())
    session.add(paper)
    session.flush()
    session.add(KeyedBallot(
        batch_id=batch.id, serial=7, entry=1, kind=BallotKind.VALID, answers={"W10": "2"}, keyed_at=NOW,
    ))  # fmt: skip


def _rules_of(session: Session, survey: Survey) -> None:
    """What was laid down about a survey: how its seal ended, limits, floors, known totals, what became of codes."""
    session.add(Unsealing(survey_id=survey.id, at=NOW, how=SealEnd.LIFTED, ballots=1, reason="提前查看"))
    session.add(Resumption(survey_id=survey.id, at=NOW))
    session.add(ProxyLimits(
        survey_id=survey.id, version=1, burst=30, identical=4, identical_answers=8, milliseconds=1000, made_at=NOW,
    ))  # fmt: skip
    session.add_all(
        [
            KnownTotal(
                survey_id=survey.id, question="W01", counts={"1": 300, "2": 200}, source="名册", made_at=NOW
            ),
            ParticipationFloor(
                survey_id=survey.id,
                audience=Audience.WORKERS,
                members=Decimal(30),
                frontline=Decimal(60),
                question="W01",
                codes=["1"],
                made_at=NOW,
            ),
            InvitationOutcome(
                survey_id=survey.id,
                audience=Audience.WORKERS,
                not_contacted=1,
                refused=2,
                ineligible=3,
                unknown=4,
                eligible_percent=Decimal("62.5"),
                made_at=NOW,
            ),
        ]
    )


def _cases(session: Session, union: Union) -> None:
    case = Case(
        unit_id=union.north.enterprise.id, campaign_id=union.north.campaign.id, number="2026-001",
        source=CaseSource.VISIT, visit_id=union.north.visits[0].id, kind="suggestion", title="更衣室",
        description="", opened_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(CaseEvent(case_id=case.id, number=1, kind="opened", happened_at=NOW, note="", data={}))


Rows = dict[str, list[tuple[tuple[str, str], ...]]]
"""The rows of tables, each a tuple of columns with their values."""


def contents(database: Database) -> Rows:
    """Every row of every table that is there, as text, for comparing."""
    with database.reading() as session:
        inspector = inspect(session.connection())
        present = set(inspector.get_table_names()) - {"alembic_version"}
        return {
            table.name: _rows(session, table, {column["name"] for column in inspector.get_columns(table.name)})
            for table in Base.metadata.sorted_tables
            if table.name in present
        }


def in_columns_of(rows: Rows, other: Rows) -> Rows:
    """Those of `rows` whose tables `other` has, with the columns that they have there."""
    return {
        name: sorted(
            tuple(pair for pair in row if pair[0] in {column for column, _ in there[0]}) for row in rows[name]
        )
        for name, there in other.items()
        if there
    }


def _rows(session: Session, table: Table, present: set[str]) -> list[tuple[tuple[str, str], ...]]:
    names = [column.name for column in table.columns if column.name in present]
    listed = ", ".join(f'"{name}"' for name in names)
    found = session.execute(text(f"SELECT {listed} FROM {table.name}"))
    return sorted(tuple(zip(names, map(str, row), strict=True)) for row in found)
