"""The forms of the results page as JSON: see `explore.schemas`."""

from __future__ import annotations

from survey_app.scoring.composite import Absence
from survey_app.scoring.evaluation import Comparability, Trust, Uncounted
from survey_app.web.results.explore.schemas import (
    DAY,
    MOMENT,
    NOT_VALID,
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
from survey_app.words import Audience, SealEnd, WithoutAudience

_CAMPAIGN = {
    "campaign": WHOLE,
    "name": ref("Text"),
    "unit": ref("Text"),
    "starts_on": DAY,
    "ends_on": maybe(DAY),
    "is_sample": YES_OR_NO,
    "is_whole": YES_OR_NO,
}

_BY_TEAM = arr(
    obj("A team's verdict; null where it was not measured.", team=ref("Text"), rated=maybe(ref("Rated")))
)

_OVERVIEW: dict[str, Schema] = dict(
    **_CAMPAIGN,
    units=arr(ref("Text")),
    as_of=MOMENT,
    parts=arr(ref("Part")),
    waves=arr(
        obj(
            "The first evaluation of an audience, and its return visits on their common indicator.",
            audience=one_of(Audience),
            first=ref("Rated"),
            first_by_team=_BY_TEAM,
            visits=arr(
                obj(
                    "The return visits of a month. `places` counts postings with ballots, `headcount` their "
                    "workers; `missing` names teams of the first evaluation with postings that have none now.",
                    month=WHOLE,
                    surveys=arr(WHOLE),
                    title=ref("Text"),
                    label=ref("Text"),
                    rated=ref("Rated"),
                    trust=one_of(Trust),
                    places=WHOLE,
                    returned=WHOLE,
                    headcount=maybe(WHOLE),
                    by_team=_BY_TEAM,
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
    visits=arr(
        obj(
            "Return visits of a month: made, due and not made, agreed or planned, cancelled. `on_time`: made by "
            "their day, of those due by now.",
            month=WHOLE,
            done=WHOLE,
            overdue=WHOLE,
            planned=WHOLE,
            cancelled=WHOLE,
            next_due=maybe(DAY),
            on_time=ref("Figure"),
        )
    ),
    composite=maybe(ref("Composite")),
    sealed=arr(obj("Shows nothing before it closes.", title=ref("Text"), closes_at=maybe(MOMENT))),
    unsealed=arr(
        obj(
            "Could be seen before all had answered: `ballots` were in `at` that moment.",
            title=ref("Text"),
            how=one_of(SealEnd),
            at=MOMENT,
            ballots=WHOLE,
            reason=STRING,
            reopened_at=maybe(MOMENT),
        )
    ),
    erased=arr(
        obj(
            "The ballots are gone, as respondents had been promised.",
            survey=WHOLE,
            title=ref("Text"),
            at=maybe(MOMENT),
            has_workbook=YES_OR_NO,
        )
    ),
)

OVERVIEW: dict[str, Schema] = {
    "Wall": obj(
        "What the wall view shows: the figures of the results page, and comments as they are shown.",
        **_OVERVIEW,
        comments=ref("Comments"),
    ),
    "Overview": obj(
        "A campaign's results: everything that its page, its wall view and its workbook show. Sealed surveys are "
        "named only; of erased ones the workbook was kept or not. Where `is_whole` is false, all is of `units` "
        "and what lies below them.",
        **_OVERVIEW,
    ),
    "Part": obj(
        "What one audience said under one instrument. `rated` is that of the headline `question`; `pooled` the "
        "second reading, over all rows on its scale. `live`: while more ballots come in, how many count by now, "
        "and how many are of surveys that are over.",
        audience=one_of(Audience),
        title=ref("Text"),
        version=WHOLE,
        surveys=arr(WHOLE),
        ballots=obj(
            "The counts that are always kept, of the headline question; null where it is withheld, or where nobody "
            "knows how many were issued.",
            issued=maybe(WHOLE),
            through_open_codes=WHOLE,
            returned=WHOLE,
            papers_without_answers=WHOLE,
            valid=maybe(WHOLE),
            **NOT_VALID,
            not_asked=maybe(WHOLE),
        ),
        returned=WHOLE,
        headcount=maybe(WHOLE),
        threshold=WHOLE,
        trust=one_of(Trust),
        question=maybe(STRING),
        rated=maybe(ref("Rated")),
        items=arr(
            obj(
                "A rated question or row with its ballots by grade, null where withheld.",
                question=STRING,
                label=ref("Text"),
                stem=maybe(ref("Text")),
                is_headline=YES_OR_NO,
                rated=ref("Rated"),
                grades=arr(
                    obj(
                        "A grade of its scale.",
                        code=STRING,
                        label=ref("Text"),
                        in_base=YES_OR_NO,
                        ballots=maybe(WHOLE),
                    )
                ),
                not_asked=maybe(WHOLE),
            )
        ),
        pooled=maybe(ref("Figure")),
        pooled_strict=maybe(ref("Figure")),
        answered=arr(
            obj(
                "A question that is not rated: its choices, of n who answered; `several` may be chosen at once. "
                "`mean` is that of numbers and ranks. `uncounted`: days and people's own words, none shown here.",
                question=STRING,
                label=ref("Text"),
                n=maybe(WHOLE),
                choices=arr(obj("An option.", label=ref("Text"), ballots=WHOLE)),
                several=YES_OR_NO,
                mean=maybe(NUMBER),
                measured_in=maybe(ref("Text")),
                nps=maybe(ref("Figure")),
                uncounted=maybe(one_of(Uncounted)),
            )
        ),
        floor=maybe(ref("Standing")),
        below_floor=maybe(WHOLE),
        not_judged=maybe(WHOLE),
        judged=arr(
            obj("A posting against the floor.", place=ref("Text"), stage=ref("Text"), floor=ref("Standing"))
        ),
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
        excluded=obj(
            "What does not count: ballots that a person voided, those of batches whose totals are not stated, and "
            "those of surveys with too few to be told `apart` from others that they count with. `with_voided`: the "
            "rate as it were with the voided ones, where that gives nobody away. `share`: the voided ones of all "
            "that came in.",
            voided=WHOLE,
            unreconciled=WHOLE,
            open_batches=WHOLE,
            apart=WHOLE,
            with_voided=maybe(ref("Figure")),
            share=maybe(ref("Figure")),
        ),
        live=maybe(obj("Ballots that count by now.", counted=WHOLE, over=WHOLE)),
    ),
    "Campaigns": obj(
        "The campaigns of whose results the reader may see anything, the last begun first; `address` leads to the "
        "figures: of the whole campaign, or, where `is_whole` is false, of the own units.",
        campaigns=arr(
            obj(
                "A campaign.",
                **_CAMPAIGN,
                address=STRING,
            )
        ),
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
