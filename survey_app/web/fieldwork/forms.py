"""Forms of the fieldwork pages."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from survey_app.web.formats import choices
from survey_app.web.forms import (
    AmountField,
    ChoiceField,
    DayField,
    Form,
    NotBefore,
    WholeField,
    at_most,
    count_of,
    key_or_none,
    needed,
)
from survey_app.words import Bound, MemberRole, PostingMode, UnitKind

LONG_TEXT = 10_000

Rows: TypeAlias = tuple[tuple[str, ...], ...]


class SheetForm(Form):
    """A form that fills a page of its own. `rows` names its fields; those of one row stand side by side."""

    rows: ClassVar[Rows] = ()

    def values(self) -> dict[str, Any]:
        """Return what was filled in, for the verb that takes it; a text left blank is "", a number None."""
        return {name: self[name].data for row in self.rows for name in row}


class CampaignForm(SheetForm):
    """What is said of a campaign."""

    rows: ClassVar[Rows] = (
        ("name", "name_en"),
        ("starts_on", "ends_on", "planned_days"),
        ("description",),
    )

    name = StringField(_l("Name"), [needed(), at_most(200)])
    name_en = StringField(_l("English name"), [at_most(200)])
    starts_on = DayField(_l("Begins on"), [needed()])
    ends_on = DayField(
        _l("Ends on"), [Optional(), NotBefore("starts_on", _l("The end lies before the beginning."))]
    )
    planned_days = WholeField(
        _l("Days of a posting"),
        [Optional(), count_of(366, 1)],
        description=_l("How many days each team is meant to stay; 14 for two weeks. Empty without work teams."),
    )
    description = TextAreaField(_l("Description"), [at_most(LONG_TEXT)])


class NewCampaignForm(CampaignForm):
    """A new campaign, with the unit that runs it."""

    rows: ClassVar[Rows] = (("unit_id",), *CampaignForm.rows)

    unit_id = ChoiceField(_l("Run by"), [needed()], coerce=int)


class SurveyCampaignForm(NewCampaignForm):
    """A campaign for a survey alone, without work teams: what it is called, whose it is, and when."""

    rows: ClassVar[Rows] = (("name",), ("unit_id",), ("starts_on", "ends_on"))


class RoundForm(SheetForm):
    """What is said of a round."""

    rows: ClassVar[Rows] = (("number", "name", "name_en"), ("starts_on", "ends_on"))

    number = WholeField(_l("Number"), [needed(), count_of(999, 1)])
    name = StringField(_l("Name"), [needed(), at_most(200)])
    name_en = StringField(_l("English name"), [at_most(200)])
    starts_on = DayField(_l("Begins on"), [needed()])
    ends_on = DayField(
        _l("Ends on"), [Optional(), NotBefore("starts_on", _l("The end lies before the beginning."))]
    )


class TeamForm(SheetForm):
    """What is said of a team."""

    rows: ClassVar[Rows] = (("name", "name_en"), ("unit_id",))

    name = StringField(_l("Name"), [needed(), at_most(200)])
    name_en = StringField(_l("English name"), [at_most(200)])
    unit_id = ChoiceField(_l("Its members come from"), [needed()], coerce=int)


class MemberForm(SheetForm):
    """A person in a team."""

    rows: ClassVar[Rows] = (("name", "role", "user_id"),)

    name = StringField(_l("Full name"), [needed(), at_most(200)])
    role = ChoiceField(_l("Place in the team"), choices=choices(MemberRole), default=MemberRole.MEMBER)
    user_id = ChoiceField(_l("Signs in as"), [Optional()], coerce=key_or_none)


class PostingForm(SheetForm):
    """Days, mode and headcount of a posting."""

    rows: ClassVar[Rows] = (
        ("mode", "headcount"),
        ("planned_from", "planned_to"),
        ("actual_from", "actual_to"),
    )

    mode = ChoiceField(_l("Mode"), choices=choices(PostingMode), default=PostingMode.STATIONED)
    headcount = WholeField(
        _l("Number of workers"),
        [Optional(), count_of()],
        description=_l("At the time of the posting; left blank, the number that the unit has now."),
    )
    planned_from = DayField(_l("Planned from"), [needed()])
    planned_to = DayField(
        _l("Planned until"), [needed(), NotBefore("planned_from", _l("The end lies before the beginning."))]
    )
    actual_from = DayField(_l("Actually from"), [Optional()])
    actual_to = DayField(
        _l("Actually until"),
        [Optional(), NotBefore("actual_from", _l("The end lies before the beginning."))],
        description=_l("Return visits are due 1, 3 and 6 months after this day, or after the planned end."),
    )


class NewPostingForm(PostingForm):
    """A new posting: which team goes where, in which round."""

    rows: ClassVar[Rows] = (("round_id", "team_id"), ("unit_id",), *PostingForm.rows)

    round_id = ChoiceField(_l("Round"), [needed()], coerce=int)
    team_id = ChoiceField(_l("Work team"), [needed()], coerce=int)
    unit_id = ChoiceField(_l("Enterprise"), [needed()], coerce=int)


class ActivityForm(SheetForm):
    """An entry of the ledger."""

    rows: ClassVar[Rows] = (
        ("kind_code",),
        ("bound", "amount", "participants"),
        ("posting_id", "on_date"),
        ("title",),
        ("note",),
        ("source",),
    )

    kind_code = ChoiceField(_l("Kind"), [needed()])
    bound = ChoiceField(
        _l("How exact"),
        choices=choices(Bound),
        default=Bound.EXACT,
        description=_l("As the report has it: “more than 2,250 hours” stays “more than”."),
    )
    amount = AmountField(_l("Amount"), [needed(), count_of(10**12)], render_kw={"inputmode": "decimal"})
    participants = WholeField(_l("People taking part"), [Optional(), count_of()])
    posting_id = ChoiceField(_l("Posting"), [Optional()], coerce=key_or_none)
    on_date = DayField(_l("Day"), [Optional()])
    title = StringField(_l("Title"), [at_most(200)])
    note = TextAreaField(_l("Note"), [at_most(LONG_TEXT)])
    source = StringField(
        _l("Source"),
        [at_most(200)],
        description=_l("Where the count comes from, such as the team's weekly report."),
    )


class ScheduleForm(SheetForm):
    """The date agreed for a return visit."""

    rows: ClassVar[Rows] = (("scheduled_on",),)

    scheduled_on = DayField(_l("Visit on"), [needed()])


class VisitForm(SheetForm):
    """The record of a return visit (访员记录)."""

    rows: ClassVar[Rows] = (
        ("done_on", "place", "attendees"),
        ("record",),
        ("unresolved",),
        ("escalated",),
        ("next_visit_on",),
    )

    done_on = DayField(_l("Day of the visit"), [needed()])
    place = StringField(_l("Place"), [needed(), at_most(200)])
    attendees = WholeField(_l("People at the talk"), [needed(), count_of(100_000)])
    record = TextAreaField(
        _l("What was found"),
        [needed(), at_most(LONG_TEXT)],
        description=_l("No names of workers, please: others will read this."),
    )
    unresolved = TextAreaField(
        _l("Matters not yet settled"),
        [at_most(LONG_TEXT)],
        description=_l("One a line: its number, and why it is not settled."),
    )
    escalated = TextAreaField(_l("Matters for the level above"), [at_most(LONG_TEXT)])
    next_visit_on = DayField(
        _l("Next visit on"),
        [Optional(), NotBefore("done_on", _l("The next visit lies before this one."))],
    )


class CancelVisitForm(SheetForm):
    """Why a return visit is given up."""

    rows: ClassVar[Rows] = (("reason",),)

    reason = TextAreaField(_l("Reason"), [needed(), at_most(1000)], render_kw={"rows": 3})


class UnitForm(SheetForm):
    """What is said of a unit."""

    rows: ClassVar[Rows] = (("kind", "name", "name_en"), ("code", "headcount"))

    kind = ChoiceField(_l("Level"), choices=choices(UnitKind), default=UnitKind.ENTERPRISE)
    name = StringField(_l("Name"), [needed(), at_most(200)])
    name_en = StringField(_l("English name"), [at_most(200)])
    code = StringField(
        _l("Code"),
        [at_most(64)],
        description=_l("Such as the unified social credit code. No two units have the same."),
    )
    headcount = WholeField(_l("Number of workers"), [Optional(), count_of()])


class NewUnitForm(UnitForm):
    """A new unit, with the unit above it."""

    rows: ClassVar[Rows] = (("parent_id",), *UnitForm.rows)

    parent_id = ChoiceField(_l("Belongs to"), [needed()], coerce=int)


class MoveUnitForm(SheetForm):
    """Where a unit goes."""

    rows: ClassVar[Rows] = (("parent_id",),)

    parent_id = ChoiceField(_l("New place, below"), [needed()], coerce=int)
