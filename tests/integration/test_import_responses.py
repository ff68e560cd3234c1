"""Ballots from files into the database: first what would happen, then all of it or nothing, and never twice."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from survey_app.analysis.columns import Columns
from survey_app.analysis.layout import Array, Sort
from survey_app.interchange.refusals import FileRefused
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import evaluate, import_responses, questionnaires, surveys
from survey_app.services.access import SYSTEM, NotFound
from survey_app.services.import_responses import RowsRefused, Source, TotalsDoNotReconcile
from survey_app.storage.models import AuditEntry, Batch, Collector, Response, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, BatchState, Mode, Purpose, SurveyState
from tests.support.ballots import JOB_SATISFACTION, csv_file, every_kind, job_satisfaction, xlsx_file
from tests.support.office import NOW, Office, make_office


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def survey_of(database: Database, office: Office) -> Callable[[Questionnaire], Survey]:
    def make(definition: Questionnaire) -> Survey:
        actor = office.organiser
        row = questionnaires.copy_template(
            database, actor=actor, template_code="A_W", unit_id=office.unit.id, now=NOW
        )
        questionnaires.save_draft(
            database,
            actor=actor,
            questionnaire_id=row.id,
            definition=definition,
            revision=row.draft_revision,
            now=NOW,
        )
        version = questionnaires.publish(database, actor=actor, questionnaire_id=row.id, now=NOW)
        return surveys.create_survey(
            database,
            actor=actor,
            campaign_id=office.campaign.id,
            version_id=version.id,
            title="纸质问卷",
            purpose=Purpose.ACTIVITY_EVALUATION,
            audiences=[Audience.WORKERS],
            now=NOW,
        )

    return make


@pytest.fixture
def collector(survey_of: Callable[[Questionnaire], Survey]) -> Collector:
    return survey_of(every_kind()).collectors[0]


class _Importer:
    """Previews and imports files of the office's organiser."""

    def __init__(self, database: Database, office: Office) -> None:
        self.database = database
        self.actor = office.organiser

    def preview(self, collector: Collector, content: bytes, **how: bool) -> import_responses.ImportPlan:
        source = Source("票.csv", content, **how)
        return import_responses.preview(
            self.database, actor=self.actor, collector_id=collector.id, source=source, now=NOW
        )

    def carry_out(
        self, collector: Collector, content: bytes, *, accept_refused: bool = False, **how: bool
    ) -> import_responses.Imported:
        source = Source("票.csv", content, **how)
        return import_responses.carry_out(
            self.database,
            actor=self.actor,
            collector_id=collector.id,
            source=source,
            accept_refused=accept_refused,
            now=NOW,
        )

    def responses(self) -> list[Response]:
        with self.database.reading() as session:
            return list(session.scalars(select(Response)))

    def batches(self) -> list[Batch]:
        with self.database.reading() as session:
            return list(session.scalars(select(Batch).order_by(Batch.id)))


@pytest.fixture
def importer(database: Database, office: Office) -> _Importer:
    return _Importer(database, office)


def _satisfied(responses: list[Response], management: str | None = None) -> tuple[int, int]:
    """Count ballots with high satisfaction of one's own, and all, recounted from what is stored."""
    own = [
        each.answers["own"] for each in responses if management is None or each.answers["management"] == management
    ]
    return own.count("high"), len(own)


def test_the_715_workers(importer: _Importer, survey_of: Callable[[Questionnaire], Survey]) -> None:
    survey = survey_of(job_satisfaction())
    collector = survey.collectors[0]
    content = JOB_SATISFACTION.read_bytes()

    plan = importer.preview(collector, content)
    assert (plan.new, plan.ballots.row_count, plan.ballots.problems) == (715, 8, ())
    assert importer.responses() == []

    done = importer.carry_out(collector, content)
    responses = importer.responses()
    assert (done.added, len(responses)) == (715, 715)
    assert {(each.mode, each.batch_id, each.survey_id) for each in responses} == {
        (Mode.PAPER, done.batch.id, survey.id)
    }
    assert _satisfied(responses) == (443, 715)
    assert _satisfied(responses, "good") == (314, 451)
    assert _satisfied(responses, "bad") == (129, 264)


def test_the_715_workers_in_the_columns_that_figures_are_counted_from(
    importer: _Importer, survey_of: Callable[[Questionnaire], Survey], database: Database, tmp_path: Path
) -> None:
    survey = survey_of(job_satisfaction())
    importer.carry_out(survey.collectors[0], JOB_SATISFACTION.read_bytes())
    with database.reading() as session:
        source = evaluate.DatabaseSource.of(session, database, session.get_one(Survey, survey.id))
        columns = evaluate.store_in(tmp_path).snapshot(source, NOW).columns
    management, own = (columns.column(field, Sort.CODED) for field in ("management", "own"))
    assert management is not None
    assert own is not None
    good, bad = (_values(columns, "management") == management.codes.index(code) for code in ("good", "bad"))
    high = _values(columns, "own") == own.codes.index("high")
    assert (high.sum(), high.size) == (443, 715)
    assert ((good & high).sum(), good.sum()) == (314, 451)
    assert ((bad & high).sum(), bad.sum()) == (129, 264)


def _values(columns: Columns, field: str) -> Array:
    column = columns.column(field, Sort.CODED)
    assert column is not None
    return np.concatenate([piece.of(column.name) for piece in columns.pieces])


def test_an_imported_batch_counts_once_its_totals_agree(
    importer: _Importer, survey_of: Callable[[Questionnaire], Survey], database: Database, tmp_path: Path
) -> None:
    survey = survey_of(job_satisfaction())
    done = importer.carry_out(survey.collectors[0], JOB_SATISFACTION.read_bytes())
    store = evaluate.store_in(tmp_path)

    def headline() -> tuple[int | None, int | None] | None:
        found = evaluate.evaluate_campaign(
            database, store, actor=SYSTEM, campaign_id=survey.campaign_id, now=NOW
        ).leading
        if found is None or found.headline is None:
            return None
        return found.headline.rated.rate.x, found.headline.rated.rate.n

    assert headline() in {None, (None, None)}
    import_responses.state_totals(
        database, actor=importer.actor, batch_id=done.batch.id, issued=None, returned=720, spoilt=5, now=NOW
    )
    # While the survey takes answers, who looks before and after a file came in must not learn what is in it.
    assert headline() in {None, (None, None)}
    for state in (SurveyState.OPEN, SurveyState.CLOSED):
        surveys.change_state(database, actor=importer.actor, survey_id=survey.id, state=state, now=NOW)
    assert headline() == (443, 715)


def test_the_same_file_again_adds_nothing_and_says_so(importer: _Importer, collector: Collector) -> None:
    content = csv_file("K1,K2,count", "1,1,3", "2,,1")
    first = importer.carry_out(collector, content)
    plan = importer.preview(collector, content)
    assert (plan.new, plan.present, plan.earlier and plan.earlier.id) == (0, 4, first.batch.id)
    again = importer.carry_out(collector, content)
    assert (again.added, again.present, again.batch.id) == (0, 4, first.batch.id)
    assert len(importer.responses()) == 4
    assert len(importer.batches()) == 1


def test_identical_ballots_in_one_file_are_all_counted(importer: _Importer, collector: Collector) -> None:
    importer.carry_out(collector, csv_file("K1,K2", "1,1", "1,1", "1,1"))
    assert len(importer.responses()) == 3


def test_the_same_file_for_another_collector_is_another_batch(
    importer: _Importer, survey_of: Callable[[Questionnaire], Survey]
) -> None:
    one, other = survey_of(every_kind()).collectors
    content = csv_file("K1,K2", "1,1")
    importer.carry_out(one, content)
    assert importer.carry_out(other, content).added == 1


def test_a_corrected_file_is_shown_the_batch_before(importer: _Importer, collector: Collector) -> None:
    first = importer.carry_out(collector, csv_file("K1,K2", "1,1"))
    plan = importer.preview(collector, csv_file("K1,K2", "1,2"))
    assert [batch.id for batch in plan.others] == [first.batch.id]
    assert plan.earlier is None


def test_nothing_is_imported_while_a_row_is_refused(importer: _Importer, collector: Collector) -> None:
    content = csv_file("K1,K2", "1,1", "1,8")
    with pytest.raises(RowsRefused) as refused:
        importer.carry_out(collector, content)
    assert [(p.row, p.header) for p in refused.value.plan.ballots.problems] == [(3, "K2")]
    assert importer.responses() == []
    assert importer.batches() == []


def test_the_rest_is_imported_when_told_to(importer: _Importer, collector: Collector) -> None:
    done = importer.carry_out(collector, csv_file("K1,K2", "1,1", "1,8"), accept_refused=True)
    assert (done.added, done.refused) == (1, 1)
    assert [each.answers for each in importer.responses()] == [{"K1": "1", "K2": "1"}]


def test_nothing_is_imported_when_every_row_is_refused(importer: _Importer, collector: Collector) -> None:
    with pytest.raises(RowsRefused):
        importer.carry_out(collector, csv_file("K1,K2", "1,8"), accept_refused=True)
    assert importer.batches() == []


def test_blanks_are_imported_when_told_to(importer: _Importer, collector: Collector) -> None:
    done = importer.carry_out(collector, csv_file("K1,K2,K7", "1,,好"), allow_blanks=True)
    assert done.added == 1
    assert importer.responses()[0].answers == {"K1": "1", "K7": "好"}


def test_way_and_day_are_the_rows_own(importer: _Importer, collector: Collector) -> None:
    importer.carry_out(collector, csv_file("K1,K2,mode,date", "1,1,phone,2026-04-02"))
    stored = importer.responses()[0]
    assert stored.mode == Mode.PHONE
    assert stored.received_at.isoformat() == "2026-04-02T04:00:00+00:00"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"K1,K2\r\n1,\x00\r\n",
        b"PK\x03\x04" + b"\0" * 100,
        csv_file("K1,K1,K2", "1,1,1"),
        csv_file("姓名", "甲"),
        csv_file("K1,K2", *["1,1"] * 50_001),
        xlsx_file(["K1", "K2"], [1, 1])[:500],
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(
    importer: _Importer, collector: Collector, content: bytes
) -> None:
    with pytest.raises(FileRefused):
        importer.carry_out(collector, content, accept_refused=True)
    assert importer.responses() == []
    assert importer.batches() == []


def test_who_imported_what_is_on_record(importer: _Importer, collector: Collector, database: Database) -> None:
    content = csv_file("K1,K2", "1,1", "1,8")
    done = importer.carry_out(collector, content, accept_refused=True)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "responses_imported")).one()
    assert (entry.actor_id, entry.subject_id, entry.at) == (importer.actor.user_id, str(done.batch.id), NOW)
    assert (entry.detail["added"], entry.detail["refused_rows"]) == (1, 1)
    assert entry.detail["sha256"] == Source("票.csv", content).sha256


def test_others_cannot_import_into_this_collector(database: Database, office: Office, collector: Collector) -> None:
    source = Source("票.csv", csv_file("K1,K2", "1,1"))
    for person in (office.stranger, office.leader):
        with pytest.raises(NotFound):
            import_responses.preview(database, actor=person, collector_id=collector.id, source=source, now=NOW)
        with pytest.raises(NotFound):
            import_responses.carry_out(database, actor=person, collector_id=collector.id, source=source, now=NOW)
        with pytest.raises(NotFound):
            import_responses.template(database, actor=person, survey_id=collector.survey_id, locale="en")


def test_the_collectors_code_is_taken_as_people_type_it(
    database: Database, office: Office, collector: Collector
) -> None:
    typed = f" {collector.code[:4].lower()}-{collector.code[4:]} "
    found = import_responses.collector_by_code(database, actor=office.organiser, code=typed)
    assert found.id == collector.id


def test_totals_of_a_batch_must_reconcile(
    importer: _Importer, collector: Collector, database: Database, office: Office
) -> None:
    done = importer.carry_out(collector, csv_file("K1,K2,count", "1,1,8"))

    def state(issued: int, returned: int, spoilt: int, abstained: int) -> import_responses.BatchPage:
        return import_responses.state_totals(
            database,
            actor=office.organiser,
            batch_id=done.batch.id,
            issued=issued,
            returned=returned,
            spoilt=spoilt,
            abstained=abstained,
            now=NOW + timedelta(hours=1),
        )

    with pytest.raises(TotalsDoNotReconcile) as refused:
        state(12, 9, 1, 1)
    assert (refused.value.kind, refused.value.expected) == ("returned", 10)
    with pytest.raises(TotalsDoNotReconcile) as refused:
        state(9, 10, 1, 1)
    assert (refused.value.kind, refused.value.expected) == ("issued", 10)
    assert importer.batches()[0].state == BatchState.OPEN

    page = state(12, 10, 1, 1)
    assert (page.stored, page.batch.issued, page.batch.state) == (8, 12, BatchState.RECONCILED)
