"""The editor of one place: its form with all that can be chosen, and what the form says when it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from survey_app import library
from survey_app.interchange import pasted
from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import (
    KINDS,
    Matrix,
    MultipleChoice,
    Option,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    Section,
    Statement,
    fields_of,
    options_of,
    scale_of,
)
from survey_app.questionnaire.fresh import new_question, used_codes
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import EMPTY
from survey_app.web import formats
from survey_app.web.author.designer_forms import (
    COUNTS,
    CodedForm,
    HeadingForm,
    ScaleEditForm,
    SectionForm,
    counts_of,
    form_for,
    read,
    renamed_rows,
    values_of,
)
from survey_app.web.author.designer_places import Place, place_words, short
from survey_app.web.author.designer_rules import (
    Candidate,
    Group,
    NotANumber,
    TooDeep,
    candidates,
    read_rule,
    tree_of,
)
from survey_app.web.rule_words import question_numbers

Form = MultiDict[str, str]
ScaleGroup: TypeAlias = tuple[str, Sequence[tuple[str, str]]]
"""Scales to choose from under one heading: their codes, and their words."""


@dataclass(frozen=True, slots=True)
class Source:
    """The question whose chosen options bring up the rows of a matrix. `missing` options have no row yet."""

    words: str
    missing: int


@dataclass
class Editor:
    """The editor of `thing`, which stands at `place`. `known` are the fields that its rule may be about.

    `scales` are those to choose from; `source` is the question whose chosen options bring up the rows.
    """

    place: Place
    thing: Any
    form: CodedForm
    questionnaire: Questionnaire
    known: Sequence[Candidate] = ()
    tree: Group | None = None
    rule_error: str = ""
    scales: Sequence[ScaleGroup] = ()
    source: Source | None = None

    @property
    def kind(self) -> str:
        """The kind of question, as in files; "" for other things."""
        return kind_of(self.thing) if self.place.kind == "question" else ""

    @property
    def has_when(self) -> bool:
        """Whether each row says which option brings it up."""
        return self.place.kind == "question" and has_when(self.thing)

    def validate(self) -> bool:
        """Tell whether the form can be saved; what cannot is said at its field."""
        is_sound = self.form.validate() and not self.rule_error
        return self._codes_are_free() and is_sound

    def _codes_are_free(self) -> bool:
        """Codes name things: two of the same in one questionnaire cannot be told apart."""
        taken = _codes_besides(self.place, self.questionnaire)
        is_free = _claim(self.form.code, taken)
        for name, scope in (("options", set()), ("grades", set()), ("items", taken)):
            if name in self.form:
                for entry in self.form[name]:
                    is_free = _claim(entry.form.code, scope) and is_free
        return is_free

    def result(self) -> Any:
        """Return the thing as the form says it."""
        made = read(self.form, self.thing)
        if isinstance(made, Statement):
            made = replace(made, required=False)
        if isinstance(made, Matrix) and made.rows_from is None and self.thing.rows_from is not None:
            made = replace(made, items=tuple(replace(item, when=None) for item in made.items))
        if "options" in self.form:
            made = replace(made, options=tuple(self._asking(option) for option in made.options))
        return made

    def _asking(self, option: Option) -> Option:
        """Ask who chooses it to write what, where its words begin to say so: 其他（请填写）, 其他____."""
        before = {entry.form["code"].data: entry.form["was"].data for entry in self.form["options"]}
        known = {each.code: each.text.zh for each in options_of(self.thing)}
        said = pasted.asks_to_say(known.get(before[option.code] or "", ""))
        return replace(option, specify=True) if pasted.asks_to_say(option.text.zh) and not said else option

    def renamed(self) -> tuple[tuple[str, str], ...]:
        """Return the codes of the question and of its rows that have changed, old and new."""
        new = str(self.form.code.data)
        own = ((self.thing.code, new),) if self.thing.code != new else ()
        return own + (renamed_rows(self.form["items"]) if "items" in self.form else ())


def _codes_besides(place: Place, questionnaire: Questionnaire) -> set[str]:
    match place.kind:
        case "question":
            return used_codes(questionnaire, besides=place.code)
        case "section":
            return {each.code.casefold() for each in questionnaire.sections if each.code != place.code}
        case "scale":
            return {each.code.casefold() for each in questionnaire.scales if each.code != place.code}
    return set()


def _claim(field: Any, taken: set[str]) -> bool:
    """Take the field's code; where it is taken already, say so at the field."""
    code = str(field.data or "")
    if code.casefold() in taken:
        field.errors = [*field.errors, _("The code “%(code)s” is used already.", code=code)]
        return False
    taken.add(code.casefold())
    return True


def editor_of(place: Place, questionnaire: Questionnaire, sent: Form | None = None) -> Editor:
    """Return the editor of a place, filled from the questionnaire or, where one was sent, from the form."""
    match place.kind:
        case "question":
            return _question_editor(place, questionnaire, sent)
        case "section":
            return _section_editor(place, questionnaire, sent)
        case "scale":
            thing: Any = questionnaire.scale_by_code.get(place.code) or Scale(place.code, EMPTY, ())
            made = ScaleEditForm(formdata=sent, data=values_of(thing))
            _offer_counts(made, thing)
            return Editor(place, thing, made, questionnaire)
    form = HeadingForm(formdata=sent, data=_heading_values(questionnaire))
    form.headline.choices = _with_current(_rated_fields(questionnaire), questionnaire.headline)
    return Editor(place, questionnaire, form, questionnaire)


def _heading_values(questionnaire: Questionnaire) -> dict[str, Any]:
    return values_of(replace(questionnaire, sections=(), scales=()))


def _section_editor(place: Place, questionnaire: Questionnaire, sent: Form | None) -> Editor:
    found = (section for section in questionnaire.sections if section.code == place.code)
    thing = next(found, Section(place.code, EMPTY, ()))
    known = candidates(questionnaire, section=place.code)
    values = values_of(replace(thing, questions=()))
    editor = Editor(place, thing, SectionForm(formdata=sent, data=values), questionnaire, known)
    _set_rule(editor, sent)
    return editor


def _question_editor(place: Place, questionnaire: Questionnaire, sent: Form | None) -> Editor:
    thing = questionnaire.question_by_code.get(place.code)
    if thing is None:  # removed by somebody else while its form was open
        kind = sent.get("kind", "") if sent is not None else ""
        thing = new_question(kind if kind in KINDS else "single", place.code, questionnaire)
    form = form_for(thing)(formdata=sent, data=values_of(thing))
    editor = Editor(place, thing, form, questionnaire, candidates(questionnaire, before=place.code))
    _offer_choices(editor, thing)
    _set_rule(editor, sent)
    return editor


def _set_rule(editor: Editor, sent: Form | None) -> None:
    rule: Rule | None = editor.thing.shown_if
    if sent is not None:
        try:
            rule = read_rule(sent, rule, editor.known)
        except NotANumber as error:
            editor.rule_error = _("“%(value)s” is no number.", value=error)
        except TooDeep:
            editor.rule_error = _("The groups of conditions stand too deep inside one another.")
    editor.thing = replace(editor.thing, shown_if=rule)
    editor.tree = tree_of(rule)


# --- what can be chosen ----------------------------------------------------------------------------


def _offer_choices(editor: Editor, question: Question) -> None:
    form, questionnaire = editor.form, editor.questionnaire
    if "scale" in form:
        editor.scales = scale_groups(questionnaire)
        known = [choice for __, choices in editor.scales for choice in choices]
        offered = _with_current(known, scale_of(question))
        form["scale"].choices = offered
        if len(offered) > len(known):
            editor.scales = ((_("(choose)"), offered[-1:]), *editor.scales)
    if isinstance(question, Matrix):
        _offer_sources(editor, question)


def _offer_counts(form: CodedForm, scale: Scale) -> None:
    """Offer also what a grade counts as now, where that contradicts itself: it is kept until somebody chooses."""
    now = {grade.code: counts_of(grade) for grade in scale.grades}
    for entry in form["grades"]:
        own = now.get(entry.form["was"].data, "001")
        odd = () if own in COUNTS else ((own, _("contradicts itself: please choose")),)
        entry.form["counts"].choices = [*COUNTS.items(), *odd]


def _offer_sources(editor: Editor, question: Matrix) -> None:
    form, questionnaire = editor.form, editor.questionnaire
    form["rows_from"].choices = _with_current(_sources(questionnaire, question.code), question.rows_from)
    source = questionnaire.question_by_code.get(form["rows_from"].data or "")
    known = options_of(source) if source is not None else ()
    whens = {item.code: item.when for item in question.items}
    if source is not None:
        number = question_numbers(questionnaire).get(source.code)
        missing = {option.code for option in known if not option.exclusive} - set(whens.values())
        editor.source = Source(_("question %(number)s", number=number), len(missing))
    options = [("", _("(choose)")), *((each.code, short(each.text, each.code)) for each in known)]
    for entry in form["items"]:
        if not has_when(question):
            del entry.form["when"]
            continue
        entry.form["when"].choices = _with_current(options, whens.get(entry.form["was"].data))


def has_when(question: Question) -> bool:
    """Tell whether rows are brought up by options, or at least say so."""
    if not isinstance(question, Matrix):
        return False
    return question.rows_from is not None or any(item.when is not None for item in question.items)


def _with_current(choices: list[tuple[str, str]], current: str | None) -> list[tuple[str, str]]:
    """Add what is chosen now but does not exist: it is kept until somebody chooses otherwise."""
    if current is None or current in {value for value, __ in choices}:
        return choices
    return [*choices, (current, _("“%(words)s” (does not exist)", words=current or "–"))]


def scale_groups(questionnaire: Questionnaire) -> tuple[ScaleGroup, ...]:
    """Return the scales that the questionnaire uses, its others, and those of the library that it does not have."""
    used = {scale_of(question) for question in questionnaire.questions}
    own = questionnaire.scales
    found = (
        (_("In use in this questionnaire"), [_offered(each) for each in own if each.code in used]),
        (_("In this questionnaire, not in use"), [_offered(each) for each in own if each.code not in used]),
        (
            _("Shipped with the platform"),
            [_offered(each) for each in library.scales() if each.code not in questionnaire.scale_by_code],
        ),
    )
    return tuple((heading, scales) for heading, scales in found if scales)


def _offered(scale: Scale) -> tuple[str, str]:
    """Return the code of a scale, and its name with its options: by those people know it again."""
    name, options = formats.words(scale.name), grades_words(scale)
    return scale.code, (f"{name}{_(': ')}{options}" if name and options else name or options or scale.code)


def grades_words(scale: Scale) -> str:
    """Return the options of a scale in one line."""
    return " · ".join(formats.words(grade.text) for grade in scale.grades if grade.text)


def library_scale(code: str) -> Scale | None:
    """Return the shipped scale with this code."""
    return next((scale for scale in library.scales() if scale.code == code), None)


def _sources(questionnaire: Questionnaire, before: str) -> list[tuple[str, str]]:
    found = [("", _("No: every row is shown"))]
    numbers = question_numbers(questionnaire)
    for question in questionnaire.questions:
        if question.code == before:
            break
        if isinstance(question, MultipleChoice | Ranking):
            words = place_words(Place("question", question.code), questionnaire, numbers)
            found.append((question.code, words))
    return found


def _rated_fields(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    found = [("", _("None"))]
    numbers = question_numbers(questionnaire)
    for question in questionnaire.questions:
        if scale_of(question) is not None:
            found.extend(
                (each.code, f"{numbers.get(question.code)}. {short(each.label, each.code)}")
                for each in fields_of(question)
            )
    return found
