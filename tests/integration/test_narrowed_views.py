"""Units, waves, weights, indicators and what matters, of a team, a way of answering, some weeks: a slow recount."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.analysis.indexes import Node
from survey_app.questionnaire.text import Text
from survey_app.services import composites, indexes
from survey_app.services.access import SYSTEM
from survey_app.storage.models import Response, Unit
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, WithoutAudience
from tests.support.evaluated import NOW, Evaluated, make_campaign, respond, sign_up, survey_over, worker
from tests.support.sessions import client_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

EARLY, LATE = NOW - timedelta(days=50), NOW - timedelta(days=36)
RATES = (0.8, 0.6, 0.7, 0.4)
SATISFIED, BASE = set("123"), set("12345")
SCORES = {"1": 100, "2": 80, "3": 60, "4": 30, "5": 0}


@pytest.fixture
def made(app: Flask, database: Database) -> Evaluated:
    """A campaign answered by web and on paper, in two weeks, with a visit and all three audiences."""
    draw = random.Random(5)
    made = make_campaign(database)
    for template, audience, more in (
        ("A_W", Audience.WORKERS, {}),
        ("A_E", Audience.ENTERPRISE, {}),
        ("A_U", Audience.GRASSROOTS_UNION, {}),
        ("B_1", Audience.WORKERS, {"wave": 1}),
    ):
        survey_over(database, made, template, audience, **more)
    for posting, rate in zip(made.postings, RATES, strict=True):
        for mode, moment, size in ((Mode.WEB, EARLY, 60), (Mode.WEB, LATE, 45), (Mode.PAPER, EARLY, 30)):
            ballots = [worker(draw, rate) for _ in range(size)]
            respond(database, made, "A_W", posting.id, ballots, mode=mode, received_at=moment)
            later = [_visit(draw, rate) for _ in range(size // 2)]
            respond(database, made, "B_1", posting.id, later, mode=mode, received_at=moment + timedelta(days=30))
        for template, headline in (("A_E", "E10"), ("A_U", "U10")):
            few = template == "A_E" and posting is made.postings[3]
            grades = [{headline: [draw.choice("12345")]} for _ in range(3 if few else 12)]
            respond(database, made, template, posting.id, grades)
    return made


def _visit(draw: random.Random, rate: float) -> dict[str, list[str]]:
    return {"F03": [draw.choice("123" if draw.random() < rate else "45")], "F01": ["1"], "F02": ["1"]}


@pytest.fixture
def leader(app: Flask, database: Database, made: Evaluated) -> FlaskClient:
    """A leader of the campaign's unit."""
    return client_of(app, sign_up(database, made.unit, username="leader"))


@dataclass(frozen=True)
class Stored:
    """A response as it stands in the database."""

    unit: int
    posting: int | None
    mode: str
    received_at: datetime
    answers: Mapping[str, Any]


def stored(database: Database, made: Evaluated, template: str) -> list[Stored]:
    with database.reading() as session:
        rows = session.scalars(select(Response).where(Response.survey_id == made.surveys[template].id))
        return [Stored(r.unit_id, r.posting_id, r.mode, r.received_at, r.answers) for r in rows]


Kept = Callable[[Stored], bool]


def conditions(made: Evaluated) -> list[tuple[str, Kept]]:
    """Return parts of an address, each with the responses that it takes."""
    postings, day = made.postings, LATE.date().isoformat()
    second = postings[1]

    def late(each: Stored) -> bool:
        return each.received_at > EARLY + timedelta(days=7)

    return [
        ("", lambda each: True),
        (f"&team={second.team_id}", lambda each: each.posting == second.id),
        ("&mode=paper", lambda each: each.mode == "paper"),
        (f"&mode=web&since={day}", lambda each: each.mode == "web" and late(each)),
        (f"&team={second.team_id}&mode=web", lambda each: each.posting == second.id and each.mode == "web"),
    ]


def ask(client: FlaskClient, made: Evaluated, name: str, rest: str) -> Any:
    """Return a view's JSON; its page, at the address that says the same, is there, too."""
    address = f"/results/{made.campaign.id}/{name}"
    query = f"?survey={made.surveys['A_W'].id}&audience=workers{rest}"
    found = client.get(f"{address}.json{query}")
    assert found.status_code == 200, found.json
    assert client.get(f"{address}{query}", follow_redirects=True).status_code == 200
    return found.json


def counted(rows: list[Stored], code: str) -> tuple[int, int]:
    """Return x and n of a question."""
    given = [str(row.answers.get(code)) for row in rows]
    return sum(each in SATISFIED for each in given), sum(each in BASE for each in given)


def test_units_are_a_recount_of_the_database(leader: FlaskClient, database: Database, made: Evaluated) -> None:
    rows = stored(database, made, "A_W")
    for rest, keeps in conditions(made):
        table = ask(leader, made, "units", rest)
        shown = 0
        for unit in table["units"]:
            own = [row for row in rows if keeps(row) and unit["unit"] in (row.unit, made.unit.id)]
            for name, cell in zip(table["columns"], unit["cells"], strict=True):
                if cell is not None:
                    assert (cell["x"], cell["n"]) == counted(own, name), (rest, unit["unit"], name)
                    shown += 1
        assert shown >= 14
        here = {unit["unit"] for unit in table["units"]}
        assert here == {made.unit.id, *(row.unit for row in rows if keeps(row))}


def test_units_by_answers_are_views_of_the_same(leader: FlaskClient, made: Evaluated) -> None:
    """Exact, bounded or withheld, as the page of one selection has it."""
    rest = "&q.W01=1"
    table = ask(leader, made, "units", rest)
    place = table["columns"].index("W10")
    seen = set()
    for unit in table["units"]:
        view = ask(leader, made, "explore", f"&unit={unit['unit']}{rest}")
        (rate,) = [each["rated"]["rate"] for each in view["readings"] if each["question"] == "W10"]
        cell = unit["cells"][place]
        assert (cell and (cell["x"], cell["n"])) == ((rate["x"], rate["n"]) if "x" in rate else None)
        assert unit["bounds"][place] == rate.get("bounds")
        seen.add("x" in rate)
    assert True in seen


def test_weights_are_a_recount_of_the_database(leader: FlaskClient, database: Database, made: Evaluated) -> None:
    rows = stored(database, made, "A_W")
    for rest, keeps in conditions(made):
        found = ask(leader, made, "weights", rest)
        ways = {each["way"]: each for each in found["lines"][0]["weightings"]}
        places = [
            counted([row for row in rows if keeps(row) and row.posting == each.id], "W10") for each in made.postings
        ]
        kept = [(x, n) for x, n in places if n]
        plain = ways["unweighted"]["figure"]
        assert (plain["x"], plain["n"]) == (sum(x for x, _ in kept), sum(n for _, n in kept))
        if len(kept) == 1:
            assert ways["team_equal"]["refused"] == "one_group"
        else:
            assert ways["team_equal"]["figure"]["value"] == pytest.approx(np.mean([x / n for x, n in kept]))
        has_conditions = "mode" in rest
        assert ("refused" in ways["headcount"]) == (has_conditions or len(kept) == 1)
        if has_conditions:
            assert ways["headcount"]["refused"] == "no_population"


def define_index(database: Database, made: Evaluated) -> None:
    """Define an index tree of the verdict alone."""
    leaf = Node(code="", name=Text("评价", "Verdict"), weight=Fraction(1), fields=("W10",))
    indexes.edit(
        database, actor=SYSTEM, campaign_id=made.campaign.id, change=lambda _: indexes.numbered((leaf,)), now=NOW
    )


def test_indicators_are_a_recount_of_the_database(leader: FlaskClient, database: Database, made: Evaluated) -> None:
    define_index(database, made)
    rows = stored(database, made, "A_W")
    for rest, keeps in conditions(made):
        found = ask(leader, made, "indexes", rest)
        own = [row for row in rows if keeps(row)]
        scores = [SCORES[answer] for row in own if (answer := str(row.answers.get("W10"))) in SCORES]
        assert found["nodes"][0]["value"] == pytest.approx(np.mean(scores)), rest
        equal = next(each for each in found["weightings"] if each["way"] == "team_equal")
        if "team" in rest:
            assert equal["nodes"][0]["value"] is None
            continue
        by_place = [
            [SCORES[a] for row in own if row.posting == each.id and (a := str(row.answers.get("W10"))) in SCORES]
            for each in made.postings
        ]
        assert equal["nodes"][0]["value"] == pytest.approx(np.mean([np.mean(each) for each in by_place]))


def test_waves_are_a_recount_of_the_database(leader: FlaskClient, database: Database, made: Evaluated) -> None:
    first, later = stored(database, made, "A_W"), stored(database, made, "B_1")
    for rest, keeps in conditions(made):
        if "since" in rest:
            continue
        found = ask(leader, made, "waves", rest)["waves"]
        expected = [
            counted([row for row in rows if keeps(row)], code) for rows, code in ((first, "W10"), (later, "F03"))
        ]
        rates = [each["reading"]["rated"]["rate"] for each in found]
        assert [(each["x"], each["n"]) for each in rates] == expected
        contrast = found[1]["contrast"]
        assert contrast["comparability"] == "comparable"
        assert contrast["same"]["places"] == (1 if "team" in rest else 4)
        (x1, n1), (x2, n2) = expected
        assert contrast["rate"]["difference"] == pytest.approx(x2 / n2 - x1 / n1)
        other = f"&b.survey={made.surveys['B_1'].id}&b.audience=workers{rest.replace('&', '&b.')}"
        compared = ask(leader, made, "compare", rest + other)["comparison"]["lines"]
        (line,) = [each for each in compared if each["question"] == "W10"]
        assert (line["rate"], line["same_places"]) == (contrast["rate"], contrast["same"]["places"])


def test_enterprises_without_such_ballots_are_not_compared(
    leader: FlaskClient, database: Database, made: Evaluated
) -> None:
    """Where nobody answered the visit by telephone, the first evaluation by telephone is not taken either."""
    phoned = [{"W01": ["1"], "W10": ["1"]}] * 20
    respond(database, made, "A_W", made.postings[0].id, phoned, mode=Mode.PHONE, received_at=EARLY)
    respond(database, made, "A_W", made.postings[1].id, phoned, mode=Mode.PHONE, received_at=EARLY)
    visit = [{"F03": ["1"], "F01": ["1"], "F02": ["1"]}] * 20
    respond(
        database, made, "B_1", made.postings[1].id, visit, mode=Mode.PHONE, received_at=EARLY + timedelta(days=30)
    )
    contrast = ask(leader, made, "waves", "&mode=phone")["waves"][1]["contrast"]
    assert contrast["same"]["places"] == 1
    assert contrast["same"]["first"]["rate"]["n"] == 20


def test_what_matters_at_a_part_follows_from_its_cross_tabs(leader: FlaskClient, made: Evaluated) -> None:
    shown = 0
    for rest in (f"&unit={made.postings[1].unit_id}", f"&team={made.postings[2].team_id}", "&mode=web"):
        found = ask(leader, made, "drivers", rest)["map"]
        if found is None:
            continue
        assert (found["no_shares"], found["alpha"], found["r_squared"]) == ("part", None, None)
        for item in found["items"]:
            tab = ask(leader, made, "crosstab", f"{rest}&row={item['question']}&column=W10")["cross_tab"]
            view = ask(leader, made, "explore", rest)["readings"]
            counts = {
                each["question"]: {c["codes"][0]: c["ballots"] for c in each["counts"] or ()} for each in view
            }
            rows, columns = (
                [_mean_score(group, counts[name]) for group in groups]
                for groups, name in ((tab["rows"], item["question"]), (tab["columns"], "W10"))
            )
            pairs = [
                (row, column)
                for row, line in zip(rows, tab["table"], strict=True)
                for column, many in zip(columns, line, strict=True)
                for _ in range(many)
            ]
            assert item["n"] == len(pairs)
            assert item["correlation"] == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1], abs=0.006)
            shown += 1
    assert shown >= 6
    page = leader.get(
        f"/results/{made.campaign.id}/drivers?survey={made.surveys['A_W'].id}&audience=workers&mode=web"
    )
    assert "相关系数" in page.text


def _mean_score(group: list[str], counts: Mapping[str, int]) -> float:
    n = sum(counts[code] for code in group)
    return sum(counts[code] * SCORES[code] for code in group) / n


def test_composites_by_unit_are_made_of_shown_rates(
    leader: FlaskClient, database: Database, made: Evaluated
) -> None:
    assert ask(leader, made, "units", "")["composite"] is None
    weights = {Audience.WORKERS: 60, Audience.ENTERPRISE: 20, Audience.GRASSROOTS_UNION: 20}
    composites.declare(
        database, actor=SYSTEM, campaign_id=made.campaign.id,
        weights={audience: Decimal(weight) for audience, weight in weights.items()},
        missing=WithoutAudience.RENORMALISE, now=NOW,
    )  # fmt: skip
    table = ask(leader, made, "units", "")
    assert table["composite"]["weights"] == {"workers": 0.6, "enterprise": 0.2, "grassroots_union": 0.2}
    found = {unit["unit"]: unit["composite"] for unit in table["units"]}
    rates = {}
    for template, audience, code in (
        ("A_W", "workers", "W10"),
        ("A_E", "enterprise", "E10"),
        ("A_U", "grassroots_union", "U10"),
    ):
        rates[audience] = {
            unit: counted(
                [row for row in stored(database, made, template) if unit in (row.unit, made.unit.id)], code
            )
            for unit in found
        }
    # Where three of the management answered, it has no figure, nor the place that is pooled with it.
    withheld = [unit for unit, each in found.items() if each is None]
    assert made.postings[3].unit_id in withheld
    assert len(withheld) == 2
    for unit, each in found.items():
        if each is not None:
            expected = sum(
                weights[Audience(audience)] / 100 * x / n
                for audience, (x, n) in ((a, r[unit]) for a, r in rates.items())
            )
            assert each["value"] == pytest.approx(expected)
    whole = leader.get(f"/results/{made.campaign.id}.json").json["composite"]["rate"]
    assert found[made.unit.id]["value"] == pytest.approx(whole["value"])
    assert found[made.unit.id]["interval"]["low"] == pytest.approx(whole["interval"]["low"])
    page = leader.get(f"/results/{made.campaign.id}/units?survey={made.surveys['A_W'].id}&audience=workers").text
    assert "综合指标" in page
    assert "设定的权重" in page
    shown = next(each for each in made.postings if found[each.unit_id] is not None)
    alone = {
        unit["unit"]: unit["composite"] for unit in ask(leader, made, "units", f"&team={shown.team_id}")["units"]
    }
    assert alone[made.unit.id]["value"] == alone[shown.unit_id]["value"] == found[shown.unit_id]["value"]
    assert ask(leader, made, "units", "&mode=web")["composite"] is None


def test_conditions_are_named_taken_away_and_carried(leader: FlaskClient, made: Evaluated) -> None:
    team, day = made.postings[1].team_id, LATE.date().isoformat()
    base = f"?survey={made.surveys['A_W'].id}&audience=workers"
    for name in ("units", "waves", "weights", "indexes", "drivers"):
        address = f"/results/{made.campaign.id}/{name}"
        page = leader.get(f"{address}{base}&team={team}&mode=web").text
        chips = page.split('class="chips"')[1].split("</ul>")[0]
        gone = re.findall(r'href="([^"]+)"', chips)
        assert [each.replace("&amp;", "&") for each in gone] == [
            f"{address}{base}&mode=web", f"{address}{base}&team={team}"
        ]  # fmt: skip
        assert (
            f'href="{address}.json{base}&amp;team={team}&amp;mode=web"'.replace(base, base.replace("&", "&amp;"))
            in page
        )
        assert 'name="mode"' in page
        assert ('name="since"' in page) == (name != "waves")
        assert ('name="if"' in page) == (name in ("units", "waves", "weights"))
    explore = leader.get(f"/results/{made.campaign.id}/explore{base}&mode=web&since={day}&team={team}").text
    tabs = explore.split('class="tabs"')[1].split("</nav>")[0].replace("&amp;", "&")
    carried = dict(re.findall(r'href="/results/\d+/(\w+)\?([^"]*)"', tabs))
    assert "mode=web" in carried["waves"]
    assert "since" not in carried["waves"]
    for name in ("units", "weights", "indexes", "drivers"):
        assert f"team={team}&mode=web&since=" in carried[name]
    answered = leader.get(f"/results/{made.campaign.id}/explore{base}&q.W01=1").text.split('class="tabs"')[1]
    carried = dict(re.findall(r'href="/results/\d+/(\w+)\?([^"]*)"', answered.split("</nav>")[0]))
    assert [name for name, query in carried.items() if "q.W01" in query] == [
        "explore",
        "units",
        "crosstab",
        "compare",
        "weights",
    ]


@pytest.mark.parametrize(
    ("name", "rest", "said"),
    [
        ("indexes", "&q.W01=1", "不能按答案筛选"),
        ("drivers", "&q.W01=1", "不能按答案筛选"),
        ("waves", "&since=2017-04-17", "不能按周次筛选"),
        ("drivers", "&mode=web&since=2017-04-17", "最多设一个条件"),
    ],
)
def test_what_a_view_does_not_take_is_said_with_a_way_on(
    leader: FlaskClient, made: Evaluated, name: str, rest: str, said: str
) -> None:
    query = f"?survey={made.surveys['A_W'].id}&audience=workers{rest}"
    page = leader.get(f"/results/{made.campaign.id}/{name}{query}")
    assert page.status_code == 400
    assert said in page.text
    answer = leader.get(f"/results/{made.campaign.id}/{name}.json{query}")
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "bad_selection")


def test_a_reader_of_one_place_narrows_their_own_only(app: Flask, database: Database, made: Evaluated) -> None:
    define_index(database, made)
    with database.reading() as session:
        place = session.get_one(Unit, made.postings[0].unit_id)
    own = client_of(app, sign_up(database, place, username="own"))
    base = f"?survey={made.surveys['A_W'].id}&audience=workers"
    for name in ("units", "waves", "weights", "indexes", "drivers"):
        address = f"/results/{made.campaign.id}/{name}.json{base}"
        assert own.get(f"{address}&team={made.postings[0].team_id}").status_code == 200
        assert own.get(f"{address}&team={made.postings[1].team_id}").status_code == 404, name
        if name != "units":
            assert own.get(f"{address}&unit={made.postings[1].unit_id}").status_code == 404, name
