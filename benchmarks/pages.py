"""What a worker's page weighs: `python -m benchmarks.pages`.

Prints for every shipped questionnaire, as the product sends it, the bytes of the page plain, with gzip and with
Brotli, and how many requests it takes to show it: the page itself, and all that it names elsewhere.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from flask.testing import FlaskClient

from survey_app import create_app, library
from survey_app.config import Settings
from survey_app.questionnaire.text import EN, ZH
from tests.support.field import put_into_field
from tests.support.office import make_office

WINDOW = 14 * 1024
"""Bytes that arrive without waiting for an answer from the phone: ten packets (RFC 6928)."""

_ELSEWHERE = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)[^>]*\ssrc="(?!data:)|<link[^>]*\shref="(?!data:)|url\((?!data:)"""
)


def main() -> None:
    """Print a line for each questionnaire and language, and the largest."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environment({"SURVEY_APP_INSTANCE": str(Path(folder))}))
        database = app.extensions["survey_app.database"]
        database.migrate()
        office = make_office(database)
        client = app.test_client()
        print(f"{'questionnaire':<14}{'language':<12}{'plain':>8}{'gzip':>8}{'Brotli':>8}{'requests':>10}")
        largest = 0
        for template in library.templates():
            code = put_into_field(database, office, template.questionnaire).code
            for language in (ZH, EN):
                sizes, requests = _weigh(client, f"/s/{code}?lang={language}")
                largest = max(largest, sizes[1])
                columns = "".join(f"{size:>8}" for size in sizes)
                print(f"{template.code:<14}{language:<12}{columns}{requests:>10}")
        database.dispose()
    print(f"largest with gzip: {largest} bytes of {WINDOW}")


def _weigh(client: FlaskClient, path: str) -> tuple[list[int], int]:
    """Return the bytes in each coding, and the requests."""
    answers = [client.get(path, headers={"Accept-Encoding": coding}) for coding in ("identity", "gzip", "br")]
    return [len(answer.data) for answer in answers], 1 + len(_ELSEWHERE.findall(answers[0].text))


if __name__ == "__main__":
    main()
