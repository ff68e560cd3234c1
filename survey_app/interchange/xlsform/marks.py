"""Columns of our own in the XLSForms that we write: what the format has no words for.

Other programs pass over columns that they do not know. Reading such a file back, ours finds everything again.
"""

from __future__ import annotations

import re

from survey_app.interchange.xlsform.sheets import Row
from survey_app.questionnaire.text import Text

PREFIX = "survey_app_"
FORMAT = f"{PREFIX}format"
"""In the settings: the file was written by us, with this version of these columns."""
FORMAT_VERSION = "1"
TITLE = f"{PREFIX}title"
MINUTES = f"{PREFIX}minutes"
HEADLINE = f"{PREFIX}headline"
WAVE_LINK = f"{PREFIX}wave_link"

CODE = f"{PREFIX}code"
"""In the survey: the code of a section or question that could not be its name."""
RULE = f"{PREFIX}rule"
"""In the survey: a rule that XPath would give back in another form, as our JSON."""
UNIT = f"{PREFIX}unit"
TOP = f"{PREFIX}top"

SCALE_NAME = f"{PREFIX}scale"
SCORE = f"{PREFIX}score"
SATISFIED = f"{PREFIX}satisfied"
STRICT = f"{PREFIX}strict"
IN_BASE = f"{PREFIX}in_base"
"""In the choices: what an option of a scale counts for."""

NOTICE = "_notice"
CONSENT = "_consent"
CLOSING = "_closing"
DESCRIPTION = "_description"
"""Rows of the survey that hold these texts of the questionnaire; no question's code can begin so."""

_REFERENCE, _APART = re.compile(r"\$( *){"), re.compile(r"\$ ( *){")


def intro_name(section_name: str) -> str:
    """Return the name of the note that introduces a section."""
    return f"_{section_name}_intro"


def ends_name(question_name: str) -> str:
    """Return the name of the list that words the two ends of a 0-10 scale; others read it in small letters."""
    return f"{question_name.lower()}_ends"


def both(name: str) -> tuple[str, str]:
    """Return the names of the columns for a text in both languages."""
    return f"{name}_zh", f"{name}_en"


def text_in(row: Row, name: str) -> Text:
    """Return the text in two columns of our own."""
    words = {column.name: text for column, text in row.cells.items()}
    zh, en = both(name)
    return Text(words.get(zh, ""), words.get(en, ""))


def without_references(words: str) -> str:
    """Return words in which no program sees a reference to an answer: one more blank in every "${"."""
    return _REFERENCE.sub(r"$ \1{", words)


def with_references(words: str) -> str:
    """Return what `without_references` was given."""
    return _APART.sub(r"$\1{", words)


def is_yes(cell: str) -> bool:
    """Tell whether a cell says yes, in one of the ways that XLSForm knows."""
    return cell.strip().casefold() in {"yes", "true", "true()", "1"}


def is_no(cell: str) -> bool:
    """Tell whether a cell says no, or nothing."""
    return cell.strip().casefold() in {"", "no", "false", "false()", "0"}
