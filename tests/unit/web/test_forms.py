"""What forms take for empty."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from survey_app.web.forms import Form, needed


class _Named(Form):
    name = StringField("Name", [needed()])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("第一工作队", "第一工作队"),
        ("  A\r\nB ", "A\nB"),
        ("", None),
        (" 　", None),
        ("\u202e\u200b", None),
        ("\x00", None),
        ("0", "0"),
    ],
)
def test_a_name_is_something_that_can_be_seen(paper_app: Flask, sent: str, kept: str | None) -> None:
    with paper_app.test_request_context(method="POST"):
        form = _Named(MultiDict({"name": sent}), meta={"csrf": False})
        assert form.validate() is (kept is not None)
        assert kept is None or form.name.data == kept
