"""Which comments are alike, and which theme a comment might belong to; the same whatever order they come in.

Each comment is a direction in the space of its words, rare words weighing more (TF-IDF); two are as alike as the
cosine between them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse

from survey_app.analysis.comments.words import telling_words
from survey_app.analysis.layout import Array

ALIKE = 0.42
"""Comments of a cluster have at least this cosine with the one in its middle."""
SUGGESTED = 0.3
"""A theme is suggested where its words make up at least this share of what a comment is about."""
MOST = 10_000
"""Of more distinct comments than this, only the most frequent are put into clusters."""
_ROWS = 500
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Comments that are alike, the one in the middle first, then the nearest; `words` is what they share."""

    members: tuple[str, ...]
    words: tuple[str, ...]
    comments: int


def clusters(copies: Mapping[str, int]) -> tuple[Cluster, ...]:
    """Return groups of at least two distinct texts that are alike, the largest first.

    `copies` says how many comments have each text. The text with the most comments near to it is the middle of the
    first cluster; then the same for those that are left. No text is in two. Remembered for the next reader.
    """
    return _clusters(tuple(sorted(copies.items())))


@lru_cache(maxsize=32)
def _clusters(pairs: tuple[tuple[str, int], ...]) -> tuple[Cluster, ...]:
    copies = dict(pairs)
    texts = sorted(sorted(copies), key=lambda text: -copies[text])[:MOST]
    texts.sort()
    if len(texts) < 2:
        return ()
    weights = np.array([copies[text] for text in texts], np.int64)
    near = _near(_directions([_features(text) for text in texts]))
    surroundings = np.array([weights[neighbours].sum() for neighbours, _ in near])
    free = np.ones(len(texts), np.bool_)
    found = []
    for middle in np.lexsort((np.arange(len(texts)), -surroundings)):
        if not free[middle]:
            continue
        neighbours, cosines = near[middle]
        is_free = free[neighbours]
        members = neighbours[is_free][np.lexsort((neighbours[is_free], -np.round(cosines[is_free], 9)))]
        if len(members) > 1:
            free[members] = False
            named = [texts[each] for each in members]
            found.append(Cluster(tuple(named), _shared(tuple(named), copies), int(weights[members].sum())))
    return tuple(sorted(found, key=lambda each: (-each.comments, each.members)))


def suggestions(
    texts: Sequence[str], themed: Mapping[str, Sequence[int]], names: Mapping[int, str]
) -> Mapping[str, int]:
    """Return a theme for each of `texts` that has the words of the theme's comments, or of its name.

    `themed` gives the themes of comments that have some. A theme's words are those that at least a third of its
    comments have, and count by that share; those of its name count in full. Rare words weigh more, and together
    they make up at least `SUGGESTED` of what the text is about.
    """
    if not names:
        return {}
    about = {text: _features(text) for text in {*texts, *themed}}
    spread = Counter(word for each in about.values() for word in each)
    weight = {word: float(np.log1p(len(about) / count)) for word, count in spread.items()}
    marks = _marks(about, themed, names)
    found = {}
    for text in sorted(set(texts)):
        total = sum(weight[word] for word in sorted(about[text]))
        scores = {
            theme: sum(weight[word] * _share(word, shares) for word in sorted(about[text])) / total
            for theme, shares in marks.items()
        }
        best = min(scores, key=lambda theme: (-round(scores[theme], 9), theme))
        if scores[best] >= SUGGESTED:
            found[text] = best
    return found


def _marks(
    about: Mapping[str, frozenset[str]], themed: Mapping[str, Sequence[int]], names: Mapping[int, str]
) -> dict[int, dict[str, float]]:
    """Return the words that tell a theme, with how much they count."""
    marks: dict[int, dict[str, float]] = {}
    for theme in sorted(names):
        own = [about[text] for text in themed if theme in themed[text]]
        count = Counter(word for each in own for word in each)
        marks[theme] = {word: times / len(own) for word, times in count.items() if 3 * times >= len(own)}
        marks[theme] |= dict.fromkeys(_features(names[theme]), 1.0)
    return marks


def _share(word: str, shares: Mapping[str, float]) -> float:
    """Return how much a word counts for a theme; a word of the theme in it (津贴 in 高温津贴) counts, too."""
    return shares.get(word) or max((share for mark, share in shares.items() if mark in word), default=0.0)


def _features(text: str) -> frozenset[str]:
    """Return the words of a text; where none of them tells anything, the text without signs stands for itself."""
    return telling_words(text) or frozenset({f"={_SIGNS.sub('', text)}"})


def _directions(features: Sequence[frozenset[str]]) -> sparse.csr_array:
    """Return one row of length 1 for each set of words."""
    spread = Counter(word for each in features for word in each)
    place = {word: number for number, word in enumerate(sorted(spread))}
    rarity = np.array([np.log1p(len(features) / spread[word]) for word in sorted(spread)])
    columns = [sorted(place[word] for word in each) for each in features]
    ends = np.cumsum([0, *map(len, columns)])
    indices = np.fromiter((number for each in columns for number in each), np.int64, int(ends[-1]))
    values = rarity[indices]
    lengths = np.sqrt(np.add.reduceat(values**2, ends[:-1]))
    return sparse.csr_array(
        (values / np.repeat(lengths, np.diff(ends)), indices, ends), shape=(len(features), len(place))
    )


def _near(directions: sparse.csr_array) -> list[tuple[Array, Array]]:
    """Return for each row the rows that are alike, itself among them, with their cosines."""
    turned = directions.T.tocsr()
    found: list[tuple[Array, Array]] = []
    for start in range(0, directions.shape[0], _ROWS):
        some = (directions[start : start + _ROWS] @ turned).tocsr()
        is_near = some.data >= ALIKE
        rows = np.repeat(np.arange(some.shape[0]), np.diff(some.indptr))[is_near]
        places, cosines = some.indices[is_near], some.data[is_near]
        order = np.lexsort((places, rows))
        ends = np.cumsum(np.bincount(rows, minlength=some.shape[0]))[:-1]
        found.extend(zip(np.split(places[order], ends), np.split(cosines[order], ends), strict=True))
    return found


def _shared(members: tuple[str, ...], copies: Mapping[str, int]) -> tuple[str, ...]:
    """Return at most three words that at least half of a cluster's comments have, or the one that most have."""
    count: Counter[str] = Counter()
    for text in members:
        for word in telling_words(text):
            count[word] += copies[text]
    half = sum(copies[text] for text in members) / 2
    ordered = sorted(count, key=lambda word: (-count[word], word))
    return tuple(word for word in ordered[:3] if count[word] >= half) or tuple(ordered[:1]) or members[:1]
