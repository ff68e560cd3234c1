"""The composite of audiences and AAPOR's response rates: declared, entered, and the same in every outlet."""

from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey_app.scoring.composite import Absence
from survey_app.scoring.evaluation import Evaluation
from survey_app.scoring.participation import Outcomes
from survey_app.services import audit_log, composites, evaluate, outcomes
from survey_app.services.access import SYSTEM, Forbidden, NotFound
from survey_app.services.audit_log import AuditFilter
from survey_app.storage.models import Collector, Invitation, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, InvitationState, Role, WithoutAudience
from tests.support.evaluated import NOW, Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of
from tests.support.union import send

WEIGHTS = {Audience.WORKERS: Decimal(60), Audience.ENTERPRISE: Decimal(20), Audience.GRASSROOTS_UNION: Decimal(20)}
CODES_EACH = 10
"""Codes given out at each of the four enterprises; six unions answered at each."""
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database)


@pytest.fixture
def organiser(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """An organiser of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))


def declare(database: Database, made: Evaluated, missing: WithoutAudience = WithoutAudience.NOTHING) -> None:
    """Declare the composite by the default weights."""
    composites.declare(
        database, actor=SYSTEM, campaign_id=made.campaign.id, weights=WEIGHTS, missing=missing, now=NOW
    )


def evaluated(app: Flask, database: Database, made: Evaluated) -> Evaluation:
    """The campaign's figures."""
    return evaluate.evaluate_campaign(
        database, app.extensions["survey_app.columns"], actor=SYSTEM, campaign_id=made.campaign.id, now=NOW
    )


def invite(database: Database, made: Evaluated) -> int:
    """Let the grassroots unions answer by single-use codes only; returns the survey's key."""
    survey = made.surveys["A_U"].id
    with database.transaction() as session:
        for collector in session.query(Collector).filter_by(survey_id=survey):
            collector.needs_invitation = True
            for serial in range(1, CODES_EACH + 2):
                used = InvitationState.USED if serial <= 6 else InvitationState.UNUSED
                state = InvitationState.REVOKED if serial > CODES_EACH else used
                session.add(
                    Invitation(
                        collector_id=collector.id, posting_id=collector.posting_id, serial=serial, state=state,
                        code_hash=f"{collector.id:032d}{serial:032d}", issued_at=NOW,
                    )
                )  # fmt: skip
    return survey


def test_a_composite_exists_only_where_it_is_declared(app: Flask, database: Database, made: Evaluated) -> None:
    before = evaluated(app, database, made)
    assert before.composite is None
    declare(database, made)
    found = evaluated(app, database, made)
    assert found.parts == before.parts
    assert found.composite is not None
    assert found.composite.rate is not None
    rates = {part.audience: part.headline.rated.rate.rate for part in found.parts if part.headline is not None}
    assert found.composite.rate.value == sum(int(weight) * rates[each] for each, weight in WEIGHTS.items()) / 100
    assert found.composite.rate.interval is not None
    declare(database, made)
    declare(database, made, WithoutAudience.RENORMALISE)
    changed = evaluated(app, database, made).composite
    assert changed is not None
    assert changed.declared.version == 2
    composites.withdraw(database, actor=SYSTEM, campaign_id=made.campaign.id, now=NOW)
    assert evaluated(app, database, made).composite is None
    entries = audit_log.read(database, actor=SYSTEM, wanted=AuditFilter())
    assert [each.entry.action for each in entries.lines][:3] == ["composite_declared"] * 3


def test_a_withheld_audience_leaves_no_trace_in_the_composite(
    app: Flask, database: Database, made: Evaluated
) -> None:
    declare(database, made)
    with database.transaction() as session:
        session.get_one(Survey, made.surveys["A_E"].id).threshold = 30  # twelve answered
    found = evaluated(app, database, made)
    assert found.composite is not None
    assert found.composite.absence is Absence.AUDIENCE_MISSING
    assert (found.composite.rate, found.composite.index) == (None, None)
    declare(database, made, WithoutAudience.RENORMALISE)
    found = evaluated(app, database, made)
    assert found.composite is not None
    assert found.composite.rate is not None
    rates = {
        part.audience: part.headline.rated.rate.rate
        for part in found.parts
        if part.headline is not None and part.audience != Audience.ENTERPRISE
    }
    wanted = (rates[Audience.WORKERS] * 60 + rates[Audience.GRASSROOTS_UNION] * 20) / 80
    assert found.composite.rate.value == wanted
    assert found.composite.covered == Decimal("0.8")


def test_who_may_not_design_declares_nothing(database: Database, made: Evaluated) -> None:
    leader = sign_up(database, made.unit, username="leader")
    with pytest.raises((NotFound, Forbidden)):
        composites.declare(
            database, actor=leader, campaign_id=made.campaign.id, weights=WEIGHTS,
            missing=WithoutAudience.NOTHING, now=NOW,
        )  # fmt: skip
    for weights in ({}, {Audience.WORKERS: Decimal(100)}, {**WEIGHTS, Audience.WORKERS: Decimal(50)}):
        with pytest.raises(composites.BadWeights):
            composites.declare(
                database, actor=SYSTEM, campaign_id=made.campaign.id, weights=weights,
                missing=WithoutAudience.NOTHING, now=NOW,
            )  # fmt: skip


def test_response_rates_come_from_codes_and_what_is_entered(
    app: Flask, database: Database, made: Evaluated
) -> None:
    survey = invite(database, made)
    by_audience = {part.audience: part for part in evaluated(app, database, made).parts}
    assert by_audience[Audience.WORKERS].invited is None
    found = by_audience[Audience.GRASSROOTS_UNION].invited
    assert found is not None
    assert (found.issued, found.complete + found.partial) == (40, 24)
    assert found.dispositions is not None
    assert found.dispositions.response_rate(2) == Decimal("0.6")
    counted = Outcomes(not_contacted=4, refused=2, ineligible=5, unknown=3)
    outcomes.keep(
        database, actor=SYSTEM, survey_id=survey, audience=Audience.GRASSROOTS_UNION, outcomes=counted, now=NOW
    )
    found = {part.audience: part for part in evaluated(app, database, made).parts}[
        Audience.GRASSROOTS_UNION
    ].invited
    assert found is not None
    assert found.dispositions is not None
    assert found.dispositions.other == 2
    assert found.dispositions.response_rate(6) == pytest.approx(24 / 32)
    with pytest.raises(outcomes.TooManyCounted) as refused:
        outcomes.keep(
            database, actor=SYSTEM, survey_id=survey, audience=Audience.GRASSROOTS_UNION,
            outcomes=Outcomes(refused=17), now=NOW,
        )  # fmt: skip
    assert refused.value.most == 16
    with pytest.raises(NotFound):
        outcomes.keep(
            database, actor=SYSTEM, survey_id=survey, audience=Audience.WORKERS, outcomes=counted, now=NOW
        )


@ON_ONE
def test_page_workbook_and_json_say_the_same(database: Database, organiser: FlaskClient, made: Evaluated) -> None:
    survey = invite(database, made)
    declare(database, made)
    form = f"/surveys/{survey}/outcomes/grassroots_union"
    assert "还有 16 个未使用" in organiser.get(form).text
    assert "未使用的 16 个码" in send(organiser, form, refused="17").text
    assert send(organiser, form, refused="2", unknown="6", eligible_percent="50").status_code == 302
    assert "未使用的已登记 8 个" in organiser.get(f"/surveys/{survey}/figures").text
    assert organiser.get(f"/surveys/{survey}/outcomes/workers").status_code == 404
    assert "没有发放一次性码" in organiser.get(f"/surveys/{made.surveys['A_W'].id}/outcomes/workers").text
    data = organiser.get(f"/results/{made.campaign.id}.json").json
    rates = {each["audience"]: each["response_rates"] for each in data["parts"]}
    assert rates["workers"] is None
    assert rates["grassroots_union"]["rates"]["RR4"] == pytest.approx(24 / 37)
    page = organiser.get(f"/results/{made.campaign.id}").text
    assert "应答率（按 AAPOR 标准定义，RR1–RR6）：基层工会" in page
    assert "最低 60.0%，最高 70.6%；发放一次性码 40 个，收回 24 份" in page
    composite = f"{data['composite']['rate']['value'] * 100:.1f}%"
    assert composite in page
    assert "设定的权重（第 1 版）：职工 60%、企业党政 20%、基层工会 20%。" in page
    book = load_workbook(BytesIO(organiser.get(f"/results/{made.campaign.id}/workbook.xlsx").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("RR1 60.0%") for cell in cells)
    sheet = book["各主体综合指标"]
    numbers = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)]
    assert round(data["composite"]["rate"]["value"], 3) in numbers


@ON_ONE
def test_an_organiser_declares_and_withdraws_on_the_page(organiser: FlaskClient, made: Evaluated) -> None:
    address = f"/campaigns/{made.campaign.id}/composite"
    page = organiser.get(address).text
    assert address in organiser.get(f"/campaigns/{made.campaign.id}").text
    assert [f'value="{weight}"' in page for weight in (60, 20)] == [True, True]
    bad = send(organiser, address, workers="60", enterprise="20", grassroots_union="", missing="nothing")
    assert bad.status_code == 422
    assert "合计为 100%" in bad.text
    good = send(organiser, address, workers="70", enterprise="", grassroots_union="30", missing="renormalise")
    assert good.status_code == 302
    assert "职工 70%、基层工会 30%" in organiser.get(address).text
    assert send(organiser, f"{address}/withdraw").status_code == 302
    assert "尚未设定" in organiser.get(address).text
