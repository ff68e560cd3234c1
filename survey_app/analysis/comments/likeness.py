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
"""A theme is suggested where its comments, or its name, are at least so near."""
MOST = 10_000
"""Of more distinct comments than this, only the most frequent are put into clusters."""
_ROWS = 500
_NEAREST = 3
_MOST_NEAR = 200
_NAMED = 0.5
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
            found.append(Cluster(tuple(named), _shared(named, copies), int(weights[members].sum())))
    return tuple(sorted(found, key=lambda each: (-each.comments, each.members)))


def suggestions(
    texts: Sequence[str], themed: Mapping[str, Sequence[int]], names: Mapping[int, str]
) -> Mapping[str, int]:
    """Return a theme for each of `texts` that is like comments of that theme, or has the words of its name.

    `themed` gives the themes of comments that have some. A text's score for a theme is the sum of the cosines with
    the three nearest of its comments, and one half more where it holds a word of the theme's name.
    """
    wanted, known = sorted(set(texts)), sorted(themed)
    if not wanted or not names:
        return {}
    said = {theme: _features(name) for theme, name in names.items()}
    directions = _directions([_features(text) for text in (*wanted, *known)])
    examples = directions[len(wanted) :]
    themes = [tuple(themed[text]) for text in known]
    found = {}
    for start in range(0, len(wanted), _ROWS):
        some = wanted[start : start + _ROWS]
        likeness = (directions[start : start + len(some)] @ examples.T).toarray()
        for row, text in zip(likeness, some, strict=True):
            scores = {theme: _NAMED for theme, words in said.items() if any(word in text.lower() for word in words)}
            best = _best_theme(row, themes, scores)
            if best is not None:
                found[text] = best
    return found


def _best_theme(cosines: Array, themes: Sequence[Sequence[int]], scores: dict[int, float]) -> int | None:
    counted: Counter[int] = Counter()
    near = np.flatnonzero(cosines >= SUGGESTED)
    for place in near[np.lexsort((near, -np.round(cosines[near], 9)))][:_MOST_NEAR]:
        cosine = round(float(cosines[place]), 9)
        for theme in themes[place]:
            if counted[theme] < _NEAREST:
                counted[theme] += 1
                scores[theme] = scores.get(theme, 0.0) + cosine
    return min(scores, key=lambda theme: (-scores[theme], theme)) if scores else None


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


def _shared(members: Sequence[str], copies: Mapping[str, int]) -> tuple[str, ...]:
    """Return the words that most comments of a cluster have, at most three; of those in half of them at least."""
    count: Counter[str] = Counter()
    for text in members:
        for word in telling_words(text):
            count[word] += copies[text]
    half = sum(copies[text] for text in members) / 2
    return tuple(sorted((word for word in count if count[word] >= half), key=lambda word: (-count[word], word))[:3])
