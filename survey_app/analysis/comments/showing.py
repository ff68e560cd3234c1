"""What of a question's comments a reader is shown: the gate of every page and file with comments.

Comments are never told apart by unit, team, day, mode or other answers, so there is nothing to subtract along; what
is counted has the survey's threshold behind it, and what is quoted a person has released.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.analysis.comments.likeness import clusters
from survey_app.analysis.comments.taking import LEAST
from survey_app.analysis.comments.words import telling_words
from survey_app.words import CommentState

FEWEST = 5
"""Comments behind a keyword or a group at least, whatever the survey's threshold."""
MOST_KEYWORDS = 20


@dataclass(frozen=True, slots=True)
class Said:
    """A masked comment of one question, with what was decided about it. `copies` respondents wrote it."""

    digest: str
    words: str
    copies: int
    state: CommentState
    themes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word and the number of comments that have it."""

    word: str
    comments: int


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Released words, and how many respondents wrote them."""

    words: str
    copies: int


@dataclass(frozen=True, slots=True)
class Group:
    """Comments of one theme, or without one but alike (`words`), or all others (neither)."""

    theme: int | None
    words: tuple[str, ...]
    comments: int
    verbatims: tuple[Verbatim, ...]

    @property
    def is_rest(self) -> bool:
        """Whether these are the others."""
        return self.theme is None and not self.words


@dataclass(frozen=True, slots=True)
class Shown:
    """A question's comments as a reader sees them: `base` comments, `released` of which may be quoted.

    They are `wordings` different sentences, `released_wordings` of which may be quoted.
    """

    base: int
    wordings: int
    released: int
    released_wordings: int
    threshold: int
    keywords: tuple[Keyword, ...]
    groups: tuple[Group, ...]


def shown(said: Sequence[Said], threshold: int) -> Shown | None:
    """Return what is shown of a question's comments; None where there are too few, or none: both look alike.

    `threshold` is the survey's smallest group. The order tells nothing: groups by size, words by keyed digest.
    """
    counting = sorted((each for each in said if each.copies), key=lambda each: each.digest)
    least = max(FEWEST, threshold)
    base = sum(each.copies for each in counting)
    if base < max(LEAST, threshold):
        return None
    quotable = [each for each in counting if each.state == CommentState.RELEASED]
    count: Counter[str] = Counter()
    for each in counting:
        for word in telling_words(each.words):
            count[word] += each.copies
    enough = {word: comments for word, comments in count.items() if comments >= least}
    ordered = sorted(enough, key=lambda word: (-enough[word], word))[:MOST_KEYWORDS]
    return Shown(
        base=base,
        wordings=len(counting),
        released=_size(quotable),
        released_wordings=len(quotable),
        threshold=least,
        keywords=tuple(Keyword(word, enough[word]) for word in ordered),
        groups=_groups(counting, least, frozenset(enough)),
    )


def _groups(said: Sequence[Said], least: int, known: frozenset[str]) -> tuple[Group, ...]:
    """Return themes, then clusters, large enough; what is left is one group, large enough, too, or empty."""
    by_theme: dict[int, list[Said]] = {}
    for each in said:
        for theme in each.themes:
            by_theme.setdefault(theme, []).append(each)
    themes = [theme for theme in sorted(by_theme) if _size(by_theme[theme]) >= least]
    themes.sort(key=lambda theme: -_size(by_theme[theme]))
    while True:
        left = [each for each in said if not set(themes) & set(each.themes)]
        if not themes or not 0 < _size(left) < least:
            break
        themes.pop()
    groups = [_group(by_theme[theme], theme=theme) for theme in themes]
    alike, rest = _alike(left, least, known)
    if rest:
        alike.append(_group(rest))
    return (*groups, *alike)


def _alike(said: Sequence[Said], least: int, known: frozenset[str]) -> tuple[list[Group], list[Said]]:
    """Return groups of like comments, named by words that enough comments have, and what is in none of them."""
    copies: Counter[str] = Counter()
    for each in said:
        copies[each.words] += each.copies
    found = [
        (tuple(word for word in cluster.words if word in known), frozenset(cluster.members))
        for cluster in clusters(copies)
        if cluster.comments >= least
    ]
    named = [(words, members) for words, members in found if words]
    while True:
        inside = frozenset(text for _, members in named for text in members)
        rest = [each for each in said if each.words not in inside]
        if not named or not 0 < _size(rest) < least:
            break
        named.pop()
    return [_group([each for each in said if each.words in members], words=words) for words, members in named], rest


def _group(said: Sequence[Said], *, theme: int | None = None, words: tuple[str, ...] = ()) -> Group:
    quoted = tuple(Verbatim(each.words, each.copies) for each in said if each.state == CommentState.RELEASED)
    return Group(theme, words, _size(said), quoted)


def _size(said: Sequence[Said]) -> int:
    return sum(each.copies for each in said)
