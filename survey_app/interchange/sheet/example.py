"""The example in the template: a short questionnaire as an organiser would write it."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.interchange.sheet.rows import NO, YES, Cells, Value
from survey_app.questionnaire.text import EN, ZH

_TEXTS = {"text", "options", "rows"}
_S5 = {ZH: "S5 满意度五级量表", EN: "S5"}


def example(locale: str) -> list[Cells]:
    """Return the rows of the example, worded in the language of `locale`."""
    rows = _english() if locale == EN else _chinese()
    language = "en" if locale == EN else "zh"
    return [{(key, language if key in _TEXTS else ""): value for key, value in row.items()} for row in rows]


def _row(section: str, code: str, kind: str, text: str, **more: Value) -> dict[str, Value]:
    return {"section": section, "code": code, "kind": kind, "text": text, **more}


def _chinese() -> Iterator[dict[str, Value]]:
    yes, no, scale = YES.zh, NO.zh, _S5[ZH]
    options = "知道，并接触过\n知道，没接触过\n不知道"
    yield _row("基本情况", "W01", "单选题", "您知道工会工作队到过本单位吗？", options=options, required=yes)
    options = "走访谈心\n就业帮扶\n技能培训\n其他 [请注明]\n都没有 [排他]"
    more: dict[str, Value] = {"required": yes, "most": 3, "shown_if": "W01 = 知道，并接触过"}
    yield _row("基本情况", "W02", "多选题", "您参加过工作队的哪些活动？", options=options, **more)
    more = {"scale": scale, "required": yes, "shown_if": "W01 不是 不知道"}
    yield _row("满意度", "W10", "量表题", "总的来说，您对工作队的工作是否满意？", **more)
    rows = "解决问题\n服务态度\n到岗位走访"
    yield _row("满意度", "W11", "矩阵题", "您对以下各项是否满意？", rows=rows, **more)
    more = {"required": no, "maximum": 200, "shown_if": "W10 = 不满意、非常不满意"}
    yield _row("满意度", "W12", "长文本", "您不满意的原因是什么？", **more)
    ends = "非常不愿意\n非常愿意"
    yield _row("满意度", "W13", "推荐度（0–10 分）", "您愿意向工友推荐工会的服务吗？", options=ends, required=no)
    options = "一线生产；技术；管理；其他"
    yield _row("您的情况", "B1", "单选题", "您的岗位类型", options=options, required=no)
    yield _row("您的情况", "B2", "数字题", "您在本单位工作了几年？", minimum=0, maximum=60, required=no)


def _english() -> Iterator[dict[str, Value]]:
    yes, no, scale = YES.en, NO.en, _S5[EN]
    options = "Yes, and met it\nYes, but did not meet it\nNo"
    text = "Did you know that the union's work team was here?"
    yield _row("About you", "W01", "Single choice", text, options=options, required=yes)
    options = "Talks\nHelp with jobs\nTraining\nOther [specify]\nNone [exclusive]"
    more: dict[str, Value] = {"required": yes, "most": 3, "shown_if": "W01 = Yes, and met it"}
    yield _row("About you", "W02", "Multiple choice", "What did you take part in?", options=options, **more)
    more = {"scale": scale, "required": yes, "shown_if": "W01 is not No"}
    text = "All in all, are you satisfied with the work team?"
    yield _row("Satisfaction", "W10", "Scale", text, **more)
    rows = "Solving problems\nManners\nVisits at work"
    yield _row("Satisfaction", "W11", "Matrix", "Are you satisfied with each of these?", rows=rows, **more)
    more = {"required": no, "maximum": 200, "shown_if": "W10 = Dissatisfied or Very dissatisfied"}
    yield _row("Satisfaction", "W12", "Long text", "Why are you not satisfied?", **more)
    text = "Would you recommend the union's services?"
    ends = "Not at all\nVery much"
    yield _row("Satisfaction", "W13", "Recommendation 0 to 10", text, options=ends, required=no)
    options = "Production; Technical; Management; Other"
    yield _row("Your work", "B1", "Single choice", "Your kind of work", options=options, required=no)
    text = "How many years have you worked here?"
    yield _row("Your work", "B2", "A number", text, minimum=0, maximum=60, required=no)
