"""When a batch of paper can be closed: exactly when every sheet is accounted for, and double entry is done."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.library import template
from survey_app.services.paper import Keyed, PaperPage
from survey_app.services.paper_double import Agreement
from survey_app.storage.models import Batch, Collector, PaperBatch
from survey_app.words import BallotKind, BatchState

_FEW = st.integers(0, 4)
_COUNTED = st.one_of(st.none(), st.integers(0, 12))
_SHEETS = st.lists(st.integers(1, 9), unique=True, max_size=2).map(tuple)


@settings(max_examples=100)
@given(
    kinds=st.fixed_dictionaries(dict.fromkeys(BallotKind, _FEW)),
    apart=st.tuples(_FEW, _FEW),
    issued=_COUNTED,
    returned=_COUNTED,
    still_twice=_SHEETS,
    unsettled=_SHEETS,
)
def test_a_batch_closes_when_its_totals_agree(
    kinds: dict[BallotKind, int],
    apart: tuple[int, int],
    issued: int | None,
    returned: int | None,
    still_twice: tuple[int, ...],
    unsettled: tuple[int, ...],
) -> None:
    spoilt, abstained = apart
    batch = Batch(state=BatchState.OPEN, issued=issued, returned=returned, spoilt=spoilt, abstained=abstained)
    keyed = Keyed(kinds, len(unsettled), still_twice, unsettled, Agreement())
    page = PaperPage(PaperBatch(batch=batch), Collector(), template("A_W").questionnaire, keyed, 0)
    there = sum(kinds.values()) + spoilt + abstained
    agrees = issued is not None and returned is not None and 0 < there == returned <= issued
    assert (not page.obstacles) == (agrees and not still_twice and not unsettled)
