"""What reading and writing the Excel template tells, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.web.author import import_words_files, import_words_losses

_FILES: Mapping[str, LazyString] = {
    "old_workbook": _l("The workbook is in the old .xls format or protected by a password. Save it as .xlsx."),
    "encoding": _l("The text from line %(line)s on is neither UTF-8 nor GB 18030. Save the file as .xlsx."),
    "nul": _l("Line %(line)s holds signs that no text has, so this is neither a workbook nor a CSV file."),
    "broken_quotes": _l("A quotation mark that was opened before line %(line)s is not closed. Save as .xlsx."),
    "no_rows": _l("There is nothing below row %(row)s."),
    "huge_cell": _l("Cell %(cell)s holds %(length)s characters; at most %(most)s are taken."),
    "huge_line": _l("Line %(line)s holds a value that is far too long, or a quotation mark that is not closed."),
    "formula_in_header": _l("Cell %(cell)s of the header holds a formula. Paste its value instead."),
}
_CONDITIONS: Mapping[str, LazyString] = {
    "condition_found": _l("The condition names no question. It is taken to be about “%(question)s”."),
    "condition_guessed": _l("“%(written)s” in the condition is taken for “%(understood)s”."),
    "condition_too_long": _l("The condition is longer than %(most)s characters."),
    "condition_too_deep": _l("The condition is nested more than %(most)s deep."),
    "condition_rest": _l("The condition is not understood from “%(rest)s” on: %(condition)s"),
    "condition_bracket": _l("A bracket in the condition is not closed: %(condition)s"),
    "condition_later_question": _l(
        "The condition names “%(code)s”, which is asked only later. Conditions can only name earlier questions."
    ),
    "condition_unknown_question": _l("The condition names “%(code)s”, and there is no such question."),
    "condition_number_twice": _l("There is more than one question with the number %(number)s; write its code."),
    "condition_without_question": _l("The condition does not say which question it is about: %(rest)s"),
    "condition_unknown_option": _l(
        "“%(option)s” is no option of “%(question)s”. Write the option's words, or its code."
    ),
    "condition_no_such_answer": _l(
        "The condition names no question, and no earlier one has the answer “%(option)s”. Write for example W03=1."
    ),
    "condition_unknown_comparison": _l(
        "What the condition says of “%(question)s” is not understood: “%(rest)s”. Write = or ≠ and an option."
    ),
    "condition_strict_bound": _l("“%(question)s” takes decimals: write ≥ or ≤ instead of > or <."),
    "condition_without_number": _l("A number is needed here in the condition: “%(rest)s”"),
}
WORDS: Mapping[str, LazyString] = {
    **import_words_files.WORDS,
    **import_words_losses.WORDS,
    **_FILES,
    **_CONDITIONS,
    "no_question_sheet": _l(
        "No sheet has a column for the questions. Download the template, or head the columns as it does; the sheet"
        " with the questions is called “%(sheet)s”."
    ),
    "no_questions": _l("There is no question that could be answered. Write one per row below the header."),
    "too_many_questions": _l("The sheet has more than %(most)s questions. Split the questionnaire."),
    "sheet_ignored": _l("This sheet is left aside: its name or its header is none of the template's."),
    "hidden_sheet": _l("Hidden sheets are left aside. Unhide it if it should be read."),
    "column_twice": _l("Two columns have this meaning; column %(letter)s is left aside."),
    "column_unknown": _l("There is nothing like this column in the template; it is left aside (rows %(rows)s)."),
    "column_headless": _l("Cells without a header above them are left aside (rows %(rows)s)."),
    "taken_as_english": _l("There is no Chinese in this column; its words are taken as English."),
    "formula": _l("Formulas are not calculated (%(formula)s). Paste the value instead."),
    "date_in_text": _l(
        "Excel has made a date of this cell (%(value)s). Set the cell's format to Text and type the words again."
    ),
    "unprintable": _l("Control characters are taken out (rows %(rows)s)."),
    "braces": _l("“%(name)s” in braces is no variable here; it stands in round brackets now."),
    "row_joined": _l("The row holds only further options or rows; they are added to row %(row)s."),
    "row_without_question": _l("The row names a section and no question; it is left aside."),
    "codes_made": _l("Questions without a code get one: Q1, Q2 … (rows %(rows)s)."),
    "codes_numbered": _l("Numbers become codes: 1 becomes Q1 (rows %(rows)s)."),
    "renamed": _l("“%(old)s” cannot be a code, or is already one; it becomes “%(new)s”."),
    "code_twice": _l("The code “%(code)s” is already used in row %(row)s. Give this one another."),
    "no_question_text": _l("The question has no words."),
    "kind_unknown": _l("“%(kind)s” is no type of question. Choose one of these: %(known)s"),
    "kind_similar": _l("“%(kind)s” is no type of question. Is “%(meant)s” meant? There are: %(known)s"),
    "kind_guessed": _l("No type is given; by the columns filled in it is taken for “%(kind)s”."),
    "cells_unused": _l("A question of the type “%(kind)s” has no %(columns)s; these cells are left aside."),
    "single_as_scale": _l("A scale is named here, so the single choice becomes a scale question."),
    "labels_off": _l("The labels before the lines (A. B. C., 1. 2. 3.) are taken off; options are numbered anew."),
    "too_many_lines": _l("There are more than %(most)s lines in this cell."),
    "line_without_words": _l("The line “%(code)s” has no words."),
    "bad_line_code": _l(
        "“%(code)s” cannot be a code: letters, digits and _ only, and the code of a row begins with a letter."
    ),
    "line_code_twice": _l("The code “%(code)s” stands twice in this cell."),
    "translation_count": _l(
        "There are %(count)s lines in one language and %(english)s in the other; each needs its counterpart."
    ),
    "translation_code": _l("The other language has lines with other codes: %(code)s"),
    "too_few_options": _l("At least two options are needed, one on a line."),
    "specify_read": _l("Behind “%(option)s” people can write what they mean, as its words say."),
    "exclusive_read": _l("“%(option)s” excludes all other options, as its words say."),
    "exclusive_alone": _l("“%(option)s” need not exclude others: only one option can be chosen here."),
    "option_renamed": _l("The option code “%(old)s” becomes “%(new)s”: letters, digits and _, each once."),
    "no_scale": _l("The question needs a scale: choose one from the list, or write options."),
    "scale_unknown": _l("There is no scale “%(scale)s”. Choose one, or add it to the sheet: %(known)s"),
    "scale_guessed": _l("“%(satisfied)s” count as satisfied (%(grades)s). Check the scale before you publish."),
    "options_and_scale": _l("The scale “%(scale)s” has its own options; those written here are left aside."),
    "scale_recognised": _l(
        "The options are the scale “%(scale)s” (%(code)s), and the question counts as one on it. If it should not,"
        " write “No scale” as its scale."
    ),
    "scale_codes": _l("The options are the scale “%(scale)s” (%(code)s) and get its codes."),
    "scale_made": _l(
        "The options become the scale “%(scale)s”, in which nothing counts as satisfied yet. Set that in the"
        " designer, or on the sheet of scales."
    ),
    "scale_without_code": _l("The row belongs to no scale: give the scale's code."),
    "scale_too_short": _l("The scale “%(scale)s” needs at least two options."),
    "no_grade_text": _l("The option of the scale has no words."),
    "bad_score": _l("The score must be from 0 to 100, not “%(value)s”."),
    "strict_not_satisfied": _l("What counts as strictly satisfied must count as satisfied, too."),
    "satisfied_not_in_base": _l("What counts as satisfied must be in the base, too."),
    "rows_missing": _l("A matrix needs rows, one on a line."),
    "rows_from_unknown": _l("“%(code)s” is no question further up from which rows could come."),
    "row_without_option": _l("The row “%(row)s” does not say which option brings it up: write [when:option code]."),
    "rows_from_missing": _l("The row “%(row)s” names an option, but no question is given from which rows come."),
    "nps_options": _l("From 0 to 10 only the two ends have words: the first line for 0, the second for 10."),
    "not_yes_no": _l("“%(value)s” is neither yes nor no."),
    "not_a_number": _l("“%(value)s” is no number, or too large."),
    "not_whole": _l("A whole number from %(least)s to %(most)s is needed here, not “%(value)s”."),
    "not_a_day": _l("“%(value)s” is no day. Write it like 2017-04-11."),
    "bounds_crossed": _l("The lower limit is above the upper one."),
    "section_split": _l("The section “%(section)s” has questions further up, too; put them next to each other."),
    "section_not_listed": _l("The section “%(section)s” is not on the sheet of sections and is added."),
    "title_from_file": _l("The questionnaire has no title; it is called “%(title)s” for now."),
    "item_unknown": _l("There is no setting “%(item)s”; the row is left aside."),
    "item_twice": _l("“%(item)s” already stands in row %(row)s; this row is left aside."),
    "headline_unknown": _l("“%(code)s” is no question here, so that it cannot be the headline."),
    "headline_not_scale": _l("“%(code)s” is not answered on a scale, so that it cannot be the headline."),
    "wave_link_alone": _l("A counterpart in the first wave needs a headline question."),
}
"""The sentence for each kind of finding or refusal; its blanks are the finding's own parameters."""
