"""What the buttons of the designer do: each turns a form into edits of the questionnaire, and says where to go on.

Every button that stands in an editor saves what was typed there first, so that nothing is lost, with or without
script.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from survey_app import library
from survey_app.interchange import pasted
from survey_app.questionnaire.definition import (
    KINDS,
    Grade,
    Item,
    Matrix,
    Option,
    Questionnaire,
    Scale,
    Section,
    options_of,
    scale_of,
)
from survey_app.questionnaire.edits import (
    AddQuestion,
    AddScale,
    AddSection,
    ChangeHeading,
    ChangeQuestion,
    ChangeScale,
    ChangeSection,
    CopyQuestion,
    Edit,
    MoveQuestion,
    MoveSection,
    RemoveQuestion,
    RemoveScale,
    RemoveSection,
    RenameCodes,
    RenameOptions,
    apply_all,
    section_of,
)
from survey_app.questionnaire.fresh import as_kind, fresh_code, fresh_number, fresh_section_code, new_question
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services import designing
from survey_app.web.author.designer_editors import Editor, Form, library_scale
from survey_app.web.author.designer_forms import renamed_rows
from survey_app.web.author.designer_places import WHOLE, Place
from survey_app.web.author.designer_rules import Group, Node, changed_tree, rule_of, tree_of

UNDO = "undo-removal"
"""The button beside what was taken out: it has the focus then."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a button does: `edits` as a step `kind` about `about`; then `place` is shown, and `focus` focused."""

    edits: tuple[Edit, ...]
    kind: str
    about: str
    place: Place
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: `do`, with what stands behind its first colon in `rest`."""

    editor: Editor
    form: Form
    do: str
    rest: str
    published: Questionnaire | None

    @property
    def questionnaire(self) -> Questionnaire:
        """The draft before the button."""
        return self.editor.questionnaire

    @property
    def avoid(self) -> set[str]:
        """The codes of the newest version: answers were given under them, so nothing new may take them."""
        if self.published is None:
            return set()
        return {*self.published.fields, *self.published.question_by_code}


def press(editor: Editor, form: Form, published: Questionnaire | None) -> Outcome:
    """Return what the button in `form` does. The form must be valid; a button that is not in it only saves."""
    do, __, rest = form.get("do", "save").partition(":")
    saved = saving(editor)
    deed = _DEEDS.get(do) if do in _OF_KIND[editor.place.kind] else None
    if deed is None or (do.startswith("row-") and not _has_rows(editor.thing, rest.partition(":")[0])):
        return saved
    after = replace_questionnaire(editor, apply_all(saved.edits, editor.questionnaire), saved)
    further = deed(Press(after, form, do, rest, published))
    return replace(further, edits=(*saved.edits, *further.edits))


def replace_questionnaire(editor: Editor, questionnaire: Questionnaire, saved: Outcome) -> Editor:
    """Return the editor as it stands once its form is saved."""
    thing = editor.thing
    match saved.place.kind:
        case "question":
            thing = questionnaire.question_by_code.get(saved.place.code, thing)
        case "scale":
            thing = questionnaire.scale_by_code.get(saved.place.code, thing)
        case "section":
            thing = next((each for each in questionnaire.sections if each.code == saved.place.code), thing)
    return replace(editor, place=saved.place, thing=thing, questionnaire=questionnaire)


# --- saving ----------------------------------------------------------------------------------------


def saving(editor: Editor) -> Outcome:
    """Return what saving the form does."""
    code = str(editor.form.code.data)
    place = replace(editor.place, code=code) if editor.place.kind != "whole" else WHOLE
    match editor.place.kind:
        case "question":
            return Outcome(_saved_question(editor), "question_changed", code, place)
        case "section":
            made = editor.result()
            change = ChangeSection(editor.place.code, code, made.title, made.intro, made.shown_if)
            return Outcome((change,), "section_changed", code, place)
        case "scale":
            return Outcome((ChangeScale(editor.place.code, editor.result()),), "scale_changed", code, place)
    return Outcome((_heading(editor.result()),), "heading_changed", "", place)


def _saved_question(editor: Editor) -> tuple[Edit, ...]:
    question = editor.result()
    edits: list[Edit] = []
    if (wanted := scale_of(question)) is not None and wanted not in editor.questionnaire.scale_by_code:
        scale = library_scale(wanted)
        if scale is not None:
            edits.append(AddScale(scale))
    if pairs := editor.renamed():
        edits.append(RenameCodes(pairs))
    if "options" in editor.form and (pairs := renamed_rows(editor.form["options"])):
        edits.append(RenameOptions(question.code, pairs))
    return (*edits, ChangeQuestion(question.code, question))


# --- questions -------------------------------------------------------------------------------------


def _add(press: Press) -> Outcome:
    """`add:<kind>`: a question behind this one; in a section, at its end."""
    kind = press.rest if press.rest in KINDS else "single"
    code = fresh_code(press.questionnaire, press.avoid)
    question = new_question(kind, code, press.questionnaire)
    edits: list[Edit] = []
    if scale_of(question) == "":
        scale = library.scales()[0]
        edits.append(AddScale(scale))
        question = replace(question, scale=scale.code)  # type: ignore[arg-type]  # it has one: see above
    where = {press.editor.place.kind: press.editor.place.code}
    edits.append(AddQuestion(question, after=where.get("question", ""), section=where.get("section", "")))
    return Outcome(tuple(edits), "question_added", code, Place("question", code), "text-zh")


def _copy(press: Press) -> Outcome:
    code = fresh_code(press.questionnaire, press.avoid)
    edit = CopyQuestion(press.editor.place.code, code)
    return Outcome((edit,), "question_copied", press.editor.place.code, Place("question", code), "text-zh")


def _remove(press: Press) -> Outcome:
    place, questionnaire = press.editor.place, press.questionnaire
    match place.kind:
        case "question":
            return Outcome((RemoveQuestion(place.code),), "question_removed", place.code, _beside(press), UNDO)
        case "section":
            return Outcome((RemoveSection(place.code),), "section_removed", place.code, WHOLE, UNDO)
        case "scale" if not any(scale_of(each) == place.code for each in questionnaire.questions):
            return Outcome((RemoveScale(place.code),), "scale_removed", place.code, WHOLE, UNDO)
    return Outcome((), "question_changed", place.code, place)


def _beside(press: Press) -> Place:
    """Return what is shown once the question is gone: the next one, the one before, or the section."""
    home = section_of(press.questionnaire, press.editor.place.code)
    if home is None:
        return WHOLE
    codes = [question.code for question in home.questions]
    at = codes.index(press.editor.place.code)
    rest = codes[at + 1 : at + 2] or codes[max(at - 1, 0) : at]
    return Place("question", rest[0]) if rest else Place("section", home.code)


def _step(press: Press) -> Outcome:
    """`up` and `down`: by one place; from the edge of a section into the next one."""
    place, sections = press.editor.place, press.questionnaire.sections
    step = -1 if press.do == "up" else 1
    if place.kind == "section":
        at = [section.code for section in sections].index(place.code)
        return Outcome((MoveSection(place.code, max(at + step, 0)),), "section_moved", place.code, place, press.do)
    home = section_of(press.questionnaire, place.code)
    if home is None:
        return Outcome((), "question_moved", place.code, place)
    number = sections.index(home)
    position = [question.code for question in home.questions].index(place.code) + step
    if 0 <= position < len(home.questions):
        move = MoveQuestion(place.code, home.code, position)
    elif 0 <= number + step < len(sections):
        other = sections[number + step]
        move = MoveQuestion(place.code, other.code, len(other.questions) if step < 0 else 0)
    else:
        return Outcome((), "question_moved", place.code, place, press.do)
    return Outcome((move,), "question_moved", place.code, place, press.do)


def _move(press: Press) -> Outcome:
    """`move`: to where the choice `target` says, `start:<section>` or `after:<question>`."""
    place = press.editor.place
    edit = moving(press.questionnaire, place.code, press.form.get("target", ""))
    return Outcome((edit,) if edit is not None else (), "question_moved", place.code, place, "do-move")


def moving(questionnaire: Questionnaire, code: str, target: str) -> Edit | None:
    """Return the edit that moves a question to a target, `start:<section>` or `after:<question>`."""
    where, __, name = target.partition(":")
    if where == "start":
        return MoveQuestion(code, name, 0)
    home = section_of(questionnaire, name)
    if home is None or name == code:
        return None
    rest = [question.code for question in home.questions if question.code != code]
    return MoveQuestion(code, home.code, rest.index(name) + 1)


def _kind(press: Press) -> Outcome:
    """`kind`: the question becomes one of another kind."""
    question, kind = press.editor.thing, press.form.get("kind_wanted", "")
    place = press.editor.place
    if kind not in KINDS:
        return Outcome((), "question_changed", place.code, place)
    changed = as_kind(question, kind, press.questionnaire)
    edits: list[Edit] = []
    if scale_of(changed) == "":
        scale = library.scales()[0]
        edits.append(AddScale(scale))
        changed = replace(changed, scale=scale.code)  # type: ignore[arg-type]  # it has one: see above
    return Outcome((*edits, ChangeQuestion(place.code, changed)), "question_changed", place.code, place, "text-zh")


# --- rows ------------------------------------------------------------------------------------------


def _row_add(press: Press) -> Outcome:
    """`row-add:<name>`, or behind a row `row-add:<name>:<number>`: one more option, row or grade."""
    name, __, number = press.rest.partition(":")
    rows = list(_rows(press, name))
    at = _position(number)
    at = at + 1 if at >= 0 else len(rows)
    rows.insert(at, _new_row(press, name, rows, EMPTY))
    return _with_rows(press, name, rows, f"{name}-{min(at, len(rows) - 1)}-zh")


def _row_lines(press: Press) -> Outcome:
    """`row-lines:<name>`: one more row for each line of `lines`; rows still empty are filled first."""
    name = press.rest
    rows = list(_rows(press, name))
    for line in pasted.listed(press.form.get("lines", ""))[:200]:
        text = Text(line[:500])
        empty = next((at for at, row in enumerate(rows) if not row.text), None)
        if empty is not None:
            rows[empty] = (
                _NEW_ROWS[name](rows[empty].code, text) if name == "options" else replace(rows[empty], text=text)
            )
        else:
            rows.append(_new_row(press, name, rows, text))
    return _with_rows(press, name, rows, "lines")


def _row_source(press: Press) -> Outcome:
    """`row-source:items`: one row for each option of the question whose chosen options bring the rows up."""
    thing = press.editor.thing
    rows = list(thing.items) if isinstance(thing, Matrix) else []
    source = press.questionnaire.question_by_code.get(getattr(thing, "rows_from", None) or "")
    has_row = {row.when for row in rows}
    wanted = options_of(source) if source is not None else ()
    for option in wanted:
        if option.exclusive or option.code in has_row:
            continue
        same = (at for at, row in enumerate(rows) if row.when is None and row.text.zh in ("", option.text.zh))
        at = next(same, len(rows))
        if at == len(rows):
            rows.append(_new_row(press, "items", rows, option.text))
        rows[at] = replace(rows[at], text=option.text, when=option.code)
    return _with_rows(press, "items", rows, "rows_from") if rows else saving(press.editor)


def _row_remove(press: Press) -> Outcome:
    name, at = _row_of(press)
    rows = [row for number, row in enumerate(_rows(press, name)) if number != at]
    return _with_rows(press, name, rows, f"{name}-{max(min(at, len(rows) - 1), 0)}-zh")


def _row_step(press: Press) -> Outcome:
    name, at = _row_of(press)
    rows = list(_rows(press, name))
    to = at + (-1 if press.do == "row-up" else 1)
    if 0 <= at < len(rows) and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        return _with_rows(press, name, rows, f"{press.do}-{name}-{to}")
    return _with_rows(press, name, rows, "")


def _row_of(press: Press) -> tuple[str, int]:
    name, __, number = press.rest.partition(":")
    return name, _position(number)


def _position(text: str) -> int:
    """Return the position that a button names, -1 where it names none."""
    return int(text) if text.isdecimal() and len(text) <= 4 else -1


def _has_rows(thing: Any, name: str) -> bool:
    return name in _NEW_ROWS and hasattr(thing, name)


def _rows(press: Press, name: str) -> Sequence[Any]:
    rows: Sequence[Any] = getattr(press.editor.thing, name)
    return rows


_NEW_ROWS: Mapping[str, Callable[[str, Text], Any]] = {
    "options": lambda code, text: Option(code, text, specify=pasted.asks_to_say(text.zh)),
    "items": Item,
    "grades": lambda code, text: Grade(code, text, None),
}


def _new_row(press: Press, name: str, rows: Sequence[Any], text: Text) -> Any:
    """Return a new row under a code that neither a row here nor, in a version published before, another had."""
    thing = press.editor.thing
    used = {row.code for row in rows}
    if name == "items":
        return Item(fresh_number({*used, *press.questionnaire.fields, *press.avoid}, f"{thing.code}_"), text)
    return _NEW_ROWS[name](fresh_number({*used, *_published_options(press)}), text)


def _published_options(press: Press) -> set[str]:
    """Return the option or grade codes that the same question or scale had in the newest version."""
    place, published = press.editor.place, press.published
    if published is None:
        return set()
    if place.kind == "scale":
        return set(published.scale_by_code[place.code].by_code) if place.is_in(published) else set()
    before = published.question_by_code.get(place.code)
    return {option.code for option in options_of(before)} if before is not None else set()


def _with_rows(press: Press, name: str, rows: Sequence[Any], focus: str) -> Outcome:
    place = press.editor.place
    thing = replace(press.editor.thing, **{name: tuple(rows)})
    if place.kind == "scale":
        return Outcome((ChangeScale(place.code, thing),), "scale_changed", place.code, place, focus)
    return Outcome((ChangeQuestion(place.code, thing),), "question_changed", place.code, place, focus)


# --- rules, sections, scales -----------------------------------------------------------------------


def _rule(press: Press) -> Outcome:
    """`rule:add:<path>`, `rule:group:<path>`, `rule:remove:<path>`: a button of the rule's builder."""
    place, thing = press.editor.place, press.editor.thing
    tree = changed_tree(tree_of(thing.shown_if), press.rest, press.editor.known)
    rule = rule_of(tree, thing.shown_if)
    focus = _in_rule(tree, press.rest)
    if place.kind == "section":
        edit: Edit = ChangeSection(place.code, place.code, thing.title, thing.intro, rule)
        return Outcome((edit,), "section_changed", place.code, place, focus)
    edit = ChangeQuestion(place.code, replace(thing, shown_if=rule))
    return Outcome((edit,), "question_changed", place.code, place, focus)


def _in_rule(tree: Group, deed: str) -> str:
    """Return what is focused after a button of the builder: the condition that was added, else the builder."""
    action, __, path = deed.partition(":")
    node: Node | None = tree
    for step in path.split("_")[1:]:
        node = node.children[_position(step)] if isinstance(node, Group) and _is_child(node, step) else None
    if action == "remove" or not isinstance(node, Group) or not node.children:
        return "rule"
    last = f"{path}_{len(node.children) - 1}"
    return f"{last}_0-question" if action == "group" else f"{last}-question"


def _is_child(group: Group, step: str) -> bool:
    return 0 <= _position(step) < len(group.children)


def _add_section(press: Press) -> Outcome:
    """`add-section`: behind the section at hand, or at the end."""
    code = fresh_section_code(press.questionnaire)
    place = press.editor.place
    home = section_of(press.questionnaire, place.code) if place.kind == "question" else None
    after = home.code if home is not None else place.code
    edit = AddSection(Section(code, EMPTY, ()), after=after)
    return Outcome((edit,), "section_added", code, Place("section", code), "title-zh")


def _usual(press: Press) -> Outcome:
    """`usual:<text>`: the usual notice, words of consent or thanks, where there are none."""
    texts = designing.usual_texts()
    draft = press.questionnaire
    if press.rest not in texts or getattr(draft, press.rest):
        return Outcome((), "heading_changed", "", WHOLE)
    taken: Any = {press.rest: texts[press.rest]}
    return Outcome((replace(_heading(draft), **taken),), "heading_changed", "", WHOLE, f"{press.rest}-zh")


def _heading(questionnaire: Questionnaire) -> ChangeHeading:
    return ChangeHeading(**{each.name: getattr(questionnaire, each.name) for each in fields(ChangeHeading)})


def _add_scale(press: Press) -> Outcome:
    """`add-scale`: a scale of one's own; for a question, a copy of its scale, and the question takes it."""
    questionnaire, thing = press.questionnaire, press.editor.thing
    model = (
        questionnaire.scale_by_code.get(scale_of(thing) or "") if press.editor.place.kind == "question" else None
    )
    if model is None:
        return new_scale(questionnaire)
    code = _own_code(questionnaire)
    own = replace(model, code=code)
    question = replace(thing, scale=code)
    edits: tuple[Edit, ...] = (AddScale(own), ChangeQuestion(thing.code, question))
    return Outcome(edits, "scale_added", code, Place("scale", code), "name-zh")


def new_scale(questionnaire: Questionnaire) -> Outcome:
    """Return what makes an empty scale of one's own."""
    code = _own_code(questionnaire)
    made = Scale(code, EMPTY, (Grade("1", EMPTY, 100, True, True), Grade("2", EMPTY, 0)))
    return Outcome((AddScale(made),), "scale_added", code, Place("scale", code), "name-zh")


def _own_code(questionnaire: Questionnaire) -> str:
    return fresh_number({each.code for each in (*questionnaire.scales, *library.scales())}, "OWN")


_DEEDS: Mapping[str, Callable[[Press], Outcome]] = {
    "add": _add,
    "copy": _copy,
    "remove": _remove,
    "up": _step,
    "down": _step,
    "move": _move,
    "kind": _kind,
    "row-add": _row_add,
    "row-lines": _row_lines,
    "row-source": _row_source,
    "row-remove": _row_remove,
    "row-up": _row_step,
    "row-down": _row_step,
    "rule": _rule,
    "usual": _usual,
    "add-section": _add_section,
    "add-scale": _add_scale,
}

_ROW_DEEDS = {"row-add", "row-lines", "row-remove", "row-up", "row-down"}
_OF_KIND: Mapping[str, Collection[str]] = {
    "whole": {"add", "add-section", "usual"},
    "section": {"add", "add-section", "remove", "up", "down", "rule"},
    "question": set(_DEEDS) - {"usual"},
    "scale": {"remove", *_ROW_DEEDS},
}
"""The deeds that make sense for each kind of place."""
