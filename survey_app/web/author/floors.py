"""The participation floor of an audience of a survey: none, one of those in use, or one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import NumberRange, Optional

from survey_app.analysis.facts import FloorFacts
from survey_app.analysis.readings import Entry
from survey_app.reporting import words
from survey_app.reporting.words import Reader
from survey_app.scoring.participation import FLOORS, Floor
from survey_app.services import figure_rules, floor_settings, floors
from survey_app.services.access import NotFound, Permission
from survey_app.services.floor_settings import BadFloor, FloorSettings, NotAsked
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.forms import MultiCheckboxField
from survey_app.web.author.room import blueprint
from survey_app.web.forms import AmountField, ChoiceField, Form, at_most, needed
from survey_app.words import Audience


class Kind(StrEnum):
    """The floors that can be chosen by name, and one's own."""

    NONE = "none"
    FRONTLINE = "frontline"
    SEALED = "sealed"
    OWN = "own"


_NAMED: Mapping[Kind, Floor] = dict(zip((Kind.FRONTLINE, Kind.SEALED), FLOORS, strict=True))
_ABOVE_NONE = NumberRange(Decimal("0.01"), 100, message=_l("A number from %(min)s to %(max)s, please."))


_CHOICES = (
    (Kind.NONE.value, _l("None: participation is shown, and every place is compared")),
    (Kind.FRONTLINE.value, _l("30 percent, 60 percent of them front-line workers")),
    (Kind.SEALED.value, _l("60 percent, with sealed envelopes")),
    (Kind.OWN.value, _l("Own percentages")),
)


class FloorForm(Form):
    """Which floor, whose answers make a front-line worker, and why it changes."""

    kind = ChoiceField(_l("Participation floor"), [needed()], choices=_CHOICES)
    members = AmountField(_l("Own: percent who take part"), [Optional(), _ABOVE_NONE])
    frontline = AmountField(_l("Own: percent of front-line workers among them"), [Optional(), _ABOVE_NONE])
    codes = MultiCheckboxField(_l("Answers of front-line workers"))
    reason = StringField(_l("Why it changes"), [at_most(300)])

    def floor(self, question: str) -> FloorFacts | None:
        """Return the floor as filled in. Raises `BadFloor` for one's own without a percentage."""
        kind = Kind(self.kind.data)
        if kind is Kind.NONE:
            return None
        if kind is Kind.OWN:
            if self.members.data is None:
                raise BadFloor
            asked = self.frontline.data if "frontline" in self else None
            frontline = None if asked is None else floors.share(asked)
            floor = Floor(members=floors.share(self.members.data), frontline=frontline)
        else:
            floor = _NAMED[kind]
        if floor.frontline is None:
            return FloorFacts(floor=floor)
        return FloorFacts(floor=floor, question=question, codes=tuple(self.codes.data or ()))


@blueprint.route("/surveys/<int:survey_id>/floor", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def participation_floor(survey_id: int) -> ResponseReturnValue:
    """Ask for the participation floor of an audience, the workers if the address names none.

    The address names the question that tells front-line workers, too.
    """
    named = request.args.get("audience", Audience.WORKERS.value)
    if named not in tuple(Audience):
        raise NotFound
    audience = Audience(named)
    found = floor_settings.settings(
        context.database(), actor=context.actor(), survey_id=survey_id, audience=audience
    )
    entry = _question(found)
    form = _form_of(found, entry)
    if form.validate_on_submit() and _kept(form, found, entry):
        return redirect(url_for("author.figures", survey_id=survey_id))
    page = render_template(
        "author/floor.html", form=form, found=found, survey=found.survey, entry=entry,
        audience=words.audience(audience, Reader(context.locale(), _)), is_sample=found.survey.campaign.is_sample,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _form_of(found: FloorSettings, entry: Entry | None) -> FloorForm:
    """Return the form; only of workers some are at the front line."""
    form = FloorForm(data=_data(found.floor, entry))
    if found.audience != Audience.WORKERS:
        form.kind.choices = [each for each in _CHOICES if each[0] != Kind.FRONTLINE.value]
        del form.frontline, form.codes
        return form
    form.codes.choices = (
        [] if entry is None else [(code, formats.words(text)) for code, text in entry.labels.items()]
    )
    return form


def _question(found: FloorSettings) -> Entry | None:
    """Return the question that the address names, or else the one that is kept."""
    kept = "" if found.floor is None else found.floor.question
    wanted = request.args.get("question", kept)
    return next((each for each in found.profile if each.name == wanted), None)


def _data(floor: FloorFacts | None, entry: Entry | None) -> dict[str, object]:
    if floor is None:
        return {"kind": Kind.NONE.value}
    named = [kind for kind, each in _NAMED.items() if each == floor.floor]
    own = floor.floor
    filled: dict[str, object] = {"kind": named[0].value if named else Kind.OWN.value}
    if entry is not None and entry.name == floor.question:
        filled["codes"] = list(floor.codes)
    if not named:
        filled["members"] = floors.percent(own.members)
        filled["frontline"] = None if own.frontline is None else floors.percent(own.frontline)
    return filled


def _kept(form: FloorForm, found: FloorSettings, entry: Entry | None) -> bool:
    try:
        floor_settings.keep(
            context.database(),
            actor=context.actor(),
            survey_id=found.survey.id,
            audience=found.audience,
            floor=form.floor("" if entry is None else entry.name),
            reason=form.reason.data or "",
            now=context.now(),
        )
    except BadFloor:
        _refuse(form, entry)
        return False
    except NotAsked:
        form.kind.errors = [*form.kind.errors, _("Nobody of this audience is asked in this survey.")]
        return False
    except figure_rules.ReasonNeeded:
        form.reason.errors = [*form.reason.errors, _("There are ballots already: say why the floor changes.")]
        return False
    flash(_("The participation floor is kept. Rankings and bands keep to it from now on."), "done")
    return True


def _refuse(form: FloorForm, entry: Entry | None) -> None:
    """Say what is missing: the own percentage, the question or its answers."""
    if form.kind.data == Kind.OWN.value and form.members.data is None:
        form.members.errors = [*form.members.errors, _("Say how many percent have to take part.")]
    elif entry is None:
        form.kind.errors = [
            *form.kind.errors, _("First choose below the question that tells who is a front-line worker."),
        ]  # fmt: skip
    else:
        form.codes.errors = [*form.codes.errors, _("Choose at least one.")]
