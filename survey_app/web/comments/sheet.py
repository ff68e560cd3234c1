"""Names of groups of comments, and what was released as a sheet of the evaluation workbook."""

from __future__ import annotations

from flask_babel import gettext as _

from survey_app.analysis.comments.showing import Group, Shown
from survey_app.reporting.cells import Column, Form, Row, Table, count, say
from survey_app.services.comments import CampaignComments
from survey_app.web import context


def group_name(found: CampaignComments, shown: Shown, group: Group) -> str:
    """Name a group of a question's comments: by its theme, else by the words that they share."""
    if group.theme is not None:
        return found.themes[group.theme].in_locale(context.locale())
    rest = _("Other comments") if len(shown.groups) > 1 else _("All comments")
    return " · ".join(group.words) or rest


def released(found: CampaignComments) -> tuple[Table, ...]:
    """Return the table of what was released, in the order of the page; none where there is nothing."""
    locale = context.locale()
    rows = tuple(
        Row(
            (
                say(question.label.in_locale(locale)),
                say(group_name(found, question.shown, group)),
                say(each.words),
                count(each.copies),
            )
        )
        for survey in found.surveys
        for question in survey.questions
        for group in question.shown.groups
        for each in group.verbatims
    )
    if not rows:
        return ()
    columns = (
        Column(_("Question"), span=14),
        Column(_("Group"), span=8),
        Column(_("Comment"), span=36),
        Column(_("Comments with these words"), Form.COUNT, span=8),
    )
    note = _(
        "Names, numbers and telephones are masked. Only what a person has looked at and released stands here, "
        "in no order of time."
    )
    return (Table(_("Released comments"), columns, rows, note),)
