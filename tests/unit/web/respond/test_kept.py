"""Pages that are compressed once: what arrives is what was rendered, with an id of its own."""

import gzip
from uuid import uuid4

import pytest

from survey_app.web.respond.kept import PLACEHOLDER, Kept, KeptPage


@pytest.mark.parametrize("around", ["", "短", "长" * 50_000, "<p>词语</p>\n" * 3000])
def test_both_forms_hold_the_same_page(around: str) -> None:
    page = KeptPage(f"{around}{PLACEHOLDER}{around}")
    for _ in range(3):
        number = uuid4()
        assert page.plain(number).decode() == f"{around}{number}{around}"
        assert gzip.decompress(page.gzipped(number)) == page.plain(number)


@pytest.mark.parametrize("html", ["no id", f"{PLACEHOLDER} twice {PLACEHOLDER}"])
def test_a_page_must_hold_its_id_once(html: str) -> None:
    with pytest.raises(ValueError, match="once"):
        KeptPage(html)


def test_a_page_is_rendered_once_and_the_oldest_is_forgotten() -> None:
    rendered: list[str] = []

    def render(name: str) -> str:
        rendered.append(name)
        return f"{name}{PLACEHOLDER}"

    pages = Kept[str](2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert pages.get(name, lambda name=name: render(name))[0] == name
    assert rendered == ["a", "b", "c", "b"]
