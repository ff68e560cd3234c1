"""Headers that every answer carries, and the nonce for the page's own script."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

CSRF = CSRFProtect()
"""Guards every form that has a session; a respondent's page has none and is exempt by its blueprint."""


def nonce() -> str:
    """Return this answer's script nonce."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_inline_styles() -> None:
    """Let this page carry inline styles: Plotly sets them on its drawings. Scripts stay on nonces."""
    g.csp_inline_styles = True


def allow_framing_by_ourselves() -> None:
    """Let our own pages show this one in a frame, as the phone preview does."""
    g.csp_framed = True


def register(app: Flask) -> None:
    """Set the headers on every answer of `app`, and guard its forms.

    A form's token lasts as long as the session: somebody who writes a record for two hours loses nothing.
    """
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    CSRF.init_app(app)
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    ancestors = "'self'" if g.get("csp_framed") else "'none'"
    styles = "'self' 'unsafe-inline'" if g.get("csp_inline_styles") else "'self'"
    scripts = f"'self' 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'self'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data: blob:; "
        f"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
