"""Paper: keyed by sheet, reconciled, turned into responses that nothing ties to a sheet, a keyer or an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.library import template
from survey_app.questionnaire import answers, keys
from survey_app.services import collectors, import_responses, paper, paper_double, paper_keying, retention, surveys
from survey_app.services.access import SYSTEM, NotFound
from survey_app.services.evaluate import evaluate_campaign, store_in
from survey_app.services.import_responses import TotalsDoNotReconcile
from survey_app.services.paper import Closed, NotReady, Totals
from survey_app.services.paper_double import Reading
from survey_app.services.paper_keying import Entry, Refused
from survey_app.storage.models import AuditEntry, KeyedBallot
from survey_app.storage.session import Database
from survey_app.words import BallotKind, BatchState, Mode, SurveyState
from tests.support.field import responses
from tests.support.keyed import LATER, SATISFIED, UNAWARE, Paper, make_paper
from tests.support.office import NOW

A_W = template("A_W").questionnaire


@pytest.fixture
def made(database: Database) -> Paper:
    """A batch of 60 sheets."""
    return make_paper(database)


def _obstacles(made: Paper) -> list[tuple[str, int]]:
    return [(each.kind, each.count) for each in made.page().obstacles]


def _kinds(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(each.field, each.kind) for each in refused.value.problems]


def _drafts(made: Paper) -> int:
    with made.database.reading() as session:
        return session.execute(select(func.count()).select_from(KeyedBallot)).scalar_one()


def test_a_batch_becomes_responses_once_its_totals_agree(made: Paper) -> None:
    made.key(7)
    made.key(12, UNAWARE)
    made.key(3, {}, kind=BallotKind.SPOILT)
    made.key(4, {}, kind=BallotKind.BLANK)
    assert responses(made.database, made.field) == []
    assert _obstacles(made) == [("issued_unknown", 0), ("returned_unknown", 0)]
    made.count(60, 7, spoilt=1)
    assert _obstacles(made) == [("returned_differs", 5)]
    with pytest.raises(NotReady):
        made.close()
    assert responses(made.database, made.field) == []
    made.count(60, 6, spoilt=1, abstained=1)
    page = made.close()
    batch = page.batch
    assert (batch.state, batch.issued, batch.returned, batch.spoilt, batch.abstained, page.stored) == (
        BatchState.RECONCILED, 60, 6, 2, 2, 2,
    )  # fmt: skip
    stored = responses(made.database, made.field)
    assert {(each.mode, each.batch_id, each.version_id) for each in stored} == {
        (Mode.PAPER, made.batch_id, made.field.version_id)
    }
    expected = answers.clean(A_W, keys.raw_of(A_W, dict(SATISFIED))[0]).answers
    assert sorted((dict(each.answers) for each in stored), key=len) == [{"W01": "3", "W30": 10}, expected]
    assert _drafts(made) == 0


def test_closing_twice_stores_once_and_a_closed_batch_takes_nothing(made: Paper) -> None:
    made.key(1)
    made.count(10, 1)
    made.close()
    made.close(LATER + timedelta(hours=1))
    assert len(responses(made.database, made.field)) == 1
    with pytest.raises(Closed):
        made.key(2)
    with pytest.raises(Closed):
        made.count(20, 1)
    with pytest.raises(Closed):
        paper.remove(made.database, actor=made.organiser, batch_id=made.batch_id, now=NOW)


@pytest.mark.parametrize(
    ("totals", "kind"),
    [(Totals(5, 6), "issued"), (Totals(None, 2, 2, 1), "returned"), (Totals(3, 2, 0, 3), "returned")],
)
def test_numbers_that_no_pile_can_have_are_refused_at_once(made: Paper, totals: Totals, kind: str) -> None:
    with pytest.raises(TotalsDoNotReconcile) as refused:
        made.change(totals)
    assert refused.value.kind == kind


def test_fewer_sheets_than_have_been_keyed_cannot_have_been_printed(made: Paper) -> None:
    made.key(40)
    with pytest.raises(TotalsDoNotReconcile) as refused:
        made.change(Totals(None, None), copies=39)
    assert (refused.value.kind, refused.value.expected) == ("copies", 40)


def test_the_page_for_files_knows_nothing_of_keyed_paper(made: Paper) -> None:
    with pytest.raises(NotFound):
        import_responses.state_totals(
            made.database, actor=made.organiser, batch_id=made.batch_id, issued=1, returned=0, now=NOW
        )
    found = import_responses.batches_of(made.database, actor=made.organiser, survey_id=made.field.survey_id)
    assert found == ()


def test_the_version_that_was_printed_and_the_place_it_was_filled_in_at_stay(made: Paper) -> None:
    made.key(1)
    made.count(1, 1)
    collectors.move(
        made.database, actor=made.organiser, collector_id=made.field.collector_id,
        posting_id=made.office.postings[1].id, now=NOW,
    )  # fmt: skip
    made.close()
    (stored,) = responses(made.database, made.field)
    assert (stored.posting_id, stored.unit_id) == (made.office.postings[0].id, made.office.postings[0].unit_id)


def test_paper_comes_in_after_the_survey_was_closed_but_not_after_it_was_erased(
    made: Paper, tmp_path: Path
) -> None:
    made.key(1)
    made.count(1, 1)
    surveys.change_state(
        made.database, actor=made.organiser, survey_id=made.field.survey_id, state=SurveyState.CLOSED, now=NOW
    )
    made.key(2)
    assert made.page().keyed.sheets == 2
    retention.erase(
        made.database, store_in(tmp_path), actor=SYSTEM, survey_id=made.field.survey_id, workbook=None,
        file_name="", months=1, now=NOW + timedelta(days=40),
    )  # fmt: skip
    assert _drafts(made) == 0
    with pytest.raises(NotFound):
        made.close()


# --- keying ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"W01": "4"}, [("W01", "unknown_option")]),
        ({"W01": "12"}, [("W01", "unknown_option")]),
        ({"W01": "3", "W30": "11"}, [("W30", "unknown_option")]),
        ({**SATISFIED, "W20": "17"}, [("W20", "exclusive")]),
        ({}, [(paper_keying.SERIAL, "nothing_keyed")]),
        # What is off the path is not asked, whatever stands there.
        ({"W01": "3", "W10": "9"}, []),
        # A required question may be left blank, as on paper.
        ({"W01": "1"}, []),
    ],
)
def test_what_cannot_be_an_answer_is_refused_at_its_field(
    made: Paper, typed: Mapping[str, str], problems: list[tuple[str, str]]
) -> None:
    if not problems:
        made.key(1, typed)
        return
    with pytest.raises(Refused) as refused:
        made.key(1, typed)
    assert _kinds(refused) == problems
    assert _drafts(made) == 0


@pytest.mark.parametrize("serial", [0, 61, -1])
def test_a_sheet_that_was_not_printed_is_refused(made: Paper, serial: int) -> None:
    with pytest.raises(Refused) as refused:
        made.key(serial)
    assert _kinds(refused) == [(paper_keying.SERIAL, "no_such_sheet")]


def test_a_sheet_is_keyed_once(made: Paper) -> None:
    made.key(5)
    with pytest.raises(Refused) as refused:
        made.key(5, by=made.other)
    assert _kinds(refused) == [(paper_keying.SERIAL, "keyed_already")]


def _correct(made: Paper, serial: int, typed: Mapping[str, str], by: Any) -> None:
    paper_keying.correct(
        made.database, actor=by, batch_id=made.batch_id, entry=Entry.FIRST, serial=serial, kind=BallotKind.VALID,
        typed=typed, now=NOW,
    )  # fmt: skip


def test_what_was_keyed_is_corrected_or_deleted_by_its_keyer_or_an_organiser(made: Paper) -> None:
    made.key(5)
    made.key(6)
    with pytest.raises(NotFound):
        _correct(made, 5, UNAWARE, made.other)
    with pytest.raises(NotFound):
        paper_keying.remove(
            made.database, actor=made.other, batch_id=made.batch_id, entry=Entry.FIRST, serial=5, now=NOW
        )
    _correct(made, 5, UNAWARE, made.one)
    paper_keying.remove(
        made.database, actor=made.organiser, batch_id=made.batch_id, entry=Entry.FIRST, serial=6, now=NOW
    )
    made.count(10, 1)
    made.close()
    assert [dict(each.answers) for each in responses(made.database, made.field)] == [{"W01": "3", "W30": 10}]
    with made.database.reading() as session:
        deeds = session.execute(select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id)).all()
    assert ("ballot_corrected", made.one.user_id) in deeds
    assert ("ballot_removed", made.organiser.user_id) in deeds
    assert ("paper_batch_closed", made.organiser.user_id) in deeds


def test_who_may_key(made: Paper) -> None:
    for outsider in (made.office.stranger, made.office.leader):
        with pytest.raises(NotFound):
            made.key(1, by=outsider)
    with pytest.raises(NotFound):
        paper.page(made.database, actor=made.one, batch_id=made.batch_id)
    with pytest.raises(NotFound):
        paper.close(made.database, actor=made.one, batch_id=made.batch_id, now=NOW)
    made.key(1, by=made.organiser)
    found = paper_keying.batches_to_key(made.database, actor=made.one)
    assert [(each.batch_id, count) for each, _survey, count in found] == [(made.batch_id, 1)]
    assert paper_keying.batches_to_key(made.database, actor=made.office.stranger) == []
    assert paper_keying.batches_to_key(made.database, actor=made.office.leader) == []


# --- double entry ------------------------------------------------------------------------------------------------


def test_a_sample_is_keyed_again_by_somebody_else(made: Paper) -> None:
    for serial in range(1, 11):
        made.key(serial)
    made.change(Totals(20, 10), second_share=20)
    wanted = made.page().keyed.still_twice
    assert len(wanted) == 2
    assert _obstacles(made) == [("to_key_twice", 2)]
    with pytest.raises(Refused) as refused:
        made.key(wanted[0], entry=Entry.SECOND)
    assert _kinds(refused) == [(paper_keying.SERIAL, "own_sheet")]
    with pytest.raises(Refused) as refused:
        made.key(11, entry=Entry.SECOND, by=made.other)
    assert _kinds(refused) == [(paper_keying.SERIAL, "not_keyed_once")]
    for serial in wanted:
        made.key(serial, entry=Entry.SECOND, by=made.other)
    with pytest.raises(Refused) as refused:
        _correct(made, wanted[0], UNAWARE, made.one)
    assert _kinds(refused) == [(paper_keying.SERIAL, "keyed_twice")]
    page = made.close()
    assert (page.agreement.sheets, page.agreement.differing, page.agreement.share) == (2, 0, 1)
    assert len(responses(made.database, made.field)) == 10


def test_where_two_keyers_differ_an_organiser_settles_which_is_right(made: Paper) -> None:
    made.change(Totals(20, 2), second_share=100)
    made.key(1)
    made.key(2)
    made.key(1, {**SATISFIED, "W10": "4", "W30": "8"}, entry=Entry.SECOND, by=made.other)
    made.key(2, {}, kind=BallotKind.SPOILT, entry=Entry.SECOND, by=made.other)
    assert _obstacles(made) == [("unsettled", 2)]
    page, found = paper_keying.differences(made.database, actor=made.organiser, batch_id=made.batch_id)
    assert [(each.serial, each.places) for each in found] == [(1, ("W10", "W30")), (2, (paper_double.KIND,))]
    compared = page.agreement.compared
    with pytest.raises(NotFound):
        paper_keying.settle(
            made.database, actor=made.other, batch_id=made.batch_id, serial=1, take_second=["W10"], now=NOW
        )
    for serial, taken in ((1, ["W10"]), (2, [paper_double.KIND])):
        paper_keying.settle(
            made.database, actor=made.organiser, batch_id=made.batch_id, serial=serial, take_second=taken, now=NOW
        )
    page = made.close()
    (stored,) = responses(made.database, made.field)
    assert (stored.answers["W10"], stored.answers["W30"]) == ("4", 9)
    assert page.batch.spoilt == 1
    assert (page.agreement.sheets, page.agreement.compared, page.agreement.differing) == (2, compared, 3)


@settings(max_examples=50)
@given(st.sets(st.integers(1, 5000), max_size=60), st.integers(0, 100), st.integers(0, 100))
def test_a_sample_is_as_large_as_asked_and_grows_with_the_share(serials: set[int], one: int, two: int) -> None:
    less, more = sorted((one, two))
    small, large = (paper_double.sample(9, serials, share) for share in (less, more))
    assert small <= large <= serials
    assert len(large) == -(-len(serials) * more // 100)
    assert paper_double.sample(9, serials, 100) == serials


_GRADES = st.dictionaries(st.sampled_from(["W10", "W11", "W12", "W30"]), st.sampled_from("12345"), max_size=4)


@settings(max_examples=60)
@given(_GRADES, _GRADES)
def test_settling_gives_each_place_to_one_of_the_two(one: dict[str, str], two: dict[str, str]) -> None:
    first, second = (_reading({"W01": "1", **typed}) for typed in (one, two))
    places = paper_double.differences(A_W, first, second)
    assert paper_double.settled(A_W, first, second, places).answers == second.answers
    assert paper_double.settled(A_W, first, second, ()).answers == first.answers
    found = paper_double.agreement(A_W, first, second)
    assert found.differing == len(places) <= found.compared
    assert paper_double.agreement(A_W, second, first) == found


def _reading(typed: dict[str, str]) -> Reading:
    return Reading(BallotKind.VALID, answers.clean(A_W, keys.raw_of(A_W, typed)[0]).answers)


# --- totals ------------------------------------------------------------------------------------------------------


def test_whatever_is_keyed_a_batch_closes_exactly_when_its_totals_agree(made: Paper) -> None:
    """Try the totals around those that fit: only these close it."""
    made.key(1)
    made.key(2, {}, kind=BallotKind.SPOILT)
    closable = set()
    for returned in range(1, 5):
        for spoilt in range(2):
            for issued in (returned, returned + 1):
                made.count(issued, returned, spoilt)
                if not made.page().obstacles:
                    closable.add((issued, returned, spoilt))
    assert closable == {(2, 2, 0), (3, 2, 0), (3, 3, 1), (4, 3, 1)}


def test_until_then_the_figures_say_how_many_ballots_do_not_count_yet(made: Paper, tmp_path: Path) -> None:
    for serial in range(1, 7):
        made.key(serial)

    def excluded() -> tuple[int, int, int]:
        found = evaluate_campaign(
            made.database, store_in(tmp_path), actor=made.organiser, campaign_id=made.office.campaign.id, now=LATER
        )
        (part,) = found.parts
        return part.excluded.unreconciled, part.excluded.open_batches, part.returned

    assert excluded() == (6, 1, 0)
    made.count(60, 8, spoilt=2)
    assert excluded() == (8, 1, 0)
    made.close()
    assert excluded() == (0, 0, 8)
