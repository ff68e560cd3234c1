"""Surveys in the field: their collectors, their states, and who may touch them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey_app.services import collectors, questionnaires, surveys
from survey_app.services.access import NotFound
from survey_app.services.context import ConstraintViolated
from survey_app.storage.models import (
    AuditEntry,
    Collector,
    MetricRule,
    Posting,
    QuestionnaireVersion,
    Response,
    ReturnVisit,
    Survey,
)
from survey_app.storage.session import Database
from survey_app.words import Audience, CollectorState, Mode, Purpose, SurveyState, VisitState
from tests.support.office import NOW, Office, make_office

HOUR = timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def version(database: Database, office: Office) -> QuestionnaireVersion:
    row = questionnaires.copy_template(
        database, actor=office.organiser, template_code="A_W", unit_id=office.unit.id, now=NOW
    )
    return questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)


@pytest.fixture
def survey(database: Database, office: Office, version: QuestionnaireVersion) -> Survey:
    return _survey(database, office, version)


def _survey(database: Database, office: Office, version: QuestionnaireVersion, **changes: object) -> Survey:
    values: dict[str, object] = {
        "actor": office.organiser,
        "title": "满意度测评",
        "purpose": Purpose.ACTIVITY_EVALUATION,
        "audiences": [Audience.WORKERS, Audience.GRASSROOTS_UNION],
        **changes,
    }
    return surveys.create_survey(
        database, campaign_id=office.campaign.id, version_id=version.id, now=NOW, **values  # type: ignore[arg-type]  # changed by the tests
    )  # fmt: skip


def _ways(database: Database, office: Office, survey: Survey) -> list[tuple[int | None, str, str]]:
    detail = surveys.detail(database, actor=office.organiser, survey_id=survey.id)
    return [(way.collector.posting_id, way.collector.audience, way.collector.label) for way in detail.ways]


def _actions(database: Database, kind: str) -> list[str]:
    with database.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.subject_kind == kind).order_by(AuditEntry.id)
        return list(session.scalars(query))


def _respond(database: Database, survey: Survey, collector: Collector, times: int) -> None:
    with database.transaction() as session:
        session.add_all(
            Response(
                id=uuid4(),
                survey_id=survey.id,
                version_id=survey.version_id,
                collector_id=collector.id,
                posting_id=collector.posting_id,
                unit_id=collector.unit_id,
                audience=collector.audience,
                mode=Mode.WEB,
                locale="en",
                received_at=NOW,
                answers={},
            )
            for _ in range(times)
        )


def test_every_posting_and_audience_gets_its_collector(database: Database, office: Office, survey: Survey) -> None:
    first, second = (posting.id for posting in office.postings)
    assert _ways(database, office, survey) == [
        (first, "workers", ""),
        (first, "grassroots_union", ""),
        (second, "workers", ""),
        (second, "grassroots_union", ""),
    ]
    detail = surveys.detail(database, actor=office.organiser, survey_id=survey.id)
    assert (detail.survey.state, detail.missing, detail.responses) == ("prepared", 0, 0)
    assert {way.collector.unit_id for way in detail.ways} == {posting.unit_id for posting in office.postings}


def test_codes_are_long_readable_and_all_different(database: Database, office: Office, survey: Survey) -> None:
    detail = surveys.detail(database, actor=office.organiser, survey_id=survey.id)
    codes = {way.collector.code for way in detail.ways}
    assert len(codes) == 4
    assert all(len(code) >= 10 and not set(code) & set("01258OILZSB") and code.isupper() for code in codes)
    assert len({collectors.new_code() for _ in range(1000)}) == 1000


def test_a_new_posting_gets_its_collectors_later(database: Database, office: Office, survey: Survey) -> None:
    here = office.postings[0]
    with database.transaction() as session:
        session.add(
            Posting(
                round_id=here.round_id,
                team_id=here.team_id,
                unit_id=office.unit.id,
                planned_from=date(2026, 5, 1),
                planned_to=date(2026, 5, 9),
            )
        )
    assert surveys.detail(database, actor=office.organiser, survey_id=survey.id).missing == 2
    for made in (2, 0):
        assert (
            surveys.add_missing_collectors(database, actor=office.organiser, survey_id=survey.id, now=NOW) == made
        )
    assert len(_ways(database, office, survey)) == 6


def test_an_audience_can_be_added(database: Database, office: Office, survey: Survey) -> None:
    surveys.add_missing_collectors(
        database, actor=office.organiser, survey_id=survey.id, audiences=[Audience.ENTERPRISE], now=NOW
    )
    assert len(_ways(database, office, survey)) == 6


def test_the_rules_of_the_figures_are_kept_with_their_definition(database: Database, survey: Survey) -> None:
    with database.transaction() as session:
        rules = surveys.default_rules(session)
        assert [rule.name for rule in rules] == [
            "satisfaction_rate",
            "strict_satisfaction_rate",
            "satisfaction_index",
        ]
        assert [rule.id for rule in rules] == [survey.rate_rule_id, survey.strict_rule_id, survey.index_rule_id]
        assert rules[1].definition["counts"] == "strict"
        names = list(session.scalars(select(MetricRule.name)))
    assert len(names) == len(set(names))


def test_the_life_of_a_survey(database: Database, office: Office, survey: Survey) -> None:
    def go(state: SurveyState) -> Survey:
        return surveys.change_state(database, actor=office.organiser, survey_id=survey.id, state=state, now=NOW)

    for state in (SurveyState.PAUSED, SurveyState.CLOSED, SurveyState.PREPARED):
        if state != survey.state:
            with pytest.raises(collectors.NotPossible):
                go(state)
    for state in ("open", "open", "paused", "open", "closed", "open", "paused", "closed"):
        assert go(SurveyState(state)).state == state
    with pytest.raises(collectors.NotPossible):
        go(SurveyState.PAUSED)
    assert _actions(database, "survey") == [
        "survey_created",
        "survey_opened",
        "survey_paused",
        "survey_resumed",
        "survey_closed",
        "survey_reopened",
        "survey_paused",
        "survey_closed",
    ]


def test_times_and_state_together_tell_what_it_does(
    database: Database, office: Office, version: QuestionnaireVersion
) -> None:
    survey = _survey(database, office, version, opens_at=NOW + HOUR, closes_at=NOW + 2 * HOUR)
    assert surveys.standing(survey, NOW + HOUR) == "prepared"
    surveys.change_state(database, actor=office.organiser, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    opened = surveys.detail(database, actor=office.organiser, survey_id=survey.id).survey
    seen = [surveys.standing(opened, NOW + each * HOUR / 2) for each in (0, 1, 2, 3, 4)]
    assert seen == ["waiting", "waiting", "taking", "taking", "over"]


def test_times_can_be_changed_and_not_turned_round(database: Database, office: Office, survey: Survey) -> None:
    surveys.revise_survey(
        database, actor=office.organiser, survey_id=survey.id, title="第二次测评", title_en="Second",
        opens_at=NOW, closes_at=NOW + HOUR, now=NOW,
    )  # fmt: skip
    kept = surveys.detail(database, actor=office.organiser, survey_id=survey.id).survey
    assert (kept.title, kept.opens_at, kept.closes_at) == ("第二次测评", NOW, NOW + HOUR)
    with pytest.raises(ConstraintViolated) as refused:
        surveys.revise_survey(
            database, actor=office.organiser, survey_id=survey.id, title="x", title_en="",
            opens_at=NOW + HOUR, closes_at=NOW, now=NOW,
        )  # fmt: skip
    assert refused.value.constraint == "ck_survey_closes_after_opening"


def test_a_moved_collector_keeps_its_code(database: Database, office: Office, survey: Survey) -> None:
    first, second = office.postings
    detail = surveys.detail(database, actor=office.organiser, survey_id=survey.id)
    printed = detail.ways[0].collector
    _respond(database, survey, printed, 2)
    moved = collectors.move(
        database, actor=office.organiser, collector_id=printed.id, posting_id=second.id, now=NOW
    )
    assert (moved.code, moved.unit_id) == (printed.code, second.unit_id)
    assert _ways(database, office, survey) == [
        (first.id, "grassroots_union", ""),
        (second.id, "workers", ""),
        (second.id, "workers", "2"),
        (second.id, "grassroots_union", ""),
    ]
    with database.reading() as session:
        places = set(session.scalars(select(Response.posting_id)))
    assert places == {first.id}
    surveys.add_missing_collectors(database, actor=office.organiser, survey_id=survey.id, now=NOW)
    back = collectors.move(database, actor=office.organiser, collector_id=printed.id, posting_id=first.id, now=NOW)
    assert back.label == "2"


def test_a_collector_stays_within_its_campaign(database: Database, office: Office, survey: Survey) -> None:
    elsewhere = make_office(database, name="汉阳")
    way = surveys.detail(database, actor=office.organiser, survey_id=survey.id).ways[0]
    with pytest.raises(collectors.WrongPlace):
        collectors.move(
            database,
            actor=office.organiser,
            collector_id=way.collector.id,
            posting_id=elsewhere.postings[0].id,
            now=NOW,
        )
    with pytest.raises(collectors.WrongPlace):
        collectors.add(
            database,
            actor=office.organiser,
            survey_id=survey.id,
            unit_id=elsewhere.unit.id,
            audience=Audience.WORKERS,
            now=NOW,
        )


def test_a_unit_can_have_a_collector_without_a_posting(database: Database, office: Office, survey: Survey) -> None:
    collectors.add(
        database, actor=office.organiser, survey_id=survey.id, unit_id=office.postings[0].unit_id,
        audience=Audience.WORKERS, label="服务窗口", now=NOW,
    )  # fmt: skip
    assert _ways(database, office, survey)[-1] == (None, "workers", "服务窗口")


def test_one_collector_can_be_paused_and_closed(database: Database, office: Office, survey: Survey) -> None:
    way = surveys.detail(database, actor=office.organiser, survey_id=survey.id).ways[0]

    def go(state: CollectorState) -> str:
        return collectors.change_state(
            database, actor=office.organiser, collector_id=way.collector.id, state=state, now=NOW
        ).state

    assert [go(CollectorState(state)) for state in ("paused", "open", "closed", "open", "closed")] == [
        "paused",
        "open",
        "closed",
        "open",
        "closed",
    ]
    with pytest.raises(collectors.NotPossible):
        go(CollectorState.PAUSED)
    assert _actions(database, "collector") == [
        "collector_paused",
        "collector_resumed",
        "collector_closed",
        "collector_reopened",
        "collector_closed",
    ]


def test_responses_are_counted_by_collector(database: Database, office: Office, survey: Survey) -> None:
    detail = surveys.detail(database, actor=office.organiser, survey_id=survey.id)
    _respond(database, survey, detail.ways[0].collector, 3)
    _respond(database, survey, detail.ways[2].collector, 2)
    detail = surveys.detail(database, actor=office.organiser, survey_id=survey.id)
    assert [way.responses for way in detail.ways] == [3, 0, 2, 0]
    (entry,) = surveys.entries(database, actor=office.organiser)
    assert (entry.responses, entry.audiences) == (5, (Audience.WORKERS, Audience.GRASSROOTS_UNION))


def test_visits_of_the_wave_get_their_survey(
    database: Database, office: Office, version: QuestionnaireVersion
) -> None:
    with database.transaction() as session:
        session.add_all(
            ReturnVisit(
                posting_id=posting.id, wave=wave, due_on=date(2026, 5, 14), state=VisitState.PLANNED, updated_at=NOW
            )
            for posting in office.postings
            for wave in (1, 3)
        )
    survey = _survey(database, office, version, purpose=Purpose.RETURN_VISIT, wave=1)
    with database.reading() as session:
        visits = session.execute(select(ReturnVisit.wave, ReturnVisit.survey_id)).all()
    assert sorted(map(tuple, visits), key=str) == [(1, survey.id), (1, survey.id), (3, None), (3, None)]


def test_others_do_not_even_know(
    database: Database, office: Office, version: QuestionnaireVersion, survey: Survey
) -> None:
    way = surveys.detail(database, actor=office.organiser, survey_id=survey.id).ways[0]
    for person in (office.stranger, office.leader):
        assert surveys.entries(database, actor=person) == ()
        with pytest.raises(NotFound):
            surveys.detail(database, actor=person, survey_id=survey.id)
        with pytest.raises(NotFound):
            surveys.change_state(database, actor=person, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
        with pytest.raises(NotFound):
            collectors.change_state(
                database, actor=person, collector_id=way.collector.id, state=CollectorState.CLOSED, now=NOW
            )
        with pytest.raises(NotFound):
            collectors.move(
                database,
                actor=person,
                collector_id=way.collector.id,
                posting_id=office.postings[1].id,
                now=NOW,
            )
        with pytest.raises(NotFound):
            _survey(database, office, version, actor=person)


def test_nobody_uses_a_questionnaire_that_is_not_theirs(
    database: Database, office: Office, version: QuestionnaireVersion
) -> None:
    elsewhere = make_office(database, name="汉阳")
    with pytest.raises(NotFound):
        _survey(database, elsewhere, version, actor=elsewhere.organiser)
