"""The metric registry: what counts, over which base, as data with a name and a version.

The name and version travel with each Figure to every page, chart and cell. A new rule is a new
entry, read from JSON or written here; no code knows one by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from survey_app.questionnaire.text import Text

BasePart: TypeAlias = Literal["unknown", "abstained", "blank", "spoilt"]
"""Ballots outside the valid ones that a rule may take into its base."""

Counting: TypeAlias = Literal["satisfied", "strict", "first", "first_two", "last_two"]
"""Which grades count: those that a scale calls (strictly) satisfied, or those at either end of it, best first."""

HIGHEST = 10
"""The best answer to how likely people are to recommend; the worst is 0."""

EVERYTHING: tuple[BasePart, ...] = get_args(BasePart)
"""With these in the base, the rate is over all returned ballots that were asked."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")


class MalformedRule(ValueError):
    """The JSON is not a rule; `where` names the place, as `base_adds`."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What every rule has: its name and version, a label, and the words printed on reports."""

    name: str
    version: int
    label: Text
    description: Text

    def __post_init__(self) -> None:
        if not NAME.match(self.name):
            raise ValueError("a rule's name has small letters, digits and underscores")
        if self.version < 1:
            raise ValueError("versions count from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule(_Named):
    """A rate x/n: which grades count in x, and what is in n besides the grades of the scale's base.

    `counts` is the grade flag `satisfied` or `strict`, grades by their place on the scale (优秀率 counts the first
    of the base), or the grade codes themselves.
    """

    counts: Counting | tuple[str, ...] = "satisfied"
    base_adds: tuple[BasePart, ...] = ()

    @property
    def is_of_bad(self) -> bool:
        """Tell whether a high rate is bad, as 差评率: then it leads no ranking."""
        return self.counts == "last_two"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRule(_Named):
    """A mean of scores (0-100) over the grades in the base that have one.

    `scores` gives the score by grade code, in place of the scale's own.
    """

    scores: tuple[tuple[str, float], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NpsRule(_Named):
    """Promoters minus detractors on 0-10: from `promoters_from` up, and down from `detractors_to`.

    Raises `ValueError` unless 0 <= detractors_to < promoters_from <= 10.
    """

    promoters_from: int = 9
    detractors_to: int = 6

    def __post_init__(self) -> None:
        _Named.__post_init__(self)
        if not 0 <= self.detractors_to < self.promoters_from <= HIGHEST:
            raise ValueError("promoters stand above detractors, both from 0 to 10")

    @property
    def camps(self) -> tuple[range, range, range]:
        """The answers of promoters, of passives (there may be none) and of detractors."""
        passive = range(self.detractors_to + 1, self.promoters_from)
        return range(self.promoters_from, HIGHEST + 1), passive, range(self.detractors_to + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRule(_Named):
    """A share of things that were counted, not of ballots: revisits made of those due, cases closed in time."""


Rule: TypeAlias = RateRule | IndexRule | NpsRule | ShareRule

SATISFACTION_RATE = RateRule(
    name="satisfaction_rate",
    version=1,
    label=Text("满意率", "Satisfaction rate"),
    description=Text(
        "满意率 = 计为满意的各档票数（如非常满意、满意、基本满意）÷ 有效评价票数 × 100%。"
        "有效评价票不含“不了解、未参与”、弃权、未作答和废票。",
        "Satisfaction rate = ballots with a grade that counts as satisfied (such as very satisfied, satisfied, "
        "basically satisfied) ÷ valid ballots. Not valid: don't know or did not take part, abstained, "
        "not answered, spoilt.",
    ),
)
STRICT_SATISFACTION_RATE = RateRule(
    name="strict_satisfaction_rate",
    version=1,
    label=Text("严格满意率", "Strict satisfaction rate"),
    description=Text(
        "严格满意率 = 计为严格满意的各档票数（不含“基本满意”）÷ 有效评价票数 × 100%。"
        "有效评价票不含“不了解、未参与”、弃权、未作答和废票。",
        "Strict satisfaction rate = ballots with a grade that counts as strictly satisfied (without "
        "“basically satisfied”) ÷ valid ballots. Not valid: don't know or did not take part, abstained, "
        "not answered, spoilt.",
    ),
    counts="strict",
)
SATISFACTION_RATE_WIDE = RateRule(
    name="satisfaction_rate_with_unknown",
    version=1,
    label=Text("满意率（含不了解和弃权）", "Satisfaction rate (with don't know and abstained)"),
    description=Text(
        "满意率（含不了解和弃权）= 计为满意的各档票数 ÷（有效评价票数 +“不了解、未参与”+ 弃权）× 100%。"
        "不含未作答和废票。",
        "Ballots with a grade that counts as satisfied ÷ (valid ballots + don't know + abstained). "
        "Not answered and spoilt ballots are left out.",
    ),
    base_adds=("unknown", "abstained"),
)
SATISFACTION_RATE_RETURNED = RateRule(
    name="satisfaction_rate_of_returned",
    version=2,
    label=Text("满意率（占收回票）", "Satisfaction rate (of all returned)"),
    description=Text(
        "满意率（占收回票）= 计为满意的各档票数 ÷ 收回且问到该题的票数 × 100%，"
        "分母含“不了解、未参与”、弃权、未作答和废票；按填答情况没有问到该题的票不计入。",
        "Ballots with a grade that counts as satisfied ÷ all ballots returned that were asked: don't know, "
        "abstained, not answered and spoilt ones among them. Ballots that were not asked the question, because of "
        "answers before, are left out.",
    ),
    base_adds=EVERYTHING,
)
SATISFACTION_INDEX = IndexRule(
    name="satisfaction_index",
    version=1,
    label=Text("满意度指数", "Satisfaction index"),
    description=Text(
        "满意度指数 = 各档占有效评价票的比例 × 该档分值，再求和（0–100 分）。没有分值的档不计入。",
        "Satisfaction index = sum over the grades of the share of valid ballots × the grade's score (0-100). "
        "Grades without a score are left out.",
    ),
)
NPS = NpsRule(
    name="nps",
    version=1,
    label=Text("净推荐值", "Net promoter score"),
    description=Text(
        "净推荐值 = 推荐者（9–10 分）比例 − 贬损者（0–6 分）比例，以百分点计（−100 至 100）。",
        "Net promoter score = share of promoters (9-10) − share of detractors (0-6), in points (-100 to 100).",
    ),
)


def _share(name: str, label: Text, description: Text) -> ShareRule:
    return ShareRule(name=name, version=1, label=label, description=description)


ON_TIME_RATE = _share(
    "on_time_rate",
    Text("按期率", "On-time rate"),
    Text(
        "按期率 = 按期完成数 ÷ 到期应完成数 × 100%；经批准的延期按新期限计算。",
        "Done by the deadline ÷ due by now; an approved extension counts as the deadline.",
    ),
)
EXCLUSION_RATE = _share(
    "exclusion_rate",
    Text("剔除率", "Exclusion rate"),
    Text(
        "剔除率 = 按规定剔除的评价数 ÷ 收到的评价总数 × 100%；被剔除的评价及理由保留可查。",
        "Ratings excluded by the rules ÷ all ratings received; excluded ones stay visible with the reason.",
    ),
)
SHARES = (
    _share(
        "revisit_rate",
        Text("回访率", "Revisit rate"),
        Text(
            "回访率 = 已回访的差评数 ÷ 应回访的差评数 × 100%。",
            "Bad ratings that were revisited ÷ bad ratings due for a revisit.",
        ),
    ),
    _share(
        "rectification_rate",
        Text("整改率", "Rectification rate"),
        Text(
            "整改率 = 已整改的差评数 ÷ 核实后应整改的差评数 × 100%。",
            "Bad ratings put right ÷ bad ratings found to be justified.",
        ),
    ),
    ON_TIME_RATE,
    _share(
        "satisfaction_after_rectification",
        Text("整改后满意率", "Satisfaction after rectification"),
        Text(
            "整改后满意率 = 追评为满意的件数 ÷ 整改后收到追评的件数 × 100%；原评价保留。",
            "Cases rated satisfied afterwards ÷ cases rated again after rectification; first ratings are kept.",
        ),
    ),
    EXCLUSION_RATE,
)
"""The figures of a service review (好差评) besides its rating."""

MEMBER_VOTE_RATE = RateRule(
    name="member_vote_rate",
    version=1,
    label=Text("会员评家满意率", "Members' vote, satisfaction rate"),
    description=Text(
        "会员评家满意率 = （满意 + 基本满意）票数 ÷ 有效评价票数 × 100%。"
        "有效评价票为满意、基本满意、不满意三档之和；弃权和废票单独计数、如实列出，不计入分母。",
        "Members' vote: (satisfied + basically satisfied) ÷ valid ballots, which are the three grades together. "
        "Abstained and spoilt ballots are counted and printed apart, outside the denominator.",
    ),
)
MEMBER_VOTE_STRICT_RATE = RateRule(
    name="member_vote_strict_rate",
    version=1,
    label=Text("会员评家满意率（不含基本满意）", "Members' vote, without basically satisfied"),
    description=Text(
        "会员评家满意率（不含基本满意）= 满意票数 ÷ 有效评价票数 × 100%。"
        "弃权和废票单独计数、如实列出，不计入分母。",
        "Members' vote: satisfied ÷ valid ballots. Abstained and spoilt ballots are counted and printed apart, "
        "outside the denominator.",
    ),
    counts="strict",
)
MEMBER_VOTE_RATE_RETURNED = RateRule(
    name="member_vote_rate_of_returned",
    version=2,
    label=Text("会员评家满意率（占收回票）", "Members' vote, of all returned"),
    description=Text(
        "会员评家满意率（占收回票）= （满意 + 基本满意）票数 ÷ 收回且问到该题的票数 × 100%，"
        "分母含弃权、未作答和废票；没有问到该题的票不计入。",
        "Members' vote: (satisfied + basically satisfied) ÷ all ballots returned that were asked, abstained, "
        "unanswered and spoilt ones among them.",
    ),
    base_adds=EVERYTHING,
)
EXCELLENT_RATE = RateRule(
    name="assessment_excellent_rate",
    version=1,
    label=Text("民主测评优秀率", "Assessment, excellent rate"),
    description=Text(
        "民主测评优秀率 = 第一档（优秀）票数 ÷ 有效评价票数 × 100%。不了解、弃权、未作答和废票不计入分母。",
        "Assessment of officials: ballots with the first grade (excellent) ÷ valid ballots. Don't know, abstained, "
        "not answered and spoilt ballots are outside the denominator.",
    ),
    counts="first",
)
COMPETENT_RATE = RateRule(
    name="assessment_competent_rate",
    version=1,
    label=Text("民主测评称职率", "Assessment, competent rate"),
    description=Text(
        "民主测评称职率 = 前两档（优秀、称职）票数 ÷ 有效评价票数 × 100%。不了解、弃权、未作答和废票不计入分母。",
        "Assessment of officials: ballots with the first two grades (excellent, competent) ÷ valid ballots. "
        "Don't know, abstained, not answered and spoilt ballots are outside the denominator.",
    ),
    counts="first_two",
)
GOOD_REVIEW_RATE = RateRule(
    name="review_good_rate",
    version=1,
    label=Text("好评率", "Good review rate"),
    description=Text(
        "好评率 = 五档评价中前三档（非常满意、满意、基本满意）票数 ÷ 有效评价票数 × 100%。"
        "不设默认选项，未评价不算好评，也不计入分母。",
        "Service review: ballots with the first three of five grades (very satisfied, satisfied, basically "
        "satisfied) ÷ valid ballots. No grade is chosen beforehand; no answer is not a good answer and is outside "
        "the denominator.",
    ),
)
BAD_REVIEW_RATE = RateRule(
    name="review_bad_rate",
    version=1,
    label=Text("差评率", "Bad review rate"),
    description=Text(
        "差评率 = 五档评价中后两档（不满意、非常不满意）票数 ÷ 有效评价票数 × 100%。未评价不计入分母。",
        "Service review: ballots with the last two of five grades (dissatisfied, very dissatisfied) ÷ valid "
        "ballots. No answer is outside the denominator.",
    ),
    counts="last_two",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules that are used together: the headline, the rate beside it, the index."""

    name: str
    label: Text
    rate: RateRule
    strict: RateRule
    index: IndexRule


RULE_SETS: Mapping[str, RuleSet] = {
    each.name: each
    for each in (
        RuleSet(
            name="satisfaction",
            label=Text("满意度测评", "Satisfaction"),
            rate=SATISFACTION_RATE,
            strict=STRICT_SATISFACTION_RATE,
            index=SATISFACTION_INDEX,
        ),
        RuleSet(
            name="member_vote",
            label=Text("会员评家", "Members' vote"),
            rate=MEMBER_VOTE_RATE,
            strict=MEMBER_VOTE_STRICT_RATE,
            index=SATISFACTION_INDEX,
        ),
        RuleSet(
            name="assessment",
            label=Text("民主测评", "Assessment of officials"),
            rate=COMPETENT_RATE,
            strict=EXCELLENT_RATE,
            index=SATISFACTION_INDEX,
        ),
        RuleSet(
            name="service_review",
            label=Text("好差评", "Service review"),
            rate=GOOD_REVIEW_RATE,
            strict=BAD_REVIEW_RATE,
            index=SATISFACTION_INDEX,
        ),
    )
}
"""The sets that we ship, by name."""

SHIPPED: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        SATISFACTION_RATE,
        STRICT_SATISFACTION_RATE,
        SATISFACTION_RATE_WIDE,
        SATISFACTION_RATE_RETURNED,
        SATISFACTION_INDEX,
        MEMBER_VOTE_RATE,
        MEMBER_VOTE_STRICT_RATE,
        MEMBER_VOTE_RATE_RETURNED,
        EXCELLENT_RATE,
        COMPETENT_RATE,
        GOOD_REVIEW_RATE,
        BAD_REVIEW_RATE,
        NPS,
        *SHARES,
    )
}
"""The rules every survey can use, newest version, by name."""

_KINDS: Mapping[str, type[RateRule] | type[IndexRule] | type[NpsRule] | type[ShareRule]] = {
    "rate": RateRule,
    "index": IndexRule,
    "nps": NpsRule,
    "share": ShareRule,
}


def encode(rule: Rule) -> dict[str, Any]:
    """Return `rule` as JSON-ready data; `decode` reads it back without loss."""
    data: dict[str, Any] = {
        "kind": next(kind for kind, cls in _KINDS.items() if type(rule) is cls),
        "name": rule.name,
        "version": rule.version,
        "label": _encode_text(rule.label),
        "description": _encode_text(rule.description),
    }
    match rule:
        case RateRule(counts=counts, base_adds=adds):
            data["counts"] = counts if isinstance(counts, str) else list(counts)
            data["base_adds"] = list(adds)
        case IndexRule(scores=scores):
            data["scores"] = None if scores is None else dict(scores)
        case NpsRule(promoters_from=promoters, detractors_to=detractors):
            data["promoters_from"] = promoters
            data["detractors_to"] = detractors
    return data


def decode(data: object) -> Rule:
    """Return the rule that `data` (parsed JSON) describes. Raises `MalformedRule`."""
    if not isinstance(data, dict):
        raise MalformedRule("$", "expected an object")
    body = dict(data)
    kind = body.pop("kind", None)
    if not isinstance(kind, str) or kind not in _KINDS:
        raise MalformedRule("kind", f"expected one of {', '.join(_KINDS)}")
    if unknown := [str(key) for key in body if (kind, key) not in _DECODE]:
        raise MalformedRule("$", f"unknown: {', '.join(sorted(unknown))}")
    values = {key: _DECODE[kind, key](value, key) for key, value in body.items()}
    try:
        return _KINDS[kind](**values)
    except (TypeError, ValueError) as error:
        raise MalformedRule("$", str(error)) from error


def _encode_text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(value: object, where: str) -> Text:
    if (
        not isinstance(value, dict)
        or not set(value) <= {"zh", "en"}
        or not all(isinstance(words, str) for words in value.values())
    ):
        raise MalformedRule(where, 'a text is {"zh": "…", "en": "…"}')
    return Text(**value)


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedRule(where, "expected a string")
    return value


def _whole(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedRule(where, "expected a whole number")
    return value


def _counts(value: object, where: str) -> object:
    if isinstance(value, str) and value in get_args(Counting):
        return value
    if not isinstance(value, list) or not value or not all(isinstance(code, str) for code in value):
        raise MalformedRule(where, f"expected one of {', '.join(get_args(Counting))}, or a list of grade codes")
    return tuple(value)


def _base_adds(value: object, where: str) -> object:
    if (
        not isinstance(value, list)
        or not all(part in EVERYTHING for part in value)
        or len(set(value)) != len(value)
    ):
        raise MalformedRule(where, f"expected a list of: {', '.join(EVERYTHING)}")
    return tuple(value)


def _scores(value: object, where: str) -> object:
    if value is None:
        return None
    if not isinstance(value, dict) or not value or not all(_is_score(score) for score in value.values()):
        raise MalformedRule(where, "expected scores from 0 to 100 by grade code")
    return tuple(value.items())


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


_DECODE: Mapping[tuple[str, str], Any] = {
    **{
        (kind, key): read
        for kind in _KINDS
        for key, read in (("name", _string), ("version", _whole), ("label", _text), ("description", _text))
    },
    ("rate", "counts"): _counts,
    ("rate", "base_adds"): _base_adds,
    ("index", "scores"): _scores,
    ("nps", "promoters_from"): _whole,
    ("nps", "detractors_to"): _whole,
}
