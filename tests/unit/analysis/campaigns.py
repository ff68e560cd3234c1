"""Facts of small campaigns: teams and postings with numbers for names, surveys of one questionnaire."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from survey_app.analysis.blocks import scope_of
from survey_app.analysis.columns import Snapshot
from survey_app.analysis.evaluation import GateOf
from survey_app.analysis.facts import CampaignFacts, CollectorFacts, PostingFacts, Rules, SurveyFacts, VisitFacts
from survey_app.analysis.gate import Gate
from survey_app.analysis.places import LeafFacts, UnitFacts, tree_of
from survey_app.analysis.readings import entries
from survey_app.analysis.worlds import Ballots, Worlds
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.scoring import rules
from survey_app.words import Audience, Purpose

AS_OF = datetime(2017, 5, 1, 9, 0, tzinfo=UTC)
TODAY = date(2017, 5, 1)


def survey(
    questionnaire: Questionnaire,
    *,
    key: int = 1,
    postings: int,
    audiences: Sequence[Audience] = (Audience.WORKERS,),
    purpose: Purpose = Purpose.ACTIVITY_EVALUATION,
    wave: int | None = None,
    threshold: int = 5,
    rate: rules.RateRule = rules.SATISFACTION_RATE,
    is_sealed: bool = False,
) -> SurveyFacts:
    """A survey with a collector for every posting and audience. Its key is also its version's."""
    collectors = [
        CollectorFacts(id=1000 * key + 10 * posting + number, audience=audience, posting_id=posting, invited=None)
        for posting in range(1, postings + 1)
        for number, audience in enumerate(audiences)
    ]
    return SurveyFacts(
        id=key,
        title=Text(f"测评{key}", f"Survey {key}"),
        purpose=purpose,
        wave=wave,
        version_id=key,
        version=1,
        questionnaire=questionnaire,
        rules=Rules(rate=rate, strict=rules.STRICT_SATISFACTION_RATE, index=rules.SATISFACTION_INDEX),
        threshold=threshold,
        is_sealed=is_sealed,
        closes_at=None,
        collectors=tuple(collectors),
        batches=(),
    )


def campaign(
    postings: int,
    *surveys: SurveyFacts,
    is_sample: bool = False,
    headcount: int | None = 40,
    visits: tuple[VisitFacts, ...] = (),
    name: str = "到职工中去",
    place: str = "企业",
) -> CampaignFacts:
    """A campaign of as many teams as postings, each at an enterprise of its own."""
    return CampaignFacts(
        id=1,
        name=Text(name, "To the workers"),
        unit=Text("市总工会", "City federation"),
        starts_on=date(2017, 4, 11),
        ends_on=date(2017, 4, 25),
        is_sample=is_sample,
        teams={number: Text(f"team{number}") for number in range(1, postings + 1)},
        postings=tuple(
            PostingFacts(
                id=number,
                team_id=number,
                team=Text(f"team{number}"),
                place=Text(f"{place}{number}"),
                stage=Text("第一期"),
                headcount=headcount,
            )
            for number in range(1, postings + 1)
        ),
        surveys=surveys,
        visits=visits,
    )


def gate_of(facts: CampaignFacts, snapshots: Mapping[int, Snapshot]) -> GateOf:
    """The gate of a reader of the whole campaign: each posting at an enterprise of its own below one unit."""
    worlds = Worlds()
    units = [UnitFacts(1, "/1/"), *(UnitFacts(1000 + each.id, f"/1/{1000 + each.id}/") for each in facts.postings)]
    postings = [LeafFacts(each.id, 1000 + each.id, each.team_id, each.headcount) for each in facts.postings]
    tree, number = worlds.tree(facts.id, (), lambda: tree_of(units, postings))

    def gate(surveys: Sequence[SurveyFacts], audience: Audience) -> Gate:
        ballots = {each.id: Ballots(snapshots[each.id].columns) for each in surveys}
        world = worlds.world(ballots, audience, tree, number)
        questions = entries(surveys[0].questionnaire)
        asked = {each.name: found for each in questions if (found := each.asked(world.layout)) is not None}
        scope = scope_of(tree, world.active, ["/"])
        return Gate(world, scope, ["/"], max(each.threshold for each in surveys), asked, worlds.memory)

    return gate
