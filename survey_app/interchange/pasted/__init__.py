"""Questionnaires as Chinese people write them in Word, WeChat or a forum, and paste them: text in, text out."""

from survey_app.interchange.pasted.ledger import LineStatus, Pasted, Understood
from survey_app.interchange.pasted.lists import listed
from survey_app.interchange.pasted.options import asks_to_say
from survey_app.interchange.pasted.reader import MAX_CHARACTERS, MAX_QUESTIONS, read
from survey_app.interchange.pasted.writer import write, write_report

__all__ = [
    "MAX_CHARACTERS",
    "MAX_QUESTIONS",
    "LineStatus",
    "Pasted",
    "Understood",
    "asks_to_say",
    "listed",
    "read",
    "write",
    "write_report",
]
