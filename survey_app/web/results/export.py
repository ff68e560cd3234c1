"""The export of all figures: one long table as a workbook or as CSV, sent while it is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, redirect, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.reporting.streams import Sheet, as_csv, as_xlsx
from survey_app.reporting.words import CHINA
from survey_app.services import export as services
from survey_app.services.access import Permission
from survey_app.services.explore import StillSealed
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.results import long_table

_TYPES: dict[services.Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NOT_IN_FILE_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
_LONGEST_NAME = 80


def register(blueprint: Blueprint) -> None:
    """Put both files on the blueprint."""
    blueprint.add_url_rule("/results/<int:campaign_id>/figures.csv", view_func=figures_csv)
    blueprint.add_url_rule("/results/<int:campaign_id>/figures.xlsx", view_func=figures_xlsx)


@allowed(Permission.READ_RESULTS)
def figures_csv(campaign_id: int) -> ResponseReturnValue:
    """Send all figures as CSV."""
    return _sent(campaign_id, "csv")


@allowed(Permission.READ_RESULTS)
def figures_xlsx(campaign_id: int) -> ResponseReturnValue:
    """Send all figures as a workbook: the table, and a sheet that explains it."""
    return _sent(campaign_id, "xlsx")


def _sent(campaign_id: int, file_format: services.Format) -> ResponseReturnValue:
    try:
        found = services.exported(
            context.database(),
            context.columns(),
            actor=context.actor(),
            campaign_id=campaign_id,
            file_format=file_format,
            now=context.now(),
        )
    except StillSealed:
        # The page says until when.
        return redirect(url_for("results.explore", campaign_id=campaign_id))
    made = _csv(found) if file_format == "csv" else _xlsx(found)
    answer = Response(stream_with_context(made), content_type=_TYPES[file_format])
    answer.headers["Content-Disposition"] = _attachment(_name(found, file_format))
    answer.cache_control.no_store = True
    return answer


def _csv(found: services.Export) -> Iterator[bytes]:
    return as_csv(long_table.head(), long_table.rows(found))


def _xlsx(found: services.Export) -> Iterator[bytes]:
    table = Sheet(_("All figures"), long_table.head(), long_table.rows(found), long_table.widths())
    notes = Sheet(_("Notes"), (_("About"), _("Words")), long_table.notes(found, context.now()), (30, 120))
    return as_xlsx([table, notes])


def _attachment(name: str) -> str:
    """Return the header that names a file (RFC 6266), for programs that read ASCII only, too."""
    plain = f"figures.{name.rpartition('.')[2]}"
    return f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"


def _name(found: services.Export, file_format: str) -> str:
    day = f"{context.now().astimezone(CHINA):%Y%m%d}"
    named = "_".join((formats.words(found.around.campaign), _("all figures"), day))
    return f"{_NOT_IN_FILE_NAMES.sub('-', named).strip(' .')[:_LONGEST_NAME]}.{file_format}"
