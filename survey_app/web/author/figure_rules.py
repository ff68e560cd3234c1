"""The rules of a survey's figures: chosen from those that fit, or a new one from a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import NumberRange, Optional, Regexp

from survey_app.questionnaire.definition import Scale
from survey_app.reporting import words
from survey_app.reporting.words import Reader
from survey_app.scoring.measure import reads
from survey_app.scoring.rules import HIGHEST, NAME, RULE_SETS, IndexRule, MalformedRule, RateRule, Rule, decode
from survey_app.services import figure_rules
from survey_app.services import surveys as survey_services
from survey_app.services.access import Permission
from survey_app.services.figure_rules import Chosen, Kept
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.forms import MultiCheckboxField
from survey_app.web.author.room import blueprint
from survey_app.web.forms import (
    AmountField,
    ChoiceField,
    Form,
    WholeField,
    at_most,
    count_of,
    needed,
    select_choices,
)

ONE, ALL = "one", "all"
"""Which surveys change: this one, or all of its campaign."""


def _reach() -> RadioField:
    return RadioField(
        _l("For which surveys"),
        [needed()],
        choices=select_choices(
            (
                (ONE, _l("This survey only: against the others it then reads “not comparable: the rules differ”")),
                (ALL, _l("All surveys of the campaign at once: they stay comparable")),
            )
        ),
    )


class ChoosingForm(Form):
    """Which rules a survey is read by, for which surveys, and why they change."""

    rate = ChoiceField(_l("First rate (headline)"), [needed()], coerce=int)
    strict = ChoiceField(_l("Second rate, beside it"), [needed()], coerce=int)
    index = ChoiceField(_l("Index"), [needed()], coerce=int)
    nps = ChoiceField(_l("Recommendation, 0 to 10"), [needed()], coerce=int)
    reach = _reach()
    reason = StringField(_l("Why it changes"), [at_most(300)])


class SetForm(Form):
    """Rules that are used together, chosen by the name of what they are for."""

    rule_set = ChoiceField(_l("What the survey is"), [needed()])
    set_reach = _reach()
    why = StringField(_l("Why it changes"), [at_most(300)])


TICKED = "ticked"

_KINDS = (("rate", _l("Rate: share of ballots")), ("index", _l("Index: mean score")))
_NPS = ("nps", _l("Recommendation, 0 to 10: promoters less detractors"))


class RuleForm(Form):
    """A new rule of a rate, an index or the NPS; `form_of` adds a score for each grade.

    A rate counts grades by what a scale says of them or by their place, so that it reads scales with other grades,
    too; or else the grades that are ticked.
    """

    kind = ChoiceField(_l("Kind"), [needed()], choices=(*_KINDS, _NPS))
    label = StringField(_l("Name in Chinese"), [needed(), at_most(60)])
    label_en = StringField(_l("Name in English"), [at_most(60)], render_kw={"lang": "en"})
    name = StringField(
        _l("Short name"),
        [needed(), at_most(60), Regexp(NAME, message=_l("Small letters, digits and underscores, a letter first."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    description = TextAreaField(_l("What reports say about it"), [needed(), at_most(500)], render_kw={"rows": 3})
    description_en = TextAreaField(
        _l("What reports say about it, in English"), [at_most(500)], render_kw={"rows": 3, "lang": "en"}
    )
    counting = ChoiceField(
        _l("What counts (rate)"),
        [needed()],
        choices=(
            (TICKED, _l("The grades ticked below")),
            ("satisfied", _l("Grades that the scale calls satisfied")),
            ("strict", _l("Grades that the scale calls strictly satisfied")),
            ("first", _l("The first grade")),
            ("first_two", _l("The first two grades")),
            ("last_two", _l("The last two grades")),
        ),
        default=TICKED,
    )
    counts = MultiCheckboxField(_l("Grades that count (rate)"))
    base_adds = MultiCheckboxField(
        _l("Also in the denominator (rate)"),
        choices=select_choices(
            (
                ("unknown", _l("Don't know, did not take part")),
                ("abstained", _l("Abstained")),
                ("blank", _l("Not answered")),
                ("spoilt", _l("Spoilt")),
            )
        ),
    )

    promoters_from = WholeField(
        _l("Promoters answer at least (recommendation)"), [Optional(), count_of(HIGHEST, least=1)], default=9
    )
    detractors_to = WholeField(
        _l("Detractors answer at most (recommendation)"), [Optional(), count_of(HIGHEST - 1)], default=6
    )

    def validate_promoters_from(self, field: WholeField) -> None:
        """A rule of the NPS says who promotes, and who detracts is below that."""
        if self.kind.data != "nps":
            return
        lowest = self.detractors_to.data
        if field.data is None or lowest is None or lowest >= field.data:
            raise ValidationError(_("Write both numbers; promoters stand above detractors."))

    def validate_counts(self, field: MultiCheckboxField) -> None:
        """A rate counts something."""
        if self.kind.data == "rate" and self.counting.data == TICKED and not field.data:
            raise ValidationError(_("Choose at least one."))

    def rule(self, codes: Sequence[str]) -> Rule:
        """Return the rule as filled in. Raises `MalformedRule` for an index without a score."""
        data: dict[str, object] = {
            "kind": self.kind.data,
            "name": self.name.data,
            "version": 1,
            "label": {"zh": self.label.data or "", "en": self.label_en.data or ""},
            "description": {"zh": self.description.data or "", "en": self.description_en.data or ""},
        }
        if self.kind.data == "rate":
            ticked = self.counting.data == TICKED
            counts = list(self.counts.data or ()) if ticked else self.counting.data
            return decode({**data, "counts": counts, "base_adds": list(self.base_adds.data or ())})
        if self.kind.data == "nps":
            cut_offs = {"promoters_from": self.promoters_from.data, "detractors_to": self.detractors_to.data}
            return decode({**data, **cut_offs})
        scores = {code: self[_score(code)].data for code in codes}
        return decode({**data, "scores": {code: float(one) for code, one in scores.items() if one is not None}})


def _score(code: str) -> str:
    return f"score_{code}"


def form_of(scales: Sequence[Scale], *, asks_nps: bool) -> tuple[RuleForm, list[str]]:
    """Return the form for a survey with these scales, and the codes of their grades."""
    names = _grades(scales)
    fields = {
        _score(code): AmountField(
            _("Score of “%(grade)s” (index)", grade=label),
            [Optional(), NumberRange(0, 100, message=_l("A number from %(min)s to %(max)s, please."))],
        )
        for code, label in names.items()
    }
    kind: type[RuleForm] = type("ScaleRuleForm", (RuleForm,), fields)
    form = kind()
    form.counts.choices = list(names.items())
    if not asks_nps:
        form.kind.choices = list(_KINDS)
        del form.promoters_from, form.detractors_to
    return form, list(names)


def _grades(scales: Sequence[Scale]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for scale in scales:
        for grade in scale.grades:
            if grade.in_base:
                words = formats.words(grade.text)
                found.setdefault(grade.code, [])
                found[grade.code] += [] if words in found[grade.code] else [words]
    return {code: " / ".join(labels) for code, labels in found.items()}


@blueprint.route("/surveys/<int:survey_id>/rules", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def figure_rules_of(survey_id: int) -> ResponseReturnValue:
    """Choose the rules of a survey."""
    found = figure_rules.chosen(context.database(), actor=context.actor(), survey_id=survey_id)
    form = ChoosingForm(data=_now(found))
    leading = [each for each in found.rates if not figure_rules.leads_nothing(each.rule, found.leading)]
    form.rate.choices = _choices(leading, found.rate)
    form.strict.choices = _choices(found.rates, found.rate, found.strict)
    _fill(form, found)
    if form.validate_on_submit() and _chosen(form, survey_id):
        return redirect(url_for("author.figures", survey_id=survey_id))
    return _page("author/figure_rules.html", form, survey_id, found, set_form=_set_form(found))


@blueprint.post("/surveys/<int:survey_id>/rules/set")
@allowed(Permission.DESIGN)
def figure_rule_set(survey_id: int) -> ResponseReturnValue:
    """Choose the rules of a survey by what it is."""
    found = figure_rules.chosen(context.database(), actor=context.actor(), survey_id=survey_id)
    form = _set_form(found)
    if form.validate_on_submit() and _set_chosen(form, survey_id):
        return redirect(url_for("author.figures", survey_id=survey_id))
    other = ChoosingForm(formdata=None, data=_now(found))
    other.rate.choices = other.strict.choices = _choices(found.rates, found.rate, found.strict)
    _fill(other, found)
    return _page("author/figure_rules.html", other, survey_id, found, set_form=form)


def _now(found: Chosen) -> dict[str, int]:
    return {
        "rate": found.rate.key, "strict": found.strict.key, "index": found.index.key,
        **({} if found.nps is None else {"nps": found.nps.key}),
    }  # fmt: skip


def _fill(form: ChoosingForm, found: Chosen) -> None:
    """Give the form its choices of index and NPS, and take away what the survey has no use for."""
    form.index.choices = _choices(found.indexes, found.index)
    if found.nps is None:
        del form.nps
    else:
        form.nps.choices = _choices(found.npses, found.nps)
    if not found.others:
        del form.reach


def _set_form(found: Chosen) -> SetForm:
    """Return the form of the sets that fit the questionnaire."""
    form = SetForm()
    if not found.others:
        del form.set_reach
    form.rule_set.choices = [
        (each.name, formats.words(each.label))
        for each in RULE_SETS.values()
        if all(figure_rules.fits(rule, found.leading) for rule in (each.rate, each.strict, each.index))
    ]
    return form


def _set_chosen(form: SetForm, survey_id: int) -> bool:
    def choose() -> None:
        figure_rules.choose_set(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            name=form.rule_set.data,
            reason=form.why.data or "",
            now=context.now(),
            everywhere=everywhere,
        )

    everywhere = "set_reach" in form and form.set_reach.data == ALL
    return _done(choose, form.rule_set, form.why, everywhere=everywhere)


@blueprint.route("/surveys/<int:survey_id>/rules/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_figure_rule(survey_id: int) -> ResponseReturnValue:
    """Ask for a new rule."""
    found = figure_rules.chosen(context.database(), actor=context.actor(), survey_id=survey_id)
    form, codes = form_of(found.scales, asks_nps=found.nps is not None)
    if form.validate_on_submit():
        try:
            rule = form.rule(codes)
            figure_rules.add(
                context.database(), actor=context.actor(), survey_id=survey_id, rule=rule, now=context.now()
            )
        except MalformedRule:
            form.kind.errors = [*form.kind.errors, _("An index needs the score of one grade at least.")]
        except figure_rules.DoesNotFit:
            at = form.counts if form.counting.data == TICKED else form.counting
            at.errors = [*at.errors, *_lacking(rule, found.leading)]
        else:
            flash(_("The rule is kept and can be chosen. Its version will not change any more."), "done")
            for said in _lacking(rule, found.scales):
                flash(said, "note")
            return redirect(url_for("author.figure_rules_of", survey_id=survey_id))
    return _page("author/figure_rule.html", form, survey_id, found, [_score(code) for code in codes])


def _lacking(rule: Rule, scales: Sequence[Scale]) -> list[str]:
    """Say on which scales a rule has no figure, and which of its grades they lack."""
    named = rule.counts if isinstance(rule, RateRule) and isinstance(rule.counts, tuple) else ()
    if isinstance(rule, IndexRule):
        named = tuple(code for code, _score in rule.scores or ())
    labels = _grades(scales)
    said = []
    for scale in scales:
        if isinstance(rule, RateRule | IndexRule) and reads(rule, scale):
            continue
        lacking = [code for code in named if code not in scale.by_code or not scale.by_code[code].in_base]
        grades = _(", ").join(f"“{labels.get(code, code)}”" for code in lacking)
        name = formats.words(scale.name)
        if lacking:
            said.append(_("The scale “%(scale)s” lacks %(grades)s: no figure there.", scale=name, grades=grades))
        else:
            said.append(_("No grade of the scale “%(scale)s” counts: no figure there.", scale=name))
    return said


def _choices(kept: Sequence[Kept], *now: Kept) -> list[tuple[int, str]]:
    every = {each.key: each for each in (*kept, *now)}
    reader = Reader(context.locale(), _)
    return [(key, words.named(each.rule, reader)) for key, each in every.items()]


def _chosen(form: ChoosingForm, survey_id: int) -> bool:
    def choose() -> None:
        figure_rules.choose(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            rate=form.rate.data,
            strict=form.strict.data,
            index=form.index.data,
            reason=form.reason.data or "",
            now=context.now(),
            everywhere=everywhere,
            nps=form.nps.data if "nps" in form else None,
        )

    everywhere = "reach" in form and form.reach.data == ALL
    return _done(choose, form.rate, form.reason, everywhere=everywhere)


def _done(choose: Callable[[], None], rules: Field, reason: Field, *, everywhere: bool) -> bool:
    """Choose rules, or say at a field why that is not possible."""
    try:
        choose()
    except figure_rules.ReasonNeeded:
        reason.errors = [*reason.errors, _("There are ballots already: say why the rules change.")]
        return False
    except figure_rules.DoesNotFit as refusal:
        if everywhere and refusal.titles:
            titles = _(", ").join(f"“{formats.words(each)}”" for each in refusal.titles)
            said = _("Nothing was changed: the rules do not fit %(surveys)s.", surveys=titles)
            rules.errors = [*rules.errors, said]
            return False
        rules.errors = [*rules.errors, _("This does not fit the scale of the headline question.")]
        return False
    said = _("The rules are chosen. Every figure of this survey names its rule with the version.")
    if everywhere:
        said = _(
            "The rules of all surveys of the campaign are chosen. Every figure names its rule with the version."
        )
    flash(said, "done")
    return True


def _page(
    template: str, form: Form, survey_id: int, found: Chosen, scores: Sequence[str] = (), **more: Form
) -> ResponseReturnValue:
    survey = survey_services.detail(context.database(), actor=context.actor(), survey_id=survey_id).survey
    page = render_template(
        template, form=form, survey=survey, found=found, scores=scores, is_sample=survey.campaign.is_sample, **more
    )
    return page, 422 if form.is_submitted() else 200
