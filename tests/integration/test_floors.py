"""Participation floors: who is below one stays visible with the numbers, and is in no ranking and no band."""

import re
from fractions import Fraction
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey_app.analysis.facts import FloorFacts
from survey_app.scoring.evaluation import Evaluation, Part, Trust
from survey_app.scoring.participation import FLOORS, Floor, Verdict
from survey_app.services import audit_log, evaluate, floor_settings
from survey_app.services.access import SYSTEM, NotFound
from survey_app.services.audit_log import AuditFilter
from survey_app.services.figure_rules import ReasonNeeded
from survey_app.storage.models import Collector, Invitation, Posting, Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, InvitationState, Role
from tests.support.evaluated import NOW, Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of
from tests.support.union import send

SMALLEST = 3
"""Place of the posting where 42 of 95 answered: 44.2 %, the others 45 %."""


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def floor(members: str, frontline: str = "", codes: tuple[str, ...] = ()) -> FloorFacts:
    """A floor in percent; who knows the team (W01) stands for front-line workers."""
    share = Fraction(frontline) / 100 if frontline else None
    asked = Floor(members=Fraction(members) / 100, frontline=share)
    return FloorFacts(floor=asked, question="W01" if frontline else "", codes=codes)


def keep(database: Database, made: Evaluated, facts: FloorFacts | None) -> None:
    """Give the workers' survey a floor."""
    floor_settings.keep(
        database,
        actor=SYSTEM,
        survey_id=made.surveys["A_W"].id,
        audience=Audience.WORKERS,
        floor=facts,
        reason="评议办法",
        now=NOW,
    )


def evaluated(app: Flask, database: Database, made: Evaluated) -> Evaluation:
    """The campaign's figures."""
    return evaluate.evaluate_campaign(
        database, app.extensions["survey_app.columns"], actor=SYSTEM, campaign_id=made.campaign.id, now=NOW
    )


def explored(leader: FlaskClient, made: Evaluated, view: str, rest: str = "") -> str:
    survey = made.surveys["A_W"].id
    return f"/results/{made.campaign.id}/{view}?survey={survey}&audience=workers{rest}"


def test_below_the_floor_is_shown_and_not_ranked(app: Flask, database: Database, made: Evaluated) -> None:
    before = evaluated(app, database, made).parts[0]
    keep(database, made, floor("44.5"))
    found = evaluated(app, database, made)
    part = found.parts[0]
    last = part.teams[-1]
    assert [each.standing.verdict for each in part.teams] == [Verdict.MET] * 3 + [Verdict.BELOW]
    assert (last.standing.returned, last.standing.headcount) == (42, 95)
    assert last.band is None
    assert last.rated == next(each.rated for each in before.teams if each.name == last.name)
    assert all(each.band for each in part.teams[:3])
    assert part.headline == before.headline
    assert [row.standing.verdict for row in found.participation] == [Verdict.MET] * 3 + [Verdict.BELOW]
    assert part.floored is not None
    assert part.floored.whole.verdict is Verdict.MET
    assert [str(each.place) for each in part.floored.of(Verdict.BELOW)] == [str(found.participation[-1].place)]
    assert all(each.floored is None for each in found.parts[1:])
    keep(database, made, floor("60"))
    assert evaluated(app, database, made).parts[0].trust is Trust.BELOW_FLOOR
    keep(database, made, None)
    assert evaluated(app, database, made).parts[0] == before


def test_unknown_headcount_is_not_ranked(app: Flask, database: Database, made: Evaluated) -> None:
    keep(database, made, floor("30"))
    with database.transaction() as session:
        session.get_one(Posting, made.postings[0].id).headcount = None
    part = evaluated(app, database, made).parts[0]
    assert part.teams[-1].standing.verdict is Verdict.NO_HEADCOUNT
    assert part.teams[-1].band is None
    assert part.floored is not None
    assert part.floored.whole.verdict is Verdict.NO_HEADCOUNT


def test_front_line_workers_are_counted_behind_the_gate(app: Flask, database: Database, made: Evaluated) -> None:
    keep(database, made, floor("30", "60", ("1",)))
    found = evaluated(app, database, made)
    for place, row in enumerate(found.participation):
        answers = [each for each in made.answers("A_W", "W01", made.postings[place].id) if each]
        share = row.standing.frontline
        if share is None:
            assert row.standing.verdict is Verdict.FRONTLINE_UNKNOWN
        else:
            assert (share.x, share.n) == (answers.count("1"), len(answers))
            assert (row.standing.verdict is Verdict.MET) is (10 * share.x >= 6 * share.n)
    assert any(row.standing.frontline is not None for row in found.participation)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_page_workbook_and_json_say_the_same(leader: FlaskClient, database: Database, made: Evaluated) -> None:
    keep(database, made, floor("44.5"))
    page = leader.get(f"/results/{made.campaign.id}")
    said = "未达参评要求：应参评 95 人，收回 42 份（44.2%），要求不低于 44.5%"
    assert said in page.text
    named = "4 个驻点单位中有 1 个未达参评要求，不参加排名：到职工中去青山冶金。"
    assert named in page.text
    assert named in leader.get(f"/results/{made.campaign.id}/wall").text
    book = load_workbook(BytesIO(leader.get(f"/results/{made.campaign.id}/workbook.xlsx").data))
    cells = {sheet.title: [cell.value for row in sheet.iter_rows() for cell in row] for sheet in book}
    assert sum(said in values for values in cells.values()) == 2, "teams and participation"
    whole = re.search(r"已达参评要求：应参评[^<]*", page.text)
    assert whole is not None
    assert whole.group() in cells["封面"]
    assert any("未达要求或无法判断的" in str(each) for each in cells["口径说明"])
    units = leader.get(explored(leader, made, "units.json")).json["units"]
    below = {each["unit"]: each["floor"] for each in units}[made.postings[SMALLEST].unit_id]
    assert below == {
        "verdict": "below", "is_compared": False, "returned": 42, "headcount": 95, "of_issued": False,
        "frontline": None,
        "least_share": 0.445, "least_frontline_share": None,
    }  # fmt: skip
    for order in ("W10", "-W10"):
        table = leader.get(explored(leader, made, "units", f"&sort={order}")).text
        assert said in table
        assert table.rindex("青山冶金</a>") > max(
            table.rindex(f"{each}</a>") for each in ("汉阳纺织", "武汉重型机床")
        )
    groups = leader.get(explored(leader, made, "explore.json", "&by=team")).json
    assert groups["floor"]["verdict"] == "met"
    assert sorted(each["floor"]["verdict"] for each in groups["groups"]["groups"]) == ["below", "met", "met", "met"]
    assert said in leader.get(explored(leader, made, "explore", "&by=team")).text
    one = leader.get(explored(leader, made, "explore.json", f"&unit={made.postings[SMALLEST].unit_id}")).json
    assert one["floor"] == below


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_all_outlets_judge_front_line_workers_alike(
    app: Flask, leader: FlaskClient, database: Database, made: Evaluated
) -> None:
    keep(database, made, floor("30", "60", ("1", "2")))
    found = evaluated(app, database, made)
    wanted = {
        posting.unit_id: row.standing.verdict.value
        for posting, row in zip(made.postings, found.participation, strict=True)
    }
    units = {each["unit"]: each["floor"] for each in leader.get(explored(leader, made, "units.json")).json["units"]}
    assert {unit: units[unit]["verdict"] for unit in wanted} == wanted
    groups = leader.get(explored(leader, made, "explore.json", "&by=unit")).json["groups"]["groups"]
    assert {int(each["key"][0]): each["floor"]["verdict"] for each in groups} == wanted


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_the_gate_withholds_is_no_part_of_a_verdict(
    app: Flask, leader: FlaskClient, database: Database, made: Evaluated
) -> None:
    keep(database, made, floor("30", "60", ("1",)))
    with database.transaction() as session:
        session.get_one(Survey, made.surveys["A_W"].id).threshold = 60  # 42 answered at the smallest
    row = evaluated(app, database, made).participation[SMALLEST]
    assert (row.standing.verdict, row.standing.frontline) == (Verdict.FRONTLINE_UNKNOWN, None)
    units = {each["unit"]: each["floor"] for each in leader.get(explored(leader, made, "units.json")).json["units"]}
    small = units[made.postings[SMALLEST].unit_id]
    assert (small["verdict"], small["frontline"]) == ("frontline_unknown", None)
    page = leader.get(f"/results/{made.campaign.id}").text
    assert "个无法判断是否达到参评要求，不参加排名：到职工中去" in page
    assert "一线职工占比不显示，无法判断是否达到参评要求：应参评 95 人，收回 42 份（44.2%）" in page
    assert "要求不低于 30%；其中一线职工不低于 60%" in page
    # Too few members is no secret: it needs no answer.
    keep(database, made, floor("60", "60", ("1",)))
    assert evaluated(app, database, made).participation[SMALLEST].standing.verdict is Verdict.BELOW


def test_who_sets_a_floor_gives_a_sound_one(database: Database, made: Evaluated) -> None:
    stranger = sign_up(database, made.unit, username="stranger")
    survey = made.surveys["A_W"].id
    asked = {"survey_id": survey, "audience": Audience.WORKERS}
    with pytest.raises(NotFound):
        floor_settings.keep(database, actor=stranger, **asked, floor=floor("30"), reason="x", now=NOW)
    with pytest.raises(ReasonNeeded):
        floor_settings.keep(database, actor=SYSTEM, **asked, floor=floor("30"), reason="", now=NOW)
    bad = (floor("0"), floor("101"), floor("30", "60"), floor("30", "60", ("9",)), FloorFacts(floor=FLOORS[0]))
    for each in bad:
        with pytest.raises(floor_settings.BadFloor):
            keep(database, made, each)
    of_enterprise = {"survey_id": made.surveys["A_E"].id, "reason": "x", "now": NOW, "actor": SYSTEM}
    with pytest.raises(floor_settings.NotAsked):
        floor_settings.keep(database, **of_enterprise, audience=Audience.WORKERS, floor=floor("30"))
    with pytest.raises(floor_settings.BadFloor):
        floor_settings.keep(
            database, **of_enterprise, audience=Audience.ENTERPRISE, floor=floor("30", "60", ("1",))
        )
    keep(database, made, floor("30", "60", ("1",)))
    kept = floor_settings.settings(database, actor=SYSTEM, **asked)
    assert kept.floor == floor("30", "60", ("1",))
    entries = audit_log.read(database, actor=SYSTEM, wanted=AuditFilter())
    assert entries.lines[0].entry.action == "participation_floor_set"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_organiser_sets_a_floor_on_the_page(app: Flask, database: Database, made: Evaluated) -> None:
    organiser = client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))
    survey = made.surveys["A_W"].id
    hub, form = f"/surveys/{survey}/figures", f"/surveys/{survey}/floor"
    assert form in organiser.get(hub).text
    assert "请填写参评人数" in send(organiser, form, kind="own", reason="x").text
    assert "请先在下方选择" in send(organiser, form, kind="frontline", reason="x").text
    assert "请说明为什么要改" in send(organiser, form, kind="sealed").text
    asked = f"{form}?question=W01"
    assert "知道，并接触过" in organiser.get(asked).text
    assert send(organiser, asked, kind="frontline", reason="x").status_code == 422
    assert send(organiser, asked, kind="frontline", codes=["1", "2"], reason="x").status_code == 302
    assert "参评人数不低于职工人数的 30%，其中一线职工不低于 60%" in organiser.get(hub).text
    assert send(organiser, form, kind="own", members="66.67", reason="x").status_code == 302
    assert "66.67%" in organiser.get(hub).text
    assert 'value="66.67"' in organiser.get(form).text
    assert send(organiser, form, kind="none", reason="x").status_code == 302
    assert "只显示参与率" in organiser.get(hub).text


def _give_codes(database: Database, made: Evaluated) -> None:
    """Let the unions answer by single-use codes: six of eight answered, of twenty at the smallest enterprise."""
    last = made.postings[SMALLEST].id
    with database.transaction() as session:
        for collector in session.query(Collector).filter_by(survey_id=made.surveys["A_U"].id):
            collector.needs_invitation = True
            given = 20 if collector.posting_id == last else 8
            session.add_all(
                Invitation(
                    collector_id=collector.id,
                    posting_id=collector.posting_id,
                    serial=serial,
                    state=InvitationState.USED if serial <= 6 else InvitationState.UNUSED,
                    code_hash=f"{collector.id:032d}{serial:032d}",
                    issued_at=NOW,
                )
                for serial in range(1, given + 1)
            )


def test_other_audiences_are_measured_against_what_was_given_out(
    app: Flask, database: Database, made: Evaluated
) -> None:
    organiser = client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))
    survey = made.surveys["A_U"].id
    hub, form = f"/surveys/{survey}/figures", f"/surveys/{survey}/floor?audience=grassroots_union"
    assert form in organiser.get(hub).text
    page = organiser.get(form).text
    assert "参评要求：基层工会" in page
    assert "一线职工" not in page.split("<main")[1]
    assert send(organiser, form, kind="frontline", reason="x").status_code == 422
    assert send(organiser, f"{form}s", kind="sealed", reason="x").status_code == 404
    assert send(organiser, form, kind="sealed", reason="x").status_code == 302
    assert "收回数不低于发出的一次性码和纸质问卷数的 60%" in organiser.get(hub).text

    def part() -> Part:
        return next(each for each in evaluated(app, database, made).parts if each.audience == "grassroots_union")

    found = part().floored
    assert found is not None
    assert {each.standing.verdict for each in found.places} == {Verdict.NO_HEADCOUNT}
    assert "应参评人数不清楚" in organiser.get(f"/results/{made.campaign.id}").text
    _give_codes(database, made)
    found = part().floored
    assert found is not None
    assert [each.standing.verdict for each in found.places] == [Verdict.MET] * 3 + [Verdict.BELOW]
    assert (found.whole.returned, found.whole.headcount, found.whole.verdict) == (24, 44, Verdict.BELOW)
    said = "未达参评要求：发出 44 份（一次性码和纸质问卷），收回 24 份（54.5%），要求不低于 60%"
    assert said in organiser.get(f"/results/{made.campaign.id}").text
    book = load_workbook(BytesIO(organiser.get(f"/results/{made.campaign.id}/workbook.xlsx").data))
    assert any(said in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    views = f"/results/{made.campaign.id}/units.json?survey={survey}&audience=grassroots_union"
    units = {each["unit"]: each["floor"] for each in organiser.get(views).json["units"]}
    small = units[made.postings[SMALLEST].unit_id]
    assert (small["verdict"], small["returned"], small["headcount"], small["of_issued"]) == ("below", 6, 20, True)
    explored = organiser.get(views.replace("units.json", "explore.json")).json["floor"]
    assert (explored["verdict"], explored["headcount"]) == ("below", 44)
