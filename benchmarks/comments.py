"""How quickly comments are masked, grouped and shown: `python -m benchmarks.comments [COMMENTS …]` (2000 20000).

Invented comments of one question, most of them written once: masking (once, when they are read), the groups of like
comments and the keywords of the page, first and again. Seconds of the processor, which other work on the same cores
disturbs less than the clock.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from benchmarks.stage import machine
from survey_app.analysis.comments.likeness import clusters
from survey_app.analysis.comments.masks import masked
from survey_app.analysis.comments.showing import Said, shown
from survey_app.words import CommentState

T = TypeVar("T")

SIZES = (2_000, 20_000)
THRESHOLD = 5
_THINGS = (
    "食堂的饭菜",
    "班车",
    "更衣室",
    "加班工资",
    "夏天车间的温度",
    "劳保用品",
    "体检",
    "宿舍的热水",
    "倒班时间",
    "培训",
)
_WISHES = (
    "希望改善",
    "太少了",
    "比去年好",
    "一直没人管",
    "能不能早点安排",
    "很满意",
    "价格偏高",
    "反映过两次还没结果",
)
_WHO = ("", "班长张伟说过", "我找过王芳主任", "请打13812345678联系我", "工作队的同志来看过", "三号车间")
_WHEN = ("", "上个月", "今年以来", "夜班的时候", "周末", "下雨天")


def invented(many: int) -> list[str]:
    """Return comments as workers write them, with names and telephones in some."""
    draw = random.Random(many)

    def one() -> str:
        parts = [draw.choice(words) for words in (_WHEN, _WHO, _THINGS, _WISHES)]
        more = draw.choice(("", f"，另外{draw.choice(_THINGS)}{draw.choice(_WISHES)}"))
        return f"{''.join(parts)}{more}，第{draw.randint(1, 40)}组"

    return [one() for _ in range(many)]


def measure(many: int) -> None:
    """Print what is asked of a number of comments."""
    written = invented(many)
    print(f"\n{many:,} comments, {len(set(written)):,} different")
    words = _timed("masking all of them", lambda: [masked(each) for each in written])
    copies = Counter(words)
    said = [
        Said(str(place), text, count, CommentState.WAITING) for place, (text, count) in enumerate(copies.items())
    ]
    _timed("groups of like ones, first", lambda: clusters(copies))
    _timed("groups of like ones, again", lambda: clusters(copies))
    _timed("a page: keywords, groups, first", lambda: shown(said, THRESHOLD))
    _timed("a page: keywords, groups, again", lambda: shown(said, THRESHOLD))


def _timed(what: str, deed: Callable[[], T]) -> T:
    start = time.process_time()
    found = deed()
    print(f"{what:<40} {time.process_time() - start:>8.2f} s", flush=True)
    return found


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    print(machine())
    for size in parser.parse_args().sizes:
        measure(size)


if __name__ == "__main__":
    main()
