"""Surveys that count together: what is shown of them is the sum of what each shows alone, at every look."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from survey_app.analysis import explore
from survey_app.analysis.columns import Columns, Piece
from survey_app.analysis.encode import NONE, SLOT, slot_of
from survey_app.analysis.explore import Topic
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.several import Own, Several, by_whole_node
from survey_app.analysis.store import MARGIN
from survey_app.analysis.unit_table import unit_table
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.rules import All, Is, IsNot
from tests.support import tiny
from tests.unit.analysis.explored import NOW, SURVEY, TEAMS, UNITS, Ballot, Fielded, Union, drawn, topic_of
from tests.unit.analysis.test_release import arriving

BEFORE = drawn(7, [60, 9, 25, 3, 40, 0])
AFTER = drawn(8, [4, 50, 0, 30, 30, 12])


def _selections() -> Iterator[Selection]:
    places = [SURVEY]
    places += [replace(SURVEY, unit=unit) for unit in UNITS]
    places += [replace(SURVEY, team=team) for team in sorted(set(TEAMS.values()))]
    for place in places:
        yield place
        yield replace(place, answers=(AnswerFilter("A", ("1",)),))
        yield replace(place, answers=(AnswerFilter("A", ("1", "2")), AnswerFilter("C", ("1",))))
        yield replace(place, since=NOW.date().replace(day=1, month=4))


def _counts(topic: Topic, selection: Selection) -> dict[str, Counter[Any] | None]:
    """Return the ballots by code, merged codes together, of every question; None where they are withheld."""
    found = {}
    for each in explore.view(topic, selection).value.readings:
        rest = {"blank": each.blank or 0, "unknown": each.unknown or 0, "not asked": each.not_asked or 0}
        found[each.name] = None if each.counts is None else Counter({**dict(each.counts), **rest})
    return found


def _is_sum(whole: Counter[Any], parts: Sequence[Counter[Any] | None]) -> bool:
    """Tell whether counts are those of some parts; those that merge codes otherwise may be left out."""
    sums: list[Counter[Any]] = [Counter()]
    for each in parts:
        if each is not None:
            sums += [one + each for one in sums]
    return any(+whole == +one for one in sums[1:])


def test_what_is_shown_is_the_sum_of_what_each_shows() -> None:
    whole = topic_of([Fielded(BEFORE), Fielded(AFTER)])
    alone = [BEFORE.topic, AFTER.topic]
    assert isinstance(whole.gate, Several)
    added = 0
    for selection in _selections():
        shown = [_counts(each, selection) for each in alone]
        for name, counts in _counts(whole, selection).items():
            parts = [each[name] for each in shown]
            if counts is None:
                assert parts == [None, None]
                continue
            assert _is_sum(counts, parts), (selection, name, counts, parts)
            full = [each for each in parts if each is not None and +each]
            if len(full) == 2 and not selection.answers:
                assert counts.total() == full[0].total() + full[1].total()
                added += 1
    assert added > 10


def test_cross_tabs_add_up() -> None:
    topics = [BEFORE.topic, AFTER.topic, topic_of([Fielded(BEFORE), Fielded(AFTER)])]
    tables = [explore.cross(each, SURVEY, "A", "C").value for each in topics]
    counts = [np.array(each.table) for each in tables if each.table is not None]
    assert len(counts) == 3
    assert (counts[2] >= counts[0]).all()
    assert counts[2].sum() in (counts[0].sum(), counts[0].sum() + counts[1].sum())


@pytest.mark.parametrize("after", [replace(AFTER, ballots=()), replace(AFTER, ballots=AFTER.ballots[:4]), AFTER])
def test_what_is_over_stays_as_it_was_while_another_takes_answers(after: Union) -> None:
    alone = BEFORE.topic
    beside = topic_of([Fielded(BEFORE), Fielded(after, is_live=True)], now=NOW)
    for selection in _selections():
        before, now = _counts(alone, selection), _counts(beside, selection)
        for name, counts in before.items():
            if selection.answers or selection.since or len(after.ballots) < 5:
                assert now[name] == counts
            elif counts is not None:
                assert (now[name] or Counter()) >= counts
    for by in ("mode", "A", "period"):
        assert explore.grouped(beside, SURVEY, by, ["B"]).value == explore.grouped(alone, SURVEY, by, ["B"]).value
    for pair in (("A", "B"), ("B", "C")):
        assert explore.cross(beside, SURVEY, *pair).value == explore.cross(alone, SURVEY, *pair).value
    if len(after.ballots) < 5:
        table, own = unit_table(beside).value, unit_table(alone).value
        places = [table.units.index(unit) for unit in own.units]
        assert np.array_equal(table.n[places], own.n)
        assert np.array_equal(table.shown[places], own.shown)


def _moments(union: Union) -> list[datetime]:
    return sorted({each.received_at + SLOT + MARGIN for each in union.ballots})


def test_what_is_shown_by_place_adds_up() -> None:
    both = topic_of([Fielded(BEFORE), Fielded(AFTER)]).gate
    beside = topic_of([Fielded(BEFORE), Fielded(arriving(3, {4: 90, 6: 2}, 12), is_live=True)]).gate
    for gate in (both, beside):
        found = by_whole_node(gate, "A").value
        below = np.zeros(len(found.shown), np.int64)
        np.add.at(below, gate.scope.parent[1:], found.counts[1:].sum(axis=1))
        assert (below <= found.counts.sum(axis=1))[found.shown].all()
    assert by_whole_node(beside, "A").value.shown[1:].sum() == BEFORE.topic.gate.by_node("A").value.shown[1:].sum()


def test_more_comes_by_whole_steps() -> None:
    later = arriving(3, {4: 40, 5: 8, 7: 30}, 12)
    first = arriving(4, {4: 30, 6: 20, 7: 9}, 3)
    seen = []
    for moment in _moments(later):
        beside = topic_of([Fielded(first), Fielded(later, is_live=True)], now=moment)
        seen.append(_counts(beside, replace(SURVEY, unit=4))["A"])
    sums = [each.total() for each in seen if each is not None]
    steps = np.diff(sums)
    assert all(step == 0 or step >= 5 for step in steps)
    assert steps.any()


def test_a_survey_opened_again_keeps_what_it_showed() -> None:
    every = arriving(5, {4: 60, 7: 50}, 12)
    slots = sorted({each.slot for each in every.ballots})
    middle = next(each for each in every.ballots if each.slot == slots[6]).received_at
    first = replace(every, ballots=[each for each in every.ballots if each.received_at < middle])
    alone = first.topic
    reopened = replace(every, ballots=[each for each in every.ballots if each.slot <= slots[7]])
    again = topic_of([Fielded(reopened, is_live=True, resumed=(middle,))], now=middle + SLOT + MARGIN)
    for selection in _selections():
        if not {"A", "B"} >= {each.field for each in selection.answers}:
            continue
        assert _counts(again, selection) == _counts(alone, selection)
    over = topic_of([Fielded(every, resumed=(middle,))])
    assert over.gate.count("A", explore.where_of(over, SURVEY)).value is not None
    rest = replace(every, ballots=[each for each in every.ballots if each.received_at >= middle])
    parts = [_counts(each, SURVEY)["A"] for each in (alone, rest.topic)]
    whole = _counts(over, SURVEY)["A"]
    assert whole is not None
    assert _is_sum(whole, parts)
    assert whole.total() == len(every.ballots)


def test_batches_belong_to_the_time_when_they_were_begun() -> None:
    slot = slot_of(NOW)
    arrays = {"slot": np.array([slot - 1, slot, slot - 99, slot - 99]), "batch": np.array([NONE, NONE, 7, 8])}
    columns = Columns(1, {}, (Piece(4, arrays),), NOW)
    entered = {7: NOW - SLOT, 8: NOW + SLOT}
    own = Own(Ballots(columns), 5, is_live=True, resumed=(NOW,), entered=entered)
    first, second = own.parts()
    assert [piece.kept.tolist() for part in (first, second) for piece in part.ballots.columns.pieces] == [
        [True, False, True, False],
        [False, True, False, True],
    ]
    assert [first.is_live, second.is_live] == [False, True]


def _steered(of_three: int) -> Union:
    """Of 100 with H=1 all are asked Q but those with G=3, who are few or many."""
    rule = All((IsNot("G", "3"), Is("H", "1")))
    ballots = []
    for number in range(200):
        answers = {"G": "3" if number < of_three else "12"[number % 2], "H": "12"[number // 100]}
        if of_three <= number < 100:
            answers["Q"] = "12"[number % 2]
        ballots.append(Ballot(4, answers))
    asked = tiny.questionnaire(tiny.single("G"), tiny.single("H"), tiny.single("Q", shown_if=rule))
    return Union(asked, ballots)


def test_of_a_question_that_two_answers_decide_about_each_survey_counts_where_it_may_be_told() -> None:
    few, many = _steered(4), _steered(60)
    for surveys, counted in (((few, few), 0), ((many, many), 80), ((few, many), 40)):
        gate = topic_of([Fielded(each) for each in surveys]).gate
        assert isinstance(gate, Several)
        column = gate.asked["Q"].column
        kept = [gate.kept(part.piece, column) & (part.piece.arrays[column.name] >= 0) for part in gate.world.parts]
        assert sum(int(each.sum()) for each in kept) == counted
