"""An evaluated campaign: four teams, three audiences, a first return visit, answers drawn with a fixed seed.

Everything goes in through the services. What was answered is also kept in plain lists, for recounts.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from survey_app.questionnaire.answers import clean
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.edits import RemoveQuestion
from survey_app.services import campaigns, collect, designing, questionnaires, surveys, units
from survey_app.services.access import SYSTEM, Actor, Grant
from survey_app.storage.models import Campaign, Collector, Posting, RoleGrant, Survey, Unit, User
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, PostingMode, Purpose, Role, SurveyState, UnitKind
from tests.support.kept import made_once
from tests.support.sessions import password_hash

NOW = datetime(2017, 6, 20, 2, 30, tzinfo=UTC)
ENTERPRISES: tuple[tuple[str, str, str, str, int], ...] = (
    ("武汉重型机床", "Heavy Machine Tools", "一队", "Team One", 420),
    ("汉阳纺织", "Hanyang Textiles", "二队", "Team Two", 180),
    ("长江船厂", "Yangtze Shipyard", "三队", "Team Three", 260),
    ("青山冶金", "Qingshan Metals", "四队", "Team Four", 95),
)
RATES = (0.97, 0.9, 0.99, 0.5)
"""How likely a worker of each enterprise is satisfied, so that teams differ."""


@dataclass(frozen=True)
class Given:
    """One response as it was given."""

    id: UUID
    survey: str
    posting: int
    audience: str
    answers: Mapping[str, Any]
    mode: Mode = Mode.WEB


@dataclass
class Evaluated:
    """The campaign, its surveys by template, and all that was answered."""

    campaign: Campaign
    unit: Unit
    postings: tuple[Posting, ...]
    surveys: dict[str, Survey] = field(default_factory=dict)
    questionnaires: dict[str, Questionnaire] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)

    def answers(self, template: str, code: str, posting: int | None = None) -> list[Any]:
        """All answers to one field, None where there is none; of one posting if it is named."""
        return [
            each.answers.get(code)
            for each in self.given
            if each.survey == template and posting in (None, each.posting)
        ]


def make_campaign(database: Database, *, name: str = "到职工中去", is_sample: bool = False) -> Evaluated:
    """Put the union, its enterprises, teams and postings into the database."""
    root = units.create_unit(
        database, actor=SYSTEM, parent_id=None, kind=UnitKind.FEDERATION, name=f"{name}市总工会",
        name_en=f"{name} Federation", now=NOW,
    )  # fmt: skip
    campaign = campaigns.create_campaign(
        database, actor=SYSTEM, unit_id=root.id, name=name, name_en="To the workers",
        starts_on=date(2017, 4, 11), ends_on=date(2017, 4, 25), planned_days=14, is_sample=is_sample, now=NOW,
    )  # fmt: skip
    stage = campaigns.add_round(
        database, actor=SYSTEM, campaign_id=campaign.id, number=1, name="第一期", name_en="First round",
        starts_on=date(2017, 4, 11), now=NOW,
    )  # fmt: skip
    postings = []
    for place, place_en, team, team_en, headcount in ENTERPRISES:
        unit = units.create_unit(
            database, actor=SYSTEM, parent_id=root.id, kind=UnitKind.ENTERPRISE, name=f"{name}{place}",
            name_en=place_en, headcount=headcount, now=NOW,
        )  # fmt: skip
        made = campaigns.add_team(
            database, actor=SYSTEM, campaign_id=campaign.id, unit_id=root.id, name=f"{name}{team}",
            name_en=team_en, now=NOW,
        )  # fmt: skip
        postings.append(
            campaigns.add_posting(
                database, actor=SYSTEM, round_id=stage.id, team_id=made.id, unit_id=unit.id,
                mode=PostingMode.STATIONED, planned_from=date(2017, 4, 11), planned_to=date(2017, 4, 25),
                headcount=headcount, now=NOW,
            )
        )  # fmt: skip
    return Evaluated(campaign, root, tuple(postings))


def open_survey(database: Database, made: Evaluated, template: str, audience: Audience, **options: Any) -> Survey:
    """Copy a template, publish it, and open a survey with it for one audience; some questions may be left out."""
    row = questionnaires.copy_template(
        database, actor=SYSTEM, template_code=template, unit_id=made.unit.id, now=NOW
    )
    if gone := options.pop("without", ()):
        designing.edit(
            database, actor=SYSTEM, questionnaire_id=row.id, revision=row.draft_revision,
            edits=[RemoveQuestion(code) for code in gone], kind="question_removed", now=NOW,
        )  # fmt: skip
    version = questionnaires.publish(database, actor=SYSTEM, questionnaire_id=row.id, now=NOW)
    questionnaire = collect.questionnaire_of(version)
    wave = options.pop("wave", None)
    survey = surveys.create_survey(
        database, actor=SYSTEM, campaign_id=made.campaign.id, version_id=version.id,
        title=questionnaire.title.zh, title_en=questionnaire.title.en,
        purpose=Purpose.RETURN_VISIT if wave else Purpose.ACTIVITY_EVALUATION, wave=wave,
        audiences=[audience], now=NOW, **options,
    )  # fmt: skip
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    made.surveys[template] = survey
    made.questionnaires[template] = questionnaire
    return survey


def survey_over(database: Database, made: Evaluated, template: str, audience: Audience, **options: Any) -> Survey:
    """The same, closed: every ballot counts in its figures at once, also those that `respond` adds afterwards."""
    survey = open_survey(database, made, template, audience, **options)
    close(database, survey)
    return survey


def close(database: Database, survey: Survey) -> None:
    """Close a survey: from then on, all of its ballots count."""
    surveys.change_state(database, actor=SYSTEM, survey_id=survey.id, state=SurveyState.CLOSED, now=NOW)


def in_the_field(database: Database, made: Evaluated) -> None:
    """Let people answer all of the campaign's surveys again, from now on."""
    with database.transaction() as session:
        for each in made.surveys.values():
            survey = session.get_one(Survey, each.id)
            survey.state, survey.closes_at = SurveyState.OPEN, None


def collectors(database: Database, survey: Survey) -> dict[int, Collector]:
    """The survey's collectors by posting."""
    detail = surveys.detail(database, actor=SYSTEM, survey_id=survey.id)
    return {way.collector.posting_id or 0: way.collector for way in detail.ways}


def respond(
    database: Database,
    made: Evaluated,
    template: str,
    posting: int,
    answers: Sequence[Mapping[str, Sequence[str]]],
    *,
    received_at: datetime = NOW - timedelta(days=50),
    mode: Mode = Mode.WEB,
    **more: Any,
) -> list[UUID]:
    """Store responses from one posting; returns their ids."""
    survey, questionnaire = made.surveys[template], made.questionnaires[template]
    ids = []
    with database.transaction() as session:
        here = select(Collector).where(Collector.survey_id == survey.id, Collector.posting_id == posting)
        collector = session.scalars(here.order_by(Collector.id.desc()).limit(1)).one()
        for raw in answers:
            cleaned = clean(questionnaire, raw)
            one = UUID(int=random.Random(f"{made.campaign.id} {len(made.given)}").getrandbits(128), version=4)
            collect.store(
                session, collector=collector, version_id=survey.version_id, cleaned=cleaned, response_id=one,
                mode=mode, locale="zh_Hans_CN", received_at=received_at, **more,
            )  # fmt: skip
            made.given.append(Given(one, template, posting, collector.audience, cleaned.answers, mode))
            ids.append(one)
    return ids


def _grade(draw: random.Random, satisfied: float) -> str:
    if draw.random() < 0.04:
        return "6"
    return draw.choice("1112223") if draw.random() < satisfied else draw.choice("4445")


def worker(draw: random.Random, satisfied: float) -> dict[str, list[str]]:
    """What a worker answers to the evaluation (A_W)."""
    knows = draw.choices("123", (6, 3, 1))[0]
    raw = {"W01": [knows]}
    if knows != "3":
        raw |= {code: [_grade(draw, satisfied)] for code in ("W10", *(f"W1{n}" for n in range(1, 7)))}
        raw["W20"] = draw.sample("123456", draw.randint(1, 3))
        raw |= {f"W2{code}": [_grade(draw, satisfied)] for code in raw["W20"]}
    raw["W30"] = [str(draw.randint(5, 10))]
    return raw


@made_once
def make_evaluated(database: Database, *, name: str = "到职工中去", is_sample: bool = False) -> Evaluated:
    """The whole campaign with about 620 responses; its surveys are over."""
    draw = random.Random(20170411)
    made = make_campaign(database, name=name, is_sample=is_sample)
    survey_over(database, made, "A_W", Audience.WORKERS)
    survey_over(database, made, "A_E", Audience.ENTERPRISE)
    survey_over(database, made, "A_U", Audience.GRASSROOTS_UNION)
    survey_over(database, made, "B_1", Audience.WORKERS, wave=1)
    for posting, rate in zip(made.postings, RATES, strict=True):
        count = (posting.headcount or 0) * 45 // 100
        respond(database, made, "A_W", posting.id, [worker(draw, rate) for _ in range(count)])
        for template, headline, items in (("A_E", "E10", "E1"), ("A_U", "U10", "U1")):
            for _ in range(3 if template == "A_E" else 6):
                raw = {headline: [_grade(draw, rate)]}
                raw |= {f"{items}{n}": [_grade(draw, rate)] for n in range(1, 8)}
                respond(database, made, template, posting.id, [raw])
        later = [{"F03": [_grade(draw, rate)], "F01": ["1"], "F02": ["1"]} for _ in range(count // 3)]
        respond(database, made, "B_1", posting.id, later, received_at=NOW - timedelta(days=20))
    return made


def sign_up(database: Database, unit: Unit, *, username: str, role: Role = Role.LEADER) -> Actor:
    """A person with a role in the subtree of `unit`, who signs in with `PASSWORD`."""
    with database.transaction() as session:
        user = User(
            username=username, name=username, password_hash=password_hash(), must_change_password=False,
            created_at=NOW, grants=[RoleGrant(role=role, unit_id=unit.id)],
        )  # fmt: skip
        session.add(user)
        session.flush()
        return Actor(user.id, username, username, None, False, 0, (Grant(role, unit.id, unit.path, unit.name),))
