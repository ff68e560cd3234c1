"""The first evaluation of the sample: three surveys, one for each audience, on phones and on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.services import collect, import_responses, questionnaires, surveys
from survey_app.services.access import SYSTEM
from survey_app.services.context import Database
from survey_app.services.sample.behaviour import Person
from survey_app.services.sample.data import SEED, Enterprise, chance, moment
from survey_app.services.sample.ground import Ground, Place
from survey_app.storage.models import Collector, Survey
from survey_app.words import Anonymity, Audience, Mode, Purpose, SurveyState

NAMESPACE = UUID("0f3b1c0e-7c5d-5c1a-8a56-1d8a5f0c2b17")
"""Namespace of the ids of simulated responses."""
OPENED = date(2017, 4, 22)
CLOSED = date(2017, 5, 3)
_PUBLISHED = moment(date(2017, 4, 5))
_ENTERED = moment(date(2017, 5, 2), 16)
_BLANK = 0.015
"""How often a question is left blank on paper, which a phone would not let pass."""

_SURVEYS = (
    (
        "A_W",
        Audience.WORKERS,
        Anonymity.ANONYMOUS,
        Text("工作队满意度测评·职工卷（示例）", "Work teams: workers (example)"),
    ),
    (
        "A_E",
        Audience.ENTERPRISE,
        Anonymity.NAMED,
        Text("工作队评价·企业党政卷（示例）", "Work teams: management (example)"),
    ),
    (
        "A_U",
        Audience.GRASSROOTS_UNION,
        Anonymity.NAMED,
        Text("工作队评价·基层工会卷（示例）", "Work teams: grassroots unions (example)"),
    ),
)


def evaluate(database: Database, ground: Ground) -> None:
    """Open the three surveys, take the responses, close them."""
    for template, audience, anonymity, title in _SURVEYS:
        survey = open_survey(
            database,
            ground,
            template=template,
            title=title,
            audience=audience,
            anonymity=anonymity,
            purpose=Purpose.ACTIVITY_EVALUATION,
            days=(OPENED, CLOSED),
        )
        for place in ground.places:
            collector = collector_at(survey, place)
            count = _expected(place.enterprise, audience)
            people = [
                Person(chance(template, place.enterprise.code, number), place.enterprise.effect, 0)
                for number in range(count)
            ]
            on_paper = round(count * place.enterprise.paper) if audience is Audience.WORKERS else 0
            send(database, collector, template, people[on_paper:], (OPENED, CLOSED))
            if on_paper:
                _enter_paper(database, survey, collector, place.enterprise, people[:on_paper])
        close_survey(database, survey, CLOSED)


def open_survey(
    database: Database,
    ground: Ground,
    *,
    template: str,
    title: Text,
    audience: Audience,
    anonymity: Anonymity = Anonymity.ANONYMOUS,
    purpose: Purpose,
    wave: int | None = None,
    days: tuple[date, date],
) -> Survey:
    """Publish a copy of the shipped questionnaire, and open a survey with it from the first day to the last."""
    row = questionnaires.copy_template(
        database, actor=SYSTEM, template_code=template, unit_id=ground.unit_id, now=_PUBLISHED
    )
    version = questionnaires.publish(database, actor=SYSTEM, questionnaire_id=row.id, now=_PUBLISHED)
    survey = surveys.create_survey(
        database,
        actor=SYSTEM,
        campaign_id=ground.campaign_id,
        version_id=version.id,
        title=title.zh,
        title_en=title.en,
        purpose=purpose,
        wave=wave,
        audiences=[audience],
        opens_at=moment(days[0], 0),
        closes_at=moment(days[1], 0),
        anonymity=anonymity,
        now=_PUBLISHED,
    )
    surveys.change_state(
        database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=moment(days[0], 0)
    )
    return survey


def close_survey(database: Database, survey: Survey, day: date) -> None:
    """Close a survey at the beginning of a day."""
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=moment(day, 0))


def collector_at(survey: Survey, place: Place) -> Collector:
    """Return the survey's collector at an enterprise."""
    return next(each for each in survey.collectors if each.posting_id == place.posting_id)


def send(
    database: Database, collector: Collector, key: str, people: Sequence[Person], days: tuple[date, date]
) -> None:
    """Send people's answers as their phones would, all of one collector in one transaction."""
    with database.transaction() as session:
        place = collect.place_of(session, collector.code)
        questionnaire = collect.questionnaire_at(session, place)
        for number, person in enumerate(people):
            received = _some_time(person, days)
            collect.require_taking(session, place, received)
            raw = {**person.answers(questionnaire), collect.CONSENT: ["on"]}
            collect.store(
                session,
                collector=place,
                version_id=place.version_id,
                cleaned=collect.clean(place, questionnaire, raw),
                response_id=uuid5(NAMESPACE, f"{SEED}:{key}:{place.unit.zh}:{number}"),
                mode=Mode.WEB,
                locale="zh_Hans_CN",
                received_at=received,
                seconds=round(person.luck.lognormvariate(4.75, 0.35)),
            )


def _expected(enterprise: Enterprise, audience: Audience) -> int:
    """Return how many answer: workers, two of the management, the union's officials."""
    match audience:
        case Audience.WORKERS:
            return enterprise.workers
        case Audience.ENTERPRISE:
            return 2
        case Audience.GRASSROOTS_UNION:
            return enterprise.union_ballots


def _some_time(person: Person, days: tuple[date, date]) -> datetime:
    """Return a moment in the days between, more often around noon and in the evening."""
    day = days[0] + timedelta(days=person.luck.randrange((days[1] - days[0]).days))
    return moment(day, person.luck.choice((8, 12, 12, 13, 17, 19, 19, 20, 22)) + person.luck.random())


def _enter_paper(
    database: Database, survey: Survey, collector: Collector, enterprise: Enterprise, people: Iterable[Person]
) -> None:
    """Enter paper ballots as offices do: a table of codes, imported, and the batch's totals stated."""
    with database.reading() as session:
        place = collect.place_of(session, collector.code)
        questionnaire = collect.questionnaire_at(session, place)
    source = import_responses.Source(
        name=f"{enterprise.code}-纸质问卷.csv",
        content=_table(questionnaire, people),
        mode=Mode.PAPER,
        allow_blanks=True,
    )
    done = import_responses.carry_out(
        database, actor=SYSTEM, collector_id=collector.id, source=source, now=_ENTERED
    )
    import_responses.state_totals(
        database,
        actor=SYSTEM,
        batch_id=done.batch.id,
        issued=enterprise.issued,
        returned=done.added + enterprise.spoilt + enterprise.abstained,
        spoilt=enterprise.spoilt,
        abstained=enterprise.abstained,
        now=_ENTERED,
    )


def _table(questionnaire: Questionnaire, people: Iterable[Person]) -> bytes:
    """Write the ballots as a table; on paper a required question is left blank now and then."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    codes = list(questionnaire.fields)
    writer.writerow([*codes, "date"])
    for person in people:
        given = person.answers(questionnaire)
        asked = clean(questionnaire, given).path.codes
        cells = [
            ""
            if code not in asked or (code != "W01" and person.luck.random() < _BLANK)
            else ";".join(given.get(code, []))
            for code in codes
        ]
        writer.writerow([*cells, _some_time(person, (OPENED, date(2017, 4, 29))).date().isoformat()])
    return stream.getvalue().encode("utf-8-sig")
