"""Sealed surveys: nothing comes out of any outlet before they are over, and who opens a seal says why."""

from __future__ import annotations

import inspect
import io
import pkgutil
import typing
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app import services
from survey_app.analysis.selection import Selection
from survey_app.analysis.store import ColumnStore
from survey_app.services import (
    composites,
    evaluate,
    explore,
    export,
    retention,
    seals,
    surveys,
    unit_composites,
    unsealing,
)
from survey_app.services.access import SYSTEM
from survey_app.storage.models import AuditEntry, Survey
from survey_app.storage.session import Database
from survey_app.web.access import access_of
from survey_app.words import Audience, Role, SealEnd, SurveyState, WithoutAudience
from tests.support.evaluated import NOW, Evaluated, make_campaign, open_survey, respond, sign_up
from tests.support.sessions import client_of
from tests.support.union import token

HOUR = timedelta(hours=1)
WORDS = "只有启封后才看得到的话"
RATE = "66.1%"
"""41 of 62: no other number of these pages is like it."""


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    return evaluate.store_in(tmp_path)


def _sealed(database: Database, **options: object) -> Evaluated:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True, **options)
    grades = ["1"] * 41 + ["5"] * 21
    answers = [{"W01": ["1"], "W10": [grade], "W32a": [WORDS]} for grade in grades]
    respond(database, made, "A_W", made.postings[0].id, answers)
    return made


def _survey(database: Database, made: Evaluated) -> Survey:
    return surveys.detail(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id).survey


def _unseal(database: Database, made: Evaluated, how: SealEnd, reason: str = "上级要求提前通报") -> None:
    survey_id = made.surveys["A_W"].id
    unsealing.unseal(database, actor=SYSTEM, survey_id=survey_id, how=how, reason=reason, now=NOW)


def _close(database: Database, made: Evaluated, state: SurveyState = SurveyState.CLOSED) -> None:
    surveys.change_state(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, state=state, now=NOW)


def _logged(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "survey_unsealed")))


def _evaluation(database: Database, store: ColumnStore, made: Evaluated):
    return evaluate.evaluate_campaign(database, store, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)


def _text(answer) -> str:
    """What an answer says, files of Office unpacked."""
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())


def _everything(app: Flask, client: FlaskClient, made: Evaluated) -> Iterator[tuple[str, str]]:
    """Every page and file that an administrator can ask for of this survey, with what it says."""
    survey = _survey(app.extensions["survey_app.database"], made)
    things = {
        "campaign_id": made.campaign.id,
        "survey_id": survey.id,
        "collector_id": survey.collectors[0].id,
        "code": survey.collectors[0].code,
        "posting_id": made.postings[0].id,
        "unit_id": made.postings[0].unit_id,
        "team_id": made.postings[0].team_id,
        "round_id": made.postings[0].round_id,
        "questionnaire_id": survey.version.questionnaire_id,
        "version_id": survey.version_id,
        "form": "svg",
    }
    query = f"survey={survey.id}&audience=workers&by=unit&item=W10"
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.arguments <= set(things):
            continue
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {name: things[name] for name in rule.arguments}
            )
        for each in (address, f"{address}?{query}"):
            yield each, _text(client.get(each))


def test_no_page_and_no_file_shows_a_sealed_survey(app: Flask, database: Database) -> None:
    made = _sealed(database, closes_at=NOW.replace(year=2100))
    client = client_of(app, sign_up(database, made.unit, username="all", role=Role.ADMINISTRATOR))
    asked = 0
    for address, text in _everything(app, client, made):
        asked += 1
        assert RATE not in text, address
        assert "0.661" not in text, address
        assert WORDS not in text, address
    assert asked > 60
    _unseal(database, made, SealEnd.CLOSED_EARLY)
    shown = {address.partition("?")[0] for address, text in _everything(app, client, made) if RATE in text}
    # The same walk finds the figure once it may be seen: the test above looks where figures are.
    assert {f"/results/{made.campaign.id}", f"/results/{made.campaign.id}/explore"} <= shown


_READ_BALLOTS = {
    "catching_up.catch_up",
    "evaluate.evaluate_campaign",
    "evaluate.rebuild",
    "evidence.evidence",
    "evidence.void",
    "explore.comparison",
    "explore.cross_tab",
    "explore.explored",
    "explore.grouping",
    "explore.units_by_items",
    "explore.view",
    "explore.waves",
    "export.exported",
    "retention.erase",
    "retention.tidy",
    "explore_ground.ground",
    "uncounted.uncounted",
    "unit_composites.by_unit",
}
"""Verbs that are given the columns. Whoever adds one shows below that a sealed survey stays shut to it."""


def _verbs_with_columns() -> Iterator[str]:
    for found in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        module = import_module(found.name)
        for name, verb in inspect.getmembers(module, inspect.isfunction):
            if verb.__module__ != found.name or name.startswith("_"):
                continue
            taken = [kind for what, kind in typing.get_type_hints(verb).items() if what != "return"]
            if ColumnStore in taken:
                yield f"{found.name.removeprefix(services.__name__ + '.')}.{name}"


def test_every_verb_that_reads_columns_is_known_here() -> None:
    assert set(_verbs_with_columns()) <= _READ_BALLOTS


def test_every_verb_refuses_a_sealed_survey(database: Database, store: ColumnStore) -> None:
    made = _sealed(database)
    found = _evaluation(database, store, made)
    assert (found.parts, found.participation, found.waves, found.is_empty) == ((), (), (), True)
    chosen = Selection(survey=made.surveys["A_W"].id, audience=Audience.WORKERS)
    asked = {"actor": SYSTEM, "selection": chosen, "now": NOW}
    for read in (
        lambda: explore.explored(database, store, **asked),
        lambda: explore.view(database, store, **asked),
        lambda: explore.grouping(database, store, **asked, by="unit", names=["W10"]),
        lambda: explore.cross_tab(database, store, **asked, row="W01", column="W10"),
        lambda: explore.units_by_items(database, store, **asked),
        lambda: explore.waves(database, store, **asked),
        lambda: explore.comparison(database, store, actor=SYSTEM, first=chosen, second=chosen, now=NOW),
        lambda: export.exported(
            database, store, actor=SYSTEM, campaign_id=made.campaign.id, file_format="csv", now=NOW
        ),
    ):
        with pytest.raises(explore.StillSealed):
            read()
    weights = {Audience.WORKERS: Decimal(60), Audience.ENTERPRISE: Decimal(40)}
    composites.declare(
        database, actor=SYSTEM, campaign_id=made.campaign.id, weights=weights, missing=WithoutAudience.RENORMALISE,
        now=NOW,
    )  # fmt: skip
    assert unit_composites.by_unit(database, store, **asked) is None
    with pytest.raises(retention.NotDue):
        retention.erase(
            database, store, actor=SYSTEM, survey_id=chosen.survey, workbook=None, file_name="", months=1, now=NOW
        )


def test_closing_early_takes_a_reason_and_stands_in_the_log(database: Database, store: ColumnStore) -> None:
    made = _sealed(database)
    with pytest.raises(seals.SealHolds):
        _close(database, made)
    with pytest.raises(unsealing.ReasonMissing):
        _unseal(database, made, SealEnd.CLOSED_EARLY, "  ")
    assert seals.is_sealed(_survey(database, made), NOW)
    assert _logged(database) == []
    _unseal(database, made, SealEnd.CLOSED_EARLY)
    (entry,) = _logged(database)
    assert entry.detail == {
        "how": "closed_early",
        "at": NOW.isoformat(),
        "ballots": 62,
        "reason": "上级要求提前通报",
    }
    assert _survey(database, made).state == SurveyState.CLOSED
    found = _evaluation(database, store, made)
    assert found.leading is not None
    (opened,) = found.unsealed
    assert (opened.how, opened.ballots, opened.reason) == (SealEnd.CLOSED_EARLY, 62, "上级要求提前通报")
    with pytest.raises(unsealing.NotSealed):
        _unseal(database, made, SealEnd.LIFTED)


def test_a_survey_once_seen_is_not_sealed_again(database: Database, store: ColumnStore) -> None:
    made = _sealed(database, closes_at=NOW - HOUR)
    assert not seals.is_sealed(_survey(database, made), NOW)
    assert _evaluation(database, store, made).unsealed == ()
    survey_id = made.surveys["A_W"].id
    surveys.revise_survey(
        database, actor=SYSTEM, survey_id=survey_id, title="测评", title_en="", opens_at=None,
        closes_at=NOW + HOUR, now=NOW,
    )  # fmt: skip
    assert not seals.is_sealed(_survey(database, made), NOW)
    (opened,) = _evaluation(database, store, made).unsealed
    assert (opened.how, opened.at, opened.reopened_at) == (SealEnd.ENDED, NOW - HOUR, NOW)
    (entry,) = _logged(database)
    assert entry.actor_id is None


def test_closing_by_hand_and_reopening_is_seen_in_the_figures(database: Database, store: ColumnStore) -> None:
    made = _sealed(database)
    _unseal(database, made, SealEnd.CLOSED_EARLY)
    _close(database, made, SurveyState.OPEN)
    assert not seals.is_sealed(_survey(database, made), NOW)
    (opened,) = _evaluation(database, store, made).unsealed
    assert opened.reopened_at == NOW


def test_the_time_of_a_sealed_survey_moves_only_to_later(database: Database) -> None:
    made = _sealed(database, closes_at=NOW + 5 * HOUR)
    survey_id = made.surveys["A_W"].id

    def revise(closes_at) -> None:
        surveys.revise_survey(
            database, actor=SYSTEM, survey_id=survey_id, title="测评", title_en="", opens_at=None,
            closes_at=closes_at, now=NOW,
        )  # fmt: skip

    for earlier in (NOW - HOUR, NOW + HOUR):
        with pytest.raises(seals.SealHolds):
            revise(earlier)
    revise(NOW + 6 * HOUR)
    revise(None)
    with pytest.raises(seals.SealHolds):
        revise(NOW + HOUR)
    assert seals.is_sealed(_survey(database, made), NOW)


def test_without_ballots_there_is_nothing_to_protect(database: Database) -> None:
    made = make_campaign(database)
    open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True)
    _close(database, made)
    _close(database, made, SurveyState.OPEN)
    assert seals.is_sealed(_survey(database, made), NOW)
    assert _logged(database) == []


def test_seals_that_end_as_announced_are_logged_once(database: Database, store: ColumnStore) -> None:
    made = _sealed(database, closes_at=NOW - HOUR)
    for _ in range(2):
        retention.tidy(database, store, now=NOW)
    (entry,) = _logged(database)
    assert (entry.detail["how"], entry.detail["ballots"], entry.actor_id) == ("ended", 62, None)
    assert _evaluation(database, store, made).unsealed == ()


def test_the_page_asks_for_reason_and_word(app: Flask, database: Database) -> None:
    made = _sealed(database)
    client = client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))
    address = f"/surveys/{made.surveys['A_W'].id}"
    page = client.get(address).text
    assert f'href="{address}/unseal"' in page
    sent = {"csrf_token": token(client), "how": "closed_early", "reason": "上级要求提前通报结果", "typed": "好"}
    assert client.post(f"{address}/unseal", data=sent).status_code == 422
    assert client.post(f"{address}/unseal", data=sent | {"typed": "启封", "reason": ""}).status_code == 422
    assert client.post(f"{address}/state", data=sent | {"state": "closed"}).location.endswith("/unseal")
    assert seals.is_sealed(_survey(database, made), NOW)
    assert client.post(f"{address}/unseal", data=sent | {"typed": "启封"}).status_code == 302
    results = client.get(f"/results/{made.campaign.id}").text
    assert "提前结束并启封" in results
    assert "上级要求提前通报结果" in results
    assert "62" in results
