"""The words of a text: Chinese by the dictionary of jieba, English by blanks and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rjieba import Jieba

from survey_app.analysis.comments.lists import listed

STOP_WORDS = frozenset(listed("stop_words")) | frozenset(listed("stop_words_en"))
"""Words that say nothing of what a comment is about."""

_HAN = re.compile(r"[\u3400-\u9fff]+\Z")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")
_REPEATED = re.compile(r"(.)\1\Z|(.)\2(.)\3\Z")
"""Verbs said twice (走走, 走走看看), which say no more than "do it"."""
_MASKED = re.compile(r"〔[^〔〕]*〕")
_SAYING = ("n", "v", "a", "i", "l", "j", "t", "s", "g", "z")
"""Parts of speech that can say what a comment is about: nouns, verbs, adjectives, idioms, times, places."""
_REMEMBERED = 40_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, where it begins, and its part of speech in jieba's letters (nr: a person's name)."""

    text: str
    start: int
    kind: str

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.start + len(self.text)


@cache
def dictionary() -> Jieba:
    """Return the dictionary with our own words; loading takes some 0.1 s and writes nothing to disk."""
    made = Jieba()
    for word in listed("trade_words"):
        made.add_word(word, None, "n")
    return made


def words(text: str) -> tuple[Word, ...]:
    """Return all words of `text` in their order, signs and blanks among them."""
    found = []
    place = 0
    for word, kind in dictionary().tag(text):
        found.append(Word(word, place, kind))
        place += len(word)
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def telling_words(text: str) -> frozenset[str]:
    """Return the words that say what a masked comment is about, each once; English ones in small letters.

    Chinese ones stand in the dictionary or among our own words: what the segmenter only guesses to be a word
    (包队 in 外包队, 多到) is none.
    """
    plain = _MASKED.sub(" ", text)
    latin = {found.group().lower().strip("'-") for found in _LATIN.finditer(plain)}
    # Also what the dictionary calls a name: real ones are masked before anybody counts words, "太贵" is none.
    chinese = {
        word
        for word, kind in dictionary().tag(plain, False)
        if len(word) > 1 and kind.startswith(_SAYING) and _HAN.match(word) and not _is_repeated(word, kind)
    }
    return frozenset((chinese | latin) - STOP_WORDS)


def _is_repeated(word: str, kind: str) -> bool:
    return kind.startswith(("v", "l")) and _REPEATED.match(word) is not None
