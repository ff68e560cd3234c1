"""The page as the author's preview shows it, and what may run in it."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest

from survey_app import library
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import EN, ZH, Text
from survey_app.web.respond import assets, page
from survey_app.web.respond.wording import Wording
from tests.support import tiny

A_W = library.template("A_W").questionnaire
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def _html(questionnaire: Questionnaire) -> str:
    return page.preview(questionnaire, ZH).get_data(as_text=True)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("locale", [ZH, EN])
def test_preview_sends_nothing_and_may_be_framed_by_us(locale: str) -> None:
    response = page.preview(A_W, locale)
    html = response.get_data(as_text=True)
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "action=" not in html
    assert re.search(r'<button id="send" class="main" type="button" disabled>', html)
    title = A_W.title.in_locale(locale)
    assert f"<h1>{title}</h1>" in html


@pytest.mark.usefixtures("chinese")
def test_policy_names_the_style_and_script_that_are_in_the_page() -> None:
    html = _html(A_W)
    policy = assets.policy()
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert f"style-src 'sha256-{_hash(style)}'" in policy
    assert f"script-src 'sha256-{_hash(script)}'" in policy
    assert "style=" not in html
    assert not re.search(r"\son\w+=", html)


@pytest.mark.usefixtures("chinese")
def test_texts_of_a_draft_cannot_become_markup() -> None:
    words = Text(HOSTILE, HOSTILE)
    question = replace(tiny.single("Q1"), text=words, help=words)
    other = replace(tiny.rating("Q2"), text=words)
    hostile = replace(
        tiny.questionnaire(question, other), title=words, description=words, notice=words, consent=words
    )
    html = _html(hostile)
    assert html.count("<script") == 2
    assert "<img" not in html
    assert "{{ 7*7 }}" in html


@pytest.mark.usefixtures("chinese")
def test_rules_reach_the_script_as_the_codec_writes_them() -> None:
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', _html(A_W))
    rules = json.loads(data)["rules"]
    assert rules["q_W02"] == {"question": "W01", "is": "1"}
    assert rules["s_overall"] == {"question": "W01", "is_not": "3"}


@pytest.mark.usefixtures("chinese")
def test_preview_says_what_stands_for_each_variable() -> None:
    html = _html(A_W)
    assert "本卷评价（驻点起止日期）到（企业）驻点的（工作队）。" in html
    assert "约 3 分钟" in html


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("questionnaire", [Questionnaire("E", Text("空白"), ()), tiny.questionnaire()])
def test_an_unfinished_draft_can_be_previewed(questionnaire: Questionnaire) -> None:
    assert page.preview(questionnaire, ZH).status_code == 200


def test_quotation_marks_in_a_value_become_inner_ones() -> None:
    word = Wording(ZH, {"campaign": "“到职工中去”活动"})
    assert word(Text("对“{campaign}”的评价")) == "对“‘到职工中去’活动”的评价"
    assert word(Text("“好”是对{campaign}的评价")) == "“好”是对“到职工中去”活动的评价"
