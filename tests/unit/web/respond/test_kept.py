"""Pages that are compressed once: what arrives is what was rendered, with an id of its own."""

import gzip
from uuid import uuid4

import brotli
import pytest

from survey_app.web.respond.kept import BROTLI, GZIP, PLACEHOLDER, PLAIN, Kept, KeptPage, KeptThanks


@pytest.mark.parametrize("before", ["", "短", "长" * 50_000, "<p>词语</p>\n" * 3000])
@pytest.mark.parametrize("after", ["", '">', "<p>词语</p>\n" * 1000])
def test_every_coding_holds_the_same_page(before: str, after: str) -> None:
    page = KeptPage(f"{before}{PLACEHOLDER}{after}")
    for _ in range(3):
        number = uuid4()
        assert page.body(number, PLAIN).decode() == f"{before}{number}{after}"
        assert gzip.decompress(page.body(number, GZIP)) == page.body(number, PLAIN)
        assert brotli.decompress(page.body(number, BROTLI)) == page.body(number, PLAIN)


@pytest.mark.parametrize("html", ["no id", f"{PLACEHOLDER} twice {PLACEHOLDER}", f"{PLACEHOLDER}{'long' * 20_000}"])
def test_a_page_holds_its_id_once_and_near_its_end(html: str) -> None:
    with pytest.raises(ValueError, match=r"once|end"):
        KeptPage(html)


def test_thanks_are_the_same_in_every_coding() -> None:
    thanks = KeptThanks("<p>谢谢您</p>")
    assert gzip.decompress(thanks.body(GZIP)) == brotli.decompress(thanks.body(BROTLI)) == thanks.body(PLAIN)


def test_a_page_is_rendered_once_and_the_oldest_is_forgotten() -> None:
    rendered: list[str] = []

    def render(name: str) -> str:
        rendered.append(name)
        return f"{name}{PLACEHOLDER}"

    pages = Kept[str](2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert pages.get(name, lambda name=name: render(name))[0] == name
    assert rendered == ["a", "b", "c", "b"]
