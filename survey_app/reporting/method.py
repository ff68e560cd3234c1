"""口径说明: how every figure of an evaluation was made, in words, for page and workbook."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.reporting import composites, response_rates, seals, standings, words
from survey_app.reporting.cells import Table
from survey_app.reporting.words import Reader
from survey_app.scoring.evaluation import Evaluation, Part
from survey_app.scoring.rules import Rule


@dataclass(frozen=True, slots=True)
class Note:
    """One paragraph with its heading."""

    heading: str
    text: str


def notes(evaluation: Evaluation, reader: Reader) -> list[Note]:
    """Return the method note: rules with their versions, base, interval, threshold, bands, changes, cut-off."""
    _ = reader.gettext
    found = _part(evaluation, reader) + [_rule(rule, reader) for rule in _rules(evaluation)]
    found += [
        Note(
            _("Intervals"),
            _(
                "Intervals hold with 95 percent confidence: Wilson's method, exact (Clopper-Pearson) below 10 "
                "ballots; where the headcount is known they allow for the finite number of people. They say how "
                "far chance may have moved a figure, not whether those who did not answer think the same."
            ),
        ),
        Note(_("Participation"), _participation(evaluation, reader)),
        *(Note(each.title, response_rates.in_words(each)) for each in _response_rates(evaluation, reader)),
        *_composite(evaluation, reader),
        *(Note(_("Participation floor"), said) for said in standings.notes(evaluation, reader)),
        Note(_("What is not shown"), _threshold(evaluation, reader)),
        *(_comparisons(reader) if evaluation.has_teams else ()),
        Note(
            _("Rounding"),
            _("Half up, to one decimal; never 100.0 percent for less than all, never 0.0 for more than none."),
        ),
        Note(_("Cut-off"), reader.moment(evaluation.as_of)),
    ]
    opened = [reader.sentences(seals.unsealed_sentences(each, reader)) for each in evaluation.unsealed]
    return found + [Note(seals.heading(reader), said) for said in opened]


def _part(evaluation: Evaluation, reader: Reader) -> list[Note]:
    """Say what is meant where somebody reads a part of the campaign."""
    _ = reader.gettext
    only = words.limited(evaluation, reader)
    if not only:
        return []
    said = _(
        "Everything is counted over %(only)s; figures of the whole campaign stand with those who read it. Rules, "
        "participation floors and weights of audiences are the whole campaign's. What became of single-use codes "
        "besides answers is counted for the whole and is left out.",
        only=only,
    )
    return [Note(_("Part of the campaign"), said)]


def _comparisons(reader: Reader) -> tuple[Note, ...]:
    """Say how teams and waves are compared; only of use where there are work teams."""
    _ = reader.gettext
    return (
        Note(
            _("Bands"),
            reader.sentences(
                (
                    _(
                        "Teams are compared in pairs (Holm-adjusted at 5%). Teams of one band do not differ "
                        "significantly; places within a band mean nothing."
                    ),
                    words.bands_note(reader),
                )
            ),
        ),
        Note(
            _("Changes"),
            _(
                "Return visits are compared with the first evaluation on the shared question, only where scale and "
                "rule are the same, and only at enterprises measured in both: answers from one enterprise "
                "belong together. “No significant change” means that the interval of the difference holds 0. A "
                "team is compared with itself, answers as two groups; it counts as fallen only if that holds among "
                "all teams and visits (Holm-adjusted at 5%)."
            ),
        ),
    )


def _rules(evaluation: Evaluation) -> list[Rule]:
    """Return every rule that made a figure, each once, in the order in which they are met."""
    rules: dict[tuple[str, int], Rule] = {}
    found = [rule for part in evaluation.parts for rule in _rules_of(part)]
    for rule in [*found, *(each.on_time.rule for each in evaluation.visits)]:
        rules.setdefault((rule.name, rule.version), rule)
    return list(rules.values())


def _rules_of(part: Part) -> list[Rule]:
    found: list[Rule] = []
    for item in part.items[:1]:
        found += [item.rated.rate.rule, item.rated.strict.rule, item.rated.index.rule]
    found += [figure.rule for figure in (part.pooled, part.pooled_strict) if figure is not None]
    found += [each.nps.rule for each in part.answered if each.nps is not None]
    found += [] if part.excluded.share is None else [part.excluded.share.rule]
    return found


def _rule(rule: Rule, reader: Reader) -> Note:
    return Note(words.named(rule, reader), reader.text(rule.description))


def _participation(evaluation: Evaluation, reader: Reader) -> str:
    _ = reader.gettext
    said = [
        _(
            "%(audience)s: %(issued)s.",
            audience=words.audience(part.audience, reader),
            issued=words.issued(part, reader),
        )
        for part in evaluation.parts
    ]
    if evaluation.has_teams:
        said.insert(0, _("Participation is ballots returned ÷ headcount at the time of the posting."))
    return reader.sentences(said)


def _response_rates(evaluation: Evaluation, reader: Reader) -> list[Table]:
    return [response_rates.table(part, reader) for part in evaluation.parts if part.invited is not None]


def _composite(evaluation: Evaluation, reader: Reader) -> list[Note]:
    found = evaluation.composite
    if found is None:
        return []
    heading = reader.gettext("Composite of audiences")
    return [Note(heading, reader.sentences(composites.sentences(found, reader)))]


def _threshold(evaluation: Evaluation, reader: Reader) -> str:
    _ = reader.gettext
    threshold = max((part.threshold for part in evaluation.parts), default=0)
    return _(
        "Groups with fewer than %(threshold)d answers, and what they could be worked out from, are shown as a "
        "dash.",
        threshold=threshold,
    )
