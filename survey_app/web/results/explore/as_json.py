"""What is explored as JSON: the same gated values as on the pages, nothing looked up beside them.

A withheld figure has its rule and cut-off, and no number. The reason is one and the same for all: to tell that a
figure is withheld because of another one would give part of it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from survey_app.analysis.compare import Comparison, Line
from survey_app.analysis.crossing import Association
from survey_app.analysis.drivers import DriverMap
from survey_app.analysis.explore import CrossTab, Grouping, View
from survey_app.analysis.option_table import OptionLine, OptionTable
from survey_app.analysis.readings import Entry, Reading
from survey_app.analysis.selection import Selection
from survey_app.analysis.unit_table import UnitTable
from survey_app.questionnaire.text import Text
from survey_app.scoring.comparison import Change
from survey_app.scoring.composite import Composed
from survey_app.scoring.evaluation import Contrast, Rated
from survey_app.scoring.figure import Bounds, Figure, Withheld
from survey_app.scoring.intervals import Interval
from survey_app.scoring.participation import Standing
from survey_app.services.explore import Over, Subject
from survey_app.services.uncounted import Uncounted

Json: TypeAlias = dict[str, Any]

TOO_FEW = "too_few"
"""The one reason that readers are given."""


def text(words: Text) -> Json:
    """Write words in both languages."""
    return {"zh": words.zh, "en": words.en}


def day(found: date | None) -> str | None:
    """Write a day; null for none."""
    return None if found is None else found.isoformat()


def moment(found: datetime | None) -> str | None:
    """Write a moment; null for none."""
    return None if found is None else found.isoformat()


def selection(chosen: Selection) -> Json:
    """Write a selection; `text` is the query of a link."""
    return {
        "survey": chosen.survey,
        "audience": chosen.audience.value,
        "unit": chosen.unit,
        "team": chosen.team,
        "modes": [mode.value for mode in chosen.modes],
        "since": day(chosen.since),
        "until": day(chosen.until),
        "answers": [{"question": each.field, "codes": list(each.codes)} for each in chosen.answers],
        "text": chosen.text(),
    }


def subject(found: Subject) -> Json:
    """Write what can be explored."""
    return {
        "survey": found.survey,
        "audience": found.audience.value,
        "titles": [text(title) for title in found.titles],
        "purpose": found.purpose.value,
        "wave": found.wave,
        "threshold": found.threshold,
        "is_sealed": found.is_sealed,
        "is_live": found.is_live,
    }


def uncounted(found: Uncounted) -> Json:
    """Write what has come in and does not count yet."""
    return {
        "survey": found.subject.survey,
        "audience": found.subject.audience.value,
        "ballots": found.ballots,
        "batches": found.batches,
    }


def over(found: Over | None) -> Json | None:
    """Write how many ballots are of surveys that are over; null where all are."""
    return None if found is None else {"ballots": found.ballots, "of": found.of}


def question(entry: Entry) -> Json:
    """Write a question with the words of its codes."""
    return {
        "name": entry.name,
        "label": text(entry.label),
        "stem": text(entry.stem) if entry.stem else None,
        "is_rated": entry.is_rated,
        "is_headline": entry.is_headline,
        "answers": [{"code": code, "label": text(label)} for code, label in entry.labels.items()],
    }


def figure(found: Figure) -> Json:
    """Write a Figure, or that it is withheld."""
    common = {
        "rule": found.metric,
        "rule_version": found.rule_version,
        "label": text(found.label),
        "as_of": found.as_of.isoformat(),
    }
    if found.withheld is not None:
        withheld = {"reason": why(found.withheld), "threshold": found.withheld.threshold}
        return {**common, "withheld": withheld, "bounds": None if found.bounds is None else bounds(found.bounds)}
    return {
        **common,
        "x": found.x,
        "n": found.n,
        "issued": found.issued,
        "headcount": found.headcount,
        "returned": found.returned,
        "unknown": found.unknown,
        "abstained": found.abstained,
        "blank": found.blank,
        "spoilt": found.spoilt,
        "respondents": found.respondents,
        "clusters": found.clusters,
        "value": None if found.value is None else float(found.value),
        "value_text": found.value_text,
        "interval": None if found.interval is None else interval(found.interval),
        "census": found.census,
    }


def why(found: Withheld) -> str:
    """Name the reason why there is no figure, as far as it may be told."""
    return found.reason.value if found.reason.may_be_told else TOO_FEW


def bounds(found: Bounds) -> Json:
    """Write between what a withheld rate lies, by what is shown of other figures."""
    return {"low": float(found.low), "high": float(found.high), "n": found.n, "text": found.text}


def interval(found: Interval) -> Json:
    """Write an interval; degrees of freedom and design effect where it rests on clusters or weights."""
    return {
        "low": found.low,
        "high": found.high,
        "level": found.level,
        "method": found.method,
        "df": found.df,
        "design_effect": None if found.design_effect is None else round(found.design_effect, 2),
    }


def rated(found: Rated) -> Json:
    """Write the verdict on an item."""
    return {"rate": figure(found.rate), "strict": figure(found.strict), "index": figure(found.index)}


def reading(found: Reading) -> Json:
    """Write what is said of a question; `counts` and `n` are null where they are withheld."""
    return {
        "question": found.name,
        "n": found.n,
        "counts": None
        if found.counts is None
        else [{"codes": list(codes), "ballots": number} for codes, number in found.counts],
        "unknown": found.unknown,
        "blank": found.blank,
        "not_asked": found.not_asked,
        "rated": None if found.rated is None else rated(found.rated),
        "nps": None if found.nps is None else figure(found.nps),
    }


def view(found: View) -> Json:
    """Write every question about a selection."""
    return {
        "selection": selection(found.selection),
        "ballots": found.ballots,
        "headcount": found.headcount,
        "threshold": found.threshold,
        "as_of": found.as_of.isoformat(),
        "readings": [reading(each) for each in found.readings],
    }


def standing(found: Standing | None) -> Json | None:
    """Write how a place stands to the participation floor; null where there is none."""
    if found is None:
        return None
    asked = found.floor.frontline
    return {
        "verdict": found.verdict.value,
        "is_compared": found.is_compared,
        "returned": found.returned,
        "headcount": found.headcount,
        "of_issued": found.of_issued,
        "frontline": None if found.frontline is None else {"x": found.frontline.x, "n": found.frontline.n},
        "least_share": float(found.floor.members),
        "least_frontline_share": None if asked is None else float(asked),
    }


def grouping(
    found: Grouping, names: Mapping[int, Text], standings: Mapping[tuple[str, ...], Standing | None]
) -> Json:
    """Write the groups of a selection; units and teams with their names."""
    by_key = {str(key): name for key, name in names.items()}
    return {
        "by": found.by,
        "groups": [
            {
                "key": list(each.key),
                "name": text(by_key[each.key[0]]) if len(each.key) == 1 and each.key[0] in by_key else None,
                "ballots": each.ballots,
                "floor": standing(standings.get(each.key)),
                "readings": [reading(one) for one in each.readings],
            }
            for each in found.groups
        ],
    }


def cross_tab(found: CrossTab) -> Json:
    """Write a cross-tab; `table` is null where it is withheld."""
    shown = found.found
    return {
        "selection": selection(found.selection),
        "row": found.row,
        "column": found.column,
        "rows": [list(codes) for codes in found.rows],
        "columns": [list(codes) for codes in found.columns],
        "table": None if found.table is None else [list(row) for row in found.table],
        "row_totals": None if shown is None else list(shown.rows),
        "column_totals": None if shown is None else list(shown.columns),
        "total": None if shown is None else shown.total,
        "withheld": {"reason": TOO_FEW} if found.table is None else None,
        **_tested(None if shown is None else shown.association),
    }


def option_table(found: OptionTable) -> Json:
    """Write a whole multiple choice against another question; of an option that is withheld there is no number."""
    return {
        "selection": selection(found.selection),
        "question": found.question,
        "other": found.other,
        "lines": [_option_line(line) for line in found.lines],
    }


def _option_line(found: OptionLine) -> Json:
    test = found.association
    return {
        "option": found.name,
        "columns": [list(codes) for codes in found.columns],
        "chosen": list(found.chosen),
        "bases": list(found.bases),
        "total": None if found.is_withheld else sum(found.chosen),
        "base": None if found.is_withheld else sum(found.bases),
        "withheld": {"reason": TOO_FEW} if found.is_withheld else None,
        **_tested(test),
        "p_adjusted": found.p_adjusted,
    }


def _tested(test: Association | None) -> Json:
    """Write what Pearson's test says; null where there is none."""
    return {
        "association": None
        if test is None
        else {"is_significant": test.is_significant, "strength": test.strength.value},
        "chi_square": None
        if test is None
        else {"statistic": test.test.statistic, "df": test.test.df, "p_value": test.test.p_value},
        "cramers_v": None if test is None else test.cramers_v,
    }


def comparison(found: Comparison) -> Json:
    """Write two selections side by side."""
    return {
        "first": view(found.first),
        "second": view(found.second),
        "lines": [_line(each) for each in found.lines],
    }


def _line(found: Line) -> Json:
    return {
        "question": found.first.name,
        "second_question": found.second.name,
        "same_places": found.same_places,
        "comparability": found.comparability.value,
        "rate": None if found.rate is None else change(found.rate),
        "strict": None if found.strict is None else change(found.strict),
    }


def driver_map(found: DriverMap) -> Json:
    """Write the map of importance and performance."""
    return {
        "overall": found.overall,
        "n": found.n,
        "is_merged": found.is_merged,
        "no_shares": None if found.no_shares is None else found.no_shares.value,
        "omitted": [{"question": name, "reason": why.value} for name, why in found.omitted],
        "r_squared": found.r_squared,
        "mean_share": found.mean_share,
        "mean_correlation": found.mean_correlation,
        "mean_performance": found.mean_performance,
        "alpha": found.alpha,
        "alpha_interval": None if found.interval is None else interval(found.interval),
        "items": [
            {
                "question": each.name,
                "share": each.share,
                "n": each.n,
                "correlation": each.correlation,
                "performance": figure(each.performance),
                "quadrant": each.quadrant.value,
            }
            for each in found.items
        ],
    }


def change(found: Change) -> Json:
    """Write a change, second minus first, in shares, with what may be said about it."""
    return {
        "difference": found.difference,
        "interval": interval(found.interval),
        "p_value": found.p_value,
        "verdict": found.verdict.value,
    }


def contrast(found: Contrast) -> Json:
    """Write a measurement against the first evaluation; `same` is null where no enterprise has ballots in both."""
    same = found.same
    return {
        "comparability": found.comparability.value,
        "same": None
        if same is None
        else {"places": same.places, "first": rated(same.first), "second": rated(same.second)},
        "rate": None if found.rate is None else change(found.rate),
        "strict": None if found.strict is None else change(found.strict),
    }


def units(
    found: UnitTable,
    names: Mapping[int, Text],
    standings: Mapping[int, Standing],
    composites: Mapping[int, Composed],
) -> Json:
    """Write the table of units and questions: a list of cells for each unit, null where withheld.

    Beside them stand the bounds of withheld rates and the unit's composite, null where there are none.
    """
    columns = range(len(found.names))
    return {
        "columns": list(found.names),
        "units": [
            {
                "unit": unit,
                "name": text(names[unit]) if unit in names else None,
                "floor": standing(standings.get(unit)),
                "composite": None if unit not in composites else composed(composites[unit]),
                "cells": [_cell(found, row, column) for column in columns],
                "bounds": [
                    None if (told := found.bounds(row, column)) is None else bounds(told) for column in columns
                ],
            }
            for row, unit in enumerate(found.units)
        ],
    }


def composed(found: Composed) -> Json:
    """Write a weighted sum of audiences' figures."""
    return {
        "rule": found.rule.name,
        "rule_version": found.rule.version,
        "value": float(found.value),
        "interval": None if found.interval is None else interval(found.interval),
        "census": found.census,
    }


def _cell(found: UnitTable, row: int, column: int) -> Json | None:
    if not found.shown[row, column]:
        return None
    low, high = float(found.low[row, column]), float(found.high[row, column])
    has_strict = bool(found.strict_shown[row, column])
    return {
        "rule": found.rules.rate.name,
        "rule_version": found.rules.rate.version,
        "x": int(found.x[row, column]),
        "n": int(found.n[row, column]),
        "strict_rule": found.rules.strict.name,
        "strict_rule_version": found.rules.strict.version,
        "strict": int(found.strict[row, column]) if has_strict else None,
        "strict_n": int(found.strict_n[row, column]) if has_strict else None,
        "low": None if low != low else low,
        "high": None if high != high else high,
    }
