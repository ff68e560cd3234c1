"""Words on paper fit their room, whatever they are; drawings say no more than they were given."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_app.reporting import posters, posters_layout, qr, slips

_SVG = "{http://www.w3.org/2000/svg}"
_words = st.text(st.sampled_from("“到职工中去”工作队（职工卷）、，。《》 abWM.,()123-…\n"), max_size=80)


@settings(max_examples=100)
@given(words=_words, room=st.floats(20, 200), size=st.floats(2, 14))
def test_lines_fit_and_lose_nothing(words: str, room: float, size: float) -> None:
    lines = posters_layout.wrapped(words, size, room)
    assert "".join("".join(lines).split()) == "".join(words.split())
    for line in lines:
        hanging = len(line) - len(line.rstrip("，。、；：？！）》”’〉】」』…—,.;:?!)]}%·"))
        assert posters_layout.width(line[: len(line) - hanging]) <= room / size + 1


@settings(max_examples=100)
@given(words=_words, most=st.integers(1, 4))
@example(words="1““ 111MM““", most=2)
def test_what_is_fitted_takes_no_more_lines(words: str, most: int) -> None:
    fitted = posters_layout.fitted(words, (12, 9, 6), 100, most)
    assert len(fitted.lines) <= most
    for line in fitted.lines[:-1]:
        assert line[-1] not in "（《“"


def test_signs_that_close_do_not_begin_a_line() -> None:
    lines = posters_layout.wrapped("工作队满意度（职工卷），工作队满意度（职工卷）。", 10, 70)
    assert len(lines) > 2
    assert not any(line[0] in "），。" for line in lines)


def test_lines_are_of_like_length() -> None:
    fitted = posters_layout.fitted("“到职工中去”工作队满意度测评", (14,), 174, 2)
    first, second = map(posters_layout.width, fitted.lines)
    assert first - second < 5


def test_the_link_of_an_invitation_keeps_its_code_from_servers() -> None:
    link = qr.invitation_link("https://survey.example.org", "CDFH34679XYW", "CDFHJKMNPQ")
    assert link == "https://survey.example.org/s/CDFH34679XYW#CDFHJKMNPQ"


@pytest.mark.parametrize("base", ["https://survey.example.org", "http://10.0.0.7:8000/Fragen"])
def test_an_invitation_is_read_from_its_picture(base: str) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    drawn = qr.symbol(qr.invitation_content(base, "CDFH34679XYW", "CDFHJKMNPQ"))
    assert drawn.error == "Q"
    pixels = np.array([[0 if dark else 255 for dark in row] for row in drawn.matrix_iter(scale=4)], dtype=np.uint8)
    (read,) = zxingcpp.read_barcodes(np.pad(pixels, 16, constant_values=255))
    assert read.text == f"{qr.content(base, 'CDFH34679XYW')}#CDFHJKMNPQ"


def test_the_fragment_costs_no_larger_symbol() -> None:
    """Two parts in upper case with one sign between are smaller than the same as bytes."""
    parts = qr.symbol(qr.invitation_content("https://survey.example.org", "CDFH34679XYW", "CDFHJKMNPQ"))
    whole = qr.symbol("https://survey.example.org/s/CDFH34679XYW#CDFHJKMNPQ")
    assert int(parts.version) < int(whole.version)


def test_a_drawing_is_the_symbol() -> None:
    drawn = qr.drawing("HTTPS://SURVEY.EXAMPLE.ORG/S/CDFH34679XYW")
    dark = sum(map(sum, qr.symbol("HTTPS://SURVEY.EXAMPLE.ORG/S/CDFH34679XYW").matrix))
    assert sum(int(run.split("h")[1]) for run in drawn.path.split("M")[1:]) == dark


def test_a_sheet_of_slips_stays_on_the_sheet() -> None:
    words = slips.SlipWords(
        "测" * 90, "截止 2026年4月25日 18:00", "限用一次。" * 9, "survey.example.org/s/" + "C" * 80
    )
    made = [slips.slip("https://a.example", "CDFH34679XYW", f"编号 {n}", "CDFHJKMNPQ") for n in range(1, 26)]
    first, second = slips.sheets(made)
    assert (len(first), len(second)) == (24, 1)
    root = ET.fromstring(slips.svg("纸条", first, words))
    for line in root.iter(f"{_SVG}text"):
        size, x, y = (float(line.get(name) or 0) for name in ("font-size", "x", "y"))
        assert x + size * posters_layout.width(line.text or "") * 0.95 <= 210
        assert 0 < y < 297


def test_a_poster_of_long_words_stays_on_the_sheet() -> None:
    long = posters.Wording(*("很长的单位名称和标题" * 12 for _ in range(9)))
    root = ET.fromstring(
        posters.svg(posters.Poster("海报", "HTTPS://A.EXAMPLE/S/CDFH", "CDFH34679XYW", "x", [long, long]))
    )
    for line in root.iter(f"{_SVG}text"):
        size, y = float(line.get("font-size") or 0), float(line.get("y") or 0)
        assert size * posters_layout.width(line.text or "") <= 190
        assert 0 < y < 290
