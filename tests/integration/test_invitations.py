"""Single-use codes: issued, used once, reissued, revoked, counted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey_app import library
from survey_app.services import collector_settings, collectors, invitations
from survey_app.services.access import NotFound
from survey_app.services.collect import InvalidAnswers
from survey_app.services.collector_settings import CollectorSettings, Entry
from survey_app.services.invitations import NotUsable, Run, Standing
from survey_app.storage.models import AuditEntry, Invitation, OpenInvitation
from survey_app.storage.queries import results
from survey_app.storage.session import Database
from tests.support.field import Field, change_survey, put_into_field, responses
from tests.support.invited import KEY, answer
from tests.support.office import NOW, Office, make_office


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def field(database: Database, office: Office) -> Field:
    """A survey whose first collector lets in whoever holds a code."""
    made = put_into_field(database, office, library.template("A_W").questionnaire)
    _by_invitation(database, office, made)
    return made


def _by_invitation(database: Database, office: Office, field: Field) -> None:
    collector_settings.change(
        database,
        actor=office.organiser,
        collector_id=field.collector_id,
        settings=CollectorSettings(entry=Entry.INVITATION),
        now=NOW,
    )


def _issue(database: Database, office: Office, field: Field, count: int) -> Run:
    return invitations.issue(
        database, actor=office.organiser, key=KEY, collector_id=field.collector_id, count=count, now=NOW
    )


def _codes(run: Run) -> Mapping[int, str]:
    return dict(invitations.codes(KEY, run))


def _overview(database: Database, office: Office, field: Field) -> tuple[int, int, int]:
    found = invitations.overview(database, actor=office.organiser, collector_id=field.collector_id)
    assert found.issued == found.used + found.unused
    return found.used, found.unused, found.revoked


def _unused(database: Database, office: Office, field: Field) -> list[int]:
    found = invitations.unused(database, actor=office.organiser, collector_id=field.collector_id)
    return [each.serial for each in found]


def _bring_up_to_date(database: Database, office: Office, field: Field) -> int:
    return invitations.bring_up_to_date(database, actor=office.organiser, collector_id=field.collector_id)


def _refusal(database: Database, field: Field, code: str) -> str:
    """Return why a code lets nobody in."""
    with pytest.raises(InvalidAnswers) as refused:
        answer(database, field, code)
    (problem,) = refused.value.cleaned.problems
    return problem.kind


def test_codes_can_be_typed_and_are_all_different(database: Database, office: Office, field: Field) -> None:
    first, second = _issue(database, office, field, 300), _issue(database, office, field, 2)
    codes = {**_codes(first), **_codes(second)}
    assert list(codes) == list(range(1, 303))
    assert len(set(codes.values())) == 302
    assert all(len(code) == 10 and set(code) <= set(collectors.CODE_ALPHABET) for code in codes.values())


def test_no_code_is_stored(database: Database, office: Office, field: Field) -> None:
    codes = _codes(_issue(database, office, field, 3)).values()
    with database.reading() as session:
        kept = [str(row) for row in session.scalars(select(Invitation.code_hash))]
    assert len(kept) == 3
    assert not any(code in text.upper() for code in codes for text in kept)
    assert set(kept) == {invitations.digest(KEY, code) for code in codes}
    assert set(kept).isdisjoint(invitations.digest("another key of the application", code) for code in codes)


def test_a_code_lets_one_answer_in(database: Database, office: Office, field: Field) -> None:
    code = _codes(_issue(database, office, field, 2))[1]
    answer(database, field, code)
    assert _refusal(database, field, code) == Standing.USED
    found = invitations.overview(database, actor=office.organiser, collector_id=field.collector_id)
    assert found.responses == 1


def test_an_answer_sent_again_uses_nothing(database: Database, office: Office, field: Field) -> None:
    codes = _codes(_issue(database, office, field, 2))
    one = uuid4()
    for serial in (1, 1, 2):
        assert answer(database, field, codes[serial], submission_id=one).submission_id == one
    assert len(responses(database, field)) == 1
    answer(database, field, codes[2])


def test_codes_are_read_as_people_type_them(database: Database, office: Office, field: Field) -> None:
    code = _codes(_issue(database, office, field, 1))[1]
    answer(database, field, f" {code[:5].lower()}-{code[5:]} ")


def test_other_codes_let_nobody_in(database: Database, office: Office, field: Field) -> None:
    _issue(database, office, field, 1)
    for code in ("CDFHJKMNPQ", "x" * 5000, "'; DROP TABLE invitation", "１２３"):
        assert _refusal(database, field, code) == Standing.UNKNOWN
    for code in ("", " - ", "\x00"):
        assert _refusal(database, field, code) == "missing"
    assert responses(database, field) == []


def test_a_code_is_good_at_its_own_collector_only(database: Database, office: Office, field: Field) -> None:
    code = _codes(_issue(database, office, field, 1))[1]
    with pytest.raises(NotUsable), database.transaction() as session:
        invitations.redeem(session, key=KEY, collector_id=field.collector_id + 1, code=code)


def test_of_two_who_use_a_code_at_once_one_gets_in(database: Database, office: Office, field: Field) -> None:
    code = _codes(_issue(database, office, field, 1))[1]
    results: list[bool] = []
    barrier = threading.Barrier(4)

    def try_it() -> None:
        barrier.wait()
        try:
            answer(database, field, code)
            results.append(True)
        except InvalidAnswers:
            results.append(False)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]


def test_use_is_listed_for_five_at_once(database: Database, office: Office, field: Field) -> None:
    codes = _codes(_issue(database, office, field, 12))
    for serial in (7, 3, 9, 1):
        answer(database, field, codes[serial])
    assert _bring_up_to_date(database, office, field) == 0
    assert _overview(database, office, field) == (0, 12, 0)
    assert _unused(database, office, field) == list(range(1, 13))
    answer(database, field, codes[12])
    assert _bring_up_to_date(database, office, field) == 5
    assert _overview(database, office, field) == (5, 7, 0)
    assert _unused(database, office, field) == [2, 4, 5, 6, 8, 10, 11]


def test_a_larger_threshold_makes_larger_steps(database: Database, office: Office, field: Field) -> None:
    change_survey(database, field, threshold=7)
    codes = _codes(_issue(database, office, field, 8))
    for serial in range(1, 7):
        answer(database, field, codes[serial])
    assert _bring_up_to_date(database, office, field) == 0
    answer(database, field, codes[7])
    assert _bring_up_to_date(database, office, field) == 7


def test_with_names_every_use_is_listed(database: Database, office: Office, field: Field) -> None:
    change_survey(database, field, anonymity="named")
    answer(database, field, _codes(_issue(database, office, field, 2))[2])
    assert _bring_up_to_date(database, office, field) == 1
    assert _unused(database, office, field) == [1]


def test_lost_slips_are_reissued(database: Database, office: Office, field: Field) -> None:
    old = _codes(_issue(database, office, field, 4))
    run = invitations.reissue(
        database, actor=office.organiser, key=KEY, collector_id=field.collector_id, serials=[2, 4], now=NOW
    )
    assert (run.first, run.last) == (5, 6)
    assert _refusal(database, field, old[2]) == Standing.REVOKED
    answer(database, field, _codes(run)[5])
    answer(database, field, old[1])
    assert _overview(database, office, field) == (0, 4, 2)
    found = invitations.unused(database, actor=office.organiser, collector_id=field.collector_id)
    assert [(each.serial, each.replaces) for each in found] == [(1, None), (3, None), (5, 2), (6, 4)]


def test_all_unused_are_revoked_at_once(database: Database, office: Office, field: Field) -> None:
    codes = _codes(_issue(database, office, field, 9))
    for serial in range(1, 6):
        answer(database, field, codes[serial])
    gone = invitations.revoke(
        database, actor=office.organiser, collector_id=field.collector_id, serials=None, now=NOW
    )
    assert gone == 4
    assert _overview(database, office, field) == (5, 0, 4)
    for serial in range(6, 10):
        assert _refusal(database, field, codes[serial]) == Standing.REVOKED


def test_revoking_does_not_tell_who_has_just_answered(database: Database, office: Office, field: Field) -> None:
    codes = _codes(_issue(database, office, field, 9))
    answer(database, field, codes[4])
    for serials in ([4], [5], None):
        with pytest.raises(invitations.TooFewUsed):
            invitations.revoke(
                database, actor=office.organiser, collector_id=field.collector_id, serials=serials, now=NOW
            )
    assert _overview(database, office, field) == (0, 9, 0)
    answer(database, field, codes[5])


def test_only_numbers_that_stand_as_unused_are_revoked(database: Database, office: Office, field: Field) -> None:
    _issue(database, office, field, 3)
    with pytest.raises(invitations.NotUnused) as refused:
        invitations.revoke(
            database, actor=office.organiser, collector_id=field.collector_id, serials=[2, 3, 4, 9], now=NOW
        )
    assert refused.value.serials == [4, 9]
    invitations.revoke(database, actor=office.organiser, collector_id=field.collector_id, serials=None, now=NOW)
    with pytest.raises(invitations.NotUnused):
        invitations.revoke(database, actor=office.organiser, collector_id=field.collector_id, serials=None, now=NOW)
    assert _overview(database, office, field) == (0, 0, 3)


def test_too_many_are_refused(database: Database, office: Office, field: Field) -> None:
    for count in (0, -1, 5001):
        with pytest.raises(invitations.TooMany) as refused:
            _issue(database, office, field, count)
        assert refused.value.most == 5000
    assert _overview(database, office, field) == (0, 0, 0)


def test_open_collectors_have_no_invitations(database: Database, office: Office) -> None:
    field = put_into_field(database, office, library.template("A_W").questionnaire)
    with pytest.raises(invitations.NotByInvitation):
        _issue(database, office, field, 1)


def test_others_see_and_do_nothing(database: Database, office: Office, field: Field) -> None:
    _issue(database, office, field, 3)
    for person in (office.stranger, office.leader):
        about = {"actor": person, "collector_id": field.collector_id}
        for verb in (invitations.overview, invitations.unused, invitations.bring_up_to_date):
            with pytest.raises(NotFound):
                verb(database, **about)  # type: ignore[operator]  # they take the same
        with pytest.raises(NotFound):
            invitations.issue(database, **about, key=KEY, count=1, now=NOW)  # type: ignore[arg-type]  # as above
        with pytest.raises(NotFound):
            invitations.revoke(database, **about, serials=None, now=NOW)  # type: ignore[arg-type]  # as above
        with pytest.raises(NotFound):
            invitations.reissue(database, **about, key=KEY, serials=None, now=NOW)  # type: ignore[arg-type]  # as above
    assert _unused(database, office, field) == [1, 2, 3]


def test_the_log_says_what_was_issued_and_holds_no_code(database: Database, office: Office, field: Field) -> None:
    run = _issue(database, office, field, 30)
    again = invitations.reissue(
        database, actor=office.organiser, key=KEY, collector_id=field.collector_id, serials=[3, 4, 5, 9], now=NOW
    )
    answer(database, field, _codes(again)[31])
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("invitations%"))).all()
    assert [(each.action, each.detail["first"], each.detail["last"]) for each in entries] == [
        ("invitations_issued", 1, 30),
        ("invitations_reissued", 31, 34),
    ]
    assert entries[1].detail["numbers"] == "3–5, 9"
    written = " ".join(str(each.detail) for each in entries)
    assert not any(code in written for code in [*_codes(run).values(), *_codes(again).values(), run.seed])


def test_rows_of_use_are_gone(database: Database, office: Office, field: Field) -> None:
    codes = _codes(_issue(database, office, field, 3))
    answer(database, field, codes[2])
    with database.reading() as session:
        left = session.scalars(
            select(Invitation.serial).join(OpenInvitation, OpenInvitation.invitation_id == Invitation.id)
        ).all()
    assert sorted(left) == [1, 3]


def test_what_was_issued_is_the_base_of_participation_where_it_was_issued(
    database: Database, office: Office, field: Field
) -> None:
    here, there = office.postings
    _issue(database, office, field, 20)
    invitations.revoke(
        database, actor=office.organiser, collector_id=field.collector_id, serials=range(1, 6), now=NOW
    )
    collectors.move(database, actor=office.organiser, collector_id=field.collector_id, posting_id=there.id, now=NOW)
    _issue(database, office, field, 3)
    with database.reading() as session:
        given = results.invited(session, office.campaign.id)
    assert given == {field.collector_id: {here.id: 15, there.id: 3}}
    assert _overview(database, office, field) == (0, 18, 5)


def test_numbers_are_written_short() -> None:
    assert invitations.ranges([5, 1, 2, 3, 9, 8]) == "1–3, 5, 8–9"
    assert invitations.ranges([]) == ""
