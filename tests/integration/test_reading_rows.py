"""All responses of a survey come to the columns, whatever stands beside them in the table, and in the documents."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import literal_column, select, update

from survey_app.questionnaire.answers import clean
from survey_app.services import collect, evaluate
from survey_app.services.evaluate import DatabaseSource
from survey_app.storage.models import Collector, Response, Survey
from survey_app.storage.session import Database
from survey_app.words import Mode
from tests.support import tiny
from tests.support.field import Field, put_into_field
from tests.support.office import NOW, make_office

DESIGN = tiny.questionnaire(tiny.single("A"), tiny.rating("B"))


def _answer(database: Database, field: Field, count: int) -> None:
    with database.transaction() as session:
        for number in range(count):
            collect.store(
                session,
                collector=session.get_one(Collector, field.collector_id),
                version_id=field.version_id,
                cleaned=clean(DESIGN, {"A": [str(number % 3 + 1)]}),
                response_id=uuid4(),
                mode=Mode.WEB,
                locale="zh_Hans_CN",
                received_at=NOW - timedelta(days=1, minutes=10 * number),
            )


@pytest.mark.parametrize("others", [0, 3, 40])
def test_all_rows_of_a_survey_are_read_beside_any_number_of_others(database: Database, others: int) -> None:
    office = make_office(database)
    field, other = put_into_field(database, office, DESIGN), put_into_field(database, office, DESIGN)
    _answer(database, field, 5)
    _answer(database, other, others)
    with database.reading() as session:
        source = DatabaseSource.of(session, database, session.get_one(Survey, field.survey_id))
        stored = {
            each.id: each for each in session.scalars(select(Response).where(Response.survey_id == field.survey_id))
        }
        read = {UUID(str(row.id)): row for portion in source.rows(None, NOW) for row in portion}
        since = NOW - timedelta(days=1, minutes=25)
        late = [UUID(str(row.id)) for portion in source.rows(since, NOW) for row in portion]
        assert [UUID(str(row.id)) for portion in source.rows(None, since) for row in portion]
    assert {key: (row.received_at, row.answers) for key, row in read.items()} == {
        key: (each.received_at, each.answers) for key, each in stored.items()
    }
    assert len(read) == 5
    assert late == sorted(
        (key for key, each in stored.items() if each.received_at >= since),
        key=lambda key: (stored[key].received_at, key),
    )


def test_a_document_with_half_a_character_is_read(database: Database, tmp_path: Path) -> None:
    # PostgreSQL stores whole ones only.
    written = r"\ud83d" if database.is_sqlite else r"\ud83d\ude00"
    office = make_office(database)
    field = put_into_field(database, office, DESIGN)
    _answer(database, field, 2)
    with database.transaction() as session:
        document = literal_column(f"""'{{"A": "{written}"}}'""")
        session.execute(update(Response.__table__).values(answers=document))
    assert evaluate.rebuild(database, tmp_path, NOW) == 2
