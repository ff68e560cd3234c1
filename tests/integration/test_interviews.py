"""Interviews by telephone: the same questions and rules, marked as such, and tied to nobody."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.services import collect, interviews
from survey_app.services.access import Actor, NotFound
from survey_app.services.interviews import Bar, NotByTelephone
from survey_app.storage.models import AuditEntry, Collector, InterviewCount, Response, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, Role
from tests.support.evaluated import NOW, Evaluated, collectors, make_campaign, open_survey, sign_up
from tests.support.sessions import client_of
from tests.support.union import token

WHOLE = {
    collect.CONSENT: ["1"],
    "W01": ["1"],
    "W02": ["3"],
    **{f"W1{number}": ["1"] for number in range(7)},
    "W20": ["1"],
    "W21": ["1"],
}


@pytest.fixture
def made(database: Database) -> Evaluated:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS)
    return made


@pytest.fixture
def keyer(database: Database, made: Evaluated) -> Actor:
    return sign_up(database, made.unit, username="keyer", role=Role.KEYER)


def _collector(database: Database, made: Evaluated) -> Collector:
    return collectors(database, made.surveys["A_W"])[made.postings[0].id]


def _save(database: Database, made: Evaluated, actor: Actor, raw: dict, *, one: UUID | None = None, **more) -> bool:
    values = {"unanswered": False, "locale": "zh_Hans_CN", "seconds": 90, "now": NOW} | more
    return interviews.save(
        database,
        actor=actor,
        survey_id=made.surveys["A_W"].id,
        collector_id=_collector(database, made).id,
        submission_id=one or uuid4(),
        raw=raw,
        **values,
    )


def _responses(database: Database) -> list[Response]:
    with database.reading() as session:
        return list(session.scalars(select(Response)))


def test_an_interview_is_a_response_by_telephone_stored_once(
    database: Database, made: Evaluated, keyer: Actor
) -> None:
    one = uuid4()
    assert _save(database, made, keyer, WHOLE, one=one, unanswered=True)
    assert not _save(database, made, keyer, WHOLE, one=one, unanswered=True)
    (stored,) = _responses(database)
    assert (stored.id, stored.mode, stored.posting_id) == (one, "phone", made.postings[0].id)
    assert stored.answers["W10"] == "1"
    with database.reading() as session:
        (count,) = session.scalars(select(InterviewCount))
        assert (count.user_id, count.interviews) == (keyer.user_id, 1)


def test_what_is_left_open_needs_a_word(database: Database, made: Evaluated, keyer: Actor) -> None:
    raw = {collect.CONSENT: ["1"], "W01": ["1"]}
    with pytest.raises(collect.InvalidAnswers) as refused:
        _save(database, made, keyer, raw)
    assert {each.kind for each in refused.value.cleaned.problems} == {"required"}
    assert _save(database, made, keyer, raw, unanswered=True)
    with pytest.raises(collect.InvalidAnswers):
        _save(database, made, keyer, {"W01": ["1"]}, unanswered=True)  # no consent
    with pytest.raises(collect.InvalidAnswers):
        _save(database, made, keyer, {collect.CONSENT: ["1"]}, unanswered=True)  # nothing said at all
    with pytest.raises(collect.InvalidAnswers):
        _save(database, made, keyer, raw | {"W30": ["11"]}, unanswered=True)  # what is said must make sense
    assert len(_responses(database)) == 1


def test_only_counts_by_day_stand_in_the_log(database: Database, made: Evaluated, keyer: Actor) -> None:
    for _ in range(3):
        _save(database, made, keyer, WHOLE, unanswered=True)
    assert interviews.log_days(database, now=NOW) == 0  # the day is not over
    assert interviews.log_days(database, now=NOW + timedelta(days=1)) == 1
    assert interviews.log_days(database, now=NOW + timedelta(days=1)) == 0
    with database.reading() as session:
        entries = list(session.scalars(select(AuditEntry).where(AuditEntry.actor_id == keyer.user_id)))
    (entry,) = entries
    assert (entry.action, entry.detail) == ("interviews_made", {"day": "2017-06-20", "interviews": 3})


def test_single_use_codes_and_other_units_bar_interviews(database: Database, made: Evaluated, keyer: Actor) -> None:
    here = _collector(database, made)
    (elsewhere,) = [each for each in made.postings if each.id == made.postings[1].id]
    stranger = sign_up(database, _unit(database, elsewhere.unit_id), username="stranger", role=Role.KEYER)
    leader = sign_up(database, made.unit, username="leader", role=Role.LEADER)
    for actor in (stranger, leader):
        with pytest.raises(NotFound):
            _save(database, made, actor, WHOLE)
    with database.transaction() as session:
        session.get_one(Collector, here.id).needs_invitation = True
    with pytest.raises(NotByTelephone):
        _save(database, made, keyer, WHOLE)
    bars = {line.collector.id: line.bar for line in interviews.lines(database, actor=keyer, now=NOW)}
    assert bars[here.id] == Bar.SINGLE_USE_CODES
    assert set(bars.values()) == {Bar.SINGLE_USE_CODES, None}
    assert _responses(database) == []


def _unit(database: Database, unit_id: int):
    with database.reading() as session:
        return session.get_one(Unit, unit_id)


def test_the_page_reads_out_saves_and_goes_on(
    app: Flask, database: Database, made: Evaluated, keyer: Actor
) -> None:
    client = client_of(app, keyer)
    here = _collector(database, made)
    address = f"/surveys/{made.surveys['A_W'].id}/interviews/{here.id}"
    assert f'href="{address}"' in client.get("/interviews/").text
    page = client.get(address)
    assert "请先读出" in page.text
    assert "读出选项" in page.text
    assert "本手机" not in page.text
    sent = {"csrf_token": token(client), "id": str(uuid4()), "consent-given": "1", "q_W01": "1"}
    refused = client.post(address, data=sent)
    assert (refused.status_code, refused.headers["Survey-Answer"]) == (422, "refused")
    assert 'name="unanswered"' in refused.text
    saved = client.post(address, data=sent | {"unanswered": "1"})
    assert (saved.status_code, saved.headers["Survey-Answer"]) == (200, "stored")
    assert "您今天在本测评中已完成 1 份访问" in saved.text
    assert sent["id"] not in saved.text  # the next interview has an id of its own
    assert [each.mode for each in _responses(database)] == ["phone"]
    assert client.post(address, data={**sent, "csrf_token": ""}).status_code == 400
