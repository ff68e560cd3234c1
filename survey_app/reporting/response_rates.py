"""应答率: AAPOR's response rates where people were invited with single-use codes, with all that they rest on.

Open QR codes have no list of people: of them only 参与率 is said.
"""

from __future__ import annotations

from fractions import Fraction

from survey_app.reporting.cells import Column, Form, Row, Table, say, share
from survey_app.reporting.words import Reader, audience, percent
from survey_app.scoring.evaluation import Part
from survey_app.scoring.participation import Invited

_NUMBERS = range(1, 7)


def sentence(found: Invited, reader: Reader) -> str:
    """Say the lowest and the highest rate in one line, or that the counts do not add up."""
    _ = reader.gettext
    back = found.complete + found.partial
    if found.dispositions is None:
        return _(
            "Response rate: not given. %(back)s ballots and %(counted)s counted codes are more than the %(issued)s "
            "single-use codes that were issued; correct the counts.",
            back=back,
            counted=found.outcomes.counted,
            issued=found.issued,
        )
    first, last = (found.dispositions.response_rate(number) for number in (1, 6))
    return _(
        "Response rate (AAPOR): RR1 %(first)s, RR6 %(last)s; %(back)s ballots of %(issued)s single-use codes",
        first=percent(first),
        last=percent(last),
        back=back,
        issued=found.issued,
    )


def table(part: Part, reader: Reader) -> Table:
    """Return the six rates of an audience with how each is made. Raises `ValueError` where nobody was invited."""
    _ = reader.gettext
    if part.invited is None:
        raise ValueError("nobody was invited")
    found = part.invited.dispositions
    said = _rates(reader)
    rows = [
        Row((say(f"RR{number}"), say(said[number]), share(None if found is None else found.response_rate(number))))
        for number in _NUMBERS
    ]
    return Table(
        title=_("Response rate (AAPOR): %(audience)s", audience=audience(part.audience, reader)),
        columns=(
            Column(_("Response rate"), span=6),
            Column(_("How it is made"), span=24),
            Column(_("Value"), Form.PERCENT),
        ),
        rows=tuple(rows),
        note=reader.sentences(_notes(part, part.invited, reader)),
    )


def in_words(found: Table) -> str:
    """Write a table of rates as one paragraph."""
    rates = ", ".join(f"{name.text} {value.text}" for name, _, value in (row.cells for row in found.rows))
    return f"{rates}. {found.note}"


def _rates(reader: Reader) -> dict[int, str]:
    _ = reader.gettext
    complete, both = _("complete ballots"), _("complete and partial ballots")
    bases = (
        _("all who were or may have been eligible"),
        _("the eligible and e of the unknown"),
        _("the eligible, none of the unknown"),
    )
    return {
        number: _("%(ballots)s ÷ %(base)s", ballots=complete if number % 2 else both, base=bases[(number - 1) // 2])
        for number in _NUMBERS
    }


def _notes(part: Part, found: Invited, reader: Reader) -> list[str]:
    _ = reader.gettext
    outcomes = found.outcomes
    said = [
        _(
            "%(issued)s codes issued: %(complete)s complete, %(partial)s partial (sent without the headline "
            "question), %(refused)s refused, %(not_contacted)s not reached, %(ineligible)s not eligible, "
            "%(unknown)s unknown.",
            issued=found.issued,
            complete=found.complete,
            partial=found.partial,
            refused=outcomes.refused,
            not_contacted=outcomes.not_contacted,
            ineligible=outcomes.ineligible,
            unknown=outcomes.unknown,
        )
    ]
    if found.dispositions is None:
        return [*said, _("These are more than were issued, so that no rate is given.")]
    share_of = found.dispositions.eligible_share
    said.append(
        _(
            "The other %(silent)s count as eligible people who did not answer. e = %(share)s%(how)s.",
            silent=found.dispositions.other,
            share=percent(Fraction(share_of)),
            how="" if outcomes.eligible_share is not None else _(", in the proportion of the others"),
        )
    )
    if part.through_open:
        said.append(
            _(
                "This is about single-use codes alone; for ballots through open QR codes there is only "
                "participation."
            )
        )
    return said
