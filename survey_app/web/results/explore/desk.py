"""The frame around everything that is explored: where I am, what is selected, what else can be selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl

from flask import current_app, request, url_for
from flask_babel import gettext

from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import (
    ANSWERS,
    MODE,
    MOST_CUTS,
    PERIOD,
    TEAM,
    UNIT,
    BadSelection,
    Selection,
    Trouble,
)
from survey_app.reporting.words import Reader, only, uncounted_sentence
from survey_app.services import explore
from survey_app.services.access import NotFound
from survey_app.services.explore import Over, Subject
from survey_app.services.explore_places import Place, Surroundings, Visited, matching, surroundings, visited
from survey_app.services.uncounted import Uncounted
from survey_app.web import context, formats
from survey_app.web.results.explore import asked, glossary, words
from survey_app.web.results.explore.asked import OTHER, PLACE, Asked
from survey_app.web.results.fresh import Watched
from survey_app.words import Mode

_NO_ANSWERS = frozenset({UNIT, TEAM, MODE, PERIOD})

TAKES = {
    "results.waves": frozenset({UNIT, TEAM, MODE, ANSWERS}),
    "results.indexes": _NO_ANSWERS,
    "results.drivers": _NO_ANSWERS,
}
"""What views that do not take everything can be narrowed by; waves by answers that visits ask for, too."""

_WAVES = "results.waves"

_MOST_LISTED = 40
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go to; `is_current`: here."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from in a form."""

    value: str
    label: str
    is_chosen: bool = False


def reader() -> Reader:
    """Return who reads."""
    return Reader(context.locale(), gettext)


def open_subjects(campaign_id: int) -> tuple[Subject, ...]:
    """Return what can be explored of a campaign; nothing where no survey has begun."""
    try:
        return explore.subjects(
            context.database(), actor=context.actor(), campaign_id=campaign_id, now=context.now()
        )
    except NotFound:
        return ()


def read_request(campaign_id: int, subjects: Sequence[Subject], names: Iterable[str]) -> Asked:
    """Read the request. Raises `NotFound` for a survey that is not there for the reader."""
    try:
        return asked.read([_found(campaign_id, *pair) for pair in _given()], subjects, names)
    except LookupError as error:
        raise NotFound from error


def is_canonical(found: Asked) -> bool:
    """Tell whether the request's address is the one that reproduces the view."""
    return sorted(_given()) == sorted(parse_qsl(found.query(), keep_blank_values=True))


def _given() -> list[tuple[str, str]]:
    """Return the request's arguments; the language is none of the view's."""
    return [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]


def _found(campaign_id: int, name: str, value: str) -> tuple[str, str]:
    """Return an argument; a part of a unit's name becomes the unit where there is only one with it."""
    typed = value.strip()
    if name.removeprefix(OTHER) != PLACE or not typed or typed.partition(" ")[0].isdecimal():
        return name, value
    found = matches(campaign_id, typed)
    exact = [each for each in found if typed in (each.name.zh, each.name.en)]
    only = exact if len(exact) == 1 else found
    return (name, str(only[0].key)) if len(only) == 1 else (name, value)


def narrowed(selection: Selection, endpoint: str) -> Selection:
    """Return the selection if a view takes all of it. Raises `BadSelection`."""
    taken = TAKES.get(endpoint, selection.parts)
    for part in selection.parts:
        if part not in taken:
            raise BadSelection(part, Trouble.NOT_HERE)
    return selection


def matches(campaign_id: int, typed: str) -> tuple[Place, ...]:
    """Return the units that somebody may mean who typed this. Raises `NotFound`."""
    text = typed.strip()[:_LONGEST_NAME]
    return matching(context.database(), actor=context.actor(), campaign_id=campaign_id, text=text)


@dataclass(frozen=True)
class Desk:
    """The frame of one request to the page `endpoint`.

    `sealed` says that nothing is shown yet, `watched` that newer figures may come; `over` is there while they do.
    `is_missing`: what the address names is not there for the reader.
    """

    endpoint: str
    asked: Asked
    subjects: tuple[Subject, ...]
    around: Surroundings
    trouble: BadSelection | None = None
    sealed: explore.StillSealed | None = None
    uncounted: tuple[Uncounted, ...] = ()
    watched: Watched | None = None
    over: Over | None = None
    is_missing: bool = False

    @property
    def selection(self) -> Selection:
        """What is selected."""
        return self.asked.selection

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.asked.subject

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The questions by name."""
        return {entry.name: entry for entry in self.subject.entries}

    def address(self, selection: Selection | None = None, endpoint: str = "", **choices: str | None) -> str:
        """Return the address of a view; of this page unless another is named."""
        query = self.asked.query(selection, None, **choices)
        if endpoint and endpoint != self.endpoint:
            query = (selection or self.selection).text()
        return f"{url_for(endpoint or self.endpoint, campaign_id=self.around.campaign_id)}?{query}"

    @property
    def json_address(self) -> str:
        """Return the address of the same as JSON."""
        return self.address().replace("?", ".json?", 1)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return everything that the address says, for the hidden fields of a form."""
        return parse_qsl(self.asked.query(), keep_blank_values=True)

    @cached_property
    def tabs(self) -> list[Link]:
        """Return the views of the same selection."""
        labels = {
            "results.explore": gettext("Explore"),
            "results.units": gettext("Units and questions"),
            "results.crosstab": gettext("Cross-tab"),
            "results.compare": gettext("Compare"),
            "results.waves": gettext("Waves"),
            "results.drivers": gettext("What matters"),
            "results.weights": gettext("Weights"),
            "results.indexes": gettext("Indicators"),
        }
        shown = [
            Link(label, self.address(self._carried(endpoint), endpoint), endpoint == self.endpoint)
            for endpoint, label in labels.items()
            if endpoint in current_app.view_functions
        ]
        overview = url_for("results.campaign", campaign_id=self.around.campaign_id)
        return [Link(gettext("Results at a glance"), overview), *shown]

    def _carried(self, endpoint: str) -> Selection:
        """Return what a view takes over of the selection."""
        if endpoint not in TAKES or endpoint == self.endpoint:
            return self.selection
        taken = self.selection.only(TAKES[endpoint])
        if endpoint != _WAVES:
            return taken
        return replace(taken, answers=tuple(each for each in taken.answers if each.field in self._in_waves))

    @cached_property
    def _in_waves(self) -> frozenset[str]:
        return explore.in_waves(self.subject, self.subjects)

    def takes(self, part: str) -> bool:
        """Tell whether this view can be narrowed by a part of a selection."""
        return self.endpoint not in TAKES or part in TAKES[self.endpoint]

    @cached_property
    def subject_groups(self) -> list[tuple[str, list[Link]]]:
        """Return what else can be explored, by purpose and wave; the place stays, answers belong to one survey."""
        groups: dict[str, list[Subject]] = {}
        for each in self.subjects:
            groups.setdefault(words.occasion(each), []).append(each)
        return [(label, [self._to_subject(each, group) for each in group]) for label, group in groups.items()]

    def _to_subject(self, subject: Subject, group: Sequence[Subject]) -> Link:
        other = replace(self.selection, survey=subject.survey, audience=subject.audience, answers=())
        is_alone = sum(each.audience == subject.audience for each in group) == 1
        return Link(
            words.subject(subject, with_title=not is_alone),
            self.address(other, item=None, by=None, row=None, column=None),
            subject == self.subject,
        )

    @property
    def limited(self) -> str:
        """Name the units that the reader sees alone; empty for the whole."""
        return only(self.around.units, reader())

    @property
    def whole(self) -> str:
        """Name all that the reader sees of the campaign."""
        if self.around.is_whole:
            return gettext("The whole")
        return formats.words(self.around.units[0]) if len(self.around.units) == 1 else gettext("Your units")

    @cached_property
    def trail(self) -> list[Link]:
        """Return the units from the whole down to the selected one."""
        whole = Link(self.whole, self.address(replace(self.selection, unit=None)))
        below = [
            Link(formats.words(each.name), self.address(replace(self.selection, unit=each.key)))
            for each in self.around.trail
        ]
        links = [whole, *below]
        return [*links[:-1], replace(links[-1], is_current=True)]

    @cached_property
    def conditions(self) -> list[Link]:
        """Return what is set, each with the address without it."""
        chosen, found = self.selection, []
        if chosen.team is not None:
            name = next((each.name for each in self.around.teams if each.key == chosen.team), None)
            label = formats.words(name) if name is not None else str(chosen.team)
            found.append(Link(label, self._without("team")))
        if chosen.modes:
            found.append(Link(words.modes(chosen.modes), self._without("mode")))
        if chosen.since is not None or chosen.until is not None:
            bare = asked.without(asked.without(chosen, "since"), "until")
            found.append(Link(words.days(chosen), self.address(bare)))
        found += [
            Link(words.condition(each, self.entries), self._without(f"q.{each.field}")) for each in chosen.answers
        ]
        return found

    def _without(self, name: str) -> str:
        return self.address(asked.without(self.selection, name))

    @property
    def most(self) -> int:
        """How many conditions may be set besides the place."""
        return MOST_CUTS

    @property
    def elsewhere(self) -> str:
        """Return the address of what is selected where this view cannot show it, on the page that takes all."""
        if self.trouble is None or self.trouble.trouble is not Trouble.NOT_HERE:
            return ""
        return self.address(endpoint="results.explore")

    @property
    def trouble_words(self) -> str:
        """Say why the selection cannot be shown; nothing where it can."""
        if self.is_missing:
            return words.missing()
        if self.trouble is None:
            return ""
        where = self.trouble.where
        if self.endpoint != "results.compare" or not where.startswith(OTHER):
            return words.trouble(self.trouble)
        said = words.trouble(BadSelection(where.removeprefix(OTHER), self.trouble.trouble))
        return gettext("Side B: %(trouble)s", trouble=said)

    @property
    def uncounted_sentences(self) -> list[str]:
        """Say what has come in and does not count yet; of several surveys, which it is."""
        said = []
        for each in self.uncounted:
            sentence = uncounted_sentence(each.ballots, each.batches, reader())
            if each.subject != self.subject:
                name = words.subject(each.subject, with_title=True)
                sentence = gettext("%(survey)s: %(sentence)s", survey=name, sentence=sentence)
            said.append(sentence)
        return said

    @property
    def bare_address(self) -> str:
        """Return the address of the whole: the way back."""
        subject = self.subject
        return self.address(Selection(survey=subject.survey, audience=subject.audience))

    @property
    def terms(self) -> list[tuple[str, str]]:
        """Return the technical words of the page and what they mean."""
        return glossary.terms(self.endpoint)

    @cached_property
    def tree(self) -> Visited:
        """Return the units at all levels that can be chosen."""
        return visited(context.database(), actor=context.actor(), campaign_id=self.around.campaign_id)

    @property
    def has_many_places(self) -> bool:
        """Whether a unit is found quicker by typing a part of its name than in a list."""
        return self.around.places > _MOST_LISTED

    @property
    def meant(self) -> list[Link]:
        """Return the units that somebody may have meant who typed a part of a name that is in several."""
        if self.trouble is None or self.trouble.where != PLACE:
            return []
        typed = [value for name, value in _given() if name == PLACE]
        found = matches(self.around.campaign_id, typed[0]) if typed else ()
        return [
            Link(formats.words(each.name), self.address(replace(self.selection, unit=each.key))) for each in found
        ]

    @cached_property
    def places(self) -> list[Choice]:
        """Return all units to choose from, each set in below the one above it."""
        return [
            Choice(str(each.key), "\u3000" * each.depth + formats.words(each.name), each.key == self.selection.unit)
            for each in self.tree.nodes
        ]

    @property
    def place(self) -> str:
        """Return the chosen unit as it stands in a field with suggestions."""
        unit = self.selection.unit
        return "" if unit is None else f"{unit} {formats.words(self.around.trail[-1].name)}"

    @cached_property
    def teams(self) -> list[Choice]:
        """Return the teams to choose from."""
        return [
            Choice(str(each.key), formats.words(each.name), each.key == self.selection.team)
            for each in self.around.teams
        ]

    @cached_property
    def modes(self) -> list[Choice]:
        """Return the ways of answering to choose from; several at once stay as a link has them."""
        several = ",".join(self.selection.modes)
        found = [Choice(mode.value, str(label), several == mode.value) for mode, label in _mode_labels()]
        if len(self.selection.modes) > 1:
            found.append(Choice(several, words.modes(self.selection.modes), is_chosen=True))
        return found

    def answer_fields(self) -> list[list[tuple[str, list[Choice]]]]:
        """Return the fields for conditions on answers: for each the questions with their answers."""
        set_now = [*self.selection.answers, None, None][: max(MOST_CUTS, len(self.selection.answers))]
        return [self._answers(None if each is None else (each.field, each.codes)) for each in set_now]

    def _answers(self, chosen: tuple[str, tuple[str, ...]] | None) -> list[tuple[str, list[Choice]]]:
        found: dict[str, list[Choice]] = {}
        is_known = chosen is None
        for entry in self.subject.entries:
            if self.endpoint == _WAVES and entry.name not in self._in_waves:
                continue
            group, options = _options_of(entry)
            for label, codes in options:
                is_chosen = (entry.name, codes) == chosen
                is_known = is_known or is_chosen
                found.setdefault(group, []).append(Choice(f"{entry.name}={','.join(codes)}", label, is_chosen))
        if chosen is not None and not is_known:
            own = self.entries.get(chosen[0])
            label = words.answers(own, chosen[1]) if own is not None else ",".join(chosen[1])
            group = words.question(own) if own is not None else chosen[0]
            found.setdefault(group, []).append(Choice(f"{chosen[0]}={','.join(chosen[1])}", label, is_chosen=True))
        return list(found.items())


def _options_of(entry: Entry) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the group that a question's answers stand in, and the answers to choose from."""
    if "." in entry.name:
        stem = words.shortened(formats.words(entry.stem))
        name = words.shortened(formats.words(entry.label))
        group = f"{entry.question} {stem}"
        if not entry.is_option:
            return group, [
                (f"{name}{gettext(': ')}{formats.words(label)}", (code,)) for code, label in entry.labels.items()
            ]
        return group, [
            (gettext("Chosen: %(option)s", option=name), ("1",)),
            (gettext("Not chosen: %(option)s", option=name), ("0",)),
        ]
    singles = [(formats.words(label), (code,)) for code, label in entry.labels.items()]
    return words.question(entry), [*words.groups_of(entry), *singles]


def _mode_labels() -> list[tuple[Mode, object]]:
    return [(Mode(value), label) for value, label in formats.choices(Mode)]


def surroundings_of(campaign_id: int, unit: int | None) -> Surroundings:
    """Return what stands around a selection. Raises `NotFound`."""
    return surroundings(context.database(), actor=context.actor(), campaign_id=campaign_id, unit=unit)
