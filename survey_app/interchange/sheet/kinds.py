"""What the kinds of questions are called in the template, and which columns each of them has."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from survey_app.interchange.kind_words import KIND_WORDS
from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.marks import KIND_NAMES, NEAREST_KINDS
from survey_app.questionnaire.definition import KINDS
from survey_app.questionnaire.text import Text

NAMES = {kind: Text(words.zh, words.en.replace(",", "")) for kind, words in KIND_WORDS.items()}
"""The entries of the drop-down, by the kind's name in files. A comma would part them in two."""
NOTHING_TO_ANSWER = "statement"
_COMMON = ("section", "code", "kind", "text", "help", "shown_if")
COLUMNS: Mapping[str, frozenset[str]] = {
    kind: frozenset((*_COMMON, *(() if kind == NOTHING_TO_ANSWER else ("required",)), *own))
    for kind, own in {
        "single": ("options", "scale", "random"),
        "multiple": ("options", "least", "most", "random"),
        "scale": ("scale", "options"),
        "matrix": ("scale", "options", "rows", "rows_from"),
        "nps": ("options",),
        "number": ("minimum", "maximum", "decimals", "unit"),
        "short_text": ("maximum",),
        "long_text": ("maximum",),
        "date": ("minimum", "maximum"),
        "ranking": ("options", "most"),
        "statement": (),
    }.items()
}
"""The columns that mean something for a kind; whatever stands in others is reported."""
PLAIN_SINGLE = "plain_single"
"""A single choice that is no scale, whatever its words are."""
_OTHER_NAMES = {
    "scale": "满意度题 满意度",
    "nps": "推荐题 推荐度题 推荐度(0-10分) 推荐度(0-10) 0-10 recommendation recommendation0-10",
    "short_text": "单行文字 文字 文本 文字题 text",
    "long_text": "多行文字 大段文字",
    "date": "date",
    "statement": "说明题 note 段落",
    "number": "整数 整数题 integer",
    "ranking": "rank",
    "single": "下拉框 singleselect",
    "matrix": "矩阵量表题 矩阵满意度题 矩阵满意度",
    "multiple": "checkboxes multipleselect",
}
"""More names that people give to kinds."""
_KINDS = {
    **{name: kind for name, kind in KIND_NAMES.items() if kind in KINDS or kind == PLAIN_SINGLE},
    **{kind: kind for kind in KINDS},
    **{
        normal(words): kind
        for names in (KIND_WORDS, NAMES)
        for kind, name in names.items()
        for words in (name.zh, name.en)
    },
    **{normal(words): kind for kind, names in _OTHER_NAMES.items() for words in names.split()},
}
assert set(NAMES) == set(COLUMNS) == set(KINDS)  # noqa: S101  # a kind that is forgotten here is noticed at once


def kind_named(words: str) -> str | None:
    """Return the kind that people call so, or None."""
    return _KINDS.get(normal(words)) or _KINDS.get(normal(words).replace("_", ""))


def similar_kind(words: str) -> str | None:
    """Return the kind that is perhaps meant, or comes nearest to what is asked for."""
    plain = normal(words)
    if plain in NEAREST_KINDS:
        return NEAREST_KINDS[plain]
    found = difflib.get_close_matches(plain, _KINDS, n=1, cutoff=0.6)
    kind = _KINDS[found[0]] if found else None
    return "single" if kind == PLAIN_SINGLE else kind
