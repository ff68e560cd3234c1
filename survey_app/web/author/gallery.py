"""The library: the questionnaires that are shipped, to look at and to take."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app import library
from survey_app.questionnaire.definition import Question, Questionnaire, fields_of
from survey_app.questionnaire.text import Text
from survey_app.services import questionnaires
from survey_app.services import templates as shared_services
from survey_app.services.access import NotFound, Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.outline import description, outline, question_count
from survey_app.web.author.room import blueprint
from survey_app.web.keys import key, words
from survey_app.words import Purpose


@blueprint.get("/questionnaires/templates")
@allowed(Permission.DESIGN)
def templates() -> ResponseReturnValue:
    """Show all templates by purpose, or those with the words that are searched for."""
    search = request.args.get("q", "", type=words)
    found = [
        each
        for each in library.templates()
        if speaks_of(each.questionnaire, search, each.title, each.description) or search == each.code
    ]
    shared = shared_services.shared(context.database(), actor=context.actor())
    groups = [(purpose, [each for each in found if each.purpose == purpose]) for purpose in Purpose]
    return render_template(
        "author/templates.html",
        groups=[(purpose, members) for purpose, members in groups if members],
        search=search,
        shared=[each for each in shared if speaks_of(each.definition, search)],
        question_count=question_count,
        described=description,
    )


@blueprint.get("/questionnaires/templates/<code>")
@allowed(Permission.DESIGN)
def template(code: str) -> ResponseReturnValue:
    """Show one template with its outline and as on a phone."""
    found = _template(code)
    return render_template(
        "author/template.html",
        template=found,
        parts=outline(found.questionnaire),
        count=question_count(found.questionnaire),
        homes=questionnaires.homes(context.actor()),
    )


@blueprint.post("/questionnaires/templates/<code>/copy")
@allowed(Permission.DESIGN)
def copy_template(code: str) -> ResponseReturnValue:
    """Make a questionnaire of one's own from a template."""
    row = questionnaires.copy_template(
        context.database(),
        actor=context.actor(),
        template_code=_template(code).code,
        unit_id=chosen_home(),
        now=context.now(),
    )
    return copied(row.id)


def chosen_home() -> int:
    """Return the unit that the copy is for: the only one, or the one that was chosen. Raises `NotFound`."""
    homes = questionnaires.homes(context.actor())
    unit_id = request.form.get("unit_id", homes[0].unit_id if len(homes) == 1 else None, key)
    if unit_id is None:
        raise NotFound
    return unit_id


def copied(questionnaire_id: int) -> ResponseReturnValue:
    """Say that the copy is there, and show it."""
    flash(_("The template has been copied. It is yours to change; the template stays as it is."), "done")
    return redirect(url_for("author.questionnaire", questionnaire_id=questionnaire_id))


def _template(code: str) -> library.Template:
    try:
        return library.template(code)
    except library.UnknownTemplate as unknown:
        raise NotFound from unknown


def speaks_of(questionnaire: Questionnaire, search: str, *others: Text) -> bool:
    """Tell whether all words of the search stand in title, description, questions or `others`, in any language."""
    texts = [questionnaire.title, questionnaire.description, *others]
    texts.extend(label for question in questionnaire.questions for label in _labels(question))
    whole = "\n".join(words for text in texts for words in (text.zh, text.en)).casefold()
    return all(word in whole for word in search.casefold().split())


def _labels(question: Question) -> list[Text]:
    return [question.text, *(field.label for field in fields_of(question))]
