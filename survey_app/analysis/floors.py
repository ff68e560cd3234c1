"""Floors of participation: how places stand to them. What they ask of answers passes the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from survey_app.analysis import explore as explored
from survey_app.analysis.explore import Topic
from survey_app.analysis.facts import FloorFacts, PostingFacts
from survey_app.analysis.gate import NOTHING, ByNode, Gated, Where, together
from survey_app.analysis.instrument import Instrument, where_of
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import Selection
from survey_app.analysis.unit_table import headcounts_of, inner_places, issued_of, returned_of
from survey_app.scoring.evaluation import Floored, Judged
from survey_app.scoring.participation import Frontline, Standing, judge, worst
from survey_app.words import Audience


def floors_of(floors: Iterable[FloorFacts | None]) -> tuple[FloorFacts, ...]:
    """Return the floors of surveys whose ballots count together, each once: all of them hold."""
    return tuple(dict.fromkeys(each for each in floors if each is not None))


class Floors:
    """The floors of one instrument, and how its postings and teams stand to them.

    Workers are measured against the headcount. Nobody keeps the number of the others: they are measured against the
    codes and papers that were given out.
    """

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._floors = floors_of(each.floors.get(instrument.audience) for each in instrument.surveys)

    def whole(self) -> Floored | None:
        """Return how all ballots and each posting stand; None without a floor."""
        found = self._instrument
        standing = self._judged(sum(found.returned_by_posting), found.asked_at(None), None)
        if standing is None:
            return None
        places = (
            Judged(place=posting.place, stage=posting.stage, standing=standing)
            for posting in found.postings
            if (standing := self.of([posting.id])) is not None
        )
        return Floored(whole=standing, places=tuple(places))

    def of(self, postings: Sequence[int]) -> Standing | None:
        """Return how some postings stand together."""
        if not self._floors:
            return None
        chosen = [self._by_posting[posting] for posting in postings]
        asked = self._instrument.asked_at([posting for posting, _ in chosen])
        return self._judged(sum(returned for _, returned in chosen), asked, postings)

    @cached_property
    def _by_posting(self) -> Mapping[int, tuple[PostingFacts, int]]:
        """Each posting of the campaign with the ballots that came back from there."""
        found = self._instrument
        pairs = zip(found.all_postings, found.returned_by_posting, strict=False)
        return {posting.id: (posting, returned) for posting, returned in pairs}

    def _judged(self, returned: int, headcount: int | None, postings: Sequence[int] | None) -> Standing | None:
        standings = (
            judge(
                each.floor,
                returned=returned,
                headcount=headcount,
                frontline=self._frontline(each, postings),
                of_issued=self._instrument.audience != Audience.WORKERS,
            )
            for each in self._floors
        )
        return worst(tuple(standings))

    def _frontline(self, facts: FloorFacts, postings: Sequence[int] | None) -> Frontline | None:
        gate = self._instrument.gate
        if not facts.question or gate is None or facts.question not in gate.asked:
            return None
        where = Where(gate.scope.inside, 0) if postings is None else where_of(gate, postings)
        found = gate.count(facts.question, where).value
        return None if found is None else _among(found.groups, facts.codes)


def by_unit(topic: Topic, selection: Selection, floors: Sequence[FloorFacts]) -> Gated[Mapping[int, Standing]]:
    """Return how every unit of the reader's that has ballots stands, with all that lies below it.

    Of the selected team, whatever the selected unit; nothing where conditions are set, because a floor asks for a
    share of the people. Raises `OutOfScope`.
    """
    if selection.cuts:
        return NOTHING.map(lambda _: {})
    where = explored.where_of(topic, replace(selection, unit=None))
    of = None if selection.team is None else topic.gate.world.tree.team_leaves(selection.team)
    inner = inner_places(topic, of)
    asked = [each for each in floors if each.question in topic.gate.asked]
    counted = together(topic.gate.by_node(each.question, where) for each in asked)
    units = topic.gate.world.tree.unit[topic.gate.scope.node[inner]].tolist()
    of_issued = selection.audience != Audience.WORKERS
    people = (issued_of if of_issued else headcounts_of)(topic, inner, of).tolist()
    returned = returned_of(topic, inner, of).tolist()

    def standings(found: tuple[ByNode, ...]) -> Mapping[int, Standing]:
        made: dict[int, Standing] = {}
        answers = [(each, nodes.answers) for each, nodes in zip(asked, found, strict=True)]
        for row, (unit, place) in enumerate(zip(units, inner.tolist(), strict=True)):
            given = {each: _at(codes, counts[place], each) for each, (codes, counts) in answers}
            judged = worst(
                [
                    judge(
                        each.floor,
                        returned=returned[row],
                        headcount=people[row] if people[row] >= 0 else None,
                        frontline=given.get(each),
                        of_issued=of_issued,
                    )
                    for each in floors
                ]
            )
            if judged is not None:
                made[unit] = judged
        return made

    return counted.map(standings)


def of_readings(
    floors: Sequence[FloorFacts],
    *,
    audience: Audience,
    returned: int | None,
    headcount: int | None,
    readings: Sequence[Reading],
) -> Standing | None:
    """Return how a place stands that has been read already; None where more than a place is selected."""
    if returned is None:
        return None
    of_issued = audience != Audience.WORKERS
    rates = (each.rated.rate.issued for each in readings if each.rated is not None)
    asked = next((each for each in rates if each is not None), None) if of_issued else headcount
    counts = {each.name: each.counts for each in readings if each.counts}
    standings = (
        judge(
            each.floor,
            returned=returned,
            headcount=asked,
            frontline=_among(counts[each.question], each.codes) if each.question in counts else None,
            of_issued=of_issued,
        )
        for each in floors
    )
    return worst(tuple(standings))


def _among(counts: Iterable[tuple[tuple[str, ...], int]], codes: Sequence[str]) -> Frontline | None:
    """Return the ballots of front-line workers; None where nobody says where they work."""
    found = [(set(group) <= set(codes), count) for group, count in counts]
    n = sum(count for _, count in found)
    return Frontline(sum(count for is_own, count in found if is_own), n) if n else None


def _at(codes: Sequence[str], ballots: Array, facts: FloorFacts) -> Frontline | None:
    return _among((((code,), many) for code, many in zip(codes, ballots.tolist(), strict=True)), facts.codes)
