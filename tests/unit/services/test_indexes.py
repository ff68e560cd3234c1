"""Editing an index tree: codes follow the places, nothing is lost on the way, and what cannot be is refused."""

from fractions import Fraction

import pytest

from survey_app import library
from survey_app.analysis.indexes import Node, normalised
from survey_app.questionnaire.text import Text
from survey_app.services import indexes
from survey_app.services.access import NotFound


def node(name: str, *parts: Node, weight: int = 1, fields: tuple[str, ...] = ()) -> Node:
    return Node(code="", name=Text(name, name), weight=Fraction(weight), fields=fields, parts=parts)


TREE = indexes.numbered((node("a", node("b", fields=("Q1",)), node("c", weight=3, fields=("Q2",))), node("d")))


def names(tree: indexes.Tree) -> list[object]:
    return [(each.code, each.name.zh, names(each.parts)) for each in tree]


def test_codes_follow_the_places() -> None:
    assert names(TREE) == [("1", "a", [("1-1", "b", []), ("1-2", "c", [])]), ("2", "d", [])]


def test_moving_keeps_everything_and_stops_at_the_ends() -> None:
    turned = indexes.numbered(indexes.moved(TREE, "1-2", up=True))
    assert names(turned) == [("1", "a", [("1-1", "c", []), ("1-2", "b", [])]), ("2", "d", [])]
    assert turned[0].parts[0].fields == ("Q2",)
    assert indexes.moved(TREE, "1", up=True) == TREE
    assert indexes.moved(TREE, "2", up=False) == TREE
    assert [each.name.zh for each in indexes.moved(TREE, "1", up=False)] == ["d", "a"]


def test_a_node_with_parts_reads_no_question() -> None:
    grown = indexes.numbered(indexes.with_node(TREE, "1-1", node("e", fields=("Q3",))))
    assert indexes.found_at(grown, "1-1").fields == ()
    assert indexes.found_at(grown, "1-1-1").fields == ("Q3",)


def test_removing_takes_what_is_below() -> None:
    assert names(indexes.numbered(indexes.replaced(TREE, "1", lambda _old: ()))) == [("1", "d", [])]
    for code in ("3", "1-3", "1-1-1", "x"):
        with pytest.raises(NotFound):
            indexes.replaced(TREE, code, lambda _old: ())


def test_weights_are_shares_among_sisters() -> None:
    assert normalised(TREE[0].parts) == [Fraction(1, 4), Fraction(3, 4)]


def test_a_shipped_questionnaire_gives_a_start() -> None:
    tree = indexes.from_questionnaire(library.template("A_W").questionnaire)
    read = [field for section in tree for leaf in section.parts for field in leaf.fields]
    assert {"W10", "W11", "W21"} <= set(read)
    assert len(read) == len(set(read))
    assert {leaf.weight for section in tree for leaf in section.parts} == {Fraction(1)}
