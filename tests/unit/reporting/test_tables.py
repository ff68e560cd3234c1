"""Tables print what the figures bear out, and nothing of what is withheld."""

import re
from dataclasses import replace

import pytest

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import method, tables, wave_tables, words
from survey_app.reporting.cells import Cell, Form, Table
from survey_app.reporting.sheets import FORMATS
from survey_app.reporting.words import Reader
from survey_app.reporting.workbook import file_name
from survey_app.scoring.evaluation import Part, Trust
from tests.unit.reporting.evaluations import READERS, SMALL_TEAM, evaluation

_DIGIT = re.compile(r"\d")
_SIGNED = re.compile(r"[+−-]?\d+(\.\d)?%?\Z")


@pytest.fixture(params=[ZH, EN])
def reader(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]


@pytest.fixture
def part() -> Part:
    leading = evaluation().leading
    assert leading is not None
    return leading


def _all_tables(reader: Reader) -> list[Table]:
    found = evaluation()
    every = [
        tables.audiences(found, reader),
        tables.participation(found, reader),
        tables.visits(found.visits, reader),
    ]
    for part in found.parts:
        every += [tables.headline(part, reader), tables.ballots(part, reader), tables.teams(part, reader)]
        every += [*tables.items(part, reader), tables.answered(part, reader)]
    for waves in found.waves:
        every += [
            wave_tables.waves(waves, reader),
            wave_tables.changes(waves, reader),
            wave_tables.waves_by_team(waves, reader),
        ]
    return every


def as_excel_shows(number: float, form: Form) -> str:
    """What Excel prints for a number in the format of `form`."""
    if form is Form.PERCENT:
        return f"{number * 100:.1f}%"
    if form is Form.POINTS:
        return f"{number:+.1f}".replace("-", "−") if number else "0.0"
    return f"{number:.1f}".replace("-", "−") if form is Form.DECIMAL else str(number)


def test_a_number_is_printed_with_the_same_digits_everywhere(reader: Reader) -> None:
    cells = [cell for table in _all_tables(reader) for row in table.rows for cell in row.cells]
    numbers = [cell for cell in cells if cell.number is not None]
    assert len(numbers) > 200
    for cell in numbers:
        assert cell.form in FORMATS
        assert (
            as_excel_shows(float(cell.number) if cell.form is not Form.COUNT else cell.number, cell.form)
            == cell.text
        )


def test_every_row_has_a_cell_for_every_column(reader: Reader) -> None:
    for table in _all_tables(reader):
        assert {len(row.cells) for row in table.rows} <= {len(table.columns)}, table.title


def test_numbers_stand_in_columns_of_numbers(reader: Reader) -> None:
    for table in _all_tables(reader):
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                assert (cell.number is None) or column.form is not Form.WORDS, (table.title, column.label, cell)


def test_a_withheld_team_has_no_digit_in_its_row(reader: Reader, part: Part) -> None:
    rows = {row.cells[0].text: row for row in tables.teams(part, reader).rows}
    assert not _DIGIT.search("".join(cell.text for cell in rows[SMALL_TEAM].cells[2:]))
    assert all(cell.number is None for cell in rows[SMALL_TEAM].cells)
    assert _DIGIT.search(rows["team1"].cells[4].text)


def test_withheld_and_empty_look_alike(reader: Reader, part: Part) -> None:
    withheld = tables.answered(part, reader).rows
    nobody = [row for row in withheld if row.cells[0].text == "W31"]
    assert [cell.text for cell in nobody[0].cells[2:]] == ["—"] * 5


def test_the_headline_table_shows_both_rates_and_both_readings(reader: Reader, part: Part) -> None:
    rows = tables.headline(part, reader).rows
    assert part.headline is not None
    assert part.pooled is not None
    rated = part.headline.rated
    assert [row.cells[3].text for row in rows][:3] == [
        rated.rate.percent_text,
        rated.strict.percent_text,
        part.pooled.percent_text,
    ]
    assert rows[-1].cells[3].text == rated.index.value_text


def test_ballots_add_up(reader: Reader, part: Part) -> None:
    cells = [row.cells[1] for row in tables.ballots(part, reader).rows]
    issued, returned, *others = cells
    assert issued.text == "—"
    assert returned.number == sum(int(cell.number or 0) for cell in others)


def test_participation_says_what_the_total_is(reader: Reader) -> None:
    table = tables.participation(evaluation(), reader)
    total = table.rows[-1]
    assert total.is_total
    assert [cell.text for cell in total.cells[3:]] == ["360", "120", "8", "33.3%"]


def test_a_change_says_what_may_be_said(reader: Reader) -> None:
    (waves,) = evaluation().waves
    change = wave_tables.changes(waves, reader).rows[0]
    assert change.cells[-1].text == {ZH: "无显著变化", EN: "no significant change"}[reader.locale]
    assert all(_SIGNED.match(cell.text) for cell in change.cells[5:8])


def test_sentences_of_the_page(reader: Reader, part: Part) -> None:
    base, trust = words.base_line(part, reader), words.trust(part, reader)
    assert part.headline is not None
    assert part.headline.rated.rate.base_text in base
    assert "33.3%" in trust
    expected = {ZH: "可供参考", EN: "Usable with care"}[reader.locale]
    assert trust.startswith(expected)
    assert words.audience(part.audience, reader) == {ZH: "职工", EN: "Workers"}[reader.locale]


def test_without_a_headline_question_no_outlet_speaks_of_too_few_ballots(reader: Reader, part: Part) -> None:
    without = replace(part, headline=None, teams=())
    said = words.base_line(without, reader)
    assert words.trust(without, reader) == said
    assert said.startswith(
        {ZH: "这份问卷没有设主指标题", EN: "This questionnaire has no headline question"}[reader.locale]
    )
    assert str(without.returned) in said
    assert without.trust is Trust.NO_QUESTION


def test_the_note_speaks_of_teams_and_visits_only_where_there_are_any(reader: Reader) -> None:
    found = evaluation()
    parts = tuple(replace(part, teams=()) for part in found.parts)
    alone = replace(found, parts=parts, participation=(), waves=())
    headings = {note.heading for note in method.notes(alone, reader)}
    assert {note.heading for note in method.notes(found, reader)} - headings == {
        ZH: {"分组", "变化"},
        EN: {"Bands", "Changes"},
    }[reader.locale]
    assert {ZH: "工作队", EN: "team"}[reader.locale] not in file_name(alone, reader)


def test_the_method_prints_every_rule_with_its_version(reader: Reader) -> None:
    headings = [note.heading for note in method.notes(evaluation(), reader)]
    version = {ZH: "第 1 版", EN: "version 1"}[reader.locale]
    assert (
        sum(version in heading for heading in headings) == 7
    )  # rate, strict, index, both pooled, NPS, visits on time
    assert len(set(headings)) == len(headings)


def test_a_share_above_all_is_written_as_it_is() -> None:
    from fractions import Fraction

    from survey_app.reporting.cells import share

    assert share(Fraction(21, 20)) == Cell("105.0%", Form.PERCENT, share(Fraction(21, 20)).number)
