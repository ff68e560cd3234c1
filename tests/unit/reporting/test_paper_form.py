"""Printed forms: nothing is lost, nothing leaves the page, no question is broken, every box bears its key."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.reporting import paper_form
from survey_app.reporting.paper_facts import Asked, Box, Form, Part
from survey_app.reporting.paper_parts import BOTTOM, BOX

WORDS = st.text("测评满意 abc，。", min_size=1, max_size=60).filter(str.strip)
BOXES = st.lists(WORDS, min_size=1, max_size=14).map(
    lambda words: tuple(Box(str(number), each) for number, each in enumerate(words, start=1))
)
ASKED = st.one_of(
    st.builds(Asked, st.just("1."), WORDS, boxes=BOXES),
    st.builds(Asked, st.just("1."), WORDS, boxes=BOXES, rows=st.lists(WORDS, min_size=1, max_size=50)),
    st.builds(Asked, st.just("1."), WORDS, lines=st.integers(1, 5)),
)


def _form(asked: Sequence[Asked]) -> Form:
    return Form(
        union="武汉市总工会", title="职工满意度测评", place="武钢 · 职工", notice=["匿名。", "自愿。"],
        how_to="打勾。", parts=[Part("第一部分", "", "", asked)], closing="谢谢。", code="HTTPS://A.B/P/7",
        code_words="录入", foot="批次 7", page="第 %(page)s 页，共 %(pages)s 页", serial="编号 %(serial)s",
        continued="（续）", empty_page="本页无题目",
    )  # fmt: skip


def _depths(page: str) -> list[float]:
    """How far down the strips of a page begin."""
    return [float(found) for found in re.findall(r"translate\(0 ([\d.]+)\)", page)]


@settings(max_examples=40)
@given(st.lists(ASKED, min_size=1, max_size=12))
def test_every_box_is_printed_and_nothing_runs_into_the_foot(asked: list[Asked]) -> None:
    pages = paper_form.pages(_form(asked))
    wanted = sum(len(each.boxes) * max(1, len(each.rows)) for each in asked)
    whole = "".join(pages)
    assert whole.count(f'width="{BOX:g}" height="{BOX:g}"') == wanted
    for number, page in enumerate(pages, start=1):
        assert all(depth <= BOTTOM for depth in _depths(page))
        assert f"第 {number} 页，共 {len(pages)} 页" in page


def test_a_question_stands_on_one_page() -> None:
    boxes = tuple(Box(str(number), f"第{number}项") for number in range(1, 6))
    asked = [
        Asked(f"{number}.", f"问题{number}号", boxes=boxes, rows=("甲", "乙", "丙", "丁"))
        for number in range(1, 20)
    ]
    pages = paper_form.pages(_form(asked))
    assert len(pages) > 2
    for number in range(1, 20):
        (page,) = [each for each in pages if f">问题{number}号<" in each]
        begins = page.index(f">问题{number}号<")
        following = page.find(f">问题{number + 1}号<")
        part = page[begins:following] if following > 0 else page[begins:]
        assert part.count(f'width="{BOX:g}"') == 20


def test_a_table_longer_than_a_page_goes_on_under_its_columns() -> None:
    boxes = (Box("1", "满意"), Box("2", "不满意"))
    pages = paper_form.pages(_form([Asked("1.", "各项", boxes=boxes, rows=[f"第{n}行" for n in range(60)])]))
    assert len(pages) == 3
    for page in pages[1:]:
        assert "（续）" in page
        assert ">不满意<" in page


def test_copies_have_numbers_of_their_own_and_begin_on_a_new_sheet() -> None:
    form = _form([Asked("1.", "问", boxes=(Box("1", "是"),))])
    sheets = paper_form.copies(form, "问卷", [12, 3], is_two_sided=True)
    assert ["编号 0012" in each for each in sheets] == [True, True, False, False]
    assert ["编号 0003" in each for each in sheets] == [False, False, True, True]
    assert "本页无题目" in sheets[1]
    assert "第 1 页，共 1 页" in sheets[0]
    # Only the first copy holds the drawing; what the others refer to is there.
    for each in sheets[2:]:
        (name,) = re.findall(r'<use href="#([^"]+)"', each)
        assert sum(f'id="{name}"' in sheet for sheet in sheets) == 1


def test_words_are_written_as_words() -> None:
    form = _form([Asked("1.", "<script>&", boxes=(Box("1", "\"'<b>"),))])
    (sheet,) = paper_form.copies(form, '"><script>', [1])
    assert "<script" not in sheet
    assert "<b>" not in sheet
