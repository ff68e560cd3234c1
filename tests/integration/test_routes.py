"""Every route declares who may enter, and keeps to it: nobody, each role, and another district at the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from survey_app.services import collect, indexes, questionnaires, surveys, templates, tokens
from survey_app.services.access import PERMISSIONS, SYSTEM
from survey_app.storage.models import Base, Batch, CommentTheme, KeptWorkbook, KeyedBallot, PaperBatch
from survey_app.storage.queries import accounts as account_queries
from survey_app.storage.queries import surveys as survey_queries
from survey_app.storage.session import Database
from survey_app.web.access import Access, access_of
from survey_app.words import Audience, BallotKind, Mode, Purpose, Role
from tests.support.union import NOW, District, Union, make_union, signed_in, token

_FINDS_NOTHING = {404, 410}
_REFUSED = {403, 404}


@dataclass(frozen=True)
class Ground:
    """The application with a union in it, and what the parameters of routes stand for in each district."""

    app: Flask
    database: Database
    union: Union
    north: dict[str, object]
    south: dict[str, object]


@pytest.fixture
def ground(app: Flask, database: Database) -> Ground:
    """Both districts with one thing of every kind."""
    union = make_union(database)
    return Ground(app, database, union, _things(database, union.north), _things(database, union.south))


def _things(database: Database, district: District) -> dict[str, object]:
    """A row of each kind that an address can name, by the name of its part of the address."""
    asked = _asked(database, district)
    leader = district.people[Role.LEADER]
    made, _secret = tokens.make(database, actor=leader, name=f"{district.unit.name}报表", days=30, now=NOW)
    with database.transaction() as session:
        user = account_queries.user_by_name(session, leader.username)
        assert user is not None
        return {
            "campaign_id": district.campaign.id,
            "round_id": district.round.id,
            "team_id": district.team.id,
            "member_id": district.member_id,
            "posting_id": district.posting.id,
            "record_id": district.record_id,
            "visit_id": district.visits[0].id,
            "unit_id": district.enterprise.id,
            "user_id": user.id,
            "grant_id": user.grants[0].id,
            "token_id": made.id,
            **asked,
            **_collected(session, district, asked["survey_id"]),
        }


def _asked(database: Database, district: District) -> dict[str, int]:
    """A questionnaire in two versions, offered as a template, a survey with the first, an index tree."""
    copy = questionnaires.copy_template(
        database, actor=SYSTEM, template_code="A_W", unit_id=district.unit.id, now=NOW
    )
    version = questionnaires.publish(database, actor=SYSTEM, questionnaire_id=copy.id, now=NOW)
    survey = surveys.create_survey(
        database,
        actor=SYSTEM,
        campaign_id=district.campaign.id,
        version_id=version.id,
        title=f"{district.unit.name}测评",
        purpose=Purpose.RETURN_VISIT,
        wave=1,
        audiences=[Audience.WORKERS],
        now=NOW,
    )
    templates.offer(database, actor=SYSTEM, questionnaire_id=copy.id, is_offered=True, now=NOW)
    questionnaires.rename(database, actor=SYSTEM, questionnaire_id=copy.id, title="新标题", title_en="", now=NOW)
    newer = questionnaires.publish(database, actor=SYSTEM, questionnaire_id=copy.id, now=NOW)
    indexes.edit(
        database,
        actor=SYSTEM,
        campaign_id=district.campaign.id,
        change=lambda _tree: indexes.from_questionnaire(collect.questionnaire_of(version)),
        now=NOW,
    )
    return {"questionnaire_id": copy.id, "version_id": newer.id, "survey_id": survey.id}


def _collected(session: Session, district: District, survey_id: int) -> dict[str, object]:
    """A collector with a batch from a file and one of keyed sheets, a kept workbook, a theme of comments."""
    found = survey_queries.survey(session, survey_id)
    assert found is not None
    collector = found.collectors[0]
    batch, sheets = (
        Batch(
            collector_id=collector.id,
            posting_id=collector.posting_id,
            unit_id=collector.unit_id,
            mode=Mode.PAPER,
            label=f"{district.unit.name}{label}",
            created_at=NOW,
        )
        for label in ("纸质", "问卷")
    )
    book = KeptWorkbook(survey_id=survey_id, file_name="figures.xlsx", content=b"PK", made_at=NOW)
    theme = CommentTheme(campaign_id=district.campaign.id, name=f"{district.unit.name}主题", made_at=NOW)
    session.add_all([batch, sheets, book, theme])
    session.flush()
    session.add(PaperBatch(batch_id=sheets.id, version_id=found.version_id, copies=30, filled_on=NOW.date()))
    keyed = ((1, "1", district.people[Role.KEYER]), (2, "2", district.people[Role.ORGANISER]))
    session.add_all(
        KeyedBallot(
            batch_id=sheets.id, serial=7, entry=entry, kind=BallotKind.VALID, answers={"W01": answer},
            keyed_by=keyer.user_id, keyed_at=NOW,
        )
        for entry, answer, keyer in keyed
    )  # fmt: skip
    return {
        "collector_id": collector.id,
        "batch_id": batch.id,
        "paper_id": sheets.id,
        "serial": 7,
        "code": collector.code,
        "theme_id": theme.id,
    }


_OPEN_ENDED: dict[str, object] = {
    "form": "svg",
    "file_format": "own_json",
    "token": "0" * 32,
    "question": "W01",
    "place": "1",
    "deed": "up",
    "audience": "workers",
}
"""Parameters that belong to no district. The token is that of an upload, which is there for minutes only."""
_LIBRARY = "/questionnaires/templates/"
"""The shipped questionnaires, which are everybody's; `code` is that of a template there."""


def _routes(app: Flask, *, with_public: bool = False) -> Iterator[tuple[str, Rule, Access]]:
    """Every method of every route, with what it declares."""
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None, f"{rule.endpoint} does not declare who may enter"
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            if with_public or not access.public:
                yield method, rule, access


def _address(app: Flask, rule: Rule, things: dict[str, object]) -> str:
    values = {**_OPEN_ENDED, **things}
    if rule.rule.startswith(_LIBRARY):
        values["code"] = "A_W"
    unknown = rule.arguments - set(values)
    assert not unknown, f"{rule.rule}: say in _things what {unknown} stands for"
    with app.test_request_context():
        return str(
            app.url_map.bind("localhost").build(rule.endpoint, {name: values[name] for name in rule.arguments})
        )


def _ask(client: FlaskClient, method: str, address: str) -> TestResponse:
    """Ask as a browser would, with a form's token, whose want would hide a refusal."""
    # An upload that is gone leads back to the page where files are sent, which refuses as any other.
    data = {} if method == "GET" else {"csrf_token": token(client)}
    return client.open(address, method=method, data=data, follow_redirects="/import/" in address)


def _enters(access: Access, role: Role) -> bool:
    return not access.permissions or bool(access.permissions & PERMISSIONS[role])


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_every_route_declares_who_may_enter(app: Flask) -> None:
    routes = list(_routes(app, with_public=True))
    assert len(routes) > 60
    public = {rule.endpoint for _method, rule, access in routes if access.public}
    # Whatever else is opened to everybody must be put here on purpose.
    assert public <= {
        "static",
        "accounts.start",
        "accounts.sign_in",
        "accounts.language",
        "respond.questionnaire",
        "respond.submit",
        "respond.show_section",
        "respond.send_section",
        "drawing.plotly",
        "author.questionnaire_schema",
        "results.openapi",
    }


def test_a_route_that_forgets_to_declare_is_closed(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)


def test_nobody_enters_without_signing_in(ground: Ground) -> None:
    client = ground.app.test_client()
    for method, rule, access in _routes(ground.app):
        data = {} if method == "GET" else {"csrf_token": token(client)}
        answer = client.open(_address(ground.app, rule, ground.north), method=method, data=data)
        refused = (401, "") if access.for_programs else (302, "/sign-in")
        assert (answer.status_code, (answer.location or "").partition("?")[0]) == refused, rule


@pytest.mark.parametrize("role", list(Role))
def test_a_role_enters_where_it_may_and_nowhere_else(ground: Ground, role: Role) -> None:
    client = signed_in(ground.app, f"south.{role}")
    for method, rule, access in _routes(ground.app):
        address = _address(ground.app, rule, ground.south)
        if not _enters(access, role):
            assert _ask(client, method, address).status_code == 403, (role, method, rule)
        elif method == "GET":
            status = _ask(client, method, address).status_code
            is_there = status in {200, 302} or (status in _FINDS_NOTHING and "token" in rule.arguments)
            assert is_there, (role, rule, status)


@pytest.mark.parametrize("role", list(Role))
def test_the_other_districts_things_are_neither_seen_nor_changed(ground: Ground, role: Role) -> None:
    north = ground.union.north
    secret = [
        north.unit.name,
        north.enterprise.name,
        north.campaign.name,
        north.team.name,
        north.round.name,
        "north.",
    ]
    client = signed_in(ground.app, f"south.{role}")
    before = _counts(ground.database)
    for method, rule, access in _routes(ground.app):
        if not _enters(access, role) or rule.endpoint == "accounts.sign_out":
            continue
        is_of_the_north = bool(rule.arguments & set(ground.north)) and not rule.rule.startswith(_LIBRARY)
        if method != "GET" and not is_of_the_north:
            continue
        answer = _ask(client, method, _address(ground.app, rule, ground.north))
        if is_of_the_north:
            assert answer.status_code in _REFUSED, (role, method, rule, answer.status_code)
        shown = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
        assert not [words for words in secret if words in shown], (role, method, rule)
    assert _counts(ground.database) == before


@pytest.mark.parametrize("mixed", ["collector_id", "batch_id", "code"])
def test_an_address_that_mixes_two_districts_finds_nothing(ground: Ground, mixed: str) -> None:
    client = signed_in(ground.app, "south.administrator")
    things = {**ground.south, mixed: ground.north[mixed]}
    for method, rule, _access in _routes(ground.app):
        if mixed in rule.arguments and not rule.rule.startswith(_LIBRARY):
            answer = _ask(client, method, _address(ground.app, rule, things))
            assert answer.status_code in _REFUSED, (method, rule, answer.status_code)


def test_numbers_of_any_size_are_only_not_found(ground: Ground) -> None:
    client = signed_in(ground.app, "root")
    for number in (0, 2**31, 2**63, 10**30):
        things = dict.fromkeys(ground.south, number) | {"code": "NOSUCHCODE99"}
        for method, rule, _access in _routes(ground.app):
            if method == "GET" and any(name.endswith("_id") for name in rule.arguments):
                answer = _ask(client, method, _address(ground.app, rule, things))
                assert answer.status_code in _REFUSED, (rule, number, answer.status_code)
