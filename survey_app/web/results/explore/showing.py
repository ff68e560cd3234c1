"""The way of every explored view: one address, a page and the same as JSON, from the same gated values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from flask import Blueprint, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app.analysis.selection import BadSelection, Selection
from survey_app.reporting.colours import IN_THE_DARK
from survey_app.services import explore
from survey_app.services.access import NotFound, Permission
from survey_app.services.explore import Exploration, Over, SelectionsOverlap, StillSealed, Subject
from survey_app.services.explore_places import Surroundings
from survey_app.services.uncounted import Uncounted, uncounted
from survey_app.web import context
from survey_app.web.access import allowed, allowed_to_programs
from survey_app.web.results.explore import as_json, desk
from survey_app.web.results.explore.asked import Asked, subject_of
from survey_app.web.results.explore.desk import Desk
from survey_app.web.results.fresh import Watched, sent, tag_of
from survey_app.web.security import allow_inline_styles

T = TypeVar("T")


@dataclass(frozen=True)
class Sight(Generic[T]):
    """One kind of view: its name and template, the choices in its address, and what it shows.

    The name is the last part of its address. `find` reads the gated values; `page` and `json` make of them what the
    template and the answer need. `over_time`: return visits are shown beside the first evaluation.
    """

    name: str
    template: str
    choices: Sequence[str]
    find: Callable[[Asked], T]
    page: Callable[[T, Desk], Mapping[str, Any]]
    json: Callable[[T], as_json.Json]
    over_time: bool = False

    @property
    def endpoint(self) -> str:
        """What `url_for` calls the page."""
        return f"results.{self.name}"

    def register(self, blueprint: Blueprint) -> None:
        """Put the page and, at the same address, its JSON on the blueprint of results."""

        @allowed(Permission.READ_RESULTS)
        def page(campaign_id: int) -> ResponseReturnValue:
            return _show(self, campaign_id)

        @allowed_to_programs(Permission.READ_RESULTS)
        def data(campaign_id: int) -> ResponseReturnValue:
            return _send(self, campaign_id)

        address = f"/results/<int:campaign_id>/{self.name}"
        blueprint.add_url_rule(address, view_func=page, endpoint=self.name)
        blueprint.add_url_rule(f"{address}.json", view_func=data, endpoint=f"{self.name}_json")


def opened(asked: Asked) -> Exploration:
    """Open the selection of a request, once. Raises as `services.explore.explored` does."""
    known: dict[Selection, Exploration] = g.setdefault("explorations", {})
    if asked.selection not in known:
        known[asked.selection] = explore.explored(
            context.database(),
            context.columns(),
            actor=context.actor(),
            selection=asked.selection,
            now=context.now(),
        )
    return known[asked.selection]


def _show(sight: Sight[T], campaign_id: int) -> ResponseReturnValue:
    """Answer with the page; where the address names what is not there, with a page to choose again."""
    allow_inline_styles()
    around = desk.surroundings_of(campaign_id, None)
    subjects = desk.open_subjects(campaign_id)
    if not subjects:
        return render_template("results/explore/nothing.html", around=around, is_sample=around.is_sample)
    try:
        return _filled(sight, around, subjects)
    except NotFound:
        first = subjects[0]
        asked = Asked(subject=first, selection=Selection(survey=first.survey, audience=first.audience))
        frame = Desk(sight.endpoint, asked, subjects, around, is_missing=True)
        return _drawn(sight, frame, {}), 404


def _filled(sight: Sight[T], around: Surroundings, subjects: tuple[Subject, ...]) -> ResponseReturnValue:
    """Return the page with what is found. Raises `NotFound`."""
    campaign_id = around.campaign_id
    asked = desk.read_request(campaign_id, subjects, sight.choices)
    if asked.trouble is None and not desk.is_canonical(asked):
        return redirect(f"{url_for(sight.endpoint, campaign_id=campaign_id)}?{asked.query()}")
    if asked.selection.unit is not None:
        around = desk.surroundings_of(campaign_id, asked.selection.unit)
    frame = Desk(sight.endpoint, asked, subjects, around, trouble=asked.trouble)
    shown: Mapping[str, Any] = {}
    if asked.trouble is None:
        try:
            found = sight.find(asked)
            frame = replace(frame, uncounted=_uncounted(sight, asked, subjects, around), over=_over(asked))
            if asked.subject.is_live:
                tag = tag_of(_answer(sight, asked, found, frame))
                frame = replace(frame, watched=Watched(frame.json_address, tag))
            shown = sight.page(found, frame)
        except BadSelection as trouble:
            frame = replace(frame, trouble=trouble)
        except StillSealed as sealed:
            frame = replace(frame, sealed=sealed)
    return _drawn(sight, frame, shown), 200 if frame.trouble is None else 400


def _drawn(sight: Sight[T], frame: Desk, shown: Mapping[str, Any]) -> str:
    is_sample = frame.around.is_sample
    return render_template(sight.template, desk=frame, shown=shown, dark=IN_THE_DARK, is_sample=is_sample)


def _send(sight: Sight[T], campaign_id: int) -> ResponseReturnValue:
    """Answer with the same as JSON."""
    around = desk.surroundings_of(campaign_id, None)
    subjects = desk.open_subjects(campaign_id)
    if not subjects:
        return problem(404, "no_survey")
    asked = desk.read_request(campaign_id, subjects, sight.choices)
    if asked.trouble is not None:
        return _refused(asked.trouble)
    if asked.selection.unit is not None:
        # Raises `NotFound` for a unit that the reader must not see or that is none, whatever the view makes of it.
        around = desk.surroundings_of(campaign_id, asked.selection.unit)
    try:
        found = sight.find(asked)
        frame = Desk(sight.endpoint, asked, subjects, around, uncounted=_uncounted(sight, asked, subjects, around))
        answer = _answer(sight, asked, found, replace(frame, over=_over(asked)))
    except BadSelection as trouble:
        return _refused(trouble)
    except SelectionsOverlap:
        return problem(400, "overlap")
    except StillSealed as sealed:
        closes = None if sealed.closes_at is None else sealed.closes_at.isoformat()
        return problem(403, "sealed", closes_at=closes)
    return sent(answer)


def _answer(sight: Sight[T], asked: Asked, found: T, frame: Desk) -> as_json.Json:
    return {
        "campaign": frame.around.campaign_id,
        "subject": as_json.subject(asked.subject),
        "uncounted": [as_json.uncounted(each) for each in frame.uncounted],
        "over": as_json.over(frame.over),
        **sight.json(found),
    }


def _over(asked: Asked) -> Over | None:
    """Return how many ballots of the selected place are of surveys that are over; None where all are."""
    return opened(asked).over() if asked.subject.is_live else None


def _uncounted(
    sight: Sight[T], asked: Asked, subjects: Sequence[Subject], around: Surroundings
) -> tuple[Uncounted, ...]:
    """Return what does not count yet of everything that the view shows, at its places together."""
    own = asked.subject
    shown = [own]
    if asked.other is not None:
        shown += [each for each in (subject_of(asked.other, subjects),) if each != own]
    if sight.over_time:
        shown += [
            each for each in subjects if each.wave is not None and each.audience == own.audience and each != own
        ]
    place = asked.selection
    if asked.other is not None and (asked.other.unit, asked.other.team) != (place.unit, place.team):
        place = replace(place, unit=None, team=None)
    return uncounted(
        context.database(), context.columns(), around=around, subjects=shown, selection=place, now=context.now()
    )


def _refused(trouble: BadSelection) -> ResponseReturnValue:
    return problem(400, "bad_selection", where=trouble.where, trouble=trouble.trouble.value)


def problem(status: int, kind: str, **more: str | None) -> ResponseReturnValue:
    """Answer with what is wrong."""
    return jsonify({"error": {"kind": kind, **more}}), status
