"""Exploring on both databases: the same figures as the results page, for those who may see them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from survey_app.analysis.openings import CROWD
from survey_app.analysis.selection import AnswerFilter, BadSelection, Selection
from survey_app.analysis.store import ColumnStore
from survey_app.scoring.evaluation import Item
from survey_app.services import evaluate, explore
from survey_app.services.access import SYSTEM, Actor, NotFound
from survey_app.services.explore import StillSealed
from survey_app.storage.models import Batch, Survey, Unit, Voiding
from survey_app.storage.session import Database
from survey_app.words import Audience, BatchState, Role, SurveyState
from tests.support.evaluated import (
    NOW,
    Evaluated,
    collectors,
    make_campaign,
    make_evaluated,
    open_survey,
    respond,
    sign_up,
    survey_over,
)


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    """An empty column cache."""
    return evaluate.store_in(tmp_path)


def _of(made: Evaluated, template: str = "A_W", **rest: object) -> Selection:
    audience = {"A_E": Audience.ENTERPRISE, "A_U": Audience.GRASSROOTS_UNION}.get(template, Audience.WORKERS)
    return Selection(survey=made.surveys[template].id, audience=audience, **rest)


def _view(database: Database, store: ColumnStore, selection: Selection, actor: Actor = SYSTEM) -> explore.View:
    return explore.view(database, store, actor=actor, selection=selection, now=NOW).value


def test_views_are_the_figures_of_the_results_page(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    results = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    for part, template in zip(results.parts, ("A_W", "A_E", "A_U"), strict=True):
        found = _view(database, store, _of(made, template))
        assert (found.ballots, found.headcount) == (part.returned, part.headcount)
        readings = {each.name: each for each in found.readings}
        for item in part.items:
            _same(readings[item.code], item)


def _same(reading: explore.Reading, item: Item) -> None:
    assert reading.rated is not None
    if item.rated.is_withheld:
        assert reading.rated.is_withheld
        return
    for ours, theirs in (
        (reading.rated.rate, item.rated.rate),
        (reading.rated.strict, item.rated.strict),
        (reading.rated.index, item.rated.index),
    ):
        assert ours == theirs
    assert {codes[0]: count for codes, count in reading.counts or ()}.items() <= dict(item.counts or {}).items()


def test_teams_are_those_of_the_results_page(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    results = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    groups = explore.grouping(
        database, store, actor=SYSTEM, selection=_of(made), by="team", names=["W10"], now=NOW
    ).value.groups
    assert len(groups) == 4
    by_rate = sorted(
        (group.readings[0].rated for group in groups if group.readings[0].rated),
        key=lambda each: -each.rate.x / each.rate.n,
    )
    assert by_rate == [team.rated for team in results.parts[0].teams]


def test_results_page_and_exploring_withhold_the_same_teams(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    for posting, count in zip(made.postings, (3, 40, 25, 60), strict=True):
        respond(database, made, "A_W", posting.id, [{"W01": ["1"], "W10": ["1"]}] * count)
    results = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    on_page = sorted(team.rated.rate.n or 0 for team in results.parts[0].teams)
    for by in ("team", "unit"):
        groups = explore.grouping(
            database, store, actor=SYSTEM, selection=_of(made), by=by, names=["W10"], now=NOW
        ).value.groups
        assert sorted(group.readings[0].n or 0 for group in groups) == on_page == [0, 0, 40, 60]


def test_filters_and_cross_tabs_are_recounts(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    given = [each.answers for each in made.given if each.survey == "A_W"]
    found = _view(database, store, _of(made, answers=(AnswerFilter("W01", ("1",)),)))
    (reading,) = [each for each in found.readings if each.name == "W10"]
    assert reading.counts is not None
    for codes, count in reading.counts:
        assert count == sum(each.get("W01") == "1" and each.get("W10") in codes for each in given)
    table = explore.cross_tab(
        database, store, actor=SYSTEM, selection=_of(made), row="W01", column="W10", now=NOW
    ).value
    assert table.table is not None
    for codes, row in zip(table.rows, table.table, strict=True):
        for others, count in zip(table.columns, row, strict=True):
            true = sum(each.get("W01") in codes and each.get("W10") in others for each in given)
            assert count == true
            assert true == 0 or true >= CROWD


def test_only_readers_see_their_part(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    leader = sign_up(database, made.unit, username="leader")
    member = sign_up(database, made.unit, username="member", role=Role.TEAM_MEMBER)
    with database.reading() as session:
        place = session.get_one(Unit, made.postings[0].unit_id)
        other = session.get_one(Unit, made.postings[1].unit_id)
    own = sign_up(database, place, username="own")
    assert _view(database, store, _of(made), leader) == _view(database, store, _of(made))
    with pytest.raises(NotFound):
        _view(database, store, _of(made), member)
    here = _view(database, store, _of(made), own)
    assert here.ballots == sum(each.survey == "A_W" and each.posting == made.postings[0].id for each in made.given)
    with pytest.raises(NotFound):
        _view(database, store, _of(made, unit=other.id), own)
    with pytest.raises(NotFound):
        _view(database, store, Selection(survey=10**6, audience=Audience.WORKERS))
    assert {each.audience for each in explore.subjects(database, actor=own, campaign_id=made.campaign.id, now=NOW)}
    with pytest.raises(NotFound):
        explore.subjects(database, actor=member, campaign_id=made.campaign.id, now=NOW)


def test_sealed_surveys_stay_closed_until_they_are(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey = open_survey(database, made, "A_W", Audience.WORKERS)
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], "W10": ["1"]}] * 30)
    _change(database, survey, is_sealed=True)
    selection = _of(made)
    for call in (
        lambda: explore.view(database, store, actor=SYSTEM, selection=selection, now=NOW),
        lambda: explore.units_by_items(database, store, actor=SYSTEM, selection=selection, now=NOW),
        lambda: explore.cross_tab(
            database, store, actor=SYSTEM, selection=selection, row="W01", column="W10", now=NOW
        ),
    ):
        with pytest.raises(StillSealed):
            call()
    (subject,) = explore.subjects(database, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    assert subject.is_sealed
    _change(database, survey, state=SurveyState.CLOSED)
    assert _view(database, store, selection).ballots == 30


def _change(database: Database, survey: Survey, **values: object) -> None:
    with database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Survey, survey.id), name, value)


def test_new_ballots_voided_ones_and_open_batches(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    place = made.postings[0].id
    ballot = {"W01": ["1"], "W10": ["1"]}
    ids = respond(database, made, "A_W", place, [ballot] * 20)
    assert _view(database, store, _of(made)).ballots == 20
    respond(database, made, "A_W", place, [ballot], received_at=NOW - timedelta(minutes=5))
    assert _view(database, store, _of(made)).ballots == 21
    with database.transaction() as session:
        session.add(Voiding(survey_id=made.surveys["A_W"].id, response_id=ids[0], reason="重复", voided_at=NOW))
    assert _view(database, store, _of(made)).ballots == 20
    with database.transaction() as session:
        collector = collectors(database, made.surveys["A_W"])[place]
        batch = Batch(
            collector_id=collector.id,
            posting_id=collector.posting_id,
            unit_id=collector.unit_id,
            mode="paper",
            state=BatchState.OPEN,
            label="纸质",
            note="",
            created_at=NOW,
        )
        session.add(batch)
        session.flush()
    respond(database, made, "A_W", place, [ballot] * 7, batch_id=batch.id)
    assert _view(database, store, _of(made)).ballots == 20


def test_two_places_are_compared(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    first, second = (_of(made, unit=made.postings[place].unit_id) for place in (0, 3))
    found = explore.comparison(database, store, actor=SYSTEM, first=first, second=second, now=NOW).value
    (line,) = [line for line in found.lines if line.first.name == "W10"]
    assert line.rate is not None
    assert line.rate.difference < 0  # nearly all are satisfied at the first place, half at the last


def test_a_return_visit_is_compared_as_the_waves_are(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    place = made.postings[1].unit_id
    first = _of(made, unit=place)
    visit = replace(first, survey=made.surveys["B_1"].id)
    found = explore.comparison(database, store, actor=SYSTEM, first=first, second=visit, now=NOW).value
    (line,) = [line for line in found.lines if line.first.name == "W10"]
    waves = explore.waves(database, store, actor=SYSTEM, selection=first, now=NOW)
    assert waves is not None
    assert waves[1].contrast is not None
    contrast = waves[1].contrast.value
    assert contrast.rate is not None
    assert (line.second.name, line.same_places, line.rate, line.strict) == (
        "F03", 1, contrast.rate, contrast.strict
    )  # fmt: skip
    elsewhere = replace(visit, unit=made.postings[0].unit_id)
    found = explore.comparison(database, store, actor=SYSTEM, first=first, second=elsewhere, now=NOW).value
    (line,) = [line for line in found.lines if line.first.name == "W10"]
    assert line.rate is not None
    assert line.same_places is None
    assert line.rate != contrast.rate


def test_what_cannot_be_asked_is_refused(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    filters = tuple(AnswerFilter(name, ("1",)) for name in ("W01", "W10", "W11"))
    for selection in (
        _of(made, answers=filters),
        _of(made, answers=(AnswerFilter("W99", ("1",)),)),
        _of(made, answers=(AnswerFilter("W01", ("77",)),)),
    ):
        with pytest.raises(BadSelection):
            _view(database, store, selection)
    with pytest.raises(BadSelection):
        explore.cross_tab(
            database,
            store,
            actor=SYSTEM,
            selection=_of(made, answers=filters[:2]),
            row="W12",
            column="W13",
            now=NOW,
        )


def test_what_was_issued_is_told_where_all_came_by_it(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey = survey_over(database, made, "A_W", Audience.WORKERS)
    paper, open_code = made.postings[0], made.postings[1]
    collector = collectors(database, survey)[paper.id]
    with database.transaction() as session:
        batch = Batch(
            collector_id=collector.id,
            posting_id=paper.id,
            unit_id=collector.unit_id,
            mode="paper",
            state=BatchState.RECONCILED,
            label="纸质",
            note="",
            issued=30,
            spoilt=2,
            abstained=1,
            created_at=NOW,
        )
        session.add(batch)
        session.flush()
    ballot = {"W01": ["1"], "W10": ["1"]}
    respond(database, made, "A_W", paper.id, [ballot] * 20, batch_id=batch.id)
    respond(database, made, "A_W", open_code.id, [ballot] * 20)

    def issued(**rest: object) -> tuple[int | None, int | None]:
        found = _view(database, store, _of(made, **rest))
        (reading,) = [each for each in found.readings if each.name == "W10"]
        assert reading.rated is not None
        return reading.rated.rate.issued, found.ballots

    assert issued(unit=paper.unit_id) == (30, 23)
    assert issued(unit=open_code.unit_id) == (None, 20)
    assert issued() == (None, 43)
    respond(database, made, "A_W", paper.id, [ballot])
    assert issued(unit=paper.unit_id) == (None, 24)
