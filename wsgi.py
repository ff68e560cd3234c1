"""The WSGI application, for any server: `granian --interface wsgi wsgi:app`, or `flask --app wsgi …`."""

from survey_app import create_app

app = create_app()
