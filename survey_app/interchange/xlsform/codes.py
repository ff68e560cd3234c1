"""Codes for what a file names: its own name where that can be a code, and otherwise one made from it."""

from __future__ import annotations

import re

from survey_app.questionnaire.definition import CODE, OPTION_CODE

_NOT_IN_CODES = re.compile(r"[^A-Za-z0-9_]+")
LONGEST = 40
"""Most characters of a code."""
_LONGEST_OPTION = 32


class Codes:
    """Codes given out so far; no two are the same, capitals or not."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __contains__(self, code: str) -> bool:
        return code.casefold() in self._taken

    def take(self, code: str) -> None:
        """Mark a code as given out."""
        self._taken.add(code.casefold())

    def make(self, name: str, stem: str, longest: int = LONGEST) -> str:
        """Return a code for `name`: the name itself if it can be one, or one like it, or `stem` with a number."""
        wanted = name
        if not CODE.match(name):
            wanted = _NOT_IN_CODES.sub("_", name).strip("_")
            if wanted and not wanted[0].isalpha():
                wanted = f"{stem}_{wanted}"
            # What is left of a name in another script says nothing, and may be the same for many.
            if sum(char.isascii() for char in name) * 2 < len(name) or not wanted:
                wanted = ""
        code = self._free(wanted[:longest], stem, longest)
        self.take(code)
        return code

    def _free(self, wanted: str, stem: str, longest: int) -> str:
        if wanted and wanted not in self:
            return wanted
        base, number = (f"{wanted[: longest - 6]}_", 2) if wanted else (stem, 1)
        while f"{base}{number}" in self:
            number += 1
        return f"{base}{number}"


def option_codes(names: list[str]) -> list[str]:
    """Return a code for each choice name of one list, in order; a name that can be a code and is new keeps it."""
    kept = {name for name in names if OPTION_CODE.match(name)}
    taken: set[str] = set()
    codes: list[str] = []
    for name in names:
        code = name if OPTION_CODE.match(name) else _NOT_IN_CODES.sub("_", name).strip("_")[:_LONGEST_OPTION]
        if not code or code in taken or (code != name and code in kept):
            base, number = (f"{code[: _LONGEST_OPTION - 6]}_", 2) if code else ("", 1)
            while f"{base}{number}" in taken or f"{base}{number}" in kept:
                number += 1
            code = f"{base}{number}"
        taken.add(code)
        codes.append(code)
    return codes
