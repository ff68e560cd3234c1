"""Words of a rule in the language in which whoever made it gave none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from survey_app.questionnaire.text import Text
from survey_app.scoring.rules import BasePart, Counting, IndexRule, NpsRule, RateRule, Rule

R = TypeVar("R", bound=Rule)

_COUNTED: Mapping[Counting, Text] = {
    "satisfied": Text("计为满意的各档", "grades that count as satisfied"),
    "strict": Text("计为严格满意的各档", "grades that count as strictly satisfied"),
    "first": Text("第一档", "the first grade"),
    "first_two": Text("前两档", "the first two grades"),
    "last_two": Text("后两档", "the last two grades"),
}
_ADDED: Mapping[BasePart, Text] = {
    "unknown": Text("不了解、未参与", "don't know or did not take part"),
    "abstained": Text("弃权", "abstained"),
    "blank": Text("未作答", "not answered"),
    "spoilt": Text("废票", "spoilt"),
}


def worded(rule: R) -> R:
    """Return a rule with a name and a description in both languages.

    A name that lacks is made of the rule's short name, which belongs to no language; a description that lacks says
    what the rule counts. So no page has to show words of the other language.
    """
    if all((rule.label.zh, rule.label.en, rule.description.zh, rule.description.en)):
        return rule
    kind = _kind(rule)
    named, described = Text(f"{kind.zh}“{rule.name}”", f"{kind.en} “{rule.name}”"), _described(rule)
    return replace(
        rule,
        label=Text(rule.label.zh or named.zh, rule.label.en or named.en),
        description=Text(rule.description.zh or described.zh, rule.description.en or described.en),
    )


def _kind(rule: Rule) -> Text:
    match rule:
        case IndexRule():
            return Text("指数", "Index")
        case NpsRule():
            return Text("净推荐值", "Net promoter score")
        case _:
            return Text("比率", "Rate")


def _described(rule: Rule) -> Text:
    match rule:
        case RateRule(counts=counts, base_adds=adds):
            counted = _COUNTED[counts] if isinstance(counts, str) else _codes(counts)
            return Text(
                f"{counted.zh}的票数 ÷ {_base(adds).zh} × 100%。", f"Ballots with {counted.en} ÷ {_base(adds).en}."
            )
        case IndexRule(scores=None):
            return Text("按量表各档分值计算的平均分（0–100 分）。", "Mean of the scale's scores (0–100).")
        case IndexRule(scores=scores):
            pairs = [f"{code} = {score:g}" for code, score in scores or ()]
            return Text(
                f"各档分值的平均分（0–100 分）。代码和分值：{'、'.join(pairs)}。",
                f"Mean score (0–100). Codes of grades and their scores: {', '.join(pairs)}.",
            )
        case NpsRule(promoters_from=high, detractors_to=low):
            return Text(
                f"{high} 分及以上的比例 − {low} 分及以下的比例，以百分点计。",
                f"Share of {high} and above − share of {low} and below, in percentage points.",
            )
        case _:
            return Text("计数之比。", "A share of things that were counted.")


def _codes(codes: tuple[str, ...]) -> Text:
    return Text(f"代码为 {'、'.join(codes)} 的各档", f"the grades of code {', '.join(codes)}")


def _base(adds: tuple[BasePart, ...]) -> Text:
    if not adds:
        return Text("有效票数", "valid ballots")
    zh = "、".join(_ADDED[each].zh for each in adds)
    en = ", ".join(_ADDED[each].en for each in adds)
    return Text(f"有效票数与下列票数之和（{zh}）", f"(valid ballots + {en})")
