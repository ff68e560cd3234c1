"""Openings of options that hang together: what is said of one follows from what is said of all the others.

Whoever ranks options puts one of them first, so the first places of all options add up to the ballots; so do the
options of a multiple choice where everybody chooses as many. Crossed with another question, one option's small cell
would follow from the tables of the others. So the tables of all options of such a question stand together: they
tell apart the same groups of answers and of places, those that each of them may tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from survey_app.analysis.blocks import Scope
from survey_app.analysis.layout import Array
from survey_app.analysis.openings import Groups, Opening


def alike(names: Sequence[str], tied: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the tables that stand together with one of these dimensions, itself first.

    `tied` names what each question is an option of; "" for one that is not tied to others.
    """
    kin = [
        [name, *(each for each, of in tied.items() if of and each != name and of == tied.get(name))]
        for name in names
    ]
    return [found for found in product(*kin) if len(set(found)) == len(found)]


class Tied(Groups):
    """What may be told apart in each of several tables alike.

    `tables` gives the opening of each with the names of its dimensions in one and the same order, the table that is
    asked for first. Groups of categories are unions of what each tells apart, and so are pools: unions of groups
    that are empty or large enough are so, too. Nothing is shown where two options of one question are crossed.
    """

    def __init__(self, scope: Scope, tables: Sequence[tuple[Sequence[str], Opening]]) -> None:
        super().__init__(scope)
        self._openings = [opening for _names, opening in tables]
        own, first = tables[0]
        self.held = first.held
        self.labels = {
            name: _joined([opening.labels[names[place]] for names, opening in tables])
            for place, name in enumerate(own)
        }
        # Two options of one question in one table: it stands there the other way round, too.
        is_possible = len({frozenset(names) for names, _opening in tables}) == len(tables)
        self.is_open = is_possible and all(opening.is_open for opening in self._openings)

    @property
    def nbytes(self) -> int:
        """Memory that it keeps, roughly; the openings that it joins are kept beside it."""
        return 30 * len(self._scope.node)

    def pools(self, parents: Array) -> Array:
        """Return which nodes are pooled with siblings in one of the tables; right for the children of `parents`."""
        return np.asarray(np.any([opening.pools(parents) for opening in self._openings], axis=0))


def _joined(labels: Sequence[Array]) -> Array:
    """Return the finest groups of categories that are no finer than any of these."""
    boundaries = [np.diff(each, prepend=-1) > 0 for each in labels]
    return np.asarray(np.cumsum(np.all(boundaries, axis=0)) - 1)
