"""Files between being sent and being imported: only their sender gets them back, and not for long."""

import os
import time
from pathlib import Path

import pytest

from survey_app.web.author.uploads import LIFETIME_SECONDS, UploadGone, Uploads

_KEY = "k" * 32


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", _KEY)


def test_a_file_comes_back_to_its_sender(uploads: Uploads) -> None:
    token = uploads.keep(b"K1\r\n1", user=7, survey=3, file="票.csv")
    content, about = uploads.find(token, user=7, survey=3)
    assert (content, about["file"]) == (b"K1\r\n1", "票.csv")


@pytest.mark.parametrize("expected", [{"user": 8, "survey": 3}, {"user": 7, "survey": 4}])
def test_nobody_else_gets_it(uploads: Uploads, expected: dict[str, int]) -> None:
    token = uploads.keep(b"x", user=7, survey=3)
    with pytest.raises(UploadGone):
        uploads.find(token, **expected)


def test_a_token_cannot_be_made_up(uploads: Uploads, tmp_path: Path) -> None:
    forged = Uploads(tmp_path / "uploads", "another key, just as long as that").keep(b"x", user=7)
    for token in (forged, "", "../../secret_key", forged[:-3]):
        with pytest.raises(UploadGone):
            uploads.find(token, user=7)


def test_a_file_is_forgotten_when_it_has_been_used(uploads: Uploads, tmp_path: Path) -> None:
    token = uploads.keep(b"x", user=7)
    uploads.forget(token)
    assert list((tmp_path / "uploads").iterdir()) == []
    with pytest.raises(UploadGone):
        uploads.find(token, user=7)
    uploads.forget(token)


def test_files_of_long_ago_are_removed(uploads: Uploads, tmp_path: Path) -> None:
    uploads.keep(b"old", user=7)
    old = next((tmp_path / "uploads").iterdir())
    then = time.time() - LIFETIME_SECONDS - 1
    os.utime(old, (then, then))
    uploads.keep(b"new", user=7)
    assert [path.read_bytes() for path in (tmp_path / "uploads").iterdir()] == [b"new"]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps permissions otherwise")
def test_others_on_the_machine_cannot_read_it(uploads: Uploads, tmp_path: Path) -> None:
    uploads.keep(b"x", user=7)
    assert next((tmp_path / "uploads").iterdir()).stat().st_mode & 0o077 == 0
