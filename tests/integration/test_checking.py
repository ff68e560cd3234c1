"""The checking tools: what they say agrees with the reference, and what is typed wrongly is said at its field."""

import html
import re
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.sessions import client_of
from tests.support.union import make_union
from tests.unit.scoring.reference_cases import case, cases

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def leader(app: Flask, database: Database) -> FlaskClient:
    """Somebody who reads results."""
    return client_of(app, make_union(database).north.people[Role.LEADER])


def found(client: FlaskClient, query: str) -> dict:
    answer = client.get(f"/results/checking.json?{query}")
    assert answer.status_code == 200, answer.text
    document = client.get("/api/openapi.json").json
    schema = document["paths"]["/results/checking.json"]["get"]["responses"]["200"]["content"]["application/json"]
    checked = Draft202012Validator({**schema["schema"], "components": document["components"]})
    assert not [each.message for each in checked.iter_errors(answer.json)]
    return answer.json


def page(client: FlaskClient, query: str, status: int = 200) -> str:
    answer = client.get(f"/results/checking?{query}")
    assert answer.status_code == status
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))


def test_a_reported_rate_is_checked_as_in_the_reference(leader: FlaskClient) -> None:
    inputs, expected, _tolerance = case("grim_97_9")
    reported = inputs["reported"]
    smallest = expected["smallest_n"]
    assert found(leader, f"reported={reported}")["possible"]["smallest_n"] == smallest == 47
    for n in range(smallest, max(expected["first_possible"]) + 1):
        one = found(leader, f"reported={reported}&reported_n={n}")["possible"]
        assert one["is_possible"] is (n in expected["first_possible"]), n
    assert one["counts"] == {"least": 142, "most": 142}
    assert found(leader, "reported=97.9&reported_n=46")["possible"]["counts"] is None
    shown = page(leader, "reported=97.9%25&reported_n=46")
    assert "46 票不可能得出 97.9%" in shown
    assert "最少票数是 47 票：47 票中的 46 票" in shown
    assert "两位小数" not in shown


def test_the_decimals_of_a_reported_rate_count(leader: FlaskClient) -> None:
    assert found(leader, "reported=98&reported_n=47")["possible"]["is_possible"]
    assert not found(leader, "reported=98.0&reported_n=47")["possible"]["is_possible"]
    assert "核对不能说明什么" in page(leader, "reported=98.0&reported_n=1000")
    assert "有 10 个票数可以得出它" in page(leader, "reported=98.0&reported_n=10000")


def test_a_sample_is_as_large_as_in_the_reference(leader: FlaskClient) -> None:
    inputs, expected, _tolerance = case("sample_size_proportion")
    assert (inputs["p"], inputs["margin"]) == (0.5, 0.05)
    for key, invited in expected["svy_integer"].items():
        given = dict(part.split("=") for part in key.split(","))
        people = "" if given["N"] == "None" else given["N"]
        response = float(given["rr"]) * 100
        query = f"margin=5&expected=50&population={people}&design_effect={given['deff']}&response={response}"
        one = found(leader, query)["sample"]
        assert one["invited"] == invited, key
        assert one["answers"] == (invited if response == 100 else 410)
    assert "需要 385 份有效答卷，应邀请 550 人" in page(leader, "margin=5&response=70")
    short = page(leader, "margin=5&population=200&response=30")
    assert "需要 132 份有效答卷，预计收不回这么多" in short
    assert "只收回约 60 份" in short


@pytest.mark.parametrize("name", [name for name in cases() if re.fullmatch(r"single_proportion_ci_\d+_\d+", name)])
def test_an_interval_is_that_of_the_reference(leader: FlaskClient, name: str) -> None:
    inputs, expected, tolerance = case(name)
    one = found(leader, f"x={inputs['x']}&n={inputs['n']}")["interval"]
    method = "clopper_pearson" if inputs["n"] < 10 else "wilson"
    assert one["interval"]["method"] == method
    assert [one["interval"]["low"], one["interval"]["high"]] == pytest.approx(expected[method], abs=tolerance)


def test_people_in_all_make_an_interval_narrower_or_superfluous(leader: FlaskClient) -> None:
    wide, narrow = (found(leader, f"x=47&n=48{rest}")["interval"]["interval"] for rest in ("", "&headcount=60"))
    assert narrow["low"] > wide["low"]
    assert narrow["high"] < wide["high"]
    whole = found(leader, "x=47&n=48&headcount=48")["interval"]
    assert whole["is_census"]
    assert whole["interval"] is None
    assert "全员测评" in page(leader, "x=47&n=48&headcount=48")
    assert "97.9%（140 票中 137 票），95% 区间 93.9%–99.3%" in page(leader, "x=137&n=140")


@pytest.mark.parametrize(
    ("query", "where", "said"),
    [
        ("reported=", "reported", "必填"),
        ("reported=viel", "reported", "请填写百分比，最多两位小数，例如 97.9。"),
        ("reported=97.912", "reported", "请填写百分比，最多两位小数，例如 97.9。"),
        ("reported=101", "reported", "0 到 100"),
        ("reported=97.9&reported_n=0", "reported_n", "1 到 10000000"),
        ("reported=97.9&reported_n=4.5", "reported_n", "整数"),
        ("margin=0", "margin", "0.1 到 50"),
        ("margin=5&expected=100", "expected", "0.1 到 99.9"),
        ("margin=5&design_effect=0", "design_effect", "0.1 到 100"),
        ("margin=5&response=101", "response", "0.1 到 100"),
        ("n=140", "x", "必填"),
        ("x=141&n=140", "x", "不能多于有效票数 140。"),
        ("x=137&n=140&headcount=139", "headcount", "不能少于有效票数 140。"),
        ("both=1&only_first=2&only_second=3", "neither", "必填"),
        ("both=0&only_first=0&only_second=0&neither=0", "neither", "至少要有一人"),
        ("due_revisit=13", "revisited", "必填"),
        ("revisited=2", "due_revisit", "必填"),
        ("due=8&on_time=9", "on_time", "最多为 8"),
        ("due=0&on_time=0", "due", "1 到 10000000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(leader: FlaskClient, query: str, where: str, said: str) -> None:
    answer = leader.get(f"/results/checking.json?{query}")
    assert answer.status_code == 400
    assert answer.json["error"]["where"] == where
    assert said in answer.json["error"]["said"]
    written = leader.get(f"/results/checking?{query}")
    assert written.status_code == 400
    assert re.search(rf'id="{where}-error">[^<]*{re.escape(said)}', html.unescape(written.text))


def test_each_tool_keeps_what_the_others_were_asked(leader: FlaskClient) -> None:
    shown = leader.get("/results/checking?x=137&n=140&margin=5").text
    forms = re.findall(r"<form method=\"get\" action=\"/results/checking#(\w+)\".*?</form>", shown, re.S)
    assert forms == ["possible", "sample", "interval", "pairs", "review"]
    first = shown[shown.index("#possible") : shown.index("</form>", shown.index("#possible"))]
    for name, value in (("x", 137), ("n", 140), ("margin", 5)):
        assert f'type="hidden" name="{name}" value="{value}"' in first
    assert 'href="/results/checking.json?x=137&amp;n=140&amp;margin=5"' in shown
    both = found(leader, "x=137&n=140&margin=5")
    assert both["possible"] is None
    assert both["sample"]["answers"] == 385


def test_who_may_not_read_results_has_no_tools(app: Flask, database: Database) -> None:
    union = make_union(database)
    assert app.test_client().get("/results/checking").status_code == 302
    assert app.test_client().get("/results/checking.json").status_code == 401
    member = client_of(app, union.north.people[Role.TEAM_MEMBER])
    assert member.get("/results/checking").status_code == 403


def test_what_cannot_be_read_is_said_once(leader: FlaskClient) -> None:
    shown = page(leader, "reported=97.9&reported_n=viele", 400)
    assert "请填写整数" in shown
    assert "之间的数" not in shown
    shown = page(leader, "reported=&reported_n=12", 400)
    assert "此项必填" in shown
    assert "两位小数" not in shown


def test_pairs_change_as_in_the_reference(leader: FlaskClient) -> None:
    inputs, expected, tolerance = case("mcnemar_paired_wave_change")
    names = {
        "both_satisfied": "both",
        "only_wave1": "only_first",
        "only_wave2": "only_second",
        "neither": "neither",
    }
    one = found(leader, urlencode({names[each]: inputs[each] for each in names}))["pairs"]
    assert one["people"] == sum(inputs[each] for each in names)
    assert one["change"]["p_value"] == pytest.approx(expected["p_exact"], abs=tolerance)
    assert one["change"]["difference"] == pytest.approx(expected["diff"], abs=tolerance)
    assert one["second"] - one["first"] == pytest.approx(expected["diff"], abs=tolerance)
    shown = page(leader, "both=80&only_first=5&only_second=25&neither=10")
    assert "70.8%，后为 87.5%，显著上升" in shown
    assert "+16.7 个百分点" in shown
    assert "p < 0.001" in shown
    assert "无显著变化" in page(leader, "both=3&only_first=0&only_second=0&neither=1")


def test_shares_of_a_service_review_follow_their_rules(leader: FlaskClient) -> None:
    one = found(leader, "due_revisit=13&revisited=12&received=400&excluded=0&rerated=3&satisfied_after=3")["review"]
    assert [(each["rule"], each["rule_version"], each["x"], each["n"]) for each in one] == [
        ("revisit_rate", 1, 12, 13),
        ("satisfaction_after_rectification", 1, 3, 3),
        ("exclusion_rate", 1, 0, 400),
    ]
    shown = page(leader, "due_revisit=13&revisited=12&due=8&on_time=7")
    assert "回访率 92.3% · 按期率 87.5%" in shown
    assert "12/13，按回访率（第 1 版）：回访率 = 已回访的差评数 ÷ 应回访的差评数 × 100%。" in shown


def test_a_service_review_without_any_count_is_no_review(leader: FlaskClient) -> None:
    assert "请至少填写一项比率的件数" in page(leader, "due_revisit=&revisited=&due=", 400)
    assert leader.get("/results/checking.json?due_revisit=").status_code == 400
