"""The form of a questionnaire: a field for every place, what was typed kept, options shuffled where asked."""

import re
from dataclasses import replace

import pytest
from jinja2 import Environment, FileSystemLoader

from survey_app import library
from survey_app.questionnaire.definition import KINDS, MultipleChoice, Option, Questionnaire, SingleChoice
from survey_app.questionnaire.text import ZH, Text
from survey_app.web.respond.forms import Shape, answer_form, fields_for, form_values, raw_answers
from tests.support import tiny

MANY = tuple(Option(str(number), Text(f"第{number}项")) for number in range(1, 13))
SHUFFLED = tiny.questionnaire(
    SingleChoice(code="Q1", text=tiny.WORDS, options=MANY, random_order=True),
    MultipleChoice(
        code="Q2",
        text=tiny.WORDS,
        options=(
            *MANY,
            Option("98", Text("其他"), specify=True),
            Option("99", Text("都没有"), exclusive=True),
        ),
        random_order=True,
    ),
)


def _shape(questionnaire: Questionnaire, order: str = "a") -> Shape:
    return Shape(questionnaire, lambda text: text.in_locale(ZH), order)


@pytest.mark.parametrize("template", library.templates(), ids=lambda template: template.code)
def test_every_field_of_every_shipped_questionnaire_is_in_its_form(template: library.Template) -> None:
    form = answer_form(_shape(template.questionnaire))
    assert [field.name for field in form] == [f"q_{code}" for code in template.questionnaire.fields]


def test_every_kind_has_fields_and_a_macro() -> None:
    macros = re.findall(r"macro (\w+)\(block, form\)", _kinds_template())
    for name, kind in KINDS.items():
        assert name in macros
        assert fields_for.dispatch(kind) is not fields_for.dispatch(object)


def _kinds_template() -> str:
    environment = Environment(loader=FileSystemLoader("survey_app/templates"), autoescape=True)
    assert environment.loader is not None
    return environment.loader.get_source(environment, "respond/kinds.html")[0]


def test_what_was_typed_comes_back_as_it_was() -> None:
    raw = {"Q1": ["3"], "Q2": ["1", "98"], "Q2_98_text": [" <b> "]}
    assert raw_answers(form_values(raw)) == raw
    form = answer_form(_shape(SHUFFLED), form_values(raw))
    assert form.answer("Q1").data == "3"
    assert form.answer("Q2").data == ["1", "98"]
    assert form.answer("Q2_98_text").data == " <b> "


def test_names_that_are_no_answers_are_left_out() -> None:
    values = form_values({"data": ["1"]})
    values.add("id", "x")
    assert raw_answers(values) == {"data": ["1"]}


def test_options_are_shuffled_but_those_that_stand_apart_keep_their_places() -> None:
    orders = {tuple(answer_form(_shape(SHUFFLED, str(view))).answer("Q2").choices) for view in range(20)}
    assert len(orders) > 15
    for order in orders:
        assert order[-2:] == ("98", "99")
        assert sorted(order[:-2], key=int) == [option.code for option in MANY]


def test_the_page_after_an_error_has_the_same_order() -> None:
    first, second = (list(answer_form(_shape(SHUFFLED, "same id")).answer("Q1").choices) for _ in range(2))
    assert first == second


def test_without_the_wish_the_order_is_the_questionnaires() -> None:
    question = replace(SHUFFLED.questions[0], random_order=False)
    form = answer_form(_shape(tiny.questionnaire(question)))
    assert list(form.answer("Q1").choices) == [option.code for option in MANY]
