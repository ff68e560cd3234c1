"""The forms of weights, comments and the checking tools as JSON: see `schemas`."""

from __future__ import annotations

from survey_app.analysis.sampling import Level
from survey_app.analysis.weights import Way
from survey_app.web.results.explore.schemas import (
    ANSWER,
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

OTHERS: dict[str, Schema] = {
    "Comments": obj(
        "A campaign's comments. `is_whole` is false for a reader of a part of it, who sees none.",
        campaign=WHOLE,
        is_whole=YES_OR_NO,
        surveys=arr(
            obj(
                "A survey; `standing` says why it has no questions: sealed, unread or stale.",
                survey=WHOLE,
                title=ref("Text"),
                standing=STRING,
                read_at=maybe(MOMENT),
                questions=arr(ref("Commented")),
                withheld=arr(ref("Text")),
            )
        ),
    ),
    "Commented": obj(
        "A question's comments, of which `wordings` differ. Keywords and groups have at least `threshold` of them.",
        field=STRING,
        label=ref("Text"),
        base=WHOLE,
        wordings=WHOLE,
        released=WHOLE,
        released_wordings=WHOLE,
        threshold=WHOLE,
        keywords=arr(obj("A word, and how many comments have it.", word=STRING, comments=WHOLE)),
        groups=arr(
            obj(
                "A theme, or comments that are alike (`words`), or all others (neither).",
                theme=maybe(ref("Text")),
                words=arr(STRING),
                comments=WHOLE,
                verbatims=arr(obj("Released words, and how many wrote them.", words=STRING, copies=WHOLE)),
            )
        ),
    ),
    "Checked": obj(
        "What the checking tools found; what was not asked is null.",
        possible=maybe(ref("CheckedRate")),
        sample=maybe(ref("SampleSize")),
        interval=maybe(ref("CountedRate")),
        pairs=maybe(ref("MatchedPairs")),
        review=maybe(arr(ref("Figure"))),
    ),
    "MatchedPairs": obj(
        "The same people asked twice: shares satisfied, 0 to 1, and the change by McNemar's exact test.",
        people=WHOLE,
        first=NUMBER,
        second=NUMBER,
        change=ref("Change"),
    ),
    "CheckedRate": obj(
        "A reported rate: `counts` are the least and the most x of n that give it, null where none does.",
        reported=STRING,
        n=maybe(WHOLE),
        is_possible=maybe(YES_OR_NO),
        counts=maybe(obj("The least and the most.", least=WHOLE, most=WHOLE)),
        smallest_n=maybe(WHOLE),
    ),
    "SampleSize": obj(
        "How many answers are needed and how many people to invite; `is_attainable`: all of them bring so many.",
        margin=NUMBER,
        expected=NUMBER,
        population=maybe(WHOLE),
        design_effect=NUMBER,
        response=NUMBER,
        answers=WHOLE,
        invited=WHOLE,
        is_attainable=YES_OR_NO,
    ),
    "CountedRate": obj(
        "A counted rate, 0 to 1; no interval where everybody answered.",
        x=WHOLE,
        n=WHOLE,
        headcount=maybe(WHOLE),
        rate=NUMBER,
        is_census=YES_OR_NO,
        interval=maybe(ref("Interval")),
    ),
    "Weighted": obj(
        "The rated questions of a place before and after weights; unweighted they are as in other views.",
        **ANSWER,
        selection=ref("Selection"),
        ballots=maybe(WHOLE),
        threshold=WHOLE,
        as_of=MOMENT,
        sample=maybe(ref("Sample")),
        known_totals=arr(
            obj(
                "People by answer to a question, and where that is known from.",
                question=STRING,
                counts={"type": "object", "additionalProperties": WHOLE},
                source=STRING,
            )
        ),
        questions=arr(ref("Question")),
        lines=arr(
            obj(
                "A question under every weighting.",
                question=STRING,
                weightings=arr({"anyOf": [ref("Weighting"), ref("RefusedWeighting")]}),
            )
        ),
    ),
    "Weighting": obj(
        "A figure with what its weights cost; `merged` answers are counted together. `strata` is how many the "
        "error rests on, `joint_strata` how many of the sample's are put together in them.",
        way=one_of(Way),
        totals=arr(STRING),
        figure=ref("Figure"),
        ballots=WHOLE,
        left_out=WHOLE,
        kish=maybe(NUMBER),
        design_effect=maybe(NUMBER),
        clusters=maybe(WHOLE),
        trimmed=WHOLE,
        pooled=WHOLE,
        strata=maybe(WHOLE),
        joint_strata=WHOLE,
        merged=arr(arr(STRING)),
    ),
    "RefusedWeighting": obj(
        "Why there is no weighted figure, and the answers that this is about.",
        way=one_of(Way),
        totals=arr(STRING),
        refused=STRING,
        groups=arr(arr(STRING)),
    ),
    "Sample": obj(
        "The enterprises with ballots as a sample: their strata, and of how many (`all`; null: outside the "
        "campaign's unit) they are a part. `is_census`: there is no sampling error of enterprises.",
        strata=maybe(one_of(Level)),
        population=maybe({"const": "finite"}),
        is_census=YES_OR_NO,
        by_stratum=arr(
            obj(
                "A stratum, also one without ballots; of no unit: all others.",
                unit=maybe(WHOLE),
                name=maybe(ref("Text")),
                enterprises=WHOLE,
                all=maybe(WHOLE),
            )
        ),
    ),
}
