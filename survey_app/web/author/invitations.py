"""Single-use codes of a collector: issued, printed, fetched for mail-merge, reissued, revoked, reminded of.

The codes of a run can be had for a day through a signed token that only the person who issued them holds; the token
has the seed, the application's secret key makes codes of it, and neither is in the database.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from flask import flash, redirect, render_template, request, send_file, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from survey_app.interchange.ballot_template import table_workbook
from survey_app.reporting import qr, slips
from survey_app.services import invitations as services
from survey_app.services.access import Permission
from survey_app.services.collectors import Way
from survey_app.services.invitations import Run
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.addresses import base_url, file_name
from survey_app.web.author.collecting import way_of
from survey_app.web.author.collector_forms import IssueForm, NumbersForm
from survey_app.web.author.imports import XLSX
from survey_app.web.author.posters import written_closing
from survey_app.web.author.room import blueprint
from survey_app.words import Audience

LIFETIME = timedelta(days=1)
SHEETS_AT_ONCE = 10
"""Sheets on one page to print: 240 codes are drawn in two to three seconds."""
_RUNS = "invitation_runs"
_MOST_RUNS = 5
_BASE = "/surveys/<int:survey_id>/collectors/<int:collector_id>/invitations"

_Kept: TypeAlias = tuple[Run, datetime]


@dataclass(frozen=True, slots=True)
class _Issued:
    """A run whose codes can be had still, with its collector, when it was issued, and its token."""

    way: Way
    run: Run
    issued_at: datetime
    token: str


@blueprint.get(_BASE)
@allowed(Permission.DESIGN)
def invitations(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Show how many codes are out, and what can be done with them."""
    return _page(way_of(survey_id, collector_id), IssueForm(formdata=None), NumbersForm(formdata=None))


@blueprint.post(f"{_BASE}/issue")
@allowed(Permission.DESIGN)
def issue_invitations(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Issue codes, and lead to where they are printed."""
    way = way_of(survey_id, collector_id)
    form = IssueForm()
    if not form.validate():
        return _page(way, form, NumbersForm(formdata=None)), 422
    try:
        run = services.issue(
            context.database(),
            actor=context.actor(),
            key=context.settings().secret_key,
            collector_id=collector_id,
            count=form.count.data or 0,
            now=context.now(),
        )
    except services.NotByInvitation:
        return _not_by_invitation(survey_id, collector_id)
    except services.TooMany as refused:
        form.count.errors = [_("At most %(count)s more codes, please.", count=refused.most)]
        return _page(way, form, NumbersForm(formdata=None)), 422
    return _hand_over(survey_id, run)


@blueprint.post(f"{_BASE}/revoke")
@allowed(Permission.DESIGN)
def revoke_invitations(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Revoke codes by their numbers."""
    return _change(survey_id, collector_id, is_reissue=False)


@blueprint.post(f"{_BASE}/reissue")
@allowed(Permission.DESIGN)
def reissue_invitations(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Revoke codes by their numbers, and issue new ones instead."""
    return _change(survey_id, collector_id, is_reissue=True)


def _change(survey_id: int, collector_id: int, *, is_reissue: bool) -> ResponseReturnValue:
    way = way_of(survey_id, collector_id)
    form = NumbersForm()
    if not form.validate():
        return _page(way, IssueForm(formdata=None), form), 422
    about: Any = {"actor": context.actor(), "collector_id": collector_id, "now": context.now()}
    try:
        if not is_reissue:
            gone = services.revoke(context.database(), serials=form.serials, **about)
        else:
            key = context.settings().secret_key
            return _hand_over(
                survey_id, services.reissue(context.database(), key=key, serials=form.serials, **about)
            )
    except services.NotByInvitation:
        return _not_by_invitation(survey_id, collector_id)
    except services.NotUnused as refused:
        form.numbers.errors = [_not_unused(refused)]
    except services.TooMany as refused:
        form.numbers.errors = [_("At most %(count)s codes at once, please.", count=refused.most)]
    except services.TooFewUsed:
        form.numbers.errors = [
            _(
                "A few codes have been used since the list was brought up to date. To change codes by number now "
                "would show which; wait until at least %(count)s have been used, or issue a new code beside.",
                count=services.least_used(way.collector),
            )
        ]
    else:
        flash(ngettext("%(num)s code has been revoked.", "%(num)s codes have been revoked.", gone), "done")
        return redirect(_address(survey_id, collector_id))
    return _page(way, IssueForm(formdata=None), form), 422


@blueprint.post(f"{_BASE}/list")
@allowed(Permission.DESIGN)
def list_invitations(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Bring the list of unused codes up to date."""
    way = way_of(survey_id, collector_id)
    added = services.bring_up_to_date(context.database(), actor=context.actor(), collector_id=collector_id)
    if added:
        words = ngettext("%(num)s code is newly listed as used.", "%(num)s codes are newly listed as used.", added)
        flash(words, "done")
    else:
        flash(
            _(
                "The list stays as it is: fewer than %(count)s codes have been used since. Codes are listed as "
                "used several at once, so that nobody can tell who has just answered.",
                count=services.least_used(way.collector),
            ),
            "wait",
        )
    return redirect(_address(survey_id, collector_id))


@blueprint.get(f"{_BASE}/unused.xlsx")
@allowed(Permission.DESIGN)
def unused_invitations(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Give the numbers that stand as unused, to remind by."""
    way = way_of(survey_id, collector_id)
    found = services.unused(context.database(), actor=context.actor(), collector_id=collector_id)
    title = _("Unused codes")
    header = [_("Number of the slip"), _("Issued instead of"), _("Issued at"), _("Unit"), _("Who is asked")]
    unit, audience = _place(way)
    rows = [(each.serial, each.replaces or "", formats.moment(each.issued_at), unit, audience) for each in found]
    return _workbook(table_workbook(title, header, rows), title, unit)


@blueprint.get(f"{_BASE}/runs/<token>")
@allowed(Permission.DESIGN)
def invitation_run(survey_id: int, collector_id: int, token: str) -> ResponseReturnValue:
    """Offer the codes of a run to print and to fetch, for as long as they can be had."""
    return _of_run(survey_id, collector_id, token, _to_give_out)


def _to_give_out(of: _Issued) -> ResponseReturnValue:
    return render_template(
        "author/invitation_run.html",
        collector=of.way.collector,
        survey=of.way.collector.survey,
        run=of.run,
        token=of.token,
        until=of.issued_at + LIFETIME,
        parts=range(1, _parts(of.run) + 1),
        per_part=SHEETS_AT_ONCE * slips.PER_SHEET,
        is_sample=of.way.collector.survey.campaign.is_sample,
    )


@blueprint.get(f"{_BASE}/runs/<token>/slips")
@allowed(Permission.DESIGN)
def invitation_slips(survey_id: int, collector_id: int, token: str) -> ResponseReturnValue:
    """Show slips to print and cut, some sheets at once."""
    return _of_run(survey_id, collector_id, token, _to_cut)


def _to_cut(of: _Issued) -> ResponseReturnValue:
    collector = of.way.collector
    part = min(max(request.args.get("part", 1, type=int), 1), _parts(of.run))
    at_once = SHEETS_AT_ONCE * slips.PER_SHEET
    codes = services.codes(context.settings().secret_key, of.run)[(part - 1) * at_once : part * at_once]
    drawn = [
        slips.slip(base_url(), collector.code, _("No. %(number)s", number=serial), code) for serial, code in codes
    ]
    words = _slip_words(of.way)
    sheets = [
        slips.svg(_("Slips, sheet %(number)s", number=number), each, words)
        for number, each in enumerate(slips.sheets(drawn), start=(part - 1) * SHEETS_AT_ONCE + 1)
    ]
    return render_template(
        "author/invitation_slips.html",
        survey=collector.survey,
        back=url_for(
            "author.invitation_run", survey_id=collector.survey_id, collector_id=collector.id, token=of.token
        ),
        sheets=[Markup(each) for each in sheets],  # noqa: S704  # escaped where drawn
        is_sample=collector.survey.campaign.is_sample,
    )


@blueprint.get(f"{_BASE}/runs/<token>/codes.xlsx")
@allowed(Permission.DESIGN)
def invitation_codes(survey_id: int, collector_id: int, token: str) -> ResponseReturnValue:
    """Give the codes of a run as a workbook, for mail-merge or SMS."""
    return _of_run(survey_id, collector_id, token, _as_workbook)


def _as_workbook(of: _Issued) -> ResponseReturnValue:
    title = _("Single-use codes")
    header = [_("Number of the slip"), _("Single-use code"), _("Link"), _("Unit"), _("Who is asked"), _("Closing")]
    unit, audience = _place(of.way)
    closing = _closing(of.way)
    rows = [
        (serial, code, qr.invitation_link(base_url(), of.way.collector.code, code), unit, audience, closing)
        for serial, code in services.codes(context.settings().secret_key, of.run)
    ]
    return _workbook(table_workbook(title, header, rows), title, unit)


def _of_run(
    survey_id: int, collector_id: int, token: str, show: Callable[[_Issued], ResponseReturnValue]
) -> ResponseReturnValue:
    """Show something of a run, or say that its codes cannot be had any longer."""
    way = way_of(survey_id, collector_id)
    kept = _read(token, collector_id)
    return _gone(survey_id, collector_id) if kept is None else show(_Issued(way, *kept, token))


def _page(way: Way, issue: IssueForm, numbers: NumbersForm) -> str:
    collector = way.collector
    found = services.overview(context.database(), actor=context.actor(), collector_id=collector.id)
    unused = services.unused(context.database(), actor=context.actor(), collector_id=collector.id)
    return render_template(
        "author/invitations.html",
        collector=collector,
        survey=collector.survey,
        overview=found,
        unused=services.ranges([each.serial for each in unused]),
        issue=issue,
        numbers=numbers,
        least=services.least_used(collector),
        runs=_runs(collector.id),
        is_sample=collector.survey.campaign.is_sample,
    )


def _slip_words(way: Way) -> slips.SlipWords:
    address = qr.link(base_url(), way.collector.code)
    return slips.SlipWords(
        title=formats.named(way.collector.survey),
        closing=_closing(way),
        once=_("Good once. Scan, or open the address below in a browser and type this code."),
        address=address.removeprefix("https://"),
    )


def _hand_over(survey_id: int, run: Run) -> ResponseReturnValue:
    """Give the person the token of a new run, and remember the last ones in the session."""
    token = str(_serializer().dumps({**asdict(run), "user": context.actor().user_id}))
    cookie[_RUNS] = [token, *cookie.get(_RUNS, [])][:_MOST_RUNS]
    flash(ngettext("%(num)s code has been issued.", "%(num)s codes have been issued.", run.count), "done")
    return redirect(
        url_for("author.invitation_run", survey_id=survey_id, collector_id=run.collector_id, token=token)
    )


def _runs(collector_id: int) -> list[tuple[str, Run, datetime]]:
    """Return the runs of this session that can still be printed: token, run, until when."""
    found = []
    for token in cookie.get(_RUNS, []):
        kept = _read(token, collector_id)
        if kept is not None:
            found.append((token, kept[0], kept[1] + LIFETIME))
    return found


def _read(token: str, collector_id: int) -> _Kept | None:
    """Return run and moment of issue, or None: too old, of another collector, or another person's."""
    try:
        about, issued_at = _serializer().loads(token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True)
    except BadData:
        return None
    if about.pop("user") != context.actor().user_id or about["collector_id"] != collector_id:
        return None
    return Run(**about), issued_at.astimezone(UTC)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.settings().secret_key, salt="invitation-run")


def _parts(run: Run) -> int:
    at_once = SHEETS_AT_ONCE * slips.PER_SHEET
    return (run.count + at_once - 1) // at_once


def _not_unused(refused: services.NotUnused) -> str:
    if not refused.serials:
        return _("No code stands as unused.")
    return _("These numbers do not stand as unused: %(numbers)s.", numbers=services.ranges(refused.serials)[:200])


def _closing(way: Way) -> str:
    return written_closing(way.collector.closes_at, way.collector.survey.closes_at)


def _place(way: Way) -> tuple[str, str]:
    unit = " ".join(filter(None, (formats.named(way.collector.unit), way.collector.label)))
    return unit, str(formats.label(Audience, way.collector.audience))


def _workbook(content: bytes, title: str, unit: str) -> ResponseReturnValue:
    name = file_name(title, unit, extension="xlsx")
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _not_by_invitation(survey_id: int, collector_id: int) -> ResponseReturnValue:
    flash(_("Let people in by invitation first: then codes can be issued."), "error")
    return redirect(url_for("author.collector_settings", survey_id=survey_id, collector_id=collector_id))


def _gone(survey_id: int, collector_id: int) -> ResponseReturnValue:
    flash(
        _(
            "These codes cannot be printed any longer: only who issued them can, within a day. Issue new ones "
            "instead of those that were not handed out."
        ),
        "wait",
    )
    return redirect(_address(survey_id, collector_id))


def _address(survey_id: int, collector_id: int) -> str:
    return url_for("author.invitations", survey_id=survey_id, collector_id=collector_id)
