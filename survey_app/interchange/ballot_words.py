"""Reasons in words: why a file or a row was refused, and how to mend it.

Pure: the translation function is given, so that pages, commands and workbooks say the same in the reader's
language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from survey_app.interchange.ballots import Problem
from survey_app.interchange.refusals import FileRefused


class Translate(Protocol):
    """`flask_babel.gettext`, or anything like it."""

    def __call__(self, string: str, /, **variables: object) -> str:
        """Return the translation of `string` with its variables filled in."""
        ...


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong, and how to mend it."""

    reason: str
    mend: str


def of_file(refusal: FileRefused, translate: Translate) -> Advice:
    """Return the words for a file that cannot be taken at all."""
    _, values = translate, refusal.params
    match refusal.kind:
        case "empty_file":
            return Advice(
                _("The file is empty."), _("Choose a file with a header row and one row for each ballot.")
            )
        case "no_rows":
            return Advice(
                _("There is no ballot below the header in row %(row)s.", **values),
                _("Write one row for each ballot below the header."),
            )
        case "old_workbook" | "encrypted":
            return Advice(
                _("The workbook is protected by a password, or in the old .xls format."),
                _("Take the password off and save it as an Excel workbook (.xlsx)."),
            )
        case "damaged" | "not_a_workbook":
            return Advice(
                _("The file is damaged or is no Excel workbook."),
                _("Open it in Excel or WPS, save it again as .xlsx, and send the new file."),
            )
        case "document_type":
            return Advice(
                _("The workbook declares an XML document type, which no office program does."),
                _("Copy the rows into a new workbook and send that."),
            )
        case "encoding":
            return Advice(
                _("The text from line %(line)s on is neither UTF-8 nor GB 18030.", **values),
                _("Save the file as “CSV UTF-8”, or as an Excel workbook (.xlsx)."),
            )
        case "nul":
            return Advice(
                _("Line %(line)s holds a NUL character, so this is no text file.", **values),
                _("Export the data again as CSV or .xlsx."),
            )
        case "broken_quotes":
            return Advice(
                _("A quotation mark that was opened before line %(line)s is not closed.", **values),
                _("Close it or take it out, or save the data as .xlsx."),
            )
        case _:
            return _of_size_or_header(refusal, translate)


def _of_size_or_header(refusal: FileRefused, translate: Translate) -> Advice:
    _, values = translate, refusal.params
    match refusal.kind:
        case "unpacks_too_large":
            return Advice(
                _("The workbook unpacks to more than %(most)s MiB.", **values),
                _("Copy only the rows with ballots into a new workbook, without pictures and formats."),
            )
        case "too_many_rows":
            return Advice(_("There are more than %(most)s rows.", **values), _("Split the file into several."))
        case "too_many_ballots":
            return Advice(
                _("With row %(row)s the file stands for more than %(most)s ballots.", **values),
                _("Check the counts, or split the file into several."),
            )
        case "too_many_columns":
            return Advice(
                _("Row %(row)s has more than %(most)s columns.", **values),
                _("Keep only the columns with answers."),
            )
        case "huge_cell":
            return Advice(
                _("Cell %(cell)s holds %(length)s characters; at most %(most)s are taken.", **values),
                _("Shorten it."),
            )
        case "huge_line":
            return Advice(
                _("Line %(line)s holds a value that is far too long.", **values),
                _("Shorten it, or look for a quotation mark that is not closed."),
            )
        case "formula_in_header":
            return Advice(
                _("Cell %(cell)s of the header holds a formula.", **values),
                _("Replace the formula by its value (copy, then paste values only)."),
            )
        case "no_visible_sheet":
            return Advice(_("The workbook has no visible sheet."), _("Unhide the sheet with the ballots."))
        case "same_column_twice":
            return Advice(
                _("Columns %(columns)s both hold “%(header)s”.", **values),
                _("Keep one of them, or correct the header of the other."),
            )
        case _:
            return Advice(
                _("No column belongs to a question of this questionnaire; the header reads: %(headers)s", **values),
                _("Head each column with a question's code, as in the template."),
            )


def of_row(problem: Problem, translate: Translate) -> Advice:
    """Return the words for one problem of a row."""
    return _of_choice(problem, translate) or _of_value(problem, translate) or _of_layout(problem, translate)


def _of_choice(problem: Problem, translate: Translate) -> Advice | None:
    _, values = translate, problem.params
    match problem.kind:
        case "required":
            return Advice(
                _("This question must be answered, and the cell is blank."),
                _("Fill it in; or, if the paper was left blank here, choose to import such ballots as blanks."),
            )
        case "no_column":
            return Advice(
                _("Question %(code)s must be answered, and the file has no column for it.", code=problem.header),
                _("Add the column; or choose to import such ballots as blanks."),
            )
        case "unknown_option":
            return Advice(
                _("“%(value)s” is none of the options.", value=values.get("value", problem.value)),
                _("Write one of: %(known)s", known=values.get("known", "")),
            )
        case "exclusive":
            return Advice(
                _("Option %(option)s excludes all others.", **values),
                _("Keep this option only, or the others only."),
            )
        case "too_many":
            return Advice(_("At most %(most)s may be chosen.", **values), _("Take the others out."))
        case "too_few":
            return Advice(_("At least %(least)s must be chosen.", **values), _("Add what is missing."))
        case "ranked_twice":
            return Advice(_("The same option is ranked twice."), _("Name each option once, the first one first."))
        case "one_only":
            return Advice(_("Only one answer is taken here."), _("Keep one."))
        case _:
            return None


def _of_value(problem: Problem, translate: Translate) -> Advice | None:
    _, values = translate, problem.params
    match problem.kind:
        case "not_a_number":
            return Advice(_("This is not a number."), _("Write digits only, without a unit."))
        case "not_whole":
            return Advice(_("This is not a whole number."), _("Write it without decimals."))
        case "too_precise":
            return Advice(_("At most %(decimals)s decimals are taken.", **values), _("Round the number."))
        case "out_of_range":
            return Advice(_range(values, translate), _("Check the number against the paper."))
        case "too_long":
            return Advice(
                _("The text has %(length)s characters; at most %(limit)s are taken.", **values), _("Shorten it.")
            )
        case "not_a_date":
            return Advice(_("This is not a day."), _("Write it as 2017-04-11."))
        case "too_early":
            return Advice(_("The day is before %(earliest)s.", **values), _("Check the day against the paper."))
        case "too_late":
            return Advice(_("The day is after %(latest)s.", **values), _("Check the day against the paper."))
        case _:
            return None


def _of_layout(problem: Problem, translate: Translate) -> Advice:
    _, values = translate, problem.params
    match problem.kind:
        case "formula":
            return Advice(
                _("Cell %(cell)s holds a formula or an error, not a value.", **values),
                _("Replace the formula by its value (copy, then paste values only)."),
            )
        case "beyond_header":
            return Advice(_("This column has no header."), _("Give it a header, or clear the cell."))
        case "empty_ballot":
            return Advice(
                _("The row holds no answer to any question."),
                _("Count a ballot that came back blank among the totals of the batch, and take the row out."),
            )
        case "bad_count":
            return Advice(
                _("The number of ballots must be a whole number up to %(most)s.", **values),
                _("Write how many identical ballots the row stands for."),
            )
        case "bad_mode":
            return Advice(
                _("This is no way of answering."),
                _("Write one of: %(known)s", known="paper, phone, web, kiosk, import"),
            )
        case "bad_day":
            return Advice(_("This is not a day."), _("Write it as 2017-04-11."))
        case "day_out_of_range":
            return Advice(
                _("The day lies in the future, or before the year 2000."), _("Check the day against the paper.")
            )
        case _:
            return Advice(_("This value cannot be taken."), _("Check it against the questionnaire."))


def _range(values: Mapping[str, object], translate: Translate) -> str:
    _ = translate
    low, high = values.get("low"), values.get("high")
    if low is None:
        return _("At most %(high)s is taken.", high=high)
    if high is None:
        return _("At least %(low)s is taken.", low=low)
    return _("A number from %(low)s to %(high)s is needed.", low=low, high=high)
