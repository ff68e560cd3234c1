"""The names around an exploration: its campaign, the units above and below, the teams. No answers here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.questionnaire.text import Text
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.explore_ground import EVERYTHING, readers_paths, units_on_top
from survey_app.storage.models import Campaign
from survey_app.storage.queries import explore as queries
from survey_app.storage.session import Session

MOST_MATCHES = 20
"""Suggestions for a part of a unit's name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or a team."""

    key: int
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A campaign as one reader may see it. `trail` leads from below its top to the unit, `teams` were posted.

    `path` is that of the campaign's own unit.

    `paths` are the subtrees that the reader sees, `units` their names (none for the whole), `places` the number of
    units with postings there. `is_whole`: the reader sees all of the campaign, and so its comments, too.
    """

    campaign_id: int
    campaign: Text
    unit: Text
    path: str
    starts_on: date
    ends_on: date | None
    is_sample: bool
    trail: tuple[Place, ...]
    teams: tuple[Place, ...]
    places: int
    paths: tuple[str, ...]
    units: tuple[Text, ...]
    is_whole: bool


def surroundings(database: Database, *, actor: Actor, campaign_id: int, unit: int | None = None) -> Surroundings:
    """Return what stands around a selection of `unit` in a campaign. Raises `NotFound`."""
    with database.reading() as session:
        campaign = queries.campaign(session, campaign_id)
        if campaign is None:
            raise NotFound
        own = actor.paths(Permission.READ_RESULTS)
        paths = readers_paths(session, actor, campaign_id, campaign.unit.path)
        is_whole = paths == EVERYTHING
        if not paths:
            raise NotFound
        teams = queries.teams_posted(session, campaign_id, paths)
        return Surroundings(
            campaign_id=campaign.id,
            campaign=Text(campaign.name, campaign.name_en),
            unit=Text(campaign.unit.name, campaign.unit.name_en),
            path=campaign.unit.path,
            starts_on=campaign.starts_on,
            ends_on=campaign.ends_on,
            is_sample=campaign.is_sample,
            trail=() if unit is None else _trail(session, campaign, unit, own, is_whole=is_whole),
            teams=tuple(Place(key, Text(zh, en)) for key, zh, en in teams),
            places=queries.units_posted(session, campaign_id, paths),
            paths=paths,
            units=units_on_top(session, paths),
            is_whole=is_whole,
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the tree that a campaign visits, `depth` levels below the first that is shown."""

    key: int
    name: Text
    depth: int


@dataclass(frozen=True, slots=True)
class Visited:
    """All units that a reader may choose, each behind the one above it, and where each team was."""

    nodes: tuple[Node, ...]
    of_team: Mapping[int, tuple[Text, ...]]


def visited(database: Database, *, actor: Actor, campaign_id: int) -> Visited:
    """Return the units of a campaign at every level. Raises `NotFound`."""
    with database.reading() as session:
        campaign = queries.campaign(session, campaign_id)
        if campaign is None:
            raise NotFound
        own = actor.paths(Permission.READ_RESULTS)
        top = campaign.unit.path
        is_whole = any(top.startswith(path) for path in own)
        leaves = {path for path in queries.posting_paths(session, campaign_id) if is_whole or path.startswith(own)}
        shown = {
            above
            for path in leaves
            for above in _above(path)
            if (above.startswith(own) or above == path) and not top.startswith(above)
        }
        teams = [row for row in queries.teams(session, campaign_id) if row[3] in leaves]
        keys = {_key(path) for path in shown} | {_key(path) for _team, _zh, _en, path in teams}
        names = {key: Text(zh, en) for key, zh, en in queries.unit_names(session, sorted(keys))}
    nodes = tuple(
        Node(_key(path), names[_key(path)], sum(above in shown for above in _above(path)) - 1)
        for path in sorted(shown, key=lambda path: [int(key) for key in path.strip("/").split("/")])
    )
    of_team: dict[int, tuple[Text, ...]] = {}
    for team, _zh, _en, path in teams:
        of_team[team] = (*of_team.get(team, ()), names[_key(path)])
    return Visited(nodes, of_team)


def matching(database: Database, *, actor: Actor, campaign_id: int, text: str) -> tuple[Place, ...]:
    """Return the units of `visited` with `text` in their names, the shortest names first, at most `MOST_MATCHES`.

    None for no text.

    Raises `NotFound`.
    """
    with database.reading() as session:
        campaign = queries.campaign(session, campaign_id)
        if campaign is None:
            raise NotFound
        own, top = actor.paths(Permission.READ_RESULTS), campaign.unit.path
        is_whole = any(top.startswith(path) for path in own)
        if not is_whole and not any(queries.is_any_below(session, campaign_id, path) for path in own):
            raise NotFound
        found: list[Place] = []
        for key, zh, en, path in queries.units_named(session, text) if text else ():
            is_own = path.startswith(own) or (is_whole and queries.is_posted(session, campaign_id, key))
            if is_own and not top.startswith(path) and queries.is_any_below(session, campaign_id, path):
                found.append(Place(key, Text(zh, en)))
            if len(found) == MOST_MATCHES:
                break
    return tuple(found)


def _above(path: str) -> list[str]:
    """Return the paths from the top down to `path` itself."""
    keys = path.strip("/").split("/")
    return ["/" + "/".join(keys[: place + 1]) + "/" for place in range(len(keys))]


def _key(path: str) -> int:
    return int(path.strip("/").rsplit("/", 1)[-1])


def unit_names(database: Database, keys: Iterable[int]) -> Mapping[int, Text]:
    """Return the names of units that a reader has been shown."""
    with database.reading() as session:
        return {key: Text(zh, en) for key, zh, en in queries.unit_names(session, sorted(set(keys)))}


def _trail(
    session: Session, campaign: Campaign, unit: int, own: tuple[str, ...], *, is_whole: bool
) -> tuple[Place, ...]:
    """Return the units from below the campaign's own down to `unit`, those that the reader may see.

    Who reads a whole campaign also sees its places that lie elsewhere. Raises `NotFound`.
    """
    path = queries.unit_path(session, unit)
    is_own = path is not None and path.startswith(own)
    if path is None or not (is_own or (is_whole and queries.is_any_below(session, campaign.id, path))):
        raise NotFound
    keys = [int(key) for key in path.strip("/").split("/")]
    shown = []
    for place in range(len(keys)):
        above = "/" + "".join(f"{key}/" for key in keys[: place + 1])
        if (above.startswith(own) or above == path) and not campaign.unit.path.startswith(above):
            shown.append(keys[place])
    names = {key: Text(zh, en) for key, zh, en in queries.unit_names(session, shown)}
    return tuple(Place(key, names[key]) for key in shown)
