"""What a reader of a part of a campaign is shown is what there would be if there were no other part."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from survey_app.analysis.columns import Snapshot
from survey_app.analysis.evaluation import evaluate
from survey_app.analysis.facts import (
    BatchFacts,
    CampaignFacts,
    CollectorFacts,
    PostingFacts,
    SurveyFacts,
    VisitFacts,
)
from survey_app.analysis.gate import Gate
from survey_app.analysis.places import LeafFacts, Tree, UnitFacts, tree_of
from survey_app.analysis.several import Looking, Own
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.within import Within
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.text import Text
from survey_app.scoring.evaluation import Evaluation
from survey_app.scoring.participation import Outcomes
from survey_app.words import Audience, Purpose, VisitState
from tests.unit.analysis.explored import ENTERPRISES, RULES, TEAMS, UNITS, Fielded, drawn, stored_of
from tests.unit.analysis.stored import NOW

DAY = date(2017, 5, 1)
FIRST = [Fielded(drawn(3, [70, 9, 25, 40, 12, 4])), Fielded(drawn(4, [3, 20, 4, 30, 3, 20]))]
VISIT = Fielded(drawn(5, [30, 20, 3, 20, 9, 20]))
RESUMED = replace(FIRST[1], resumed=(NOW - timedelta(days=16),))


def _survey(key: int, fielded: Fielded, wave: int | None, units: Sequence[int]) -> SurveyFacts:
    """A survey with a code at every enterprise, and a paper batch with spoilt ballots at each that is counted."""
    questionnaire = fielded.union.questionnaire
    return SurveyFacts(
        id=key,
        title=Text(f"测评{key}"),
        purpose=Purpose.ACTIVITY_EVALUATION if wave is None else Purpose.RETURN_VISIT,
        wave=wave,
        version_id=1 if wave is None else 2,
        version=1,
        questionnaire=questionnaire if wave is None else replace(questionnaire, wave_link="B"),
        rules=RULES,
        threshold=5,
        is_sealed=False,
        closes_at=None,
        collectors=tuple(
            CollectorFacts(
                id=1000 * key + unit,
                audience=Audience.WORKERS,
                posting_id=100 + unit,
                unit_id=unit,
                invited={100 + unit: 90 + unit},
            )
            for unit in units
        ),
        batches=tuple(
            BatchFacts(
                id=1000 * key + unit,
                collector_id=1000 * key + unit,
                posting_id=100 + unit,
                unit_id=unit,
                is_reconciled=unit % 2 == 0,
                issued=20,
                spoilt=unit,
                abstained=1,
                waiting=unit,
            )
            for unit in units
        ),
    )


def _facts(surveys: Sequence[SurveyFacts], units: Sequence[int]) -> CampaignFacts:
    teams = sorted({TEAMS[unit] for unit in units})
    return CampaignFacts(
        id=1,
        name=Text("到职工中去"),
        unit=Text("市总工会"),
        starts_on=DAY,
        ends_on=DAY,
        is_sample=False,
        teams={key: Text(f"team{key}") for key in teams},
        postings=tuple(
            PostingFacts(
                id=100 + unit,
                team_id=TEAMS[unit],
                team=Text(f"team{TEAMS[unit]}"),
                place=Text(f"unit{unit}"),
                stage=Text("第一期"),
                headcount=200,
            )
            for unit in units
        ),
        surveys=tuple(surveys),
        visits=tuple(
            VisitFacts(month=1, posting_id=100 + unit, state=VisitState.PLANNED, due_on=DAY + timedelta(days=unit))
            for unit in units
        ),
    )


def _tree(store: ColumnStore) -> tuple[Tree, int]:
    postings = [LeafFacts(100 + unit, unit, TEAMS[unit], 200) for unit in ENTERPRISES]
    units = [UnitFacts(*each) for each in UNITS.items()]
    return store.worlds.tree(1, (), lambda: tree_of(units, postings))


def _evaluated(
    surveys: Mapping[int, tuple[Fielded, int | None]], paths: Sequence[str], *, alone: bool
) -> Evaluation:
    """Evaluate a part for its reader; or, `alone`, the same ballots where there never were others."""
    own = [unit for unit in ENTERPRISES if UNITS[unit].startswith(tuple(paths))]
    units = own if alone else list(ENTERPRISES)
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        tree, number = _tree(store)
        snapshots, fielded = {}, {}
        for key, (each, _wave) in surveys.items():
            ballots = [one for one in each.union.ballots if one.unit in units]
            kept = stored_of(key, replace(each.union, ballots=ballots), NOW)
            snapshots[key] = store.snapshot(kept, NOW)
            fielded[key] = each
        facts = _facts([_survey(key, each, wave, units) for key, (each, wave) in surveys.items()], units)

        def gate(parts: Sequence[SurveyFacts], audience: Audience) -> Gate:
            owned = {
                part.id: Own(
                    Ballots(snapshots[part.id].columns), 5, fielded[part.id].is_live, fielded[part.id].resumed
                )
                for part in parts
            }
            looking = Looking(store.worlds, tree, number, ("/",) if alone else tuple(paths), NOW)
            return looking.gate(owned, audience, parts[0].questionnaire)

        shown: Mapping[int, Snapshot] = snapshots
        if not alone:
            within = Within.of(tree, paths)
            facts = within.campaign(facts, [Text("part")])
            shown = {key: within.ballots(each) for key, each in snapshots.items()}
        return replace(evaluate(facts, shown, as_of=NOW, today=DAY, gate_of=gate), part=())


@pytest.mark.parametrize("paths", [["/1/2/"], ["/1/3/"], ["/1/2/4/"], ["/1/3/8/", "/1/9/"]])
@pytest.mark.parametrize(
    "first", [FIRST[:1], FIRST, [FIRST[0], RESUMED], [FIRST[0], replace(FIRST[1], is_live=True)]],
    ids=["one", "two", "resumed", "live"],
)  # fmt: skip
def test_a_part_is_shown_as_if_there_were_no_other(paths: list[str], first: Sequence[Fielded]) -> None:
    surveys = {key: (each, None) for key, each in enumerate(first, start=1)} | {9: (VISIT, 1)}
    found = _evaluated(surveys, paths, alone=False)
    assert found == _evaluated(surveys, paths, alone=True)
    assert found.leading is not None
    assert found.leading.headline is not None
    assert not found.leading.headline.rated.is_withheld
    assert [each.place.zh for each in found.participation] == [
        f"unit{unit}" for unit in ENTERPRISES if UNITS[unit].startswith(tuple(paths))
    ]


def test_who_is_asked_elsewhere_alone_has_no_place_in_a_part() -> None:
    other = _survey(2, FIRST[1], None, [7])
    other = replace(
        other, collectors=tuple(replace(each, audience=Audience.ENTERPRISE) for each in other.collectors)
    )
    sealed = replace(_survey(3, FIRST[1], None, [7]), is_sealed=True)
    facts = _facts([_survey(1, FIRST[0], None, ENTERPRISES), other, sealed], ENTERPRISES)
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        tree, _number = _tree(store)
        nobody = replace(FIRST[1].union, ballots=())
        snapshots = {
            1: store.snapshot(stored_of(1, FIRST[0].union, NOW), NOW),
            2: store.snapshot(stored_of(2, nobody, NOW), NOW),
        }
        for path, audiences, waiting in (
            ("/1/2/", [Audience.WORKERS], 0),
            ("/1/3/", [Audience.WORKERS, Audience.ENTERPRISE], 1),
        ):
            within = Within.of(tree, [path])
            shown = {key: within.ballots(each) for key, each in snapshots.items()}
            found = evaluate(within.campaign(facts, ()), shown, as_of=NOW, today=DAY)
            assert [each.audience for each in found.parts] == audiences
            assert len(found.sealed) == waiting


def test_what_an_organiser_counted_of_all_codes_is_not_said_of_a_part() -> None:
    counted = {Audience.WORKERS: Outcomes(refused=3)}
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        tree, _number = _tree(store)
        snapshot = store.snapshot(stored_of(1, FIRST[0].union, NOW), NOW)
        facts = _facts([replace(_survey(1, FIRST[0], None, ENTERPRISES), outcomes=counted)], ENTERPRISES)
        whole = evaluate(facts, {1: snapshot}, as_of=NOW, today=DAY)
        within = Within.of(tree, ["/1/2/"])
        part = evaluate(within.campaign(facts, ()), {1: within.ballots(snapshot)}, as_of=NOW, today=DAY)
    assert whole.leading is not None
    assert whole.leading.invited is not None
    assert part.leading is not None
    assert part.leading.invited is None
    assert part.leading.returned < whole.leading.returned
