"""The application as a whole."""

import socket
from pathlib import Path

import pytest

from survey_app import create_app
from survey_app.config import Settings


def test_a_process_can_make_the_application_more_than_once(settings: Settings) -> None:
    # The command line makes one and the server's worker, forked from it, another.
    for _ in range(2):
        application = create_app(settings)
        assert application.test_client().get("/").status_code < 500
        application.extensions["survey_app.database"].dispose()


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "平台暂时无法读取数据"), ("en", "cannot reach its data")]
)
def test_while_the_database_is_away_pages_say_so(tmp_path: Path, language: str, words: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # a port at which nobody answers
        settings = Settings.from_environment(
            {
                "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{taken.getsockname()[1]}/none?connect_timeout=2",
                "SURVEY_APP_INSTANCE": str(tmp_path / "instance"),
            }
        )
        application = create_app(settings)
        client = application.test_client()
        with client.session_transaction() as cookie:
            cookie.update({"_user_id": "1.0", "_fresh": True, "until": 2**33})
        answer = client.get("/campaigns/", headers={"Accept-Language": language})
        application.extensions["survey_app.database"].dispose()
    assert answer.status_code == 503
    assert words in answer.get_data(as_text=True)
    assert int(answer.headers["Retry-After"]) > 0
