"""Surveys: the list, a new one, and one with what it does and what to do next."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app import library
from survey_app.services import collectors, questionnaires, retention, seals, versions
from survey_app.services import surveys as services
from survey_app.services.access import NotFound, Permission
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.addresses import base_url
from survey_app.web.author.forms import WAVES, SurveyForm, TimesForm, purpose_value
from survey_app.web.author.room import blueprint
from survey_app.web.author.sealing import HOLDS
from survey_app.web.author.sources import Source, sources
from survey_app.web.author.standing import survey_state
from survey_app.web.keys import key, words
from survey_app.words import Anonymity, Audience, Purpose, SurveyState


@blueprint.get("/surveys/")
@allowed(Permission.DESIGN)
def surveys() -> ResponseReturnValue:
    """List the surveys of one's campaigns, or of one campaign."""
    search = request.args.get("q", "", type=words)
    campaign_id = request.args.get("campaign", type=key)
    found = services.entries(context.database(), actor=context.actor(), search=search, campaign_id=campaign_id)
    return render_template(
        "author/surveys.html",
        entries=found,
        search=search,
        campaign_id=campaign_id,
        campaigns=services.campaigns(context.database(), actor=context.actor()),
        state_of=lambda survey: survey_state(services.standing(survey, context.now())),
        is_sample=bool(found) and all(entry.survey.campaign.is_sample for entry in found),
    )


@blueprint.get("/surveys/new")
@allowed(Permission.DESIGN)
def new_survey() -> ResponseReturnValue:
    """Ask for campaign and questionnaire first; with both, for the rest."""
    found = sources(questionnaires.entries(context.database(), actor=context.actor()))
    source = _source(found, request.args.get("source"))
    campaign_id = request.args.get("campaign", type=key)
    wanted = _wanted_purpose()
    if source is None or campaign_id is None:
        fitting = [each for each in found if wanted and (each.purpose, each.wave) == wanted]
        return render_template(
            "author/survey_source.html",
            campaigns=services.campaigns(context.database(), actor=context.actor()),
            sources=found,
            campaign_id=campaign_id,
            source=source or next(iter(fitting), None),
            wanted=wanted,
            templates=[each for each in library.templates() if (each.purpose, each.wave) == wanted]
            if not fitting
            else (),
        )
    values = _first_values(source)
    if wanted:
        values |= {
            "purpose": purpose_value(*wanted),
            "threshold": services.default_threshold(wanted[0], source.audience),
        }
    return _new_page(SurveyForm(formdata=None, **values), campaign_id, source)


@blueprint.post("/surveys/new")
@allowed(Permission.DESIGN)
def create_survey() -> ResponseReturnValue:
    """Make the survey with its collectors; a draft is published first."""
    source = _source(
        sources(questionnaires.entries(context.database(), actor=context.actor())), request.args.get("source")
    )
    campaign_id = request.args.get("campaign", type=key)
    if source is None or campaign_id is None:
        raise NotFound
    form = SurveyForm()
    if not form.validate():
        return _new_page(form, campaign_id, source), 422
    # Before anything is published: may the person make a survey of this campaign?
    services.campaign(context.database(), actor=context.actor(), campaign_id=campaign_id)
    try:
        version_id = source.version_id or _publish(source)
    except (
        questionnaires.EditedMeanwhile,
        questionnaires.HasProblems,
        questionnaires.MeaningChanged,
        questionnaires.Archived,
    ):
        flash(_("The draft has changed meanwhile and cannot be published as it is. Look at it first."), "error")
        return redirect(url_for("author.questionnaire", questionnaire_id=source.questionnaire_id))
    survey = services.create_survey(
        context.database(),
        actor=context.actor(),
        campaign_id=campaign_id,
        version_id=version_id,
        title=form.title.data or "",
        title_en=form.title_en.data or "",
        purpose=form.chosen_purpose,
        wave=form.chosen_wave,
        audiences=form.chosen_audiences,
        opens_at=form.opens_at.data,
        closes_at=form.closes_at.data,
        anonymity=Anonymity(form.anonymity.data),
        threshold=form.threshold.data or services.DEFAULT_THRESHOLD,
        is_sealed=bool(form.is_sealed.data),
        now=context.now(),
    )
    return _prepared(survey.id, len(survey.collectors))


@blueprint.get("/surveys/<int:survey_id>")
@allowed(Permission.DESIGN)
def survey(survey_id: int) -> ResponseReturnValue:
    """Show what the survey does, what to do next, and its collectors."""
    detail = services.detail(context.database(), actor=context.actor(), survey_id=survey_id)
    standing = services.standing(detail.survey, context.now())
    return render_template(
        "author/survey.html",
        detail=detail,
        survey=detail.survey,
        standing=standing,
        newer=next(iter(versions.newer(context.database(), actor=context.actor(), survey_id=survey_id)), None),
        state=survey_state(standing),
        keeping=retention.keeping(detail.survey, months=context.settings().keep_months, now=context.now()),
        may_erase=context.actor().may(Permission.ERASE, detail.survey.campaign.unit.path),
        is_sealed=seals.is_sealed(detail.survey, context.now()),
        base_url=base_url(),
        audience_choices=list(Audience),
        has_postings=_has_postings(detail.survey.campaign_id),
        is_sample=detail.survey.campaign.is_sample,
    )


@blueprint.route("/surveys/<int:survey_id>/edit", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def edit_survey(survey_id: int) -> ResponseReturnValue:
    """Change title and times."""
    found = services.detail(context.database(), actor=context.actor(), survey_id=survey_id).survey
    form = TimesForm(obj=found)
    if form.validate_on_submit():
        try:
            services.revise_survey(
                context.database(),
                actor=context.actor(),
                survey_id=survey_id,
                title=form.title.data or "",
                title_en=form.title_en.data or "",
                opens_at=form.opens_at.data,
                closes_at=form.closes_at.data,
                now=context.now(),
            )
        except seals.SealHolds:
            form.closes_at.errors = [HOLDS]
        else:
            flash(_("Title and times have been changed."), "done")
            return redirect(url_for("author.survey", survey_id=survey_id))
    page = render_template("author/survey_edit.html", form=form, survey=found, is_sample=found.campaign.is_sample)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/surveys/<int:survey_id>/state")
@allowed(Permission.DESIGN)
def change_survey_state(survey_id: int) -> ResponseReturnValue:
    """Open, pause or close."""
    wanted = request.form.get("state", type=SurveyState)
    if wanted is None:
        raise NotFound
    if wanted == SurveyState.CLOSED and not request.form.get("sure"):
        detail = services.detail(context.database(), actor=context.actor(), survey_id=survey_id)
        if not (seals.is_sealed(detail.survey, context.now()) and detail.responses):
            return _ask_to_close(detail)
    try:
        services.change_state(
            context.database(), actor=context.actor(), survey_id=survey_id, state=wanted, now=context.now()
        )
    except collectors.NotPossible:
        flash(_("The survey has changed its state meanwhile. Look at it again."), "error")
    except seals.SealHolds:
        return redirect(url_for("author.unseal", survey_id=survey_id))
    else:
        flash(_state_words(wanted), "done")
    return redirect(url_for("author.survey", survey_id=survey_id))


@blueprint.post("/surveys/<int:survey_id>/collectors")
@allowed(Permission.DESIGN)
def complete_collectors(survey_id: int) -> ResponseReturnValue:
    """Give a collector to every posting and audience that has none."""
    found = services.detail(context.database(), actor=context.actor(), survey_id=survey_id).survey
    known = set(Audience)
    audiences = [Audience(each) for each in request.form.getlist("audiences") if each in known]
    made = services.add_missing_collectors(
        context.database(), actor=context.actor(), survey_id=survey_id, audiences=audiences, now=context.now()
    )
    if made:
        flash(ngettext("%(num)s collector has been added.", "%(num)s collectors have been added.", made), "done")
    elif _has_postings(found.campaign_id):
        flash(_("There was no posting without its collectors."), "wait")
    else:
        flash(_("The campaign has no postings. Add a collector for a unit instead."), "wait")
    return redirect(url_for("author.survey", survey_id=survey_id))


def _prepared(survey_id: int, collectors_made: int) -> ResponseReturnValue:
    """Lead on from a new survey: to its page, or where no posting got a code, to a code for a unit."""
    if not collectors_made:
        flash(_("The survey is prepared. Last step: which unit gets the QR code?"), "done")
        return redirect(url_for("author.new_collector", survey_id=survey_id))
    flash(
        ngettext(
            "The survey is prepared, with %(num)s collector. Open it when work can begin.",
            "The survey is prepared, with %(num)s collectors. Open it when work can begin.",
            collectors_made,
        ),
        "done",
    )
    return redirect(url_for("author.survey", survey_id=survey_id))


def _ask_to_close(detail: services.Detail) -> str:
    """Ask once whether a survey is to take no more answers."""
    back = url_for("author.survey", survey_id=detail.survey.id)
    name = formats.named(detail.survey)
    return render_template(
        "confirm.html",
        title=_("Close “%(survey)s”?", survey=name),
        trail=((_("Surveys"), url_for("author.surveys")), (name, back)),
        sentences=(
            ngettext(
                "It has %(num)s response so far. All codes and links stop taking answers at once.",
                "It has %(num)s responses so far. All codes and links stop taking answers at once.",
                detail.responses,
            ),
            _("It can be opened again later; that is recorded and shown."),
        ),
        url=url_for("author.change_survey_state", survey_id=detail.survey.id),
        fields={"state": SurveyState.CLOSED.value},
        deed=_("Close the survey"),
        back=back,
        is_sample=detail.survey.campaign.is_sample,
    )


def _has_postings(campaign_id: int) -> bool:
    return bool(services.postings(context.database(), actor=context.actor(), campaign_id=campaign_id))


def _new_page(form: SurveyForm, campaign_id: int, source: Source) -> str:
    campaign = services.campaign(context.database(), actor=context.actor(), campaign_id=campaign_id)
    places = services.postings(context.database(), actor=context.actor(), campaign_id=campaign_id)
    return render_template(
        "author/survey_new.html",
        form=form,
        campaign=campaign,
        source=source,
        posting_count=len(places),
        is_sample=campaign.is_sample,
    )


def _source(found: list[Source], value: str | None) -> Source | None:
    return next((source for source in found if source.value == value), None)


def _wanted_purpose() -> tuple[Purpose, int | None] | None:
    """Return what the page that sent people here wants a survey for, such as a wave of return visits."""
    purpose, wave = request.args.get("purpose", type=Purpose), request.args.get("wave", type=int)
    if purpose == Purpose.RETURN_VISIT:
        return (purpose, wave) if wave in WAVES else None
    return (purpose, None) if purpose is not None else None


def _first_values(source: Source) -> dict[str, object]:
    """Return what the form starts with: what the template is for."""
    is_named = source.audience == Audience.ENTERPRISE
    return {
        "title": source.title.zh or source.title.en,
        "title_en": source.title.en,
        "purpose": purpose_value(source.purpose, source.wave),
        "audiences": [source.audience],
        "anonymity": Anonymity.NAMED if is_named else Anonymity.ANONYMOUS,
        "threshold": services.default_threshold(source.purpose, source.audience),
    }


def _publish(source: Source) -> int:
    return questionnaires.publish(
        context.database(),
        actor=context.actor(),
        questionnaire_id=source.questionnaire_id,
        revision=source.revision,
        now=context.now(),
    ).id


def _state_words(state: SurveyState) -> str:
    match state:
        case SurveyState.PAUSED:
            return _("The survey is paused: respondents read that it will go on.")
        case SurveyState.CLOSED:
            return _("The survey is closed and takes no more answers.")
        case _:
            return _("The survey is open.")
