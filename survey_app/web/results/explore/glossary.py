"""What the technical words of a page mean, for people who have never been taught statistics."""

from __future__ import annotations

from typing import TypeAlias

from flask_babel import gettext as _


def terms(endpoint: str) -> list[tuple[str, str]]:
    """Return the technical words of a page, each with its plain explanation."""
    every = {**_of_rates(), **_of_tests(), **_of_weights()}
    return [every[name] for name in _OF.get(endpoint, ())]


_OF = {
    "results.explore": ("rates", "valid", "interval", "nps"),
    "results.units": ("rates", "valid", "interval"),
    "results.crosstab": ("significant", "chi", "freedom", "cramer"),
    "results.compare": ("rates", "valid", "interval", "significant", "points"),
    "results.waves": ("rates", "valid", "interval", "significant", "points"),
    "results.drivers": ("importance", "correlation", "alpha"),
    "results.weights": ("weights", "interval", "design", "kish", "trimmed", "points"),
    "results.indexes": ("index", "covered", "weights"),
}


_Terms: TypeAlias = dict[str, tuple[str, str]]


def _of_rates() -> _Terms:
    return {
        "rates": (
            _("Rate and the rate beside it"),
            _(
                "Shares of those who answered. Which grades each counts is said by its rule, which is named with "
                "every table. By the usual rules the satisfaction rate counts the lowest satisfied grade, too, and "
                "the strict one does not."
            ),
        ),
        "valid": (
            _("Valid"),
            _(
                "Ballots whose answer to this question counts: without “don't know”, abstentions, blank and "
                "spoilt ones."
            ),
        ),
        "interval": (
            _("95% interval"),
            _(
                "Had everybody answered, the rate would most likely lie between these two numbers. The fewer "
                "ballots, the wider it is."
            ),
        ),
        "significant": (
            _("Significant, not significant"),
            _(
                "Significant: the difference is too large to be mere chance. Not significant: with so many "
                "ballots it may be chance; that is no proof that there is none."
            ),
        ),
        "points": (
            _("Percentage points"),
            _("The difference of two rates: from 95% to 97% are 2 percentage points."),
        ),
        "nps": (
            _("Net promoter score"),
            _(
                "Of those who would recommend from 0 to 10: the share of promoters (9 and 10, if the survey has no "
                "other rule) less the share of detractors (0 to 6), from −100 to 100."
            ),
        ),
    }


def _of_tests() -> _Terms:
    return {
        "chi": (
            _("χ² and p"),
            _(
                "χ² measures how far the table is from one where the two questions had nothing to do with each "
                "other; p is how often chance alone brings as much. Below 0.05 it is called significant."
            ),
        ),
        "freedom": (
            _("Degrees of freedom"),
            _("How large the table is: (rows − 1) × (columns − 1). It is needed to work out p from χ²."),
        ),
        "cramer": (
            _("Cramér's V"),
            _(
                "How strongly two questions hang together, from 0 (not at all) to 1 (fully). With many ballots a"
                " difference can be significant and V still very small."
            ),
        ),
        "importance": (
            _("Share of importance"),
            _(
                "Which questions go together with the overall verdict most. It shows a connection and does not "
                "prove a cause."
            ),
        ),
        "correlation": (
            _("Correlation"),
            _("Whether two answers rise and fall together: 0 not at all, 1 always."),
        ),
        "alpha": (
            _("Cronbach's α"),
            _(
                "Whether these questions measure one and the same thing, from 0 to 1. From 0.7 on they are "
                "usually held to fit together."
            ),
        ),
    }


def _of_weights() -> _Terms:
    return {
        "weights": (
            _("Weighting"),
            _(
                "Ballots of groups that answered less count more, as if each group had answered alike. The "
                "figure that is reported stays the unweighted one."
            ),
        ),
        "design": (
            _("Design effect"),
            _(
                "How much precision is lost because ballots come in groups or count unequally: 2 means that two "
                "ballots say as much as one otherwise would."
            ),
        ),
        "kish": (
            _("Kish 1+cv²"),
            _("The part of the design effect that unequal weights alone bring about."),
        ),
        "trimmed": (
            _("Trimmed"),
            _("How many ballots would have counted more than 5 times the mean and were cut to that."),
        ),
        "index": (
            _("Index"),
            _(
                "Answers as points, from 0 for the worst to 100 for the best, and their mean. It is no share of "
                "people."
            ),
        ),
        "covered": (
            _("Covered weight"),
            _("What part of the weights has a value. Below 100%, something was not asked or may not be shown."),
        ),
    }
