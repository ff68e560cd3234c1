"""What the kinds of questions are called in files: as in the designer, and what else people call them."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.questionnaire.text import Text

KIND_WORDS: Mapping[str, Text] = {
    "single": Text("单选题", "Single choice"),
    "multiple": Text("多选题", "Multiple choice"),
    "scale": Text("量表题", "Scale"),
    "matrix": Text("矩阵题", "Matrix"),
    "nps": Text("推荐度（0–10 分）", "Recommendation, 0 to 10"),
    "number": Text("数字题", "A number"),
    "short_text": Text("短文本", "Short text"),
    "long_text": Text("长文本", "Long text"),
    "date": Text("日期题", "A date"),
    "ranking": Text("排序题", "Ranking"),
    "statement": Text("说明文字", "Words to read"),
}
"""The designer's word for each kind, by its name in files; the web layer words its pages with the same."""
