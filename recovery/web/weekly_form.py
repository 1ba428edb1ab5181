"""The weekly list as its template shows it: each line to tick, "none of these", and who answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from flask_babel import gettext as _

from recovery.clinical import patient_words as words
from recovery.clinical.answers import Problem
from recovery.clinical.questionnaires import NONE_TODAY, WEEKLY, Items, WeeklyAnswers
from recovery.clinical.reading import Form
from recovery.records.questionnaires import Filled
from recovery.web.forms import Choice, Summary, answered_by


@dataclass(frozen=True)
class WeeklyForm:
    """Everything that weekly_fields.html shows. problems: those of the lines. language: theirs."""

    entry_id: str
    version: str
    language: str
    lines: tuple[Choice, ...]
    none_today: Choice
    answered_by: tuple[Choice, ...]
    problems: tuple[str, ...]
    summary: tuple[Summary, ...]


def weekly(
    items: Items, language: str, values: Form, problems: Iterable[Problem] = ()
) -> WeeklyForm:
    """The form with what was ticked; if the list has changed since, nothing is: a number means another line now."""
    is_same = items.version in values.get("version", ())
    ticked = values.get("line", ()) if is_same else ()
    lines = enumerate(items.lines, start=1)
    said = [(each.field, str(_(words.WEEKLY_PROBLEMS[each.key]))) for each in problems]
    return WeeklyForm(
        entry_id=next(iter(values.get("entry_id", ())), "") or str(uuid4()),
        version=items.version,
        language=language,
        lines=tuple(Choice(str(number), line, str(number) in ticked) for number, line in lines),
        none_today=Choice(NONE_TODAY, _("None of these today"), NONE_TODAY in ticked),
        answered_by=answered_by(values),
        problems=tuple(sentence for name, sentence in said if name == "line"),
        summary=tuple(Summary(f"field-{name}", sentence) for name, sentence in said),
    )


def filled(items: Items, answers: WeeklyAnswers) -> Filled:
    """What is kept of a list without problems."""
    return Filled(WEEKLY, answers.total, answers.ticked, items.version, answers.answered_by)
