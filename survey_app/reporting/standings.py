"""What is said of floors of participation (参评要求), on the page, in the workbook and in its method note."""

from __future__ import annotations

from fractions import Fraction

from survey_app.reporting import words
from survey_app.reporting.words import Reader, chosen_percent, percent, teams_sentence
from survey_app.scoring.evaluation import Evaluation, Floored, Part
from survey_app.scoring.participation import Floor, Standing, Verdict
from survey_app.scoring.rounding import NOTHING, percent_text
from survey_app.words import Audience

_MOST_NAMED = 12
"""More postings than these are counted only; the table names all."""


def verdict(standing: Standing, reader: Reader) -> str:
    """Say whether the floor was reached."""
    _ = reader.gettext
    if standing.verdict is Verdict.NO_HEADCOUNT and standing.of_issued:
        return _("Not known how many were asked: it cannot be told whether the participation floor was reached")
    return named(standing.verdict, reader)


def named(verdict: Verdict, reader: Reader) -> str:
    """Name a verdict."""
    _ = reader.gettext
    return {
        Verdict.MET: _("Floor reached"),
        Verdict.BELOW: _("Below the participation floor"),
        Verdict.NO_HEADCOUNT: _("Headcount unknown: it cannot be told whether the participation floor was reached"),
        Verdict.FRONTLINE_UNKNOWN: _(
            "Share of front-line workers not shown: it cannot be told whether the participation floor was reached"
        ),
    }[verdict]


def numbers(standing: Standing, reader: Reader) -> str:
    """Say by which numbers a place was judged."""
    _ = reader.gettext
    floor = standing.floor
    written = {"returned": standing.returned, "floor": chosen_percent(floor.members)}
    if standing.headcount:
        written |= {"people": standing.headcount, "share": _beside(standing.share, floor.members)}
    match bool(standing.headcount), standing.of_issued:
        case True, True:
            said = _(
                "%(returned)s of %(people)s codes or papers given out returned (%(share)s), at least %(floor)s "
                "required",
                **written,
            )
        case True, False:
            said = _("%(returned)s of %(people)s returned (%(share)s), at least %(floor)s required", **written)
        case False, True:
            said = _("%(returned)s returned, at least %(floor)s of those asked required", **written)
        case _:
            said = _("%(returned)s returned, at least %(floor)s of the headcount required", **written)
    if floor.frontline is None:
        return said
    if standing.frontline is None:
        more = _("at least %(floor)s of them front-line workers", floor=chosen_percent(floor.frontline))
    else:
        more = _(
            "%(frontline)s front-line workers of %(said)s who said where they work (%(share)s), at least %(floor)s "
            "required",
            frontline=standing.frontline.x,
            said=standing.frontline.n,
            share=_beside(standing.frontline.share, floor.frontline),
            floor=chosen_percent(floor.frontline),
        )
    return _("%(said)s; %(more)s", said=said, more=more)


def in_full(standing: Standing, reader: Reader) -> str:
    """Say the verdict with its numbers."""
    _ = reader.gettext
    return _("%(verdict)s: %(numbers)s", verdict=verdict(standing, reader), numbers=numbers(standing, reader))


def cell(standing: Standing | None, reader: Reader) -> str:
    """Say in a table how a place stands, with the numbers where it fell short; a dash where it is not judged."""
    if standing is None:
        return NOTHING
    return verdict(standing, reader) if standing.is_compared else in_full(standing, reader)


def rule(floor: Floor, audience: Audience, reader: Reader) -> str:
    """Say what a floor asks for."""
    _ = reader.gettext
    if audience != Audience.WORKERS:
        return _(
            "at least %(members)s of the codes and papers given out return", members=chosen_percent(floor.members)
        )
    if floor.frontline is None:
        return _("at least %(members)s of the headcount take part", members=chosen_percent(floor.members))
    return _(
        "at least %(members)s of the headcount take part, at least %(frontline)s of them front-line workers",
        members=chosen_percent(floor.members),
        frontline=chosen_percent(floor.frontline),
    )


def sentences(part: Part, reader: Reader) -> list[str]:
    """Say how many postings have no place in rankings because of the floor; nothing where all have one."""
    _ = reader.gettext
    if part.floored is None:
        return []
    found, total = [], len(part.floored.places)
    below = part.floored.of(Verdict.BELOW)
    unknown = part.floored.of(Verdict.NO_HEADCOUNT, Verdict.FRONTLINE_UNKNOWN)
    for some, said in (
        (
            below,
            _("%(count)s of %(total)s postings did not reach the participation floor and are in no ranking",
              count=len(below), total=total),
        ),
        (
            unknown,
            _("of %(count)s of %(total)s postings it cannot be told whether they reached the participation floor, "
              "so they are in no ranking", count=len(unknown), total=total),
        ),
    ):  # fmt: skip
        if not some:
            continue
        names = _(", ").join(reader.text(each.place) for each in some[:_MOST_NAMED])
        if len(some) > _MOST_NAMED:
            names = _("%(names)s and others", names=names)
        found.append(_("%(said)s: %(names)s.", said=said, names=names))
    return found


def of_part(part: Part, reader: Reader) -> list[str]:
    """Say how an audience stands to its floor as a whole, and who is in no ranking; nothing without a floor."""
    return [] if part.floored is None else [in_full(part.floored.whole, reader), *sentences(part, reader)]


def of_others(evaluation: Evaluation, reader: Reader) -> list[str]:
    """Say how the other audiences stand to their floors; nothing where they have none."""
    _ = reader.gettext
    return [
        _(
            "%(audience)s: %(said)s",
            audience=words.audience(part.audience, reader),
            said=_("; ").join(of_part(part, reader)),
        )
        for part in evaluation.parts[1:]
        if part.floored is not None
    ]


def who_differs(part: Part, reader: Reader) -> str:
    """Say which teams differ, and which are not compared because of the floor."""
    aside = left_out(part, reader)
    return aside if aside and not part.compared else reader.sentences((teams_sentence(part, reader), aside))


def left_out(part: Part, reader: Reader) -> str:
    """Name the teams that have no place because of the floor."""
    _ = reader.gettext
    left_out = [team for team in part.teams if team.standing is not None and not team.standing.is_compared]
    if not left_out:
        return ""
    names = _(", ").join(reader.text(team.name) for team in left_out)
    return _("Not compared, because of the participation floor: %(teams)s.", teams=names)


def notes(evaluation: Evaluation, reader: Reader) -> list[str]:
    """Say for the method note which floors hold, and what follows."""
    _ = reader.gettext
    floors: dict[Audience, list[Floor]] = {}
    for part in evaluation.parts:
        if part.floored is not None:
            floors.setdefault(part.audience, []).extend(_floors(part.floored))
    if not floors:
        return []
    said = [
        _(
            "%(audience)s: %(floor)s.",
            audience=words.audience(audience, reader),
            floor=_("; ").join(rule(each, audience, reader) for each in dict.fromkeys(found)),
        )
        for audience, found in floors.items()
    ]
    said.append(
        _(
            "A place is measured as a whole: workers against its headcount, others against the codes and papers "
            "given out there. One that is below the floor, or of which it cannot be told, is shown with its "
            "numbers and is in no ranking and no band; its ballots count in the total."
        )
    )
    if any(floor.frontline is not None for found in floors.values() for floor in found):
        said.append(
            _(
                "Front-line workers are counted among those who said where they work; where that is withheld, "
                "nothing is concluded from it."
            )
        )
    return [reader.sentences(said)]


def _floors(found: Floored) -> list[Floor]:
    """Return the floors that everybody and the places were judged by."""
    return [found.whole.floor, *(each.standing.floor for each in found.places)]


def _beside(share: Fraction | None, floor: Fraction) -> str:
    """Write a share so that it does not look as if it had reached a floor that it missed."""
    if share is None:
        return NOTHING
    text = percent(share)
    return percent_text(share, 2) if share < floor and Fraction(text.rstrip("%")) / 100 >= floor else text
