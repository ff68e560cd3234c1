"""Charts draw the numbers of the evaluation, in colours that a colour-blind reader can tell apart."""

import json
from itertools import pairwise
from typing import Any

import plotly.graph_objects
import pytest

from survey_app import library
from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import charts, colours
from survey_app.reporting.charts import Chart
from survey_app.scoring.evaluation import Part
from tests.unit.reporting.evaluations import READERS, SMALL_TEAM, evaluation, without_teams

ZH_READER = READERS[ZH]


def _leading() -> Part:
    leading = evaluation().leading
    assert leading is not None
    return leading


def _all(reader_of: str = ZH) -> list[Chart]:
    reader, found = READERS[reader_of], evaluation()
    every = [charts.teams(_leading(), reader), charts.audiences(found, reader), charts.participation(found, reader)]
    every += [charts.waves(waves, reader) for waves in found.waves]
    every += [chart for part in found.parts for chart in charts.items(part, reader)]
    assert None not in every
    return [chart for chart in every if chart is not None]


@pytest.mark.parametrize("locale", [ZH, EN])
def test_plotly_takes_every_figure(locale: str) -> None:
    for chart in _all(locale):
        figure = plotly.graph_objects.Figure(json.loads(json.dumps(chart.figure)))
        assert figure.data
        assert chart.title
        assert chart.subtitle
        assert chart.table.rows


def test_keys_are_unique_in_a_page() -> None:
    keys = [chart.key for chart in _all()]
    assert len(set(keys)) == len(keys)


def test_bars_of_an_item_add_up_to_its_rate() -> None:
    chart = charts.items(_leading(), ZH_READER)[0]
    items = [item for item in _leading().items if item.scale.code == "S5" and item.counts is not None]
    assert [item.code for item in items] == [row.cells[0].text for row in chart.table.rows][: len(items)]
    for place, item in enumerate(items):
        good = sum(trace["x"][place] for trace in chart.figure["data"] if trace["x"][place] > 0)
        bad = -sum(trace["x"][place] for trace in chart.figure["data"] if trace["x"][place] < 0)
        assert good == pytest.approx(float(item.rated.rate.rate or 0), abs=1e-5)
        assert good + bad == pytest.approx(1, abs=1e-5)


def test_dots_and_intervals_of_teams_are_those_of_the_figures() -> None:
    chart = charts.teams(_leading(), ZH_READER)
    assert chart is not None
    (trace,) = chart.figure["data"]
    shown = [team for team in _leading().teams if not team.rated.is_withheld]
    assert len(shown) < 4
    for place, team in enumerate(shown):
        figure = team.rated.rate
        assert figure.interval is not None
        x = trace["x"][place]
        assert x == pytest.approx(float(figure.rate or 0), abs=1e-5)
        assert x + trace["error_x"]["array"][place] == pytest.approx(figure.interval.high, abs=1e-5)
        assert x - trace["error_x"]["arrayminus"][place] == pytest.approx(figure.interval.low, abs=1e-5)


def test_nothing_of_a_withheld_team_is_in_the_figure() -> None:
    chart = charts.teams(_leading(), ZH_READER)
    assert chart is not None
    assert SMALL_TEAM not in json.dumps(chart.figure)


def test_no_chart_where_nothing_is_shown() -> None:
    found = without_teams()
    assert found.leading is not None
    assert charts.teams(found.leading, ZH_READER) is None


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    for chart in _all(EN):
        layout = chart.figure["layout"]
        shares = layout["yaxis"] if chart.key.startswith("waves") else layout["xaxis"]
        begins_at_zero = shares["range"][0] <= 0
        assert ("the axis begins at" in chart.subtitle) is not begins_at_zero, chart.key


def test_names_from_outside_are_printed_and_not_obeyed() -> None:
    found = evaluation(place="<a href='javascript:alert(1)'>厂</a>&")
    chart = charts.participation(found, ZH_READER)
    assert chart is not None
    shown = json.dumps([chart.figure["data"], chart.figure["layout"]["annotations"]])
    assert "<a" not in shown
    assert "&lt;a href" in shown


def test_at_most_six_colours() -> None:
    for chart in _all():
        assert len(set(_colours(chart.figure))) <= 6


def _colours(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [colour for each in value.values() for colour in _colours(each)]
    if isinstance(value, list):
        return [colour for each in value for colour in _colours(each)]
    return (
        [value] if isinstance(value, str) and value.startswith("#") and value not in {"#ffffff", "#1d1f21"} else []
    )


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scale", library.scales(), ids=lambda scale: scale.code)
def test_every_scale_has_its_colours(scale: Any) -> None:
    colour = colours.of_grades(scale)
    assert set(colour) == set(scale.by_code)
    for grade in scale.grades:
        assert (colour[grade.code] == colours.GREY) is not grade.in_base
        if grade.in_base:
            assert (colour[grade.code] in {colours.PALE_SAND, colours.SAND, colours.RUST}) is not grade.satisfied


def test_grades_stand_in_order_of_darkness_in_grey_print() -> None:
    good = [_luminance(each) for each in (colours.DEEP_TEAL, colours.TEAL, colours.PALE_TEAL)]
    assert all(second > first * 1.5 for first, second in pairwise(good))
    assert _luminance(colours.PALE_SAND) > _luminance(colours.SAND) > 2 * _luminance(colours.RUST)


def test_words_on_colours_can_be_read() -> None:
    for colour in (
        colours.DEEP_TEAL,
        colours.TEAL,
        colours.PALE_TEAL,
        colours.PALE_SAND,
        colours.SAND,
        colours.RUST,
    ):
        assert _contrast(colour, colours.text_on(colour)) >= 4.5
        dark = colours.IN_THE_DARK[colour]
        assert _contrast(dark, colours.text_on(colour)) >= 3
        assert _contrast(dark, "#16181a") >= 3


def test_brand_red_never_means_bad() -> None:
    assert "#a8201a" not in json.dumps([chart.figure for chart in _all()])
