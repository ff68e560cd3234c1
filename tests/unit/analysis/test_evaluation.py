"""Evaluations without a database: what is withheld cannot be worked out, and what is shown is a plain recount."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.evaluation import evaluate
from survey_app.analysis.store import ColumnStore
from survey_app.questionnaire.definition import (
    DateQuestion,
    Grade,
    LongText,
    Option,
    Questionnaire,
    Scale,
    SingleChoice,
)
from survey_app.questionnaire.rules import All, Is, IsNot
from survey_app.questionnaire.text import Text
from survey_app.scoring import rules
from survey_app.scoring.evaluation import Comparability, Evaluation, Rated, Uncounted
from survey_app.words import Audience, Purpose
from tests.support import tiny
from tests.unit.analysis.campaigns import AS_OF, TODAY, campaign, gate_of, survey
from tests.unit.analysis.stored import Stored, response

FIRST = replace(tiny.questionnaire(tiny.rating("W10"), tiny.rating("W11")), headline="W10")
LATER = replace(tiny.questionnaire(tiny.rating("F03")), headline="F03", wave_link="W10")


def _evaluate(by_posting: Sequence[Sequence[str]], *, threshold: int = 5) -> Evaluation:
    """Evaluate answers to W10, a list for each posting; the last list came from no posting."""
    stored = Stored({1: FIRST})
    number = 0
    for posting, answers in enumerate(by_posting, start=1):
        for answer in answers:
            number += 1
            of = posting if posting < len(by_posting) else None
            stored.add(response(number, AS_OF, {"W10": answer} if answer else {}, posting_id=of))
    facts = campaign(len(by_posting) - 1, survey(FIRST, postings=len(by_posting) - 1, threshold=threshold))
    with TemporaryDirectory() as folder:
        snapshot = ColumnStore(Path(folder)).snapshot(stored, AS_OF)
        return evaluate(facts, {1: snapshot}, as_of=AS_OF, today=TODAY)


_answers = st.lists(st.sampled_from(["1", "1", "2", "3", ""]), max_size=12)


@given(st.lists(_answers, min_size=2, max_size=7), st.integers(3, 6))
@settings(max_examples=150)
def test_no_small_group_can_be_worked_out_from_the_total(by_posting: list[list[str]], threshold: int) -> None:
    part = _evaluate(by_posting, threshold=threshold).parts[0]
    assert part.headline is not None
    valid = {
        f"team{posting}": sum(each in "12" for each in answers if each)
        for posting, answers in enumerate(by_posting, 1)
    }
    shown = {
        team.name.zh or f"team{len(by_posting)}": team.rated for team in part.teams if not team.rated.is_withheld
    }
    total = part.headline.rated
    for name, rated in shown.items():
        assert rated.rate.n == valid[name]
        assert valid[name] >= threshold
    if not total.is_withheld:
        hidden = {name: count for name, count in valid.items() if count and name not in shown}
        assert len(hidden) != 1, "one hidden team is the total less the others"
        assert not hidden or sum(hidden.values()) >= threshold
    for team in part.teams:
        if team.rated.is_withheld:
            assert _numbers(team.rated) == set()


def _numbers(rated: Rated) -> set[object]:
    figures = (rated.rate, rated.strict, rated.index)
    return {
        value
        for figure in figures
        for value in (
            figure.x,
            figure.n,
            figure.index,
            figure.interval,
            figure.returned,
            figure.unknown,
            figure.blank,
        )
    } - {None}


def test_teams_stand_in_order_of_their_rate() -> None:
    part = _evaluate([["1"] * 8 + ["2"] * 2, ["1"] * 10, ["1"] * 5 + ["2"] * 5, []]).parts[0]
    assert [team.rated.rate.base_text for team in part.teams] == ["10/10", "8/10", "5/10"]


def test_what_is_not_answered_is_counted_apart() -> None:
    item = _evaluate([["1"] * 6 + ["3"] * 2 + [""] * 4, []]).parts[0].items[0]
    assert (item.rated.rate.unknown, item.rated.rate.blank, item.rated.rate.base_text) == (2, 4, "6/6")


@pytest.mark.parametrize(("days", "shown"), [(4, None), (5, 5)])
def test_days_and_own_words_are_named_though_not_counted(days: int, shown: int | None) -> None:
    other = SingleChoice(
        code="Q2", text=Text("岗位"), options=(Option("1", Text("一线")), Option("9", Text("其他"), specify=True))
    )
    asked = tiny.questionnaire(
        tiny.rating("W10"),
        DateQuestion(code="Q1", text=Text("日期")),
        other,
        LongText(code="Q3", text=Text("建议")),
    )
    stored = Stored({1: asked})
    for number in range(9):
        answers = {"W10": "1", "Q2": "9", "Q2_9_text": f"话{number}", "Q3": "写了"}
        stored.add(response(number, AS_OF, answers | ({"Q1": "2026-11-20"} if number < days else {}), posting_id=1))
    with TemporaryDirectory() as folder:
        snapshot = ColumnStore(Path(folder)).snapshot(stored, AS_OF)
        found = evaluate(campaign(1, survey(asked, postings=1)), {1: snapshot}, as_of=AS_OF, today=TODAY)
    by_code = {each.code: each for each in found.parts[0].answered}
    assert list(by_code) == ["Q1", "Q2", "Q2_9_text", "Q3"]
    assert (by_code["Q1"].uncounted, by_code["Q1"].n) == (Uncounted.DAYS, shown)
    assert {by_code[code].uncounted for code in ("Q2_9_text", "Q3")} == {Uncounted.WORDS}
    assert by_code["Q2_9_text"].n is None


def test_nobody_has_answered_yet() -> None:
    found = _evaluate([[], []])
    assert found.is_empty
    assert found.leading is not None
    assert found.leading.headline is not None
    assert found.leading.headline.rated.is_withheld


@pytest.mark.parametrize(("answers_to_c", "is_shown"), [(2, False), (12, True)])
def test_pooled_items_do_not_give_away_one_that_is_withheld(answers_to_c: int, is_shown: bool) -> None:
    asked = replace(tiny.questionnaire(tiny.rating("W10"), tiny.matrix("M", "MA", "MB", "MC")), headline="W10")
    stored = Stored({1: asked})
    for number in range(20):
        answers = {"W10": "1", "MA": "1" if number < 13 else "2", "MB": "1" if number < 16 else "2"}
        if number < answers_to_c:
            answers["MC"] = "12"[number % 2]
        stored.add(response(number, AS_OF, answers, posting_id=1))
    with TemporaryDirectory() as folder:
        snapshot = ColumnStore(Path(folder)).snapshot(stored, AS_OF)
        found = evaluate(campaign(1, survey(asked, postings=1)), {1: snapshot}, as_of=AS_OF, today=TODAY)
    part = found.parts[0]
    assert [item.rated.is_withheld for item in part.items] == [False, False, False, not is_shown]
    for pooled in (part.pooled, part.pooled_strict):
        assert pooled is not None
        assert (pooled.x, pooled.n) == ((35, 52) if is_shown else (None, None))


@pytest.mark.parametrize("others", [4, 60])
def test_who_was_not_asked_because_of_two_answers_is_not_told_by_the_whole(tmp_path: Path, others: int) -> None:
    """Of 100 with H=1 all are asked but those with G=3: who is missing there gave both answers."""
    rule = All((IsNot("G", "3"), Is("H", "1")))
    asked = replace(
        tiny.questionnaire(
            tiny.rating("W10"),
            tiny.single("G"),
            tiny.single("H"),
            tiny.rating("Q", shown_if=rule),
            tiny.single("P", shown_if=rule),
        ),
        headline="W10",
    )
    stored = Stored({1: asked})
    for number in range(200):
        answers = {"W10": "1", "G": "12"[number % 2], "H": "12"[number // 100]}
        if number < others:
            answers["G"] = "3"
        elif number < 100:
            answers |= {"Q": "1", "P": "1"}
        stored.add(response(number, AS_OF, answers, posting_id=1))
    facts = campaign(1, survey(asked, postings=1))
    snapshots = {1: ColumnStore(tmp_path).snapshot(stored, AS_OF)}
    part = evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate_of(facts, snapshots)).parts[0]
    item = next(each for each in part.items if each.code == "Q")
    (single,) = [each for each in part.answered if each.code == "P"]
    if others < 11:
        assert (item.counts, item.not_asked, _numbers(item.rated)) == (None, None, set())
        assert (single.n, single.choices) == (None, ())
    else:
        assert (item.rated.rate.base_text, item.not_asked, single.n) == ("40/40", 160, 40)


def test_the_error_of_pooled_items_at_one_place_does_not_tell_who_is_dissatisfied_with_both() -> None:
    """Three are dissatisfied with one item and three with another: the same people or others, nothing shows it."""
    asked = replace(tiny.questionnaire(tiny.rating("W10"), tiny.matrix("M", "MA", "MB")), headline="W10")
    found = []
    for shift in (0, 3):
        stored = Stored({1: asked})
        for number in range(60):
            answers = {"W10": "1", "MA": "12"[number < 3], "MB": "12"[shift <= number < shift + 3]}
            stored.add(response(number, AS_OF, answers, posting_id=1))
        facts = campaign(1, survey(asked, postings=1))
        with TemporaryDirectory() as folder:
            snapshots = {1: ColumnStore(Path(folder)).snapshot(stored, AS_OF)}
            found.append(evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate_of(facts, snapshots)))
    one, other = (each.parts[0].pooled for each in found)
    assert one is not None
    assert one.interval is not None
    assert (one.x, one.n, one.respondents) == (114, 120, 60)
    assert one.interval.low < 0.95 < one.interval.high
    assert one == other


@pytest.mark.parametrize(("second", "is_told"), [(Is("H", "1"), False), (Is("G", "2"), True), (None, True)])
def test_how_many_rated_one_item_or_another_does_not_tell_who_gave_two_answers(
    tmp_path: Path, second: Is | None, is_told: bool
) -> None:
    """Rows of one matrix are asked with G=1, rows of another with H=1: people with both would be 40 + 40 - 77."""
    asked = replace(
        tiny.questionnaire(
            tiny.rating("W10"),
            tiny.single("G"),
            tiny.single("H"),
            tiny.matrix("M", "MA", shown_if=Is("G", "1")),
            tiny.matrix("N", "NA", shown_if=second),
        ),
        headline="W10",
    )
    stored = Stored({1: asked})
    for number in range(80):
        given = {"W10": "1", "G": "12"[number >= 40], "H": "12"[number < 37 or number >= 77]}
        rows = {"MA": given["G"] == "1", "NA": second is None or given[second.question] == second.value}
        given |= dict.fromkeys((row for row, is_asked in rows.items() if is_asked), "1")
        stored.add(response(number, AS_OF, given, posting_id=1))
    facts = campaign(1, survey(asked, postings=1))
    snapshots = {1: ColumnStore(tmp_path).snapshot(stored, AS_OF)}
    part = evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate_of(facts, snapshots)).parts[0]
    assert [item.rated.is_withheld for item in part.items] == [False, False, False]
    assert part.pooled is not None
    assert (part.pooled.respondents, part.pooled.blank) == ((80, 0) if is_told else (None, None))


def test_audiences_are_never_pooled() -> None:
    stored = Stored({1: FIRST})
    for number in range(30):
        audience = "workers" if number < 20 else "enterprise"
        stored.add(response(number, AS_OF, {"W10": "1" if number < 20 else "2"}, posting_id=1, audience=audience))
    asked = survey(FIRST, postings=1, audiences=(Audience.WORKERS, Audience.ENTERPRISE))
    with TemporaryDirectory() as folder:
        snapshot = ColumnStore(Path(folder)).snapshot(stored, AS_OF)
        found = evaluate(campaign(1, asked), {1: snapshot}, as_of=AS_OF, today=TODAY)
    assert [(part.audience, part.headline and part.headline.rated.rate.base_text) for part in found.parts] == [
        (Audience.WORKERS, "20/20"),
        (Audience.ENTERPRISE, "0/10"),
    ]
    assert found.parts[1].headcount is None  # nobody counts how many managers there are


def _waves(later: Questionnaire, **rules_later: rules.RateRule) -> Evaluation:
    first, second = Stored({1: FIRST}), Stored({2: later}, survey_id=2, first_version=2)
    for number in range(60):
        answer = "2" if number % 10 == 0 else "1"
        first.add(response(number, AS_OF, {"W10": answer}, posting_id=1 + number % 3))
        second.add(response(100 + number, AS_OF, {"F03": answer}, posting_id=1 + number % 3, version_id=2))
    surveys = (
        survey(FIRST, postings=3),
        survey(later, key=2, postings=3, purpose=Purpose.RETURN_VISIT, wave=1, **rules_later),
    )
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        snapshots = {1: store.snapshot(first, AS_OF), 2: store.snapshot(second, AS_OF)}
        facts = campaign(3, *surveys)
        return evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate_of(facts, snapshots))


def test_waves_on_the_same_scale_are_compared_by_enterprise() -> None:
    (waves,) = _waves(LATER).waves
    (visit,) = waves.visits
    assert visit.contrast.comparability is Comparability.COMPARABLE
    assert visit.contrast.rate is not None
    assert visit.contrast.rate.difference == pytest.approx(0)
    assert 0 in visit.contrast.rate.interval
    assert [rated.rate.n if rated else None for rated in visit.teams] == [20, 20, 20]


def test_waves_on_another_scale_are_not_compared() -> None:
    other = Scale(
        "YN", tiny.WORDS, (Grade("1", Text("好"), 90, satisfied=True, strict=True), Grade("2", Text("差"), 0))
    )
    (waves,) = _waves(replace(LATER, scales=(other,))).waves
    assert waves.visits[0].contrast.comparability is Comparability.SCALES_DIFFER
    assert waves.visits[0].contrast.rate is None


def test_waves_under_another_rule_are_not_compared() -> None:
    (waves,) = _waves(LATER, rate=rules.SATISFACTION_RATE_WIDE).waves
    assert waves.visits[0].contrast.comparability is Comparability.RULES_DIFFER


def test_a_visit_on_another_indicator_is_no_wave() -> None:
    assert _waves(replace(LATER, wave_link="W99")).waves == ()


def test_the_error_of_pooled_items_gives_no_small_enterprise_away() -> None:
    """The third enterprise has three ballots: it is one cluster with the smallest of the others."""
    asked = replace(tiny.questionnaire(tiny.rating("W10"), tiny.matrix("W1", "W11", "W12")), headline="W10")
    stored = Stored({1: asked})
    draw = random.Random(4)
    for posting, many in enumerate((30, 20, 3, 40), start=1):
        for _ in range(many):
            answers = {code: draw.choice("112") for code in ("W10", "W11", "W12")}
            stored.add(response(len(stored.responses), AS_OF, answers, posting_id=posting))
    facts = campaign(4, survey(asked, postings=4))
    with TemporaryDirectory() as folder:
        snapshots = {1: ColumnStore(Path(folder)).snapshot(stored, AS_OF)}
        found = evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate_of(facts, snapshots))
    pooled = found.parts[0].pooled
    assert pooled is not None
    assert (pooled.n, pooled.respondents, pooled.clusters) == (186, 93, 3)
