"""Options and rows pasted into a list of the designer: their words, without what counts them."""

import pytest

from survey_app.interchange.pasted import listed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A．口味\nB．价格\n③ 卫生\n4、排队时间", ["口味", "价格", "卫生", "排队时间"]),
        ("每天\n\n偶尔\n从不\x00", ["每天", "偶尔", "从不"]),
        ("A 是   B 否", ["是", "否"]),
        ("□男 □女", ["男", "女"]),
        ("（1）甲\n（2）乙", ["甲", "乙"]),
        ("一、食堂\n二、宿舍", ["食堂", "宿舍"]),
        ("一、二线城市", ["一、二线城市"]),
        ("1-3年\n3次以上\n2.5元以下\n其他____", ["1-3年", "3次以上", "2.5元以下", "其他____"]),
        ("", []),
    ],
)
def test_what_counts_is_taken_off(text: str, words: list[str]) -> None:
    assert listed(text) == words
