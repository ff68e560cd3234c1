"""Forms of the pages about paper."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional

from survey_app.services.paper import MOST_COPIES, SHARES
from survey_app.web.forms import ChoiceField, DayField, Form, WholeField, at_most, count_of, needed


def _share_words(share: int) -> LazyString:
    if not share:
        return _l("none")
    return _l("all") if share == 100 else _l("a sample of %(share)s %%", share=share)


_SHARES = [(share, _share_words(share)) for share in SHARES]


class BatchForm(Form):
    """What an organiser sets for a batch of paper."""

    label = StringField(_l("Name of the batch"), [needed(), at_most(100)])
    copies = WholeField(_l("Sheets printed"), [needed(), count_of(MOST_COPIES, 1)])
    second_share = ChoiceField(_l("To be keyed a second time"), choices=_SHARES, coerce=int, default=0)
    filled_on = DayField(_l("Day on which the ballots are filled in"), [needed()])
    note = TextAreaField(_l("Note for organisers"), [at_most(2000)])


class NewBatchForm(BatchForm):
    """The same, and where the ballots are handed out."""

    label = StringField(
        _l("Name of the batch"),
        [at_most(100)],
        description=_l("Empty: the number that stands at the foot of its sheets."),
    )
    collector = ChoiceField(_l("Where the ballots are handed out"), [needed()], coerce=int)


class CountsForm(BatchForm):
    """The same, and what was counted by hand."""

    issued = WholeField(_l("Ballots handed out"), [Optional(), count_of(MOST_COPIES)])
    returned = WholeField(_l("Ballots that came back"), [Optional(), count_of(MOST_COPIES)])
    spoilt = WholeField(_l("Spoilt ballots put aside, not keyed"), [Optional(), count_of(MOST_COPIES)])
    abstained = WholeField(_l("Blank ballots put aside, not keyed"), [Optional(), count_of(MOST_COPIES)])


class PrintForm(Form):
    """Which sheets are printed, and how. It is sent by GET: a page to print changes nothing."""

    class Meta(Form.Meta):
        """No token in an address."""

        csrf = False

    first = WholeField(_l("From sheet number"), [needed(), count_of(MOST_COPIES, 1)])
    last = WholeField(_l("to number"), [needed(), count_of(MOST_COPIES, 1)])
    language = ChoiceField(_l("Language"), choices=[("zh", _l("Chinese")), ("en", _l("English"))], default="zh")
    both_sides = BooleanField(_l("On both sides: every copy begins on a new sheet"), default=True)
    own_notice = BooleanField(_l("Print the questionnaire's own notice instead of the one for paper"))
