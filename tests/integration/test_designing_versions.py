"""Versions in the field: publishing refuses other meanings, surveys move on purpose, templates go down the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey_app.analysis.store import ColumnStore
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Option, Questionnaire, Scale, SingleChoice, options_of
from survey_app.questionnaire.edits import (
    ChangeQuestion,
    ChangeScale,
    CopyQuestion,
    Edit,
    RemoveQuestion,
    RenameCodes,
)
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services import collect, designing, drafts, evaluate, questionnaires, surveys, templates, versions
from survey_app.services.access import Actor, Forbidden, Grant, NotFound
from survey_app.services.questionnaires import MeaningChanged
from survey_app.storage.models import AuditEntry, QuestionnaireVersion, Response, RoleGrant, Survey, Unit, User
from survey_app.storage.models import Questionnaire as Row
from survey_app.storage.session import Database
from survey_app.words import Mode, Role, SurveyState, UnitKind
from tests.support.drafting import in_the_field, taken
from tests.support.office import NOW, Office, make_office

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def row(database: Database, office: Office) -> Row:
    made = taken(database, office)
    questionnaires.publish(database, actor=office.organiser, questionnaire_id=made.id, now=NOW)
    return made


@pytest.fixture
def survey(database: Database, office: Office, row: Row) -> Survey:
    made = in_the_field(database, office, row)
    return surveys.change_state(
        database, actor=office.organiser, survey_id=made.id, state=SurveyState.OPEN, now=NOW
    )


def _draft(database: Database, office: Office, row: Row) -> designing.Design:
    return designing.open_design(database, actor=office.organiser, questionnaire_id=row.id)


def _edit(database: Database, office: Office, row: Row, edits: Sequence[Edit]) -> designing.Design:
    revision = _draft(database, office, row).revision
    return designing.edit(
        database, actor=office.organiser, questionnaire_id=row.id, revision=revision, edits=edits,
        kind="question_changed", now=LATER,
    )  # fmt: skip


def _publish(database: Database, office: Office, row: Row) -> QuestionnaireVersion:
    return questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=LATER)


def _reworded(definition: Questionnaire, code: str = "W31") -> ChangeQuestion:
    question = definition.question_by_code[code]
    return ChangeQuestion(code, replace(question, text=Text("换了一种问法", "Asked otherwise")))


def _with_option(definition: Questionnaire, code: str) -> ChangeQuestion:
    question = definition.question_by_code[code]
    assert isinstance(question, SingleChoice)
    more = (*question.options, Option("99", Text("新选项", "New option")))
    return ChangeQuestion(code, replace(question, options=more))


def _rescored(scale: Scale) -> ChangeScale:
    return ChangeScale(scale.code, replace(scale, grades=(replace(scale.grades[0], score=95), *scale.grades[1:])))


def _audit(database: Database, action: str) -> AuditEntry:
    with database.reading() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()


# --- publishing ------------------------------------------------------------------------------------


def test_other_options_under_an_old_code_are_not_published(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [_with_option(definition, "W31")])
    with pytest.raises(MeaningChanged) as refused:
        _publish(database, office, row)
    assert [(change.code, change.kind) for change in refused.value.changes] == [("W31", "options_changed")]
    review = versions.review(database, actor=office.organiser, questionnaire_id=row.id)
    assert review.comparison is not None
    assert [change.code for change in review.comparison.refused] == ["W31"]


def test_new_codes_let_it_be_published_and_keep_the_old_answers_apart(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    design = _edit(database, office, row, [_rescored(definition.scale_by_code["S5"])])
    pairs = versions.renew_codes(
        database, actor=office.organiser, questionnaire_id=row.id, revision=design.revision, now=LATER
    )
    renamed = dict(pairs)
    assert renamed["W10"] == "W10_2"
    assert renamed["W11"] == "W11_2"
    assert _draft(database, office, row).definition.headline == "W10_2"
    version = _publish(database, office, row)
    detail = versions.detail(database, actor=office.organiser, version_id=version.id)
    assert detail.comparison is not None
    assert not detail.comparison.refused
    assert detail.comparison.effect.gone == detail.comparison.effect.new == len(pairs)


def test_new_codes_are_an_edit_that_can_be_undone(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    design = _edit(database, office, row, [_with_option(definition, "W01")])
    actor = office.organiser
    versions.renew_codes(database, actor=actor, questionnaire_id=row.id, revision=design.revision, now=LATER)
    renewed = _draft(database, office, row)
    assert renewed.definition.question_by_code["W02"].shown_if == replace(
        definition.question_by_code["W02"].shown_if, question="W01_2"  # type: ignore[type-var]  # a comparison
    )  # fmt: skip
    back = designing.undo(database, actor=actor, questionnaire_id=row.id, revision=renewed.revision, now=LATER)
    assert back.definition == design.definition


def test_a_code_never_gets_its_meaning_of_two_versions_ago_changed(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [RemoveQuestion("W31")])
    _publish(database, office, row)
    _edit(database, office, row, [_with_option(definition, "W31")])  # brings it back, with one option more
    with pytest.raises(MeaningChanged):
        _publish(database, office, row)


def test_what_no_survey_has_used_may_mean_something_else(database: Database, office: Office, row: Row) -> None:
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [_with_option(definition, "W31")])
    review = versions.review(database, actor=office.organiser, questionnaire_id=row.id)
    assert review.comparison is not None
    assert not review.comparison.refused
    assert (review.comparison.effect.other, review.comparison.questions.other) == (1, 1)
    assert _publish(database, office, row).number == 2


def test_a_version_that_a_survey_has_left_stays_in_use(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [RemoveQuestion("W31")])
    _move(database, office, survey, _publish(database, office, row))  # answers may lie under the first version
    _edit(database, office, row, [_with_option(definition, "W31")])
    with pytest.raises(MeaningChanged):
        _publish(database, office, row)


def test_keeping_a_change_as_new_questions_publishes_it_at_once(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    design = _edit(database, office, row, [_with_option(definition, "W31")])
    number, pairs = versions.publish_as_new(
        database, actor=office.organiser, questionnaire_id=row.id, revision=design.revision, now=LATER
    )
    assert (number, pairs) == (2, (("W31", "W31_2"),))
    assert _draft(database, office, row).definition.question_by_code["W31_2"]


def test_what_cannot_be_published_gets_no_new_codes_either(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    question = definition.question_by_code["W01"]
    edits = [_with_option(definition, "W31"), ChangeQuestion("W01", replace(question, text=EMPTY))]
    design = _edit(database, office, row, edits)
    with pytest.raises(questionnaires.HasProblems):
        versions.publish_as_new(
            database, actor=office.organiser, questionnaire_id=row.id, revision=design.revision, now=LATER
        )
    assert _draft(database, office, row).definition == design.definition


def test_swapped_codes_are_found(database: Database, office: Office, row: Row, survey: Survey) -> None:
    _edit(database, office, row, [RenameCodes((("W11", "W12"), ("W12", "W11")))])
    with pytest.raises(MeaningChanged) as refused:
        _publish(database, office, row)
    assert {change.code for change in refused.value.changes} == {"W11", "W12"}


def test_codes_are_renewed_only_for_the_draft_that_was_seen(database: Database, office: Office, row: Row) -> None:
    with pytest.raises(drafts.EditedMeanwhile):
        versions.renew_codes(database, actor=office.organiser, questionnaire_id=row.id, revision=99, now=LATER)
    with pytest.raises(NotFound):
        versions.renew_codes(database, actor=office.stranger, questionnaire_id=row.id, revision=0, now=LATER)


def test_what_a_change_does_to_comparison_is_counted(database: Database, office: Office, row: Row) -> None:
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [_reworded(definition), RemoveQuestion("W30"), CopyQuestion("W01", "Q1")])
    review = versions.review(database, actor=office.organiser, questionnaire_id=row.id)
    assert review.comparison is not None
    effect = review.comparison.effect
    assert (effect.care, effect.other, effect.gone, effect.new) == (1, 0, 1, 1)
    assert effect.same == len(definition.fields) - 2
    questions = review.comparison.questions
    assert (questions.care, questions.gone, questions.new) == (1, 1, 1)
    assert questions.same == len({field.question.code for field in definition.fields.values()}) - 2


# --- moving a survey -------------------------------------------------------------------------------


def _detail(database: Database, office: Office, survey: Survey) -> Survey:
    return surveys.detail(database, actor=office.organiser, survey_id=survey.id).survey


def _move(database: Database, office: Office, survey: Survey, version: QuestionnaireVersion) -> Survey:
    return versions.move(
        database, actor=office.organiser, survey_id=survey.id, version_id=version.id,
        from_version_id=survey.version_id, now=LATER,
    )  # fmt: skip


def test_a_survey_keeps_its_version_until_somebody_moves_it(
    database: Database, office: Office, row: Row, survey: Survey, tmp_path: Path
) -> None:
    definition = _draft(database, office, row).definition
    _answer_all(database, survey, definition)
    _edit(database, office, row, [_reworded(definition), CopyQuestion("W31", "Q1")])
    newer = _publish(database, office, row)
    assert _detail(database, office, survey).version.number == 1
    (offered,) = versions.newer(database, actor=office.organiser, survey_id=survey.id)
    plan = versions.plan_move(database, actor=office.organiser, survey_id=survey.id, version_id=offered.id)
    assert (plan.before.number, plan.after.number, plan.responses) == (1, 2, 3)
    assert not plan.comparison.refused

    _move(database, office, survey, newer)
    assert _detail(database, office, survey).version.number == 2
    _answer_all(database, survey, codec.loads(newer.definition))
    with database.reading() as session:
        pinned = list(session.scalars(select(Response.version_id).order_by(Response.version_id)))
    assert pinned == [*[survey.version_id] * 3, *[newer.id] * 3]
    entry = _audit(database, "survey_moved")
    assert entry.actor_id == office.organiser.user_id
    assert (entry.detail["before"], entry.detail["after"], entry.detail["responses"]) == (1, 2, 3)
    assert entry.detail["after_sha256"] == newer.sha256

    surveys.change_state(database, actor=office.organiser, survey_id=survey.id, state=SurveyState.CLOSED, now=LATER)
    store = ColumnStore(tmp_path)
    seen = evaluate.evaluate_campaign(
        database, store, actor=office.organiser, campaign_id=office.campaign.id, now=LATER
    )
    (part,) = seen.parts
    assert part.headline is not None
    assert (part.version, part.returned, part.headline.rated.rate.n) == (2, 6, 6)


def _answer_all(database: Database, survey: Survey, definition: Questionnaire) -> None:
    """Send three times the first option of everything; what is not asked then is dropped by the path."""
    raw = {collect.CONSENT: ["1"]}
    for code, field in definition.fields.items():
        options = options_of(field.question)
        raw[code] = [options[0].code if options else "1"]
    for __ in range(3):
        collect.submit(
            database, code=survey.collectors[0].code, submission_id=uuid4(), raw=raw, locale="zh_Hans_CN",
            mode=Mode.WEB, now=LATER,
        )  # fmt: skip


def test_a_move_is_refused_when_the_meaning_has_changed(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    question = definition.question_by_code["W31"]
    assert isinstance(question, SingleChoice)
    other = replace(question, options=question.options[:-1])
    sections = tuple(
        replace(part, questions=tuple(other if each.code == "W31" else each for each in part.questions))
        for part in definition.sections
    )
    changed = replace(definition, sections=sections)
    with database.transaction() as session:  # publishing would not let it through
        version = QuestionnaireVersion(
            questionnaire_id=row.id, number=2, code=changed.code, definition=codec.dumps(changed),
            sha256=codec.sha256(changed), changes="", published_at=LATER,
        )  # fmt: skip
        session.add(version)
    with pytest.raises(MeaningChanged):
        _move(database, office, survey, version)
    assert _detail(database, office, survey).version.number == 1


def test_a_survey_moves_forward_only_while_it_is_open_and_as_it_was_seen(
    database: Database, office: Office, row: Row, survey: Survey
) -> None:
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [_reworded(definition)])
    second = _publish(database, office, row)
    with pytest.raises(NotFound):  # not its questionnaire's, or not newer
        versions.plan_move(database, actor=office.organiser, survey_id=survey.id, version_id=survey.version_id)
    with pytest.raises(NotFound):
        versions.plan_move(database, actor=office.stranger, survey_id=survey.id, version_id=second.id)
    _move(database, office, survey, second)
    with pytest.raises(versions.NotMovable):  # a second tap, or somebody who saw it before
        _move(database, office, survey, second)
    _edit(database, office, row, [_reworded(definition, "W30")])
    third = _publish(database, office, row)
    surveys.change_state(database, actor=office.organiser, survey_id=survey.id, state=SurveyState.CLOSED, now=LATER)
    assert versions.newer(database, actor=office.organiser, survey_id=survey.id) == ()
    with pytest.raises(versions.NotMovable):
        versions.move(
            database, actor=office.organiser, survey_id=survey.id, version_id=third.id, from_version_id=second.id,
            now=LATER,
        )  # fmt: skip


# --- templates of one's own ------------------------------------------------------------------------


def _organiser(database: Database, unit: Unit, username: str) -> Actor:
    with database.transaction() as session:
        user = User(
            username=username, name=username, password_hash="", must_change_password=False, created_at=NOW,
            grants=[RoleGrant(role=Role.ORGANISER, unit_id=unit.id)],
        )  # fmt: skip
        session.add(user)
        session.flush()
    grant = Grant(Role.ORGANISER, unit.id, unit.path, unit.name)
    return Actor(user.id, username, username, None, False, 0, (grant,))


def _unit_below(database: Database, parent: Unit, name: str) -> Unit:
    with database.transaction() as session:
        unit = Unit(parent_id=parent.id, path="/", kind=UnitKind.ENTERPRISE, name=name)
        session.add(unit)
        session.flush()
        unit.path = f"{parent.path}{unit.id}/"
    return unit


def _titles(database: Database, actor: Actor) -> list[str]:
    return [each.definition.title.zh for each in templates.shared(database, actor=actor)]


def test_a_template_is_seen_by_its_unit_and_those_below_and_above_but_not_beside(
    database: Database, office: Office, row: Row
) -> None:
    below = _organiser(database, _unit_below(database, office.unit, "下属企业"), "below")
    templates.offer(database, actor=office.organiser, questionnaire_id=row.id, is_offered=True, now=LATER)
    title = "工作队满意度测评表（职工卷）"
    assert _titles(database, office.organiser) == [title]
    assert _titles(database, below) == [title]
    assert _titles(database, office.stranger) == []
    with pytest.raises(NotFound):
        templates.one(database, actor=office.stranger, questionnaire_id=row.id)
    with pytest.raises(NotFound):  # seen as a template, not as somebody else's draft
        questionnaires.load_draft(database, actor=below, questionnaire_id=row.id)
    assert _audit(database, "questionnaire_offered").subject_id == str(row.id)


def test_a_copy_is_of_the_newest_version_and_is_not_linked(database: Database, office: Office, row: Row) -> None:
    unit = _unit_below(database, office.unit, "下属企业")
    below = _organiser(database, unit, "below")
    templates.offer(database, actor=office.organiser, questionnaire_id=row.id, is_offered=True, now=LATER)
    definition = _draft(database, office, row).definition
    _edit(database, office, row, [_reworded(definition)])  # a draft is nobody else's yet
    copied = templates.copy(database, actor=below, questionnaire_id=row.id, unit_id=unit.id, now=LATER)
    mine = questionnaires.load_draft(database, actor=below, questionnaire_id=copied.id)
    assert mine.definition == definition
    assert mine.questionnaire.copied_from == "A_W"
    with pytest.raises(Forbidden):
        templates.copy(database, actor=below, questionnaire_id=row.id, unit_id=office.unit.id, now=LATER)
    with pytest.raises(NotFound):
        templates.copy(database, actor=below, questionnaire_id=row.id, unit_id=2**31 - 1, now=LATER)


def test_only_what_was_published_can_be_offered_and_an_offer_ends(
    database: Database, office: Office, row: Row
) -> None:
    actor = office.organiser
    draft = designing.create(database, actor=actor, unit_id=office.unit.id, title=Text("新卷", ""), now=NOW)
    with pytest.raises(templates.NotPublished):
        templates.offer(database, actor=actor, questionnaire_id=draft.id, is_offered=True, now=LATER)
    templates.offer(database, actor=actor, questionnaire_id=row.id, is_offered=True, now=LATER)
    questionnaires.archive(database, actor=actor, questionnaire_id=row.id, now=LATER)
    assert _titles(database, actor) == []
    questionnaires.restore(database, actor=actor, questionnaire_id=row.id, now=LATER)
    assert len(_titles(database, actor)) == 1
    templates.offer(database, actor=actor, questionnaire_id=row.id, is_offered=False, now=LATER)
    assert _titles(database, actor) == []
    with pytest.raises(NotFound):
        templates.offer(database, actor=office.stranger, questionnaire_id=row.id, is_offered=True, now=LATER)
