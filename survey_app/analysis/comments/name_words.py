"""What Chinese names are made of, and ordinary words that look like one."""

from __future__ import annotations

from survey_app.analysis.comments.lists import listed

SURNAMES = frozenset("".join(listed("surnames")))
"""Characters that may begin a name where a dictionary says that it is one."""

NOT_BEFORE_TITLES = frozenset("向成左管查席费纪连满明强植官修幸习宗华薄司武文危关尚巴池")
"""Surnames that are also words which stand before a title: 向书记反映, 查主任的账."""

UNSURE = frozenset("钱石路房段温安文成常明平关满官连向管查费席左强植宗危池巴宁康甘柴谷苗梅庄牛章简麦桑燕仲闻")
"""Surnames that are also words: 老 and 小 before them make a name only where the dictionary says so."""

TWO_CHARACTER_SURNAMES = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯", "端木")
)

TITLES = tuple(sorted(listed("titles"), key=lambda title: (-len(title), title)))
"""What people are called by after their surname, the longer ones first."""

SHORT_TITLES = frozenset("总工姐哥叔姨嫂爷伯婶队局")
"""Titles of one character, which are also parts of words: only where word boundaries allow them."""

CUES = ("联系人", "名叫", "姓名", "我叫", "他叫", "她叫", "我是", "本人", "名字是", "叫做")
"""Words after which a name follows that no dictionary needs to know."""

ORDINARY = frozenset(listed("ordinary_words"))
"""Words that begin with a surname and that the dictionary calls, or might call, a name."""

TRAILING = frozenset("说来去给让对和跟在帮也很都就又是请找要会能把被叫带")
"""What the dictionary's guess may wrongly take for the end of a name: 张三说."""

PINYIN_SURNAMES = listed("surnames_in_pinyin")
"""Surnames as people write them in English; none that is also an English word which begins a sentence."""
