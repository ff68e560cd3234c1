"""Scales, tallies and a cut-off that several scoring tests need."""

from datetime import UTC, datetime

from survey_app.questionnaire.definition import Grade, Scale
from survey_app.questionnaire.text import Text
from survey_app.scoring.tally import Tally

AS_OF = datetime(2017, 4, 25, 16, 0, tzinfo=UTC)

S5 = Scale(
    "s5",
    Text("满意度五档", "Five grades"),
    (
        Grade("very", Text("非常满意"), 100, satisfied=True, strict=True),
        Grade("good", Text("满意"), 80, satisfied=True, strict=True),
        Grade("basic", Text("基本满意"), 60, satisfied=True),
        Grade("bad", Text("不满意"), 30),
        Grade("worst", Text("非常不满意"), 0),
        Grade("unknown", Text("不了解、未参与"), None, in_base=False),
    ),
)
S3 = Scale(
    "s3",
    Text("三档", "Three grades"),
    (
        Grade("good", Text("满意"), 100, satisfied=True, strict=True),
        Grade("basic", Text("基本满意"), 60, satisfied=True),
        Grade("bad", Text("不满意"), 0),
        Grade("abstain", Text("弃权"), None, in_base=False),
    ),
)
WORKED = Tally(
    counts={"very": 612, "good": 251, "basic": 53, "bad": 12, "worst": 8, "unknown": 30},
    abstained=14,
    spoilt=6,
    issued=1200,
)
"""The worked example of the metric definitions."""


def ballots(satisfied: int, unsatisfied: int, **others: int) -> Tally:
    """Return a tally on S5 with so many satisfied and unsatisfied ballots."""
    return Tally(counts={"good": satisfied, "bad": unsatisfied}, **others)
