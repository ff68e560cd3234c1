"""Writes a questionnaire in the designer as an organiser would: by filling in, choosing and pressing buttons."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from playwright.sync_api import Page, expect

from survey_app.questionnaire.codec import kind_of
from survey_app.questionnaire.definition import BaseQuestion, Questionnaire, Section
from survey_app.questionnaire.rules import AnyOf, Is, IsNot, Rule
from survey_app.questionnaire.text import Text

_ELSEWHERE = {"code", "options", "items", "shown_if", "scale", "rows_from"}


def write(page: Page, questionnaire: Questionnaire) -> None:
    """Write the questionnaire; the designer is open at the one empty section that it starts with."""
    page.locator("#with-english").click()
    expect(page.locator("#designer-bar")).to_have_attribute("data-languages", "asked")
    for number, section in enumerate(questionnaire.sections):
        if number:
            press(page, "add-section")
        write_section(page, section)
        for question in section.questions:
            press(page, f"add:{kind_of(question)}")
            write_question(page, question)
    page.locator("#designer-outline a").first.click()
    expect(page.locator("#editor")).to_have_attribute("data-place", "whole:")
    _write_values(page, questionnaire, {"sections", "scales", "headline", "code", "wave_link"})
    if questionnaire.headline is not None:
        page.locator("#headline").select_option(questionnaire.headline)
    page.locator("#editor details summary").first.click()
    _fill(page, "code", questionnaire.code)
    _fill(page, "wave_link", questionnaire.wave_link or "")
    saved(page)


def write_section(page: Page, section: Section) -> None:
    """Fill in the section that is open."""
    _write_text(page, "title", section.title)
    _write_text(page, "intro", section.intro)
    _write_code(page, "section", section.code)
    if section.shown_if is not None:
        write_condition(page, section.shown_if)


def write_question(page: Page, question: BaseQuestion) -> None:
    """Fill in the question that is open."""
    for name in ("options", "items"):
        if hasattr(question, name):
            _write_rows(page, name, getattr(question, name))
    _write_values(page, question, _ELSEWHERE)
    scale = getattr(question, "scale", "")
    if scale and page.locator("#scale").input_value() != scale:
        page.locator("#scale").select_option(scale)
        expect(page.locator(f"#editor a[href*='scale={scale}']")).to_be_visible()
    if (source := getattr(question, "rows_from", None)) is not None:
        page.locator("#rows_from").select_option(source)
        for number, item in enumerate(getattr(question, "items", ())):
            page.locator(f"#items-{number}-when").select_option(item.when)
    _write_code(page, "question", question.code)
    if question.shown_if is not None:
        write_condition(page, question.shown_if)


def write_condition(page: Page, rule: Rule) -> None:
    """Choose one condition for the question or section that is open, which has none yet."""
    assert isinstance(rule, Is | IsNot | AnyOf)
    test = {Is: "is", IsNot: "is_not", AnyOf: "any_of"}[type(rule)]
    values = rule.values if isinstance(rule, AnyOf) else (rule.value,)
    page.locator("button[value='rule:add:rule']").click()
    for name, was, wanted in (("question", "was", rule.question), ("test", "was_test", test)):
        field = page.locator(f"#rule_0-{name}")
        expect(field).to_be_visible()
        if field.input_value() != wanted:
            field.select_option(wanted)
        expect(page.locator(f"[name=rule_0-{was}]")).to_have_value(wanted)
    if test == "any_of":
        for value in values:
            page.locator(f"input[name=rule_0-value][value='{value}']").check()
    else:
        page.locator("#rule_0-value").select_option(values[0])


def press(page: Page, button: str) -> None:
    """Press a button of the editor that opens something new, and wait until it is open."""
    before = page.locator("#editor").get_attribute("data-place") or ""
    page.locator(f"#editor button[value='{button}']").first.click()
    expect(page.locator("#editor")).not_to_have_attribute("data-place", before)


def saved(page: Page) -> None:
    """Leave the field, and wait until everything that was typed is on the server."""
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#designer-status")).to_have_attribute("data-state", "saved")
    assert page.evaluate("flush()")


def _write_code(page: Page, kind: str, code: str) -> None:
    page.locator("#editor details:has(#code) > summary").click()
    _fill(page, "code", code)
    page.locator("#code").blur()
    expect(page.locator("#editor")).to_have_attribute("data-place", f"{kind}:{code}")


def _write_rows(page: Page, name: str, rows: Any) -> None:
    page.locator("details.row-lines > summary").click()
    page.locator("#lines").fill("\n".join(row.text.zh for row in rows))
    page.locator(f"button[value='row-lines:{name}']").click()
    expect(page.locator(f"#{name} .row[role=group]")).to_have_count(len(rows))
    expect(page.locator(f"#{name}-{len(rows) - 1}-zh")).to_have_value(rows[-1].text.zh)
    if page.locator(f"#codes-{name}").get_attribute("open") is None:
        page.locator(f"#codes-{name} > summary").click()
    for number, row in enumerate(rows):
        _fill(page, f"{name}-{number}-en", row.text.en)
        _fill(page, f"{name}-{number}-code", row.code)
        for mark in ("exclusive", "specify"):
            if getattr(row, mark, False):
                page.locator(f"#{name}-{number}-{mark}").check()


def _write_values(page: Page, thing: Any, besides: set[str]) -> None:
    for each in fields(thing):
        value = getattr(thing, each.name)
        if each.name in besides:
            continue
        if isinstance(value, Text):
            _write_text(page, each.name, value)
        elif isinstance(value, bool):
            page.locator(f"#{each.name}").set_checked(value)
        else:
            _fill(page, each.name, "" if value is None else str(value))


def _write_text(page: Page, name: str, text: Text) -> None:
    _fill(page, f"{name}-zh", text.zh)
    _fill(page, f"{name}-en", text.en)


def _fill(page: Page, name: str, value: str) -> None:
    """Type a value where it does not stand there already."""
    field = page.locator(f"#{name}")
    if field.input_value() != value:
        field.fill(value)
