"""Progress: one patient's course as charts and sentences need it, by the model that judges the flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from flask_babel import gettext as _

from recovery.clinical import standing
from recovery.clinical.course import Closure, Course
from recovery.clinical.pathway import Pathway
from recovery.clinical.patient_words import NOTICES
from recovery.clinical.standing import Followed, Line
from recovery.clinical.trajectory import Band
from recovery.records import courses
from recovery.records.checkins import CheckIn
from recovery.records.patients import Patient, Procedure
from recovery.web.picture import Mark, Picture
from recovery.web.wording import long_day

TABLE_DAYS = 14


@dataclass(frozen=True)
class Progress:
    """Where a patient stands today, a number of days after the procedure."""

    procedure: Procedure
    pathway: Pathway
    today: int
    followed: Followed

    @property
    def pain(self) -> Line:
        """The line that the patient sees."""
        return self.followed.pain

    def date_of(self, number: int) -> date:
        """The date of a day number."""
        return self.procedure.performed_on + timedelta(days=number)

    @property
    def worse_from(self) -> int:
        """The least pain today that stands above where the answers point."""
        return floor(self.pain.now.expect(self.today).high) + 1

    @property
    def last_shown(self) -> int:
        """The chart's last day."""
        return max(self.pathway.milestones.pathway_days, self.today)

    def typical(self, line: Line) -> list[Band]:
        """What people typically report, for each day that is shown."""
        return [line.typical(day) for day in range(self.last_shown + 1)]

    def ahead(self, line: Line) -> list[tuple[int, Band]]:
        """Where the answers point from today on; nowhere without any, nor while the forecast does not hold."""
        if not line.answers or line.doubt is not None:
            return []
        days = range(max(self.today, 0), self.last_shown + 1)
        return [(day, line.now.expect_mean(day)) for day in days]


def progress_of(
    patient: Patient,
    procedure: Procedure,
    pathway: Pathway,
    rows: Iterable[CheckIn],
    today: date,
    closures: Iterable[Closure] = (),
) -> Progress:
    """Follow the answers so far; rows and closures are those of this procedure."""
    course = Course(
        procedure.performed_on,
        procedure.baseline_pain,
        procedure.baseline_mobility,
        frozenset(patient.long_standing_signs),
    )
    days = courses.days_of(rows, procedure, today)
    followed = standing.follow(course, days, pathway, closures)
    return Progress(procedure, pathway, (today - procedure.performed_on).days, followed)


def picture(progress: Progress, description: str, marks: Sequence[Mark] = ()) -> Picture:
    """The chart of pain; milestones or flags are added by whoever shows it."""
    pain = progress.pain
    return Picture(
        title=_("Pain since the procedure"),
        description=description,
        answers=pain.answers,
        published=progress.typical(pain),
        ahead=progress.ahead(pain),
        before=pain.before,
        before_words=_("before"),
        scale_words=_("Pain"),
        axis_words=_("Weeks"),
        marks=marks,
        breaks=pain.turns,
    )


def sentences(progress: Progress) -> list[str]:
    """What the chart shows, in plain words: never a praise, a share or a verdict (safety 7)."""
    if not progress.pain.answers:
        return [_("There is nothing to show yet. Answer today's questions first.")]
    day, pain = progress.pain.answers[-1]
    said = [_("Your pain was %(pain)s on %(day)s.", pain=pain, day=long_day(progress.date_of(day)))]
    before = progress.procedure.baseline_pain
    if before is None:
        said.append(_("We do not know your pain before the procedure."))
    else:
        said.append(_("Before the procedure it was %(pain)s.", pain=before))
    return said + _ahead_words(progress)


def _ahead_words(progress: Progress) -> list[str]:
    peak = progress.pathway.milestones.peak_day
    typical = _span(progress.pain.typical(max(peak, progress.today)))
    if progress.pain.doubt is not None:
        return [_("Your pain has changed. Where it goes from here is not clear yet.")]
    if progress.today >= peak:
        return [_("People who had this procedure typically report %(span)s now.", span=typical)]
    own = _span(progress.pain.now.expect_mean(peak))
    return [
        _("Around week %(week)s, your answers point to %(span)s.", week=weeks(peak), span=own),
        _("People who had this procedure typically report %(span)s then.", span=typical),
    ]


def _span(band: Band) -> str:
    low, high = round(band.low), round(band.high)
    return str(low) if low == high else _("%(low)s to %(high)s", low=low, high=high)


def weeks(days: int) -> int:
    """So many days in whole weeks."""
    return round(days / 7)


def marks(progress: Progress) -> tuple[Mark, ...]:
    """The milestones as the chart shows them."""
    days = progress.pathway.milestones
    return Mark(days.follow_up_visit_days, _("visit")), Mark(days.peak_day, _("levels off"))


def key(progress: Progress) -> list[tuple[str, str]]:
    """What each line of the chart means; those that are drawn."""
    pain = progress.pain
    lines = {
        "own": (_("Your answers. Each dot is one day."), bool(pain.answers)),
        "ahead": (_("Where your answers point"), len(progress.ahead(pain)) > 1),
        "typical": (_("What people who had this procedure typically report"), True),
        "before": (_("Your pain before the procedure"), pain.before is not None),
    }
    return [(line, words) for line, (words, is_drawn) in lines.items() if is_drawn]


def answer_rows(progress: Progress) -> list[tuple[str, int]]:
    """The table of answers, newest first: day and pain."""
    return [
        (long_day(progress.date_of(day)), pain) for day, pain in reversed(progress.pain.answers)
    ]


def expected_rows(progress: Progress) -> list[tuple[str, str, str]]:
    """The table of the two curves: week, where the answers point, what people typically report."""
    own = {day: _span(band) for day, band in progress.ahead(progress.pain)}
    return [
        (
            str(weeks(day)),
            own.get(day, _("not known")) if day >= progress.today else _("past"),
            _span(progress.pain.typical(day)),
        )
        for day in range(TABLE_DAYS, progress.last_shown + 1, TABLE_DAYS)
    ]


def moving() -> str:
    """What to do every day."""
    return str(_(NOTICES["moving"]))
