"""What was worked out last is kept while somebody asks for it, and made anew where its facts have changed."""

from __future__ import annotations

from survey_app.analysis.recent import MOST, Recent


def test_what_is_asked_for_again_and_again_is_made_once() -> None:
    recent, made = Recent(), []

    def make() -> int:
        made.append(1)
        return len(made)

    for other in range(3 * MOST):
        assert recent.get("asked for", "facts", make) == 1
        recent.get(other, "facts", lambda: 0)
    assert recent.get("asked for", "other facts", make) == 2


def test_what_nobody_asked_for_longest_is_forgotten_first() -> None:
    recent = Recent()
    for key in range(MOST + 1):
        recent.get(key, "facts", lambda: "first")
    assert recent.get(1, "facts", lambda: "again") == "first"
    assert recent.get(0, "facts", lambda: "again") == "again"
