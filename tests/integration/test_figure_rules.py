"""Rules of figures: chosen per survey, added from a form without code, and printed with each figure."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.questionnaire.text import EN, Text
from survey_app.scoring.measure import reads
from survey_app.scoring.rules import NPS, SATISFACTION_RATE, RateRule
from survey_app.services import figure_rules
from survey_app.services.access import SYSTEM, Actor, NotFound
from survey_app.storage.models import AuditEntry
from survey_app.storage.session import Database
from survey_app.words import Audience, Role
from tests.support.evaluated import NOW, Evaluated, make_evaluated, open_survey, sign_up
from tests.support.sessions import client_of
from tests.support.union import send

TOP = RateRule(
    name="top_rate", version=7, label=Text("优秀率"), description=Text("最高一档 ÷ 有效票"), counts=("1",)
)


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def organiser(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """An organiser of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))


def headline(client: FlaskClient, made: Evaluated) -> dict:
    survey = made.surveys["A_W"].id
    found = client.get(f"/results/{made.campaign.id}/explore.json?survey={survey}&audience=workers").json
    return next(each["rated"] for each in found["readings"] if each["question"] == "W10")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_rule_from_the_form_changes_the_figure_and_stands_beside_it(
    organiser: FlaskClient, made: Evaluated
) -> None:
    survey = made.surveys["A_W"].id
    form = {
        "kind": "rate",
        "label": "最高档率",
        "name": "top_rate",
        "description": "最高一档 ÷ 有效票",
        "counting": "ticked",
        "counts": "1",
    }
    page = organiser.get(f"/surveys/{survey}/rules/new")
    assert page.status_code == 200
    assert send(organiser, f"/surveys/{survey}/rules/new", **{**form, "counts": ""}).status_code == 422
    assert send(organiser, f"/surveys/{survey}/rules/new", **{**form, "name": "满意"}).status_code == 422
    assert send(organiser, f"/surveys/{survey}/rules/new", **{**form, "kind": "index"}).status_code == 422
    assert send(organiser, f"/surveys/{survey}/rules/new", **form).status_code == 302
    choices = organiser.get(f"/surveys/{survey}/rules").text
    key = choices.split("最高档率（第 1 版）")[0].rsplit('value="', 1)[1].split('"')[0]
    now = {name: str(getattr(made.surveys["A_W"], f"{name}_rule_id")) for name in ("strict", "index", "nps")}
    silent = send(organiser, f"/surveys/{survey}/rules", rate=key, **now, reach="one", reason="")
    assert silent.status_code == 422
    said = send(organiser, f"/surveys/{survey}/rules", rate=key, **now, reach="one", reason="按上级通知")
    assert said.status_code == 302
    figure = headline(organiser, made)["rate"]
    answers = [each for each in made.answers("A_W", "W10") if each in set("12345")]
    assert (figure["x"], figure["n"]) == (answers.count("1"), len(answers))
    assert (figure["rule"], figure["rule_version"]) == ("top_rate", 1)
    assert "最高档率" in organiser.get(f"/surveys/{survey}/figures").text
    assert "最高档率" in organiser.get(f"/results/{made.campaign.id}").text
    with organiser.session_transaction() as cookie:
        cookie["locale"] = EN
    for page in (f"/surveys/{survey}/figures", f"/results/{made.campaign.id}"):
        english = organiser.get(page).text
        assert "Rate “top_rate”" in english
        assert "最高档率" not in english


def test_a_version_never_changes_and_the_next_one_stands_beside_it(database: Database, made: Evaluated) -> None:
    survey = made.surveys["A_W"].id
    first = figure_rules.add(database, actor=SYSTEM, survey_id=survey, rule=TOP, now=NOW)
    second = figure_rules.add(database, actor=SYSTEM, survey_id=survey, rule=TOP, now=NOW)
    again = figure_rules.add(database, actor=SYSTEM, survey_id=survey, rule=SATISFACTION_RATE, now=NOW)
    kept = {each.key: each.rule for each in figure_rules.chosen(database, actor=SYSTEM, survey_id=survey).rates}
    assert (kept[first].version, kept[second].version, kept[again].version) == (1, 2, 2)
    assert kept[first].label.zh == TOP.label.zh


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_does_not_fit_is_refused(database: Database, made: Evaluated) -> None:
    survey = made.surveys["A_W"]
    odd = RateRule(name="odd", version=1, label=Text("怪"), description=Text("怪"), counts=("nine",))
    with pytest.raises(figure_rules.DoesNotFit):
        figure_rules.add(database, actor=SYSTEM, survey_id=survey.id, rule=odd, now=NOW)
    own = {"rate": survey.rate_rule_id, "strict": survey.strict_rule_id, "index": survey.index_rule_id}
    with pytest.raises(figure_rules.DoesNotFit):
        figure_rules.choose(
            database, actor=SYSTEM, survey_id=survey.id, **{**own, "rate": own["index"]}, reason="x", now=NOW
        )
    with pytest.raises(NotFound):
        figure_rules.choose(database, actor=SYSTEM, survey_id=survey.id, **{**own, "rate": 99}, reason="x", now=NOW)
    stranger = sign_up(database, made.unit, username="stranger")
    with pytest.raises(NotFound):
        figure_rules.chosen(database, actor=stranger, survey_id=survey.id)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_survey_is_read_by_the_rules_of_what_it_is(
    database: Database, organiser: FlaskClient, made: Evaluated
) -> None:
    survey = made.surveys["A_W"].id
    address = f"/surveys/{survey}/rules/set"
    alone = {"set_reach": "one"}
    assert send(organiser, address, rule_set="member_vote", **alone).status_code == 422
    assert send(organiser, address, rule_set="nothing", why="x", **alone).status_code == 422
    assert send(organiser, address, rule_set="service_review", why="按好差评办法", **alone).status_code == 302
    figure = headline(organiser, made)
    answers = [each for each in made.answers("A_W", "W10") if each in set("12345")]
    assert (figure["strict"]["rule"], figure["strict"]["x"]) == (
        "review_bad_rate", sum(each in "45" for each in answers),
    )  # fmt: skip
    page = organiser.get(f"/results/{made.campaign.id}").text
    assert "好评率" in page
    assert "<dt>差评率（第 1 版）</dt>" in page
    assert ">差评率</th>" in page
    bad = figure_rules.chosen(database, actor=SYSTEM, survey_id=survey).strict.key
    now = {name: getattr(made.surveys["A_W"], f"{name}_rule_id") for name in ("strict", "index", "nps")}
    with pytest.raises(figure_rules.DoesNotFit):
        figure_rules.choose(database, actor=SYSTEM, survey_id=survey, rate=bad, **now, reason="x", now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_rule_by_grades_is_read_where_the_scale_has_them(
    database: Database, organiser: FlaskClient, made: Evaluated
) -> None:
    """W28 asks how far a matter is solved: its scale has no fifth grade in the base, hence no such figure."""
    survey = made.surveys["A_W"]
    form = {"kind": "rate", "counting": "ticked", "description": "不满意 ÷ 有效票", "label": "不满意率"}
    answer = send(organiser, f"/surveys/{survey.id}/rules/new", **form, name="bad_rate", counts=["4", "5"])
    assert answer.status_code == 302
    said = organiser.get(answer.location).text
    assert "量表“解决程度量表”没有“非常不满意" in said
    kept = figure_rules.chosen(database, actor=SYSTEM, survey_id=survey.id)
    key = next(each.key for each in kept.rates if each.rule.name == "bad_rate")
    own = {"rate": survey.rate_rule_id, "strict": survey.strict_rule_id, "index": survey.index_rule_id}
    with pytest.raises(figure_rules.DoesNotFit):  # a high rate of it is bad
        figure_rules.choose(
            database, actor=SYSTEM, survey_id=survey.id, **{**own, "rate": key}, reason="x", now=NOW
        )
    figure_rules.choose(database, actor=SYSTEM, survey_id=survey.id, **{**own, "strict": key}, reason="x", now=NOW)
    page = organiser.get(f"/results/{made.campaign.id}/explore.json?survey={survey.id}&audience=workers").json
    strict = {each["question"]: each["rated"]["strict"] for each in page["readings"] if each["rated"]}
    grades = made.answers("A_W", "W10")
    assert strict["W10"]["x"] == sum(each in ("4", "5") for each in grades)
    assert strict["W28"]["withheld"]["reason"] == "off_scale"
    rates = {each["question"]: each["rated"]["rate"] for each in page["readings"] if each["rated"]}
    assert "withheld" in rates["W28"] or rates["W28"]["n"] > 0
    assert organiser.get(f"/results/{made.campaign.id}").status_code == 200
    assert organiser.get(f"/results/{made.campaign.id}/workbook.xlsx").status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_rule_counts_by_place_on_every_scale(database: Database, organiser: FlaskClient, made: Evaluated) -> None:
    survey = made.surveys["A_W"].id
    form = {
        "kind": "rate",
        "counting": "first",
        "description": "第一档 ÷ 有效票",
        "label": "最高档率",
        "name": "top",
    }
    assert send(organiser, f"/surveys/{survey}/rules/new", **form).status_code == 302
    kept = figure_rules.chosen(database, actor=SYSTEM, survey_id=survey)
    rule = next(each.rule for each in kept.rates if each.rule.name == "top")
    assert isinstance(rule, RateRule)
    assert rule.counts == "first"
    assert all(reads(rule, scale) for scale in kept.scales)


DIFFER = "口径不同，不作比较"


def verdicts(client: FlaskClient, made: Evaluated) -> list[str]:
    found = client.get(f"/results/{made.campaign.id}.json").json
    return [each["contrast"]["comparability"] for waves in found["waves"] for each in waves["visits"]]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_rules_that_end_comparisons_say_so_first_and_can_be_chosen_for_the_whole_campaign(
    database: Database, organiser: FlaskClient, made: Evaluated
) -> None:
    survey, visit = made.surveys["A_W"], made.surveys["B_1"]
    address = f"/surveys/{survey.id}/rules"
    page = organiser.get(address).text
    assert DIFFER in page
    assert all(each.title in page for each in made.surveys.values())
    assert verdicts(organiser, made) == ["comparable"]
    chosen = {"rule_set": "service_review", "why": "按好差评办法"}
    assert send(organiser, f"{address}/set", **chosen).status_code == 422
    assert send(organiser, f"{address}/set", **chosen, set_reach="one").status_code == 302
    assert verdicts(organiser, made) == ["rules_differ"]
    assert send(organiser, f"{address}/set", **chosen, set_reach="all").status_code == 302
    assert verdicts(organiser, made) == ["comparable"]
    now = [figure_rules.chosen(database, actor=SYSTEM, survey_id=each.id) for each in (survey, visit)]
    assert {each.strict.rule.name for each in now} == {"review_bad_rate"}
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "figure_rules_chosen")).all()
    assert sorted(each.subject_id for each in entries) == sorted(str(each.id) for each in made.surveys.values())
    assert {each.detail["reason"] for each in entries} == {"按好差评办法"}


def test_rules_for_the_whole_campaign_change_all_or_nothing(database: Database, made: Evaluated) -> None:
    survey = made.surveys["A_W"]
    three_grades = open_survey(database, made, "H", Audience.WORKERS)
    fourth = replace(TOP, name="fourth_rate", counts=("4",))
    strict = figure_rules.add(database, actor=SYSTEM, survey_id=survey.id, rule=fourth, now=NOW)
    own = {"rate": survey.rate_rule_id, "strict": strict, "index": survey.index_rule_id}

    def choose(actor: Actor, **more: object) -> None:
        figure_rules.choose(database, actor=actor, survey_id=survey.id, **own, now=NOW, everywhere=True, **more)

    def read_by() -> set[int]:
        found = (figure_rules.chosen(database, actor=SYSTEM, survey_id=each.id) for each in made.surveys.values())
        return {each.strict.key for each in found}

    before = read_by()
    with pytest.raises(figure_rules.ReasonNeeded):
        choose(SYSTEM, reason="")
    with pytest.raises(NotFound):
        choose(sign_up(database, made.unit, username="stranger"), reason="x")
    assert read_by() == before
    with pytest.raises(figure_rules.DoesNotFit) as refusal:
        choose(SYSTEM, reason="x")
    assert Text(three_grades.title, three_grades.title_en) in refusal.value.titles
    assert read_by() == before


def _camps(made: Evaluated, promoters_from: int, detractors_to: int) -> tuple[int, int, int]:
    """Promoters less detractors, and how many answered, counted from what was given."""
    given = [int(each) for each in made.answers("A_W", "W30") if each is not None]
    promoters = sum(each >= promoters_from for each in given)
    return promoters, sum(each <= detractors_to for each in given), len(given)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_cut_offs_of_the_recommendation_are_chosen_per_survey(organiser: FlaskClient, made: Evaluated) -> None:
    survey = made.surveys["A_W"].id
    address = f"/results/{made.campaign.id}/explore"

    def reading() -> dict:
        found = organiser.get(f"{address}.json?survey={survey}&audience=workers").json
        return next(each["nps"] for each in found["readings"] if each["question"] == "W30")

    promoters, detractors, n = _camps(made, 9, 6)
    assert reading()["value"] == pytest.approx(100 * (promoters - detractors) / n)
    form = {
        "kind": "nps", "label": "推荐值（八分起）", "name": "nps_from_8", "description": "8–10 分 − 0–5 分",
        "counting": "ticked", "promoters_from": "8", "detractors_to": "5",
    }  # fmt: skip
    for wrong in ({"promoters_from": "5"}, {"promoters_from": "11"}, {"detractors_to": ""}):
        assert send(organiser, f"/surveys/{survey}/rules/new", **{**form, **wrong}).status_code == 422
    assert send(organiser, f"/surveys/{survey}/rules/new", **form).status_code == 302
    choices = organiser.get(f"/surveys/{survey}/rules").text
    key = choices.split("推荐值（八分起）（第 1 版）")[0].rsplit('value="', 1)[1].split('"')[0]
    now = {name: str(getattr(made.surveys["A_W"], f"{name}_rule_id")) for name in ("rate", "strict", "index")}
    wanted = {**now, "nps": key, "reach": "one"}
    assert send(organiser, f"/surveys/{survey}/rules", **wanted, reason="").status_code == 422
    assert send(organiser, f"/surveys/{survey}/rules", **wanted, reason="按上级通知").status_code == 302
    promoters, detractors, n = _camps(made, 8, 5)
    found = reading()
    assert found["value"] == pytest.approx(100 * (promoters - detractors) / n)
    assert (found["rule"], found["rule_version"]) == ("nps_from_8", 1)
    page = organiser.get(f"{address}?survey={survey}&audience=workers").text
    assert "推荐者（8–10 分）" in page
    assert "中立者（6–7 分）" in page
    assert "推荐值（八分起）（第 1 版）" in page
    assert "推荐值（八分起）" in organiser.get(f"/results/{made.campaign.id}").text
    overview = organiser.get(f"/results/{made.campaign.id}.json").json
    (own,) = [each["nps"] for part in overview["parts"] for each in part["answered"] if each["question"] == "W30"]
    assert own == found
    assert "8–10 分 − 0–5 分" in organiser.get(f"/surveys/{survey}/figures").text


def test_a_survey_that_asks_nothing_from_0_to_10_has_no_such_rule(database: Database, made: Evaluated) -> None:
    survey = made.surveys["B_1"]
    found = figure_rules.chosen(database, actor=SYSTEM, survey_id=survey.id)
    assert (found.nps, found.npses) == (None, ())
    with pytest.raises(figure_rules.DoesNotFit):
        figure_rules.add(database, actor=SYSTEM, survey_id=survey.id, rule=NPS, now=NOW)


def test_surveys_from_before_are_read_by_the_rule_that_we_ship(database: Database, made: Evaluated) -> None:
    database.downgrade("0013")
    database.migrate()
    found = figure_rules.chosen(database, actor=SYSTEM, survey_id=made.surveys["A_W"].id)
    assert found.nps is not None
    assert found.nps.rule == NPS
