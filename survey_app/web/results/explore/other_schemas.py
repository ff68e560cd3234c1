"""The forms of comments and of the checking tools as JSON: see `schemas`."""

from __future__ import annotations

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
}
