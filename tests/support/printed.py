"""What is read on a page and in a workbook: the same cells, as text."""

from html.parser import HTMLParser

from openpyxl.worksheet.worksheet import Worksheet


class Tables(HTMLParser):
    """The tables of a page: the text of each cell, by the name that the page gives a table."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._table: list[list[str]] | None = None
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "data-table" in named:
            self._table = self.found.setdefault(named["data-table"] or "", [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in {"td", "th"} and self._table is not None:
            self._table[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False
        elif tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        if self._in_cell and self._table is not None:
            self._table[-1][-1] += data


def printed(sheet: Worksheet) -> list[list[str]]:
    """A sheet's cells as Excel prints them."""
    rows = []
    for row in sheet.iter_rows():
        texts = []
        for cell in row:
            value = cell.value
            match cell.number_format:
                case "0.0%" if value is not None:
                    texts.append(f"{value * 100:.1f}%")
                case '+0.0;"−"0.0;0.0' if value is not None:
                    texts.append(f"{value:+.1f}".replace("-", "−") if value else "0.0")
                case '0.0;"−"0.0' if value is not None:
                    texts.append(f"{value:.1f}")
                case _:
                    texts.append("" if value is None else str(value))
        rows.append(texts)
    return rows
