"""What reading and writing SurveyJS tells, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.web.author import import_words_rules

WORDS: Mapping[str, LazyString] = {
    **import_words_rules.WORDS,
    "not_json": _l("This is not valid JSON: something is wrong in line %(line)s, column %(column)s."),
    "encoding": _l("The file cannot be read as text. Save it in UTF-8."),
    "not_surveyjs": _l("This is JSON, but not a SurveyJS questionnaire: it has neither pages nor elements."),
    "written_twice": _l("“%(name)s” is written twice in the same place."),
    "no_number": _l("“%(number)s” is no number that JSON has."),
    "too_deep": _l("Things stand more than %(most)s deep inside one another."),
    "taken_as_chinese": _l("Texts without a language are taken as Chinese."),
    "taken_as_english": _l("Texts without a language are taken as English."),
    "markup_removed": _l("HTML is taken out; the words stay."),
    "property_dropped": _l("“%(name)s”: there is nothing here like the property “%(property)s”; it is left aside."),
    "property_ignored": _l("The property “%(property)s” means nothing here (%(count)s times)."),
    "element_broken": _l("This is no page or question; it is left out."),
    "choice_broken": _l("This is no option or row; it is left out."),
    "mark_broken": _l("This scale of our own cannot be read; it is left out."),
    "page_empty": _l("Nothing is left of the page “%(name)s”."),
    "panel_flattened": _l(
        "The questions of the panel “%(name)s” become questions of the page, and its words stand before them."
    ),
    "rule_case": _l(
        "Left out: %(name)s. SurveyJS does not tell capitals from small letters in “%(text)s”, and conditions here"
        " do (%(expression)s)."
    ),
    "rule_part_of_text": _l(
        "Left out: %(name)s. Conditions here ask for a whole answer, not for a part of its words (%(expression)s)."
    ),
    "rule_not_certain": _l(
        "Left out: %(name)s. Versions of SurveyJS differ in what the “!” denies; put brackets around all of it"
        " (%(expression)s)."
    ),
    "enable_as_shown": _l(
        "“%(name)s” can be seen but not answered while its condition does not hold; here it is not shown then."
    ),
    "choices_elsewhere": _l("“%(name)s” takes its options from elsewhere (%(property)s) and is left out."),
    "choices_conditional": _l(
        "Which options “%(name)s” offers depends on answers (%(property)s), which cannot be had here; it is left"
        " out."
    ),
    "order_dropped": _l("The options of “%(name)s” keep the order in which they stand in the file."),
    "image_dropped": _l("The picture of the option “%(name)s” is not taken over; its words stay."),
    "image_element": _l("“%(name)s” is a picture and is left out."),
    "calculation": _l("“%(name)s” calculates a value; there is nothing like it here."),
    "trigger_dropped": _l("What SurveyJS does by itself upon an answer (%(trigger)s) is not taken over."),
    "repeat": _l(
        "The questions inside “%(name)s” are asked several times over, which cannot be done here; they are left out"
        " (%(count)s: %(names)s)."
    ),
    "matrix_of_fields": _l(
        "“%(name)s” is a table with a field of its own in every cell, which cannot be asked here; it is left out"
        " (%(count)s columns: %(names)s)."
    ),
    "matrix_of_several": _l("“%(name)s” is a table with several choices in a row and is left out."),
    "matrix_required": _l("Some row of “%(name)s” must be answered; here every row must."),
    "validator_dropped": _l("“%(name)s”: the check “%(validator)s” cannot be made here and is left aside."),
    "step_dropped": _l("“%(name)s” takes every number with so many decimals, not only steps of %(step)s."),
    "decimals_assumed": _l("“%(name)s” does not say how many decimals it takes; set that in the designer."),
    "slider_as_number": _l("“%(name)s” is a slider; it becomes a number with these limits."),
    "input_type_as_text": _l("“%(name)s” (%(type)s) becomes a line of text."),
    "input_type_unknown": _l("The kind of field “%(type)s” is not known; “%(name)s” becomes a line of text."),
    "comment_split": _l("The field for comments of “%(name)s” becomes a question of its own, “%(code)s”."),
    "html_as_text": _l("“%(name)s” becomes words to read, without layout."),
    "html_without_text": _l("“%(name)s” holds no words and is left out."),
    "scale_edited": _l(
        "The options of “%(name)s” are no longer those of the scale “%(scale)s”; those that are left count as"
        " before."
    ),
    "out_variables": _l("SurveyJS shows these variables as they are written, in braces: %(names)s"),
    "out_marks": _l("What the options of a scale count for stands where SurveyJS passes over it."),
    "out_headline": _l("The headline figure stands where SurveyJS passes over it."),
    "out_wave_link": _l("The link to the first evaluation stands where SurveyJS passes over it."),
    "out_minutes": _l("The minutes that the questionnaire takes stand where SurveyJS passes over them."),
    "out_consent": _l("The consent becomes a box to tick on the first page."),
    "out_unit": _l("The unit behind the number stands where SurveyJS passes over it."),
    "out_specify": _l("What people write behind an option becomes a question of its own below."),
    "out_exclusive": _l("Only recent versions of SurveyJS know options that exclude all others."),
}
"""The sentence for each kind of finding or refusal; its blanks are the finding's own parameters."""
