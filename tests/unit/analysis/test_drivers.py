"""What matters follows from cross-tabs as they are shown: nobody who knows them learns more, and it is right."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import numpy as np
import pytest

from survey_app.analysis import explore
from survey_app.analysis.drivers import DriverMap, NoShares, Omission, driver_map
from survey_app.analysis.explore import Topic
from survey_app.analysis.gate import CrossCounted
from survey_app.analysis.several import Several
from survey_app.questionnaire.definition import Grade, Scale, ScaleQuestion
from survey_app.questionnaire.rules import IsNot, Rule
from survey_app.questionnaire.text import Text
from survey_app.scoring.drivers import drivers
from survey_app.scoring.reliability import cronbach
from tests.support import tiny
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, Ballot, Fielded, Union, topic_of

SCORES = {"1": 100.0, "2": 80.0, "3": 60.0, "4": 30.0}
SCALE = Scale(
    "SAT",
    tiny.WORDS,
    (
        *(
            Grade(code, Text(f"第{code}档", f"grade {code}"), score, satisfied=score >= 60)
            for code, score in SCORES.items()
        ),
        Grade("9", Text("不了解", "Don't know"), None, in_base=False),
    ),
)
ITEMS, VERDICT = ("A", "B", "C"), "V"
NAMES = (*ITEMS, VERDICT)
FEW, SOME, ALIKE = (9, 7, 0.6, 0.4), (9, 7, 3, 1.5), (6, 5, 4, 4)
"""How often grades are given: dissatisfied are few, are some, are as many as others."""


def union(
    seed: int, size: int, weights: tuple[float, ...], *, blank: float = 0, shown_if: Rule | None = None
) -> Union:
    """Ballots whose answers hang together: most follow a feeling of their own, from six enterprises."""
    draw = Random(seed)
    ballots = []
    for place in range(size):
        felt = draw.choices("1234", weights)[0]
        answers = {
            name: felt if draw.random() < 0.5 else draw.choices("1234", weights)[0]
            for name in NAMES
            if draw.random() >= blank
        }
        if shown_if is not None and answers.get("A") == "2":
            answers.pop("B", None)
        ballots.append(Ballot(ENTERPRISES[place % 6], answers))
    asked = [ScaleQuestion(code=name, text=tiny.WORDS, scale="SAT") for name in NAMES]
    if shown_if is not None:
        asked[1] = replace(asked[1], shown_if=shown_if)
    questionnaire = replace(tiny.questionnaire(*asked), headline=VERDICT)
    return Union(replace(questionnaire, scales=(*questionnaire.scales, SCALE)), ballots)


def _map(topic: Topic) -> DriverMap | None:
    return driver_map(topic, SURVEY).value


def _tables(topic: Topic, names: tuple[str, ...] = NAMES) -> dict[tuple[str, str], CrossCounted | None]:
    everywhere = topic.gate.everywhere
    return {(one, two): topic.gate.cross(one, two, everywhere).value for one, two in combinations(names, 2)}


def _plain(table: CrossCounted | None) -> object:
    return table and (table.rows, table.columns, table.table.tolist())


def _shown(topic: Topic) -> object:
    """Everything that a reader of the whole sees of single questions and of every two."""
    counts = [each.counts for each in explore.view(topic, SURVEY).value.readings]
    return counts, {pair: _plain(table) for pair, table in _tables(topic).items()}


def _answers(found: Union) -> np.ndarray:
    rows = [[SCORES.get(str(each.answers.get(name)), np.nan) for name in NAMES] for each in found.ballots]
    return np.array(rows)


def _exact(found: Union) -> object:
    """What would be told without regard to what is withheld: from everybody who answered all, rounded."""
    answers = _answers(found)
    known, scale = drivers(answers[:, :-1], answers[:, -1]), cronbach(answers[:, :-1])
    assert scale is not None
    return known.pearson.round(2).tolist(), known.percentages.round().tolist(), round(scale.alpha, 2)


def _others(found: Union) -> Iterator[Union]:
    """Yield unions with other answers in withheld cells: two ballots change grades that are merged."""
    groups = {
        group
        for table in _tables(found.topic).values()
        for group in (() if table is None else (*table.rows, *table.columns))
    }
    for name in NAMES:
        for pair in combinations("1234", 2):
            if not any(set(pair) <= set(group) for group in groups):
                continue
            first, second = (
                [at for at, each in enumerate(found.ballots) if each.answers.get(name) == code][:2] for code in pair
            )
            for at, by in zip(first, second, strict=False):
                ballots = list(found.ballots)
                for place, code in ((at, pair[1]), (by, pair[0])):
                    ballots[place] = replace(ballots[place], answers={**ballots[place].answers, name: code})
                yield replace(found, ballots=ballots)


@pytest.mark.parametrize(("size", "weights"), [(80, SOME), (130, SOME), (628, FEW)], ids=str)
def test_what_is_withheld_makes_no_difference(size: int, weights: tuple[float, ...]) -> None:
    """Whoever knows what cross-tabs show cannot tell from the map which of the possible ballots were given.

    The same figures worked out from the ballots themselves, though rounded, differ for many of them.
    """
    found = union(3, size, weights)
    shown, exact, mapped = _shown(found.topic), _exact(found), _map(found.topic)
    alike, told = 0, 0
    for other in _others(found):
        topic = other.topic
        if _shown(topic) != shown:
            continue
        alike += 1
        told += _exact(other) != exact
        assert _map(topic) == mapped
    assert alike >= 5
    assert told > alike / 4


@pytest.mark.parametrize("is_several", [False, True])
@pytest.mark.parametrize(("size", "weights"), [(60, SOME), (130, SOME), (628, FEW), (3000, ALIKE)], ids=str)
def test_tables_counted_together_are_those_counted_one_by_one(
    size: int, weights: tuple[float, ...], is_several: bool
) -> None:
    found = union(5, size, weights, blank=0.05)
    topic = topic_of([Fielded(found), Fielded(union(6, 150, SOME))] if is_several else [Fielded(found)])
    assert isinstance(topic.gate, Several) is is_several
    for chosen in (NAMES, NAMES[:2], NAMES[::-1]):
        together = topic.gate.crosses(chosen).value
        for pair, table in _tables(topic, chosen).items():
            assert _plain(together.get(pair)) == _plain(table)


@pytest.mark.parametrize("size", [130, 628, 3000])
def test_so_are_those_of_a_question_that_not_everybody_is_asked(size: int) -> None:
    topic = union(5, size, SOME, blank=0.02, shown_if=IsNot("A", "2")).topic
    together = topic.gate.crosses(NAMES).value
    assert {pair: _plain(together.get(pair)) for pair in combinations(NAMES, 2)} == {
        pair: _plain(table) for pair, table in _tables(topic).items()
    }


def test_readers_of_a_part_have_the_tables_of_their_part() -> None:
    topic = union(5, 3000, SOME).topic_of("/1/2/")
    together = topic.gate.crosses(NAMES).value
    assert {pair: _plain(together.get(pair)) for pair in combinations(NAMES, 2)} == {
        pair: _plain(table) for pair, table in _tables(topic).items()
    }
    assert len(together) == 6


def test_where_nothing_is_merged_it_is_what_the_ballots_give() -> None:
    found = union(1, 3000, ALIKE)
    mapped = _map(found.topic)
    assert mapped is not None
    assert (mapped.is_merged, mapped.n, mapped.no_shares, mapped.omitted) == (False, 3000, None, ())
    shares = [each.share for each in mapped.items]
    assert ([each.correlation for each in mapped.items], shares, mapped.alpha) == _exact(found)
    scale = cronbach(_answers(found)[:, :-1])
    assert scale is not None
    assert mapped.interval is not None
    assert mapped.interval.low == round(scale.interval.low, 2)


def test_merged_answers_count_with_their_mean_score() -> None:
    found = union(3, 628, FEW)
    mapped, answers = _map(found.topic), _answers(found)
    assert mapped is not None
    assert mapped.is_merged
    for place, item in enumerate(mapped.items):
        table = _tables(found.topic)[item.name, VERDICT]
        assert table is not None
        scored = []
        for groups, own in ((table.rows, answers[:, place]), (table.columns, answers[:, -1])):
            column = own.copy()
            for group in groups:
                members = np.isin(own, [SCORES[code] for code in group])
                column[members] = own[members].mean()
            scored.append(column)
        assert item.correlation == pytest.approx(np.corrcoef(*scored)[0, 1], abs=0.0051)
        assert item.n == table.table.sum()


def test_who_left_a_question_out_counts_for_the_others() -> None:
    """So does who was not asked: their answers to other questions are in the cross-tabs of these."""
    found = union(4, 3000, ALIKE, blank=0.05)
    mapped, answers = _map(found.topic), _answers(found)
    assert mapped is not None
    for place, item in enumerate(mapped.items):
        pair = answers[:, [place, -1]]
        pair = pair[~np.isnan(pair).any(axis=1)]
        assert item.n == len(pair)
        assert item.correlation == round(float(np.corrcoef(pair.T)[0, 1]), 2)
    path = _map(union(4, 3000, (9, 1, 6, 6), shown_if=IsNot("A", "2")).topic)
    assert path is not None
    ballots = {each.name: each.n for each in path.items}
    assert ballots["B"] < ballots["A"] == ballots["C"] == 3000


def test_what_is_left_out_says_why() -> None:
    few = _map(union(1, 60, FEW).topic)
    assert few is None
    alike = union(1, 628, SOME)
    ballots = [replace(each, answers={**each.answers, "A": "1"}) for each in alike.ballots]
    rarely = [replace(each, answers={k: v for k, v in each.answers.items() if at % 2 or k != "B"})
              for at, each in enumerate(alike.ballots)]  # fmt: skip
    one, other = _map(replace(alike, ballots=ballots).topic), _map(replace(alike, ballots=rarely).topic)
    assert one is not None
    assert other is not None
    assert dict(one.omitted) == {"A": Omission.ALIKE}
    assert dict(other.omitted) == {"B": Omission.SELDOM}
    assert [each.name for each in other.items] == ["A", "C"]


def test_without_the_table_of_two_items_importance_is_the_correlation() -> None:
    found = union(1, 90, SOME)
    mapped = _map(found.topic)
    assert mapped is not None
    assert (mapped.no_shares, mapped.alpha, mapped.mean_share) == (NoShares.PAIRS, None, None)
    assert len(mapped.items) == 3
    assert mapped.mean_correlation == pytest.approx(np.mean([each.correlation for each in mapped.items]), abs=0.006)
