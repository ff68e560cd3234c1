"""The forms of the results page as JSON: see `explore.schemas`."""

from __future__ import annotations

from survey_app.scoring.composite import Absence
from survey_app.scoring.evaluation import Comparability, Trust
from survey_app.web.results.explore.schemas import (
    MOMENT,
    NUMBER,
    STRING,
    WHOLE,
    YES_OR_NO,
    Schema,
    arr,
    maybe,
    obj,
    one_of,
    ref,
)
from survey_app.words import Audience, WithoutAudience

OVERVIEW: dict[str, Schema] = {
    "Overview": obj(
        "A campaign's results as its page has them. Sealed surveys are not among them.",
        campaign=WHOLE,
        name=ref("Text"),
        as_of=MOMENT,
        parts=arr(
            obj(
                "What one audience said under one instrument.",
                audience=one_of(Audience),
                title=ref("Text"),
                surveys=arr(WHOLE),
                returned=WHOLE,
                headcount=maybe(WHOLE),
                threshold=WHOLE,
                trust=one_of(Trust),
                question=maybe(STRING),
                rated=maybe(ref("Rated")),
                floor=maybe(ref("Standing")),
                below_floor=maybe(WHOLE),
                not_judged=maybe(WHOLE),
                teams=arr(
                    obj(
                        "A team; band 1 is the best, null where it is in no ranking.",
                        name=ref("Text"),
                        places=arr(ref("Text")),
                        rated=ref("Rated"),
                        band=maybe(WHOLE),
                        floor=maybe(ref("Standing")),
                    )
                ),
                response_rates=maybe(ref("ResponseRates")),
            )
        ),
        waves=arr(
            obj(
                "The first evaluation of an audience, and its return visits on their common indicator.",
                audience=one_of(Audience),
                first=ref("Rated"),
                visits=arr(
                    obj(
                        "The return visits of a month. `places` counts postings with ballots, `headcount` their "
                        "workers; `missing` names teams of the first evaluation with postings that have none now.",
                        month=WHOLE,
                        surveys=arr(WHOLE),
                        rated=ref("Rated"),
                        places=WHOLE,
                        returned=WHOLE,
                        headcount=maybe(WHOLE),
                        missing=arr(ref("Text")),
                        contrast=ref("Contrast"),
                    )
                ),
                team_changes=arr(
                    obj(
                        "A team's enterprises, or one of them, against the first evaluation. `adjusted`: the "
                        "p-value by Holm over all of the list.",
                        team=ref("Text"),
                        places=arr(ref("Text")),
                        month=WHOLE,
                        first=ref("Figure"),
                        second=ref("Figure"),
                        change=ref("Change"),
                        adjusted=NUMBER,
                    )
                ),
            )
        ),
        participation=arr(
            obj(
                "Ballots that came back from a posting, by audience.",
                place=ref("Text"),
                team=ref("Text"),
                stage=ref("Text"),
                headcount=maybe(WHOLE),
                returned={"type": "object", "additionalProperties": WHOLE},
                floor=maybe(ref("Standing")),
            )
        ),
        composite=maybe(ref("Composite")),
    ),
    "Contrast": obj(
        "A measurement against the first evaluation. `same`: the enterprises with ballots in both, of which the "
        "changes are; null where there are none, and two independent groups are compared.",
        comparability=one_of(Comparability),
        same=maybe(
            obj("How many they are, and both verdicts.", places=WHOLE, first=ref("Rated"), second=ref("Rated"))
        ),
        rate=maybe(ref("Change")),
        strict=maybe(ref("Change")),
    ),
    "ResponseRates": obj(
        "AAPOR's response rates of those invited with single-use codes; null where the counts exceed the codes.",
        issued=WHOLE,
        complete=WHOLE,
        partial=WHOLE,
        refused=WHOLE,
        not_contacted=WHOLE,
        ineligible=WHOLE,
        unknown=WHOLE,
        other=maybe(WHOLE),
        eligible_share=maybe(NUMBER),
        rates=maybe(
            obj("RR1 to RR6; null where nobody was eligible.", **{f"RR{n}": maybe(NUMBER) for n in range(1, 7)})
        ),
    ),
    "Composite": obj(
        "The declared composite; withheld audiences are as if missing. `covered`: the weight of those shown.",
        rule=STRING,
        rule_version=WHOLE,
        weights={"type": "object", "additionalProperties": NUMBER},
        missing=one_of(WithoutAudience),
        shown=arr(one_of(Audience)),
        covered=NUMBER,
        absence=maybe(one_of(Absence)),
        rate=maybe(ref("Composed")),
        strict=maybe(ref("Composed")),
        index=maybe(ref("Composed")),
    ),
    "Composed": obj(
        "A weighted sum of figures of one rule.",
        rule=STRING,
        rule_version=WHOLE,
        value=NUMBER,
        interval=maybe(ref("Interval")),
        census=YES_OR_NO,
    ),
}
