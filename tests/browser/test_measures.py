"""How much of a phone the page takes: what a thumb has to go through, and what an eye has to find."""

from dataclasses import replace

import pytest

from survey_app import library
from survey_app.questionnaire.definition import Item, LongText, Matrix, Questionnaire, SingleChoice
from survey_app.questionnaire.text import Text
from tests.support import tiny
from tests.support.pages import ON_ONE_DATABASE, Visitors
from tests.support.respondent import Form, open_survey
from tests.support.server import Server

pytestmark = ON_ONE_DATABASE

ASPECTS = ("政策宣传", "走访职工", "调查研究", "维护权益", "劳动安全", "文体活动", "困难帮扶", "工作作风")


def _ten_questions() -> Questionnaire:
    """The satisfaction survey of ten questions: eight aspects in five grades, one choice, one comment."""
    rated = Matrix(
        code="M",
        text=Text("您对工作队以下各方面是否满意？"),
        scale="S5",
        items=tuple(Item(f"M{number}", Text(aspect)) for number, aspect in enumerate(ASPECTS, start=1)),
        required=True,
    )
    known = SingleChoice(
        code="K",
        text=Text("您知道工会工作队到本企业驻点吗？"),
        options=tiny.options("1", "2", "3"),
        required=True,
    )
    said = LongText(code="L", text=Text("您对工会工作还有什么意见和建议？"))
    scales = tuple(each for each in library.scales() if each.code == "S5")
    asked = tiny.questionnaire(known, rated, said)
    return replace(
        asked, title=Text("工作队满意度测评表"), scales=(*asked.scales, *scales), consent=Text("我自愿参加。")
    )


MEASURE = """() => {
    const low = [], cut = [];
    for (const each of document.querySelectorAll('label > input, button, select, textarea, summary')) {
        const target = each.matches('[type=radio],[type=checkbox]') ? each.parentNode : each;
        const {width, height} = target.getBoundingClientRect(), words = target.querySelector('span') || target;
        if (height && (height < 44 || width < 44)) low.push([target.innerText, width, height]);
        if (height && words.scrollWidth > words.clientWidth + 1) cut.push(target.innerText);
    }
    const {scrollWidth, scrollHeight, clientHeight} = document.documentElement;
    return {low, cut, width: scrollWidth, screens: scrollHeight / clientHeight};
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_ten_questions_take_two_screens_and_a_half(server: Server, visitors: Visitors, scripts: bool) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": scripts}
    with visitors.page("phone", **phone) as page:
        Form(page, open_survey(server.database, _ten_questions()))
        found = page.evaluate(MEASURE)
        assert found["low"] == found["cut"] == []
        assert found["width"] == 390
        assert found["screens"] <= 2.5
