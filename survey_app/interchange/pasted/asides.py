"""Conditions in the midst of wording: 若选“否”，请说明原因; 主要原因（选“不满意”的填写）; 第4题仅选“是”者回答.

Here it is only told what looks like one. Which question and answer are meant is read where these are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.interchange.conditions import NotUnderstood, read_with_rest
from survey_app.interchange.references import References

_QUOTE = "[“”\"'‘’「『《]"
_NUMBER = r"(?:第\s*)?[0-9]{1,4}(?:\.[0-9]{1,2})?\s*题?"
_NUMBERS = rf"(?:{_NUMBER}(?:\s*(?:[-–—~～至到、,，和及])\s*{_NUMBER}){{0,8}}|下一?(?:道|个)?题)"
_ANSWERS = r"(?:回答|作答|填写|填答|必填|必答|填|答|做)"
_IF = r"(?:若|如果|如(?![何实期今下同约])|假如|要是|倘若|凡|对于?|针对|当|仅|只|限|除)"
_CHOSEN = rf"(?:选择?|勾选?|回?答)\s*(?:了|过|的是|为|是)?\s*(?:{_QUOTE}|[A-Za-zＡ-Ｚ①-⑳0-9](?![a-z]))"
_OPENS = re.compile(
    rf"(?:\s*(?:{_IF}|您|你|承|接|在|上一?(?:道|个)?题|前一?题|第?\s*[0-9一二三四五六七八九十]{{1,4}}\s*题|{_QUOTE}|,|，)){{0,8}}"
    r"\s*(?:若|如|假|要|倘|凡|对|针|当|仅|只|限|除|选|勾|答|回答|上|前|第|题|[“\"'‘「])"
)
_SOME = "(?:的|者|职工|员工|人员|同志|会员|性)"
_CLAUSE = "[^，,。；;：:？?]"
_FOR_SOME = re.compile(rf"{_CLAUSE}{{1,24}}{_SOME}{{1,2}}\s*(?:请|需|须|可)?{_ANSWERS}\Z")
_NOT_FOR_SOME = re.compile(rf"{_CLAUSE}{{1,24}}{_SOME}?\s*(?:不用|不必|无需|不|免)(?:填写?|答|作答|回答)\Z")
_MANNER = (
    r"请|可|不[填答必用想愿便方]|无[需须]|没|自[愿己行主]|用|以|按|据|照|在(?![职岗编])|于|逐|如[实有无]|匿|手[写工动]|统|必|选"
    r"|单[选独位]|多[选项填]|都|均|全[部体员面]|每|各|尽|直接|独立|详|简|完整|认真|准确|其他|另|若|继续|方便|数字|整数|小数"
    r"|阿拉伯|汉字|中文|大写|小写|文字|横线|括号|空格|年|月|日|[0-9一二三四五六七八九十两]"
)
"""How something is filled in begins so: （用数字填写）; who fills it in does not."""
_FOR_THOSE = re.compile(
    rf"(?:[仅只由限]\s*)?(?!{_MANNER})[^，,。；;：:？?\s]{{2,10}}(?<![题项选分数])\s*(?:填写|填答|回答|作答|必填|必答)\Z"
)
_FOR_ALL = re.compile(
    r"选择?\s*[0-9一二两三四五六七八九十]{1,2}\s*[项个种条]"
    r"|如实|真实|实际|自己|本人(?:填|亲)|字以内|认真|逐项|选择?填|可多|简要"
)
_WHO_SHOULD = re.compile(
    rf"{_CLAUSE}{{1,24}}(?:的|者|的职工|的同志)[,，]?请(?:说明|填|注明|写|回答|作答|答|列|谈|简)"
    rf"|{_CLAUSE}{{1,8}}请(?:简要)?(?:说明|填写|注明|写明|写出|说出).{{0,6}}(?:原因|理由)"
)
_SAYS_CHOSEN = re.compile(rf"{_CHOSEN}|(?:第\s*[0-9]{{1,4}}\s*题|上一?题|前一?题)")
_PERHAPS = re.compile(
    r"(?:若|如果|如(?![何实期今下同约有])|假如|要是)(?!有)[^，,。；;：:？?]{1,40}[，,]\s*(?:则|那么)?(?:请|您?认为)?.{0,10}"
    r"(?:说明|填写|注明|写出|写明|列出|原因|理由|为什么)"
)
_ASKS_MORE = re.compile(
    r"请(?!跳|转|继续|结束|直接)|原因|理由|为什么|为何|怎么|如何|什么|哪|几[次个天人]|多少|具体|[?？]|[_＿]{2}"
)
_LEADS_AWAY = re.compile(
    rf"(?:跳|转)(?:转|过|到|至|往|去|答|填)|→|⇒|结束|继续|(?:请|则)?{_ANSWERS}\s*(?:{_NUMBERS}|以下|下列|本题|此题|该题|本部分)"
)
_FIRST_CLAUSE = re.compile(r"[，,：:]|请(?=[说填注写回作答列谈简])")
_GROUP = re.compile(r"[（(]([^（()）]{2,120})[)）]")
_FORWARD = re.compile(
    rf"(?P<answer>.{{1,160}}?)(?:的话|的?(?:职工|员工|同志|会员|人)|的|者|时|后|[,，\s]){{0,4}}"
    rf"(?:请您?|则|才|再|需要?|须|只|继续|接着|\s){{0,4}}{_ANSWERS}\s*(?P<targets>{_NUMBERS})\s*[。.]?\Z"
)
_BY = "(?:仅|只|由|限|供|请|需|为|是|对于?|针对|\\s)"
_SCOPE = re.compile(
    rf"(?:(?:以下|下面|下列)\s*(?P<below>{_NUMBERS})\s*(?:题目?)?[,，]?{_BY}{{0,4}}|(?P<named>{_NUMBERS})\s*[,，]?{_BY}{{1,4}})"
    rf"(?P<answer>.{{1,160}}?)(?:的?(?:职工|员工|同志|会员|人)|的|者){{0,2}}\s*(?:来|可|需)?{_ANSWERS}\s*[。.]?\Z"
)
_ONLY = re.compile(
    rf"\s*[（(\[【]\s*(?:选此项|选择此项)?[者请则须需后,，继续接着往下]{{0,6}}{_ANSWERS}\s*(?P<targets>{_NUMBERS})\s*[)）\]】]\s*\Z"
)
_SPANS = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*题?\s*(?:[-–—~～至到]\s*(?:第\s*)?([0-9]{1,4}))?")
_OF_QUESTION = re.compile(rf"(?:选(?!择题)|勾选|答|回答).{{1,80}}(?:跳|转|结束|{_ANSWERS})")
_MOST_IN_SPAN = 200
ALWAYS = frozenset({"始终", "始终显示", "总是", "总是显示", "无", "无条件", "always"})
"""What 【显示条件】 says of a question that everybody is asked, whatever its words look like."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in round brackets, and where these begin and end."""

    start: int
    end: int
    content: str


@dataclass(frozen=True, slots=True)
class Scoped:
    """An answer, and the numbers of the questions that only those who gave it are asked; none for the next one."""

    answer: str
    numbers: tuple[str, ...]


def groups(words: str) -> Iterator[Group]:
    """Yield what stands in round brackets and looks like a condition, from the end."""
    found = [Group(match.start(), match.end(), match[1].strip()) for match in _GROUP.finditer(words[:4000])]
    return (each for each in reversed(found) if looks_like_condition(each.content))


def looks_like_condition(content: str) -> bool:
    """Tell whether words in brackets may say who is asked."""
    if _FOR_ALL.search(content):
        return False
    is_for_some = any(each.match(content) is not None for each in (_FOR_SOME, _NOT_FOR_SOME, _FOR_THOSE))
    return is_for_some or (_OPENS.match(content) is not None and (says_chosen(content) or opens(content)))


def is_misread(words: str, references: References) -> bool:
    """Tell whether a question's wording alone would be taken, or doubted, to say who is asked."""
    parts = [each.content for each in groups(words)] + [words] * opens(words)
    return any(says_chosen(part) or perhaps(part) or _is_condition(part, references) for part in parts)


def _is_condition(words: str, references: References) -> bool:
    try:
        read_with_rest(words, references)
    except NotUnderstood:
        return False
    return True


def opens(words: str) -> bool:
    """Tell whether wording may begin with a condition."""
    clause = _FIRST_CLAUSE.search(words[:200])
    if clause is None:
        return False
    return _OPENS.match(words) is not None or _WHO_SHOULD.match(words) is not None


def says_chosen(words: str) -> bool:
    """Tell whether wording is about an answer that was chosen, so that it is no plain text for sure."""
    clause = _FIRST_CLAUSE.search(words[:200])
    return _SAYS_CHOSEN.search(words[: clause.end() if clause is not None else 60]) is not None


def perhaps(words: str) -> bool:
    """Tell whether wording may be a condition without saying so: 若不满意，请说明原因; （劳模填写）."""
    return any(pattern.match(words) is not None for pattern in (_PERHAPS, _FOR_SOME, _FOR_THOSE, _WHO_SHOULD))


def asks_more(text: str) -> bool:
    """Tell whether a line without a number asks something more of those who chose an answer above."""
    bare = text.strip("（()） ")
    clause = _FIRST_CLAUSE.search(bare[:200])
    if (
        clause is None
        or not (_OPENS.match(bare) or _WHO_SHOULD.match(bare))
        or not (says_chosen(bare) or perhaps(bare))
    ):
        return False
    rest = bare[clause.start() :]
    return _ASKS_MORE.search(rest) is not None and _LEADS_AWAY.search(rest) is None


def is_rule_of_question(words: str) -> bool:
    """Tell whether what follows a question's number says where its answers lead: 选“否”请跳到第5题."""
    return _OF_QUESTION.match(words) is not None


def scoped(words: str) -> Scoped | None:
    """Return what 选C的请回答第4题 and 第4-6题由女职工填写 say; None for other words."""
    match = _FORWARD.match(words) or _SCOPE.match(words) if len(words) <= 240 else None
    if match is None:
        return None
    found = match.groupdict()
    targets = found.get("targets") or found.get("below") or found.get("named") or ""
    return Scoped(match["answer"].strip(" ,，"), tuple(_numbers_in(targets)))


def only_for(words: str) -> tuple[str, tuple[str, ...]] | None:
    """Return an option's words without （请回答第4题）, and the numbers of the questions that it leads to."""
    match = _ONLY.search(words[-60:])
    if match is None:
        return None
    start = max(0, len(words) - 60) + match.start()
    return words[:start].rstrip(), tuple(_numbers_in(match["targets"]))


def _numbers_in(targets: str) -> Iterator[str]:
    for match in _SPANS.finditer(targets):
        first, last = match[1], match[2]
        if last is None or "." in first or not 0 < int(last) - int(first) <= _MOST_IN_SPAN:
            yield first
        else:
            yield from (str(number) for number in range(int(first), int(last) + 1))
