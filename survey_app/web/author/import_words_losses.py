"""What a questionnaire loses on its way through a format, in words; see `interchange.losses`."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "lost_all": _l("Nothing would be left that could be read in again."),
    "lost_text": _l("Part of the words is not in the file."),
    "lost_help": _l("The hint is not in the file."),
    "lost_setting": _l("A setting is not in the file."),
    "lost_rule": _l("The condition is not in the file, or in another form."),
    "lost_options": _l("Options are in the file in another form."),
    "lost_rows": _l("Rows are in the file in another form."),
    "lost_scale": _l("The scale, or what its options count for, is not in the file."),
    "lost_scales": _l("The scales stand in another order, or some are missing."),
    "lost_code": _l("The code of the questionnaire is not in the file."),
    "lost_order": _l("Questions or sections stand in another order, or some are missing."),
    "lost_section": _l("The section holds other questions in the file."),
    "lost_question": _l("The question is missing from the file, or of another kind."),
}
"""The sentence for each kind of loss."""
