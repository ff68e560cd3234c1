"""What the benchmarks send is what the product takes: figures of refused answers would say nothing."""

from uuid import UUID, uuid4

from flask import Flask

from benchmarks import stage
from survey_app import library
from survey_app.storage.models import Response
from survey_app.storage.session import Database
from tests.support.field import put_into_field
from tests.support.office import make_office


def test_the_benchmarks_form_is_acknowledged_and_stored_whole(app: Flask, database: Database) -> None:
    field = put_into_field(database, make_office(database), library.template("A_W").questionnaire)
    submission_id = str(uuid4())

    answer = app.test_client().post(
        f"/s/{field.code}",
        data=stage.form_body(submission_id, mark="夜班"),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 200
    with database.reading() as session:
        stored = session.get(Response, UUID(submission_id))
        assert stored is not None
        assert stored.answers == stage.expected_answers("夜班")
