"""Pages without a database: an application whose context the words need."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey_app import create_app
from survey_app.config import Settings


@pytest.fixture(scope="session")
def paper_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; its database is never asked."""
    folder: Path = tmp_path_factory.mktemp("instance")
    return create_app(Settings.from_environment({"SURVEY_APP_INSTANCE": str(folder)}))


@pytest.fixture
def chinese(paper_app: Flask) -> Iterator[None]:
    """A request of a reader of Chinese."""
    with paper_app.test_request_context("/s/X", headers={"Accept-Language": "zh-CN"}):
        yield


@pytest.fixture
def english(paper_app: Flask) -> Iterator[None]:
    """A request of a reader of English."""
    with paper_app.test_request_context("/s/X", headers={"Accept-Language": "en"}):
        yield
