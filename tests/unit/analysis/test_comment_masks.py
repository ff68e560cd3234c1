"""Masking: what names or reaches a person goes, what people talk about stays."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_app.analysis.comments.masks import Mask, hidden, masked, pieces, says_something

MASKED = """
班长王建国对我们很好 → 班长〔姓名〕对我们很好
请李队长多来看看 → 请〔姓名〕队长多来看看
希望张主任多下车间 → 希望〔姓名〕主任多下车间
王师傅手艺好 → 〔姓名〕师傅手艺好
杨 队长不管事 → 〔姓名〕 队长不管事
何书记来过一次 → 〔姓名〕书记来过一次
欧阳书记很负责 → 〔姓名〕书记很负责
钱阿姨做的菜好吃 → 〔姓名〕阿姨做的菜好吃
毛哥和江姐都在 → 〔姓名〕哥和〔姓名〕姐都在
王总说会解决 → 〔姓名〕总说会解决
工作队的陈工很认真 → 工作队的〔姓名〕工很认真
老刘师傅和小陈经常帮忙 → 〔姓名〕师傅和〔姓名〕经常帮忙
小王和小李帮我修了更衣室 → 〔姓名〕和〔姓名〕帮我修了更衣室
孙经理的女儿小孙 → 〔姓名〕经理的女儿〔姓名〕
姓陈的班长骂人 → 姓〔姓名〕的班长骂人
感谢何娟、张伟、王芳三位同志 → 感谢〔姓名〕、〔姓名〕、〔姓名〕三位同志
请给二车间李强发工资 → 请给二车间〔姓名〕发工资
刘德华班长 → 〔姓名〕班长
张三说李四打人 → 〔姓名〕说〔姓名〕打人
我叫欧阳娜娜 → 我叫〔姓名〕
我是李明 → 我是〔姓名〕
队长叫王小二 → 队长叫〔姓名〕
联系人赵小花 → 联系人〔姓名〕
王建国 → 〔姓名〕
Please ask Mr. Wang about it → Please ask Mr. 〔姓名〕 about it
Ms Li Na helped us → Ms 〔姓名〕 helped us
Zhang Wei knows → 〔姓名〕 knows
电话13812345678 → 电话〔电话〕
１３８１２３４５６７８ → 〔电话〕
138 1234 5678 → 〔电话〕
138-1234-5678 → 〔电话〕
1 3 8 1 2 3 4 5 6 7 8 → 〔电话〕
138，1234，5678找我 → 〔电话〕找我
+86 138 1234 5678 → 〔电话〕
①③⑧①②③④⑤⑥⑦⑧ → 〔电话〕
027-88886666 → 〔电话〕
(027)8888 6666 → 〔电话〕
座机 8888666 → 座机 〔电话〕
热线400-820-8820 → 热线〔电话〕
13812345678、13987654321 → 〔电话〕、〔电话〕
一三八一二三四五六七八 → 〔数字〕
幺三八，请打 → 幺三八，请打
壹叁捌壹贰叁肆伍陆柒捌 → 〔数字〕
身份证42010119900101123X → 身份证〔证件号〕
420101 19900101 1234 → 〔证件号〕
卡号6222 0202 0001 2345 678 → 卡号〔卡号〕
微信号 abc_12345 → 微信号 〔账号〕
加我vx：worker-2017 → 加我vx：〔账号〕
QQ:12345678 → QQ:〔账号〕
我的邮箱 zhang.san@163.com → 我的邮箱 〔邮箱〕
见https://example.com/a?b=1 → 见〔网址〕
鄂A12345堵门 → 〔车牌〕堵门
鄂A·D12345 → 〔车牌〕
工号A0231 → 工号〔工号〕
工号：12 → 工号：〔工号〕
解放大道1208号 → 解放大道〔门牌〕
住5栋302室 → 住〔门牌〕
2单元501漏水 → 〔门牌〕漏水
302宿舍没有热水 → 〔门牌〕宿舍没有热水
宿舍302太挤 → 宿舍〔门牌〕太挤
编码 98765 → 编码 〔数字〕
买买提·艾山帮我们修好了 → 〔姓名〕帮我们修好了
感谢阿依古丽・吐尔逊 → 感谢〔姓名〕
车间里买买提·艾山来过 → 车间里〔姓名〕来过
卡德尔 • 依明，手艺好 → 〔姓名〕，手艺好
赛福鼎·艾则孜·玉素甫的奖金 → 〔姓名〕的奖金
阿卜杜拉说食堂好 → 〔姓名〕说食堂好
请古丽来一下 → 请〔姓名〕来一下
古丽比我好，古丽也不来 → 〔姓名〕比我好，〔姓名〕也不来
买买提·艾山也不来 → 〔姓名〕也不来
司机小马哥人好 → 司机〔姓名〕哥人好
安全员周，不管事 → 安全员〔姓名〕，不管事
找班长李。 → 找班长〔姓名〕。
weixin：tom-li → weixin：〔账号〕
加威信 tom_2017 → 加威信 〔账号〕
加V tomli88 → 加V 〔账号〕
联系V：tomli88 → 联系V：〔账号〕
微信名：阿里小宝 → 微信名：〔账号〕
@阿里小宝 帮忙看看 → @〔账号〕 帮忙看看
＠tom-li → ＠〔账号〕
138xxxx5678 → 〔电话〕
138****5678找我 → 〔电话〕找我
138 XXXX 5678 → 〔电话〕
420101xxxxxxxx1234 → 〔数字〕
"""
STAYS = """
三个月没有发高温津贴
5号楼的电梯坏了
2017年来过
第3车间太热
第12车间没有更衣室
王府井的食堂
加班8小时没有加班费
加班8-12小时
满意率30%
3、5、8号都可以
每天8:30-17:30
工资3000元
提高师傅待遇
施工队长期缺人
老师傅多，老员工少
小康生活
小区门口
小金库
小毛病多
小时工没有保险
周末加班没有调休
周一到周五
于是我们都走了
安全第一，文明施工
林业局 黄河路
温暖人心
严格要求、关心职工
车队长、班组长、工段长
车间主任不听意见
向主任反映过
工会主席没有来
职工、员工、民工、钟点工
高温、高空、高压作业
黄金周加班
马上解决
成本太高
任何领导都没有来
我是安全员
叶落归根
何时能解决
感谢江岸区总工会驻企工作队的帮助
希望多组织羽毛球、篮球比赛
夏天车间温度高达45度
三班倒 二车间 十八大
安全员周末加班
质检员严，工人累
高温·高空作业
安全·健康·快乐
乌鲁木齐 西藏 海拉尔
平安·吉祥
购买提货单
你们不都是这样
领导在群众中有威信
@所有人 开会
微信名字太长
加quality检查 VIP客户 加vitamin
加qq群
规格150 x 200，3xxx
买来的苹果比利润高
浓度达瓦斯上限 比亚迪力推
小时候 老大哥 大师姐 小区大姐
山东 海南 沙发 玛丽
里程 合同 加班 金额
The canteen is too expensive
We hope for better food
无
"""


def _lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line]


@pytest.mark.parametrize("line", _lines(MASKED))
def test_what_names_a_person_goes(line: str) -> None:
    said, _, wanted = line.partition(" → ")
    assert masked(said) == wanted


@pytest.mark.parametrize("said", _lines(STAYS))
def test_what_people_talk_about_stays(said: str) -> None:
    assert masked(said) == said


_DIGIT = st.sampled_from("0123456789０５９①⑦٣")
_GAP = st.sampled_from(["", "", " ", "  ", "\u3000", "\u200b", "-", "－", ".", "·", "_", "\n"])
_WORDS = st.text(st.sampled_from("王李小老师傅主任的是在车间食堂没有abcX 〔〕姓名电话…"), max_size=12)


@st.composite
def _with_number(draw: st.DrawFn) -> str:
    digits = draw(st.lists(st.tuples(_DIGIT, _GAP), min_size=1, max_size=20))
    return draw(_WORDS) + "".join(digit + gap for digit, gap in digits) + draw(_WORDS)


def _longest_run(text: str) -> int:
    """How many digits follow each other, whatever their width and the blanks and strokes between them."""
    plain = "".join(
        str(unicodedata.digit(char)) if unicodedata.digit(char, None) is not None else char for char in text
    )
    return max(
        (len(re.sub(r"\D", "", run)) for run in re.findall(r"\d(?:[\s\u200b\-－._·]*\d)*", plain)), default=0
    )


@settings(max_examples=150)
@given(_with_number())
@example("6222020200012345678 13812345678 420101199001011234")
@example("〔电话〕1〔电话〕23 45")
def test_no_long_number_is_left_in_any_width_and_spacing(said: str) -> None:
    assert _longest_run(masked(said)) < 5


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from([*_lines(STAYS), *(line.partition(" → ")[0] for line in _lines(MASKED))]), max_size=4)
)
def test_masking_again_changes_nothing(lines: list[str]) -> None:
    once = masked("".join(lines))
    assert masked(once) == once


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_can_be_masked_and_nothing_is_added_but_masks(said: str) -> None:
    once = masked(said)
    assert masked(once) == once
    left = iter(said)
    own = "".join(piece for piece, is_mask in pieces(once) if not is_mask)
    assert all(char in left for char in own), "what is left stands in the text, in its order"


def test_a_person_masks_a_part_and_nothing_else() -> None:
    assert hidden("他在三号炉干了八年，三号炉的人都知道", "三号炉") == "他在〔…〕干了八年，〔…〕的人都知道"
    assert hidden("请打〔电话〕", "电话") is None
    assert hidden("请打〔电话〕", "〔电话〕") is None
    assert hidden("请打〔电话〕", "打〔电") is None
    assert hidden("请打〔电话〕找三号炉", "〔电话〕找三号炉") == "请打〔…〕"
    assert hidden("请来", "  ") is None


def test_nothing_but_masks_says_nothing() -> None:
    assert not says_something(masked("13812345678"))
    assert not says_something(masked("王建国，13812345678"))
    assert says_something(masked("王建国骂人"))
    assert {piece for piece, is_mask in pieces("请打〔电话〕") if is_mask} == {Mask.TELEPHONE}
