"""The sample campaign: what was published about Wuhan 2017, made-up people, the same figures at every loading."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from survey_app.services import activities, evaluate, explore, set_up
from survey_app.services.access import SYSTEM
from survey_app.services.sample import SampleIncomplete, is_loaded
from survey_app.storage.models import (
    Batch,
    Campaign,
    Collector,
    Member,
    Posting,
    Response,
    ReturnVisit,
    Survey,
    Unit,
    WorkTeam,
)
from survey_app.storage.session import Database
from survey_app.words import Audience, BatchState, Bound, Mode, Purpose, SurveyState, UnitKind, VisitState
from tests.support.databases import KINDS, FreshDatabases

NOW = datetime(2026, 4, 11, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module", params=KINDS)
def loaded(request: pytest.FixtureRequest, fresh_databases: FreshDatabases) -> Iterator[Database]:
    """A database with the sample, which these tests only read."""
    with fresh_databases.database(request.param) as database:
        assert set_up.load_sample(database, now=NOW)
        yield database


def _responses(database: Database) -> list[tuple[Any, ...]]:
    """Every response with the survey's title, without what is drawn anew at each loading."""
    with database.reading() as session:
        rows = session.execute(
            select(
                Survey.title, Response.id, Response.mode, Response.received_at, Response.seconds, Response.answers
            )
            .join(Survey, Survey.id == Response.survey_id)
            .where(Response.mode != Mode.PAPER)
        )
        return sorted((tuple(row) for row in rows), key=str)


def _tallies(database: Database) -> dict[str, Counter[str]]:
    """Answers to every coded question of every survey."""
    with database.reading() as session:
        rows = session.execute(select(Survey.title, Response.answers).join(Survey, Survey.id == Response.survey_id))
        found: dict[str, Counter[str]] = {}
        for title, answers in rows:
            for code, answer in answers.items():
                found.setdefault(f"{title}/{code}", Counter())[str(answer)] += 1
        return found


def _rate(database: Database, audience: Audience, field: str, purpose: Purpose) -> float:
    """The share of satisfied among those who judged, recounted from what is stored."""
    with database.reading() as session:
        query = select(Response.answers).join(Survey, Survey.id == Response.survey_id)
        rows = session.scalars(query.where(Response.audience == audience, Survey.purpose == purpose)).all()
    grades = [answers[field] for answers in rows if answers.get(field) in set("12345")]
    return sum(grade in "123" for grade in grades) / len(grades)


def test_eight_teams_go_to_eight_enterprises_for_two_weeks(loaded: Database) -> None:
    with loaded.reading() as session:
        campaign = session.scalars(select(Campaign)).one()
        postings = session.scalars(select(Posting)).all()
        enterprises = session.scalars(select(Unit).where(Unit.kind == UnitKind.ENTERPRISE)).all()
        teams = session.scalar(select(func.count()).select_from(WorkTeam))
        members = session.scalar(select(func.count()).select_from(Member)) or 0
    assert (campaign.starts_on, campaign.planned_days, campaign.is_sample) == (date(2017, 4, 11), 14, True)
    assert (len(postings), len(enterprises), teams) == (8, 8, 8)
    assert members >= 8 * 3
    assert {(posting.planned_to - posting.planned_from).days + 1 for posting in postings} == {14}
    days = {(posting.actual_to - posting.actual_from).days + 1 for posting in postings if posting.actual_from}
    assert days == {14, 15}
    assert all(posting.headcount for posting in postings)


def test_all_units_but_the_root_are_marked_as_sample(loaded: Database) -> None:
    with loaded.reading() as session:
        units = session.scalars(select(Unit)).all()
    assert {unit.parent_id is None for unit in units if not unit.is_sample} == {True}
    assert all("示例" in unit.name for unit in units if unit.is_sample)


def test_the_published_counts_stand_in_the_ledger_with_their_bounds(loaded: Database) -> None:
    with loaded.reading() as session:
        campaign_id = session.scalars(select(Campaign.id)).one()
    ledger = activities.ledger(loaded, actor=SYSTEM, campaign_id=campaign_id)
    totals = {total.kind.code: (total.amount, total.bound) for _, kinds in ledger.families for total in kinds}
    assert totals["labour_hours"] == (Decimal(2250), Bound.AT_LEAST)
    assert totals["interviews"] == (Decimal(750), Bound.AT_LEAST)
    assert totals["field_notes"] == (Decimal(297), Bound.EXACT)
    assert totals["research_reports"] == (Decimal(8), Bound.EXACT)
    assert totals["deeds"] == (Decimal(141), Bound.EXACT)
    assert totals["media_items"] == (Decimal(230), Bound.AT_LEAST)
    assert totals["live_viewers"][0] == 17_000
    assert totals["cadres_sent"] == (Decimal(8400), Bound.AT_LEAST)
    assert totals["enterprises_visited"] == (Decimal(3200), Bound.AT_LEAST)
    assert totals["workers_covered"] == (Decimal(1_500_000), Bound.ABOUT)
    reported = [
        entry
        for family, kinds in ledger.families
        for total in kinds
        for entry in total.records
        if family == "coverage"
    ]
    assert reported
    assert all(entry.source and entry.posting_id is None for entry in reported)


def test_workers_are_about_as_satisfied_as_was_published(loaded: Database) -> None:
    rate = _rate(loaded, Audience.WORKERS, "W10", Purpose.ACTIVITY_EVALUATION)
    assert 0.97 <= rate < 0.985
    later = _rate(loaded, Audience.WORKERS, "F03", Purpose.RETURN_VISIT)
    assert 0.95 <= later < 0.99


def test_each_enterprise_answers_in_all_three_audiences(loaded: Database) -> None:
    with loaded.reading() as session:
        query = (
            select(Response.unit_id, Response.audience, func.count())
            .join(Survey, Survey.id == Response.survey_id)
            .where(Survey.purpose == Purpose.ACTIVITY_EVALUATION)
            .group_by(Response.unit_id, Response.audience)
        )
        counts = {(unit, audience): count for unit, audience, count in session.execute(query)}
    by_audience = {
        audience: sorted(n for (_, each), n in counts.items() if each == audience) for audience in Audience
    }
    assert len(by_audience[Audience.WORKERS]) == 8
    assert all(60 <= number <= 180 for number in by_audience[Audience.WORKERS])
    assert by_audience[Audience.ENTERPRISE] == [2] * 8
    assert len(by_audience[Audience.GRASSROOTS_UNION]) == 8
    assert all(4 <= number <= 8 for number in by_audience[Audience.GRASSROOTS_UNION])


def test_people_skip_do_not_know_and_say_things(loaded: Database) -> None:
    tallies = {key.split("/")[1]: tally for key, tally in _tallies(loaded).items() if "职工卷" in key}
    answered = sum(tallies["W10"].values())
    assert tallies["W10"]["6"] > 0
    assert sum(tallies["W01"].values()) > answered
    assert len(tallies["W32a"]) > 15
    assert len(tallies["W30"]) > 5
    assert 0 < sum(tallies["B3"].values()) < sum(tallies["W01"].values())


def test_paper_batches_reconcile(loaded: Database) -> None:
    with loaded.reading() as session:
        batches = session.scalars(select(Batch)).all()
        counted = select(Response.batch_id, func.count()).where(Response.mode == Mode.PAPER)
        stored = {row[0]: row[1] for row in session.execute(counted.group_by(Response.batch_id))}
    assert len(batches) == 3
    for batch in batches:
        assert batch.state == BatchState.RECONCILED
        assert batch.issued is not None
        assert batch.returned is not None
        assert stored[batch.id] + batch.spoilt + batch.abstained == batch.returned <= batch.issued


def test_most_visits_were_made_one_was_cancelled_one_is_overdue(loaded: Database) -> None:
    with loaded.reading() as session:
        visits = session.scalars(select(ReturnVisit)).all()
        answers = select(Survey.wave, Response.posting_id).join(Survey, Survey.id == Response.survey_id)
        answered = {(wave, posting) for wave, posting in session.execute(answers.distinct())}
    states = Counter(visit.state for visit in visits)
    assert states == {VisitState.DONE: 22, VisitState.CANCELLED: 1, VisitState.SCHEDULED: 1}
    assert {visit.wave for visit in visits} == {1, 3, 6}
    assert all(
        visit.record and visit.place and visit.attendees for visit in visits if visit.state == VisitState.DONE
    )
    assert all(((visit.wave, visit.posting_id) in answered) == (visit.state == VisitState.DONE) for visit in visits)
    assert all(visit.survey_id for visit in visits if visit.state != VisitState.CANCELLED)


def test_every_survey_is_closed_and_every_posting_has_its_collectors(loaded: Database) -> None:
    with loaded.reading() as session:
        surveys = session.scalars(select(Survey)).all()
        collectors = session.scalar(select(func.count()).select_from(Collector))
    assert {survey.state for survey in surveys} == {SurveyState.CLOSED}
    assert (len(surveys), collectors) == (6, 48)


def test_loading_again_changes_nothing(loaded: Database) -> None:
    before = _tallies(loaded)
    assert not set_up.load_sample(loaded, now=NOW)
    assert _tallies(loaded) == before


def test_two_loadings_give_the_same_figures(loaded: Database, fresh_databases: FreshDatabases) -> None:
    with fresh_databases.database("sqlite") as other:
        set_up.load_sample(other, now=datetime(2027, 1, 1, tzinfo=UTC))
        assert _tallies(other) == _tallies(loaded)
        assert _responses(other) == _responses(loaded)


def test_half_a_sample_is_noticed(database: Database) -> None:
    root = set_up.ensure_root(database, name="总工会", now=NOW)
    with database.transaction() as session:
        session.add(
            Campaign(
                unit_id=root,
                name="示例",
                starts_on=date(2017, 4, 11),
                description="",
                is_sample=True,
                created_at=NOW,
            )
        )
    with pytest.raises(SampleIncomplete):
        set_up.load_sample(database, now=NOW)


def test_a_real_campaign_is_no_sample(database: Database) -> None:
    root = set_up.ensure_root(database, name="总工会", now=NOW)
    with database.transaction() as session:
        session.add(Campaign(unit_id=root, name="活动", starts_on=date(2026, 4, 1), description="", created_at=NOW))
    assert not is_loaded(database)


def test_exploring_the_whole_shows_the_results_page(loaded: Database, tmp_path: Path) -> None:
    """The same ballots, participation and rates, papers without answers included."""
    store = evaluate.store_in(tmp_path)
    with loaded.reading() as session:
        campaign = session.scalars(select(Campaign.id)).one()
    found = evaluate.evaluate_campaign(loaded, store, actor=SYSTEM, campaign_id=campaign, now=NOW)
    subjects = explore.subjects(loaded, actor=SYSTEM, campaign_id=campaign, now=NOW)
    for part in found.parts:
        (subject,) = [each for each in subjects if each.audience == part.audience and part.title in each.titles]
        selection = explore.Selection(survey=subject.survey, audience=subject.audience)
        view = explore.view(loaded, store, actor=SYSTEM, selection=selection, now=NOW).value
        assert (view.ballots, view.headcount) == (part.returned, part.headcount)
        rates = {each.name: each.rated.rate for each in view.readings if each.rated is not None}
        for item in part.items:
            assert (rates[item.code].x, rates[item.code].n) == (item.rated.rate.x, item.rated.rate.n)
            assert rates[item.code].interval == item.rated.rate.interval
            assert rates[item.code].issued == item.rated.rate.issued
