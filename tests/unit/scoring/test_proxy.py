"""Ballots that look filled in by somebody else."""

from survey_app.scoring.proxy import Flag, Limits, Trace, flag

MIXED = ("1", "2", "1", "3", "1", "2", "2", "1")


def test_ordinary_ballots_stand_out_in_nothing():
    traces = [Trace("A", slot, (*MIXED[:7], str(slot)), seconds=60) for slot in range(20)]
    assert set(flag(traces)) == {frozenset()}


def test_many_from_one_collector_in_minutes():
    traces = [Trace("A", 5, (str(i),)) for i in range(30)] + [Trace("B", 5, ("1",))] + [Trace("A", 6, ("1",))]
    found = flag(traces)
    assert all(flags == {Flag.BURST} for flags in found[:30])
    assert found[30:] == (frozenset(), frozenset())
    assert flag(traces[:29]) == (frozenset(),) * 29


def test_copies_of_one_ballot_close_together():
    traces = [Trace("A", slot, MIXED) for slot in (7, 7, 8, 8, 12)] + [Trace("B", 7, MIXED)] * 3
    found = flag(traces)
    assert [Flag.IDENTICAL in flags for flags in found] == [True] * 4 + [False] * 4


def test_everybody_very_satisfied_is_not_copying():
    assert set(flag([Trace("A", 1, ("1",) * 12)] * 10)) == {frozenset()}
    assert set(flag([Trace("A", 1, ("1", "2"))] * 10)) == {frozenset()}


def test_faster_than_anybody_reads():
    found = flag([Trace("A", 1, MIXED, seconds=7.9), Trace("A", 1, MIXED, seconds=8), Trace("A", 1, MIXED)])
    assert [flags == {Flag.TOO_FAST} for flags in found] == [True, False, False]


def test_limits_belong_to_the_survey():
    strict = Limits(burst=2, identical=2, identical_answers=2, seconds_per_answer=100)
    assert flag([Trace("A", 1, ("1", "2"), 9)] * 2, strict) == (frozenset(Flag),) * 2
    assert flag([]) == ()
