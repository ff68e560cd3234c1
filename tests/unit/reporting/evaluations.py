"""An evaluation to report on, made from answers in memory, and readers of both languages."""

import random
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from survey_app import library
from survey_app.analysis.evaluation import evaluate
from survey_app.analysis.facts import VisitFacts
from survey_app.analysis.store import ColumnStore
from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting.words import Reader
from survey_app.scoring.evaluation import Evaluation
from survey_app.web.i18n import SOURCES, merged_catalogue
from survey_app.words import Audience, Purpose, VisitState
from tests.unit.analysis.campaigns import AS_OF, TODAY, campaign, gate_of, survey
from tests.unit.analysis.stored import Stored, response

WORKERS, ENTERPRISE, VISIT = (library.template(code).questionnaire for code in ("A_W", "A_E", "B_1"))
SMALL_TEAM = "team4"
"""The team of which too few answered; team 3 is withheld with it."""
COUNTS = (60, 45, 12, 3)
_SATISFIED = (0.95, 0.6, 0.9, 0.9)


def _grade(draw: random.Random, satisfied: float) -> list[str]:
    return [draw.choice("1112223")] if draw.random() < satisfied else [draw.choice("456")]


def _worker(draw: random.Random, satisfied: float) -> dict[str, list[str]]:
    raw = {"W01": ["1"], "W30": [str(draw.randint(4, 10))], "B1": [draw.choice("123")]}
    raw |= {code: _grade(draw, satisfied) for code in ("W10", *(f"W1{number}" for number in range(1, 7)))}
    raw["W20"] = draw.sample("123456", 2)
    return raw | {f"W2{code}": _grade(draw, satisfied) for code in raw["W20"]}


def _stored(
    questionnaire: Questionnaire, key: int, raws: list[tuple[int, dict[str, list[str]]]], **more: Any
) -> Stored:
    stored = Stored({key: questionnaire}, survey_id=key, first_version=key)
    for number, (posting, raw) in enumerate(raws):
        answers = dict(clean(questionnaire, raw).answers)
        stored.add(response(key * 1000 + number, AS_OF, answers, posting_id=posting, version_id=key, **more))
    return stored


@cache
def evaluation(*, is_sample: bool = False, name: str = "到职工中去", place: str = "企业") -> Evaluation:
    """Four teams (one too small to be shown), two audiences, one return visit."""
    draw = random.Random(1)
    workers = [
        (posting, _worker(draw, satisfied))
        for posting, (count, satisfied) in enumerate(zip(COUNTS, _SATISFIED, strict=True), start=1)
        for _ in range(count)
    ]
    managers = [(1 + number % 4, {"E10": _grade(draw, 0.9), "E11": _grade(draw, 0.9)}) for number in range(8)]
    later = [(1 + number % 2, {"F02": ["1"], "F03": _grade(draw, 0.9)}) for number in range(40)]
    surveys = (
        survey(WORKERS, key=1, postings=4),
        survey(ENTERPRISE, key=2, postings=4, audiences=(Audience.ENTERPRISE,)),
        survey(VISIT, key=3, postings=4, purpose=Purpose.RETURN_VISIT, wave=1),
    )
    visits = (
        VisitFacts(month=1, state=VisitState.DONE, due_on=date(2017, 4, 25), done_on=date(2017, 4, 24)),
        VisitFacts(month=1, state=VisitState.PLANNED, due_on=date(2017, 4, 28)),
        VisitFacts(month=3, state=VisitState.SCHEDULED, due_on=date(2017, 7, 25)),
    )
    facts = campaign(4, *surveys, is_sample=is_sample, visits=visits, headcount=90, name=name, place=place)
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        stored = (
            _stored(WORKERS, 1, workers),
            _stored(ENTERPRISE, 2, managers, audience="enterprise"),
            _stored(VISIT, 3, later),
        )
        snapshots = {each.survey_id: store.snapshot(each, AS_OF) for each in stored}
        return evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate_of(facts, snapshots))


def without_teams() -> Evaluation:
    """The same, where nothing is shown of any team."""
    whole = evaluation()
    return replace(whole, parts=tuple(replace(part, teams=()) for part in whole.parts), waves=())


@cache
def _chinese() -> dict[str, str]:
    catalogue = merged_catalogue(SOURCES / "zh_Hans_CN")
    return {str(message.id): str(message.string) for message in catalogue if message.id and not message.context}


def _filled(words: str, blanks: dict[str, Any]) -> str:
    return words % blanks if blanks else words


READERS = {
    ZH: Reader(ZH, lambda message, **blanks: _filled(_chinese()[message], blanks)),
    EN: Reader(EN, lambda message, **blanks: _filled(message, blanks)),
}
"""Readers of either language; a message without a translation is an error."""
