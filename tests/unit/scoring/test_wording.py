"""Rules have words in both languages, whoever made them and in whichever language."""

import pytest

from survey_app.questionnaire.text import Text
from survey_app.scoring.pooled import pooled_rule
from survey_app.scoring.rules import SHIPPED, IndexRule, NpsRule, RateRule, Rule
from survey_app.scoring.wording import worded

NAMED = {"name": "top_rate", "version": 2}
IN_CHINESE = {"label": Text("优秀率"), "description": Text("最高一档 ÷ 有效票")}


def is_chinese(words: str) -> bool:
    return any("\u4e00" <= each <= "\u9fff" for each in words)


@pytest.mark.parametrize("rule", SHIPPED.values(), ids=SHIPPED)
def test_rules_that_we_ship_have_words_of_their_own_in_both_languages(rule: Rule) -> None:
    assert worded(rule) is rule
    for text in (rule.label, rule.description):
        assert is_chinese(text.zh)
        assert not is_chinese(text.en)


@pytest.mark.parametrize(
    ("rule", "label", "description"),
    [
        (
            RateRule(**NAMED, **IN_CHINESE, counts=("1", "2"), base_adds=("unknown",)),
            "Rate “top_rate”",
            "Ballots with the grades of code 1, 2 ÷ (valid ballots + don't know or did not take part).",
        ),
        (
            RateRule(**NAMED, **IN_CHINESE, counts="first_two"),
            "Rate “top_rate”",
            "Ballots with the first two grades ÷ valid ballots.",
        ),
        (
            IndexRule(**NAMED, **IN_CHINESE, scores=(("1", 100.0), ("2", 62.5))),
            "Index “top_rate”",
            "Mean score (0–100). Codes of grades and their scores: 1 = 100, 2 = 62.5.",
        ),
        (
            NpsRule(**NAMED, **IN_CHINESE, promoters_from=8, detractors_to=5),
            "Net promoter score “top_rate”",
            "Share of 8 and above − share of 5 and below, in percentage points.",
        ),
    ],
)
def test_what_a_rule_lacks_in_one_language_is_said_from_what_it_counts(
    rule: RateRule | IndexRule | NpsRule, label: str, description: str
) -> None:
    full = worded(rule)
    assert (full.label, full.description) == (Text("优秀率", label), Text("最高一档 ÷ 有效票", description))


def test_a_rule_without_chinese_words_is_not_named_in_english() -> None:
    rule = worded(RateRule(**NAMED, label=Text("", "Excellent"), description=Text("", "The best."), counts="first"))
    assert rule.label == Text("比率“top_rate”", "Excellent")
    assert rule.description == Text("第一档的票数 ÷ 有效票数 × 100%。", "The best.")


def test_pooled_items_are_named_in_both_languages_too() -> None:
    pooled = pooled_rule(worded(RateRule(**NAMED, **IN_CHINESE)))
    assert pooled.label == Text("优秀率（各项合计）", "Rate “top_rate” (items pooled)")
