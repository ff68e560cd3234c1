"""A worker at the page of a survey, for browser tests."""

from __future__ import annotations

import re
from functools import cache

from playwright.sync_api import Locator, Page, expect

from survey_app.questionnaire.definition import Questionnaire
from survey_app.services.access import Actor
from survey_app.storage.session import Database
from tests.support.field import Field, put_into_field
from tests.support.office import Office, make_office


@cache
def _office(database: Database) -> Office:
    return make_office(database, name="应答")


def open_survey(database: Database, questionnaire: Questionnaire) -> Field:
    """Put a questionnaire into the field on a server that other tests use, too."""
    return put_into_field(database, _office(database), questionnaire)


def organiser_of(database: Database) -> Actor:
    """Return who organises these surveys."""
    return _office(database).organiser


class Form:
    """The questionnaire as a worker sees it."""

    def __init__(self, page: Page, field: Field, *, query: str = "") -> None:
        self.page = page
        self.field = field
        page.goto(f"/s/{field.code}{query}")

    def question(self, code: str) -> Locator:
        """The place of a question or of a row."""
        return self.page.locator(f"#q_{code}")

    def choose(self, code: str, words: str) -> None:
        """Tap the answer with these words."""
        place = self.question(code)
        place.get_by_role("radio", name=words, exact=True).or_(
            place.get_by_role("checkbox", name=words, exact=True)
        ).check()

    def agree(self) -> None:
        """Tick the consent."""
        self.page.get_by_role("checkbox", name=re.compile("自愿参加|free will")).check()

    def next(self) -> None:
        """Go to the next part."""
        self.page.get_by_role("button", name=re.compile("^(下一步|Next)$")).click()

    def back(self) -> None:
        """Go to the part before."""
        self.page.get_by_role("button", name=re.compile("^(上一步|Back)$")).click()

    def send(self) -> None:
        """Send the whole."""
        self.page.get_by_role("button", name=re.compile("^(提交|Send)$")).click()

    def expect_thanks(self) -> None:
        """The answers are acknowledged."""
        expect(self.page.get_by_role("heading", name=re.compile("^(已提交|Sent)"))).to_be_visible()
