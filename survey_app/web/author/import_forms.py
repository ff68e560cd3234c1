"""Forms of the import pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.validators import Optional

from survey_app.web import formats
from survey_app.web.forms import ChoiceField, Form, WholeField, count_of, needed
from survey_app.words import Mode


class ImportForm(Form):
    """A file of ballots, and where they belong."""

    collector = ChoiceField(_l("Where the ballots come from"), [needed()], coerce=int)
    file = FileField(
        _l("File (.xlsx or .csv)"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".xlsx,.csv,text/csv"},
    )
    mode = ChoiceField(
        _l("How the ballots were filled in"), [needed()], choices=formats.choices(Mode), default=Mode.PAPER
    )
    allow_blanks = BooleanField(_l("Also import ballots on which a required question was left blank"))


class TotalsForm(Form):
    """How many papers were handed out, and what became of them."""

    issued = WholeField(_l("Ballots handed out"), [Optional(), count_of()])
    returned = WholeField(_l("Ballots that came back"), [needed(), count_of()])
    spoilt = WholeField(_l("Spoilt ballots among them"), [needed(), count_of()])
    abstained = WholeField(_l("Ballots handed in blank among them"), [needed(), count_of()])
