"""Deny by default: a view that does not declare who may enter answers 403. A test walks every route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.services.access import Permission
from survey_app.web.context import current_actor

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enter a view: everybody, everybody signed in, or whoever has one of `permissions` somewhere.

    `for_programs`: who has no session may show a personal token instead.

    Which units the person may see is decided by the services, row by row.
    """

    public: bool = False
    permissions: frozenset[Permission] = frozenset()
    before_password_change: bool = False
    for_programs: bool = False


def public(view: View) -> View:
    """Let everybody enter, signed in or not."""
    return _mark(view, Access(public=True))


def even_before_password_change(view: View) -> View:
    """Let everybody enter who is signed in, even with a one-time password that must be changed first."""
    return _mark(view, Access(before_password_change=True))


def allowed(*permissions: Permission) -> Callable[[View], View]:
    """Let people enter who have at least one of `permissions` in some unit."""
    return lambda view: _mark(view, Access(permissions=frozenset(permissions)))


def allowed_to_programs(*permissions: Permission) -> Callable[[View], View]:
    """As `allowed`, and also with a personal token: for data, which answers refusals as data, too."""
    return lambda view: _mark(view, Access(permissions=frozenset(permissions), for_programs=True))


def is_for_programs() -> bool:
    """Tell whether the request is for data."""
    view = current_app.view_functions.get(request.endpoint or "")
    access = None if view is None else access_of(view)
    return access is not None and access.for_programs


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what `view` declares, or None if it has forgotten to."""
    return getattr(view, "access", None)


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # a function takes attributes; mypy has no word for it
    return view


def register(app: Flask) -> None:
    """Guard every request of `app`."""
    app.view_functions["static"] = public(_static)
    app.before_request(_guard)


def _static(filename: str) -> ResponseReturnValue:
    return current_app.send_static_file(filename)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: the 404 follows
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        current_app.logger.error("route %s declares no access: refused", request.endpoint)
        abort(403)
    if access.public:
        return None
    actor = current_actor()
    if actor is None and access.for_programs:
        abort(401)
    if actor is None:
        return redirect(url_for("accounts.sign_in", next=_here()))
    if actor.must_change_password and access.for_programs:
        abort(403)
    if actor.must_change_password and not access.before_password_change:
        return redirect(url_for("accounts.password"))
    if access.permissions and not any(actor.has(each) for each in access.permissions):
        abort(403)
    return None


def _here() -> str | None:
    """Return where to go after signing in; only pages can be gone back to."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
