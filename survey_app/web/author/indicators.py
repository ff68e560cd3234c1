"""The index tree of a campaign (一级/二级指标): its nodes, their weights, and the questions that leaves read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import NumberRange

from survey_app.analysis.indexes import Node, normalised
from survey_app.analysis.readings import Entry
from survey_app.questionnaire.text import Text
from survey_app.services import explore, indexes
from survey_app.services.access import NotFound, Permission
from survey_app.services.explore import Subject
from survey_app.services.indexes import Tree
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.forms import MultiCheckboxField
from survey_app.web.author.room import blueprint
from survey_app.web.forms import AmountField, Form, at_most, needed


class IndicatorForm(Form):
    """One node of the tree."""

    name = StringField(_l("Name"), [needed(), at_most(200)])
    name_en = StringField(_l("Name in English"), [at_most(200)], render_kw={"lang": "en"})
    weight = AmountField(_l("Weight"), [needed(), NumberRange(max=1000, message=_l("At most 1000, please."))])
    fields = MultiCheckboxField(_l("Questions that it reads"))

    def validate_weight(self, field: AmountField) -> None:
        """A weight of nothing is no part of an index."""
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("A weight is above 0."))

    def node(self) -> Node:
        """Return the node as filled in, without parts."""
        return Node(
            code="",
            name=Text(self.name.data or "", self.name_en.data or ""),
            weight=Fraction(self.weight.data or 0),
            fields=tuple(self.fields.data or ()),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A node in the list: how deep it stands, and its weight among its sisters."""

    node: Node
    depth: int
    share: str
    is_first: bool
    is_last: bool


@blueprint.get("/campaigns/<int:campaign_id>/indicators")
@allowed(Permission.DESIGN)
def indicators(campaign_id: int) -> ResponseReturnValue:
    """Show the tree."""
    campaign, tree = indexes.managed_tree(context.database(), actor=context.actor(), campaign_id=campaign_id)
    subjects = _subjects(campaign_id)
    return render_template(
        "author/indicators.html",
        campaign=campaign,
        lines=list(_lines(tree)),
        labels=_labels(subjects),
        starts=[(each.survey, each.questionnaire.title) for each in _instruments(subjects)],
        most_levels=indexes.MOST_LEVELS,
        is_sample=campaign.is_sample,
    )


@blueprint.route("/campaigns/<int:campaign_id>/indicators/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_indicator(campaign_id: int) -> ResponseReturnValue:
    """Ask for a further node, on top or under another."""
    under = request.args.get("under", "")
    _campaign, tree = indexes.managed_tree(context.database(), actor=context.actor(), campaign_id=campaign_id)
    if under:
        indexes.found_at(tree, under)
    form = _form(campaign_id)
    if form.validate_on_submit() and _edited(
        form, campaign_id, lambda now: indexes.with_node(now, under, form.node())
    ):
        return _back(campaign_id)
    return _sheet(form, campaign_id, None)


@blueprint.route("/campaigns/<int:campaign_id>/indicators/<place>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def indicator(campaign_id: int, place: str) -> ResponseReturnValue:
    """Change a node."""
    _campaign, tree = indexes.managed_tree(context.database(), actor=context.actor(), campaign_id=campaign_id)
    node = indexes.found_at(tree, place)
    form = _form(campaign_id, node)

    def changed(now: Tree) -> Tree:
        made = form.node()
        return indexes.replaced(
            now,
            place,
            lambda old: (replace(made, parts=old.parts, fields=() if old.parts else made.fields),),
        )

    if form.validate_on_submit() and _edited(form, campaign_id, changed):
        return _back(campaign_id)
    return _sheet(form, campaign_id, node)


@blueprint.post("/campaigns/<int:campaign_id>/indicators/<place>/<deed>")
@allowed(Permission.DESIGN)
def move_indicator(campaign_id: int, place: str, deed: str) -> ResponseReturnValue:
    """Move a node up or down, or remove it with all below it."""

    def changed(now: Tree) -> Tree:
        if deed == "remove":
            return indexes.replaced(now, place, lambda _old: ())
        if deed in ("up", "down"):
            return indexes.moved(now, place, up=deed == "up")
        raise NotFound(deed)

    indexes.edit(
        context.database(), actor=context.actor(), campaign_id=campaign_id, change=changed, now=context.now()
    )
    return _back(campaign_id)


@blueprint.post("/campaigns/<int:campaign_id>/indicators/start")
@allowed(Permission.DESIGN)
def start_indicators(campaign_id: int) -> ResponseReturnValue:
    """Begin with the sections of a questionnaire, all weighing the same."""
    indexes.managed_tree(context.database(), actor=context.actor(), campaign_id=campaign_id)
    chosen = request.form.get("survey", "")
    found = [each for each in _subjects(campaign_id) if str(each.survey) == chosen]
    if not found:
        raise NotFound(chosen)
    start = indexes.from_questionnaire(found[0].questionnaire)
    indexes.edit(
        context.database(),
        actor=context.actor(),
        campaign_id=campaign_id,
        change=lambda now: now or start,
        now=context.now(),
    )
    flash(_("The tree begins with the sections of the questionnaire, all weighing the same."), "done")
    return _back(campaign_id)


def _subjects(campaign_id: int) -> tuple[Subject, ...]:
    try:
        return explore.subjects(
            context.database(), actor=context.actor(), campaign_id=campaign_id, now=context.now()
        )
    except NotFound:
        return ()


def _instruments(subjects: tuple[Subject, ...]) -> list[Subject]:
    """Return one subject for each questionnaire that has rated questions."""
    rated = [each for each in subjects if any(entry.is_rated for entry in each.entries)]
    return list({each.survey: each for each in rated}.values())


def _labels(subjects: tuple[Subject, ...]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for subject in subjects:
        for entry in subject.entries:
            if entry.is_rated:
                found.setdefault(entry.name, entry)
    return found


def _lines(tree: Tree, depth: int = 1) -> Iterator[Line]:
    for place, (node, share) in enumerate(zip(tree, normalised(tree) if tree else (), strict=True)):
        yield Line(node, depth, f"{float(share):.1%}", place == 0, place == len(tree) - 1)
        yield from _lines(node.parts, depth + 1)


def _form(campaign_id: int, node: Node | None = None) -> IndicatorForm:
    labels = _labels(_subjects(campaign_id))
    names = dict.fromkeys([*labels, *(() if node is None else node.fields)])
    given = {} if node is None else _given(node)
    form = IndicatorForm(data=given)
    form.fields.choices = [
        (name, f"{name} {formats.words(labels[name].label)}" if name in labels else name) for name in names
    ]
    return form


def _given(node: Node) -> dict[str, object]:
    # An amount has two decimals, and so has what people enter as a weight.
    weight = round(Decimal(node.weight.numerator) / Decimal(node.weight.denominator), 2)
    return {"name": node.name.zh, "name_en": node.name.en, "weight": weight, "fields": list(node.fields)}


def _edited(form: IndicatorForm, campaign_id: int, change: indexes.Change) -> bool:
    try:
        indexes.edit(
            context.database(), actor=context.actor(), campaign_id=campaign_id, change=change, now=context.now()
        )
    except indexes.BadTree:
        form.name.errors = [
            *form.name.errors,
            _(
                "A tree has at most %(levels)s levels and %(nodes)s indicators.",
                levels=indexes.MOST_LEVELS,
                nodes=indexes.MOST_NODES,
            ),
        ]
        return False
    return True


def _sheet(form: IndicatorForm, campaign_id: int, node: Node | None) -> ResponseReturnValue:
    campaign, _tree = indexes.managed_tree(context.database(), actor=context.actor(), campaign_id=campaign_id)
    page = render_template(
        "author/indicator.html", form=form, campaign=campaign, node=node, is_sample=campaign.is_sample
    )
    return page, 422 if form.is_submitted() else 200


def _back(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("author.indicators", campaign_id=campaign_id))
