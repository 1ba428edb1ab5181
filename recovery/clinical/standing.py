"""Where a patient stands: the answers beside the forecasts made before them, the published range, the level before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal, NamedTuple

from .answers import Day
from .course import Course
from .flag_rules import start, step
from .pathway import Pathway, Trajectory
from .trajectory import Band, Forecast, begin, published

Place = Literal["above", "within", "below"]


@dataclass(frozen=True, slots=True)
class Line:
    """Pain or mobility from the procedure on.

    before: the level before it. answers: the worst of each answered day. forecasts: for each day, answered or
    not, the one made before that day's answer. now: the one after the last answer.
    """

    trajectory: Trajectory
    before: int | None
    answers: tuple[tuple[int, int], ...]
    forecasts: tuple[Forecast, ...]
    now: Forecast

    @property
    def foretold(self) -> list[Band]:
        """For each day what was expected of its answer before it came."""
        return [forecast.expect(day) for day, forecast in enumerate(self.forecasts)]

    def typical(self, day: int) -> Band:
        """What people who had this procedure typically report on a day."""
        return published(day, self.trajectory.published, self.trajectory.highest)


@dataclass(frozen=True, slots=True)
class Followed:
    """Both lines, and the days on which pain was found to be worsening; they are one spell if so near."""

    pain: Line
    mobility: Line
    worse_on: tuple[int, ...]
    spell_days: int

    @property
    def turns(self) -> frozenset[int]:
        """The first day of each spell of worsening."""
        days = frozenset(self.worse_on)
        return frozenset(d for d in days if days.isdisjoint(range(d - self.spell_days, d)))

    @property
    def in_doubt_since(self) -> int | None:
        """The day since which the pain forecast does not hold, until answers have been calm for long enough.

        The forecast learns a real change slowly: it would promise relief to somebody who has just got worse.
        """
        last_day = self.pain.answers[-1][0] if self.pain.answers else 0
        is_worse = self.worse_on and last_day - self.worse_on[-1] < self.spell_days
        return max(self.turns) if is_worse else None


class Whole(NamedTuple):
    """Whole answers, from the least to the most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One answer beside what was expected of it; change: the answer less the level before the procedure."""

    day: int
    answer: int
    own: Whole
    beside_own: Place
    beside_published: Place
    change: int | None


class Relief(NamedTuple):
    """The level of pain now, as the mean of so many answers, and how much of the expected relief that is, in %."""

    level: float
    answers: int
    percent: int


def follow(course: Course, days: Iterable[Day], pathway: Pathway) -> Followed:
    """Every day from day 0 on, in one pass of the rules."""
    state = start(course, pathway)
    own, moving, worse_on = list[Forecast](), list[Forecast](), list[int]()
    for day in days:
        own.append(state.own)
        moving.append(state.moving)
        state = step(state, day)
        if any(each.rule == "pain_worsening" for each in state.findings):
            worse_on.append(day.number)
    pains = tuple((r.number, r.pain) for r in state.reports if r.pain is not None)
    moves = tuple((r.number, r.mobility) for r in state.reports if r.mobility is not None)
    of = pathway.trajectory
    return Followed(
        Line(of.pain, course.baseline_pain, pains, tuple(own), state.own),
        Line(of.mobility, course.baseline_mobility, moves, tuple(moving), state.moving),
        tuple(worse_on),
        pathway.rules.own_level.from_days_ago,
    )


def last(line: Line) -> Standing | None:
    """Where the last answer stands."""
    if not line.answers:
        return None
    day, answer = line.answers[-1]
    return stand(day, answer, line.forecasts[day].expect(day), line.typical(day), line.before)


def stand(day: int, answer: int, own: Band, typical: Band, before: int | None) -> Standing:
    """Where an answer stands beside the band foretold for it and the published range of its day."""
    within = whole(own)
    change = None if before is None else answer - before
    beside_published = place(answer, whole(typical))
    return Standing(day, answer, within, place(answer, within), beside_published, change)


def whole(band: Band) -> Whole:
    """The answers that lie within a band; if there is none between its ends, the one nearest to the expected."""
    least, most = ceil(band.low), floor(band.high)
    nearest = round(band.expected)
    return Whole(least, most) if least <= most else Whole(nearest, nearest)


def place(answer: int, within: Whole) -> Place:
    """An answer beside a range of answers."""
    if answer > within.most:
        return "above"
    return "below" if answer < within.least else "within"


def percent_better(before: int, pain: int) -> int | None:
    """How much less pain than before the procedure, in % of that; negative is worse. None of no pain."""
    return round(100 * (before - pain) / before) if before else None


def relief(pain: Line, pathway: Pathway) -> Relief | None:
    """The share reached of the relief that people with this level before typically have at the peak day.

    The level now is the mean of the last answers and not the own curve, which learns a real change slowly; as
    many of them, and as near to each other, as make an own level. None in the days of puncture pain, without a
    level before, and where that is so low, or the relief expected so small, that it cannot be told from scatter.
    """
    rule, near, before = pathway.rules.not_improving, pathway.rules.own_level, pain.before
    if before is None or before < rule.relief_baseline_from or not pain.answers:
        return None
    milestones = pathway.milestones
    since = max(pain.answers[-1][0] - near.from_days_ago, milestones.puncture_pain_days + 1)
    latest = [answer for day, answer in pain.answers[-near.reports :] if day >= since]
    expected = before - begin(before, pain.trajectory).expect_mean(milestones.peak_day).expected
    if len(latest) < near.reports or 100 * expected < rule.relief_percent * before:
        return None
    level = sum(latest) / len(latest)
    return Relief(level, len(latest), max(0, round(100 * (before - level) / expected)))
