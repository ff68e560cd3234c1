"""One vocabulary for kinds of questions: designer, Excel template and pasted text say the same words."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from survey_app.interchange import sheet
from survey_app.interchange.kind_words import KIND_WORDS
from survey_app.interchange.pasted import read, write
from survey_app.interchange.pasted.marks import read_marks
from survey_app.interchange.sheet.kinds import NAMES, kind_named
from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import KINDS
from survey_app.web.author.kinds import KIND_WORDS as SHOWN
from tests.support.plain_questionnaires import SHIPPED

_CATALOGUE = Path(sheet.__path__[0]).parents[1] / "translations" / "zh_Hans_CN" / "author.po"


def test_files_call_a_kind_as_the_designer_does() -> None:
    with _CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    assert set(KIND_WORDS) == set(KINDS)
    for kind, words in KIND_WORDS.items():
        message = catalogue.get(str(SHOWN[kind]))
        assert message is not None
        assert (words.en, words.zh) == (message.id, message.string)


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_reads_what_it_offers_and_what_it_offered_before(kind: str) -> None:
    before = {"matrix": "矩阵量表题", "nps": "推荐度题", "short_text": "单行文字", "long_text": "多行文字"}
    assert {kind_named(NAMES[kind].zh), kind_named(NAMES[kind].en), kind_named(KIND_WORDS[kind].en)} == {kind}
    assert kind_named(before.get(kind, NAMES[kind].zh)) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_may_mark_a_kind_with_the_designers_word(kind: str) -> None:
    marks = read_marks(KIND_WORDS[kind].zh)
    assert marks is not None
    assert marks.kind == kind


def test_a_text_is_marked_with_the_designers_words() -> None:
    text = write(SHIPPED[0])
    for question in SHIPPED[0].questions:
        assert f"[{KIND_WORDS[kind_of(question)].zh.partition('（')[0]}]" in text
    assert read(text).imported.questionnaire == SHIPPED[0]
