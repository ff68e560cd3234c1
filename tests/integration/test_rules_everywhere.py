"""Every shipped rule of a rate gives the same x of n and interval of a place wherever the figure stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from json import loads
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.scoring import rules
from survey_app.scoring.rounding import percent_text
from survey_app.scoring.rules import RateRule
from survey_app.services import figure_rules
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Batch
from survey_app.storage.session import Database
from survey_app.words import BatchState, Role
from tests.support.evaluated import NOW, Evaluated, collectors, make_evaluated, respond, sign_up
from tests.support.long_table import WHOLE, fetched
from tests.support.printed import Tables, printed
from tests.support.sessions import client_of

RULES = [each for each in rules.SHIPPED.values() if isinstance(each, RateRule) and not each.is_of_bad]
SPOILT, ABSTAINED, BLANK = 7, 5, 9


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """The evaluated campaign, with blank answers, and papers that came back spoilt or abstained at two places."""
    made = make_evaluated(database)
    ways = collectors(database, made.surveys["A_W"])
    with database.transaction() as session:
        for posting, spoilt, abstained in zip(made.postings[:2], (SPOILT - 2, 2), (0, ABSTAINED), strict=True):
            collector = ways[posting.id]
            session.add(
                Batch(
                    collector_id=collector.id, posting_id=posting.id, unit_id=collector.unit_id, mode="paper",
                    state=BatchState.RECONCILED, label="纸质", note="", spoilt=spoilt, abstained=abstained,
                    created_at=NOW,
                )
            )  # fmt: skip
    respond(database, made, "A_W", made.postings[0].id, [{"W01": ["1"]}] * BLANK)
    return made


@pytest.fixture
def organiser(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """An organiser of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="organiser", role=Role.ORGANISER))


def read_by(database: Database, made: Evaluated, rule: RateRule) -> None:
    """Read the workers' surveys, first and later, by a rule."""
    for template in ("A_W", "B_1"):
        survey = made.surveys[template].id
        now = figure_rules.chosen(database, actor=SYSTEM, survey_id=survey)
        key = next(each.key for each in now.rates if each.rule == rule)
        figure_rules.choose(
            database, actor=SYSTEM, survey_id=survey, rate=key, strict=now.strict.key, index=now.index.key,
            reason="试", now=NOW,
        )  # fmt: skip


def recount(made: Evaluated, rule: RateRule) -> tuple[int, int]:
    """Count W10 over what was given: satisfied are 1 to 3 of five grades, 6 does not know, 4 and 5 are not."""
    given = Counter(
        each.answers.get("W10", "blank" if each.answers.get("W01") != "3" else "not asked")
        for each in made.given
        if each.survey == "A_W"
    )
    counting = {"satisfied": "123", "strict": "12", "first": "1", "first_two": "12"}[str(rule.counts)]
    outside = {"unknown": given["6"], "abstained": ABSTAINED, "blank": given["blank"], "spoilt": SPOILT}
    base = sum(given[code] for code in "12345") + sum(outside[part] for part in rule.base_adds)
    return sum(given[code] for code in counting), base


def json(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.json


def figure(found: dict[str, Any]) -> tuple[Any, ...]:
    interval = found["interval"]
    limits = (None, None) if interval is None else (interval["low"], interval["high"])
    return found["rule"], found["x"], found["n"], *limits


def cell(found: dict[str, Any]) -> tuple[Any, ...]:
    return found["rule"], found["x"], found["n"], found["low"], found["high"]


def of_w10(readings: list[dict[str, Any]]) -> tuple[Any, ...]:
    return next(figure(each["rated"]["rate"]) for each in readings if each["question"] == "W10")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_outlet_shows_one_figure(database: Database, organiser: FlaskClient, made: Evaluated) -> None:
    for rule in RULES:
        read_by(database, made, rule)
        x, n = recount(made, rule)
        found = dict(whole(organiser, made))
        assert {each[:3] for each in found.values()} == {(rule.name, x, n)}, (rule.name, found)
        assert len(set(found.values())) == 1, (rule.name, found)
        assert exported(organiser, made, rule) == {(str(x), str(n), str(rule.version))}
        by_place(organiser, made)
        by_answers(organiser, made, rule)
        printed_alike(organiser, made, rule, x, n)


def exported(client: FlaskClient, made: Evaluated, rule: RateRule) -> set[tuple[str, str, str]]:
    """Return x, n and version of the headline over everybody in the long table."""
    of = (WHOLE, str(made.surveys["A_W"].id), "W10", rule.name)
    return {
        (row.x, row.n, row.version)
        for row in fetched(client, made)
        if (row.level, row.survey, row.question, row.code) == of
    }


def whole(client: FlaskClient, made: Evaluated) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the headline over everybody, by outlet."""
    at = f"/results/{made.campaign.id}"
    of = f"survey={made.surveys['A_W'].id}&audience=workers"
    overview = json(client, f"{at}.json")
    yield "overview", figure(overview["parts"][0]["rated"]["rate"])
    yield "overview, waves", figure(overview["waves"][0]["first"]["rate"])
    yield "explore", of_w10(json(client, f"{at}/explore.json?{of}")["readings"])
    units = json(client, f"{at}/units.json?{of}")
    column = units["columns"].index("W10")
    top = next(each for each in units["units"] if each["unit"] == made.unit.id)
    yield "units", cell(top["cells"][column])
    weights = next(each for each in json(client, f"{at}/weights.json?{of}")["lines"] if each["question"] == "W10")
    yield "weights", figure(weights["weightings"][0]["figure"])
    first = json(client, f"{at}/waves.json?{of}")["waves"][0]
    yield "waves", figure(first["reading"]["rated"]["rate"])


def by_place(client: FlaskClient, made: Evaluated) -> None:
    """Places: the table of units, explore, groups by unit and by team, and the teams of the overview."""
    at = f"/results/{made.campaign.id}"
    of = f"survey={made.surveys['A_W'].id}&audience=workers"
    units = json(client, f"{at}/units.json?{of}")
    column = units["columns"].index("W10")
    cells = {each["unit"]: cell(each["cells"][column]) for each in units["units"] if each["cells"][column]}
    grouped = json(client, f"{at}/explore.json?{of}&by=unit")["groups"]["groups"]
    assert len(grouped) == len(made.postings)
    for group in grouped:
        unit = int(group["key"][0])
        assert of_w10(group["readings"]) == cells[unit]
        assert of_w10(json(client, f"{at}/explore.json?{of}&unit={unit}")["readings"]) == cells[unit]
        weights = json(client, f"{at}/weights.json?{of}&unit={unit}")["lines"]
        plain = next(each for each in weights if each["question"] == "W10")["weightings"]
        assert figure(plain[0]["figure"]) == cells[unit]
        assert plain[1]["refused"] == "one_group"
    teams = json(client, f"{at}.json")["parts"][0]["teams"]
    grouped = json(client, f"{at}/explore.json?{of}&by=team")["groups"]["groups"]
    assert {of_w10(each["readings"]) for each in grouped} == {figure(each["rated"]["rate"]) for each in teams}


def by_answers(client: FlaskClient, made: Evaluated, rule: RateRule) -> None:
    """Where answers tell people apart, what stands beside valid ballots is not known: no figure without it."""
    at = f"/results/{made.campaign.id}/explore.json?survey={made.surveys['A_W'].id}&audience=workers"
    own = [each.answers for each in made.given if each.survey == "A_W"]
    added = set(rule.base_adds)
    for address, lacking, of in (
        (f"{at}&q.W01=1", added - {"spoilt"}, [each for each in own if each.get("W01") == "1"]),
        (f"{at}&mode=web", added & {"spoilt", "abstained"}, own),
    ):
        rated = next(each["rated"] for each in json(client, address)["readings"] if each["question"] == "W10")
        valid = sum(each.get("W10") in tuple("12345") for each in of)
        assert rated["strict"]["n"] == valid
        if lacking:
            assert rated["rate"]["withheld"]["reason"] == "base_unknown", rule.name
        else:
            assert rated["rate"]["n"] == valid


def printed_alike(client: FlaskClient, made: Evaluated, rule: RateRule, x: int, n: int) -> None:
    """The page and the workbook print the same counts."""
    page = client.get(f"/results/{made.campaign.id}").text
    assert f"{x}/{n}" in page, rule.name
    book = openpyxl.load_workbook(BytesIO(client.get(f"/results/{made.campaign.id}/workbook.xlsx").data))
    rows = [row for sheet in book.worksheets for row in printed(sheet)]
    assert any(rule.label.zh in " ".join(row) and str(x) in row and str(n) in row for row in rows), rule.name


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_figures_of_different_rules_stand_under_no_common_name(
    database: Database, organiser: FlaskClient, made: Evaluated
) -> None:
    """The workers' first evaluation is read by another rule than the return visit and the other audiences."""
    rule = rules.SATISFACTION_RATE_WIDE
    survey = made.surveys["A_W"].id
    now = figure_rules.chosen(database, actor=SYSTEM, survey_id=survey)
    key = next(each.key for each in now.rates if each.rule == rule)
    figure_rules.choose(
        database, actor=SYSTEM, survey_id=survey, rate=key, strict=now.strict.key, index=now.index.key,
        reason="试", now=NOW,
    )  # fmt: skip
    wide, plain = f"{rule.label.zh}（第 1 版）", "满意率（第 1 版）"
    x, n = recount(made, rule)
    page = organiser.get(f"/results/{made.campaign.id}").text
    assert f"{x}/{n} 张票（基数另含不了解、弃权）" in page
    assert f"{x}/{n} 张有效票" not in page
    tables = Tables()
    tables.feed(page)
    for name in ("audiences", "waves-0"):
        heads, first, *others = tables.found[name]
        assert {"比率", "基数", "口径"} <= set(heads), name
        assert not {"满意率", rule.label.zh, "满意票", "有效票"} & set(heads), name
        assert first[heads.index("口径")].startswith(wide)
        assert all(plain in each[heads.index("口径")] for each in others)
    waves = organiser.get(f"/results/{made.campaign.id}/waves?survey={survey}&audience=workers").text
    for drawn, key in ((page, "chart-waves-workers"), (waves, "chart-waves")):
        lines = {line["name"]: line["hovertext"] for line in _chart(drawn, key)["data"]}
        assert lines[wide] == [f"首次评价: {percent_text(Fraction(x, n))} · {wide}"]
        assert len(lines[plain]) == 1  # the visit stands apart; the strict rate is of one rule in both
        assert sorted(map(len, lines.values())) == [1, 1, 2]
    content = organiser.get(f"/results/{made.campaign.id}/workbook.xlsx").data
    book = openpyxl.load_workbook(BytesIO(content))
    printed_rows = [" ".join(row) for sheet in book.worksheets for row in printed(sheet)]
    assert any(wide in row and str(x) in row and str(n) in row for row in printed_rows)
    assert not any(f"{x}/{n} 张有效票" in row for row in printed_rows)


def _chart(page: str, key: str) -> Any:
    return loads(page.split(f'id="{key}">', 1)[1].split("</script>", 1)[0])
