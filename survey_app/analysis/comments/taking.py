"""Which comments are taken up at a reading: never so few that they could be told apart from all the others.

Who reads after each ballot would see who has just written what. So while a survey takes answers, ten are left for
the next reading, drawn by lot; what is taken up is at least ten again, and nobody can say when they were written.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 10
"""Comments that are shown, or taken up, together at least (METRICS: threshold for verbatims)."""


def taken_up(fresh: Mapping[str, int], *, is_first: bool, is_over: bool) -> frozenset[str]:
    """Return which of `fresh`, new comments by keyed digest with their copies, may be taken up now.

    `is_first` tells that nothing of this question has been taken up so far, `is_over` that no ballots come now.
    """
    drawn = sorted(fresh)
    if is_over:
        count = sum(fresh.values()) if is_first else len(drawn)
        return frozenset(drawn) if count >= LEAST else frozenset()
    return frozenset(drawn[LEAST:]) if len(drawn) >= 2 * LEAST else frozenset()
