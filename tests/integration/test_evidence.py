"""Evidence against proxy filling: what stands out, both figures, and leaving out without giving anybody away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.analysis.store import ColumnStore
from survey_app.scoring.proxy import Limits
from survey_app.services import evaluate, evidence, surveys
from survey_app.services.access import SYSTEM, NotFound
from survey_app.services.evidence import ChangedMeanwhile, Evidence, ReasonMissing, TooFew
from survey_app.storage.models import AuditEntry, Batch, Response, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, Role, SurveyState
from tests.support.evaluated import NOW, Evaluated, collectors, make_campaign, respond, sign_up, survey_over
from tests.support.sessions import client_of
from tests.support.union import token

ITEMS = [f"W1{number}" for number in range(7)]


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    return evaluate.store_in(tmp_path)


@pytest.fixture
def made(database: Database) -> Evaluated:
    made = make_campaign(database)
    survey_over(database, made, "A_W", Audience.WORKERS)
    return made


def _copy(grades: str = "1213121") -> dict[str, list[str]]:
    return {"W01": ["1"], "W02": ["3"], **{item: [grade] for item, grade in zip(ITEMS, grades, strict=True)}}


def _honest(database: Database, made: Evaluated, count: int = 40, posting: int = 0) -> None:
    """People who answer over days, dissatisfied as well as satisfied, in a minute or two."""
    for number in range(count):
        raw = {"W01": ["1"], "W10": [str(1 + number % 5)]}
        moment = NOW - timedelta(days=40, minutes=20 * number)
        respond(database, made, "A_W", made.postings[posting].id, [raw], received_at=moment, seconds=90)


def _copied(database: Database, made: Evaluated, count: int = 12, posting: int = 0) -> None:
    respond(database, made, "A_W", made.postings[posting].id, [_copy()] * count, seconds=60)


def _see(database: Database, store: ColumnStore, made: Evaluated) -> Evidence:
    return evidence.evidence(database, store, actor=SYSTEM, survey_id=made.surveys["A_W"].id, now=NOW)


def _here(database: Database, made: Evaluated, posting: int = 0) -> int:
    return collectors(database, made.surveys["A_W"])[made.postings[posting].id].id


def _void(database: Database, store: ColumnStore, made: Evaluated, *chosen: int, seen: int = 0, **more) -> int:
    values = {"reason": "经核实为代填", "now": NOW} | more
    return evidence.void(
        database, store, actor=SYSTEM, survey_id=made.surveys["A_W"].id, collector_ids=chosen, seen=seen, **values
    )


def _set(database: Database, made: Evaluated, seen: int, **limits) -> int:
    return evidence.set_limits(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, limits=Limits(**limits), reason="会上集中作答",
        seen=seen, now=NOW,
    )  # fmt: skip


def _headline(database: Database, store: ColumnStore, made: Evaluated):
    found = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    assert found.leading is not None
    assert found.leading.headline is not None
    return found.leading.headline.rated


def test_copies_stand_out_by_collector_and_slot(database: Database, store: ColumnStore, made: Evaluated) -> None:
    _honest(database, made)
    _copied(database, made)
    respond(database, made, "A_W", made.postings[1].id, [{"W01": ["1"], "W10": ["1"]}] * 3, seconds=1)
    found = _see(database, store, made)
    assert (found.total.judged, found.total.flagged) == (55, 15)
    lines = {line.collector.posting_id: line for line in found.lines}
    first, second = (lines[made.postings[place].id] for place in (0, 1))
    assert (first.counts.identical, first.counts.too_fast, first.may_void) == (12, 0, 12)
    assert (second.counts.too_fast, second.counts.identical, second.may_void) == (3, 0, 0)
    assert [each.counts.flagged for each in found.slots] == [12, 3]
    assert found.slots[0].begins == NOW - timedelta(days=50)


def test_what_others_entered_is_not_judged(database: Database, store: ColumnStore, made: Evaluated) -> None:
    here = collectors(database, made.surveys["A_W"])[made.postings[0].id]
    with database.transaction() as session:
        batch = Batch(
            collector_id=here.id, posting_id=here.posting_id, unit_id=here.unit_id, mode=Mode.PAPER, label="纸",
            created_at=NOW,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        for mode, batch_id in ((Mode.PAPER, batch.id), (Mode.PHONE, None)):
            session.add_all(
                Response(
                    id=uuid4(),
                    survey_id=here.survey_id,
                    version_id=made.surveys["A_W"].version_id,
                    collector_id=here.id,
                    posting_id=here.posting_id,
                    unit_id=here.unit_id,
                    batch_id=batch_id,
                    audience=here.audience,
                    mode=mode,
                    locale="zh_Hans_CN",
                    received_at=NOW - timedelta(days=1),
                    seconds=1,
                    answers={"W01": "1", "W10": "1"},
                )
                for _ in range(40)
            )
    assert _see(database, store, made).total.judged == 0


def test_both_figures_are_those_of_the_results_page(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    _honest(database, made)
    _copied(database, made)
    found = _see(database, store, made)
    assert found.pairs is not None
    (pair,) = found.pairs
    assert pair.before.rated == _headline(database, store, made)
    assert (pair.before.rated.rate.x, pair.before.rated.rate.n) == (24 + 12, 52)
    assert pair.without is not None
    assert (pair.without.rated.rate.x, pair.without.rated.rate.n) == (24, 40)
    assert _void(database, store, made, _here(database, made)) == 12
    assert _headline(database, store, made) == pair.without.rated


def test_a_few_flagged_are_neither_subtracted_nor_left_out(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    _honest(database, made)
    _copied(database, made, 4)
    found = _see(database, store, made)
    assert found.total.flagged == 4
    assert found.pairs is not None
    assert found.pairs[0].without is None
    with pytest.raises(TooFew):
        _void(database, store, made, _here(database, made))


def test_two_limits_do_not_differ_by_a_few(database: Database, store: ColumnStore, made: Evaluated) -> None:
    _honest(database, made)
    _copied(database, made)
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], "W10": ["5"]}], seconds=4)
    assert _see(database, store, made).total.flagged == 12
    assert _void(database, store, made, _here(database, made)) == 12
    (act,) = _see(database, store, made).acts
    restored = {"actor": SYSTEM, "survey_id": made.surveys["A_W"].id, "voided_at": act.voided_at}
    assert evidence.restore(database, **restored, reason="核实为本人填写", now=NOW) == 12
    _set(database, made, 0, seconds_per_answer=2.5)  # one more is flagged now: it could be subtracted
    found = _see(database, store, made)
    assert found.total.flagged == 13
    assert found.pairs is not None
    assert found.pairs[0].without is None
    with pytest.raises(TooFew):
        _void(database, store, made, _here(database, made), seen=1)


@pytest.mark.parametrize(("answer", "is_shown"), [(1, False), (5, True)])
def test_two_limits_do_not_differ_by_a_few_who_answered_the_headline(
    database: Database, store: ColumnStore, made: Evaluated, *, answer: int, is_shown: bool
) -> None:
    """Six more are flagged; what can be subtracted are those of them who gave a verdict."""
    _honest(database, made)
    _copied(database, made)
    for number in range(6):
        verdict = {"W10": ["5"]} if number < answer else {"W02": ["3"]}
        respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], **verdict}], seconds=4)
    _set(database, made, 0, seconds_per_answer=2.5)
    found = _see(database, store, made)
    assert found.total.flagged == 18
    assert found.pairs is not None
    assert (found.pairs[0].without is not None) == is_shown


def test_two_limits_do_not_differ_by_a_few_of_an_audience(
    database: Database, store: ColumnStore, made: Evaluated
) -> None:
    """Each audience has a headline of its own: six more are flagged, one of them of the grassroots union."""
    for more in (5, 1):
        _honest(database, made)
        _copied(database, made)
        fast = {"W01": ["1"], "W10": ["5"]}
        respond(database, made, "A_W", made.postings[0].id, [fast] * more, seconds=4)
        # What comes next, comes by the ways of the other audience.
        surveys.add_missing_collectors(
            database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, audiences=[Audience.GRASSROOTS_UNION], now=NOW
        )
    _set(database, made, 0, seconds_per_answer=2.5)
    found = _see(database, store, made)
    assert found.total.flagged == 30
    assert found.pairs is not None
    told = {each.before.audience: each.without is not None for each in found.pairs}
    assert told == {Audience.WORKERS: True, Audience.GRASSROOTS_UNION: False}


def test_limits_are_a_versioned_rule_of_the_survey(database: Database, store: ColumnStore, made: Evaluated) -> None:
    _copied(database, made, 12)
    assert _set(database, made, 0, identical=20) == 1
    found = _see(database, store, made)
    assert (found.version.number, found.version.limits.identical, found.total.flagged) == (1, 20, 0)
    with pytest.raises(ChangedMeanwhile):
        _set(database, made, 0, identical=10)
    with pytest.raises(ChangedMeanwhile):
        _void(database, store, made, _here(database, made), seen=0)
    assert _set(database, made, 1, identical=20) == 1  # nothing changed


def test_deeds_need_a_reason_and_stand_in_the_log(database: Database, store: ColumnStore, made: Evaluated) -> None:
    _honest(database, made)
    _copied(database, made)
    with pytest.raises(ReasonMissing):
        _void(database, store, made, _here(database, made), reason=" ")
    before = _headline(database, store, made)
    _void(database, store, made, _here(database, made))
    results = evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    assert results.leading is not None
    assert (results.leading.excluded.voided, results.leading.excluded.with_voided) == (12, before.rate)
    (act,) = _see(database, store, made).acts
    asked = {"actor": SYSTEM, "survey_id": made.surveys["A_W"].id, "voided_at": act.voided_at, "now": NOW}
    with pytest.raises(ReasonMissing):
        evidence.restore(database, **asked, reason="")
    evidence.restore(database, **asked, reason="核实为本人填写")
    with pytest.raises(NotFound):
        evidence.restore(database, **asked, reason="再来一次")
    assert _headline(database, store, made) == before
    with database.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("responses_"))).all()
    assert [(each.action, each.detail["ballots"], each.detail["reason"]) for each in found] == [
        ("responses_voided", 12, "经核实为代填"),
        ("responses_restored", 12, "核实为本人填写"),
    ]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_survey_that_takes_answers_shows_signs_and_no_figure(
    database: Database, store: ColumnStore, made: Evaluated, *, is_sealed: bool
) -> None:
    _honest(database, made)
    _copied(database, made)
    with database.transaction() as session:
        survey = session.get_one(Survey, made.surveys["A_W"].id)
        survey.state, survey.is_sealed = SurveyState.OPEN, is_sealed
    found = _see(database, store, made)
    assert found.total.flagged == 12
    assert found.pairs is None


def test_the_page(app: Flask, database: Database, made: Evaluated) -> None:
    _honest(database, made)
    _copied(database, made)
    client = client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))
    address = f"/surveys/{made.surveys['A_W'].id}/evidence"
    page = client.get(address).text
    assert "69.2%" in page  # 36 of 52
    assert "60.0%" in page  # 24 of 40
    key = {"csrf_token": token(client)}
    limits = {"burst": "30", "identical": "1", "identical_answers": "8", "seconds_per_answer": "1", "reason": "会"}
    assert client.post(f"{address}/limits", data=key | limits | {"seen": "0"}).status_code == 422
    chosen = {"collector": str(_here(database, made)), "seen": "0"}
    assert "请写明理由" in client.post(f"{address}/void", data=key | chosen, follow_redirects=True).text
    done = client.post(f"{address}/void", data=key | chosen | {"reason": "经核实"}, follow_redirects=True).text
    assert "12 份答卷已从统计中剔除" in done
    (stamp,) = {each.split('"')[0] for each in done.split('name="voided_at" value="')[1:]}
    back = client.post(
        f"{address}/restore", data=key | {"voided_at": stamp, "reason": "误剔"}, follow_redirects=True
    ).text
    assert "12 份答卷已恢复计入" in back


def test_only_who_organises_sees_it(database: Database, store: ColumnStore, made: Evaluated) -> None:
    leader = sign_up(database, made.unit, username="leader", role=Role.LEADER)
    with pytest.raises(NotFound):
        evidence.evidence(database, store, actor=leader, survey_id=made.surveys["A_W"].id, now=NOW)
