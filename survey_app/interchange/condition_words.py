"""The words of written conditions: how people say "chosen", "at least" or "is shown", in Chinese and English.

All patterns are matched against text in normal form (half-width, lower case), each at one place only.
"""

from __future__ import annotations

import re

CHINESE_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}

_NUMBER = r"\d{1,4}(?:\.\d{1,3})*"
QUESTION = re.compile(
    rf"第\s*(?P<n>{_NUMBER}|[一二三四五六七八九十]{{1,3}})\s*(?:小?题|问)|题\s*(?P<after>{_NUMBER})(?!\d)"
    rf"|(?P<before>{_NUMBER})\s*题(?!\d)|(?P<last>(?:承|接)?(?:上面?|前面?)(?:一|这|那)?(?:道|个)?(?:小?题|问题?)(?:目)?)"
)
"""第3题, 题3, 3题, 上题."""
ROW = re.compile(r"\s*(?:中|里|的)?\s*第\s*(\d{1,3})\s*(?:行|小项)")
AFTER_ROW = re.compile(r"\s*(?:这|那)?一?[行项]")
"""第5题第2行, 第5题“食堂”一行: one row of a matrix."""
LEAD = re.compile(
    r"(?:\s|仅当|仅限|仅由|仅|只有|只在|只限|只|限|由|如果|如|若|倘若|要是|当|凡是?|假如|您|你|在|对于?|针对|承|接"
    r"|if\b|when\b|only\b)+"
)
INSIDE = re.compile(r"(?:\s|[中里上的,:]|回答|答案|得分|评分|打分|分数|打|您|你)+")
"""What may stand between a question and what is said of its answer."""
CONNECTED_AND = re.compile(r"\s*(?:,\s*)?(?:并且|而且|且|同时|并|&&?|and\b)\s*|\s*[;,]\s*")
CONNECTED_OR = re.compile(r"\s*(?:,\s*)?(?:或者|或|or\b|\|\|?)\s*")
GROUP_AND, GROUP_OR, GROUP_NOT = (re.compile(rf"\s*{word}\s*\(") for word in ("且", "或", "(?:并?非|not|!)"))
BETWEEN_VALUES = re.compile(r"\s*(?:或者|或|以及|及|和|与|[、,/]|or\b)\s*")

UNANSWERED = re.compile(r"\s*(?:未作答|未回答|未答|没有?回答|没有?作答|unanswered\b)")
ANSWERED = re.compile(r"\s*(?:已作答|已回答|已答|有回答|回答过|答过|已填写?|answered\b)")
IS_NOT = re.compile(
    r"\s*(?:未选择|未选中|未选|没有?选择?|不选择?|不是|不为|不等于|≠|!=|<>|没有?勾选|不包含|不包括|不含"
    r"|is\s+not\b|not\s+in\b)了?\s*"
)
EVERY = re.compile(r"\s*(?:同时选择?|都选择?|均选择?)了?\s*")
IS_ONE_OF = re.compile(r"\s*(?:属于|∈|in\b|any\s+of\b)\s*")
IS = re.compile(
    r"\s*(?:==?|等于|包含|包括|含有?|is\b"
    r"|(?:选择|选中|勾选|选|答|填写?|chose\b|selected\b)(?:了|过|的是|为|是|=|:)?|为|是)\s*"
)
IS_SHORT = re.compile(r"\s*(?:选择|选中|勾选|选|答|是|为)")
"""The verb alone, where what may belong to it is the answer: 选是."""
EXCEPT = re.compile(r"\s*除了?(?:选择?)?\s*")
BUT_FOR = re.compile(r"\s*(?:以外|之外|外)(?:的?(?:其他)?(?:选?项|答案|情况))?")
"""除“满意”以外."""
AT_LEAST = re.compile(r"\s*(?:>=|=>|≥|≧|⩾|大于或?等于|不小于|不低于|不少于|至少为?|at\s+least\b)\s*")
AT_MOST = re.compile(r"\s*(?:<=|=<|≤|≦|⩽|小于或?等于|不大于|不高于|不多于|不超过|至多为?|at\s+most\b)\s*")
ABOVE = re.compile(r"\s*(?:>|大于|高于|多于|超过)\s*")
BELOW = re.compile(r"\s*(?:<|小于|低于|少于|不足|不到)\s*")
NUMBER = re.compile(r"\s*([+-]?\d{1,400}(?:\.\d{1,400})?)\s*(?:分|人|次|天|元|小时|岁|年|个)?")
UP = re.compile(r"\s*[及或]?\s*以上")
DOWN = re.compile(r"\s*[及或]?\s*(?:以下|以内)")
RANGE = re.compile(r"\s*(?:-|–|—|~|到|至)\s*")

_PLACE = r"(?:\d{1,2}|[一二三四五六七八九十])"
POSITION = re.compile(rf"\s*第\s*({_PLACE}(?:\s*[、,;和或及]\s*第?\s*{_PLACE}){{0,20}})\s*(?:选?项|个选项|个)")
FIRST = re.compile(r"\s*前\s*(\d|[一二两三四五六七八九])\s*(?:个?选项|[项个])")
LAST = re.compile(r"\s*最?后\s*(\d|[一二两三四五六七八九])\s*(?:个?选项|[项个])")
ANYTHING = re.compile(r"\s*任意?(?:何)?一?[项个]")
LETTERS = re.compile(r"\s*([a-z]{1,8})(?:选?项)?(?![a-z0-9_])")
DELIMITER = re.compile(r"[、,;/()]|或|且|时|的|者|$")
"""Where a value ends that is no wording we know."""
ENDS_VALUE = re.compile(
    r"\s*(?:[、,;:/()。]|$|或|且|和|及|并|的|者|时|后|以|之|外|这|一?[项类]|选?项|请|则|才|就|需|须|可|本|此|该|不|无|免|跳|略|继续"
    r"|填|答|回|作|显|展|评|出现|必|性|士|职工|员工|同志|会员|工友|同事|人员)"
)
"""What may follow an answer that is meant as a whole; anything else says that it is a part of some other words."""

QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", '"': '"', "'": "'"}

_WHO = r"(?:性|士|职工|员工|同志|会员|工友|同事|朋友|人员|受访者|人)"
_THEN = rf"(?:的话|时候?|的情况下|情况下|的{_WHO}|{_WHO}|这?一?[项类]|的|者|后|,|\s)*"
_PLEASE = r"(?:请您?|才|则|再|需要?|须|可|就|都|应|必须|直接|\s)*"
_DO = r"(?:继续)?(?:必?填写?|显示|展示|回答|作答|填答|评价|出现|可见|必?答|弹出|勾选)"
_THIS = (
    r"(?:本题|此题|该题|这一?题|本部分|此部分|该部分|本节|本组|以下题目?|下列题目?|下面的?题目?|以下内容"
    r"|[本此]大题)?"
)
_HIDDEN = rf"(?P<hidden>(?:不用|不必|不需要?|无需|无须|免|不再|不)\s*{_DO}|(?:直接)?(?:跳过|略过))"
OUTCOME = re.compile(
    rf"{_THEN}{_PLEASE}(?:{_THIS}{_PLEASE}{_HIDDEN}|(?:{_THIS}{_PLEASE}{_DO})?){_THIS}\s*[。.]?\s*\Z"
)
"""What follows once the condition holds: it is shown, or (group `hidden`) it is not."""
LEADS_ON = re.compile(
    rf"{_THEN}{_PLEASE}{_THIS}{_PLEASE}(?:{_HIDDEN}|{_DO}){_THIS}\s*[:。;,]\s*"
    rf"|{_THEN}(?<=[,\s者])(?:则|那么|那|就)?\s*|{_THEN}[:。;]\s*|(?:的话|时|的{_WHO}|的|者|后)*(?=请|需|须)"
)
"""What stands between a condition and what is asked under it: 若选“否”，请说明原因."""
