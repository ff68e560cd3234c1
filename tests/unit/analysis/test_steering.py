"""Who is asked a question, by the answers of those that decide: truth tables."""

from datetime import timedelta

import pytest

from survey_app.analysis.explore import Topic, view
from survey_app.analysis.readings import entries
from survey_app.analysis.several import tells
from survey_app.analysis.steering import ASKED, MIXED, NOT_ASKED, Deciders, Steering, steering
from survey_app.questionnaire.definition import (
    DateQuestion,
    MultipleChoice,
    Nps,
    Number,
    Question,
    Ranking,
    ShortText,
)
from survey_app.questionnaire.rules import All, Answered, Any, AnyOf, AtLeast, AtMost, Is, IsNot, Not, Rule
from tests.support import tiny
from tests.unit.analysis.explored import SURVEY, Ballot, Union
from tests.unit.analysis.stored import NOW

LIVE = NOW - timedelta(days=1)
G, H = tiny.single("G"), tiny.single("H")
MULTIPLE = tiny.multiple("G")
RANKED = Ranking(code="G", text=tiny.WORDS, options=tiny.options("1", "2", "3"), top=2)
NPS = Nps(code="G", text=tiny.WORDS)
AGE = Number(code="G", text=tiny.WORDS, minimum=0, maximum=30)
DAY = DateQuestion(code="G", text=tiny.WORDS, earliest="2026-01-01", latest="2026-02-28")
WORDS = ShortText(code="G", text=tiny.WORDS)


def _steering(rule: Rule, *deciding: Question) -> Steering | None:
    return steering(tiny.questionnaire(*deciding, tiny.single("Q", shown_if=rule))).get("Q")


def _asked(rule: Rule, *deciding: Question) -> dict[str, str]:
    """Return by the codes of what decides: "+" all are asked, "-" nobody, "?" some. The last is no answer."""
    found = _steering(rule, *deciding)
    assert found is not None
    by_name = {each.name: tuple(each.labels) for each in entries(tiny.questionnaire(*deciding))}
    table = found.asked([by_name[name] for name in found.names])
    signs = {ASKED: "+", NOT_ASKED: "-", MIXED: "?"}
    rows = table.reshape(-1, table.shape[-1]).tolist()
    return {"×".join(found.names): " ".join("".join(signs[each] for each in row) for row in rows)}


@pytest.mark.parametrize(
    ("rule", "deciding", "table"),
    [
        (Is("G", "3"), (G,), {"G": "--+-"}),
        (IsNot("G", "3"), (G,), {"G": "++--"}),
        (Not(Is("G", "3")), (G,), {"G": "++-+"}),
        (Answered("G"), (G,), {"G": "+++-"}),
        (AnyOf("G", ("1", "3")), (G,), {"G": "+-+-"}),
        (All((IsNot("G", "3"), Is("H", "1"))), (G, H), {"G×H": "+--- +--- ---- ----"}),
        (Any((Is("G", "1"), Is("H", "1"))), (G, H), {"G×H": "++++ +--- +--- +---"}),
        (Is("G", "2"), (MULTIPLE,), {"G.2": "-+-"}),
        (IsNot("G", "2"), (MULTIPLE,), {"G.2": "+--"}),
        (AnyOf("G", ("1", "2")), (MULTIPLE,), {"G.1×G.2": "-+- ++- ---"}),
        (Answered("G"), (MULTIPLE,), {"G.1": "++-"}),
        (Is("G", "2"), (RANKED,), {"G.2": "++--"}),
        (AtLeast("G", 9), (NPS,), {"G": "---------++-"}),
        (AtLeast("G", 21), (AGE,), {"G": "----++-"}),
        (AtMost("G", 19), (AGE,), {"G": "+++?---"}),
        (Answered("G"), (DAY,), {"G": "++-"}),
        (Is("G", "2026-01-31"), (DAY,), {"G": "??-"}),
    ],
)  # fmt: skip
def test_who_is_asked(rule: Rule, deciding: tuple[Question, ...], table: dict[str, str]) -> None:
    assert _asked(rule, *deciding) == table


def test_a_grade_outside_the_base_that_asks_is_not_told_from_no_answer() -> None:
    rated = tiny.rating("G")
    assert _asked(IsNot("G", "2"), rated) == {"G": "+-?"}
    assert _asked(Is("G", "1"), rated) == {"G": "+--"}


def test_words_tell_nobody_apart_and_beside_answers_nothing_tells_who() -> None:
    assert _steering(Answered("G"), WORDS) is None
    mixed = _steering(All((Answered("G"), Is("H", "1"))), WORDS, H)
    assert mixed is not None
    assert mixed.names == ()
    assert not mixed.is_several


_MANY = tuple(str(number) for number in range(40))


@pytest.mark.parametrize(
    "deciding",
    [
        MultipleChoice(code="G", text=tiny.WORDS, options=tiny.options(*_MANY)),
        Ranking(code="G", text=tiny.WORDS, options=tiny.options(*_MANY), top=5),
    ],
)
def test_a_condition_on_many_options_tells_nothing_beside_answers(deciding: Question) -> None:
    """Their combinations, more than any memory holds, are not gone through for that."""
    found = _steering(AnyOf("G", _MANY), deciding)
    assert found is not None
    assert found.names == ()
    assert found.is_several


def test_what_no_ballot_has_tells_nothing() -> None:
    found = _steering(All((Is("G", "1"), Is("H", "1"))), G, H)
    assert found is not None
    assert found.among({"G", "H"}) == found
    assert found.among({"G"}).names == ()
    assert found.among({"G"}).is_several


FOUR = "GHIJ"
ALL_OF_FOUR = All(tuple(Is(code, "1") for code in FOUR))


def _hanging(rule: Rule, deciding: str, ones: int) -> Topic:
    """Ballots of an enterprise: `ones` of 60 answer all that decides with 1, and are asked Q."""
    design = tiny.questionnaire(*(tiny.single(code) for code in deciding), tiny.single("Q", shown_if=rule))
    ballots = [
        Ballot(4, dict.fromkeys(deciding, "1") | {"Q": "1"}, slot=number)
        if number < ones
        else Ballot(4, dict.fromkeys(deciding, "1") | {deciding[0]: "2"}, slot=number)
        for number in range(60)
    ]
    return Union(design, ballots).topic_of("/", live_at=LIVE if deciding == "GH" else None)


def _counts(topic: Topic, name: str) -> object:
    return next(each.counts for each in view(topic, SURVEY).value.readings if each.name == name)


def test_how_many_gave_four_answers_is_not_told_by_who_was_asked() -> None:
    """No table of four answers is looked at, so that it cannot be told whether the others are few."""
    topic = _hanging(ALL_OF_FOUR, FOUR, 40)
    assert _counts(topic, "G") is not None
    assert _counts(topic, "Q") is None
    assert not tells(topic.gate, "Q")


def test_nor_how_many_gave_two_while_answers_come_in() -> None:
    """Then no table of two answers is there."""
    topic = _hanging(All((Is("G", "1"), Is("H", "1"))), "GH", 40)
    assert _counts(topic, "G") is not None
    assert _counts(topic, "Q") is None
    assert not tells(topic.gate, "Q")


def test_kinds_are_equal_where_the_same_is_asked() -> None:
    """P is asked of 1 and 2, Q of 1: all three codes are of different kinds; 3 is as if nothing were answered."""
    design = tiny.questionnaire(
        G, tiny.single("P", shown_if=IsNot("G", "3")), tiny.single("Q", shown_if=Is("G", "1"))
    )
    topic = Union(design, [Ballot(4, {"G": "1", "P": "1", "Q": "1"})]).topic
    deciders = Deciders(
        {"G": None, **steering(design)}, topic.gate.cut, lambda *_: pytest.fail("none is asked for")
    )
    one, two, three, nothing = deciders.kinds["G"]
    assert len({one, two, three}) == 3
    assert three == nothing
