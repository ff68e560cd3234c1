"""Which phones can open an address, as far as the address tells."""

import pytest

from survey_app.web.author.addresses import Reach, reach_of


@pytest.mark.parametrize(
    ("url", "reach"),
    [
        ("http://localhost:8000", Reach.NOWHERE),
        ("http://127.0.0.1", Reach.NOWHERE),
        ("http://[::1]:8000", Reach.NOWHERE),
        ("http://0.0.0.0:8000", Reach.NOWHERE),
        ("http://192.168.1.20:8000", Reach.OFFICE),
        ("http://10.1.2.3", Reach.OFFICE),
        ("http://172.20.0.1", Reach.OFFICE),
        ("http://[fd00::1]", Reach.OFFICE),
        ("http://survey", Reach.OFFICE),
        ("http://survey.local:8000", Reach.OFFICE),
        ("https://pingce.example.org", Reach.EVERYWHERE),
        ("https://8.8.8.8", Reach.EVERYWHERE),
        ("https://工会.example.cn", Reach.EVERYWHERE),
    ],
)
def test_addresses_are_told_apart_by_who_reaches_them(url: str, reach: Reach) -> None:
    assert reach_of(url) is reach
