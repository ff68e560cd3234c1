"""A4 posters of a survey's collectors: chosen, printed in one job, or fetched as a ZIP."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import posters as drawing
from survey_app.reporting import qr
from survey_app.services import collector_posters as services
from survey_app.services.access import NotFound, Permission
from survey_app.services.collector_posters import ToPrint
from survey_app.services.collectors import Way
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.addresses import base_url, file_name
from survey_app.web.author.room import blueprint
from survey_app.words import Anonymity, Audience

ZIP = "application/zip"
HTML_LANGUAGE = {ZH: "zh-Hans", EN: "en"}

_CALLS: Mapping[Audience, LazyString] = {
    Audience.WORKERS: _l("Workers: please scan with WeChat and answer"),
    Audience.ENTERPRISE: _l("Enterprise management: please scan with WeChat and answer"),
    Audience.GRASSROOTS_UNION: _l("Grassroots union: please scan with WeChat and answer"),
}
_PROMISES: Mapping[Anonymity, LazyString] = {
    Anonymity.ANONYMOUS: _l(
        "Anonymous: no name, telephone number, staff number or WeChat account is collected; nobody can tell who "
        "answered what."
    ),
    Anonymity.DE_IDENTIFIED: _l(
        "No name is collected. It is not called anonymous: several answers together could point to a person."
    ),
    Anonymity.NAMED: _l("You answer in your own name; what you say is used to improve the work."),
}


@blueprint.get("/surveys/<int:survey_id>/posters")
@allowed(Permission.DESIGN)
def posters(survey_id: int) -> ResponseReturnValue:
    """Choose the collectors and the language."""
    found = _found(survey_id)
    return render_template(
        "author/posters.html",
        survey=found.survey,
        ways=found.ways,
        is_sample=found.survey.campaign.is_sample,
    )


@blueprint.get("/surveys/<int:survey_id>/posters/print")
@allowed(Permission.DESIGN)
def print_posters(survey_id: int) -> ResponseReturnValue:
    """Show the chosen posters, one a sheet, to print in one job."""
    found = _found(survey_id)
    chosen = _chosen(found)
    return render_template(
        "author/posters_print.html",
        survey=found.survey,
        sheets=[Markup(drawing.svg(each)) for each in _posters(found, chosen)],  # noqa: S704  # escaped where drawn
        is_sample=found.survey.campaign.is_sample,
    )


@blueprint.get("/surveys/<int:survey_id>/posters/posters.zip")
@allowed(Permission.DESIGN)
def posters_archive(survey_id: int) -> ResponseReturnValue:
    """Give the chosen posters as files, with one page that prints them all."""
    found = _found(survey_id)
    chosen = _chosen(found)
    drawings = [drawing.svg(each) for each in _posters(found, chosen)]
    title = _("Posters")
    names = [_name_of(number, each) for number, each in enumerate(chosen, start=1)]
    page = drawing.print_page(f"{title} – {formats.named(found.survey)}", HTML_LANGUAGE[context.locale()], drawings)
    content = drawing.archive(
        zip(names, drawings, strict=True), (file_name(_("All posters to print"), extension="html"), page)
    )
    return send_file(
        io.BytesIO(content),
        mimetype=ZIP,
        as_attachment=True,
        download_name=file_name(title, formats.named(found.survey), extension="zip"),
    )


def written_closing(*moments: datetime | None) -> str:
    """Write until when answers are taken, the earliest of the moments, in the language in force; else nothing."""
    closing = min((each for each in moments if each is not None), default=None)
    if closing is None:
        return ""
    return _("Until %(moment)s", moment=formats.moment(closing))


def _found(survey_id: int) -> ToPrint:
    return services.to_print(context.database(), actor=context.actor(), survey_id=survey_id)


def _chosen(found: ToPrint) -> Sequence[Way]:
    """Return the collectors whose boxes were ticked; all where the address names none."""
    wanted = set(request.args.getlist("collector", type=int))
    chosen = [way for way in found.ways if way.collector.id in wanted or not wanted]
    if not chosen:
        raise NotFound
    return chosen


def _posters(found: ToPrint, chosen: Sequence[Way]) -> list[drawing.Poster]:
    locales = (ZH, EN) if request.args.get("languages") == "both" else (ZH,)
    return [
        drawing.Poster(
            name=_name(each),
            content=qr.content(base_url(), each.collector.code),
            code=each.collector.code,
            address=qr.link(base_url(), each.collector.code),
            words=[_wording(found, each, locale) for locale in locales],
            sample=_in_chinese_too(found),
        )
        for each in chosen
    ]


def _in_chinese_too(found: ToPrint) -> str:
    """Return the warning of sample data's posters, in the language that they are in."""
    if not found.survey.campaign.is_sample:
        return ""
    with force_locale(ZH):
        return _("Sample data: not to be put up")


def _name(way: Way) -> str:
    """Return what the poster is, for those who hear it read."""
    collector = way.collector
    return _(
        "Poster for %(unit)s, %(audience)s, code %(code)s",
        unit=formats.named(collector.unit),
        audience=formats.label(Audience, collector.audience),
        code=drawing.grouped(collector.code),
    )


def _name_of(number: int, way: Way) -> str:
    collector = way.collector
    return file_name(
        f"{number:02d}",
        formats.named(collector.unit),
        str(formats.label(Audience, collector.audience)),
        collector.label,
        extension="svg",
    )


def _wording(found: ToPrint, way: Way, locale: str) -> drawing.Wording:
    """Return a poster's words in one language, whatever language its printer reads."""
    survey, collector, minutes = found.survey, way.collector, found.questionnaire.minutes
    with force_locale(locale):
        team = formats.named(collector.posting.team) if collector.posting else ""
        promise = str(_PROMISES[Anonymity(survey.anonymity)])
        if collector.needs_invitation:
            promise = _("Please have your single-use code ready. It is not kept with your answers.")
        return drawing.Wording(
            union=formats.named(survey.campaign.unit),
            title=formats.named(survey),
            place=" · ".join(filter(None, (formats.named(collector.unit), collector.label, team))),
            call=str(_CALLS[Audience(collector.audience)]),
            code=_("Collector code"),
            address=_("or open in a browser"),
            minutes=ngettext("About %(num)s minute", "About %(num)s minutes", minutes) if minutes else "",
            closing=written_closing(collector.closes_at, survey.closes_at),
            anonymity=promise,
        )
