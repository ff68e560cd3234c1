"""The invented union in a database: the first build of the columns, and a new response until it is counted."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import TypeAlias
from uuid import uuid4

from sqlalchemy import insert, select

from benchmarks import invented
from benchmarks.stage import CHUNK, Stage, stage
from survey_app.analysis.encode import AUDIENCES, MODES
from survey_app.analysis.layout import Array
from survey_app.analysis.selection import Selection
from survey_app.analysis.store import ColumnStore
from survey_app.questionnaire import codec
from survey_app.services import evaluate, explore
from survey_app.services.access import SYSTEM
from survey_app.storage.models import (
    Campaign,
    Collector,
    MetricRule,
    Posting,
    QuestionnaireVersion,
    Response,
    Round,
    Survey,
    Unit,
    WorkTeam,
)
from survey_app.storage.models import Questionnaire as QuestionnaireRow
from survey_app.storage.session import Session
from survey_app.words import Audience, Purpose, SurveyState, UnitKind

Firsts: TypeAlias = dict[type[Unit | Posting | Collector], int]
"""The first free key of each table."""

KINDS = (UnitKind.FEDERATION, UnitKind.DISTRICT, UnitKind.BRANCH, UnitKind.ENTERPRISE)


def measure(kind: str, size: int) -> list[tuple[str, float, str]]:
    """Return what was measured: words, value, unit."""
    with stage(kind) as made:
        columns = invented.arrays(size, 0)
        survey_id = put(made, columns)
        instance = made.folder / "figures"
        began = time.perf_counter()
        evaluate.rebuild(made.database, instance, invented.NOW)
        lines = [("first build from the database", time.perf_counter() - began, "s")]
        store = evaluate.store_in(instance)
        page = _Page(made, store, survey_id)
        lines.append(("first page of a fresh process", 1000 * page.look(), "ms"))
        lines.append(("a page again, with everything that the database is asked", 1000 * _best(page), "ms"))
        lines.append(("a new response until a page shows it, the best of several", _appended(page), "ms"))
        return lines


class _Page:
    """A page of results that is looked at again and again."""

    def __init__(self, made: Stage, store: ColumnStore, survey_id: int) -> None:
        self.made = made
        self.store = store
        self.selection = Selection(survey=survey_id, audience=Audience.WORKERS)
        self.ballots = 0

    def look(self) -> float:
        """Return the seconds that a look takes."""
        began = time.perf_counter()
        found = explore.view(
            self.made.database, self.store, actor=SYSTEM, selection=self.selection, now=invented.NOW
        )
        self.ballots = found.value.ballots or 0
        return time.perf_counter() - began


def _best(page: _Page, times: int = 7) -> float:
    return min(page.look() for _ in range(times))


def _appended(page: _Page, times: int = 7) -> float:
    """Commit responses one by one, looking after each; returns the best time until it was counted."""
    took = []
    for _ in range(times):
        before = page.ballots
        with page.made.database.transaction() as session:
            template = session.scalars(
                select(Response).where(Response.survey_id == page.selection.survey, Response.audience == "workers")
            ).first()
            if template is None:
                raise RuntimeError("no response")
            values = {column.name: getattr(template, column.name) for column in Response.__table__.columns}
            session.execute(insert(Response), [{**values, "id": uuid4(), "received_at": invented.NOW}])
        took.append(page.look())
        if page.ballots != before + 1:
            raise RuntimeError("the response was not counted")
    return 1000 * min(took)


def put(made: Stage, columns: dict[str, Array]) -> int:
    """Store units, teams, postings, a survey with its collectors, and the responses. Returns the survey's key."""
    with made.database.transaction() as session:
        # The stage has a few units, postings and collectors of its own; ours come behind them.
        first: Firsts = {table: _next(session, table) for table in (Unit, Posting, Collector)}
        _put_units(session, first[Unit] - 1)
        survey_id, version_id = _put_survey(session, first[Unit])
        teams = _put_teams(session, survey_id, first[Unit])
        _put_postings(session, survey_id, teams, first[Posting], first[Unit])
        _put_collectors(session, survey_id, first)
    _put_responses(made, columns, survey_id, version_id, first)
    return survey_id


def _next(session: Session, table: type[Unit | Posting | Collector]) -> int:
    keys = session.scalars(select(table.id)).all()
    return max(keys, default=0) + 1


def _put_units(session: Session, before: int) -> None:
    rows = []
    for each in invented.places():
        path = [int(key) + before for key in each.path.strip("/").split("/")]
        rows.append(
            {
                "id": each.id + before,
                "parent_id": path[-2] if len(path) > 1 else None,
                "path": "/" + "".join(f"{key}/" for key in path),
                "kind": KINDS[each.level],
                "name": f"单位{each.id}",
                "name_en": "",
                "is_sample": False,
            }
        )
    session.execute(insert(Unit), rows)


def _put_survey(session: Session, root: int) -> tuple[int, int]:
    design = invented.questionnaire()
    now = invented.NOW
    row = QuestionnaireRow(unit_id=root, title="问卷", draft=codec.dumps(design), created_at=now, updated_at=now)
    campaign = Campaign(
        unit_id=root, name="到职工中去", name_en="", starts_on=date(2026, 5, 1), description="", is_sample=False,
        created_at=now,
    )  # fmt: skip
    session.add_all([row, campaign])
    session.flush()
    version = QuestionnaireVersion(
        questionnaire_id=row.id, number=1, code=design.code, definition=codec.dumps(design),
        sha256=codec.sha256(design), changes="", published_at=now,
    )  # fmt: skip
    session.add(version)
    session.flush()
    rules = {rule.name: rule.id for rule in session.scalars(select(MetricRule))}
    survey = Survey(
        campaign_id=campaign.id, version_id=version.id, title="测评", title_en="",
        purpose=Purpose.ACTIVITY_EVALUATION, state=SurveyState.OPEN, created_at=now,
        rate_rule_id=rules["satisfaction_rate"], strict_rule_id=rules["strict_satisfaction_rate"],
        index_rule_id=rules["satisfaction_index"],
    )  # fmt: skip
    session.add(survey)
    session.flush()
    return survey.id, version.id


def _put_teams(session: Session, survey_id: int, root: int) -> list[int]:
    campaign = session.get_one(Survey, survey_id).campaign_id
    teams = [
        WorkTeam(campaign_id=campaign, unit_id=root, name=f"第{number + 1}工作队", name_en="")
        for number in range(invented.BRANCHES)
    ]
    session.add_all(teams)
    session.flush()
    return [team.id for team in teams]


def _put_postings(session: Session, survey_id: int, teams: list[int], first: int, root: int) -> None:
    campaign = session.get_one(Survey, survey_id).campaign_id
    stage_row = Round(campaign_id=campaign, number=1, name="第一期", starts_on=date(2026, 5, 1))
    session.add(stage_row)
    session.flush()
    enterprises = root + 1 + invented.DISTRICTS + invented.BRANCHES
    days = {"planned_from": date(2026, 5, 1), "planned_to": date(2026, 5, 14)}
    session.execute(
        insert(Posting),
        [
            {
                "id": first + number, "round_id": stage_row.id, "team_id": teams[number * len(teams) // 3200],
                "unit_id": enterprises + number, "mode": "stationed", "headcount": 100_000, **days,
            }
            for number in range(invented.ENTERPRISES)
        ],
    )  # fmt: skip


def _put_collectors(session: Session, survey_id: int, first: Firsts) -> None:
    enterprises = first[Unit] + 1 + invented.DISTRICTS + invented.BRANCHES
    session.execute(
        insert(Collector),
        [
            {
                "id": first[Collector] + 3 * number + at, "survey_id": survey_id,
                "code": f"FIGURES{3 * number + at:08d}", "posting_id": first[Posting] + number,
                "unit_id": enterprises + number, "audience": audience, "label": "", "state": "open",
                "needs_invitation": False, "once_per_device": True, "created_at": invented.NOW,
            }
            for number in range(invented.ENTERPRISES)
            for at, audience in enumerate(AUDIENCES)
        ],
    )  # fmt: skip


def _put_responses(made: Stage, columns: dict[str, Array], survey_id: int, version_id: int, first: Firsts) -> None:
    documents = invented.documents(columns)
    rows = zip(
        invented.keys(columns), invented.moments(columns), columns["posting"].tolist(), columns["unit"].tolist(),
        columns["collector"].tolist(), columns["audience"].tolist(), columns["mode"].tolist(),
        columns["seconds"].tolist(), documents, strict=True,
    )  # fmt: skip
    values = [
        {
            "id": key, "survey_id": survey_id, "version_id": version_id,
            "collector_id": first[Collector] + collector - 1, "posting_id": first[Posting] + posting - 1,
            "unit_id": first[Unit] + unit - 1, "batch_id": None, "audience": AUDIENCES[audience],
            "mode": MODES[mode], "locale": "zh_Hans_CN", "received_at": moment, "seconds": seconds,
            "answers": json.loads(answers),
        }
        for key, moment, posting, unit, collector, audience, mode, seconds, answers in rows
    ]  # fmt: skip
    for start in range(0, len(values), CHUNK):
        with made.database.transaction() as session:
            session.execute(insert(Response), values[start : start + CHUNK])
