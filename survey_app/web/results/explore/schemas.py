"""The forms of our JSON answers, as JSON Schema (2020-12) that OpenAPI 3.1 builds on."""

from __future__ import annotations

from typing import Any, TypeAlias

from survey_app.analysis.crossing import Strength
from survey_app.analysis.drivers import NoShares, Omission
from survey_app.analysis.selection import Trouble
from survey_app.analysis.weights import Way
from survey_app.scoring import participation
from survey_app.scoring.comparison import Verdict
from survey_app.scoring.drivers import Quadrant
from survey_app.scoring.evaluation import Comparability
from survey_app.words import Audience, Mode, Purpose

Schema: TypeAlias = dict[str, Any]

STRING: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
YES_OR_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}


def ref(name: str) -> Schema:
    """Return a reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(said: str, /, **properties: Schema) -> Schema:
    """Return an object with just these properties, all of them."""
    return {
        "type": "object",
        "description": said,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def arr(items: Schema) -> Schema:
    """Return a list."""
    return {"type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """Return what may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(words: type[Any]) -> Schema:
    """Return one of a closed vocabulary."""
    return {"type": "string", "enum": [each.value for each in words]}


NOT_VALID = {name: maybe(WHOLE) for name in ("unknown", "abstained", "blank", "spoilt")}
"""Ballots that are outside the base of most rules; null where that is withheld or not known."""

_FIGURE = {"rule": STRING, "rule_version": WHOLE, "label": ref("Text"), "as_of": MOMENT}
ANSWER = {"campaign": WHOLE, "subject": ref("Subject"), "uncounted": arr(ref("Uncounted"))}
ANSWER |= {"over": maybe(ref("Over"))}

SCHEMAS: dict[str, Schema] = {
    "Text": obj("Words in Chinese and English; either may be empty.", zh=STRING, en=STRING),
    "Error": {
        "type": "object",
        "description": "What is wrong. `kind` is for programs; a sealed survey says when it closes.",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "kind": STRING,
                    "where": STRING,
                    "trouble": one_of(Trouble),
                    "said": STRING,
                    "closes_at": maybe(MOMENT),
                },
                "required": ["kind"],
            }
        },
        "required": ["error"],
        "additionalProperties": False,
    },
    "Withheld": obj(
        "Why there is no number. too_few: fewer than `threshold` answers, or another number would follow from it; "
        "which of both is not told. off_scale: the scale lacks the rule's grades. base_unknown: ballots that the "
        "rule's base has besides valid ones are not known here.",
        reason={"enum": ["too_few", "off_scale", "base_unknown"]},
        threshold=WHOLE,
    ),
    "Interval": obj(
        "A confidence interval on the scale of its value. `df` and `design_effect` are those of clusters or "
        "weights, where it rests on them.",
        low=NUMBER,
        high=NUMBER,
        level=NUMBER,
        method=STRING,
        df=maybe(NUMBER),
        design_effect=maybe(NUMBER),
    ),
    "ShownFigure": obj(
        "x of n by a rule. `value` is a share (0-1) for rates, 0-100 for the index, -100 to 100 for the NPS. Of "
        "the ballots `returned`, `unknown` (don't know, took no part), `abstained`, `blank` and `spoilt` are not "
        "valid; null where the view does not know them. `respondents` and `clusters` are given where n counts "
        "more than people, or the interval allows for groups of them.",
        **_FIGURE,
        x=maybe(WHOLE),
        n=maybe(WHOLE),
        issued=maybe(WHOLE),
        headcount=maybe(WHOLE),
        returned=maybe(WHOLE),
        **NOT_VALID,
        respondents=maybe(WHOLE),
        clusters=maybe(WHOLE),
        value=maybe(NUMBER),
        value_text=STRING,
        interval=maybe(ref("Interval")),
        census=YES_OR_NO,
    ),
    "WithheldFigure": obj(
        "A figure without a number. `bounds` are given where other figures that are shown narrow a rate down.",
        **_FIGURE,
        withheld=ref("Withheld"),
        bounds=maybe(ref("Bounds")),
    ),
    "Figure": {"oneOf": [ref("ShownFigure"), ref("WithheldFigure")]},
    "Rated": obj("Both rates and the index.", rate=ref("Figure"), strict=ref("Figure"), index=ref("Figure")),
    "Reading": obj(
        "One question about one group of ballots; answers that too few gave stand together.",
        question=STRING,
        n=maybe(WHOLE),
        counts=maybe(arr(obj("Ballots with one of these answers.", codes=arr(STRING), ballots=WHOLE))),
        unknown=maybe(WHOLE),
        blank=maybe(WHOLE),
        not_asked=maybe(WHOLE),
        rated=maybe(ref("Rated")),
        nps=maybe(ref("Figure")),
    ),
    "Bounds": obj("Limits of a share (0-1) of n ballots.", low=NUMBER, high=NUMBER, n=WHOLE, text=STRING),
    "Selection": obj(
        "Ballots of one audience in one survey; `text` is the query that names them.",
        survey=WHOLE,
        audience=one_of(Audience),
        unit=maybe(WHOLE),
        team=maybe(WHOLE),
        modes=arr(one_of(Mode)),
        since=maybe(DAY),
        until=maybe(DAY),
        answers=arr(obj("A condition on answers.", question=STRING, codes=arr(STRING))),
        text=STRING,
    ),
    "Subject": obj(
        "A survey and the audience that answers it.",
        survey=WHOLE,
        audience=one_of(Audience),
        titles=arr(ref("Text")),
        purpose=one_of(Purpose),
        wave=maybe(WHOLE),
        threshold=WHOLE,
        is_sealed=YES_OR_NO,
        is_live=YES_OR_NO,
    ),
    "Question": obj(
        "A question, or one option of a multiple choice.",
        name=STRING,
        label=ref("Text"),
        stem=maybe(ref("Text")),
        is_rated=YES_OR_NO,
        is_headline=YES_OR_NO,
        answers=arr(obj("A code and its words.", code=STRING, label=ref("Text"))),
    ),
    "Change": obj(
        "Second minus first, in shares; an interval that holds 0 reads as no significant change.",
        difference=NUMBER,
        interval=ref("Interval"),
        p_value=NUMBER,
        verdict=one_of(Verdict),
    ),
}

_VIEW = {
    "selection": ref("Selection"),
    "ballots": maybe(WHOLE),
    "headcount": maybe(WHOLE),
    "threshold": WHOLE,
    "as_of": MOMENT,
    "readings": arr(ref("Reading")),
}

_TESTED = {
    "association": maybe(
        obj(
            "What the test says, at 5 %.",
            is_significant=YES_OR_NO,
            strength={"enum": [each.value for each in Strength]},
        )
    ),
    "chi_square": maybe(obj("Pearson's test.", statistic=NUMBER, df=NUMBER, p_value=NUMBER)),
    "cramers_v": maybe(NUMBER),
}

SCHEMAS |= {
    "Standing": obj(
        "A place against the participation floor. Not compared: it is in no ranking. `headcount`: people asked, or "
        "(`of_issued`) codes and papers given out. `frontline`: x front-line workers of n who said where they work;"
        " null where not asked or not shown.",
        verdict=one_of(participation.Verdict),
        is_compared=YES_OR_NO,
        returned=WHOLE,
        headcount=maybe(WHOLE),
        of_issued=YES_OR_NO,
        frontline=maybe(obj("x of n.", x=WHOLE, n=WHOLE)),
        least_share=NUMBER,
        least_frontline_share=maybe(NUMBER),
    ),
    "View": obj("Every question about a selection.", **_VIEW),
    "Explored": obj(
        "A selection, and its parts side by side on one question.",
        **ANSWER,
        **_VIEW,
        floor=maybe(ref("Standing")),
        questions=arr(ref("Question")),
        groups=maybe(
            obj(
                "The parts; null where the conditions leave no room.",
                by=STRING,
                groups=arr(
                    obj(
                        "One part.",
                        key=arr(STRING),
                        name=maybe(ref("Text")),
                        ballots=maybe(WHOLE),
                        floor=maybe(ref("Standing")),
                        readings=arr(ref("Reading")),
                    )
                ),
            )
        ),
    ),
    "UnitTable": obj(
        "Every unit that the reader sees and that has ballots of the selected team; a cell for each question, null "
        "where withheld, and the bounds of withheld rates, null where there are none.",
        **ANSWER,
        selection=ref("Selection"),
        questions=arr(ref("Question")),
        composite=maybe(
            obj(
                "The declared composite, where it is shown by unit: all of its audiences have a rate there.",
                rule=STRING,
                rule_version=WHOLE,
                weights={"type": "object", "additionalProperties": NUMBER},
            )
        ),
        columns=arr(STRING),
        threshold=WHOLE,
        as_of=MOMENT,
        units=arr(
            obj(
                "A unit.",
                unit=WHOLE,
                name=maybe(ref("Text")),
                floor=maybe(ref("Standing")),
                composite=maybe(ref("Composed")),
                cells=arr(
                    maybe(
                        obj(
                            "x of n by the rule, `strict` of `strict_n` by the strict one; the rate's interval.",
                            rule=STRING,
                            strict_rule=STRING,
                            **dict.fromkeys(("rule_version", "x", "n"), WHOLE),
                            strict_rule_version=WHOLE,
                            strict=maybe(WHOLE),
                            strict_n=maybe(WHOLE),
                            low=maybe(NUMBER),
                            high=maybe(NUMBER),
                        )
                    )
                ),
                bounds=arr(maybe(ref("Bounds"))),
            )
        ),
    ),
    "CrossTab": obj(
        "Two questions against each other: `cross_tab`, or `options` where one is a whole multiple choice.",
        **ANSWER,
        questions=arr(ref("Question")),
        cross_tab=maybe(
            obj(
                "Rows and columns are groups of codes: answers stand together until each cell has enough people or "
                "none. `table` is null where it is withheld.",
                selection=ref("Selection"),
                row=STRING,
                column=STRING,
                rows=arr(arr(STRING)),
                columns=arr(arr(STRING)),
                table=maybe(arr(arr(WHOLE))),
                row_totals=maybe(arr(WHOLE)),
                column_totals=maybe(arr(WHOLE)),
                total=maybe(WHOLE),
                withheld=maybe(obj("Why there is no table.", reason={"const": "too_few"})),
                **_TESTED,
            )
        ),
        options=maybe(
            obj(
                "A whole multiple choice `question` against `other`: the cross-tab of each option, as far as it is "
                "shown. People choose several: shares add up to more than 1; there is no test of the whole.",
                selection=ref("Selection"),
                question=STRING,
                other=STRING,
                lines=arr(
                    obj(
                        "Of `bases` that answered both, by groups of the other's codes, `chosen` chose the option. "
                        "`p_adjusted` is Holm's over all options.",
                        option=STRING,
                        columns=arr(arr(STRING)),
                        chosen=arr(WHOLE),
                        bases=arr(WHOLE),
                        total=maybe(WHOLE),
                        base=maybe(WHOLE),
                        withheld=maybe(obj("Why the option is not shown.", reason={"const": "too_few"})),
                        **_TESTED,
                        p_adjusted=maybe(NUMBER),
                    )
                ),
            )
        ),
    ),
    "Comparison": obj(
        "Two selections side by side; null while there is no second one.",
        **ANSWER,
        comparison=maybe(
            obj(
                "Both views and the changes of their rated questions.",
                first=ref("View"),
                second=ref("View"),
                lines=arr(
                    obj(
                        "One question.",
                        question=STRING,
                        second_question=STRING,
                        same_places=maybe(WHOLE),
                        comparability=one_of(Comparability),
                        rate=maybe(ref("Change")),
                        strict=maybe(ref("Change")),
                    )
                ),
            )
        ),
    ),
    "Drivers": obj(
        "The map of importance and performance, rounded; null where there is too little.",
        **ANSWER,
        selection=ref("Selection"),
        threshold=WHOLE,
        as_of=MOMENT,
        map=maybe(
            obj(
                "From the cross-tab of every two questions, as it is shown: answers that stand together there "
                "count with their mean score (`is_merged`). `n` is the least number of ballots of such a "
                "cross-tab. Where `no_shares` says why, importance is the correlation, and what rests on all "
                "items together is null.",
                overall=STRING,
                n=WHOLE,
                is_merged=YES_OR_NO,
                no_shares=maybe(one_of(NoShares)),
                omitted=arr(obj("An item that is left out, and why.", question=STRING, reason=one_of(Omission))),
                r_squared=maybe(NUMBER),
                mean_share=maybe(NUMBER),
                mean_correlation=NUMBER,
                mean_performance=NUMBER,
                alpha=maybe(NUMBER),
                alpha_interval=maybe(ref("Interval")),
                items=arr(
                    obj(
                        "An item: its share of importance in percent, its correlation with the verdict and the "
                        "ballots with both, its index.",
                        question=STRING,
                        share=maybe(NUMBER),
                        n=WHOLE,
                        correlation=NUMBER,
                        performance=ref("Figure"),
                        quadrant=one_of(Quadrant),
                    )
                ),
            )
        ),
    ),
    "Waves": obj(
        "The first evaluation of a place and its return visits on their common indicator.",
        **ANSWER,
        selection=ref("Selection"),
        threshold=WHOLE,
        as_of=MOMENT,
        waves=arr(
            obj(
                "A measurement; null where it is sealed, or does not ask (`is_asked`) the conditions' questions.",
                subject=ref("Subject"),
                is_sealed=YES_OR_NO,
                is_asked=YES_OR_NO,
                reading=maybe(ref("Reading")),
                contrast=maybe(ref("Contrast")),
            )
        ),
    ),
    "Indexed": obj(
        "The index tree of the campaign at a place, and of its teams or units (`by`; null: no tree).",
        **ANSWER,
        selection=ref("Selection"),
        ballots=maybe(WHOLE),
        threshold=WHOLE,
        as_of=MOMENT,
        rule=maybe(ref("Text")),
        rule_version=maybe(WHOLE),
        nodes=arr(ref("IndexNode")),
        by=maybe(STRING),
        groups=arr(obj("A group.", key=STRING, name=maybe(ref("Text")), nodes=arr(ref("IndexNode")))),
        weightings=arr(
            obj(
                "The tree under a weighting, unweighted first. `is_comparable`: it rests on the same questions.",
                way=one_of(Way),
                totals=arr(STRING),
                is_comparable=YES_OR_NO,
                nodes=arr(ref("IndexNode")),
                refused=arr(obj("A question without a weighted value.", question=STRING, reason=STRING)),
            )
        ),
    ),
    "IndexNode": obj(
        "A node with its value, 0 to 100, and the share of its weight that is covered.",
        code=STRING,
        name=ref("Text"),
        depth=WHOLE,
        share=NUMBER,
        share_of_whole=NUMBER,
        questions=arr(STRING),
        value=maybe(NUMBER),
        value_text=maybe(STRING),
        coverage=NUMBER,
        least_n=maybe(WHOLE),
        most_n=maybe(WHOLE),
    ),
}

SCHEMAS |= {
    "Over": obj("Ballots of surveys that are over: conditions count only these.", ballots=WHOLE, of=WHOLE),
    "Uncounted": obj(
        "Ballots of open batches that have come in at the selected place and do not count yet, whatever they say.",
        survey=WHOLE,
        audience=one_of(Audience),
        ballots=WHOLE,
        batches=WHOLE,
    ),
}
