"""The one page for the record: who, why, what came of it and how the course went, cut so that it always is one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.clinician_words import RULES, URGENCIES
from recovery.clinical.questionnaires import WEEKLY
from recovery.records.accounts import Clinician
from recovery.records.flags import Flag
from recovery.web import (
    clinic_answers,
    clinic_weekly,
    contact_log,
    patient_facts,
    patient_page,
    pdf,
    worklist_rows,
)
from recovery.web import clinic_presenters as say
from recovery.web.clinic_answers import DayRow
from recovery.web.clinic_weekly import ClinicsWeeks
from recovery.web.contact_log import ContactLine
from recovery.web.course_chart import CourseChart
from recovery.web.patient_page import ClosedFlag
from recovery.web.story import Story
from recovery.web.weekly_turn import Turn
from recovery.web.wording import moment

PAGE = "summary.css"
DRAWN = ("chart.css", "shapes.css")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cut:
    """How much of everything stands on the page, and in which size of letters.

    letters: the most of one sentence. has_key: what the lines mean. has_words: what they say.
    """

    size: str
    reasons: int
    earlier: int
    contacts: int
    letters: int
    has_key: bool = True
    has_words: bool = True


# The first that fits is taken; the last is so short that it fits whatever stands in it.
CUTS = (
    Cut("usual", reasons=6, earlier=8, contacts=6, letters=400),
    Cut("smallest", reasons=4, earlier=8, contacts=5, letters=260),
    Cut("smallest", reasons=4, earlier=8, contacts=5, letters=200, has_key=False),
    Cut("smallest", reasons=1, earlier=4, contacts=2, letters=120, has_key=False),
    Cut("smallest", 1, 1, 1, letters=60, has_key=False, has_words=False),
)


@dataclass(frozen=True)
class OpenReason:
    """One open flag on the page."""

    urgency: str
    rule: str
    since: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """Everything on the page, in finished words, before it is cut."""

    person: str
    limit: str
    why: tuple[OpenReason, ...]
    earlier: tuple[ClosedFlag, ...]
    course: CourseChart
    week: tuple[DayRow, ...]
    weeks: ClinicsWeeks
    contacts: tuple[ContactLine, ...]
    printed: str


def candidates(story: Story, by: Clinician) -> Iterator[str]:
    """The page as HTML, with less and less on it."""
    summary = _summary(story, by)
    for cut in CUTS:
        html = render_template(
            "clinic/summary.html",
            is_paper=True,
            summary=summary,
            cut=cut,
            some=some,
            short=shortened,
            patient=story.past.patient,
            clinic=story.telling.clinic,
            procedure=patient_facts.procedure_facts(story.row.procedure, story.today),
            known=patient_facts.patient_facts(story.past.patient, story.telling.clinic.zone)[:4],
        )
        yield pdf.with_style(html, *DRAWN)


def some(rows: Sequence[Row], most: int) -> tuple[Sequence[Row], str]:
    """The first of a list, and in words how many more there are."""
    left = len(rows) - most
    more = ngettext("and %(num)s more", "and %(num)s more", left) if left > 0 else ""
    return rows[:most], more


def shortened(text: str, letters: int) -> str:
    """A sentence of at most so many letters, its end cut off where it is longer."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


def _summary(story: Story, by: Clinician) -> Summary:
    past, row, names = story.past, story.row, story.telling.names
    zone, today = story.telling.clinic.zone, story.today
    turn = Turn(WEEKLY, past.patient, row.procedure, story.pathway, story.now)
    closed = (flag for flag in past.flags if flag.closed_at is not None)
    return Summary(
        person=say.person(past.patient, row.procedure, today),
        limit=say.limits(past.patient, zone),
        why=tuple(_open(flag, story) for flag in row.flags),
        earlier=tuple(
            patient_page.closed_flag(each, past.findings[each.id], names) for each in closed
        ),
        course=story.chart(is_paper=True),
        week=tuple(clinic_answers.week(row.recent, row.procedure, today)),
        weeks=clinic_weekly.weeks(turn, names),
        contacts=tuple(contact_log.contact_log(past.contacts, names, zone)),
        printed=_("Printed %(at)s by %(name)s", at=moment(story.now, zone), name=by.name),
    )


def _open(flag: Flag, story: Story) -> OpenReason:
    reasons = worklist_rows.flag_reasons(flag, story.row, story.today)
    return OpenReason(
        urgency=_(URGENCIES[flag.urgency]),
        rule=_(RULES[flag.rule]),
        since=moment(flag.raised_at, story.telling.clinic.zone),
        sentences=tuple(each.sentence for each in reasons),
    )
