"""Questionnaires as files: what each format would not say, and then the file; and the schema of our own format."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

from flask import Response, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.interchange.formats import WRITABLE, FileFormat
from survey_app.interchange.own_schema import json_schema
from survey_app.questionnaire import checks
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collect, questionnaires
from survey_app.services.access import NotFound, Permission
from survey_app.web import context, formats
from survey_app.web.access import allowed, public
from survey_app.web.author.addresses import file_name
from survey_app.web.author.exchange_words import FORMAT_WORDS, FormatWords, Loss, losses
from survey_app.web.author.room import blueprint

LOSSLESS = "own_json"
"""The one format that takes a draft with problems, as it is."""

_FORMAT_NAMES = {"xlsform": "XLSForm", "surveyjs": "SurveyJS"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One format to download: its words, what the file will not say, and where it is (None: not as it stands)."""

    words: FormatWords
    suffix: str
    losses: list[Loss]
    url: str | None


@blueprint.get("/questionnaires/<int:questionnaire_id>/files")
@allowed(Permission.DESIGN)
def draft_files(questionnaire_id: int) -> ResponseReturnValue:
    """Offer the draft in every format."""
    detail = questionnaires.detail(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    definition = detail.definition
    errors = checks.errors(definition)
    offers = [
        _offer(each, definition, url_for("author.draft_file", questionnaire_id=questionnaire_id, file_format=key))
        if not errors or key == LOSSLESS
        else Offer(FORMAT_WORDS[key], each.suffixes[0], [], None)
        for key, each in _formats()
    ]
    return _page(detail, None, offers, len(errors))


@blueprint.get("/questionnaires/versions/<int:version_id>/files")
@allowed(Permission.DESIGN)
def version_files(version_id: int) -> ResponseReturnValue:
    """Offer a published version in every format."""
    version = questionnaires.version(context.database(), actor=context.actor(), version_id=version_id)
    detail = questionnaires.detail(
        context.database(), actor=context.actor(), questionnaire_id=version.questionnaire_id
    )
    definition = collect.questionnaire_of(version)
    offers = [
        _offer(each, definition, url_for("author.version_file", version_id=version_id, file_format=key))
        for key, each in _formats()
    ]
    return _page(detail, version.number, offers, 0)


@blueprint.get("/questionnaires/<int:questionnaire_id>/files/<file_format>")
@allowed(Permission.DESIGN)
def draft_file(questionnaire_id: int, file_format: str) -> ResponseReturnValue:
    """Give the draft as a file."""
    draft = questionnaires.load_draft(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    if file_format != LOSSLESS and checks.errors(draft.definition):
        raise NotFound
    return _file(draft.definition, _("draft"), file_format)


@blueprint.get("/questionnaires/versions/<int:version_id>/files/<file_format>")
@allowed(Permission.DESIGN)
def version_file(version_id: int, file_format: str) -> ResponseReturnValue:
    """Give a published version as a file."""
    version = questionnaires.version(context.database(), actor=context.actor(), version_id=version_id)
    return _file(collect.questionnaire_of(version), _("version %(number)s", number=version.number), file_format)


@blueprint.get("/schema/questionnaire-1.json")
@public
def questionnaire_schema() -> ResponseReturnValue:
    """Give the JSON Schema of our own format, for the programs of others."""
    content = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    return Response(content, mimetype="application/schema+json")


def _formats() -> list[tuple[str, FileFormat]]:
    """Return the formats that can be written, in the order in which people see them."""
    return [(key, WRITABLE[key]) for key in FORMAT_WORDS if key in WRITABLE]


def _offer(each: FileFormat, questionnaire: Questionnaire, url: str) -> Offer:
    findings = each.write_report(questionnaire)
    return Offer(FORMAT_WORDS[each.key], each.suffixes[0], losses(each.key, findings, questionnaire), url)


def _page(
    detail: questionnaires.Detail, number: int | None, offers: list[Offer], errors: int
) -> ResponseReturnValue:
    return render_template(
        "author/exchange_files.html",
        row=detail.entry.questionnaire,
        number=number,
        versions=detail.versions,
        offers=offers,
        errors=errors,
    )


def _file(questionnaire: Questionnaire, edition: str, file_format: str) -> ResponseReturnValue:
    found = WRITABLE.get(file_format)
    if found is None or found.write is None:
        raise NotFound
    title = formats.words(questionnaire.title) or questionnaire.code
    # Two formats may share an ending: whoever downloads both must tell them apart.
    name = file_name(
        title, edition, _FORMAT_NAMES.get(found.key, ""), extension=found.suffixes[0].removeprefix(".")
    )
    return send_file(
        io.BytesIO(found.write(questionnaire)), mimetype=found.mimetype, as_attachment=True, download_name=name
    )
