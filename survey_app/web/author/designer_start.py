"""A questionnaire from nothing: its title, and the unit that it belongs to."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from survey_app.questionnaire.text import Text
from survey_app.services import designing, questionnaires
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.forms import TitleForm
from survey_app.web.author.room import blueprint
from survey_app.web.forms import ChoiceField


class StartForm(TitleForm):
    """What a questionnaire begins with."""

    unit_id = ChoiceField(_l("Unit"), coerce=int)


@blueprint.route("/questionnaires/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_questionnaire() -> ResponseReturnValue:
    """Ask for the title, make an empty questionnaire and open it in the designer."""
    homes = questionnaires.homes(context.actor())
    form = StartForm()
    form.unit_id.choices = [(home.unit_id, home.name) for home in homes]
    if len(homes) == 1:
        form.unit_id.data = homes[0].unit_id
    if form.validate_on_submit():
        row = designing.create(
            context.database(),
            actor=context.actor(),
            unit_id=form.unit_id.data,
            title=Text(form.title.data or "", form.title_en.data or ""),
            now=context.now(),
        )
        return redirect(url_for("author.designer", questionnaire_id=row.id, section="part1"))
    status = 422 if form.is_submitted() else 200
    return render_template("author/designer_new.html", form=form, homes=homes), status
