"""What became of single-use codes: from the ballots that came in with them, and what an organiser has counted."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np

from survey_app.analysis.instrument import Instrument
from survey_app.scoring.evaluation import Item
from survey_app.scoring.participation import Invited, Outcomes, invited


def invited_to(instrument: Instrument, headline: Item | None) -> Invited | None:
    """Return what became of the codes of an audience; None where none was given out.

    None, too, before anything became of one: while answers come in, codes that nobody has used yet say nothing. And
    of a part, where an organiser has counted what became of codes: that is counted for the whole and has no share.
    """
    issued = returned = 0
    for part in instrument.ballots.slices:
        codes = {key: each.invited for key, each in part.collectors.items() if each.invited is not None}
        issued += sum(sum(by_posting.values()) for by_posting in codes.values())
        returned += part.columns.where("collector", np.array(sorted(codes))).size if codes else 0
    found = reduce(add, (survey.outcomes.get(instrument.audience, Outcomes()) for survey in instrument.surveys))
    if not issued or (instrument.ballots.is_live and not returned and not found.counted):
        return None
    if found.counted and any(survey.is_part for survey in instrument.surveys):
        return None
    partial = _partial(instrument, headline, returned)
    return invited(issued=issued, complete=returned - partial, partial=partial, outcomes=found)


def _partial(instrument: Instrument, headline: Item | None, returned: int) -> int:
    """Return the ballots sent without the headline question, as shown for all ballots; 0 where some had no code.

    A number for those with a code alone could be subtracted from the one for all.
    """
    if headline is None or headline.rated.is_withheld or returned != instrument.returned:
        return 0
    figure = headline.rated.rate
    return figure.blank or 0 if figure.returned == returned else 0
