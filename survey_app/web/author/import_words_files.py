"""Why a spreadsheet file as a whole cannot be taken, in words; every format in a workbook shares this."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "empty_file": _l("The file is empty."),
    "damaged": _l("The file is damaged. Open it in Excel or WPS, save it again as .xlsx, and send the new file."),
    "not_a_workbook": _l("This is no Excel workbook, whatever its name says. Save it as .xlsx and send that."),
    "encrypted": _l("The workbook is protected by a password. Take the password off and send it again."),
    "document_type": _l(
        "The workbook declares an XML document type, which no office program does. Copy the sheets into"
        " a new workbook and send that."
    ),
    "unpacks_too_large": _l(
        "A part of the workbook unpacks to more than %(most)s MiB. Copy only the sheets that are needed"
        " into a new workbook, without pictures."
    ),
    "too_many_sheets": _l("The workbook has more than %(most)s sheets."),
    "too_many_rows": _l("A sheet has more than %(most)s rows."),
    "too_many_cells": _l(
        "A sheet has more than %(most)s cells. Copy only those that are needed into a new workbook."
    ),
    "too_many_columns": _l("Row %(row)s reaches beyond %(most)s columns. Clear the cells at its far right."),
}
"""The sentence for each kind of refusal by `interchange.safe_files`; its blanks are the refusal's parameters."""
