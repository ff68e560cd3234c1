"""Return visits of the sample after one, three and six months: most made, one cancelled, one overdue."""

from __future__ import annotations

from datetime import date, timedelta

from survey_app.questionnaire.text import Text
from survey_app.services import visits
from survey_app.services.access import SYSTEM
from survey_app.services.context import Database
from survey_app.services.days import months_after
from survey_app.services.sample.behaviour import Person
from survey_app.services.sample.data import chance, moment, raw
from survey_app.services.sample.evaluation import close_survey, collector_at, open_survey, send
from survey_app.services.sample.ground import Ground, Place
from survey_app.storage.models import ReturnVisit
from survey_app.storage.queries import visits as queries
from survey_app.words import Audience, Purpose

_WORDS = {1: ("一个月", "1 month"), 3: ("三个月", "3 months"), 6: ("六个月", "6 months")}


def come_back(database: Database, ground: Ground) -> None:
    """Make the visits of each wave, with the answers of the workers met."""
    for index, wave in enumerate(visits.WAVES):
        due = months_after(ground.places[0].last_day, wave)
        days = (due - timedelta(days=3), due + timedelta(days=15))
        chinese, english = _WORDS[wave]
        survey = open_survey(
            database,
            ground,
            template=f"B_{wave}",
            title=Text(f"{chinese}回访测评（示例）", f"Return visit after {english} (example)"),
            audience=Audience.WORKERS,
            purpose=Purpose.RETURN_VISIT,
            wave=wave,
            days=days,
        )
        for place in ground.places:
            if not _visit(database, place, wave, days[0]):
                continue
            code, effect = place.enterprise.code, place.enterprise.effect
            people = [
                Person(chance(wave, code, number), effect, wave)
                for number in range(place.enterprise.visitors[index])
            ]
            send(database, collector_at(survey, place), f"B_{wave}", people, days)
        close_survey(database, survey, days[1])


def _visit(database: Database, place: Place, wave: int, first: date) -> bool:
    """Make one visit as the sample tells; False when it was not made."""
    visit = _planned(database, place, wave)
    code = place.enterprise.code
    cancelled, scheduled = raw()["cancelled"], raw()["scheduled"]
    agreed = moment(first - timedelta(days=10))
    if (cancelled["code"], cancelled["wave"]) == (code, wave):
        visits.cancel_visit(database, actor=SYSTEM, visit_id=visit.id, reason=cancelled["reason"], now=agreed)
        return False
    is_missed = (scheduled["code"], scheduled["wave"]) == (code, wave)
    luck = chance("visit", wave, code)
    day = date.fromisoformat(scheduled["on"]) if is_missed else visit.due_on + timedelta(days=luck.randrange(-2, 6))
    visits.schedule_visit(database, actor=SYSTEM, visit_id=visit.id, scheduled_on=day, now=agreed)
    if is_missed:
        return False
    record, unresolved, escalated = raw()["visits"][str(wave)][code]
    later = [each for each in visits.WAVES if each > wave]
    visits.record_visit(
        database,
        actor=SYSTEM,
        visit_id=visit.id,
        done_on=day,
        place=luck.choice(place.enterprise.workshops),
        attendees=luck.randrange(8, 19),
        record=record,
        unresolved=unresolved,
        escalated=escalated,
        next_visit_on=months_after(place.last_day, later[0]) if later else None,
        now=moment(day, 17),
    )
    return True


def _planned(database: Database, place: Place, wave: int) -> ReturnVisit:
    with database.reading() as session:
        return next(each for each in queries.visits_of_posting(session, place.posting_id) if each.wave == wave)
