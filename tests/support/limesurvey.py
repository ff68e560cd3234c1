"""Makes .lss files as LimeSurvey writes them: of versions before 4, with the words in the rows, or since then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

Words = str | Mapping[str, str]
Row = dict[str, object]


@dataclass(frozen=True)
class Ask:
    """A question: its type, name and words; `parts` and `answers` are pairs (code, words)."""

    type: str
    code: str
    words: Words = "？"
    parts: Sequence[tuple[Any, ...]] = ()
    answers: Sequence[tuple[Any, ...]] = ()
    attributes: Mapping[str, Words] = field(default_factory=dict)
    conditions: Sequence[Mapping[str, str]] = ()
    help: Words = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A group of questions."""

    name: Words
    questions: Sequence[Ask]
    description: Words = ""
    relevance: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


class _Dump:
    """Fills the tables."""

    def __init__(self, languages: Sequence[str], *, is_old: bool) -> None:
        self.tables: dict[str, list[Row]] = {}
        self._languages = languages
        self._is_old = is_old
        self._qid = 0
        self._aid = 0

    def add(self, table: str, row: Mapping[str, object]) -> None:
        self.tables.setdefault(table, []).append(dict(row))

    def worded(self, table: str, l10ns: str, row: Row, key: Row, words: Mapping[str, Words]) -> None:
        """Write a row with words: one row a language before version 4, a row and its translations since."""
        if not self._is_old:
            self.add(table, row)
        for language in self._languages:
            said = {name: _in(text, language, self._languages[0]) for name, text in words.items()}
            if self._is_old:
                self.add(table, {**row, **said, "language": language})
            else:
                self.add(l10ns, {**key, **said, "language": language})

    def group(self, gid: int, group: Group) -> None:
        row = {"gid": gid, "sid": 12345, "group_order": gid, "grelevance": group.relevance, **group.data}
        words = {"group_name": group.name, "description": group.description}
        self.worded("groups", "group_l10ns", row, {"gid": gid}, words)
        for place, question in enumerate(group.questions, start=1):
            self._question(gid, place, question)

    def _question(self, gid: int, place: int, question: Ask) -> None:
        self._qid += 1
        qid = self._qid
        row: Row = {
            "qid": qid, "parent_qid": 0, "sid": 12345, "gid": gid, "type": question.type, "title": question.code,
            "preg": "", "other": "N", "mandatory": "N", "question_order": place, "scale_id": 0, "relevance": "1",
            **question.data,
        }  # fmt: skip
        words = {"question": question.words, "help": question.help}
        self.worded("questions", "question_l10ns", row, {"qid": qid}, words)
        for number, (code, said, *more) in enumerate(question.parts, start=1):
            self._qid += 1
            part: Row = {
                "qid": self._qid, "parent_qid": qid, "sid": 12345, "gid": gid, "type": "T", "title": code,
                "question_order": number, "scale_id": 0, "relevance": "1", **(more[0] if more else {}),
            }  # fmt: skip
            self.worded("subquestions", "question_l10ns", part, {"qid": self._qid}, {"question": said, "help": ""})
        for number, (code, said, *more) in enumerate(question.answers, start=1):
            self._aid += 1
            answer: Row = {"qid": qid, "code": code, "sortorder": number, "scale_id": more[0] if more else 0}
            if not self._is_old:
                answer["aid"] = self._aid
            self.worded("answers", "answer_l10ns", answer, {"aid": self._aid}, {"answer": said})
        for name, value in question.attributes.items():
            if isinstance(value, str):
                self.add("question_attributes", {"qid": qid, "attribute": name, "value": value})
            for language in () if isinstance(value, str) else self._languages:
                said = _in(value, language, self._languages[0])
                row = {"qid": qid, "attribute": name, "value": said, "language": language}
                self.add("question_attributes", row)
        for condition in question.conditions:
            self.add("conditions", {"qid": qid, "scenario": "1", "method": "==", **condition})


def _in(words: Words, language: str, first: str) -> str:
    if isinstance(words, str):
        return words if language == first else ""
    return words.get(language, "")


def lss(
    *groups: Group,
    languages: Sequence[str] = ("zh-Hans",),
    is_old: bool = False,
    settings: Mapping[str, Words] | None = None,
    survey: Mapping[str, str] | None = None,
    tables: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
) -> bytes:
    """Return the file. `settings` are the survey's words, as "title"; `tables` are further tables as they stand."""
    dump = _Dump(languages, is_old=is_old)
    for gid, group in enumerate(groups, start=1):
        dump.group(gid, group)
    data = {
        "sid": "12345",
        "language": languages[0],
        "additional_languages": " ".join(languages[1:]),
        "format": "G",
    }
    dump.add("surveys", {**data, **(survey or {})})
    for language in languages:
        said = {"title": "测评", **(settings or {})}
        row = {f"surveyls_{name}": _in(words, language, languages[0]) for name, words in said.items()}
        dump.add("surveys_languagesettings", {"surveyls_language": language, **row})
    for name, rows in (tables or {}).items():
        for each in rows:
            dump.add(name, each)
    return _xml(dump.tables, languages, "184" if is_old else "640").encode()


def _xml(tables: Mapping[str, Sequence[Row]], languages: Sequence[str], version: str) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<document>",
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>",
    ]
    lines.append(f" <DBVersion>{version}</DBVersion>")
    lines += [" <languages>", *(f"  <language>{each}</language>" for each in languages), " </languages>"]
    for table, rows in tables.items():
        names = dict.fromkeys(name for row in rows for name in row)
        lines += [
            f" <{table}>",
            "  <fields>",
            *(f"   <fieldname>{name}</fieldname>" for name in names),
            "  </fields>",
        ]
        lines.append("  <rows>")
        for row in rows:
            cells = [f"    <{name}>{_cell(str(value))}</{name}>" for name, value in row.items()]
            lines += ["   <row>", *cells, "   </row>"]
        lines += ["  </rows>", f" </{table}>"]
    return "\n".join([*lines, "</document>", ""])


def _cell(value: str) -> str:
    return f"<![CDATA[{value}]]>" if value and "]]>" not in value else escape(value)
