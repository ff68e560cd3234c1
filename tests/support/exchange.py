"""Questionnaire files for tests, one of each format, all of our own making."""

from collections.abc import Mapping

from survey_app import library
from survey_app.interchange.formats import WRITABLE
from tests.support.xlsform import HEAD, ONE, YES_NO, xlsx


def foreign_xlsform() -> bytes:
    """A form with a question that we have, one that we have not, and a picture."""
    return xlsx(
        survey=[
            (*HEAD[:2], "label::中文 (zh)", "label::English (en)", "media::image"),
            (*ONE[:2], "食堂满意吗？", "Is the canteen good?", "canteen.png"),
            ("geopoint", "where", "您在哪里？", "Where are you?", None),
        ],
        choices=[
            (*YES_NO[0][:2], "label::中文 (zh)", "label::English (en)"),
            ("yn", "yes", "是", "Yes"),
            ("yn", "no", "否", "No"),
        ],
        settings=[("form_title", "form_id"), ("食堂问卷", "canteen")],
    )


def shipped_files() -> Mapping[str, tuple[str, bytes]]:
    """The workers' questionnaire in every format that we write: name and content by the format's key."""
    questionnaire = library.template("A_W").questionnaire
    return {
        key: (f"问卷{each.suffixes[0]}", each.write(questionnaire))
        for key, each in WRITABLE.items()
        if each.write is not None
    }
