"""What reading and writing XLSForm tells, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.web.author import import_words_files

WORDS: Mapping[str, LazyString] = {
    **import_words_files.WORDS,
    "no_survey_sheet": _l(
        "There is no sheet named “survey”, which an XLSForm must have. Give the sheet with the questions this name."
    ),
    "no_choices_sheet": _l(
        "There are choice questions, and no sheet named “choices”. Give the sheet with the options this name."
    ),
    "no_column": _l("The first row with anything in it has no column “%(column)s”. It reads: %(headers)s"),
    "no_language": _l(
        "No text is in Chinese or English. Head the column with the words “label::%(chinese)s” or"
        " “label::%(english)s”."
    ),
    "no_questions": _l("No question is left that could be asked. The other lines say why."),
    "too_many_questions": _l("The file has more than %(most)s questions. Split the questionnaire."),
    "too_many_options": _l("Up to this row the questions have more than %(most)s options in all. Split the form."),
    "end_without_begin": _l(
        "“%(type)s” stands here, and what it should end was not begun. Check the order of begin and end."
    ),
    "begin_without_end": _l("The group “%(name)s” is never ended. Add a row with its end."),
    "groups_too_deep": _l("Groups stand more than %(most)s deep inside one another."),
    "sheet_ignored": _l("This sheet is left aside: only survey, choices and settings are read."),
    "sheet_misspelt": _l("This sheet is left aside. If “%(meant)s” is meant, rename it so."),
    "settings_rows": _l("Only the first row below the header of the settings counts; the others are left aside."),
    "column_twice": _l("Two columns have this meaning; column %(letter)s is left aside, “%(other)s” counts."),
    "column_without_header": _l("Cells without a header above them are left aside (rows %(rows)s)."),
    "column_dropped": _l("There is nothing like this column here; it is left aside (rows %(rows)s)."),
    "media_dropped": _l("Pictures, sound and video are not taken over (rows %(rows)s)."),
    "formula": _l(
        "Formulas are not calculated; these cells count as empty (rows %(rows)s). Paste their values instead."
    ),
    "unprintable": _l("Control characters are taken out (rows %(rows)s)."),
    "row_without_type": _l("Rows without a type are left aside (rows %(rows)s)."),
    "row_disabled": _l("The row is marked as disabled and left aside."),
    "language_dropped": _l(
        "Texts in “%(language)s” are not taken over: there are Chinese and English here, each once."
    ),
    "taken_as_chinese": _l("Texts without a language in the header are taken as Chinese."),
    "taken_as_english": _l("Texts without a language in the header are taken as English."),
    "text_twice": _l(
        "The row says something else in the column of the same language; that counts, and this is left aside."
    ),
    "markup_removed": _l("HTML or Markdown is taken out; the words stay."),
    "reference_in_text": _l("The answer to “%(name)s” cannot stand in a text; “…” stands in its place."),
    "braces": _l("“%(name)s” in braces is no variable here; it stands in round brackets now."),
    "renamed": _l("“%(old)s” cannot be a code here, or is already one; it becomes “%(new)s”."),
    "name_made": _l("The row has no name; its code becomes “%(new)s”."),
    "no_label": _l("“%(name)s” has no words to show; its name stands in their place."),
    "option_renamed": _l(
        "The option “%(old)s” of the list “%(list)s” becomes “%(new)s”: codes are letters, digits and _, each once."
    ),
    "choice_without_label": _l("Options without words show their name (rows %(rows)s)."),
    "choice_incomplete": _l("Options without a list or a name are left aside (rows %(rows)s)."),
    "list_missing": _l("The list “%(list)s” is not on the choices sheet; the question “%(name)s” is left out."),
    "list_misspelt": _l(
        "The list “%(list)s” is not on the choices sheet; the question “%(name)s” is left out. Is"
        " “%(meant)s” meant?"
    ),
    "too_few_choices": _l("The list “%(list)s” has fewer than two options; the question “%(name)s” is left out."),
    "choices_elsewhere": _l("“%(name)s” (%(type)s) takes its options from another file or sheet and is left out."),
    "choice_filter": _l(
        "Options that depend on an answer (%(filter)s) cannot be had here; all options are offered."
    ),
    "choice_filter_applied": _l(
        "The filter %(filter)s depends on no answer and is applied once: %(kept)s options stay."
    ),
    "or_other": _l("“%(name)s” has the option “other”; what people write behind it is kept as “%(code)s”."),
    "specify_merged": _l(
        "“%(name)s” becomes the words behind an option of “%(question)s”, kept as “%(code)s”: its own"
        " wording goes, it may be left blank, and it takes at most %(most)s characters."
    ),
    "scale_recognised": _l("The list “%(list)s” is the scale “%(scale)s”; its codes and words count."),
    "scale_without_marks": _l(
        "The list “%(list)s” becomes a scale in which nothing counts as satisfied yet. Set that in the designer."
    ),
    "marks_contradict": _l(
        "What the option “%(name)s” of the scale “%(list)s” counts for contradicts itself, or its score"
        " is not 0 to 100; look at it in the designer."
    ),
    "scale_renamed": _l("The scale “%(old)s” becomes “%(new)s”."),
    "scale_not_random": _l("The options of a scale keep their order."),
    "rank_not_random": _l("The options of a ranking keep their order."),
    "metadata": _l(
        "“%(name)s” (%(type)s) records who, where or with which device somebody answers. Anonymous"
        " surveys do not; it is left out."
    ),
    "calculation": _l("“%(name)s” (%(type)s) calculates or hides a value; there is nothing like it here."),
    "type_unsupported": _l("Questions of the type “%(type)s” cannot be asked here; “%(name)s” is left out."),
    "type_unknown": _l("“%(type)s” is no type of XLSForm; “%(name)s” is left out."),
    "type_misspelt": _l("“%(type)s” is no type of XLSForm; “%(name)s” is left out. Is “%(meant)s” meant?"),
    "type_as_text": _l("“%(name)s” (%(type)s) becomes a line of text."),
    "acknowledge": _l("“%(name)s” has only one answer to tick; it becomes words to read."),
    "note_without_text": _l("The note “%(name)s” has no words and is left out."),
    "repeat": _l(
        "The questions inside “%(name)s” are asked several times over, which cannot be done here; they"
        " are left out (%(count)s: %(names)s)."
    ),
    "group_flattened": _l(
        "The group “%(name)s” stands inside a section; its questions become questions of the section,"
        " and its words stand before them."
    ),
    "group_unwrapped": _l(
        "The group “%(name)s” holds only groups; each of them becomes a section, and its own words go."
    ),
    "group_empty": _l("Nothing is left of the group “%(name)s”."),
    "table_not_matrix": _l(
        "The table “%(name)s” has other rows than choices from one list, or rows with other conditions;"
        " its questions are asked one by one."
    ),
    "table_head": _l("“%(name)s” is the head of a table and no question of its own."),
    "table_required": _l("Some rows of the table “%(name)s” must be answered and others not; now none must."),
    "table_row_hint": _l("Rows of a table have no hints; the hint of “%(name)s” is left out."),
    "required_expression": _l(
        "Whether an answer is required cannot depend on others (%(expression)s); now it is not required."
    ),
    "constraint_part": _l("This limit cannot be set here and is left out: %(part)s"),
    "bounds_crossed": _l("The limits of “%(name)s” leave no answer; they are left out."),
    "bound_taken_in": _l(
        "The limit of “%(name)s” is itself allowed now: limits of numbers with decimals include their ends."
    ),
    "decimals_limited": _l("“%(name)s” takes at most %(most)s decimals here."),
    "text_limited": _l("“%(name)s” takes at most %(most)s characters here, not %(wanted)s."),
    "text_made_long": _l("“%(name)s” takes up to %(wanted)s characters and becomes a text of several lines."),
    "texts_limited": _l(
        "Texts without a limit get the usual one: %(short)s characters in one line, %(long)s in several"
        " (rows %(rows)s)."
    ),
    "range_as_nps": _l("“%(name)s” becomes a 0-10 question of how likely people are to recommend."),
    "range_as_number": _l("“%(name)s” is a slider; it becomes a number with these limits."),
    "parameter_dropped": _l("The parameter %(parameter)s means nothing here."),
    "appearance_ignored": _l("The appearance “%(appearance)s” means nothing here (rows %(rows)s)."),
    "rule_not_understood": _l(
        "The condition is not understood at “%(part)s”, so everybody is asked: %(expression)s"
    ),
    "rule_function": _l("Conditions here have no %(function)s(); everybody is asked: %(expression)s"),
    "rule_comparison": _l("There is no condition here that says the same; everybody is asked: %(expression)s"),
    "rule_on_dropped": _l(
        "The condition is about “%(question)s”, which is not taken over; everybody is asked: %(expression)s"
    ),
    "rule_on_later": _l(
        "The condition is about “%(question)s”, which is asked only later; everybody is asked: %(expression)s"
    ),
    "rule_on_unknown": _l(
        "The condition is about “%(question)s”, and there is no question of that name; everybody is asked:"
        " %(expression)s"
    ),
    "rule_on_ambiguous": _l(
        "The condition is about “%(question)s”, and more than one row has that name; everybody is asked:"
        " %(expression)s"
    ),
    "rule_unknown_option": _l(
        "The condition is about the option “%(option)s”, which “%(question)s” does not have; everybody is asked:"
        " %(expression)s"
    ),
    "rule_too_deep": _l("The condition is nested more than %(most)s deep; everybody is asked: %(expression)s"),
    "out_variables": _l("Other programs show these variables as they are written, in braces: %(names)s"),
    "out_text_cut": _l("The text is longer than a cell can be and is cut after %(most)s characters."),
    "out_dollar": _l("“${” would be taken for a reference to an answer; a blank is put in between."),
    "out_quotes": _l("Other programs show “ ” and ‘ ’ as straight quotation marks."),
    "out_title": _l("Other programs show the title in one language only."),
    "out_marks": _l("What the options of a scale count for stands in columns that other programs pass over."),
    "out_headline": _l("The headline figure stands in a column that other programs pass over."),
    "out_wave_link": _l("The link to the first evaluation stands in a column that other programs pass over."),
    "out_minutes": _l("The minutes that the questionnaire takes stand in a column that other programs pass over."),
    "out_top": _l("Other programs let people rank all options, not only the first %(most)s."),
    "out_unit": _l("The unit behind the number stands in a column that other programs pass over."),
}
"""The sentence for each kind of finding or refusal; its blanks are the finding's own parameters."""
