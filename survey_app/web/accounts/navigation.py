"""The left rail: the six places of the work in its order, and what administrators need beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from survey_app.services.access import Permission
from survey_app.web.access import access_of
from survey_app.web.context import current_actor


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the rail."""

    label: str
    url: str
    is_current: bool


def register(app: Flask) -> None:
    """Give templates the person and the places that they may go to."""
    app.context_processor(_navigation)


def _navigation() -> dict[str, Any]:
    # An error page outside any route must not fail for want of a session.
    actor = current_actor() if request.blueprint != "respond" else None
    if actor is None or actor.must_change_password:  # until then every place leads back to the change
        return {"current_actor": actor, "main_places": (), "side_places": (), "own_places": ()}
    main = (
        ("fieldwork.campaigns", _("Campaigns")),
        ("author.questionnaires", _("Questionnaires")),
        ("author.surveys", _("Surveys")),
        ("results.campaigns", pgettext("menu", "Results")),
        ("fieldwork.visits", _("Return visits")),
        ("fieldwork.units", _("Units")),
    )
    side = (("keying.to_key", _("Keying")), ("accounts.users", _("Users")), ("accounts.audit", _("Audit log")))
    own = (("accounts.tokens", pgettext("menu", "Tokens")), ("accounts.password", _("Change password")))
    places, beside = _places(main), _places(side)
    # Whoever only keys has no other place, so that it is no side one.
    return {
        "current_actor": actor,
        "main_places": places or beside,
        "side_places": beside if places else (),
        "own_places": _places(own),
    }


def _places(entries: tuple[tuple[str, str], ...]) -> tuple[Place, ...]:
    return tuple(
        Place(label, url_for(endpoint), _is_current(endpoint))
        for endpoint, label in entries
        if endpoint in current_app.view_functions and _may_enter(endpoint)
    )


def _may_enter(endpoint: str) -> bool:
    access = access_of(current_app.view_functions[endpoint])
    actor = current_actor()
    if access is None or actor is None:
        return False
    needed: frozenset[Permission] = access.permissions
    return not needed or any(actor.has(permission) for permission in needed)


def _is_current(endpoint: str) -> bool:
    """Tell whether the request is for this place or for something below it."""
    return request.path.startswith(url_for(endpoint))
