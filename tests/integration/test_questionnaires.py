"""Questionnaires: copied, edited by several people, published once and for good, seen only by their own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from survey_app import library
from survey_app.questionnaire import codec
from survey_app.questionnaire.text import Text
from survey_app.services import questionnaires
from survey_app.services.access import Forbidden, NotFound
from survey_app.storage.guards import NeverChanges
from survey_app.storage.models import AuditEntry, Questionnaire, QuestionnaireVersion
from survey_app.storage.session import Database
from tests.support.office import NOW, Office, make_office

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    return make_office(database)


@pytest.fixture
def row(database: Database, office: Office) -> Questionnaire:
    return questionnaires.copy_template(
        database, actor=office.organiser, template_code="A_W", unit_id=office.unit.id, now=NOW
    )


def _published(database: Database, office: Office, row: Questionnaire) -> QuestionnaireVersion:
    return questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=LATER)


def _actions(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_copy_is_the_template_and_belongs_to_the_unit(
    database: Database, office: Office, row: Questionnaire
) -> None:
    draft = questionnaires.load_draft(database, actor=office.organiser, questionnaire_id=row.id)
    assert draft.definition == library.template("A_W").questionnaire
    assert draft.questionnaire.unit_id == office.unit.id
    assert draft.questionnaire.title == "工作队满意度测评表（职工卷）"
    assert draft.questionnaire.copied_from == "A_W"


def test_nobody_copies_into_the_unit_of_others(database: Database, office: Office) -> None:
    for person in (office.stranger, office.leader):
        with pytest.raises(Forbidden):
            questionnaires.copy_template(
                database, actor=person, template_code="A_W", unit_id=office.unit.id, now=NOW
            )


def test_others_do_not_even_know(database: Database, office: Office, row: Questionnaire) -> None:
    version = _published(database, office, row)
    assert questionnaires.entries(database, actor=office.stranger) == ()
    with pytest.raises(NotFound):
        questionnaires.detail(database, actor=office.stranger, questionnaire_id=row.id)
    with pytest.raises(NotFound):
        questionnaires.version(database, actor=office.stranger, version_id=version.id)
    with pytest.raises(NotFound):
        questionnaires.publish(database, actor=office.stranger, questionnaire_id=row.id, now=LATER)
    with pytest.raises(NotFound):
        questionnaires.archive(database, actor=office.leader, questionnaire_id=row.id, now=LATER)


def test_two_editors_notice_each_other(database: Database, office: Office, row: Questionnaire) -> None:
    mine = questionnaires.load_draft(database, actor=office.organiser, questionnaire_id=row.id)
    yours = replace(mine.definition, title=Text("乙的题目", "Yours"))
    questionnaires.save_draft(
        database, actor=office.organiser, questionnaire_id=row.id, definition=yours, revision=mine.revision, now=NOW
    )
    with pytest.raises(questionnaires.EditedMeanwhile) as refused:
        questionnaires.save_draft(
            database,
            actor=office.organiser,
            questionnaire_id=row.id,
            definition=replace(mine.definition, title=Text("甲的题目", "Mine")),
            revision=mine.revision,
            now=LATER,
        )
    kept = questionnaires.load_draft(database, actor=office.organiser, questionnaire_id=row.id)
    assert refused.value.revision == kept.revision
    assert kept.definition == yours
    assert kept.questionnaire.title == "乙的题目"


def test_only_the_draft_that_was_seen_is_published(database: Database, office: Office, row: Questionnaire) -> None:
    questionnaires.rename(
        database, actor=office.organiser, questionnaire_id=row.id, title="新题目", title_en="New", now=NOW
    )
    with pytest.raises(questionnaires.EditedMeanwhile):
        questionnaires.publish(
            database, actor=office.organiser, questionnaire_id=row.id, revision=row.draft_revision, now=LATER
        )


def test_a_version_is_the_draft_as_it_was(database: Database, office: Office, row: Questionnaire) -> None:
    version = _published(database, office, row)
    assert version.number == 1
    assert codec.loads(version.definition) == library.template("A_W").questionnaire
    assert version.sha256 == codec.sha256(library.template("A_W").questionnaire)
    assert version.published_by == office.organiser.user_id
    (entry,) = questionnaires.entries(database, actor=office.organiser)
    assert entry.newest is not None
    assert (entry.newest.number, entry.is_changed, entry.errors) == (1, False, 0)


def test_publishing_an_unchanged_draft_makes_no_version(
    database: Database, office: Office, row: Questionnaire
) -> None:
    first = _published(database, office, row)
    assert _published(database, office, row).id == first.id
    assert _actions(database).count("questionnaire_published") == 1


def test_an_edit_makes_the_next_version_and_leaves_the_first(
    database: Database, office: Office, row: Questionnaire
) -> None:
    first = _published(database, office, row)
    questionnaires.rename(
        database, actor=office.organiser, questionnaire_id=row.id, title="新题目", title_en="", now=LATER
    )
    assert questionnaires.entries(database, actor=office.organiser)[0].is_changed
    second = _published(database, office, row)
    kept = questionnaires.version(database, actor=office.organiser, version_id=first.id)
    assert second.number == 2
    assert codec.loads(second.definition).title.zh == "新题目"
    assert (kept.definition, kept.sha256) == (first.definition, first.sha256)
    versions = questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id).versions
    assert [(each.version.number, each.publisher, each.surveys) for each in versions] == [
        (2, office.organiser.name, 0),
        (1, office.organiser.name, 0),
    ]


def test_a_draft_with_errors_is_kept_but_not_published(
    database: Database, office: Office, row: Questionnaire
) -> None:
    broken = replace(library.template("A_W").questionnaire, headline="NOWHERE", minutes=0)
    questionnaires.save_draft(
        database, actor=office.organiser, questionnaire_id=row.id, definition=broken, revision=0, now=NOW
    )
    with pytest.raises(questionnaires.HasProblems) as refused:
        _published(database, office, row)
    assert {problem.kind for problem in refused.value.problems} == {"headline_not_scale", "bad_minutes"}
    detail = questionnaires.detail(database, actor=office.organiser, questionnaire_id=row.id)
    assert (detail.entry.errors, detail.versions) == (2, ())


def test_what_is_archived_is_out_of_the_way_and_comes_back(
    database: Database, office: Office, row: Questionnaire
) -> None:
    questionnaires.archive(database, actor=office.organiser, questionnaire_id=row.id, now=LATER)
    assert questionnaires.entries(database, actor=office.organiser) == ()
    assert len(questionnaires.entries(database, actor=office.organiser, is_archived=True)) == 1
    with pytest.raises(questionnaires.Archived):
        _published(database, office, row)
    questionnaires.restore(database, actor=office.organiser, questionnaire_id=row.id, now=LATER)
    assert _published(database, office, row).number == 1
    assert _actions(database) == [
        "questionnaire_copied",
        "questionnaire_archived",
        "questionnaire_restored",
        "questionnaire_published",
    ]


def test_search_finds_words_in_either_title(database: Database, office: Office, row: Questionnaire) -> None:
    def found(search: str) -> int:
        return len(questionnaires.entries(database, actor=office.organiser, search=search))

    assert (found("满意度"), found("SATISFACTION"), found("%"), found("回访")) == (1, 1, 0, 0)


def test_a_version_never_changes_and_never_goes(database: Database, office: Office, row: Questionnaire) -> None:
    version = _published(database, office, row)
    with pytest.raises(NeverChanges), database.transaction() as session:
        session.get_one(QuestionnaireVersion, version.id).definition = "{}"
    with pytest.raises(NeverChanges), database.transaction() as session:
        session.delete(session.get_one(QuestionnaireVersion, version.id))
    with pytest.raises(NeverChanges), database.transaction() as session:
        session.execute(update(QuestionnaireVersion).values(sha256="0" * 64))
    with pytest.raises(NeverChanges), database.transaction() as session:
        session.execute(delete(QuestionnaireVersion))
    kept = questionnaires.version(database, actor=office.organiser, version_id=version.id)
    assert (kept.definition, kept.sha256) == (version.definition, version.sha256)
