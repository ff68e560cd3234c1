"""What an importer tells about a questionnaire in our own JSON format, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "empty_file": _l("The file is empty."),
    "too_large": _l("The file is larger than %(most)s MB."),
    "not_json": _l("This is not valid JSON: something is wrong at this line and column."),
    "not_json_text": _l("This is not a JSON file: it cannot be read as text, or is nested without end."),
    "wrong_format": _l(
        "This is JSON, but not a questionnaire of this platform: “format” must be “%(expected)s”, and"
        " “format_version” %(version)s."
    ),
    "missing": _l("“%(name)s” is missing here."),
    "unknown_name": _l("“%(name)s” is not known here."),
    "written_twice": _l("“%(name)s” is written twice in the same place."),
    "wrong_type": _l("A value of another kind is needed here: %(expected)s."),
    "unknown_kind": _l("“%(kind)s” is no kind of question. Known are: %(known)s."),
    "not_a_rule": _l("This is not a condition that can be read."),
    "too_deep": _l("Conditions may be nested at most %(most)s deep."),
    "number_too_large": _l("This number is too large."),
    "unprintable": _l("The text holds control characters, which no file or database can take over."),
}
"""The sentence for every kind of finding; its blanks are the finding's own parameters."""
