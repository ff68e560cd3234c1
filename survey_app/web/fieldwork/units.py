"""The union tree."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.services import units as services
from survey_app.services.access import Permission
from survey_app.services.context import ConstraintViolated
from survey_app.services.units import UnitPage
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.fieldwork.campaigns import READERS
from survey_app.web.fieldwork.forms import MoveUnitForm, NewUnitForm, UnitForm
from survey_app.web.fieldwork.room import Removal, blueprint, refuse, sheet, unit_choices
from survey_app.web.keys import key, words

LARGE = 300
"""From this many units on, the tree shows two levels; the page of a unit shows what lies below it."""

_CANNOT_MOVE: Mapping[str, LazyString] = {
    "root": _l("The unit at the top of the tree stays there."),
    "below_itself": _l("A unit cannot stand below itself."),
    "too_deep": _l("The tree would become too deep there."),
    "closed": _l("The unit above is closed."),
}


@blueprint.get("/units/")
@allowed(*READERS, Permission.MANAGE_UNITS)
def units() -> ResponseReturnValue:
    """Show the reader's part of the tree, or the units that a search finds."""
    search = request.args.get("search", "", type=words)
    found = services.found(context.database(), actor=context.actor(), words=search) if search else ()
    tops = services.tree(context.database(), actor=context.actor())
    every = list(services.flat(tops))
    return render_template(
        "fieldwork/units.html",
        tops=tops,
        number=len(every),
        deepest=1 if len(every) > LARGE else 99,
        search=search,
        found=found,
        may_manage=context.actor().has(Permission.MANAGE_UNITS),
        is_sample=any(node.unit.is_sample for node in every),
    )


@blueprint.get("/units/<int:unit_id>")
@allowed(*READERS, Permission.MANAGE_UNITS)
def unit(unit_id: int) -> ResponseReturnValue:
    """Show a unit, what lies below it, and where it stood before."""
    page = services.page(context.database(), actor=context.actor(), unit_id=unit_id)
    return render_template(
        "fieldwork/unit.html", page=page, unit=page.unit, trail=_trail(page), is_sample=page.unit.is_sample
    )


@blueprint.route("/units/new", methods=["GET", "POST"])
@allowed(Permission.MANAGE_UNITS)
def new_unit() -> ResponseReturnValue:
    """Add a unit."""
    form = NewUnitForm(data={"parent_id": request.args.get("below", type=key), "kind": "enterprise"})
    form.parent_id.choices = unit_choices(Permission.MANAGE_UNITS)
    if form.validate_on_submit():
        try:
            unit = services.create_unit(
                context.database(), actor=context.actor(), **form.values(), now=context.now()
            )
        except ConstraintViolated as error:
            refuse(form, error)
        except services.CannotMove as error:
            form.parent_id.errors = [_CANNOT_MOVE[error.kind]]
        else:
            flash(_("The unit has been added."), "done")
            return redirect(url_for("fieldwork.unit", unit_id=unit.id))
    back = url_for("fieldwork.units")
    return sheet(form, title=_("New unit"), submit=_("Add the unit"), back=back, trail=((_("Units"), back),))


@blueprint.route("/units/<int:unit_id>/edit", methods=["GET", "POST"])
@allowed(Permission.MANAGE_UNITS)
def edit_unit(unit_id: int) -> ResponseReturnValue:
    """Change what is said of a unit."""
    page = _managed(unit_id)
    form = UnitForm(obj=page.unit)
    back = url_for("fieldwork.unit", unit_id=unit_id)
    if form.validate_on_submit():
        try:
            services.change_unit(
                context.database(), actor=context.actor(), unit_id=unit_id, **form.values(), now=context.now()
            )
        except ConstraintViolated as error:
            refuse(form, error)
        else:
            flash(_("Saved."), "done")
            return redirect(back)
    return sheet(
        form,
        title=_("Edit the unit"),
        submit=_("Save"),
        back=back,
        trail=(*_trail(page), (formats.named(page.unit), back)),
        removal=_closing(page),
        is_sample=page.unit.is_sample,
    )


@blueprint.route("/units/<int:unit_id>/move", methods=["GET", "POST"])
@allowed(Permission.MANAGE_UNITS)
def move_unit(unit_id: int) -> ResponseReturnValue:
    """Move a unit with all below it."""
    page = _managed(unit_id)
    form = MoveUnitForm(data={"parent_id": page.unit.parent_id})
    form.parent_id.choices = unit_choices(Permission.MANAGE_UNITS, apart_from=page.unit.path)
    back = url_for("fieldwork.unit", unit_id=unit_id)
    if form.validate_on_submit():
        try:
            services.move_unit(
                context.database(), actor=context.actor(), unit_id=unit_id, **form.values(), now=context.now()
            )
        except services.CannotMove as error:
            form.parent_id.errors = [_CANNOT_MOVE[error.kind]]
        else:
            flash(_("The unit has been moved, with all below it. Where it stood before is kept."), "done")
            return redirect(back)
    return sheet(
        form,
        title=_("Move the unit"),
        lead=_("All units below it move with it, and so do the rights of the people there."),
        submit=_("Move the unit"),
        back=back,
        trail=(*_trail(page), (formats.named(page.unit), back)),
        is_sample=page.unit.is_sample,
    )


@blueprint.post("/units/<int:unit_id>/close")
@allowed(Permission.MANAGE_UNITS)
def close_unit(unit_id: int) -> ResponseReturnValue:
    """Take a unit out of use."""
    try:
        services.close_unit(context.database(), actor=context.actor(), unit_id=unit_id, now=context.now())
    except services.CannotClose as error:
        words = _("Close the units below it first.") if error.below else _CANNOT_MOVE["root"]
        flash(words, "error")
    else:
        flash(_("The unit has been closed. What it did stays."), "done")
    return redirect(url_for("fieldwork.unit", unit_id=unit_id))


@blueprint.post("/units/<int:unit_id>/reopen")
@allowed(Permission.MANAGE_UNITS)
def reopen_unit(unit_id: int) -> ResponseReturnValue:
    """Take a closed unit into use again."""
    try:
        services.reopen_unit(context.database(), actor=context.actor(), unit_id=unit_id, now=context.now())
    except services.CannotMove as error:
        flash(_CANNOT_MOVE[error.kind], "error")
    else:
        flash(_("The unit is in use again."), "done")
    return redirect(url_for("fieldwork.unit", unit_id=unit_id))


def _managed(unit_id: int) -> UnitPage:
    page = services.page(context.database(), actor=context.actor(), unit_id=unit_id)
    context.actor().require(Permission.MANAGE_UNITS, page.unit.path)
    return page


def _trail(page: UnitPage) -> tuple[tuple[str, str], ...]:
    above = ((formats.named(each), url_for("fieldwork.unit", unit_id=each.id)) for each in page.ancestors)
    return ((_("Units"), url_for("fieldwork.units")), *above)


def _closing(page: UnitPage) -> Removal | None:
    if not page.may_move or page.unit.closed_on is not None:
        return None
    return Removal(
        url_for("fieldwork.close_unit", unit_id=page.unit.id),
        _("Close this unit"),
        _("It is not offered any more; its postings, surveys and figures stay. It can be opened again."),
    )
