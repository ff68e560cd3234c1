"""The counter in front of the house: workers whom Flask has served before are served without it.

The first view of a page goes through Flask. What it answered is kept here, as the header lines and the rendered
page, for the same wishes (address, language, compression, scheme) and the same `Place`. Sending goes the same way:
the thanks that Flask made once are given again. Whatever is not plain is passed on: a code that takes nothing, a
form with problems, a paged questionnaire, a browser with a cookie. So nothing is decided or worded here.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from survey_app.services.collect import CONSENT, Place
from survey_app.services.collectors import normalised_code
from survey_app.services.context import Unavailable
from survey_app.services.flood import Gate
from survey_app.services.intake import Intake
from survey_app.web.respond.forms import PREFIX
from survey_app.web.respond.kept import KeptPage, KeptThanks
from survey_app.web.respond.network import network_of
from survey_app.web.respond.room import FLOODED
from survey_app.words import Mode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT = "survey_app.kept"
"""Where in the request's environment a view puts what can be given again: `Serving`."""

FAILED = "survey_app.failed"
"""Where in the request's environment stands why the database could not do it, for the view to tell."""

LARGEST = 64 * 1024
"""Bytes of a form that is read here; larger ones are Flask's."""
LONGEST_WISH = 200
MOST = 1024
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Serving:
    """What a view has answered, to be given again: to whom it applies, and the page."""

    place: Place
    locale: str
    page: KeptPage | KeptThanks
    coding: str


@dataclass(frozen=True, slots=True)
class _Kept:
    serving: Serving
    headers: list[tuple[str, str]]


class Counter:
    """A WSGI application before Flask's."""

    def __init__(self, app: WSGIApplication, intake: Intake, gate: Gate, proxies: int) -> None:
        """`gate` counts what is sent; `proxies` of our own stand in front, which say where it comes from."""
        self._app = app
        self._intake = intake
        self._gate = gate
        self._proxies = proxies
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve, or pass on."""
        path = environ.get("PATH_INFO", "")
        method = environ["REQUEST_METHOD"]
        is_ours = path[:3] in {"/s/", "/S/"}
        if is_ours and method == "POST":
            code = normalised_code(path[3:].partition("/")[0])
            environ[FLOODED] = self._gate.is_flooded(code, network_of(environ, self._proxies))
        is_plain = is_ours and method in {"GET", "POST"} and not environ.get(FLOODED)
        if not is_plain or "HTTP_COOKIE" in environ:
            return self._app(environ, start_response)
        key = _wishes(environ, path)
        kept = self._kept.get(key)
        body = self._answer(environ, path[3:], kept) if kept is not None else None
        if kept is None or body is None:
            return self._pass_on(environ, start_response, key)
        start_response("200 OK", [*kept.headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: WSGIEnvironment, code: str, kept: _Kept) -> bytes | None:
        """Return the body, or None where Flask must speak."""
        page, coding = kept.serving.page, kept.serving.coding
        try:
            if isinstance(page, KeptPage):
                if self._intake.find(code=code, now=datetime.now(UTC))[0] != kept.serving.place:
                    return None
                return page.body(uuid4(), coding)
            if not self._take(environ, code, kept.serving):
                return None
        except Unavailable as error:
            environ[FAILED] = error  # not to be waited for once more
            return None
        except Exception:  # whatever it is, Flask meets it again and has the words for it
            return None
        return page.body(coding)

    def _take(self, environ: WSGIEnvironment, code: str, serving: Serving) -> bool:
        """Store what is sent; False, with the form to be read again, where that is left to Flask."""
        length = environ.get("CONTENT_LENGTH") or ""
        if (
            environ.get("CONTENT_TYPE", "").partition(";")[0] != _FORM
            or not length.isdigit()
            or int(length) > LARGEST
        ):
            return False
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        raw: dict[str, list[str]] = {}
        own = {"id": "", "seconds": "", "invitation": ""}
        for name, value in parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"):
            if name == CONSENT or name.startswith(PREFIX):
                raw.setdefault(name.removeprefix(PREFIX), []).append(value)
            elif name in own:
                own[name] = value
        if own["invitation"]:
            return False  # wrong ones are counted, and may take work
        seconds = own["seconds"]
        receipt = self._intake.submit(
            code=code,
            submission_id=UUID(own["id"]),
            raw=raw,
            locale=serving.locale,
            mode=Mode.WEB,
            now=datetime.now(UTC),
            seconds=int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 10 else None,
        )
        return receipt.place == serving.place

    def _pass_on(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: tuple[str, ...]
    ) -> Iterable[bytes]:
        """Let Flask answer, and keep what its view says can be given again."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            serving = environ.get(KEPT)
            # The mark that a form was sent is the same in every browser.
            own = any(name.lower() == "set-cookie" and not value.startswith("answered=") for name, value in headers)
            is_for_all = not own and all(len(each) < LONGEST_WISH for each in key)
            if serving is not None and status == "200 OK" and is_for_all:
                lines = [line for line in headers if line[0].lower() != "content-length"]
                with self._lock:
                    self._kept[key] = _Kept(serving, lines)
                    self._kept.move_to_end(key)
                    if len(self._kept) > MOST:
                        self._kept.popitem(last=False)
            return start_response(status, headers, *rest)

        return self._app(environ, start)


def _wishes(environ: WSGIEnvironment, path: str) -> tuple[str, ...]:
    """Return all of a request that its answer's page and headers can depend on."""
    get = environ.get
    return (
        environ["REQUEST_METHOD"],
        path,
        get("QUERY_STRING", ""),
        get("HTTP_ACCEPT_LANGUAGE", ""),
        get("HTTP_ACCEPT_ENCODING", ""),
        get("SCRIPT_NAME", ""),
        environ["wsgi.url_scheme"],
        get("HTTP_X_FORWARDED_PROTO", ""),
        get("HTTP_X_FORWARDED_PREFIX", ""),
    )
