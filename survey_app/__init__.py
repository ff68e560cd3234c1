"""Survey and satisfaction-evaluation platform for trade unions."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app.cli import register as register_commands
from survey_app.config import Settings
from survey_app.services.catching_up import AT_ONCE
from survey_app.services.evaluate import store_in
from survey_app.storage.session import Database
from survey_app.web import register as register_pages


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application. Without `settings`, they are read from the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, instance_path=str(settings.instance))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.upload_limit,
        SESSION_COOKIE_NAME="survey_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        # A session ends so many hours after sign-in, however much it is used; nor does every answer set a cookie.
        SESSION_REFRESH_EACH_REQUEST=False,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(settings.instance / "translations"),
    )
    app.extensions["survey_app.settings"] = settings
    app.extensions["survey_app.database"] = Database(settings.database_url, connections=settings.connections)
    app.extensions["survey_app.columns"] = store_in(settings.instance, at_once=AT_ONCE)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask documents this
    register_pages(app)
    register_commands(app)
    return app
