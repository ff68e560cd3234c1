"""A draft on the table: taken from a template, opened in the designer, sent as a browser would send it."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import designing, questionnaires, surveys
from survey_app.storage.models import Questionnaire as Row
from survey_app.storage.models import Survey
from survey_app.storage.session import Database
from survey_app.words import Audience, Purpose
from tests.support.forms import form_of
from tests.support.office import NOW, Office


def taken(database: Database, office: Office, code: str = "A_W") -> Row:
    """Return the organiser's copy of a shipped template."""
    return questionnaires.copy_template(
        database, actor=office.organiser, template_code=code, unit_id=office.unit.id, now=NOW
    )


def kept(database: Database, office: Office, definition: Questionnaire) -> Row:
    """Return a questionnaire of the organiser's with this draft."""
    row = taken(database, office)
    return questionnaires.save_draft(
        database, actor=office.organiser, questionnaire_id=row.id, definition=definition, revision=0, now=NOW
    )


def in_the_field(database: Database, office: Office, row: Row) -> Survey:
    """Publish the draft and prepare a survey that uses it: from then on its codes have their meaning."""
    actor = office.organiser
    version = questionnaires.publish(database, actor=actor, questionnaire_id=row.id, now=NOW)
    return surveys.create_survey(
        database, actor=actor, campaign_id=office.campaign.id, version_id=version.id, title="测评",
        purpose=Purpose.ACTIVITY_EVALUATION, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip


def draft_of(database: Database, office: Office, row: Row) -> Questionnaire:
    """Return what the draft says now."""
    return designing.open_design(database, actor=office.organiser, questionnaire_id=row.id).definition


def designer_at(row: Row, place: str = "") -> str:
    """Return the address of a place in the designer, such as `?question=W31`."""
    return f"/questionnaires/{row.id}/edit{place}"


def form_at(client: FlaskClient, row: Row, place: str = "?question=W31") -> MultiDict[str, str]:
    """Return what the editor of the place would send, untouched."""
    return form_of(client.get(designer_at(row, place)).text)[1]


def send(client: FlaskClient, row: Row, form: MultiDict[str, str], place: str = "?question=W31") -> TestResponse:
    """Send a form as the page's script does."""
    return client.post(designer_at(row, place), data=form.to_dict(flat=False), headers={"X-Designer": "1"})


def pressed(client: FlaskClient, row: Row, button: str, place: str = "?question=W31") -> TestResponse:
    """Press a button of the editor that is open at the place."""
    form = form_at(client, row, place)
    form["do"] = button
    return send(client, row, form, place)
