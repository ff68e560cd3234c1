"""Rules are data: they go out and in without loss, and a new one needs no code."""

import json

import pytest

from survey_app import library
from survey_app.questionnaire.text import Text
from survey_app.scoring.measure import rate
from survey_app.scoring.rules import RULE_SETS, SHIPPED, IndexRule, MalformedRule, RateRule, decode, encode
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


_SCALES = {each.code: each for each in library.scales()}
S3, D4, STARS = (_SCALES[code] for code in ("S3", "D4", "S5STAR"))


def _rate(rule, scale, counts, **more):
    return rate(Tally(counts=counts, **more), scale, SHIPPED[rule], as_of=AS_OF)


def test_the_published_vote_is_100_or_92_7_by_its_rule():
    vote = {"counts": {"1": 127, "2": 10}, "issued": 141}
    whole, strict = (_rate(rule, S3, **vote) for rule in ("member_vote_rate", "member_vote_strict_rate"))
    assert (whole.percent_text, whole.base_text) == ("100.0%", "137/137")
    assert (strict.percent_text, strict.base_text) == ("92.7%", "127/137")
    assert (whole.issued, whole.returned) == (141, 137)


def test_a_vote_counts_abstained_and_spoilt_apart():
    vote = {"counts": {"1": 60, "2": 20, "3": 10, "abstain": 6}, "spoilt": 4}
    figure = _rate("member_vote_rate", S3, **vote)
    assert (figure.base_text, figure.abstained, figure.spoilt) == ("80/90", 6, 4)
    assert _rate("member_vote_rate_of_returned", S3, **vote).base_text == "80/100"


def test_an_assessment_counts_the_first_grade_or_two_and_leaves_out_who_does_not_know():
    votes = {"counts": {"1": 40, "2": 30, "3": 20, "4": 10, "5": 25}}
    assert _rate("assessment_excellent_rate", D4, **votes).base_text == "40/100"
    assert _rate("assessment_competent_rate", D4, **votes).base_text == "70/100"


def test_a_review_has_its_last_two_grades_bad_and_silence_is_not_good():
    votes = {"counts": {"1": 50, "2": 20, "3": 10, "4": 12, "5": 8}, "blank": 30}
    assert _rate("review_good_rate", STARS, **votes).base_text == "80/100"
    assert _rate("review_bad_rate", STARS, **votes).base_text == "20/100"
    assert SHIPPED["review_bad_rate"].is_of_bad
    assert not any(each.rate.is_of_bad for each in RULE_SETS.values())


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
