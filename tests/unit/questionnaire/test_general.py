"""Words of a place in a questionnaire's texts, and what stands for them where results are read."""

from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import VARIABLES, Option, SingleChoice
from survey_app.questionnaire.general import in_general
from survey_app.questionnaire.text import Text
from tests.support import tiny


def _asked(words: Text, option: Text) -> SingleChoice:
    return SingleChoice(code="A", text=words, options=(Option("1", option), Option("2", Text("否", "No"))))


def test_no_variable_is_left_in_any_text() -> None:
    every = "".join(f"{{{name}}}" for name in VARIABLES)
    found = in_general(tiny.questionnaire(_asked(Text(every, every), Text(f"同意{every}", every))))
    assert not any(f"{{{name}}}".encode() in codec.dumps(found).encode() for name in VARIABLES)


def test_words_fit_both_languages_and_other_braces_stay() -> None:
    asked = _asked(Text("{team}好吗{x}", "How is {team}{x}?"), Text("同意{organisation}使用", "I agree"))
    (question,) = in_general(tiny.questionnaire(asked)).questions
    assert isinstance(question, SingleChoice)
    assert question.text == Text("工作队好吗{x}", "How is the work team{x}?")
    assert question.options[0].text == Text("同意主办工会使用", "I agree")


def test_what_holds_no_variable_is_the_same_object() -> None:
    plain = tiny.questionnaire(_asked(Text("好吗", "Good?"), Text("好", "Yes")))
    assert in_general(plain) is plain
