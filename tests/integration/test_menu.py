"""The menu: where each person can go from every page, and where they are."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.storage.session import Database
from survey_app.words import Role
from tests.support.evaluated import make_evaluated, sign_up
from tests.support.sessions import client_of


def _menu(client: FlaskClient, address: str) -> list[tuple[str, str, bool]]:
    """The places of the rail: address, word, and whether it says that the page is there."""
    page = client.get(address, follow_redirects=True)
    assert page.status_code == 200, address
    rail = page.text.partition('<nav class="rail"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', rail)
    return [(url, unescape(word), bool(here)) for url, here, word in links]


@pytest.mark.parametrize(
    ("role", "is_there"),
    [
        (Role.ADMINISTRATOR, True), (Role.ORGANISER, True), (Role.LEADER, True),
        (Role.TEAM_MEMBER, False), (Role.KEYER, False),
    ],
)  # fmt: skip
def test_whoever_reads_results_finds_them_in_the_menu(
    app: Flask, database: Database, role: Role, is_there: bool
) -> None:
    made = make_evaluated(database)
    client = client_of(app, sign_up(database, made.unit, username=role, role=role))
    start = client.get("/").location
    assert (("/results/", "结果", False) in _menu(client, start)) is is_there
    assert ('href="/tokens/"' in client.get(start).text) is is_there


def test_the_menu_says_where_one_is_on_every_page_of_results(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    below = ("", "/explore", "/units", "/waves", "/comments", "/weights")
    for address in ("/results/", "/results/checking", *(f"/results/{made.campaign.id}{each}" for each in below)):
        assert [word for _url, word, is_here in _menu(client, address) if is_here] == ["结果"], address


def test_the_checking_tools_are_one_click_from_the_menu(app: Flask, database: Database) -> None:
    made = make_evaluated(database)
    client = client_of(app, sign_up(database, made.unit, username="leader"))
    assert 'href="/results/checking"' in client.get("/results/").text
    overview = client.get(f"/results/{made.campaign.id}").text
    assert 'href="/results/checking"' in overview
    assert 'href="/results/"' in overview.partition('<nav class="trail"')[2].partition("</nav>")[0]
