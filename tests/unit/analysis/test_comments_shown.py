"""Comments that are alike, themes that fit, and what of them may be shown: the same in whatever order they come."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.comments.likeness import clusters, suggestions
from survey_app.analysis.comments.showing import Said, shown
from survey_app.analysis.comments.taking import LEAST, taken_up
from survey_app.analysis.comments.words import telling_words
from survey_app.words import CommentState

_SAID = st.dictionaries(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["食堂", "更衣室", "高温津贴", "班车", ""]),
        st.sampled_from(["太贵", "太小", "没有", "希望改善", "质量差"]),
        st.sampled_from(["", "，谢谢", "！", "，请领导关心", " 12"]),
    ),
    st.integers(0, 9),
    max_size=25,
)


def _said(copies: dict[str, int], themes: dict[str, tuple[int, ...]] | None = None) -> list[Said]:
    return [
        Said(
            digest=f"{hash(words) % 10**12:012d}{words}", words=words, copies=count,
            state=CommentState.RELEASED if len(words) % 2 else CommentState.HELD,
            themes=(themes or {}).get(words, ()),
        )
        for words, count in copies.items()
    ]  # fmt: skip


def test_words_of_both_languages() -> None:
    assert telling_words("食堂的饭菜太贵，高温津贴没有发") >= {"食堂", "饭菜", "高温津贴"}
    assert "没有" not in telling_words("食堂的饭菜太贵，高温津贴没有发")
    assert telling_words("The Canteen is too expensive") == {"canteen", "expensive"}
    assert telling_words("请打〔电话〕找〔姓名〕") == frozenset()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("希望多到夜班和外包队走走。", {"夜班", "外包队"}),
        ("有的队员不太懂我们这一行。", {"队员"}),
        ("工资的事没有说到根子上。", {"工资"}),
        ("多来几次，走走看看", set()),
        ("停车难，宿舍没有热水", {"停车难", "宿舍", "热水"}),
        ("劳务派遣的也想入会", {"劳务派遣", "入会"}),
        ("食堂太贵", {"食堂", "太贵"}),
    ],
)
def test_words_are_those_of_a_dictionary_and_say_something(said: str, words: set[str]) -> None:
    assert telling_words(said) == words


def test_like_comments_come_together_near_copies_first() -> None:
    found = clusters(
        {
            "食堂的饭菜太贵": 3, "食堂饭菜太贵！": 1, "食堂饭菜贵，品种也少": 2, "高温津贴没有发": 4,
            "希望发高温津贴": 1, "更衣室太小": 1, "很好": 2,
        }
    )  # fmt: skip
    assert [each.comments for each in found] == [6, 5]
    assert set(found[0].members[:2]) == {"食堂的饭菜太贵", "食堂饭菜太贵！"}
    assert "食堂" in found[0].words
    assert found[1].words == ("高温津贴",)


@settings(max_examples=60)
@given(_SAID, st.randoms(use_true_random=False))
def test_clusters_do_not_depend_on_the_order(copies: dict[str, int], draw) -> None:
    pairs = list(copies.items())
    draw.shuffle(pairs)
    found = clusters(copies)
    assert clusters(dict(pairs)) == found
    members = [text for each in found for text in each.members]
    assert len(members) == len(set(members))
    assert set(members) <= set(copies)


def test_a_theme_is_suggested_by_like_comments_and_by_its_name() -> None:
    names = {1: "食堂", 2: "通勤 commuting"}
    themed = {"班车太少，下夜班回不了家": [2]}
    found = suggestions(["食堂太贵", "夜班没有班车回家", "Commuting takes hours", "更衣室太小"], themed, names)
    assert found == {"食堂太贵": 1, "夜班没有班车回家": 2, "Commuting takes hours": 2}
    assert suggestions(["食堂太贵"], {}, {}) == {}


@settings(max_examples=80)
@given(_SAID, st.dictionaries(st.integers(0, 24), st.sets(st.integers(1, 3)), max_size=12), st.integers(1, 12))
def test_nothing_small_is_shown(copies: dict[str, int], put: dict[int, set[int]], threshold: int) -> None:
    texts = list(copies)
    themes = {texts[place]: tuple(sorted(found)) for place, found in put.items() if place < len(texts)}
    said = _said(copies, themes)
    found = shown(said, threshold)
    assert shown(said[::-1], threshold) == found
    total = sum(copies.values())
    if found is None:
        assert total < max(LEAST, threshold)
        return
    least = max(5, threshold)
    assert total >= max(LEAST, threshold)
    assert found.base == total
    counted: Counter[str] = Counter()
    for words, count in copies.items():
        counted.update(dict.fromkeys(telling_words(words), count))
    assert all(each.comments == counted[each.word] >= least for each in found.keywords)
    assert all(group.comments >= least for group in found.groups)
    released = {each.words for each in said if each.state == CommentState.RELEASED and each.copies}
    quoted = {verbatim.words for group in found.groups for verbatim in group.verbatims}
    assert quoted == released


def test_small_themes_are_among_the_others() -> None:
    copies = {f"{what}{number}": 1 for what in ("食堂太贵", "班车太少") for number in "甲乙丙丁戊己庚"}
    themes = {words: (1,) for words in copies if words.startswith("食堂")} | {
        "班车太少甲": (2,),
        "班车太少乙": (2,),
    }
    found = shown(_said(copies, themes), 5)
    assert found is not None
    assert [(group.theme, group.comments) for group in found.groups] == [(1, 7), (None, 7)]


def test_what_would_be_left_alone_is_not_told_apart() -> None:
    copies = {f"食堂太贵{number}": 1 for number in "甲乙丙丁戊己庚辛壬癸"} | {"班车太少": 2}
    themes = {words: (1,) for words in copies if words.startswith("食堂")}
    found = shown(_said(copies, themes), 5)
    assert found is not None
    assert not any(group.theme for group in found.groups)
    assert sum(group.comments for group in found.groups) == 12


@settings(max_examples=80)
@given(
    st.dictionaries(st.text("0123456789abcdef", min_size=4, max_size=4), st.integers(1, 3), max_size=40),
    st.booleans(),
)
def test_few_comments_are_never_taken_up(fresh: dict[str, int], is_first: bool) -> None:
    running = taken_up(fresh, is_first=is_first, is_over=False)
    assert len(running) >= LEAST or not running
    assert not running or len(fresh) - len(running) == LEAST
    over = taken_up(fresh, is_first=is_first, is_over=True)
    assert over in (frozenset(), frozenset(fresh))
    if not is_first and len(fresh) < LEAST:
        assert over == frozenset()
