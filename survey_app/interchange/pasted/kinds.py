"""Which kind of question a draft is: what its marks say, and otherwise what it looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.drafts import Draft, joined
from survey_app.interchange.pasted.grades import Ladder, are_grades
from survey_app.interchange.pasted.ledger import Ledger
from survey_app.interchange.pasted.lines import Sign
from survey_app.interchange.pasted.options import Entry
from survey_app.interchange.pasted.own_scales import is_scored, shipped_by
from survey_app.questionnaire.text import Text

_IN_ORDER = re.compile(r"排序|排列|先后顺序|依次选|按重要|从高到低|从大到小|rank", re.IGNORECASE)
_OPEN = re.compile(
    r"意见|建议|想法|看法|原因|为什么|怎么|如何|哪些|什么|一件事|一句话|谈谈|说说|请描述|请说明|请列举|comment|suggest|why",
    re.IGNORECASE,
)
_RECOMMENDS = re.compile(r"推荐|recommend", re.IGNORECASE)
_TEN = [str(number) for number in range(11)]
_LETTERS = {Sign.LETTER, Sign.BARE_LETTER}


@dataclass(slots=True)
class Shape:
    """A draft's kind, and what of its entries is what. `scale` names a scale; `grades` are one's words."""

    kind: str
    options: list[Entry] = field(default_factory=list)
    rows: list[Entry] = field(default_factory=list)
    grades: list[Entry] = field(default_factory=list)
    scale: str | None = None


def shape_of(draft: Draft, ledger: Ledger) -> Shape:
    """Find out what kind of question a draft is."""
    entries, grades, scale = draft.entries, draft.grades, draft.marks.scale
    kind = draft.kind
    if kind in {"statement", "short_text", "long_text", "number", "date", "none"}:
        for entry in entries:
            ledger.refuse("options_not_for_this", entry.line)
        return Shape(kind or "statement")
    if draft.ladder is not None and (shape := _of_ladder(draft, draft.ladder)) is not None:
        return shape
    if _words(entries or grades) in (_TEN, _TEN[::-1]) and kind in {None, "nps", "scale", "single"}:
        return _from_zero_to_ten(draft)
    if kind == "nps" or (kind is None and not entries and not grades and draft.stem.is_nps):
        return Shape("nps")
    if kind in {"matrix", "matrix_multiple"}:
        return _matrix(draft, kind)
    if kind in {None, "scale"} and entries and (grades or scale):
        return Shape("matrix", rows=entries, grades=grades, scale=scale)
    if kind in {None, "single"} and grades and not entries and not is_scored(grades):
        return Shape("single", grades)
    if kind in {None, "scale", "single"} and (grades or scale) and not entries:
        return Shape("scale", grades=grades, scale=scale)
    if kind == "scale":
        is_ten = not entries and draft.stem.is_from_zero_to_ten
        return Shape("scale", grades=entries, scale="SCORE10" if is_ten else None)
    options = [*grades, *entries]
    if kind is not None:
        return _choice(kind, options)
    return _guessed(draft, options, ledger) if options else _without_options(draft, ledger)


def _of_ladder(draft: Draft, ladder: Ladder) -> Shape | None:
    """Return 0-10 as the question that we have for it; None for other numbers."""
    if (
        sorted(ladder.numbers) != [*range(11)]
        or draft.entries
        or draft.kind not in {None, "nps", "scale", "single"}
    ):
        return None
    shape = _from_zero_to_ten(draft)
    if shape.kind == "nps":
        draft.low, draft.high = draft.low or draft.ends[0], draft.high or draft.ends[1]
    elif any(draft.ends):
        draft.help = joined(draft.help, Text(*(_ends(one, other) for one, other in _languages(draft.ends))))
    return shape


def _languages(texts: tuple[Text, Text]) -> tuple[tuple[str, str], tuple[str, str]]:
    one, other = texts
    return (one.zh, other.zh), (one.en, other.en)


def _ends(low: str, high: str) -> str:
    """Say what the ends of 0-10 mean."""
    return " – ".join(f"{number} = {words}" for number, words in ((0, low), (10, high)) if words)


def _words(entries: Sequence[Entry]) -> list[str]:
    return [normal(each.words).removesuffix("分") for each in entries]


def _from_zero_to_ten(draft: Draft) -> Shape:
    if draft.kind == "nps" or (draft.kind is None and _RECOMMENDS.search(draft.stem.words)):
        return Shape("nps")
    return Shape("scale", scale="SCORE10")


def _matrix(draft: Draft, kind: str) -> Shape:
    entries, grades, scale = draft.entries, draft.grades, draft.marks.scale
    if grades or scale:
        return Shape(kind, rows=entries, grades=grades, scale=scale)
    letters, others = _apart(entries)
    if letters and others:
        return Shape(kind, rows=others, grades=letters)
    if shipped_by(entries) is not None:
        return Shape(kind, grades=entries)
    return Shape(kind, rows=entries)


def _apart(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Part entries with letters from all others: where there are both, letters are the grades."""
    letters: list[Entry] = []
    others: list[Entry] = []
    for each in entries:
        is_lettered = each.label is not None and each.label.sign in _LETTERS
        (letters if is_lettered else others).append(each)
    return letters, others


def _choice(kind: str, options: list[Entry]) -> Shape:
    if kind == "single" and is_scored(options):
        return Shape("scale", grades=options)
    return Shape("single" if kind == "plain_single" else kind, options)


def _guessed(draft: Draft, options: list[Entry], ledger: Ledger) -> Shape:
    """Guess what kind of choice is meant."""
    letters, others = _apart(options)
    if letters and others and (shipped_by(letters) is not None or are_grades([each.words for each in letters])):
        return Shape("matrix", rows=others, grades=letters)
    if draft.marks.top is not None or _IN_ORDER.search(draft.stem.words):
        ledger.changed("guessed_ranking", draft.head)
        return Shape("ranking", options)
    if draft.marks.most is not None or draft.marks.least is not None:
        return Shape("multiple", options)
    return _choice("single", options)


def _without_options(draft: Draft, ledger: Ledger) -> Shape:
    """Guess what an answer that nothing is listed for may be."""
    if draft.stem.has_date:
        return Shape("date")
    if draft.stem.unit:
        ledger.changed("guessed_number", draft.head)
        return Shape("number")
    is_long = draft.writing_lines > 1 or (not draft.stem.has_blank and _OPEN.search(draft.stem.words) is not None)
    kind = "long_text" if is_long or (draft.marks.length or 0) > 200 else "short_text"
    if not draft.stem.has_blank and not draft.writing_lines:
        ledger.changed(f"guessed_{kind}", draft.head)
    return Shape(kind)
