"""Moving a collector changes what comes in from then on, and no figure of what came in before."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from survey_app.scoring.evaluation import Participation, Team
from survey_app.services import collectors, evaluate, import_responses, invitations, surveys
from survey_app.services.access import SYSTEM
from survey_app.services.invitations import Run
from survey_app.storage.models import Collector
from survey_app.storage.queries import explore
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, Purpose, SurveyState
from tests.support.ballots import csv_file
from tests.support.evaluated import NOW, Evaluated, make_campaign, open_survey, respond
from tests.support.evaluated import collectors as collectors_of
from tests.support.rows import fill

KEY = "a secret key of at least thirty-two characters"
BALLOTS = csv_file("W01,W10,count", "1,1,12", "1,4,6")


@pytest.fixture
def made(database: Database) -> Evaluated:
    """A campaign with the workers' survey in the field and nothing answered."""
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS)
    return made


@pytest.fixture
def collector(database: Database, made: Evaluated) -> Collector:
    """The workers' collector at the first enterprise."""
    return collectors_of(database, made.surveys["A_W"])[made.postings[0].id]


class _Figures:
    """What the results say of each enterprise and team, in the campaign's order."""

    def __init__(self, database: Database, made: Evaluated, folder: Path) -> None:
        store = evaluate.store_in(folder)
        found = evaluate.evaluate_campaign(
            database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW + timedelta(hours=2)
        )
        assert found.leading is not None
        self.part = found.leading
        self.places: list[Participation] = list(found.participation)
        self.teams: dict[str, Team] = {team.name.zh[-2:]: team for team in found.leading.teams}

    def returned(self) -> list[int]:
        return [row.returned[Audience.WORKERS] for row in self.places]


def _move(database: Database, made: Evaluated, collector: Collector, posting: int = 1) -> None:
    collectors.move(
        database, actor=SYSTEM, collector_id=collector.id, posting_id=made.postings[posting].id, now=NOW
    )


def _paper(database: Database, collector: Collector) -> int:
    source = import_responses.Source("票箱.csv", BALLOTS, Mode.PAPER, allow_blanks=True)
    done = import_responses.carry_out(database, actor=SYSTEM, collector_id=collector.id, source=source, now=NOW)
    import_responses.state_totals(
        database, actor=SYSTEM, batch_id=done.batch.id, issued=30, returned=25, spoilt=4, abstained=3, now=NOW
    )
    return done.batch.id


def test_paper_stays_with_the_enterprise_that_it_came_from(
    database: Database, made: Evaluated, collector: Collector, tmp_path: Path
) -> None:
    _paper(database, collector)
    before = _Figures(database, made, tmp_path)
    assert before.returned()[:2] == [25, 0]
    assert before.teams["一队"].rated.rate.issued == 30
    _move(database, made, collector)
    after = _Figures(database, made, tmp_path)
    assert after.returned() == before.returned()
    assert after.teams == before.teams
    assert (after.part.returned, after.part.known_issued) == (25, 30)


def test_the_list_of_batches_names_the_enterprise_that_the_paper_came_from(
    database: Database, made: Evaluated, collector: Collector
) -> None:
    batch_id = _paper(database, collector)
    _move(database, made, collector)
    (listed,) = import_responses.batches_of(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id)
    assert listed.batch.unit.name == "到职工中去武汉重型机床"
    assert listed.collector.label == "2"  # the second one at the enterprise where it stands now
    assert listed.label == ""
    assert import_responses.batch_page(database, actor=SYSTEM, batch_id=batch_id).batch.unit.name.endswith(
        "武汉重型机床"
    )


def test_codes_stay_issued_where_they_were_handed_out(
    database: Database, made: Evaluated, collector: Collector, tmp_path: Path
) -> None:
    with database.transaction() as session:
        session.get_one(Collector, collector.id).needs_invitation = True
    _issue(database, collector, 40)
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], "W10": ["1"]}] * 12)
    before = _Figures(database, made, tmp_path)
    assert before.teams["一队"].rated.rate.issued == 40
    _move(database, made, collector)
    _issue(database, collector, 15)
    after = _Figures(database, made, tmp_path)
    assert after.teams["一队"] == before.teams["一队"]
    assert (after.part.known_issued, after.part.through_open) == (55, 0)


def test_more_answers_than_codes_are_no_return_rate(
    database: Database, made: Evaluated, collector: Collector, tmp_path: Path
) -> None:
    with database.transaction() as session:
        session.get_one(Collector, collector.id).needs_invitation = True
    _issue(database, collector, 40)
    _move(database, made, collector)
    _issue(database, collector, 6)
    moved = {
        key: each for key, each in collectors_of(database, made.surveys["A_W"]).items() if each.id == collector.id
    }
    assert list(moved) == [made.postings[1].id]
    respond(database, made, "A_W", made.postings[1].id, [{"W01": ["1"], "W10": ["1"]}] * 9)
    assert _Figures(database, made, tmp_path).teams["二队"].rated.rate.issued is None


def test_an_enterprise_that_was_asked_and_did_not_answer_stays_in_the_headcount(
    database: Database, made: Evaluated, collector: Collector, tmp_path: Path
) -> None:
    respond(database, made, "A_W", made.postings[2].id, [{"W01": ["1"], "W10": ["1"]}] * 12)
    before = _Figures(database, made, tmp_path)
    _move(database, made, collector)
    _move(database, made, collector, 2)
    _move(database, made, collector, 1)
    after = _Figures(database, made, tmp_path)
    assert after.part.headcount == before.part.headcount == 420 + 180 + 260 + 95
    assert after.returned() == before.returned() == [0, 0, 12, 0]
    with database.reading() as session:
        asked = explore.asked_at(session, [made.surveys["A_W"].id], Audience.WORKERS)
    assert set(asked) == {posting.id for posting in made.postings}


def test_before_a_survey_opens_a_code_may_be_put_elsewhere_without_a_trace(
    database: Database, made: Evaluated, collector: Collector, tmp_path: Path
) -> None:
    survey = surveys.create_survey(
        database, actor=SYSTEM, campaign_id=made.campaign.id, version_id=made.surveys["A_W"].version_id,
        title="再测", purpose=Purpose.AWARENESS, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip
    first = collectors_of(database, survey)[made.postings[0].id]
    _move(database, made, first)
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    surveys.change_state(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, state=SurveyState.CLOSED, now=NOW
    )
    found = evaluate.evaluate_campaign(
        database, evaluate.store_in(tmp_path), actor=SYSTEM, campaign_id=made.campaign.id, now=NOW
    )
    awareness = next(part for part in found.parts if part.title.zh == "再测")
    assert awareness.headcount == 180 + 260 + 95


def _issue(database: Database, collector: Collector, count: int) -> Run:
    return invitations.issue(database, actor=SYSTEM, key=KEY, collector_id=collector.id, count=count, now=NOW)


def test_what_was_there_before_gets_its_place_from_its_ballots_or_its_collector(database: Database) -> None:
    fill(database)
    with database.transaction() as session:
        without_ballots = (
            "INSERT INTO batch (collector_id, unit_id, mode, state, label, spoilt, abstained, file_name, note, "
            "created_at) SELECT collector_id, unit_id, mode, state, '又一批', 0, 0, '', '', created_at FROM batch"
        )
        session.execute(text(without_ballots))
        session.execute(text("UPDATE survey SET state = 'closed' WHERE id = 1"))
    database.downgrade("0003")
    with database.transaction() as session:  # as if the collector had been moved since
        given = session.execute(text("SELECT posting_id, unit_id FROM response")).one()
        session.execute(text("UPDATE collector SET posting_id = NULL, unit_id = (SELECT MIN(id) FROM unit)"))
        now = session.execute(text("SELECT posting_id, unit_id FROM collector LIMIT 1")).one()
    assert tuple(given) != tuple(now)
    database.migrate()
    with database.reading() as session:
        batches = session.execute(text("SELECT posting_id, unit_id FROM batch ORDER BY id")).all()
        assert [tuple(each) for each in batches] == [tuple(given), tuple(now)]
        closed = session.execute(text("SELECT id FROM survey WHERE closed_at IS NOT NULL")).all()
        assert [row.id for row in closed] == [1]
