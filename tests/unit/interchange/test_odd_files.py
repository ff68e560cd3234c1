"""Files as people really send them: each is read with a report or refused with its reason; none falls over."""

import pytest

from survey_app.interchange.findings import Imported, UnreadableFile
from survey_app.interchange.formats import format_of, read_file
from survey_app.questionnaire import checks, codec
from survey_app.web.author.exchange_words import refusal_words, worded
from tests.support.odd_files import Odd, odd_files

_MOST = 10 * 1024 * 1024
_FILES = list(odd_files())


def _outcome(odd: Odd) -> tuple[str, Imported | UnreadableFile]:
    """The format in which a file was read, and what came of it."""
    key = ""
    try:
        found = format_of(odd.content, most_bytes=_MOST)
        key = found.key
        return key, read_file(found, odd.content, filename=odd.name, most_bytes=_MOST)
    except UnreadableFile as refusal:
        return key or "xlsform", refusal


def test_there_are_enough_of_them() -> None:
    assert len(_FILES) >= 40


@pytest.mark.parametrize("odd", _FILES, ids=lambda odd: odd.name)
def test_an_odd_file_is_read_with_a_report_or_refused_with_a_reason(odd: Odd) -> None:
    key, outcome = _outcome(odd)
    if isinstance(outcome, UnreadableFile):
        kinds = {outcome.kind}
        words, made = [refusal_words(key, outcome)], None
    else:
        kinds = {each.kind for each in outcome.findings}
        words, made = [worded(key, each).words for each in outcome.findings], outcome.questionnaire
    assert set(odd.says) <= kinds, kinds
    assert all(words), words
    if odd.becomes is not None:
        assert ("read" if made is not None else "refused") == odd.becomes, words
    if made is None:
        assert words  # an exact reason
    else:
        assert codec.loads(codec.dumps(made)) == made
        assert not any("<script" in str(text) for text in (made.title, *(each.text for each in made.questions)))
        checks.check(made)
