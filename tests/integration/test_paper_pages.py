"""The pages about paper, as an organiser and two keyers use them without any script."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.questionnaire.text import EN, ZH
from survey_app.services.paper import Totals
from survey_app.storage.session import Database
from tests.support.field import responses
from tests.support.keyed import SATISFIED, UNAWARE, Paper, make_paper
from tests.support.sessions import client_of


@pytest.fixture
def made(app: Flask, database: Database) -> Paper:
    """A batch of 60 sheets."""
    app.config["WTF_CSRF_ENABLED"] = False
    return make_paper(database)


def _form(serial: int | str, typed: Mapping[str, str], **more: str) -> dict[str, str]:
    return {"serial": str(serial), "kind": "valid", **{f"q_{code}": keys for code, keys in typed.items()}, **more}


def _get(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_from_an_empty_batch_to_ballots_that_count(app: Flask, made: Paper) -> None:
    organiser, keyer = client_of(app, made.organiser), client_of(app, made.one)
    survey = made.field.survey_id
    page = _get(organiser, f"/surveys/{survey}/paper")
    assert "一车间" in page
    answer = organiser.post(
        f"/surveys/{survey}/paper",
        data={"collector": made.field.collector_id, "label": "二车间", "copies": "40", "second_share": "0",
              "filled_on": "2026-04-09", "note": ""},
    )  # fmt: skip
    assert answer.status_code == 302
    batch = int(answer.location.rpartition("/")[2])
    key = f"/paper/{batch}/key"
    assert keyer.get(f"/P/{batch}").location == key
    assert keyer.get("/").location == "/keying/"
    assert "二车间" in _get(keyer, "/keying/")
    assert keyer.post(key, data=_form(1, SATISFIED)).status_code == 302
    assert keyer.post(key, data=_form("２", UNAWARE)).status_code == 302
    assert keyer.post(key, data=_form(3, {}, kind="spoilt")).status_code == 302
    assert "第 3 号" in _get(keyer, key)
    totals = {"label": "二车间", "copies": "40", "second_share": "0", "filled_on": "2026-04-09"}
    counted = {**totals, "issued": "40", "returned": "3"}
    assert organiser.post(f"/paper/{batch}", data=counted).status_code == 302
    asked = organiser.post(f"/paper/{batch}/close")
    assert "不能再改动" in asked.text
    assert "可以结清" in _get(organiser, f"/paper/{batch}")
    assert organiser.post(f"/paper/{batch}/close", data={"sure": "1"}).status_code == 302
    assert "已结清" in _get(organiser, f"/paper/{batch}")
    assert len(responses(made.database, made.field)) == 2
    assert keyer.get(key).location == "/keying/"


def test_a_batch_without_a_name_is_called_as_its_sheets_are(app: Flask, made: Paper) -> None:
    organiser = client_of(app, made.organiser)
    answer = organiser.post(
        f"/surveys/{made.field.survey_id}/paper",
        data={"collector": made.field.collector_id, "label": "", "copies": "2", "second_share": "0",
              "filled_on": "2026-04-09", "note": ""},
    )  # fmt: skip
    batch = answer.location.rpartition("/")[2]
    assert f"<h1>批次 {batch}</h1>" in _get(organiser, answer.location)
    assert f"批次 {batch}" in _get(organiser, f"{answer.location}/print?first=1&last=2&language=zh")


def test_a_number_that_was_keyed_is_refused_before_its_sheet_is(app: Flask, made: Paper) -> None:
    keyer, key = client_of(app, made.one), f"/paper/{made.batch_id}/key"
    assert keyer.post(key, data=_form(5, SATISFIED)).status_code == 302
    assert _get(keyer, f"{key}?check=1&serial=5") == "第 5 号已经录入过。"
    assert _get(keyer, f"{key}?check=1&serial=６") == ""
    page = _get(keyer, f"{key}?serial=5")  # as without scripts
    assert 'id="serial-error"' in page
    assert 'id="serial-error"' not in _get(keyer, f"{key}?serial=6")


def test_nothing_is_lost_where_a_sheet_is_refused(app: Flask, made: Paper) -> None:
    keyer = client_of(app, made.one)
    key = f"/paper/{made.batch_id}/key"
    answer = keyer.post(key, data=_form(61, {**SATISFIED, "W10": "9"}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "本批次的编号是 1 到 60" in page
    answer = keyer.post(key, data=_form(6, {**SATISFIED, "W10": "9"}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "本题没有数字 9 的方格" in page
    assert "教大家算加班工资" in page
    assert keyer.post(key, data=_form("", SATISFIED)).status_code == 422
    assert made.page().keyed.sheets == 0


def test_what_was_keyed_is_shown_to_be_corrected(app: Flask, made: Paper) -> None:
    keyer, other = client_of(app, made.one), client_of(app, made.other)
    made.key(7)
    address = f"/paper/{made.batch_id}/sheets/7"
    assert other.get(address).status_code == 404
    page = _get(keyer, address)
    assert re.search(r'id="q_W02"[^>]* value="12"', page)
    assert keyer.post(address, data=_form(7, {**SATISFIED, "W10": "5"})).status_code == 302
    assert re.search(r'id="q_W10"[^>]* value="5"', _get(keyer, address))
    assert keyer.post(f"{address}/remove").status_code == 302
    assert made.page().keyed.sheets == 0


def test_a_second_keyer_sees_nothing_of_the_first_and_an_organiser_settles(app: Flask, made: Paper) -> None:
    organiser, other = client_of(app, made.organiser), client_of(app, made.other)
    made.change(Totals(60, 1), second_share=100)
    made.key(7)
    again = f"/paper/{made.batch_id}/key-again"
    page = _get(other, again)
    assert "还需第二次录入的编号：7" in page
    assert not re.search(
        r'value="[^"]+"', "".join(re.findall(r'<input id="q_[^>]*>', page)).replace('value=""', "")
    )
    assert other.post(again, data=_form(7, {**SATISFIED, "W10": "4"})).status_code == 302
    assert "W10" not in _get(organiser, f"/paper/{made.batch_id}/differences")
    address = f"/paper/{made.batch_id}/differences/7"
    page = _get(organiser, address)
    assert "第一次：2 满意" in page
    assert "第二次：4 不满意" in page
    assert organiser.post(address, data={}).status_code == 422
    assert other.get(address).status_code == 403
    assert organiser.post(address, data={"at_W10": "second"}).status_code == 302
    made.close()
    (stored,) = responses(made.database, made.field)
    assert stored.answers["W10"] == "4"


@pytest.mark.parametrize(
    ("locale", "words"), [(ZH, ("编号 0005", "第 1 页，共 4 页")), (EN, ("No. 0005", "Page 1 of"))]
)
def test_sheets_are_printed_with_their_numbers_and_the_batchs_code(
    app: Flask, made: Paper, locale: str, words: tuple[str, ...]
) -> None:
    organiser = client_of(app, made.organiser)
    language = "en" if locale == EN else "zh"
    query = f"first=5&last=6&language={language}&both_sides=y"
    page = _get(organiser, f"/paper/{made.batch_id}/print?{query}")
    for each in words:
        assert each in page
    assert page.count('class="paper-sheet"') == 8
    assert "style=" not in page
    headers = organiser.get(f"/paper/{made.batch_id}/print?{query}").headers
    assert "style-src 'self';" in headers["Content-Security-Policy"]
    for wrong in ("first=0&last=5", "first=5&last=61", "first=6&last=5", "first=x&last=5"):
        assert organiser.get(f"/paper/{made.batch_id}/print?{wrong}").status_code == 302
    assert client_of(app, made.one).get(f"/paper/{made.batch_id}/print?{query}").status_code == 403


def test_many_sheets_are_printed_in_parts_that_hold_each_number_once(app: Flask, made: Paper) -> None:
    organiser = client_of(app, made.organiser)
    made.change(Totals(None, None), copies=250)
    seen: list[int] = []
    for part in (1, 2, 3):
        page = _get(organiser, f"/paper/{made.batch_id}/print?first=1&last=250&language=zh&part={part}")
        numbers = [int(found) for found in re.findall(r"编号 (\d{4})", page)]
        assert numbers != sorted(numbers)
        seen += dict.fromkeys(numbers)
    assert sorted(seen) == list(range(1, 251))


def test_a_batch_that_nobody_keyed_is_removed(app: Flask, made: Paper) -> None:
    organiser = client_of(app, made.organiser)
    made.key(1)
    organiser.post(f"/paper/{made.batch_id}/remove")
    assert made.page().keyed.sheets == 1
    client_of(app, made.one).post(f"/paper/{made.batch_id}/sheets/1/remove")
    organiser.post(f"/paper/{made.batch_id}/remove")
    assert organiser.get(f"/paper/{made.batch_id}").status_code == 404


def test_numbers_that_cannot_be_are_refused_at_their_field(app: Flask, made: Paper) -> None:
    organiser = client_of(app, made.organiser)
    base = {"label": "一车间", "copies": "60", "second_share": "0", "filled_on": "2026-04-09"}
    answer = organiser.post(f"/paper/{made.batch_id}", data={**base, "issued": "5", "returned": "6"})
    assert answer.status_code == 422
    assert "发放数不应少于收回数 6" in answer.get_data(as_text=True)
    assert organiser.post(f"/paper/{made.batch_id}", data={**base, "copies": "5001"}).status_code == 422
