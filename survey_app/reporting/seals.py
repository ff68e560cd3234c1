"""What stands beside figures whose seal did not hold until the end."""

from __future__ import annotations

from survey_app.reporting.words import Reader
from survey_app.scoring.evaluation import Unsealed
from survey_app.words import SealEnd


def unsealed_sentences(unsealed: Unsealed, reader: Reader) -> list[str]:
    """Say when results could be seen, how many ballots were in by then, why, and what came after."""
    _ = reader.gettext
    blanks = {
        "survey": reader.text(unsealed.title),
        "moment": reader.moment(unsealed.at),
        "count": unsealed.ballots,
    }
    if unsealed.how == SealEnd.LIFTED:
        said = [
            _(
                "“%(survey)s” was unsealed on %(moment)s, with %(count)s ballots in; those that came later were "
                "given while results could be seen.",
                **blanks,
            )
        ]
    elif unsealed.how == SealEnd.CLOSED_EARLY:
        said = [_("“%(survey)s” was closed early and unsealed on %(moment)s, with %(count)s ballots in.", **blanks)]
    else:
        said = [_("The seal of “%(survey)s” ended on %(moment)s, with %(count)s ballots in.", **blanks)]
    if unsealed.reason:
        said.append(_("Reason given: %(reason)s", reason=unsealed.reason.rstrip("。. ") + _(".")))
    if unsealed.reopened_at is not None:
        said.append(
            _(
                "It was opened again on %(moment)s: ballots since then were given while results could be seen.",
                moment=reader.moment(unsealed.reopened_at),
            )
        )
    return said


def heading(reader: Reader) -> str:
    """Name what these sentences are about."""
    return reader.gettext("Seal")
