"""Weights over HTTP and in the services: before and after, known totals with their source, who enters them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.services import audit_log, weights
from survey_app.services.access import SYSTEM, NotFound, Permission
from survey_app.services.audit_log import AuditFilter
from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import NOW, Evaluated, make_evaluated, sign_up
from tests.support.sessions import client_of
from tests.support.union import send

TOTALS = {"1": 500, "2": 455, "3": 0}
"""Those of “3” are not asked the headline: nobody's ballot could stand for them."""


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign with about 620 responses."""
    return make_evaluated(database, is_sample=True)


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


@pytest.fixture
def organiser(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """An organiser of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))


def link(made: Evaluated, kind: str = "", rest: str = "") -> str:
    return f"/results/{made.campaign.id}/weights{kind}?survey={made.surveys['A_W'].id}&audience=workers{rest}"


def headline(leader: FlaskClient, made: Evaluated) -> dict[str, dict]:
    found = leader.get(link(made, ".json")).json
    assert found["lines"][0]["question"] == "W10"
    return {each["way"]: each for each in found["lines"][0]["weightings"]}


def recount(made: Evaluated) -> list[tuple[int, int, int]]:
    """Satisfied, valid and headcount by posting."""
    rows = []
    for posting in made.postings:
        answers = [each for each in made.answers("A_W", "W10", posting.id) if each in set("12345")]
        rows.append((sum(each in set("123") for each in answers), len(answers), posting.headcount or 0))
    return rows


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_teams_and_headcounts_agree_with_a_recount(leader: FlaskClient, made: Evaluated) -> None:
    rows, found = recount(made), headline(leader, made)
    plain = found["unweighted"]["figure"]
    assert (plain["x"], plain["n"]) == (sum(x for x, _, _ in rows), sum(n for _, n, _ in rows))
    assert found["team_equal"]["figure"]["value"] == pytest.approx(sum(x / n for x, n, _ in rows) / len(rows))
    people = sum(many for _, _, many in rows)
    by_headcount = sum(many * x / n for x, n, many in rows) / people
    assert found["headcount"]["figure"]["value"] == pytest.approx(by_headcount)
    assert found["headcount"]["clusters"] == len(rows)
    page = leader.get(link(made)).text
    shown = [re.sub(r"\s", "", each) for each in re.findall(r'class="number">([^<]*%)<', page)]
    assert found["team_equal"]["figure"]["value_text"] in shown


def test_totals_of_the_organiser_make_post_strata(database: Database, made: Evaluated, app: Flask) -> None:
    reader = client_of(app, sign_up(database, made.unit, username="reader"))
    weights.keep_total(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, question="W01", counts=TOTALS, source="名册",
        now=NOW,
    )  # fmt: skip
    found = headline(reader, made)["post_stratified"]
    assert found["totals"] == ["W01"]
    by_answer: dict[str, list[bool]] = {}
    for own, grade in zip(made.answers("A_W", "W01"), made.answers("A_W", "W10"), strict=True):
        if own is not None and grade in set("12345"):
            by_answer.setdefault(own, []).append(grade in set("123"))
    used = {code: values for code, values in by_answer.items() if TOTALS[code]}
    assert "refused" not in found
    assert not found["merged"]
    total = sum(TOTALS[code] for code in used)
    wanted = sum(TOTALS[code] * sum(values) / len(values) for code, values in used.items()) / total
    assert found["figure"]["value"] == pytest.approx(wanted)
    page = reader.get(link(made)).text
    assert "名册" in page
    weights.keep_total(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, question="W01", counts={**TOTALS, "3": 90},
        source="名册", now=NOW,
    )  # fmt: skip
    assert headline(reader, made)["post_stratified"]["refused"] == "sparse"
    entries = audit_log.read(database, actor=SYSTEM, wanted=AuditFilter())
    assert "known_total_kept" in [each.entry.action for each in entries.lines]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_known_total_of_0_that_ballots_contradict_is_refused_by_name(
    leader: FlaskClient, database: Database, made: Evaluated
) -> None:
    weights.keep_total(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, question="W01", counts={**TOTALS, "2": 0},
        source="名册", now=NOW,
    )  # fmt: skip
    refused = headline(leader, made)["post_stratified"]
    assert (refused["refused"], refused["groups"]) == ("no_people", [["2"]])
    assert "已知总体数为 0，却有人这样作答：" in leader.get(link(made)).text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_organiser_enters_and_removes_totals_on_the_page(organiser: FlaskClient, made: Evaluated) -> None:
    survey = made.surveys["A_W"].id
    page = organiser.get(f"/surveys/{survey}/figures")
    assert page.status_code == 200
    assert f"/surveys/{survey}/totals/W01" in page.text
    form = f"/surveys/{survey}/totals/W01"
    empty = send(organiser, form, source="名册")
    assert empty.status_code == 422
    assert "大于 0" in empty.text
    sent = {f"answer_{code}": str(many) for code, many in TOTALS.items()}
    assert send(organiser, form, **sent, source="").status_code == 422
    kept = send(organiser, form, **sent, source="2016 年末会员名册")
    assert kept.status_code == 302
    assert "2016 年末会员名册" in organiser.get(f"/surveys/{survey}/figures").text
    assert 'value="500"' in organiser.get(form).text
    assert send(organiser, f"{form}/remove").status_code == 302
    assert "2016 年末会员名册" not in organiser.get(f"/surveys/{survey}/figures").text
    assert organiser.get(f"/surveys/{survey}/totals/W10").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_only_reads_enters_nothing(
    app: Flask, database: Database, leader: FlaskClient, made: Evaluated
) -> None:
    survey = made.surveys["A_W"].id
    assert leader.get(f"/surveys/{survey}/figures").status_code == 403
    stranger = sign_up(database, made.unit, username="stranger")
    assert not stranger.has(Permission.DESIGN)
    with pytest.raises(NotFound):
        weights.keep_total(
            database, actor=stranger, survey_id=survey, question="W01", counts=TOTALS, source="x", now=NOW
        )  # fmt: skip
    with pytest.raises(weights.BadTotals):
        weights.keep_total(
            database, actor=SYSTEM, survey_id=survey, question="W01", counts={"1": 5}, source="x", now=NOW
        )  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_totals_of_the_whole_are_not_used_for_a_part(
    database: Database, leader: FlaskClient, made: Evaluated
) -> None:
    weights.keep_total(
        database, actor=SYSTEM, survey_id=made.surveys["A_W"].id, question="W01", counts=TOTALS, source="名册",
        now=NOW,
    )  # fmt: skip
    part = leader.get(link(made, ".json", f"&unit={made.postings[0].unit_id}")).json
    assert [each["way"] for each in part["lines"][0]["weightings"]] == [
        "unweighted",
        "clustered",
        "team_equal",
        "headcount",
    ]
    assert part["lines"][0]["weightings"][2]["refused"] == "one_group"
