"""What reading LimeSurvey's .lss files tells, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.web.author import import_words_rules

WORDS: Mapping[str, LazyString] = {
    **import_words_rules.WORDS,
    "archive": _l(
        "This is an archive. Export the survey from LimeSurvey as “survey structure (.lss)” and send that."
    ),
    "not_xml": _l("This is not valid XML: something is wrong in line %(line)s, column %(column)s."),
    "xml_document_type": _l("The file declares an XML document type or entities, which LimeSurvey never does."),
    "encoding": _l("The file cannot be read as text. Save it in UTF-8."),
    "not_limesurvey": _l("This is XML, but not LimeSurvey's survey structure (.lss)."),
    "not_whole_survey": _l(
        "This file holds only a part of a survey (%(type)s). Export the whole survey as “survey structure (.lss)”."
    ),
    "too_deep": _l("Things stand more than %(most)s deep inside one another."),
    "file_too_long": _l("The file has more than %(most)s rows."),
    "rule_property": _l(
        "Left out: %(name)s. Conditions here ask for answers, not for “%(property)s” of “%(question)s”"
        " (%(expression)s)."
    ),
    "language_is_chinese": _l("The words in “%(language)s” are Chinese, and count as Chinese."),
    "html_removed": _l("HTML is taken out of the texts; the words stay (%(count)s texts)."),
    "property_dropped": _l("“%(name)s”: there is nothing here like the setting “%(property)s”; it is left aside."),
    "looks_ignored": _l("Settings of how questions look mean nothing here (%(count)s: %(names)s)."),
    "calculation": _l("“%(name)s” calculates a value; there is nothing like it here."),
    "array_of_fields": _l(
        "“%(name)s” is a table with a field of its own in every cell, which cannot be asked here; it is left out."
    ),
    "file_upload": _l("“%(name)s” asks for a file, which cannot be sent here; it is left out."),
    "language_switch": _l("“%(name)s” chooses the language; every page does that here. It is left out."),
    "words_missing": _l("“%(name)s” holds no words and is left out."),
    "soft_mandatory": _l("“%(name)s” may be left blank; LimeSurvey would ask once more."),
    "comment_split": _l("The field for comments of “%(name)s” becomes a question of its own, “%(code)s”."),
    "comments_as_said": _l("The comments on the options of “%(name)s” become words behind each option."),
    "list_as_nps": _l("“%(name)s” becomes a 0-10 question of how likely people are to recommend."),
    "dual_split": _l("“%(name)s” has two scales side by side; it becomes two matrices: %(codes)s"),
    "decimals_limited": _l("“%(name)s” takes at most %(most)s decimals here."),
    "time_dropped": _l("“%(name)s” asks for a day only; the time of day is left out."),
    "group_random": _l("The group “%(name)s” keeps its place; LimeSurvey puts it in a random order."),
    "group_empty": _l("Nothing is left of the group “%(name)s”."),
    "one_by_one": _l("LimeSurvey shows one question at a time; here one group at a time."),
    "quotas_dropped": _l("Quotas are not taken over (%(count)s)."),
    "assessments_dropped": _l("Assessment rules are not taken over (%(count)s)."),
    "defaults_dropped": _l("Answers set beforehand are not taken over (%(count)s)."),
}
"""The sentence for each kind of finding or refusal; its blanks are the finding's own parameters."""
