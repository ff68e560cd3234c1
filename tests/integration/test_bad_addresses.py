"""Whatever an address says, every view of results answers with what is wrong, where, and how to go on."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.storage.session import Database
from tests.support.evaluated import Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of

VIEWS = ("explore", "units", "crosstab", "compare", "waves", "drivers", "weights", "indexes")
_LONG = "x" * 4000
_MENDED = {
    "survey=first&audience=workers": "“survey”无法识别",
    "survey=1&audience=dogs": "“audience”无法识别",
    "survey=1&survey=2&audience=workers": "“survey”无法识别，或重复出现",
    "unit=abc": "“unit”无法识别",
    "unit=3&unit=4": "“unit”无法识别，或重复出现",
    "team=-1": "“team”无法识别",
    "mode=pigeon": "“mode”无法识别",
    "place=12345678901234567890123": "“unit”无法识别",
    "since=2017-13-45": "日期请写成 2026-04-30",
    "until=tomorrow": "日期请写成 2026-04-30",
    "q.W01=%00": "“W01”无法识别",
    f"q.W01={_LONG}": "“W01”无法识别",
    "if=W01": "“if”无法识别",
    "nonsense=1": "“nonsense”，本页没有这一项",
    f"{_LONG}=1": f"“{_LONG[:40]}”，本页没有这一项",
    "%FF=%FE": "本页没有这一项",
    "survey=77777&audience=workers": "不在这里，或者您无权查看",
    "unit=77777": "不在这里，或者您无权查看",
    "unit=999999999999999999": "不在这里，或者您无权查看",
    "place=77777+x": "不在这里，或者您无权查看",
}
_IN_FULL = ("explore", "weights")
"""All views read their address alike; these are asked everything, the others what follows."""
_EVERYWHERE = ("since=2017-13-45", "nonsense=1", "survey=77777&audience=workers", "unit=999999999999999999")
_BORNE = (
    "page=-1",
    "page=99999999999999999999",
    "sort=-nothing",
    "find=%00%25",
    f"find={_LONG}",
    "=",
    "&&",
)
_OF_ANSWERS = {
    "explore": {
        "q.NONE=1": "没有可用来筛选的题目“NONE”",
        "q.W01=77": "题目 W01 没有这个答案",
        "since=2017-05-01&until=2017-04-01": "起始日期晚于截止日期",
        "by=W77": "这里没有",
        "item=W01": "这里没有",
        "team=77777": "不在这里，或者您无权查看",
    },
    "crosstab": {"row=W77": "这里没有", "row=W20.99&column=W10": "这里没有", f"column={_LONG}": "这里没有"},
    "compare": {
        "b.unit=abc": "B 组：网址中的“unit”无法识别",
        "b.nonsense=1": "B 组：网址中的“nonsense”，本页没有这一项",
        "b.q.W01=x y": "B 组：网址中的“W01”无法识别",
        "b.unit=77777": "不在这里，或者您无权查看",
        "b.survey=77777&b.audience=workers": "不在这里，或者您无权查看",
    },
}


@pytest.fixture
def made(database: Database) -> Evaluated:
    """A campaign with about 620 responses."""
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


def _is_mended(leader: FlaskClient, address: str, query: str, said: str) -> None:
    page = leader.get(f"{address}?{query}", follow_redirects=True)
    assert page.status_code in (400, 404), (address, query)
    told = re.search(r'role="alert">(.*?)</div>', page.text, re.DOTALL)
    assert told, (address, query)
    assert said in told.group(1), (address, query)
    assert f'href="{address}?' in told.group(1), "There is no way back"
    found = leader.get(f"{address}.json?{query}")
    assert found.status_code == page.status_code, (address, query)
    assert found.json["error"]["kind"] == ("bad_selection" if page.status_code == 400 else "not_found")


def test_every_view_says_what_of_its_address_is_wrong_and_leads_on(leader: FlaskClient, made: Evaluated) -> None:
    for view in VIEWS:
        address = f"/results/{made.campaign.id}/{view}"
        queries = _MENDED if view in _IN_FULL else {query: _MENDED[query] for query in _EVERYWHERE}
        for query, said in {**queries, **_OF_ANSWERS.get(view, {})}.items():
            _is_mended(leader, address, query, said)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_only_orders_a_list_never_stands_in_the_way(leader: FlaskClient, made: Evaluated) -> None:
    root = f"/results/{made.campaign.id}"
    for view in ("", "/explore", "/units", "/comments"):
        for query in _BORNE:
            status = leader.get(f"{root}{view}?{query}", follow_redirects=True).status_code
            assert status == 200, (view, query)
