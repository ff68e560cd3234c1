"""What a leader is told in plain words beside a figure."""

import re
from dataclasses import replace

import pytest

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import charts, rule_words, tables, wave_words, words
from survey_app.reporting.cells import Table
from survey_app.scoring.evaluation import Part
from survey_app.scoring.rules import RULE_SETS, SATISFACTION_RATE_RETURNED, SHIPPED, RateRule, Rule
from tests.unit.reporting.evaluations import READERS, evaluation

READER = READERS[ZH]


def test_what_counts_stands_beside_the_figure() -> None:
    part = evaluation().parts[0]
    said = rule_words.counting(part, READER)
    assert said.startswith("“非常满意、满意、基本满意”计为满意。严格：不含“基本满意”。")


def _read_by(rate: RateRule, beside: RateRule) -> Part:
    """The first part with its figures under the names of other rules."""
    part = evaluation().parts[0]
    items = tuple(
        replace(
            item,
            rated=replace(
                item.rated,
                rate=replace(item.rated.rate, rule=rate),
                strict=replace(item.rated.strict, rule=beside),
            ),
        )
        for item in part.items
    )
    return replace(part, items=items, headline=next(item for item in items if item.is_headline))


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        (
            "member_vote",
            "“会员评家满意率”计入“非常满意、满意、基本满意”。“会员评家满意率（不含基本满意）”只计入“非常满意、满意”，",
            "Members' vote, without basically satisfied counts Very satisfied, Satisfied only",
        ),
        (
            "assessment",
            "“民主测评称职率”计入“非常满意、满意”。“民主测评优秀率”只计入“非常满意”，不含“满意”。",
            "Assessment, excellent rate counts Very satisfied only, without Satisfied.",
        ),
        (
            "service_review",
            "“好评率”计入“非常满意、满意、基本满意”。“差评率”与之相反，计入“不满意、非常不满意”。",
            "Bad review rate is the opposite: it counts Dissatisfied, Very dissatisfied.",
        ),
    ],
)
def test_the_second_rate_is_called_strict_only_where_it_is(name: str, zh: str, en: str) -> None:
    part = _read_by(RULE_SETS[name].rate, RULE_SETS[name].strict)
    assert rule_words.counting(part, READER).startswith(zh)
    assert en in rule_words.counting(part, READERS[EN])
    found = replace(evaluation(), parts=(part,))
    drawn = charts.audiences(found, READER)
    assert drawn is not None
    for table in (*tables.items(part, READER), tables.headline(part, READER), tables.audiences(found, READER)):
        said = [column.label for column in table.columns] + [table.note]
        assert not any("严格" in each or "计为满意" in each for each in said), said
    assert "严格" not in str(drawn.figure)


def test_the_same_grades_over_another_base_are_said_to_be_so() -> None:
    part = _read_by(RULE_SETS["satisfaction"].rate, SATISFACTION_RATE_RETURNED)
    said = rule_words.counting(part, READER)
    assert said.startswith("“非常满意、满意、基本满意”计为满意。“满意率（占收回票）”计入的档次相同，分母不同。")


def test_papers_without_answers_are_told_apart_from_ballots() -> None:
    part = replace(evaluation().parts[0], papers_without_answers=11)
    assert f"收回 {part.returned} 份（其中废票、弃权 11 份，不计入答卷）" in words.base_line(part, READER)


def test_issued_papers_say_how_many_came_back() -> None:
    part = replace(evaluation().parts[0], known_issued=320, returned=920, through_open=639)
    assert words.issued(part, READER).startswith("纸质和一次性码发放 320 份，收回 281 份")


def test_only_scales_of_satisfaction_have_a_satisfaction_rate() -> None:
    heads = {table.title: [column.label for column in table.columns] for table in _items()}
    assert {"满意率", "严格满意率"} <= set(heads["满意度五级量表"])
    agreement, solved = heads["同意程度五级量表"], heads["解决程度量表"]
    assert not any("满意率" in head for head in (*agreement, *solved))
    assert "肯定率" in agreement
    assert "严格肯定率" not in agreement  # no grade in the middle: the two are one
    assert "严格肯定率" in solved


def _items() -> tuple[Table, ...]:
    return tables.items(evaluation().parts[0], READER)


def test_a_visit_says_what_the_same_enterprises_said() -> None:
    (waves,) = evaluation().waves
    visit = waves.visits[0]
    assert visit.contrast.same is not None
    said = wave_words.wave_sentence(visit, READER)
    first, second = visit.contrast.same.first.rate, visit.contrast.same.second.rate
    assert f"同样 {visit.contrast.same.places} 家企业：{first.percent_text} → {second.percent_text}，" in said
    cautions = "".join(wave_words.wave_cautions(visit, READER))
    assert "本次未测评：team3、team4。" in cautions
    assert f"不宜单独引用：所测企业参与率 22.2%（{visit.returned}/180），低于 30%。" in cautions


@pytest.mark.parametrize("rule", SHIPPED.values(), ids=lambda rule: rule.name)
def test_chinese_of_rules_has_chinese_punctuation(rule: Rule) -> None:
    words_of = f"{rule.label.zh} {rule.description.zh}"
    assert not re.search(r"[\u4e00-\u9fff”][(,;:?!]|[(,;][\u4e00-\u9fff“]|[\u4e00-\u9fff]\)", words_of)


def test_a_fall_is_named_first_and_none_is_said_plainly() -> None:
    (waves,) = evaluation().waves
    assert "没有工作队显著下降" in wave_words.team_change_sentences(waves, READER)[0]
    some = waves.team_changes[0]
    falling = replace(some, change=replace(some.change, difference=-0.2,
                      interval=replace(some.change.interval, low=-0.3, high=-0.1)), adjusted=0.01)  # fmt: skip
    said = wave_words.team_change_sentences(replace(waves, team_changes=(falling,)), READERS[EN])
    expected = f"({some.places[0].zh}) fell significantly: Return visit, month 1 {some.first.percent_text} → "
    assert [each.split(" ", 1)[1] for each in said] == [f"{expected}{some.second.percent_text}, −20.0 points."]
