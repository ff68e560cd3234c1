"""The words of results, the same on the page and in the workbook, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

from survey_app.questionnaire.text import EN, Text
from survey_app.scoring.comparison import Change, Verdict
from survey_app.scoring.evaluation import (
    FAIR_PARTICIPATION,
    GOOD_PARTICIPATION,
    Comparability,
    Evaluation,
    Part,
    Rated,
    Trust,
    Visits,
)
from survey_app.scoring.figure import Figure
from survey_app.scoring.rounding import NOTHING, half_up, percent_text
from survey_app.scoring.rules import RateRule, Rule
from survey_app.words import Audience

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language, and `gettext(message, **blanks)` for it."""

    locale: str
    gettext: Callable[..., str]

    def text(self, text: Text) -> str:
        """Return words that exist in both languages."""
        return text.in_locale(self.locale)

    def day(self, value: date | None) -> str:
        """Write a day: 2017年4月11日; 11 Apr 2017."""
        if value is None:
            return NOTHING
        if self.locale == EN:
            return f"{value.day} {value:%b %Y}"
        return f"{value.year}年{value.month}月{value.day}日"

    def moment(self, value: datetime) -> str:
        """Write a moment in China's time, to the minute."""
        here = value.astimezone(CHINA)
        return f"{self.day(here.date())} {here:%H:%M}"

    def sentences(self, said: Iterable[str]) -> str:
        """Put sentences one behind the other; Chinese ones need no blank between them."""
        return (" " if self.locale == EN else "").join(said)

    def period(self, first: date, last: date | None) -> str:
        """Write a span of days as offices do: 2017年4月11日至4月25日; 11 Apr to 25 Apr 2017."""
        if last is None or first == last:
            return self.day(first)
        is_one_year = first.year == last.year
        if self.locale == EN:
            begins = f"{first.day} {first:%b}" if is_one_year else self.day(first)
            return f"{begins} to {self.day(last)}"
        ends = f"{last.month}月{last.day}日" if is_one_year else self.day(last)
        return f"{self.day(first)}至{ends}"


def percent(share: Fraction | None) -> str:
    """Write a share of people in percent; one above all, from a headcount out of date, as it is."""
    if share is not None and share > 1:
        return f"{half_up(share * 100)}%"
    return percent_text(share)


def chosen_percent(share: Fraction) -> str:
    """Write a share that somebody chose, with as many decimals as it has: 60%, 44.5%, 66.67%."""
    return f"{float(share * 100):.2f}".rstrip("0").rstrip(".") + "%"


_MOST_NAMED = 12
_MOST_UNITS = 3


def audience(value: Audience, reader: Reader) -> str:
    """Name who answers."""
    _ = reader.gettext
    return {
        Audience.WORKERS: _("Workers"),
        Audience.ENTERPRISE: _("Enterprise management"),
        Audience.GRASSROOTS_UNION: _("Grassroots union"),
    }[value]


def month(value: int, reader: Reader) -> str:
    """Name a wave by its month after the posting; 0 is the first evaluation."""
    _ = reader.gettext
    if value == 0:
        return _("First evaluation")
    return _("Return visit, month %(months)d", months=value)


def named(rule: Rule, reader: Reader) -> str:
    """Name a rule with its version."""
    _ = reader.gettext
    return _("%(rule)s (version %(version)s)", rule=reader.text(rule.label), version=rule.version)


def based(figure: Figure, reader: Reader) -> str:
    """Write x of n, and what n is: valid ballots, or what a rule takes into its base besides."""
    _ = reader.gettext
    added = figure.rule.base_adds if isinstance(figure.rule, RateRule) else ()
    if not added:
        return _("%(base)s valid ballots", base=figure.base_text)
    parts = {
        "unknown": _("don't know"),
        "abstained": _("abstained"),
        "blank": _("not answered"),
        "spoilt": _("spoilt"),
    }
    names = _(", ").join(parts[each] for each in added)
    return _("%(base)s ballots (base with: %(parts)s)", base=figure.base_text, parts=names)


def limited(evaluation: Evaluation, reader: Reader) -> str:
    """Name the units whose part of a campaign it is; empty for the whole."""
    return only(evaluation.part, reader)


def only(units: Sequence[Text], reader: Reader) -> str:
    """Say that something is of some units alone; empty for none, which stands for the whole."""
    _ = reader.gettext
    names = [reader.text(each) for each in units]
    if not names:
        return ""
    named = _(", ").join(names[:_MOST_UNITS])
    if len(names) > _MOST_UNITS:
        named = _("%(names)s and %(more)d more", names=named, more=len(names) - _MOST_UNITS)
    return _("only %(units)s and all below", units=named)


def titled(title: str, evaluation: Evaluation, reader: Reader) -> str:
    """Write a title, with whose part of the campaign stands under it."""
    part = limited(evaluation, reader)
    return reader.gettext("%(title)s (%(only)s)", title=title, only=part) if part else title


def headline_title(part: Part, reader: Reader) -> str:
    """Say what the headline figure is of."""
    _ = reader.gettext
    if part.headline is None:
        return reader.text(part.title)
    return _(
        "%(audience)s: %(rule)s",
        audience=audience(part.audience, reader),
        rule=reader.text(part.headline.rated.rate.label),
    )


def conclusion(part: Part, reader: Reader) -> str:
    """Say the headline in words that can be quoted: what it is of, the rate and its base."""
    _ = reader.gettext
    if part.headline is None or part.headline.rated.is_withheld:
        return headline_title(part, reader)
    figure = part.headline.rated.rate
    return _(
        "%(title)s %(rate)s (%(base)s)",
        title=headline_title(part, reader),
        rate=figure.percent_text,
        base=figure.base_text,
    )


def interval(figure: Figure, reader: Reader) -> str:
    """Say how sure the value is."""
    _ = reader.gettext
    if figure.withheld is not None:
        return NOTHING
    if figure.census:
        return _("everybody answered: no sampling error")
    if figure.interval is None:
        return NOTHING
    level = int(half_up(figure.interval.level * 100, 0))
    return _("%(level)d%% interval %(low)s–%(high)s", level=level, low=figure.low_text, high=figure.high_text)


def pooled(part: Part, reader: Reader) -> str:
    """Say what the second reading counts, and what its interval allows for."""
    _ = reader.gettext
    if part.pooled is None or part.pooled.withheld is not None:
        return ""
    said = _(
        "Items pooled counts ratings, not people: %(ratings)s ratings by %(people)s people; its interval allows "
        "for that.",
        ratings=part.pooled.n,
        people=part.pooled.respondents,
    )
    return reader.sentences((said, *design(part.pooled, reader)))


def design(figure: Figure, reader: Reader) -> list[str]:
    """Say what an interval allows for that rests on clusters; nothing for others."""
    _ = reader.gettext
    found = figure.interval
    if found is None or found.df is None:
        return []
    said = [_("It has %(df)s degrees of freedom.", df=half_up(found.df, 0))]
    if found.design_effect is not None:
        said.append(_("Its design effect is %(effect)s.", effect=half_up(found.design_effect, 2)))
    return said


def issued(part: Part, reader: Reader) -> str:
    """Say how many were issued, as far as anybody can know."""
    _ = reader.gettext
    if part.known_issued is None:
        return _("Open QR code: how many were issued is not known; participation stands for it")
    if part.through_open:
        return _(
            "%(known)s issued on paper or as invitations, %(back)s of them returned; %(open)s ballots came in "
            "through open QR codes, for which nothing is issued",
            known=part.known_issued,
            back=part.returned - part.through_open,
            open=part.through_open,
        )
    return _("%(known)s issued", known=part.known_issued)


def base_line(part: Part, reader: Reader) -> str:
    """Say in one line what stands under the headline figure: base, interval, ballots; or why there is no figure."""
    _ = reader.gettext
    if part.headline is None:
        return no_headline(part, reader)
    if part.headline.rated.is_withheld and part.live is not None:
        back = part.returned
        return _("%(returned)s returned so far; the figure appears once enough have come in", returned=back)
    if part.headline.rated.is_withheld:
        return _("Fewer than %(threshold)d valid ballots: not shown", threshold=part.threshold)
    figure = part.headline.rated.rate
    parts = [
        based(figure, reader),
        interval(figure, reader),
        _returned(part, figure, reader),
    ]
    if part.known_issued is not None and not part.through_open:
        parts.append(_("%(known)s issued", known=part.known_issued))
    if part.participation is not None:
        parts.append(_("participation %(share)s", share=percent(part.participation)))
    return " · ".join(parts)


def no_headline(part: Part, reader: Reader) -> str:
    """Say why there is no overall rate: the questionnaire names no question that it comes from."""
    _ = reader.gettext
    parts = [
        _("This questionnaire has no headline question, so there is no overall rate; the questions are below"),
        _("%(returned)s returned", returned=part.returned),
    ]
    if part.participation is not None:
        parts.append(_("participation %(share)s", share=percent(part.participation)))
    return " · ".join(parts)


def _returned(part: Part, figure: Figure, reader: Reader) -> str:
    """Say how many came back, and how many of them are papers without a verdict: other pages leave those out."""
    _ = reader.gettext
    void = part.papers_without_answers
    if not void:
        return _("%(returned)s returned", returned=part.returned)
    return _(
        "%(returned)s returned (%(void)s of them spoilt or abstained papers)", returned=part.returned, void=void
    )


def bands_note(reader: Reader) -> str:
    """Say why intervals of two teams that do not touch may stand in one band."""
    _ = reader.gettext
    return _(
        "Intervals allow for the headcount: they say how far those who did not answer may move a rate. Bands ask "
        "for more: teams are compared in pairs as samples, Holm-adjusted for the number of pairs. So two teams may "
        "share a band though their intervals do not touch."
    )


def trust(part: Part, reader: Reader) -> str:
    """Say in one sentence whether the headline can be trusted."""
    _ = reader.gettext
    share = percent(part.participation)
    good, fair = percent_text(GOOD_PARTICIPATION, 0), percent_text(FAIR_PARTICIPATION, 0)
    match part.trust:
        case Trust.NO_QUESTION:
            return no_headline(part, reader)
        case Trust.WITHHELD:
            return _("There are too few answers for a figure.")
        case Trust.BELOW_FLOOR:
            return _("Not a result to be quoted: the participation floor was not reached.")
        case Trust.CENSUS:
            return _("All %(people)s people answered: this is the verdict of everybody.", people=part.headcount)
        case Trust.HIGH:
            return _("Reliable: participation is %(share)s, at least %(good)s.", share=share, good=good)
        case Trust.FAIR:
            return _(
                "Usable with care: participation is %(share)s, below %(good)s; those who did not answer may think "
                "otherwise.",
                share=share,
                good=good,
            )
        case Trust.LOW:
            return _(
                "Do not quote this alone: participation is only %(share)s, below %(fair)s; those who did not "
                "answer may think otherwise.",
                share=share,
                fair=fair,
            )
        case Trust.NO_HEADCOUNT:
            return _(
                "Quote with care: the number of people who could have answered is not known, so participation "
                "cannot be told."
            )
        case Trust.MORE_THAN_HEADCOUNT:
            return _(
                "Check the headcount: %(returned)s ballots came back from %(people)s people.",
                returned=part.returned,
                people=part.headcount,
            )


def rule_line(part: Part, evaluation: Evaluation, reader: Reader) -> str:
    """Name the rule with its version, and the cut-off."""
    _ = reader.gettext
    if part.headline is None:
        return _("Cut-off %(moment)s", moment=reader.moment(evaluation.as_of))
    figure = part.headline.rated.rate
    cut_off = reader.moment(figure.as_of)
    return _(
        "Rule “%(rule)s”, version %(version)s; question %(code)s; cut-off %(moment)s",
        rule=reader.text(figure.label),
        version=figure.rule_version,
        code=part.headline.code,
        moment=cut_off,
    )


def verdict(change: Change | None, comparability: Comparability, reader: Reader) -> str:
    """Say whether a wave differs from the first evaluation."""
    _ = reader.gettext
    match comparability:
        case Comparability.SCALES_DIFFER:
            return _("not comparable: the scales differ")
        case Comparability.RULES_DIFFER:
            return _("not comparable: the rules differ")
        case Comparability.TOO_FEW:
            return _("too few answers to compare")
        case Comparability.COMPARABLE:
            pass
    if change is None:
        return NOTHING
    return {
        Verdict.NO_CHANGE: _("no significant change"),
        Verdict.RISE: _("significant rise"),
        Verdict.FALL: _("significant fall"),
    }[change.verdict]


def value(rated: Rated) -> str:
    """Write a rate."""
    return rated.rate.percent_text


def visits_sentence(visits: Visits, reader: Reader) -> str:
    """Say how far the return visits of a month are."""
    _ = reader.gettext
    name = month(visits.month, reader)
    if visits.overdue:
        return _(
            "%(wave)s: %(done)s of %(total)s done, %(overdue)s overdue",
            wave=name, done=visits.done, total=visits.total, overdue=visits.overdue,
        )  # fmt: skip
    if visits.next_due is not None:
        return _(
            "%(wave)s: %(done)s of %(total)s done, the next due on %(day)s",
            wave=name, done=visits.done, total=visits.total, day=reader.day(visits.next_due),
        )  # fmt: skip
    return _("%(wave)s: %(done)s of %(total)s done", wave=name, done=visits.done, total=visits.total)


def teams_sentence(part: Part, reader: Reader) -> str:
    """Say who differs, in bands and not in places."""
    _ = reader.gettext
    ranked = [team for team in part.teams if team.band is not None]
    if not ranked:
        return _("Too few answers to compare the teams.")
    bands = max(team.band or 1 for team in ranked)
    if bands == 1:
        return _("The teams do not differ significantly.")
    last = [reader.text(team.name) for team in ranked if team.band == bands]
    if len(last) == 1:
        return _("The teams fall into %(bands)s bands; %(team)s stands last by itself.", bands=bands, team=last[0])
    names = _(", ").join(last[:_MOST_NAMED])
    if len(last) > _MOST_NAMED:
        names = _("%(count)s teams, among them %(names)s", count=len(last), names=names)
    return _("The teams fall into %(bands)s bands; the last one: %(teams)s.", bands=bands, teams=names)


def uncounted_sentence(ballots: int, batches: int, reader: Reader) -> str:
    """Say what has come in and does not count yet."""
    _ = reader.gettext
    return _(
        "%(count)s ballots of %(batches)s batches do not count yet: their totals have not been reconciled.",
        count=ballots,
        batches=batches,
    )


def _live_sentences(part: Part, reader: Reader) -> list[str]:
    """Say what counts by now while answers come in."""
    _ = reader.gettext
    if part.live is None:
        return []
    said = [
        _(
            "Answers are still coming in: %(counted)s of %(returned)s ballots count in the headline by now. "
            "Figures go by steps of at least %(k)d people at a place, and a step counts about half an hour after "
            "it is complete; the last step waits until the survey is closed, and so do ballots on paper and from "
            "files.",
            counted=part.live.counted,
            returned=part.returned,
            k=part.threshold,
        )
    ]
    if part.live.over:
        said.append(
            _(
                "%(over)s of them are of surveys that are over, and are shown as before. Items taken together "
                "count only these.",
                over=part.live.over,
            )
        )
    return said


def excluded_sentences(part: Part, reader: Reader) -> list[str]:
    """Say what does not count, and what the figure would be with it, as far as that gives nobody away."""
    _ = reader.gettext
    said = _live_sentences(part, reader)
    left_out = part.excluded
    if left_out.apart:
        said.append(
            _(
                "%(count)s ballots do not count: of several surveys (or stretches of one) each has to have at "
                "least %(k)d answers of its own, or looking before and after would tell what a few people said.",
                count=left_out.apart,
                k=part.threshold,
            )
        )
    if left_out.unreconciled:
        said.append(uncounted_sentence(left_out.unreconciled, left_out.open_batches, reader))
    if left_out.voided and left_out.with_voided is not None:
        said.append(
            _(
                "%(count)s ballots were voided; with them the rate would be %(rate)s (%(base)s).",
                count=left_out.voided,
                rate=left_out.with_voided.percent_text,
                base=left_out.with_voided.base_text,
            )
        )
    elif left_out.voided:
        said.append(
            _(
                "%(count)s ballots were voided; the rate with them is not shown, because it could give single "
                "answers away.",
                count=left_out.voided,
            )
        )
    if left_out.share is not None:
        found = left_out.share
        rule = named(found.rule, reader)
        said.append(_("%(rule)s: %(rate)s (%(base)s).", rule=rule, rate=found.percent_text, base=found.base_text))
    return said
