"""Questionnaires from files: send one, see what was read and what got lost, and only then save it as a draft."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from survey_app.interchange import sheet
from survey_app.interchange.ballot_template import table_workbook
from survey_app.interchange.findings import Finding, Severity, UnreadableFile
from survey_app.interchange.formats import FORMATS, MEBIBYTE, format_of, read_file
from survey_app.questionnaire import checks
from survey_app.services import exchange as services
from survey_app.services import questionnaires
from survey_app.services.access import NotFound, Permission
from survey_app.web import context, security
from survey_app.web.access import allowed
from survey_app.web.author import exchange_store
from survey_app.web.author.addresses import file_name
from survey_app.web.author.exchange_store import Waiting
from survey_app.web.author.exchange_words import FORMAT_WORDS, LACKING_WORDS, SEVERITIES, refusal_words, worded
from survey_app.web.author.outline import outline, question_count
from survey_app.web.author.problems import worded as worded_problems
from survey_app.web.author.room import blueprint
from survey_app.web.author.uploads import UploadGone
from survey_app.web.forms import ChoiceField, Form
from survey_app.web.keys import key
from survey_app.web.respond import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USUAL_WORDS = "usual_words"
"""The box that puts the usual words in."""
MOST_SHOWN = 200
"""Findings on the page; all of them are in the workbook."""


_SHOWN_FIRST = frozenset({"sheet", "pasted"})
"""Formats with words of their own on the page; the others are those of other programs."""


class FileForm(Form):
    """A file with a questionnaire, and its format where that cannot be told from the file."""

    file = FileField(
        _l("Filled-in template, or another file with a questionnaire"), [FileRequired(_l("Choose a file."))]
    )
    file_format = ChoiceField(_l("Format"), default="")

    def __init__(self) -> None:
        super().__init__()
        named = [(each, words.name) for each, words in FORMAT_WORDS.items()]
        self.file_format.choices = [("", _("recognised from the file")), *named]
        endings = sorted({suffix for each in FORMATS.values() for suffix in each.suffixes})
        self.file.render_kw = {"accept": ",".join(endings)}


@blueprint.route("/questionnaires/import", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def exchange() -> ResponseReturnValue:
    """Ask for a file; what was read from it is kept until its sender has decided."""
    form = FileForm()
    if form.validate_on_submit() and (waiting := _read(form)) is not None:
        return redirect(url_for("author.exchange_preview", token=exchange_store.keep(waiting)))
    shown = render_template(
        "author/exchange.html",
        form=form,
        formats=[(FORMATS[each], words) for each, words in FORMAT_WORDS.items() if each not in _SHOWN_FIRST],
        limit=context.settings().upload_limit // MEBIBYTE,
    )
    return shown, 422 if form.is_submitted() else 200


@blueprint.get("/questionnaires/import/template.xlsx")
@allowed(Permission.DESIGN)
def exchange_template() -> ResponseReturnValue:
    """Give the Excel template to fill in, with an example."""
    content = sheet.template(locale=context.locale())
    return _workbook(content, file_name(_("Template for a questionnaire"), extension="xlsx"))


@blueprint.get("/questionnaires/import/<token>")
@allowed(Permission.DESIGN)
def exchange_preview(token: str) -> ResponseReturnValue:
    """Show what was read, and everything that was left out or changed. Nothing has been saved."""
    try:
        waiting = exchange_store.find(token)
    except UploadGone:
        return _send_again()
    questionnaire, findings = waiting.imported.questionnaire, _findings(waiting)
    problems = worded_problems(checks.check(questionnaire), questionnaire) if questionnaire is not None else []
    return render_template(
        "author/exchange_preview.html",
        waiting=waiting,
        format_name=FORMAT_WORDS[waiting.file_format].name,
        questionnaire=questionnaire,
        findings=[worded(waiting.file_format, each) for each in findings[:MOST_SHOWN]],
        counts=_counts(findings),
        finding_count=len(findings),
        lacking=[LACKING_WORDS[each] for each in _lacking(waiting)],
        usual=services.with_usual_words(questionnaire) if questionnaire is not None else None,
        problems=[each for each in problems if each.is_error],
        parts=outline(questionnaire) if questionnaire is not None else [],
        count=question_count(questionnaire) if questionnaire is not None else 0,
        homes=questionnaires.homes(context.actor()),
        token=token,
    )


@blueprint.get("/questionnaires/import/<token>/phone")
@allowed(Permission.DESIGN)
def exchange_phone(token: str) -> ResponseReturnValue:
    """Show what was read as workers would see it, with the usual words where the file has none."""
    try:
        questionnaire = exchange_store.find(token).imported.questionnaire
    except UploadGone:
        return _send_again()
    if questionnaire is None:
        raise NotFound
    security.allow_framing_by_ourselves()
    questionnaire = services.with_usual_words(questionnaire)
    return page.preview(questionnaire, context.locale())


@blueprint.get("/questionnaires/import/<token>/report.xlsx")
@allowed(Permission.DESIGN)
def exchange_report(token: str) -> ResponseReturnValue:
    """Give all findings as a workbook, to mend the file by."""
    try:
        waiting = exchange_store.find(token)
    except UploadGone:
        return _send_again()
    title = _("What was left out, changed or added")
    header = [_("What happens"), _("Sheet"), _("Row"), _("Column"), _("Path"), _("Reason")]
    rows = []
    for finding in _findings(waiting):
        each, place = worded(waiting.file_format, finding), finding.place
        where = (place.sheet or "", place.row or "", place.column or "", place.path or "")
        rows.append((each.state[0], *where, each.words))
    return _workbook(table_workbook(title, header, rows), file_name(title, waiting.file_name, extension="xlsx"))


@blueprint.post("/questionnaires/import/<token>")
@allowed(Permission.DESIGN)
def save_exchange(token: str) -> ResponseReturnValue:
    """Save what was shown as a draft."""
    try:
        waiting = exchange_store.find(token)
    except UploadGone:
        return _send_again()
    homes = questionnaires.homes(context.actor())
    unit_id = request.form.get("unit_id", homes[0].unit_id if len(homes) == 1 else None, key)
    definition = waiting.imported.questionnaire
    if definition is None or unit_id is None:
        raise NotFound
    if USUAL_WORDS in request.form:
        definition = services.with_usual_words(definition)
    row = services.save_draft(
        context.database(),
        actor=context.actor(),
        unit_id=unit_id,
        definition=definition,
        file_format=waiting.file_format,
        file_name=waiting.file_name,
        now=context.now(),
    )
    exchange_store.forget(token)
    flash(
        _("The questionnaire has been saved as a draft. Look through it once more before you publish it."), "done"
    )
    return redirect(url_for("author.questionnaire", questionnaire_id=row.id))


def _lacking(waiting: Waiting) -> tuple[str, ...]:
    definition = waiting.imported.questionnaire
    return services.lacking(definition) if definition is not None else ()


def _findings(waiting: Waiting) -> tuple[Finding, ...]:
    """Return what was read out of the file, and what is put in where it has no words."""
    added = (Finding(Severity.ADDED, f"usual_{name}") for name in _lacking(waiting))
    order = [Severity.ERROR, Severity.TO_COMPLETE, Severity.ADDED, Severity.DROPPED, Severity.CHANGED]
    return tuple(sorted((*added, *waiting.imported.findings), key=lambda each: order.index(each.severity)))


def _counts(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """Return how many findings there are of each severity; of those that files seldom have, only if there are."""
    counts = Counter(each.severity for each in findings)
    always = {Severity.DROPPED, Severity.CHANGED}
    return [
        (str(words), counts[severity])
        for severity, (words, _kind) in SEVERITIES.items()
        if counts[severity] or severity in always
    ]


def _read(form: FileForm) -> Waiting | None:
    """Read the file that was sent; where it cannot be taken, its field says why."""
    name, wanted = form.file.data.filename or "", form.file_format.data or ""
    content, limit = form.file.data.read(), context.settings().upload_limit
    try:
        found = format_of(content, most_bytes=limit, key=wanted, filename=name)
        wanted = found.key
        return Waiting(found.key, name, read_file(found, content, filename=name, most_bytes=limit))
    except UnreadableFile as refusal:
        form.file.errors = [refusal_words(wanted, refusal)]
        return None


def _send_again() -> ResponseReturnValue:
    flash(_("What was read is not kept any longer. Nothing has been saved; please send the file again."), "wait")
    return redirect(url_for("author.exchange"))


def _workbook(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
