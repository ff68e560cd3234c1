"""Exploring over HTTP: the page and its JSON show what the services give, by a link that says all of it."""

import re
from io import BytesIO
from itertools import combinations
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey_app.analysis.openings import CROWD
from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Role, SurveyState
from tests.support.evaluated import (
    ENTERPRISES,
    Evaluated,
    make_campaign,
    make_evaluated,
    open_survey,
    respond,
    sign_up,
    survey_over,
)
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
EXPLORE = "/results/{}/explore"


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def _link(made: Evaluated, rest: str = "", kind: str = "") -> str:
    return f"{EXPLORE.format(made.campaign.id)}{kind}?survey={made.surveys['A_W'].id}&audience=workers{rest}"


def test_the_page_shows_the_figure_of_the_results_page(leader: FlaskClient, made: Evaluated) -> None:
    values = [
        re.search(r'class="finding-value">([^<]+)<', leader.get(address).text)
        for address in (f"/results/{made.campaign.id}", _link(made))
    ]
    assert all(values)
    assert len({found.group(1) for found in values if found}) == 1


def test_a_form_leads_to_the_link_that_says_the_same(leader: FlaskClient, made: Evaluated) -> None:
    survey = made.surveys["A_W"].id
    sent = leader.get(
        f"{EXPLORE.format(made.campaign.id)}?survey={survey}&audience=workers&team=&mode=&mode=web&since=&if=&if=W01%3D1"
    )
    assert sent.status_code == 302
    query = dict(parse_qsl(urlsplit(sent.location).query))
    assert query == {"survey": str(survey), "audience": "workers", "mode": "web", "q.W01": "1"}
    assert leader.get(sent.location).status_code == 200
    assert leader.get(EXPLORE.format(made.campaign.id)).status_code == 302


def test_json_is_what_the_page_shows(leader: FlaskClient, made: Evaluated) -> None:
    unit = made.postings[0].unit_id
    found = leader.get(_link(made, f"&unit={unit}", ".json")).json
    answers = made.answers("A_W", "W10", made.postings[0].id)
    (reading,) = [each for each in found["readings"] if each["question"] == "W10"]
    rate = reading["rated"]["rate"]
    assert (rate["x"], rate["n"]) == (
        sum(each in {"1", "2", "3"} for each in answers),
        sum(each in set("12345") for each in answers),
    )
    assert (rate["rule"], rate["rule_version"]) == ("satisfaction_rate", 1)
    page = leader.get(_link(made, f"&unit={unit}")).text
    assert f"{rate['x']}/{rate['n']}" in page
    assert rate["value_text"] in page


def test_places_lead_down_and_up(leader: FlaskClient, made: Evaluated) -> None:
    unit = made.postings[0].unit_id
    top = leader.get(_link(made)).text
    assert f"unit={unit}" in top
    below = leader.get(_link(made, f"&unit={unit}")).text
    trail = below.split('class="trail places"')[1].split("</nav>")[0]
    assert "武汉重型机床" in trail
    assert f'href="{_link(made)}"'.replace("&", "&amp;") in trail


def test_more_than_two_conditions_are_refused_in_words(leader: FlaskClient, made: Evaluated) -> None:
    link = "&q.W01=1&q.W10=1&mode=web"
    page = leader.get(_link(made, link))
    assert page.status_code == 400
    assert "最多同时设两个条件" in page.text
    assert f'href="{_link(made)}"'.replace("&", "&amp;") in page.text
    answer = leader.get(_link(made, link, ".json"))
    assert answer.status_code == 400
    assert answer.json["error"]["kind"] == "bad_selection"
    assert "readings" not in answer.json


@pytest.mark.parametrize("rest", ["&q.W99=1", "&q.W01=77", "&unit=abc", "&nonsense=1", "&by=W77", "&item=W01"])
def test_what_cannot_be_read_is_said_with_a_way_back(leader: FlaskClient, made: Evaluated, rest: str) -> None:
    page = leader.get(_link(made, rest))
    assert page.status_code == 400
    assert "回到整体" in page.text


def test_a_choice_that_the_questionnaire_has_not_is_no_question_of_that_name(
    leader: FlaskClient, made: Evaluated
) -> None:
    assert "网址中“by”指定的内容，这里没有" in leader.get(_link(made, "&by=W77")).text
    assert "没有可用来筛选的题目“W99”" in leader.get(_link(made, "&q.W99=1")).text


@pytest.mark.parametrize("kind", ["", ".json"])
@pytest.mark.parametrize("view", ["explore", "units", "crosstab", "compare", "waves", "weights", "indexes"])
def test_a_unit_that_is_none_is_not_found(leader: FlaskClient, made: Evaluated, view: str, kind: str) -> None:
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&unit=77777"
    assert leader.get(f"/results/{made.campaign.id}/{view}{kind}{rest}").status_code == 404


def test_a_comparison_of_the_same_enterprises_says_so_beside_the_chart(
    leader: FlaskClient, made: Evaluated
) -> None:
    first, later = (made.surveys[name].id for name in ("A_W", "B_1"))
    rest = f"?survey={first}&audience=workers&b.survey={later}&b.audience=workers"
    page = leader.get(f"/results/{made.campaign.id}/compare{rest}", follow_redirects=True).text
    assert re.search(r"只比较两次都有答卷的 \d+ 家企业", page.split("<figcaption>")[1].split("</figcaption>")[0])


def test_small_groups_show_no_number(app: Flask, database: Database, leader: FlaskClient, made: Evaluated) -> None:
    small = make_campaign(database, name="小")
    survey_over(database, small, "A_W", Audience.WORKERS)
    for posting, count in zip(small.postings, (37, 4, 11, 0), strict=True):
        respond(database, small, "A_W", posting.id, [{"W01": ["1"], "W10": ["1"]}] * count)
    client = client_of(app, sign_up(database, small.unit, username="small"))
    found = client.get(_link(small, f"&unit={small.postings[1].unit_id}", ".json")).json
    (reading,) = [each for each in found["readings"] if each["question"] == "W10"]
    assert reading["counts"] is None
    assert reading["n"] is None
    for figure in reading["rated"].values():
        assert figure["withheld"] == {"reason": "too_few", "threshold": 5}
        assert not {"x", "n", "value", "interval", "headcount"} & set(figure)
    page = client.get(_link(small, f"&unit={small.postings[1].unit_id}")).text
    assert "100.0%" not in page


def test_a_sealed_survey_shows_nothing(app: Flask, database: Database, leader: FlaskClient) -> None:
    made = make_campaign(database, name="封")
    survey = open_survey(database, made, "A_W", Audience.WORKERS, is_sealed=True)
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"], "W10": ["1"]}] * 30)
    client = client_of(app, sign_up(database, made.unit, username="sealed"))
    page = client.get(_link(made)).text
    assert "已封存" in page
    assert "100.0%" not in page
    answer = client.get(_link(made, kind=".json"))
    assert (answer.status_code, answer.json["error"]["kind"]) == (403, "sealed")
    with database.transaction() as session:
        session.get_one(Survey, survey.id).state = SurveyState.CLOSED
    assert "100.0%" in client.get(_link(made)).text


def test_who_may_not_read_gets_nothing(
    app: Flask, database: Database, made: Evaluated, leader: FlaskClient
) -> None:
    member = client_of(app, sign_up(database, made.unit, username="member", role=Role.TEAM_MEMBER))
    other = make_campaign(database, name="另一处")
    stranger = client_of(app, sign_up(database, other.unit, username="stranger"))
    for kind in ("", ".json"):
        assert member.get(_link(made, kind=kind)).status_code == 403
        assert stranger.get(_link(made, kind=kind)).status_code == 404
    mine = _link(made).replace(f"/{made.campaign.id}/", f"/{other.campaign.id}/")
    assert stranger.get(mine).status_code in {200, 404}
    assert "收回" not in stranger.get(mine).text
    assert leader.get(_link(made, f"&unit={other.postings[0].unit_id}")).status_code == 404


def test_a_cross_tab_is_a_recount(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}/crosstab"
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&row=W01&column=W10"
    found = leader.get(f"{address}.json{rest}").json["cross_tab"]
    given = [each.answers for each in made.given if each.survey == "A_W"]
    for codes, row in zip(found["rows"], found["table"], strict=True):
        for others, count in zip(found["columns"], row, strict=True):
            true = sum(each.get("W01") in codes and each.get("W10") in others for each in given)
            assert count == true
            assert true == 0 or true >= CROWD
    assert any(len(codes) > 1 for codes in [*found["rows"], *found["columns"]])
    assert f"χ² = {found['chi_square']['statistic']:.2f}" in leader.get(address + rest).text


def test_a_cross_tab_of_two_options_has_its_test(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}/crosstab"
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&row=W20.1&column=W20.2"
    found = leader.get(f"{address}.json{rest}").json["cross_tab"]
    assert found["total"] == sum(sum(row) for row in found["table"])
    assert found["chi_square"]["df"] == 1
    assert f"χ² = {found['chi_square']['statistic']:.2f}" in leader.get(address + rest).text


def test_what_a_cross_tab_does_not_cross_is_refused(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}/crosstab"
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&row=W01&column=W10"
    assert leader.get(f"{address}{rest}&q.W01=1").status_code == 200  # a question that is a condition, too
    assert leader.get(f"{address}?row=W99", follow_redirects=True).status_code == 400


def test_two_places_side_by_side(leader: FlaskClient, made: Evaluated) -> None:
    first, last = (made.postings[place].unit_id for place in (0, 3))
    address = f"/results/{made.campaign.id}/compare"
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&unit={first}&b.unit={last}"
    page = leader.get(address + rest, follow_redirects=True)
    found = leader.get(f"{address}.json{rest}").json["comparison"]
    (line,) = [each for each in found["lines"] if each["question"] == "W10"]
    points = f"{-100 * line['rate']['difference']:.1f}"
    assert f"B 比 A 低 {points} 个百分点" in page.text
    assert "B 显著低于 A" in page.text
    assert all(name in page.text for name in ("A：到职工中去武汉重型机床", "B：到职工中去青山冶金"))
    assert line["rate"]["verdict"] == "fall"
    assert line["rate"]["interval"]["high"] < 0
    overlapping = f"?survey={made.surveys['A_W'].id}&audience=workers&b.unit={last}"
    assert "重叠" in leader.get(address + overlapping, follow_redirects=True).text
    answer = leader.get(f"{address}.json{overlapping}")
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "overlap")


def test_both_sides_of_a_comparison_are_chosen_in_one_form(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}/compare"
    survey, later = made.surveys["A_W"].id, made.surveys["B_1"].id
    first, last = (made.postings[place].unit_id for place in (0, 3))
    form = leader.get(address, follow_redirects=True).text
    for name in ("about", "unit", "team", "b.about", "b.unit", "b.team"):
        assert f'name="{name}"' in form
    assert form.count(f'<option value="{first}">到职工中去武汉重型机床<') == 2
    sent = leader.get(
        f"{address}?about={survey}.workers&unit={first}&team=&b.about={later}.workers&b.place={last}+青山&b.team="
    )
    assert sent.status_code == 302
    query = dict(parse_qsl(urlsplit(sent.location).query))
    assert (query["survey"], query["unit"], query["b.survey"], query["b.unit"]) == tuple(
        str(each) for each in (survey, first, later, last)
    )
    assert leader.get(f"{address}?about={survey}.workers&b.place=无此单位").status_code == 400


def test_a_unit_is_found_by_a_part_of_its_name(leader: FlaskClient, made: Evaluated) -> None:
    unit = made.postings[0].unit_id
    address = f"/results/{made.campaign.id}"
    assert {"unit": unit, "name": "到职工中去武汉重型机床"} in leader.get(f"{address}/places?text=重型").json[
        "places"
    ]
    assert leader.get(f"{address}/places?text=%25").json == {"places": []}
    assert leader.get(f"{address}/places").json == {"places": []}
    found = leader.get(f"{address}/explore?place=重型")
    assert dict(parse_qsl(urlsplit(found.location).query))["unit"] == str(unit)
    several = leader.get(f"{address}/explore?place=到职工中去")
    assert several.status_code == 400
    assert "您要找的可能是" in several.text
    assert _link(made, f"&unit={unit}").replace("&", "&amp;") in several.text


def test_a_team_is_named_with_its_enterprise(leader: FlaskClient, made: Evaluated) -> None:
    teams = [made.postings[place].team_id for place in (0, 3)]
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&team={teams[0]}&b.team={teams[1]}"
    page = leader.get(f"/results/{made.campaign.id}/compare{rest}", follow_redirects=True).text
    assert re.search(r"A：\w*一队（\w*武汉重型机床）；B：\w*四队（\w*青山冶金）", page)


def test_waves_follow_a_place(leader: FlaskClient, made: Evaluated) -> None:
    unit = made.postings[1].unit_id
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&unit={unit}"
    found = leader.get(f"/results/{made.campaign.id}/waves.json{rest}").json["waves"]
    later = made.answers("B_1", "F03", made.postings[1].id)
    rate = found[1]["reading"]["rated"]["rate"]
    assert rate["n"] == sum(each in set("12345") for each in later)
    change = found[1]["contrast"]["rate"]
    assert change["interval"]["low"] <= change["difference"]
    page = leader.get(f"/results/{made.campaign.id}/waves{rest}").text
    assert f'<td class="number">{rate["n"]}</td>' in page


def _changes(table: str) -> list[list[str]]:
    """Return the cells of a printed table of changes, without the rows' heads."""
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in table.split("<tr>")[2:]]


def test_a_change_is_the_same_wherever_it_stands(leader: FlaskClient, made: Evaluated) -> None:
    """Overview and waves, as page and as JSON, and the workbook: one contrast."""
    address = f"/results/{made.campaign.id}"
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers"
    (whole,) = leader.get(f"{address}.json").json["waves"]
    at_place = leader.get(f"{address}/waves.json{rest}").json["waves"][1]["contrast"]
    contrast = whole["visits"][0]["contrast"]
    assert contrast["rate"]["interval"]["method"] == "clustered_contrast_t"
    for part in ("comparability", "rate", "strict"):
        assert contrast[part] == at_place[part]
    for side in ("first", "second"):
        for name in ("rate", "strict", "index"):
            one, other = (dict(each["same"][side][name]) for each in (contrast, at_place))
            # The overview's cut-off is the end of the survey, that of a view the moment of asking.
            assert one.pop("as_of")
            assert other.pop("as_of")
            assert one == other
    overview, waves = leader.get(address).text, leader.get(f"{address}/waves{rest}").text
    printed = [
        _changes(page.split(f'data-table="{name}"', 1)[1].split("</table>", 1)[0])
        for page, name in ((overview, "changes-0"), (waves, "changes"))
    ]
    assert printed[0] == printed[1]
    sheet = load_workbook(BytesIO(leader.get(f"{address}/workbook.xlsx").data))["回访对比"]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    (row,) = [each for each in rows if each[:2] == ["1 个月回访", "满意率（第 1 版）"] and len(each) > 6]
    assert row[5:8] == [
        round(100 * each, 1)
        for each in (
            contrast["rate"]["difference"],
            contrast["rate"]["interval"]["low"],
            contrast["rate"]["interval"]["high"],
        )
    ]
    units = {f"到职工中去{place[0]}": each.unit_id for place, each in zip(ENTERPRISES, made.postings, strict=True)}
    assert whole["team_changes"]
    for team in whole["team_changes"]:
        unit = units[team["places"][0]["zh"]]
        alone = leader.get(f"{address}/waves.json{rest}&unit={unit}").json["waves"][1]["contrast"]
        assert alone["rate"] == team["change"]


def test_units_and_questions_are_the_figures_of_the_places(leader: FlaskClient, made: Evaluated) -> None:
    whole = f"?survey={made.surveys['A_W'].id}&audience=workers"
    table = leader.get(f"/results/{made.campaign.id}/units.json{whole}").json
    place = table["columns"].index("W10")
    cells = {each["unit"]: each["cells"][place] for each in table["units"]}
    for posting in made.postings:
        view = leader.get(_link(made, f"&unit={posting.unit_id}", ".json")).json
        (reading,) = [each for each in view["readings"] if each["question"] == "W10"]
        rate = reading["rated"]["rate"]
        assert (cells[posting.unit_id]["x"], cells[posting.unit_id]["n"]) == (rate["x"], rate["n"])
        assert cells[posting.unit_id]["low"] == pytest.approx(rate["interval"]["low"])
    page = leader.get(f"/results/{made.campaign.id}/units{whole}&sort=W10").text
    names = re.findall(r'<th scope="row"><a [^>]+>到职工中去([^<]+)<', page)
    assert names[0].endswith("总工会")
    assert (names[1], names[-1]) == ("长江船厂", "青山冶金")


def test_a_unit_without_units_below_stands_among_those_beside_it(leader: FlaskClient, made: Evaluated) -> None:
    whole = f"?survey={made.surveys['A_W'].id}&audience=workers"
    unit = made.postings[3].unit_id
    page = leader.get(f"/results/{made.campaign.id}/units{whole}&unit={unit}").text
    row = page.partition('<tr class="here" aria-current="true">')[2].partition("</tr>")[0]
    rate = leader.get(_link(made, f"&unit={unit}", ".json")).json["readings"]
    (shown,) = [each["rated"]["rate"] for each in rate if each["question"] == "W10"]
    assert "青山冶金" in row
    assert f"有效 {shown['n']} 份" in row
    assert re.search(r'<th scope="row"><a [^>]+>到职工中去长江船厂<', page)


def test_who_was_not_asked_the_other_question_is_said_to_be_so(leader: FlaskClient, made: Evaluated) -> None:
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers&row=W01&column=W10"
    page = leader.get(f"/results/{made.campaign.id}/crosstab{rest}").text
    rows = re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', page, re.DOTALL)
    assert {name for name, cells in rows if "未问此题" in cells} == {"不知道"}


def test_a_view_of_too_few_says_how_many_it_takes(leader: FlaskClient, made: Evaluated) -> None:
    threshold = made.surveys["A_W"].threshold
    assert f"至少要有 {threshold} 份有效答卷" in leader.get(_link(made, "&mode=kiosk")).text
    assert f"至少要有 {CROWD} 份有效答卷" in leader.get(_link(made, "&mode=kiosk&q.W01=1")).text


def test_conditions_that_withhold_most_units_say_what_it_takes(leader: FlaskClient, made: Evaluated) -> None:
    said = "设了条件后，这里的大部分分组不显示"
    for view in ("units", "explore"):
        address = f"/results/{made.campaign.id}/{view}?survey={made.surveys['A_W'].id}&audience=workers"
        assert said not in leader.get(address).text
        page = leader.get(f"{address}&q.B1=4").text
        assert said in page
        assert f"每组至少要有 {CROWD} 份" in page
        assert f"不足 {CROWD} 份" in page


def test_technical_words_are_explained_where_they_stand(leader: FlaskClient, made: Evaluated) -> None:
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers"
    for view, term in {"crosstab": "χ² 和 p", "drivers": "克隆巴赫 α", "weights": "设计效应"}.items():
        page = leader.get(f"/results/{made.campaign.id}/{view}{rest}").text
        assert f"<dt>{term}</dt>" in page.partition('class="glossary"')[2], view


def test_a_dash_is_explained_only_where_one_stands(leader: FlaskClient, made: Evaluated) -> None:
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers"
    page = leader.get(f"/results/{made.campaign.id}/units{rest}").text
    assert ("“—”" in page) == bool(re.search(r'<td class="number">—', page))


def test_the_wall_shows_the_same_headline_and_is_live(
    leader: FlaskClient, made: Evaluated, database: Database
) -> None:
    page = leader.get(f"/results/{made.campaign.id}/wall").text
    value = re.search(r'class="finding-value">([^<]+)<', leader.get(f"/results/{made.campaign.id}").text)
    assert value is not None
    assert f">{value.group(1)}<" in page
    assert page.count('class="slide"') >= 4
    assert "data-refresh-seconds" not in page
    with database.transaction() as session:
        session.get_one(Survey, made.surveys["A_W"].id).state = SurveyState.OPEN
    assert "data-refresh-seconds" in leader.get(f"/results/{made.campaign.id}/wall").text


def test_the_wall_says_how_many_took_part(leader: FlaskClient, made: Evaluated) -> None:
    page = leader.get(f"/results/{made.campaign.id}/wall").text
    found = leader.get(f"/results/{made.campaign.id}/wall.json").json
    returned, people = found["parts"][0]["returned"], found["parts"][0]["headcount"]
    slide = page.partition('id="slide-participation"')[2].partition("</section>")[0]
    assert f'data-live="taking">{100 * returned / people:.1f}%<' in slide
    assert f"共 {people} 名职工" in slide
    places = dict(re.findall(r"<dt[^>]*>([^<]+)</dt><dd><b[^>]*>(\d+)</b> <span[^>]*>处驻点", slide))
    shares = [each["returned"]["workers"] / each["headcount"] for each in found["participation"]]
    assert places == {"30% 至 60%": str(sum(0.3 <= share < 0.6 for share in shares))}
    assert page.count('data-chart="participation-') == 1
    # New figures come with their names: places that now are below the floor do not stand under an old name.
    assert page.count("<dt") == page.count('<dt data-live="')
    # No slide has two charts: their words would be too small.
    assert all(slide.count("data-chart=") <= 1 for slide in page.split('<section class="slide"'))


def test_what_matters_in_the_whole_follows_from_cross_tabs(leader: FlaskClient, made: Evaluated) -> None:
    address = f"/results/{made.campaign.id}/drivers"
    rest = f"?survey={made.surveys['A_W'].id}&audience=workers"
    found = leader.get(f"{address}.json{rest}").json["map"]
    names = [f"W1{number}" for number in range(1, 7)]
    assert [each["question"] for each in found["items"]] == names
    tables = {
        (row, column): leader.get(
            f"/results/{made.campaign.id}/crosstab.json{rest}&row={row}&column={column}"
        ).json["cross_tab"]
        for row, column in combinations([*names, "W10"], 2)
    }
    sums = {pair: sum(map(sum, each["table"])) for pair, each in tables.items()}
    assert [each["n"] for each in found["items"]] == [sums[name, "W10"] for name in names]
    assert found["n"] == min(sums.values())
    assert found["is_merged"] == any(len(codes) > 1 for each in tables.values() for codes in each["rows"])
    assert sum(each["share"] for each in found["items"]) == pytest.approx(100, abs=3)
    assert 0 < found["alpha"] <= 1
    page = leader.get(address + rest).text
    assert f"任意两题都作答的至少 {found['n']} 人" in page
    assert "按交叉表计算，部分答案已合并" in page
    # What nobody answered looks like what is withheld.
    assert {each["reason"] for each in found["omitted"]} == {"seldom", "withheld"}
    assert "不足五分之四，未列入" in page
    # Of a place it is told by its own cross-tabs, or not at all.
    place = leader.get(f"{address}{rest}&unit={made.postings[0].unit_id}").text
    assert "总体评价的交叉表中" in place
    assert "查看每道题的结果" in place
