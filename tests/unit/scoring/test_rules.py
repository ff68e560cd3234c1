"""Rules are data: they go out and in without loss, and a new one needs no code."""

import json

import pytest

from survey_app.questionnaire.text import Text
from survey_app.scoring.measure import rate
from survey_app.scoring.rules import SHIPPED, IndexRule, MalformedRule, RateRule, decode, encode
from survey_app.scoring.tally import Tally
from tests.unit.scoring.figures import AS_OF, S5

EXCELLENT = {
    "kind": "rate",
    "name": "excellent_rate",
    "version": 2,
    "label": {"zh": "优秀率", "en": "Excellent"},
    "description": {"zh": "优秀率 = 优秀票数 ÷ 有效票数", "en": "Excellent of valid"},
    "counts": ["very"],
    "base_adds": ["unknown", "blank"],
}


@pytest.mark.parametrize("rule", SHIPPED.values(), ids=SHIPPED.keys())
def test_shipped_rules_survive_json_and_speak_both_languages(rule):
    assert decode(json.loads(json.dumps(encode(rule)))) == rule
    for text in (rule.label, rule.description):
        assert text.zh
        assert text.en


def test_index_rule_with_own_scores_survives_json():
    rule = IndexRule(
        name="i", version=1, label=Text("指数"), description=Text("指数"), scores=(("a", 100), ("b", 62.5))
    )
    assert decode(json.loads(json.dumps(encode(rule)))) == rule


def test_new_rule_needs_no_code():
    tally = Tally(counts={"very": 6, "good": 2, "unknown": 1}, blank=1, spoilt=5)
    figure = rate(tally, S5, decode(EXCELLENT), as_of=AS_OF)
    assert (figure.metric, figure.rule_version, figure.label.zh) == ("excellent_rate", 2, "优秀率")
    assert figure.base_text == "6/10"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "median"}, "kind"),
        ({"counts": "happy"}, "counts"),
        ({"counts": []}, "counts"),
        ({"counts": [1]}, "counts"),
        ({"base_adds": ["everybody"]}, "base_adds"),
        ({"base_adds": [["unknown"]]}, "base_adds"),
        ({"base_adds": ["unknown", "unknown"]}, "base_adds"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 0}, "$"),
        ({"name": "满意率"}, "$"),
        ({"name": 7}, "name"),
        ({"label": "满意率"}, "label"),
        ({"label": {"fr": "x"}}, "label"),
        ({"formula": "x/n"}, "$"),
    ],
)
def test_malformed_rules_say_where(change, where):
    with pytest.raises(MalformedRule) as caught:
        decode({**EXCELLENT, **change})
    assert caught.value.where == where


@pytest.mark.parametrize("data", [None, [], "rate", {}, {"kind": "rate"}, {"kind": ["rate"]}])
def test_what_is_no_rule_is_refused(data):
    with pytest.raises(MalformedRule):
        decode(data)


@pytest.mark.parametrize("scores", [[], {}, {"a": 101}, {"a": "x"}, {"a": float("nan")}, {"a": True}])
def test_scores_are_from_0_to_100(scores):
    index = {**encode(SHIPPED["satisfaction_index"]), "scores": scores}
    with pytest.raises(MalformedRule):
        decode(index)


def test_rate_rule_defaults_to_the_default_base():
    rule = RateRule(name="r", version=1, label=Text("率"), description=Text("率"))
    assert (rule.counts, rule.base_adds) == ("satisfied", ())
