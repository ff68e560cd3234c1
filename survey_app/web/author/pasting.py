"""A questionnaire from pasted text: the text on one side, what it becomes on the other. Only saving saves anything.

Without script a button shows the preview; the page's script asks for it as people type, with the header
`X-Pasting`, and is answered with the preview alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from survey_app.interchange import pasted
from survey_app.interchange.findings import Severity
from survey_app.questionnaire import checks
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import exchange, questionnaires
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.import_words_pasted import WORDS
from survey_app.web.author.outline import Part, outline, question_count
from survey_app.web.author.pasting_words import EXAMPLE, NOTATION, LineWords, Told, lines_of, told
from survey_app.web.author.problems import Worded, worded
from survey_app.web.author.room import blueprint
from survey_app.web.forms import ChoiceField, Form

SCRIPT_HEADER = "X-Pasting"
MOST_CHARACTERS = 100_000
"""Longest text that the page takes; some thousand questions."""


class PastedField(TextAreaField):
    """A text taken as it is: without the empty lines at its beginning, its lines would have other numbers."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the text without the filters that other fields have."""
        self.filters = ()
        super().process(formdata, data)


class PasteForm(Form):
    """The text, the unit that the questionnaire is for, and whether the usual notice is added where it has none."""

    text = PastedField(_l("Text of the questionnaire"))
    unit_id = ChoiceField(_l("Unit"), coerce=int)
    with_notice = BooleanField(_l("Add the usual privacy notice, consent and thanks where the text has none"))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text becomes: a questionnaire with its parts, lines not understood, guesses, and errors."""

    questionnaire: Questionnaire | None
    parts: list[Part]
    count: int
    missed: list[Told]
    guesses: list[Told]
    errors: list[Told]
    lines: list[LineWords]
    problems: list[Worded]


@blueprint.route("/questionnaires/paste", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def paste() -> ResponseReturnValue:
    """Show the text with what it becomes, or save it as a draft and open that in the designer."""
    homes = questionnaires.homes(context.actor())
    form = PasteForm(with_notice=True) if request.method == "GET" else PasteForm()
    form.unit_id.choices = [(home.unit_id, home.name) for home in homes]
    if form.unit_id.data is None and homes:
        form.unit_id.data = homes[0].unit_id
    wanted = request.form.get("do", "preview") if request.method == "POST" else ""
    if wanted == "example" and not form.text.data:
        form.text.data = EXAMPLE
    if wanted and not form.validate():
        return _page(form, homes, _previewed(form), 422)
    if wanted != "save":
        return _page(form, homes, _previewed(form))
    return _save(form, homes)


def _save(form: PasteForm, homes: Any) -> ResponseReturnValue:
    preview = _previewed(form)
    if preview is None or preview.questionnaire is None:
        form.text.errors = [str(each.words) for each in preview.errors] if preview else [str(WORDS["empty_text"])]
        return _page(form, homes, preview, 422)
    row = exchange.save_draft(
        context.database(),
        actor=context.actor(),
        unit_id=form.unit_id.data,
        definition=preview.questionnaire,
        file_format="pasted",
        now=context.now(),
    )
    if preview.missed:
        flash(_("Saved as a draft. What was not understood is left out; please look through it."), "wait")
    else:
        flash(_("Saved as a draft. Please look through it before you publish it."), "done")
    return redirect(url_for("author.designer", questionnaire_id=row.id))


def _previewed(form: PasteForm) -> Preview | None:
    """Read the text; None where there is none."""
    text = str(form.text.data or "")
    if not text.strip():
        return None
    if len(text) > MOST_CHARACTERS:
        error = Told(Severity.ERROR, None, str(WORDS["text_too_long"]) % {"most": MOST_CHARACTERS})
        return Preview(None, [], 0, [], [], [error], [], [])
    read = pasted.read(text)
    questionnaire = read.imported.questionnaire
    if questionnaire is not None and form.with_notice.data:
        questionnaire = exchange.with_usual_words(questionnaire)
    findings = told(read)
    problems = worded(checks.check(questionnaire), questionnaire) if questionnaire is not None else []
    return Preview(
        questionnaire,
        outline(questionnaire) if questionnaire is not None else [],
        question_count(questionnaire) if questionnaire is not None else 0,
        [each for each in findings if each.severity is Severity.DROPPED],
        [each for each in findings if each.severity is Severity.CHANGED],
        [each for each in findings if each.severity is Severity.ERROR],
        lines_of(read),
        [each for each in problems if each.is_error],
    )


def _page(form: PasteForm, homes: Any, preview: Preview | None, status: int = 200) -> ResponseReturnValue:
    is_script = SCRIPT_HEADER in request.headers
    template = "author/pasting_preview.html" if is_script else "author/pasting.html"
    page = render_template(
        template,
        form=form,
        homes=homes,
        preview=preview,
        example=EXAMPLE,
        notation=NOTATION,
        most=MOST_CHARACTERS,
    )
    return page, 200 if is_script else status
