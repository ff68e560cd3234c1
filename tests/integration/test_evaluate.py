"""The figures of a campaign against a plain recount of what was answered, on both databases."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from survey_app.analysis.store import ColumnStore
from survey_app.scoring.evaluation import Comparability, Evaluation, Part, Team, Trust
from survey_app.services import evaluate
from survey_app.services.access import SYSTEM, Actor, NotFound
from survey_app.storage.models import (
    Batch,
    Collector,
    Erasure,
    Invitation,
    Posting,
    Response,
    ReturnVisit,
    Survey,
    Unit,
    Voiding,
)
from survey_app.storage.session import Database
from survey_app.words import Audience, BatchState, Role, SurveyState, UnitKind, VisitState
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

SATISFIED, STRICT, VALID = {"1", "2", "3"}, {"1", "2"}, {"1", "2", "3", "4", "5"}
SCORES = {"1": 100, "2": 80, "3": 60, "4": 30, "5": 0}


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    """An empty column cache."""
    return evaluate.store_in(tmp_path)


@pytest.fixture
def made(database: Database) -> Evaluated:
    """A campaign with workers' survey and nothing answered."""
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    return made


def _evaluate(database: Database, store: ColumnStore, made: Evaluated, actor: Actor = SYSTEM) -> Evaluation:
    return evaluate.evaluate_campaign(database, store, actor=actor, campaign_id=made.campaign.id, now=NOW)


def _workers(database: Database, store: ColumnStore, made: Evaluated) -> Part:
    leading = _evaluate(database, store, made).leading
    assert leading is not None
    assert leading.audience == Audience.WORKERS
    return leading


def _grades(*counts: int) -> list[dict[str, list[str]]]:
    """Ballots with W10 answered by each grade so often."""
    return [
        {"W01": ["1"], "W10": [str(grade)]} for grade, count in enumerate(counts, start=1) for _ in range(count)
    ]


def _xn(answers: list[str | None], counted: set[str] = SATISFIED) -> tuple[int, int]:
    return sum(each in counted for each in answers), sum(each in VALID for each in answers)


def test_figures_equal_a_recount(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    found = _evaluate(database, store, made)
    assert [part.audience for part in found.parts] == [
        Audience.WORKERS,
        Audience.ENTERPRISE,
        Audience.GRASSROOTS_UNION,
    ]
    for part, template in zip(found.parts, ("A_W", "A_E", "A_U"), strict=True):
        assert part.returned == sum(each.survey == template for each in made.given)
        for item in part.items:
            answers = made.answers(template, item.code)
            if set(item.scale.by_code) != VALID | {"6"}:
                continue
            x, n = _xn(answers)
            if n < 5:
                assert item.rated.rate.withheld
                assert item.counts is None
                continue
            assert (item.rated.rate.x, item.rated.rate.n) == (x, n)
            assert item.rated.strict.x == _xn(answers, STRICT)[0]
            scores = [SCORES[each] for each in answers if each in SCORES]
            assert item.rated.index.index == Fraction(sum(scores), len(scores))
            assert item.counts is not None
            assert +Counter(item.counts) == Counter(each for each in answers if each)
            assert item.rated.rate.unknown == answers.count("6")
    assert found.leading is not None
    assert found.leading.headline is not None
    assert found.leading.headline.code == "W10"
    assert found.leading.headcount == 420 + 180 + 260 + 95


def test_teams_equal_a_recount(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    part = _workers(database, store, made)
    expected = {place: _xn(made.answers("A_W", "W10", posting.id)) for place, posting in enumerate(made.postings)}
    found = {_team_number(team): (team.rated.rate.x, team.rated.rate.n) for team in part.teams}
    assert found == expected
    rates = [team.rated.rate.rate for team in part.teams]
    assert rates == sorted(rates, key=lambda rate: -(rate or 0))
    assert part.teams[-1].band is not None
    assert part.teams[0].band == 1
    assert part.teams[-1].band > 1  # every second worker there, nine of ten at the others


def _team_number(team: Team) -> int:
    return ["一队", "二队", "三队", "四队"].index(team.name.zh[-2:])


def test_pooled_items_stand_beside_the_headline(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    part = _workers(database, store, made)
    items = [_xn(made.answers("A_W", f"W1{number}")) for number in range(1, 7)]
    assert part.pooled is not None
    assert (part.pooled.x, part.pooled.n) == (sum(x for x, _ in items), sum(n for _, n in items))
    rated = [
        each.answers
        for each in made.given
        if each.survey == "A_W" and any(each.answers.get(f"W1{n}") in VALID for n in range(1, 7))
    ]
    assert part.pooled.respondents == len(rated)
    assert part.pooled.clusters == 4
    assert part.pooled.metric.endswith("_pooled")


def test_return_visits_stand_beside_the_first_evaluation(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    (waves,) = _evaluate(database, store, made).waves
    (visit,) = waves.visits
    assert (visit.rated.rate.x, visit.rated.rate.n) == _xn(made.answers("B_1", "F03"))
    assert (waves.first.rated.rate.x, waves.first.rated.rate.n) == _xn(made.answers("A_W", "W10"))
    assert visit.contrast.comparability is Comparability.COMPARABLE
    assert visit.contrast.rate is not None
    x1, n1 = _xn(made.answers("A_W", "W10"))
    x2, n2 = _xn(made.answers("B_1", "F03"))
    assert visit.contrast.rate.difference == pytest.approx(x2 / n2 - x1 / n1)
    assert visit.contrast.rate.interval.method == "clustered_contrast_t"
    assert (visit.month, visit.places, waves.first.places) == (1, 4, 4)


def test_other_questions_are_counted_by_kind(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    answered = {each.code: each for each in _workers(database, store, made).answered}
    assert [choice.count for choice in answered["W01"].choices] == [
        made.answers("A_W", "W01").count(code) for code in "123"
    ]
    given = [each for each in made.answers("A_W", "W20") if each]
    assert answered["W20"].n == len(given)
    assert answered["W20"].choices[0].count == sum("1" in each for each in given)
    scores = made.answers("A_W", "W30")
    assert answered["W30"].nps is not None
    assert answered["W30"].nps.n == len(scores)
    assert answered["W30"].nps.index == Fraction(
        100 * (sum(each >= 9 for each in scores) - sum(each <= 6 for each in scores)), len(scores)
    )
    assert answered["B1"].n is None  # nobody answered
    numbers = {each.code: each for each in _evaluate(database, store, made).parts[1].answered}
    assert numbers["E20a"].mean is None


def test_the_worked_example(database: Database, store: ColumnStore, made: Evaluated) -> None:
    """METRICS.md: 936 valid of 980 returned, 97.9 %, strictly 92.2 %, index 90.6."""
    place = made.postings[0].id
    survey = made.surveys["A_W"]
    with database.transaction() as session:
        batch = _batch(collectors(database, survey)[place], issued=1000, returned=989, spoilt=6, abstained=14)
        session.add(batch)
        session.flush()
    respond(database, made, "A_W", place, _grades(612, 251, 53, 12, 8, 30), batch_id=batch.id)
    part = _workers(database, store, made)
    assert part.headline is not None
    rated = part.headline.rated
    assert (rated.rate.percent_text, rated.strict.percent_text, rated.index.value_text) == (
        "97.9%",
        "92.2%",
        "90.6",
    )
    assert (rated.rate.x, rated.rate.n, rated.rate.issued, rated.rate.returned) == (916, 936, 1000, 986)
    assert (rated.rate.unknown, rated.rate.abstained, rated.rate.spoilt, rated.rate.blank) == (30, 14, 6, 0)
    assert (part.known_issued, part.through_open, part.returned) == (1000, 0, 986)


def _batch(collector: Collector, **counts: int) -> Batch:
    return Batch(
        collector_id=collector.id, posting_id=collector.posting_id, unit_id=collector.unit_id, mode="paper",
        state=BatchState.RECONCILED, label="纸质", note="", created_at=NOW, **counts,
    )  # fmt: skip


def test_batches_count_once_their_totals_are_stated(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    place = made.postings[0].id
    with database.transaction() as session:
        batch = _batch(collectors(database, made.surveys["A_W"])[place])
        batch.state = BatchState.OPEN
        session.add(batch)
        session.flush()
    respond(database, made, "A_W", place, _grades(9, 1))
    respond(database, made, "A_W", place, _grades(0, 0, 0, 0, 7), batch_id=batch.id)
    part = _workers(database, store, made)
    assert part.headline is not None
    assert (part.headline.rated.rate.base_text, part.excluded.unreconciled, part.returned) == ("10/10", 7, 10)
    with database.transaction() as session:
        row = session.get_one(Batch, batch.id)
        row.state, row.issued, row.returned = BatchState.RECONCILED, 8, 7
    part = _workers(database, store, made)
    assert part.headline is not None
    assert (part.headline.rated.rate.base_text, part.excluded.unreconciled, part.returned) == ("10/17", 0, 17)
    assert (part.known_issued, part.through_open, part.headline.rated.rate.issued) == (8, 10, None)


def test_invitations_tell_how_many_were_issued(database: Database, store: ColumnStore, made: Evaluated) -> None:
    place = made.postings[1].id
    collector = collectors(database, made.surveys["A_W"])[place]
    with database.transaction() as session:
        session.merge(collector).needs_invitation = True
        for serial, state in enumerate(["unused", "used", "used", "revoked"] * 5, start=1):
            session.add(
                Invitation(
                    collector_id=collector.id, serial=serial, code_hash=f"{serial:064x}", state=state, issued_at=NOW
                )
            )
    respond(database, made, "A_W", place, _grades(8, 2))
    part = _workers(database, store, made)
    assert part.headline is not None
    assert part.headline.rated.rate.issued == 15
    assert part.headline.rated.rate.return_rate == Fraction(10, 15)


def test_small_teams_and_what_would_reveal_them_are_withheld(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    for posting, count in zip(made.postings, (40, 4, 9, 0), strict=True):
        respond(database, made, "A_W", posting.id, _grades(count))
    part = _workers(database, store, made)
    shown = {_team_number(team): team.rated for team in part.teams}
    assert part.headline is not None
    assert part.headline.rated.rate.base_text == "53/53"
    assert shown[0].rate.base_text == "40/40"
    for team in (1, 2, 3):
        assert shown[team].is_withheld
        for figure in (shown[team].rate, shown[team].strict, shown[team].index):
            assert (figure.x, figure.n, figure.index, figure.interval, figure.returned) == (None,) * 5
    assert [team.band for team in part.teams] == [None] * 4  # one team alone is not ranked


def test_nothing_is_shown_of_fewer_than_the_threshold(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    respond(database, made, "A_W", made.postings[0].id, _grades(2, 2))
    part = _workers(database, store, made)
    assert part.headline is not None
    assert part.headline.rated.is_withheld
    assert part.trust is Trust.WITHHELD
    assert all(item.counts is None for item in part.items)
    assert all(each.n is None for each in part.answered)


def test_a_higher_threshold_holds(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS, threshold=11)
    respond(database, made, "A_W", made.postings[0].id, _grades(10))
    part = _workers(database, store, made)
    assert part.headline is not None
    assert part.headline.rated.is_withheld
    assert part.headline.rated.rate.withheld is not None
    assert part.headline.rated.rate.withheld.threshold == 11


def test_voided_and_erased_responses(database: Database, store: ColumnStore, made: Evaluated) -> None:
    place = made.postings[0].id
    survey = made.surveys["A_W"]
    respond(database, made, "A_W", place, _grades(20))
    ids = respond(database, made, "A_W", place, _grades(0, 0, 0, 0, 8))
    _void(database, survey, ids[:3])
    part = _workers(database, store, made)
    assert part.headline is not None
    assert (part.headline.rated.rate.base_text, part.excluded.voided) == ("20/25", 3)
    assert part.excluded.share is not None
    assert (part.excluded.share.base_text, part.excluded.share.metric) == ("3/28", "exclusion_rate")
    assert part.excluded.with_voided is None  # 20/25 beside 20/28 would say what three people answered
    _void(database, survey, ids[3:])
    part = _workers(database, store, made)
    assert part.headline is not None
    assert (part.headline.rated.rate.base_text, part.excluded.voided) == ("20/20", 8)
    assert part.excluded.with_voided is not None
    assert part.excluded.with_voided.base_text == "20/28"
    with database.transaction() as session:
        session.connection().execute(delete(Response.__table__).where(Response.id == ids[0]))
        session.add(Erasure(survey_id=survey.id, response_id=ids[0], erased_at=NOW))
    assert _workers(database, store, made).excluded.voided == 7


def _void(database: Database, survey: Survey, ids: list) -> None:
    with database.transaction() as session:
        session.add_all(Voiding(survey_id=survey.id, response_id=one, reason="重复", voided_at=NOW) for one in ids)


def test_a_sealed_survey_shows_nothing_before_it_closes(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey = open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True)
    respond(database, made, "A_W", made.postings[0].id, _grades(30))
    found = _evaluate(database, store, made)
    assert (found.parts, found.participation, found.waves) == ((), (), ())
    assert [each.title.zh for each in found.sealed] == [survey.title]
    with database.transaction() as session:
        session.get_one(Survey, survey.id).state = SurveyState.CLOSED
    assert _workers(database, store, made).headline is not None


@pytest.mark.parametrize(
    ("count", "trust"), [(955, Trust.CENSUS), (600, Trust.HIGH), (300, Trust.FAIR), (96, Trust.LOW)]
)
def test_trust_follows_participation(
    database: Database, store: ColumnStore, made: Evaluated, count: int, trust: Trust
) -> None:
    respond(database, made, "A_W", made.postings[0].id, _grades(count))
    part = _workers(database, store, made)
    assert part.trust is trust
    assert part.participation == Fraction(count, 955)


def test_without_a_headcount_there_is_no_participation(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    with database.transaction() as session:
        session.merge(made.postings[3]).headcount = None
    respond(database, made, "A_W", made.postings[0].id, _grades(50))
    part = _workers(database, store, made)
    assert (part.participation, part.trust) == (None, Trust.NO_HEADCOUNT)


def test_participation_counts_all_that_came_back(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    for row, posting in zip(_evaluate(database, store, made).participation, made.postings, strict=True):
        for audience, template in ((Audience.WORKERS, "A_W"), (Audience.ENTERPRISE, "A_E")):
            assert row.returned[audience] == len(made.answers(template, "W01", posting.id))
        assert row.headcount == posting.headcount


def test_return_visits_are_counted_by_state(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    by_month = {visits.month: visits for visits in _evaluate(database, store, made).visits}
    assert [(each.month, each.done, each.overdue, each.planned) for each in by_month.values()] == [
        (1, 0, 4, 0),
        (3, 0, 0, 4),
        (6, 0, 0, 4),
    ]
    assert str(by_month[3].next_due) == "2017-07-25"
    assert (by_month[1].on_time.base_text, by_month[1].on_time.metric) == ("0/4", "on_time_rate")
    assert by_month[3].on_time.withheld is not None  # none is due yet
    with database.transaction() as session:
        first, second, third, _rest = session.scalars(
            select(ReturnVisit).where(ReturnVisit.wave == 1).order_by(ReturnVisit.id)
        )
        first.state, first.done_on = VisitState.DONE, first.due_on
        second.state, second.done_on = VisitState.DONE, second.due_on + timedelta(days=1)
        third.state = VisitState.CANCELLED
    month = _evaluate(database, store, made).visits[0]
    assert (month.on_time.base_text, month.done) == ("1/3", 2)


def test_scales_that_differ_are_not_compared(database: Database, store: ColumnStore) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    survey_over(database, made, "B_1", Audience.WORKERS, wave=1)
    place = made.postings[0].id
    respond(database, made, "A_W", place, _grades(20))
    respond(database, made, "B_1", place, [{"F02": ["1"], "F03": ["1"]}] * 20)
    (waves,) = _evaluate(database, store, made).waves
    assert waves.visits[0].contrast.comparability is Comparability.COMPARABLE
    assert waves.visits[0].contrast.rate is not None
    assert waves.visits[0].contrast.rate.interval.method == "newcombe"  # one enterprise is no sample of enterprises


def test_only_readers_of_the_unit_see_results(database: Database, store: ColumnStore, made: Evaluated) -> None:
    leader = sign_up(database, made.unit, username="leader")
    member = sign_up(database, made.unit, username="member", role=Role.TEAM_MEMBER)
    with database.transaction() as session:
        elsewhere = Unit(path="/", kind=UnitKind.DISTRICT, name="别处")
        session.add(elsewhere)
        session.flush()
        elsewhere.path = f"/{elsewhere.id}/"
    stranger = sign_up(database, elsewhere, username="stranger")
    assert _evaluate(database, store, made, leader).campaign_id == made.campaign.id
    for actor in (member, stranger):
        with pytest.raises(NotFound):
            _evaluate(database, store, made, actor)
        assert evaluate.readable_campaigns(database, actor=actor) == ()
    assert [each.campaign.id for each in evaluate.readable_campaigns(database, actor=leader)] == [made.campaign.id]
    with pytest.raises(NotFound):
        evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=10**6, now=NOW)


def test_columns_of_a_database_equal_a_rebuild(database: Database, tmp_path: Path) -> None:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    store = evaluate.store_in(tmp_path)
    for posting, moment in zip(
        made.postings,
        (NOW, NOW - timedelta(days=3), NOW - timedelta(hours=1), NOW - timedelta(days=9)),
        strict=True,
    ):
        respond(database, made, "A_W", posting.id, _grades(7, 1, 2, 3), received_at=moment)
        before = _evaluate(database, store, made)
    assert evaluate.rebuild(database, tmp_path, NOW) == 52
    again = _evaluate(database, evaluate.store_in(tmp_path), made)
    assert again == before
    assert again.parts[0].returned == 52


def test_rates_are_printed_as_the_counts_bear_out(database: Database, store: ColumnStore, made: Evaluated) -> None:
    respond(database, made, "A_W", made.postings[0].id, _grades(2400, 0, 0, 1))
    part = _workers(database, store, made)
    assert part.headline is not None
    assert part.headline.rated.rate.percent_text == "99.9%"


def test_responses_without_a_posting_are_a_row_of_their_own(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    place = made.postings[0].id
    collector = collectors(database, made.surveys["A_W"])[place]
    respond(database, made, "A_W", place, _grades(20))
    with database.transaction() as session:
        for _ in range(6):
            session.add(
                Response(
                    id=uuid4(), survey_id=collector.survey_id, version_id=made.surveys["A_W"].version_id,
                    collector_id=collector.id, posting_id=None, unit_id=made.unit.id, audience="workers",
                    mode="web", locale="en", received_at=NOW - timedelta(days=2), answers={"W01": "1", "W10": "5"},
                )
            )  # fmt: skip
    part = _workers(database, store, made)
    (of_none,) = [team for team in part.teams if not team.name]
    assert of_none.rated.rate.base_text == "0/6"
    assert of_none.band is None
    assert part.headcount is None
    assert part.headline is not None
    assert part.headline.rated.rate.base_text == "20/26"
    assert replace(part, teams=()).returned == 26


def test_what_has_not_changed_is_not_worked_out_again(database: Database, store: ColumnStore) -> None:
    made = make_evaluated(database)
    before = _evaluate(database, store, made)
    assert _evaluate(database, store, made) is before
    respond(database, made, "A_W", made.postings[0].id, _grades(20))
    more = _evaluate(database, store, made)
    assert more.parts[0].returned == before.parts[0].returned + 20
    with database.transaction() as session:
        session.get_one(Posting, made.postings[0].id).headcount = 4200
    other = _evaluate(database, store, made)
    assert (other.parts[0].headcount or 0) > (more.parts[0].headcount or 0)
    with database.transaction() as session:
        session.get_one(Unit, made.postings[0].unit_id).name = "更名后的企业"
    assert _evaluate(database, store, made).participation[0].place.zh == "更名后的企业"
