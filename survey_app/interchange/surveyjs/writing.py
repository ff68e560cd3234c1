"""A questionnaire → SurveyJS JSON, which SurveyJS shows and `read` reads back as it was.

What SurveyJS has no words for stands in one object of our own, which it passes over; `write_report` names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import singledispatchmethod
from typing import Any

from survey_app.interchange.findings import Finding, Place
from survey_app.interchange.scope import Answers, CannotSay, Known, Scope, answers_of
from survey_app.interchange.surveyjs import marks
from survey_app.interchange.surveyjs.conditions import read_rule, write_rule
from survey_app.interchange.surveyjs.statements import as_html
from survey_app.interchange.surveyjs.texts import CHINESE, ENGLISH
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import (
    VARIABLES,
    BaseQuestion,
    DateQuestion,
    Field,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
    Statement,
    fields_of,
    options_of,
    scale_of,
    specify_code,
)
from survey_app.questionnaire.rules import Is, Rule
from survey_app.questionnaire.text import Text

_VARIABLE = re.compile(r"\{(\w*)\}")

_Json = dict[str, Any]


def write(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as SurveyJS JSON."""
    return json.dumps(_Form(questionnaire).survey(), ensure_ascii=False, indent=2) + "\n"


def _words(text: Text) -> dict[str, str]:
    return {language: words for language, words in ((CHINESE, text.zh), (ENGLISH, text.en)) if words}


def _filled(record: _Json) -> _Json:
    """Leave out what says nothing."""
    return {name: value for name, value in record.items() if value not in (None, "", False, {}, [])}


class _Form:
    """A questionnaire as the objects of the file."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._form = questionnaire
        self._names = {code: _name(place) for code, place in questionnaire.fields.items()}
        self._fields = {
            code: (self._names[code], answers_of(place)) for code, place in questionnaire.fields.items()
        }
        self._scope = _scope(questionnaire, self._fields)
        self._of_questions: _Json = {}
        self._of_sections: _Json = {}

    def survey(self) -> _Json:
        """Return the whole file."""
        form = self._form
        pages = [*self._start(), *map(self._page, form.sections)]
        own = {
            marks.FORMAT: marks.FORMAT_VERSION,
            marks.CODE: form.code,
            marks.MINUTES: form.minutes,
            marks.HEADLINE: form.headline,
            marks.WAVE_LINK: form.wave_link,
            marks.SCALES: [codec.encode_scale(scale) for scale in form.scales],
            marks.SECTIONS: self._of_sections,
            marks.QUESTIONS: self._of_questions,
        }
        return {
            "locale": CHINESE if form.title.zh or not form.title.en else ENGLISH,
            **_filled({"title": _words(form.title), "description": _words(form.description)}),
            **({} if form.paged else {"questionsOnPageMode": "singlePage"}),
            "pages": pages,
            **_filled({"completedHtml": _words(as_html(form.closing))}),
            marks.ROOT: _filled(own),
        }

    def _start(self) -> Iterator[_Json]:
        """Yield the page with the notice and the consent, where there are any."""
        form = self._form
        elements: list[_Json] = []
        if form.notice:
            elements.append({"type": "html", "name": marks.NOTICE, "html": _words(as_html(form.notice))})
        if form.consent:
            elements.append(
                {
                    "type": "checkbox",
                    "name": marks.CONSENT,
                    "titleLocation": "hidden",
                    "isRequired": True,
                    "choices": [{"value": marks.CONSENT_GIVEN, "text": _words(form.consent)}],
                }
            )
        if elements:
            yield {"name": marks.START, "elements": elements}

    def _page(self, section: Section) -> _Json:
        texts = {"title": _words(section.title), "description": _words(section.intro)}
        own = self._of_sections.setdefault(section.code, {})
        page = {
            "name": section.code,
            **_filled(texts),
            **self._condition(section.shown_if, own),
            "elements": [element for question in section.questions for element in self._elements(question)],
        }
        if not own:
            del self._of_sections[section.code]
        return page

    def _condition(self, rule: Rule | None, own: _Json) -> _Json:
        """Return the expression for a rule; where it would come back in another form, the rule is noted too."""
        if rule is None:
            return {}
        written = write_rule(rule, self._fields)
        try:
            comes_back = read_rule(written, self._scope) == rule
        except CannotSay:
            comes_back = False
        if not comes_back:
            own[marks.RULE] = codec.encode_rule(rule)
        return {"visibleIf": written}

    # --- questions ---------------------------------------------------------------------------------

    def _elements(self, question: Question) -> Iterator[_Json]:
        own: _Json = {}
        condition = self._condition(question.shown_if, own)
        element = self._element(question)
        if isinstance(question, Number) and question.unit:
            own[marks.UNIT] = _encoded(question.unit)
        if (scale := scale_of(question)) is not None:
            own[marks.SCALE] = scale
        if own:
            self._of_questions[question.code] = own
        common = {"title": _words(question.text), "description": _words(question.help)}
        yield {
            "type": element.pop("type"),
            "name": question.code,
            **({} if isinstance(question, Statement) else _filled(common)),
            **condition,
            **_filled({"isRequired": question.required}),
            **element,
        }
        for option in options_of(question):
            if option.specify:
                yield self._specify(question, option)

    def _specify(self, question: Question, option: Option) -> _Json:
        """Return the text field behind an option that asks to say what."""
        code = specify_code(question.code, option.code)
        self._of_questions[code] = {marks.SPECIFY_OF: [question.code, option.code]}
        return {
            "type": "text",
            "name": code,
            **_filled({"title": _words(option.text)}),
            "visibleIf": write_rule(Is(question.code, option.code), self._fields),
        }

    @singledispatchmethod
    def _element(self, question: BaseQuestion) -> _Json:
        """Return what is special to a kind of question."""
        raise NotImplementedError(type(question).__name__)

    @_element.register
    def _(self, question: SingleChoice) -> _Json:
        return {"type": "radiogroup", **_choices(question)}

    @_element.register
    def _(self, question: MultipleChoice) -> _Json:
        limits = {"minSelectedChoices": question.min_choices, "maxSelectedChoices": question.max_choices}
        return {"type": "checkbox", **_choices(question), **{k: v for k, v in limits.items() if v}}

    @_element.register
    def _(self, question: ScaleQuestion) -> _Json:
        return {"type": "radiogroup", "choices": self._grades(question.scale)}

    @_element.register
    def _(self, question: Matrix) -> _Json:
        rows = [
            {
                "value": item.code,
                **_filled({"text": _words(item.text)}),
                **({"visibleIf": self._brought_up(question, item.when)} if item.when is not None else {}),
            }
            for item in question.items
        ]
        required = {"isAllRowRequired": True} if question.required else {}
        return {"type": "matrix", **required, "columns": self._grades(question.scale), "rows": rows}

    @_element.register
    def _(self, question: Nps) -> _Json:
        ends = {"minRateDescription": _words(question.low), "maxRateDescription": _words(question.high)}
        return {"type": "rating", "rateMin": 0, "rateMax": 10, "rateCount": 11, **_filled(ends)}

    @_element.register
    def _(self, question: Number) -> _Json:
        bounds = {"min": question.minimum, "max": question.maximum}
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        step = 10**-question.decimals if question.decimals else 1
        return {"type": "text", "inputType": "number", **given, "step": step}

    @_element.register
    def _(self, question: ShortText) -> _Json:
        return {"type": "text", "maxLength": question.max_length}

    @_element.register
    def _(self, question: LongText) -> _Json:
        return {"type": "comment", "maxLength": question.max_length}

    @_element.register
    def _(self, question: DateQuestion) -> _Json:
        return {"type": "text", "inputType": "date", **_filled({"min": question.earliest, "max": question.latest})}

    @_element.register
    def _(self, question: Ranking) -> _Json:
        return {
            "type": "ranking",
            "choices": _listed(question.options),
            "selectToRankEnabled": True,
            "maxSelectedChoices": question.top,
        }

    @_element.register
    def _(self, question: Statement) -> _Json:
        return {"type": "html", "html": _words(as_html(question.text, question.help))}

    def _grades(self, scale: str) -> list[_Json]:
        found = self._form.scale_by_code.get(scale)
        grades = found.grades if found is not None else ()
        return [{"value": grade.code, **_filled({"text": _words(grade.text)})} for grade in grades]

    def _brought_up(self, question: Matrix, option: str) -> str:
        return write_rule(Is(question.rows_from or "", option), self._fields)


def _choices(question: SingleChoice | MultipleChoice) -> _Json:
    order = {"choicesOrder": "random"} if question.random_order else {}
    return {"choices": _listed(question.options), **order}


def _listed(options: tuple[Option, ...]) -> list[_Json]:
    return [
        {"value": each.code, **_filled({"text": _words(each.text), "isExclusive": each.exclusive})}
        for each in options
    ]


def _encoded(text: Text) -> _Json:
    return {name: words for name, words in (("zh", text.zh), ("en", text.en)) if words}


# --- names -----------------------------------------------------------------------------------------


def _name(place: Field) -> str:
    """Return what expressions call a field: a row of a table has the table's name before it."""
    return place.code if place.item is None else f"{place.question.code}.{place.code}"


def _scope(questionnaire: Questionnaire, fields: Mapping[str, tuple[str, Answers]]) -> Scope:
    """Return what the reader of the file will know of each field."""
    scope = Scope()
    for code, place in questionnaire.fields.items():
        name, answers = fields[code]
        is_whole = not isinstance(place.question, Number) or place.question.decimals == 0
        options = {each: each for each in _option_codes(place, questionnaire)}
        scope.add(name, Known(code, answers, options, is_whole=is_whole))
    return scope


def _option_codes(place: Field, questionnaire: Questionnaire) -> list[str]:
    if place.specify is not None:
        return []
    if isinstance(place.question, Nps):
        return [str(number) for number in range(11)]
    scale = questionnaire.scale_by_code.get(scale_of(place.question) or "")
    return [option.code for option in options_of(place.question)] + (list(scale.by_code) if scale else [])


# --- what the format has no words for --------------------------------------------------------------


def write_report(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return what SurveyJS will not find in the file that `write` makes, or shows in another way.

    All of it stands in an object of our own and comes back when the file is read here.
    """
    report = Report()
    form = questionnaire
    used = {name for text in _texts(form) for words in (text.zh, text.en) for name in _VARIABLE.findall(words)}
    if variables := sorted(used & set(VARIABLES)):
        report.changed("out_variables", Place(), names="、".join(variables))
    if form.scales:
        report.changed("out_marks", Place())
    for name in ("headline", "wave_link", "minutes"):
        if getattr(form, name) is not None:
            report.changed(f"out_{name}", Place())
    if form.consent:
        report.changed("out_consent", Place())
    for question in form.questions:
        place = Place(path=question.code)
        if isinstance(question, Number) and question.unit:
            report.changed("out_unit", place)
        if any(option.specify for option in options_of(question)):
            report.changed("out_specify", place)
        if any(option.exclusive for option in options_of(question)):
            report.changed("out_exclusive", place)
    return report.in_order()


def _texts(form: Questionnaire) -> Iterator[Text]:
    """Yield all texts that SurveyJS shows."""
    yield from (form.title, form.description, form.notice, form.consent, form.closing)
    for section in form.sections:
        yield from (section.title, section.intro)
        for question in section.questions:
            yield from (question.text, question.help)
            yield from (each.label for each in fields_of(question))
            yield from (option.text for option in options_of(question))
    yield from (grade.text for scale in form.scales for grade in scale.grades)
