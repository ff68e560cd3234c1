"""What reading pasted text tells, in words: what was not understood and how to write it, what was guessed."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_WHOLE: Mapping[str, LazyString] = {
    "empty_text": _l("There is no text yet."),
    "text_too_long": _l("The text is longer than %(most)s characters. Paste it in several parts."),
    "too_many_lines": _l("The text has more than %(most)s lines. Paste it in several parts."),
    "too_many_questions": _l("The text holds more than %(most)s questions. Paste it in several parts."),
    "no_questions": _l(
        "No question was found. Begin each with a number, such as “1. ”, or end it with a question mark."
    ),
    "no_title": _l("No title was found. Write it on the first line."),
}
_LINES: Mapping[str, LazyString] = {
    "loose_line": _l(
        "It is not clear what this line belongs to. Begin a question with its number, an option with “A. ”, a hint"
        " with “hint:”."
    ),
    "words_left_out": _l(
        "These words stand nowhere in the questionnaire: “%(words)s”. Write them on a line of their own."
    ),
    "line_too_long": _l("The line is longer than %(most)s characters. Break it into several."),
    "field_without_question": _l(
        "This place to write belongs to no question and is left out. Number it to make it one: “1. Name ____”."
    ),
    "attachment_mark": _l("It says where the page belongs in a letter, and stays out of the questionnaire."),
    "not_here": _l("This cannot be said of a question. Put it before the first question."),
    "not_a_code": _l("“%(code)s” cannot be a code: letters, digits and underscores, a letter first."),
    "not_minutes": _l("“%(words)s” is no number of minutes. Write for example “[minutes] 3”."),
    "kind_unknown": _l("Questions of the kind “%(kind)s” cannot be asked here; the question is left out."),
    "options_not_for_this": _l(
        "A question of this kind has no options. Take the option out, or change the mark to [single] or [multiple]."
    ),
    "choice_without_options": _l("No options were found. Write them below, one a line: “A. …”."),
    "too_many_entries": _l("A question has more than %(most)s options or rows; those from here on are left out."),
    "matrix_without_rows": _l("No rows were found. Write below what is to be rated, one a line."),
    "matrix_without_scale": _l(
        "It is not said how the rows are rated. Write the grades on a line below: “Satisfied / Neutral /"
        " Dissatisfied”."
    ),
    "exclusive_not_multiple": _l(
        "“%(option)s” is marked to exclude all others, which only a multiple choice needs."
    ),
    "unknown_scale": _l(
        "There is no scale “%(scale)s”. Write its grades instead: “Satisfied / Neutral / Dissatisfied”."
    ),
    "scale_without_grades": _l(
        "The scale “%(scale)s” has no grades. Write them below, one a line, each with a hyphen before it."
    ),
    "rows_from_unknown": _l("“%(code)s” is not an earlier multiple choice, so no rows can come from it."),
}
_CONDITIONS: Mapping[str, LazyString] = {
    "condition_rest": _l(
        "The condition is not understood at “%(rest)s”; everybody is asked. Write for example “(W03=1)”."
    ),
    "condition_bracket": _l("A bracket in the condition is not closed; everybody is asked."),
    "condition_too_deep": _l("The condition is nested more than %(most)s deep; everybody is asked."),
    "condition_too_long": _l("The condition is longer than %(most)s characters; everybody is asked."),
    "condition_later_question": _l(
        "The condition is about question %(code)s, which is asked only later; everybody is asked."
    ),
    "condition_unknown_question": _l(
        "The condition is about question %(code)s, which is not there; everybody is asked."
    ),
    "condition_number_twice": _l(
        "Several questions have the number %(number)s. Give them different numbers, or codes such as “W01.”."
        " Everybody is asked."
    ),
    "condition_without_question": _l(
        "The condition “%(rest)s” does not say which question it is about. Write for example “W03=1”."
        " Everybody is asked."
    ),
    "condition_unknown_option": _l(
        "Question %(question)s has no answer “%(option)s”; everybody is asked. Write its letter, or its words as"
        " they stand there."
    ),
    "condition_no_such_answer": _l(
        "No earlier question has the answer “%(option)s”; everybody is asked. Write the answer as it stands there,"
        " and the question's number before it: “Question 3: …”."
    ),
    "condition_unknown_comparison": _l(
        "It is not clear what is said of question %(question)s at “%(rest)s”; everybody is asked. Write for example"
        " “W03=1”."
    ),
    "condition_without_number": _l("A number is missing at “%(rest)s”; everybody is asked."),
    "condition_strict_bound": _l(
        "Question %(question)s takes decimals, so “more than” and “less than” cannot be said; write “at least” or"
        " “at most”. Everybody is asked."
    ),
    "jump_not_understood": _l(
        "It is not understood where “%(words)s” leads; nobody is led there. Write “→ 10” behind the option."
    ),
    "jump_target_unknown": _l("There is no “%(target)s” to lead to; nobody is led there."),
    "jump_back": _l(
        "“%(target)s” stands before this question. Questions cannot be asked again; nobody is led there."
    ),
    "too_many_jumps": _l("There are more than %(most)s jumps; this one is left out."),
}
_CHANGES: Mapping[str, LazyString] = {
    "renamed": _l("The code “%(old)s” cannot stand, or is there twice; it is now “%(new)s”."),
    "numbers_restart": _l("The numbers begin anew here (%(number)s); codes are made different by their section."),
    "guessed_number": _l("Taken as a question for a number. Put [text] behind it if that is wrong."),
    "guessed_ranking": _l("Taken as a ranking. Put [multiple] behind it if that is wrong."),
    "guessed_short_text": _l(
        "Without options: taken as a line to fill in. Mark it [essay] or [single] if that is wrong."
    ),
    "guessed_long_text": _l(
        "Without options: taken as an open question. Mark it [text] or [single] if that is wrong."
    ),
    "replaced_by_short_text": _l("There is no “%(wanted)s” here; it becomes a line to fill in."),
    "replaced_by_number": _l("There is no “%(wanted)s” here; it becomes a question for a number."),
    "matrix_split": _l("Several answers a row: it becomes a multiple choice for each of the %(rows)s rows."),
    "made_exclusive": _l("“%(option)s” cannot be chosen together with others."),
    "option_guessed": _l("“%(written)s” in the condition is taken as “%(taken)s”."),
    "question_found": _l("No question is named. The condition is taken to be about “%(question)s”."),
    "perhaps_condition": _l(
        "“%(words)s” may say who is asked; everybody is. If not everybody should be, set the condition in the"
        " designer."
    ),
    "section_by_condition": _l(
        "Everything from here to the next heading is asked only under this condition. Give the question its own"
        " condition if it is about one question only."
    ),
    "row_without_option": _l("The row “%(row)s” belongs to no option that could be chosen; it is always shown."),
    "scale_guessed": _l("“%(satisfied)s” count as satisfied (%(grades)s). Check the scale before you publish."),
    "scale_of_points": _l("A scale of points, which count evenly towards 100: %(grades)s"),
    "scale_unscored": _l("These grades have no scores yet, and none counts as satisfied: %(grades)s"),
    "scale_turned": _l("The grades stand worst first; they are shown best first."),
    "scale_english": _l("The usual scale says “%(taken)s” in English, not “%(written)s”."),
}
WORDS: Mapping[str, LazyString] = {**_WHOLE, **_LINES, **_CONDITIONS, **_CHANGES}
"""The sentence for each kind of finding; its blanks are the finding's own parameters."""
