"""How the simulated people answer: a mood of their own, their enterprise's, and a question's, put into grades.

A person's satisfaction with one thing is a standard normal number shifted by the enterprise's effect; people who
are content in one answer tend to be so in the next. The cuts between the grades are such that with no effect
about 62, 30, 6, 1.2 and 0.5 % give the five grades, best first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from survey_app.questionnaire.definition import (
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Questionnaire,
    ScaleQuestion,
    SingleChoice,
    fields_of,
    options_of,
)
from survey_app.services.sample.data import raw

_CUTS = (-0.31, -1.43, -2.12, -2.6)
"""Satisfaction at least this much gives grade 1, 2, 3, 4; less gives 5."""
_OWN = 0.85
_NOISE = 0.53
"""Shares of the person and of the moment in one answer; their squares add up to 1."""

_OFFSETS: Mapping[str, float] = {
    "W11": 0.10, "W12": 0.14, "W13": 0.04, "W14": -0.12, "W15": 0.16, "W16": -0.05,
    "W29": -0.20, "F05": -0.15, "F08": -0.10, "E12": -0.05, "E15": -0.10, "U13": -0.15, "U16": 0.05,
}  # fmt: skip
"""How much easier (or harder) than the overall question an item earns a good grade."""

_WEIGHTS: Mapping[str, Sequence[float]] = {
    "W01": (70, 23, 7),
    "W31": (80, 14, 2, 4),
    "B1": (61, 15, 8, 11, 5),
    "B2": (70, 20, 3, 2, 5),
    "B3": (29, 44, 23, 4),
    "B4": (86, 6, 8),
    "F01": (66, 8, 4, 22),
    "F02": (67, 26, 7),
    "F06": (76, 12, 3, 9),
    "F07": (27, 48, 14, 11),
    "F09a": (58, 42),
    "F11": (46, 38, 7, 9),
    "F12": (66, 17, 7, 10),
    "F21": (57, 35, 2, 6),
    "F22": (52, 39, 2, 7),
    "F31": (48, 40, 10, 2),
    "F32": (44, 24, 8, 14, 4, 6),
    "F34": (57, 27, 4, 12),
    "E01": (40, 40, 18, 2),
    "E21": (84, 14, 2),
    "U01": (15, 15, 30, 14, 26),
    "U21": (56, 33, 4, 7),
    "A5": (52, 28, 8, 1.2, 0.4, 10.4),
    "KEPT": (46, 14, 12, 28),
    "CHANGE": (30, 37, 18, 1.5, 13.5),
}
"""How often each option is chosen, in the order of the options, by question or by scale."""

_EACH: Mapping[str, Sequence[float]] = {
    "W02": (0.52, 0.38, 0.44, 0.33, 0.35, 0.17, 0.12, 0.03),
    "W20": (0.58, 0.37, 0.28, 0.22, 0.41, 0.18, 0),
    "W29a": (0.3, 0.5, 0.35, 0.25, 0.08, 0),
    "F05a": (0.25, 0.55, 0.3, 0.25, 0.05, 0),
}
"""How often each option of a multiple choice is ticked."""

_MATTERS: Mapping[int, Sequence[float]] = {
    0: (26, 10, 9, 2.5, 52.5),
    1: (36, 12, 7, 3, 42),
    3: (41, 10, 4, 3, 42),
    6: (44, 8, 3, 3.5, 41.5),
}
"""Solved, partly, in progress, not solved, nothing raised (OPT-R4), by wave."""
_OUTCOMES: Mapping[str, float] = {"1": 0.35, "2": -0.1, "3": -0.3, "4": -1.5, "5": 0}
_DRIFT: Mapping[int, float] = {0: 0, 1: -0.03, 3: -0.12, 6: -0.16}
"""How satisfaction moves after the posting, by wave."""
_SKIPPED = 0.06
_SAID: Mapping[str, tuple[str, float]] = {
    "W32a": ("best", 0.22),
    "W32b": ("improve", 0.13),
    "F09": ("wishes", 0.26),
    "E30": ("from_management", 1),
    "U22": ("from_unions", 1),
}
"""Where comments come from, and how often people write one."""


@dataclass
class Person:
    """Somebody who answers, at one enterprise and wave (0: the first evaluation)."""

    luck: Random
    effect: float
    wave: int

    def __post_init__(self) -> None:
        self.mood = self.luck.gauss(0, 1)
        self.distance = 0.0
        self.outcome = 0.0

    def answers(self, questionnaire: Questionnaire) -> dict[str, list[str]]:
        """Return what the person would send, also where the questionnaire will not have asked."""
        given: dict[str, list[str]] = {}
        for question in questionnaire.questions:
            given.update(self._answer(question, questionnaire))
        return given

    def _answer(self, question: Question, questionnaire: Questionnaire) -> dict[str, list[str]]:
        skips = not question.required and self.luck.random() < _SKIPPED
        if question.code in _SAID:
            return self._comment(question.code)
        match question:
            case _ if skips:
                return {}
            case SingleChoice():
                return {question.code: [self._one(question.code, question.options)]}
            case MultipleChoice():
                return self._several(question)
            case ScaleQuestion():
                return {question.code: [self._grade(question.code, question.scale)]}
            case Matrix():
                fields = [field.code for field in fields_of(question)]
                return {code: [self._grade(code, question.scale)] for code in fields}
            case Nps():
                return {question.code: [self._recommendation()]}
            case Number():
                return {question.code: [str(self.luck.choice((0, 1, 2, 2, 3, 4, 5, 6, 8)))]}
            case _:
                return {}

    def _one(self, code: str, options: Sequence[Option]) -> str:
        chosen = self.luck.choices([option.code for option in options], _WEIGHTS[code])[0]
        if code in {"W01", "F02"}:
            # Who has met nobody knows less, of the whole and of the parts.
            self.distance = {"1": 0.02, "2": 0.12}.get(chosen, 0)
        return chosen

    def _several(self, question: MultipleChoice) -> dict[str, list[str]]:
        codes = [option.code for option in options_of(question)]
        ticked = [
            code for code, share in zip(codes, _EACH[question.code], strict=True) if self.luck.random() < share
        ]
        return {question.code: ticked or [codes[-1]]} if question.required or ticked else {}

    def _grade(self, code: str, scale: str) -> str:
        if scale == "R4":
            chosen = self.luck.choices("12345", _MATTERS[self.wave])[0]
            self.outcome = _OUTCOMES[chosen]
            return chosen
        if scale != "S5":
            weights = _WEIGHTS[scale]
            return self.luck.choices([str(number) for number in range(1, len(weights) + 1)], weights)[0]
        if self.luck.random() < self.distance * (1 if code in {"W10", "F03"} else 1.8):
            return "6"
        return str(self._place(self._satisfaction(code)))

    def _satisfaction(self, code: str) -> float:
        about = self.outcome if code in {"W29", "F05"} else 0
        own = _OWN * self.mood + _NOISE * self.luck.gauss(0, 1)
        return own + self.effect + _DRIFT[self.wave] + _OFFSETS.get(code, 0) + about

    def _place(self, satisfaction: float) -> int:
        return sum(satisfaction < cut for cut in _CUTS) + 1

    def _recommendation(self) -> str:
        return str(min(max(round(8.9 + 1.6 * self._satisfaction("W30")), 0), 10))

    def _comment(self, code: str) -> dict[str, list[str]]:
        store, share = _SAID[code]
        words = self.luck.choice(raw()[store]) if self.luck.random() < share else ""
        return {code: [words]} if words else {}
