"""What readers of other programs' files tell about conditions, texts, names and scales, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "rule_not_understood": _l(
        "Left out: %(name)s. The condition is not understood at “%(part)s” (%(expression)s), and without it"
        " everybody would be asked."
    ),
    "rule_comparison": _l(
        "Left out: %(name)s. No condition here says the same as “%(expression)s”, and without it everybody would"
        " be asked."
    ),
    "rule_function": _l(
        "Left out: %(name)s. Conditions here have no %(function)s() (%(expression)s), and without it everybody"
        " would be asked."
    ),
    "rule_two_answers": _l(
        "Left out: %(name)s. Conditions here compare an answer with a value, not with another answer"
        " (%(expression)s)."
    ),
    "rule_on_dropped": _l(
        "Left out: %(name)s. The condition is about “%(question)s”, which is not taken over (%(expression)s)."
    ),
    "rule_on_later": _l(
        "Left out: %(name)s. The condition is about “%(question)s”, which is asked only later or at the same time"
        " (%(expression)s)."
    ),
    "rule_on_unknown": _l(
        "Left out: %(name)s. The condition is about “%(question)s”, and there is no question of that name"
        " (%(expression)s)."
    ),
    "rule_on_ambiguous": _l(
        "Left out: %(name)s. The condition is about “%(question)s”, and more than one question has that name"
        " (%(expression)s)."
    ),
    "rule_unknown_option": _l(
        "Left out: %(name)s. The condition is about the option “%(option)s”, which “%(question)s” does not have"
        " (%(expression)s)."
    ),
    "rule_never": _l("Left out: %(name)s. The condition can never hold (%(expression)s)."),
    "rule_too_deep": _l("Left out: %(name)s. The condition is nested more than %(most)s deep."),
    "rule_too_long": _l("Left out: %(name)s. The condition makes more than %(most)s comparisons."),
    "hidden": _l("Left out: %(name)s. It is hidden, and nobody is asked."),
    "language_dropped": _l(
        "Texts in “%(language)s” are not taken over: there are Chinese and English here, each once."
    ),
    "no_language": _l("No text is in Chinese or English. Translate the questionnaire before it is imported."),
    "markup_lost": _l("Only words can be shown here; this was taken out of the text: %(tags)s"),
    "reference_in_text": _l("The answer to “%(name)s” cannot stand in a text; “…” stands in its place."),
    "braces": _l("“%(name)s” in braces is no variable here; it stands in round brackets now."),
    "no_questions": _l("No question is left that could be asked. The other lines say why."),
    "no_title": _l("The questionnaire has no title. Give it one in the designer."),
    "renamed": _l("“%(old)s” cannot be a code here, or is already one; it becomes “%(new)s”."),
    "name_made": _l("There is no name here; the code becomes “%(new)s”."),
    "no_label": _l("“%(name)s” has no words to show; its name stands in their place."),
    "option_renamed": _l(
        "The option “%(old)s” becomes “%(new)s”: codes are letters, digits and _, each once in a question."
    ),
    "row_renamed": _l(
        "The row “%(old)s” becomes “%(new)s”: rows are asked one by one and need a code of their own."
    ),
    "scale_recognised": _l(
        "The options of “%(name)s” are the scale “%(scale)s” (%(code)s); its codes and words count."
    ),
    "scale_without_marks": _l(
        "The options of “%(name)s” become a scale in which nothing counts as satisfied yet. Set that in the"
        " designer."
    ),
    "scale_renamed": _l("The scale “%(old)s” becomes “%(new)s”."),
    "too_few_choices": _l("“%(name)s” has fewer than two options and is left out."),
    "too_many_choices": _l("“%(name)s” has more options than can be taken; the first %(most)s stay."),
    "too_many_rows": _l("“%(name)s” has more rows than can be taken; the first %(most)s stay."),
    "choice_conditional": _l(
        "The option “%(name)s” is offered only where a condition holds (%(expression)s). Options have none here; it"
        " is left out."
    ),
    "row_conditional": _l(
        "The row “%(name)s” is asked only where a condition holds that cannot be said here (%(expression)s); it is"
        " left out."
    ),
    "specify_dropped": _l("What people write behind the option “%(option)s” of “%(name)s” is not asked for."),
    "matrix_without_rows": _l("“%(name)s” has no rows and is left out."),
    "texts_split": _l("The fields of “%(name)s” are asked one by one: %(codes)s"),
    "texts_limited": _l("Texts without a limit get the usual one here (%(count)s questions)."),
    "text_limited": _l("“%(name)s” takes at most %(most)s characters here, not %(wanted)s."),
    "text_made_long": _l("“%(name)s” takes up to %(wanted)s characters and becomes a text of several lines."),
    "bounds_crossed": _l("The limits of “%(name)s” leave no answer; they are left out."),
    "bound_dropped": _l("“%(bound)s” cannot be a limit here; “%(name)s” goes without."),
    "type_unsupported": _l("Questions of the type “%(type)s” cannot be asked here; “%(name)s” is left out."),
    "type_unknown": _l("The type “%(type)s” is not known; “%(name)s” is left out."),
    "empty_file": _l("The file is empty."),
    "too_large": _l("The file is larger than %(most)s MB."),
    "too_many_questions": _l("The file has more than %(most)s questions. Split the questionnaire."),
}
"""The sentence for each kind of finding that several readers make; its blanks are the finding's own parameters."""
