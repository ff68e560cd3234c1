"""The application as a whole."""

from survey_app import create_app
from survey_app.config import Settings


def test_a_process_can_make_the_application_more_than_once(settings: Settings) -> None:
    # The command line makes one and the server's worker, forked from it, another.
    for _ in range(2):
        application = create_app(settings)
        assert application.test_client().get("/").status_code < 500
        application.extensions["survey_app.database"].dispose()
